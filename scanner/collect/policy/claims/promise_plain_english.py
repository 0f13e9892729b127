"""Whether an English sentence says its promise and nothing else; see promise_plain."""

from __future__ import annotations

import re

from scanner.facts import Promise

_WORD = re.compile(r"[a-z]+|[^a-z\s,]")
_BEGIN = re.compile(r"(?:we|our app|the app|this app|your|all (?:data|information|personal))\b")
_FILLING = re.compile(
    r"we|our|app|the|this|also|and|or|any|of|you|your|all|personal|information|data|users?"
    r"|will|do|does|is|are|be|to|it|not|never"
)
_NOT = ("not", "never")
_THIRD = "with|third|part(?:y|ies)|anyone|anybody|compan(?:y|ies)|organi[sz]ations|others?"
_WORDS: dict[Promise, re.Pattern[str]] = {
    "not_collected": re.compile(r"collects?|reads?|access|accesses|gather|record|upload|use|store"),
    "no_sharing": re.compile(rf"shared?|shares|disclosed?|provided?|sell|transfer|{_THIRD}"),
    "no_sale": re.compile(rf"sell|sold|rent|share|trade|{_THIRD}"),
    "no_export": re.compile(
        r"transfer(?:red)?|provide|send|sent|share|stored?|outside|china|mainland|abroad|overseas"
    ),
    "stored_at_home": re.compile(r"stored?|kept|only|in|within|mainland|china"),
    "only_after_consent": re.compile(r"collect|read|access|before|agree|consent|without"),
    "encrypted_in_transit": re.compile(
        r"encrypt(?:ed|ion)?|in|transit|using|with|by|tls|ssl|https|transmitted|during|transmission"
    ),
    "no_sdk": re.compile(r"uses?|includes?|contains?|integrate|embed|third|party|sdks?"),
}
_DENYING = frozenset(("not_collected", "no_sharing", "no_sale", "no_export", "no_sdk"))


def is_plain_english(promise: Promise, words: str, data: str) -> bool:
    """Say whether every word is of the promise, its data (one sign for each), or of the filling."""
    allowed = _WORDS.get(promise)
    if allowed is None or not _BEGIN.match(words):
        return False
    said = _WORD.findall(re.sub(r"n['’]t\b", " not", words.replace("third-party", "third party")))
    denials = sum(word in _NOT for word in said)
    wanted = denials == (1 if promise in _DENYING else 0)
    if promise == "only_after_consent":
        wanted = denials == 1 and ("before" in said or "without" in said)
    return wanted and all(
        word == data or allowed.fullmatch(word) or _FILLING.fullmatch(word) for word in said
    )
