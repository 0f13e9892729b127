"""The promises of a policy against everything that was observed: who breaks which, and how far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from scanner.facts import (
    DataAccessed,
    DataSent,
    Fact,
    FormField,
    IdentifierSent,
    PolicyDataItem,
    PolicyDocument,
    PolicyExport,
    PolicyPromise,
    PolicyThirdParty,
    Promise,
    PromiseBroken,
    SdkPresent,
    fact_id,
    kind_of,
)
from scanner.knowledge import Knowledge
from scanner.model import Scalar, Unseen, Words

DIRECT = frozenset(
    (
        *("account", "bank_card", "driving_licence", "email", "id_card", "id_card_photo", "name"),
        *("passport", "phone", "imei", "meid", "imsi", "iccid", "serial", "mac"),
    )
)
"""Kinds that point to one person, or to one device for good, so that nothing about them is
anonymous; project judgement after PIPL 73(4)."""


class _Look(NamedTuple):
    """How an observation shows against a promise, in the words of promise.broken."""

    data_type: str = ""
    host: str = ""
    recipient: str | None = ""
    seen: Literal["code", "read", "sent"] | None = None
    by_subject: bool | None = None
    known: bool | None = None


_Truth = bool | str
"""Yes, no, or the name of the field that is unknown."""
_Test = Callable[..., _Truth]


def _is(field: str, *wanted: object) -> _Test:
    """Make a test of one field, which is unknown where the field is null."""

    def test(fact: Fact) -> _Truth:
        value = getattr(fact, field)
        return field if value is None else value in wanted

    return test


def _always(_: Fact) -> _Truth:
    return True


def _by_app(fact: DataAccessed) -> _Truth:
    """Say whether the app's own code, as far as anything runs it, reads the data.

    What Android denied was not read, and what a framework asked for itself, nobody of the app did.
    """
    if fact.reach == "unreached" or fact.wrapped or fact.answered in ("denied", "error"):
        return False
    if fact.owner is None:
        return "owner"
    return fact.owner == "app"


_EARLY = _is("phase", "first_launch", "first_load", "consent_shown", "refused")
_ABROAD = _is("outside_home", True)
_THIRD = _is("party", "third")
_BACKGROUND = _is("phase", "background")
_AGAINST: Mapping[Promise, Mapping[type[Fact], _Test]] = {
    "no_export": {DataSent: _ABROAD, IdentifierSent: _ABROAD},
    "stored_at_home": {DataSent: _ABROAD, IdentifierSent: _ABROAD},
    "not_collected": {DataSent: _always, DataAccessed: _by_app, FormField: _always},
    "no_sharing": {DataSent: _THIRD},
    "no_sdk": {DataSent: _THIRD, SdkPresent: _is("collects_personal_info", True)},
    "only_in_use": {DataSent: _BACKGROUND, DataAccessed: _BACKGROUND},
    "only_after_consent": {DataSent: _EARLY, IdentifierSent: _EARLY, DataAccessed: _EARLY},
    "encrypted_in_transit": {DataSent: _is("secure", False)},
    "anonymous_only": {DataSent: _always},
}
"""What contradicts each promise. A sale shows in no packet, and no setting has been looked at yet:
no_sale and off_by_default have nothing here."""


class _Disclosed(NamedTuple):
    """What the policy says is done, whatever it promises: a promise against it was misread."""

    taken: frozenset[str]
    """Kinds of data that are collected or shared."""
    shared: frozenset[str]
    recipients: frozenset[str]
    """Third parties that are named; the empty text for one that the tables do not know."""
    exports: bool

    @staticmethod
    def of(facts: Iterable[Fact]) -> _Disclosed:
        """Collect it from the facts of the policy."""
        taken: set[str] = set()
        shared: set[str] = set()
        recipients: set[str] = set()
        exports = False
        for fact in facts:
            if isinstance(fact, PolicyDataItem):
                (shared if fact.use == "shared" else taken).add(fact.data_type)
            elif isinstance(fact, PolicyThirdParty):
                recipients.add(fact.recipient)
                shared.update(fact.data_types or ())
            exports = exports or isinstance(fact, PolicyExport)
        kinds = frozenset(taken | shared), frozenset(shared)
        return _Disclosed(*kinds, frozenset(recipients), exports)

    def against(self, promise: PolicyPromise, look: _Look) -> bool:
        """Say whether the policy itself says that what was seen is done."""
        if promise.promise in ("not_collected", "anonymous_only"):
            return look.data_type in self.taken or promise.data_type in self.taken
        if promise.promise == "no_sdk":
            return bool(self.recipients)
        if promise.promise == "no_sharing":
            named = look.recipient in self.recipients or "" in self.recipients
            return named or look.data_type in self.shared
        return promise.promise in ("no_export", "stored_at_home") and self.exports


class Promises:
    """The promises of a policy, against everything that was observed."""

    def __init__(
        self, facts: Sequence[Fact], unseen: Sequence[Unseen], knowledge: Knowledge
    ) -> None:
        self.facts, self.unseen, self.knowledge = facts, unseen, knowledge
        self.made: dict[Promise, dict[str, PolicyPromise]] = {}
        for fact in facts:
            if isinstance(fact, PolicyPromise):
                self.made.setdefault(fact.promise, {})[fact.data_type] = fact
        self.broader: dict[str, list[str]] = {}
        for row in knowledge.data_types.values():
            for covered in row.covers:
                self.broader.setdefault(covered, []).append(row.id)
        self.later = {
            fact.source.evidence: fact.later for fact in facts if isinstance(fact, PolicyDocument)
        }
        self.disclosed = _Disclosed.of(facts)
        self.shared = knowledge.sets.get("shared-traits", frozenset())
        self.found: dict[tuple[str, ...], tuple[tuple[int, ...], PolicyPromise, Fact, _Look]] = {}
        self.blanks: dict[tuple[str, str, str, str], None] = {}

    def judged(self) -> tuple[list[Fact], list[Unseen]]:
        """Give one fact for each promise, kind, host and phase, and what could not be told."""
        told: dict[tuple[type[Fact], str], list[tuple[PolicyPromise, _Test]]] = {}
        for fact in self.facts if self.made else ():
            look = _look_of(fact)
            if look is None:
                continue
            key = (type(fact), look.data_type)
            if key not in told:
                told[key] = list(self._applying(*key))
            for promise, test in told[key]:
                truth = test(fact)
                if truth is True:
                    self._note(promise, fact, look)
                elif truth is not False:
                    self.blanks[(promise.promise, kind_of(fact), fact.channel, str(truth))] = None
        broken: list[Fact] = [self._broken(*self.found[key][1:]) for key in sorted(self.found)]
        return broken, [*self._unseen()]

    def _applying(self, kind: type[Fact], data_type: str) -> Iterator[tuple[PolicyPromise, _Test]]:
        """Choose of each promise the plainest one that speaks of this kind of information."""
        wider = self._wider(data_type)
        for name, by_type in self.made.items():
            test = _AGAINST.get(name, {}).get(kind)
            if test is None or (name == "anonymous_only" and data_type not in DIRECT):
                continue
            words = [each for each in wider if each in by_type]
            if "" in by_type and self._of_all(name, data_type):
                words.append("")
            if words:
                yield (
                    min(
                        (by_type[word] for word in words),
                        key=lambda one: (one.condition != "", not one.plain),
                    ),
                    test,
                )

    def _wider(self, data_type: str) -> list[str]:
        """Give a kind and all that cover it, the nearest first."""
        wider = [data_type] if data_type else []
        for word in wider:  # grows while it is walked
            wider += [one for one in self.broader.get(word, ()) if one not in wider]
        return wider

    def _of_all(self, promise: Promise, data_type: str) -> bool:
        """Say whether a promise that names no kind speaks of this one.

        What stands in every request (the address, the model) is meant by name only; words on use
        that name no kind are read as words on places.
        """
        if promise == "only_in_use":
            row = self.knowledge.data_types.get(data_type)
            return row is not None and row.family == "location"
        return data_type not in self.shared

    def _note(self, promise: PolicyPromise, fact: Fact, look: _Look) -> None:
        phase = str(getattr(fact, "phase", None))
        key = (promise.promise, look.data_type, look.host, phase)
        strength = ("code", "read", "sent").index(look.seen) if look.seen else 0
        rank = (int(bool(look.known)), int(bool(look.by_subject)), strength)
        if key not in self.found or rank > self.found[key][0]:
            self.found[key] = (rank, promise, fact, look)

    def _broken(self, promise: PolicyPromise, fact: Fact, look: _Look) -> PromiseBroken:
        return PromiseBroken(
            source=fact.source,
            channel=fact.channel,
            promise=promise.promise,
            data_type=look.data_type,
            observed=kind_of(fact),
            host=look.host,
            recipient=look.recipient,
            phase=getattr(fact, "phase", None),
            conditional=None if promise.condition is None else promise.condition != "",
            vague=self._is_vague(promise, look.data_type),
            seen=look.seen,
            by_subject=look.by_subject,
            known=look.known,
            plain=promise.plain and not self.disclosed.against(promise, look),
            later=self.later.get(promise.source.evidence),
            quote=promise.quote,
            derived_from=(fact_id(promise), fact_id(fact)),
        )

    def _is_vague(self, promise: PolicyPromise, data_type: str) -> bool:
        """Say whether the words mean this kind by presumption only."""
        if not promise.data_type:
            return promise.promise == "only_in_use"
        types = self.knowledge.data_types
        wider = [word for word in self._wider(data_type)[1:] if word in types]
        beside = {one for word in wider for one in types[word].covers} - {data_type}
        return not self._names(promise, data_type) and any(
            self._names(promise, one) for one in beside
        )

    def _names(self, promise: PolicyPromise, data_type: str) -> bool:
        """Say whether the words of a promise name a kind by a word of its own."""
        row, said = self.knowledge.data_types.get(data_type), (promise.quote or "").casefold()
        words = (row.title.zh, *row.synonyms) if row else ()
        return any(_stands_in(word.casefold(), said) for word in words)

    def _unseen(self) -> Iterator[Unseen]:
        """Say which broken promises may be there without being seen."""
        silent = [one for one in self.unseen if one.kind == "policy.promise" and one.field is None]
        whole = False
        for entry in silent:
            scope = {k: v for k, v in entry.scope.items() if k in ("promise", "data_type")}
            whole = whole or not scope
            yield _entry(scope, entry.reason)
        if whole:
            return
        for entry in self.unseen:
            cls = _KINDS.get(entry.kind)
            if cls is None or entry.field is not None:
                continue
            names = sorted(name for name in _AGAINST if cls in _AGAINST[name])
            made = [name for name in names if name in self.made]
            if made or silent:
                kept = {k: v for k, v in entry.scope.items() if k in ("channel", "host", "phase")}
                told = {} if silent else {"promise": tuple(made)}
                yield _entry({**told, "observed": (entry.kind,), **kept}, entry.reason)
        for name, kind, channel, field in sorted(self.blanks):
            reason = Words(
                f"{_ASKED[field].zh}未知，无法与承诺对照",
                f"{_ASKED[field].en} is unknown, so that it cannot be held against the promise",
            )
            scope = {"promise": (name,), "observed": (kind,), "channel": (channel,)}
            yield _entry(scope, reason)


_ASKED = {
    "owner": Words("读取数据的代码归属", "whose code reads the data"),
    "phase": Words("所处阶段", "the phase"),
    "outside_home": Words("接收方是否在境外", "whether the receiver is abroad"),
    "party": Words("接收方是否为第三方", "whether the receiver is a third party"),
    "collects_personal_info": Words("该 SDK 是否收集个人信息", "whether the SDK takes data"),
    "secure": Words("是否加密传输", "whether it was encrypted"),
}
"""What the unknown field of an observation would have told."""
_KINDS = {"data.sent": DataSent, "identifier.sent": IdentifierSent, "data.accessed": DataAccessed}
_KINDS |= {"form.field": FormField, "sdk.present": SdkPresent}
"""Observations that can contradict a promise."""


def _stands_in(word: str, text: str) -> bool:
    """Say whether a word stands in a text, and not only as a part of a longer Latin word."""
    place = text.find(word)
    while place >= 0:
        around = text[place - 1 : place] + text[place + len(word) : place + len(word) + 1]
        if not (word[:1] + word[-1:] + around).isascii() or not any(map(str.isalnum, around)):
            return True
        place = text.find(word, place + 1)
    return False


def _entry(scope: Mapping[str, tuple[Scalar, ...]], reason: Words) -> Unseen:
    return Unseen(kind="promise.broken", scope=scope, collector="derive", reason=reason)


def _look_of(fact: Fact) -> _Look | None:
    """Say how an observation shows; None for what can contradict no promise."""
    if isinstance(fact, DataSent):
        known = None
        if fact.matched_by is not None and fact.confidence is not None:
            known = fact.matched_by == "known" and fact.confidence == "certain"
        return _Look(fact.data_type, fact.host, fact.recipient, "sent", fact.by_subject, known)
    if isinstance(fact, IdentifierSent):
        return _Look("", fact.host, fact.recipient, "sent", fact.by_subject, None)
    if isinstance(fact, DataAccessed):
        seen: Literal["read", "code"] = "read" if fact.channel == "device" else "code"
        return _Look(fact.data_type, seen=seen, by_subject=fact.by_subject)
    if isinstance(fact, FormField):
        asks = fact.data_type not in (None, "none")
        return _Look(str(fact.data_type), seen="code") if asks else None
    if isinstance(fact, SdkPresent):
        return _Look(recipient=fact.sdk, seen="code")
    return None
