"""Which names in code speak of personal information: methods, keys, and parameters of addresses."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "id_card",
        re.compile(r"^(?:id_card(?:_no|_num|_number)?|identity_card|cert_?no|sfz(?:_?h)?)$"),
    ),
    ("bank_card", re.compile(r"^(?:bank_card|bank_?card_?(?:no|num|number)|card_no)$")),
    (
        "phone",
        re.compile(
            r"^(?:(?:user|my|login|member|account|contact)_)?(?:phone|mobile|cell_?phone|tel|tele?phone"
            r"|phone_?(?:no|num|number)|mobile_?(?:no|num|number|phone)|msisdn|shouji)$"
        ),
    ),
    ("email", re.compile(r"^(?:(?:user|my|login|member|contact)_)?(?:e_?mails?|mail_address)$")),
    ("name", re.compile(r"^(?:(?:user|my)_)?(?:real_?name|true_?name|full_?name|xingming)$")),
    ("address", re.compile(r"^(?:(?:user|my|home)_)?(?:home|postal|receiver)_address$")),
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_VERBS = ("get", "set", "put", "query", "fetch", "load", "read", "user_profile", "update", "bind")
_BUSINESS = re.compile(
    r"(?:^|_)(?:shop|service|store|merchant|seller|dealer|customer|hotline|company|enterprise|office"
    r"|support|kefu|official|platform)(?:_|$)"
)
_OF_BUSINESS = re.compile(r"(?:^|_)(?:shop|merchant|seller|dealer|company|enterprise)(?:_|$)")
"""Of a class less tells: a UserService has the numbers of users."""
_LATITUDE = re.compile(r"^(?:lat|latitude|lng|lon|longitude)$")
_IN_ADDRESS = re.compile(r"[?&;]([A-Za-z][A-Za-z0-9_]{1,30})=\*")


@lru_cache(maxsize=4096)
def kind_of_name(name: str) -> str | None:
    """Say which kind of personal information a name speaks of, as getPhoneNumber or user_email."""
    words = _words(name)
    for verb in _VERBS:
        words = words.removeprefix(f"{verb}_")
    return next((kind for kind, pattern in _WORDS if pattern.search(words)), None)


def is_of_business(member: str, owner: str = "") -> bool:
    """Say whether a member or its class is named for a business, whose numbers are public."""
    simple = owner.rpartition(".")[2].rpartition("$")[2]
    return bool(_BUSINESS.search(_words(member)) or _OF_BUSINESS.search(_words(simple)))


def _words(name: str) -> str:
    return "_".join(_PARTS.findall(name)).lower()


def kinds_in_address(address: str) -> frozenset[str]:
    """Say which kinds an address carries whose values, `*`, are only known at run time."""
    names = _IN_ADDRESS.findall(address)
    found = {kind for name in names if (kind := kind_of_name(name)) is not None}
    if sum(bool(_LATITUDE.search(name.lower())) for name in names) > 1:
        found.add("location_precise")
    return frozenset(found)
