"""What a policy promises, and an observation could contradict.

A narrow sentence must not pass for an absolute promise: what speaks of other data, of a manner, of
a purpose or of some recipients promises nothing here, and a promise under a condition, for
children, or for one function carries that as its condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.collect.policy.claims.data_words import DataWord, data_words
from scanner.collect.policy.claims.promise_plain import is_plain
from scanner.collect.policy.claims.promise_scope import (
    PERSONS,
    Condition,
    Place,
    begin_of,
    condition_at,
    is_general,
    is_narrow,
    is_ours,
    names_anyone,
    object_of,
    ours_of,
    places_of,
    reaches_all,
    without_anyone,
    without_condition,
    zone_of,
)
from scanner.collect.policy.claims.promise_words import (
    ABOUT,
    ALL_DATA,
    ANONYMOUS,
    AT_HOME,
    BEFOREHAND,
    CIPHERS,
    CLAUSE,
    DISOWNED,
    ENCIPHERED,
    ENCRYPTED,
    EXAMPLE,
    HEDGE,
    IDENTIFYING,
    IN_BACKGROUND,
    NEEDS_ANYONE,
    OFF,
    ON_THE_WAY,
    ONLY_AFTER_CONSENT,
    ONLY_IN_USE,
    PARTS,
    POSSESSED,
    REFUSING,
    SDK_OBJECT,
    SENT,
    TOPIC,
    TRYING,
    UNTRUE,
    VERBS,
    WEAK,
    WHOLE,
)
from scanner.collect.policy.document import Document, Reading, Span
from scanner.collect.policy.negation import asks_first, denial_of, is_denied
from scanner.facts import Fact, PolicyPromise, Promise
from scanner.knowledge import Knowledge
from scanner.languages import language_of

_PARTS = ("policy", "children", "permissions", "data_list", "other")
"""Documents in which the subject speaks for itself; lists of SDKs repeat what others say."""
_MOST_PLAIN = 200
"""Promises of one document that are asked whether they are plain; a policy has some dozens."""
_FRONT = 16
"""Characters at most of a clause that only says how far the next one holds (一般情况下，…)."""


class _Words(NamedTuple):
    """What is asked of every sentence: the tables, and how the subject calls itself."""

    knowledge: Knowledge
    ours: re.Pattern[str]
    names: tuple[str, ...]
    chinese: bool
    """Whether a text of the policy is Chinese: that one is read by its users, and binds."""


class _Said(NamedTuple):
    promise: Promise
    kinds: Sequence[str]
    """Kinds of information named; the empty text alone for all of it."""
    condition: Condition


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give what the texts promise, one fact for every promise and kind of information.

    Where a text promises the same twice, once with an exception, the exception is kept: the more
    careful reading accuses nobody falsely. A promise for one function yields to one for all, and
    a plain sentence to one that says the same with more words.
    """
    names = (*reading.names, *((reading.developer,) if reading.developer else ()))
    chinese = any(_is_chinese(one) for one in reading.documents if one.part == "policy")
    words = _Words(knowledge, ours_of(names), names, chinese)
    best: dict[tuple[str, str], tuple[int, PolicyPromise]] = {}
    for document in reading.documents:
        if document.part not in _PARTS:
            continue
        for weight, fact in _facts(document, words):
            key = (fact.promise, fact.data_type)
            held = best.get(key)
            if held is None or (weight, not fact.plain) > (held[0], not held[1].plain):
                best[key] = weight, fact
    yield from (fact for _, fact in best.values())


def _is_chinese(document: Document) -> bool:
    return language_of(document.text) in ("zh-Hans", "zh-Hant")


def _facts(document: Document, words: _Words) -> Iterator[tuple[int, PolicyPromise]]:
    own = not words.chinese or _is_chinese(document)
    places = places_of(document)
    collects = any(_collects(place) for place in places)
    in_background = {
        word.data_type
        for place in places
        if "后台" in place.sentence.text and _collects(place)
        for word in data_words(place.sentence.text, words.knowledge)
    }
    asked = 0
    for at, place in enumerate(places):
        sentence = place.sentence
        for said in _sayings(place, words):
            asked += 1
            plain = own and not said.condition.words and asked <= _MOST_PLAIN
            plain = plain and is_plain(said.promise, places, at, words.names, words.knowledge)
            for kind in _covered(said.kinds, words.knowledge):
                if said.promise == "not_collected" and not kind and collects:
                    continue
                if said.promise == "only_in_use" and kind in in_background:
                    continue
                fact = PolicyPromise(
                    source=document.source(sentence.start, sentence.end),
                    channel="policy",
                    promise=said.promise,
                    data_type=kind,
                    condition=said.condition.words,
                    plain=plain,
                    quote=document.quote(sentence.start, sentence.end),
                )
                yield said.condition.weight, fact


def _collects(place: Place) -> bool:
    """Say whether a sentence says that something is collected."""
    text = place.sentence.text
    found = re.search(r"收集|采集|获取|\bcollect", text)
    return bool(
        found and re.search(r"我们|本应用|\bwe\b", text) and not is_denied(text, found.start())
    )


def _covered(kinds: Sequence[str], knowledge: Knowledge) -> list[str]:
    covered = [(kind, *(knowledge.data_types[kind].covers if kind else ())) for kind in kinds]
    return list(dict.fromkeys(kind for group in covered for kind in group))


def _sayings(place: Place, words: _Words) -> Iterator[_Said]:
    text = place.sentence.text
    if len(text) > 600:
        return
    named: tuple[DataWord, ...] | None = None
    for verb in VERBS.finditer(text):
        if denial_of(text, verb.start()) is None:
            continue
        if named is None:
            named = data_words(text, words.knowledge)
        yield from _denied(place, verb, named, words)
    for maker in (_stated, _only):
        yield from maker(place, words)


def _denied(
    place: Place, verb: re.Match[str], named: Sequence[DataWord], words: _Words
) -> Iterator[_Said]:
    """Read a sentence that denies a verb."""
    text = place.sentence.text
    denial = denial_of(text, verb.start())
    group = verb.lastgroup or ""
    if denial is None or (group == "no_sdk" and not SDK_OBJECT.match(text, verb.end())):
        return
    if _is_disowned(text, denial.start) or UNTRUE.match(text, verb.end()):
        return
    zone = zone_of(text, denial, verb)
    begin = begin_of(text, denial.start)
    inside = _kinds(named, text, zone)
    plain = without_condition(text, zone, verb.start())
    topic = () if inside else _topic(named, text, Span(begin, denial.start), plain, group)
    condition = condition_at(place, verb.start(), zone, TOPIC[group])
    if condition is None or not is_ours(place, begin, denial.start, words.ours, bool(topic)):
        return
    if is_narrow(without_anyone(plain)) or is_narrow(text[begin : denial.start]):
        return
    if not object_of(plain) and is_general(text[begin : denial.start]):
        plain = "信息" + plain
    near = text[max(0, verb.start() - 40) : verb.end()]
    said = _denied_promise(group, near, plain, inside or topic, condition)
    if said is not None:
        yield _weakened(said, text, begin, verb.end())


def _is_disowned(text: str, start: int) -> bool:
    return DISOWNED.search(text, max(0, start - 90), start) is not None


def _weakened(said: _Said, text: str, begin: int, end: int) -> _Said:
    """Give a promise the word as its condition that makes a rule or an effort of it (原则上)."""
    if said.condition.words and not said.condition.scope:
        return said
    front = begin_of(text, begin - 1) if begin else 0
    least = front if begin - front <= _FRONT else begin
    weak = WEAK.search(text, least, end)
    if weak is None or (weak.group() == "默认" and said.promise == "off_by_default"):
        clause = BEFOREHAND.fullmatch(text, front, max(front, begin - 1))
        if clause is None or said.condition.words:
            return said
        return said._replace(condition=Condition(clause[1].strip(), scope=True))
    return said._replace(condition=Condition(weak.group()))


def _denied_promise(
    group: str, near: str, plain: str, kinds: tuple[str, ...], condition: Condition
) -> _Said | None:
    """Say what denying a verb of a group promises; `near` are the verb and what precedes it."""
    general = kinds or (("",) if is_general(plain) else ())
    if group == "no_sdk":
        return _Said("no_sdk", ("",), condition)
    if group == "no_export":
        return _Said("no_export", general or ("",), condition)
    if group == "upload":
        said = _Said(
            "not_collected", kinds, condition if condition.words else Condition("上传", scope=True)
        )
    elif group in ("no_sale", "no_sharing"):
        alone = near.endswith(NEEDS_ANYONE) and not names_anyone(plain)
        reached = general if reaches_all(plain) and not alone else ()
        said = _Said("no_sale" if group == "no_sale" else "no_sharing", reached, condition)
    elif WHOLE.search(plain):
        said = _Said("not_collected", (), condition)
    elif IN_BACKGROUND.search(near) or IN_BACKGROUND.search(condition.words):
        inside = IN_BACKGROUND.search(condition.words)
        said = _Said("only_in_use", general, Condition("") if inside else condition)
    elif not kinds and IDENTIFYING.fullmatch(object_of(plain)):
        said = _Said("anonymous_only", ("",), condition)
    elif asks_first(condition.words) and not REFUSING.search(condition.words):
        said = _Said("only_after_consent", general, Condition(""))
    else:
        said = _Said("not_collected", general, condition)
    return said if said.kinds else None


def _topic(
    named: Sequence[DataWord], text: str, before: Span, plain: str, group: str
) -> tuple[str, ...]:
    """Give the kinds that a clause takes up: from before its denial, or from the clause before."""
    kinds = _kinds(named, text, before)
    if kinds or object_of(plain) or before.start == 0:
        return kinds
    earlier = Span(begin_of(text, before.start - 1), before.start - 1)
    if group in ("not_collected", "no_sharing") and not ABOUT.match(text, earlier.start):
        return ()
    return _kinds(named, text, earlier)


def _kinds(named: Sequence[DataWord], text: str, span: Span) -> tuple[str, ...]:
    """Give the kinds named in a stretch, without those of which only something else is spoken.

    The names in an address book, in brackets behind it or not, are not the person's own name.
    """
    parts = [
        part.span()
        for word in named
        if not word.broad and (part := PARTS.match(text, word.end, span.end)) is not None
    ]
    found = [
        word.data_type
        for word in named
        if not word.narrowed and not any(a <= word.start < b for a, b in parts)
        if span.start <= word.start and word.end <= span.end
        if not POSSESSED.match(text, word.end, span.end)
        if word.data_type != "files" or not text.startswith("内容", word.end)
    ]
    return tuple(dict.fromkeys(found))


def _stated(place: Place, words: _Words) -> Iterator[_Said]:
    """Read what is promised without a denial: storage at home, off by default, encryption."""
    text = place.sentence.text
    for promise, pattern in (
        ("stored_at_home", AT_HOME),
        ("off_by_default", OFF),
        ("encrypted_in_transit", ENCRYPTED),
        ("anonymous_only", ANONYMOUS),
    ):
        found = pattern.search(text)
        if found is None:
            continue
        begin = begin_of(text, found.start())
        own = text[begin : found.end()]
        named = data_words(text, words.knowledge)
        kinds = _kinds(named, text, Span(begin, found.start()))
        topic = TOPIC["no_export" if promise == "stored_at_home" else ""]
        whole = Span(begin, found.end())
        condition = condition_at(place, found.start(), whole, topic, inside=True)
        if condition is None or _is_taken_away(promise, text, found):
            continue
        if _is_disowned(text, found.start()):
            continue
        if (
            promise == "off_by_default"
            and not kinds
            and text[begin : found.start()].strip("均也都 ") == ""
        ):
            kinds = _kinds(named, text, Span(begin_of(text, begin - 1), max(0, begin - 1)))
        if not is_ours(place, begin, found.start(), words.ours, kinds=True):
            continue
        for said in _statement(
            promise, text[: found.end()], own, text[begin : found.start()], kinds, condition
        ):
            yield _weakened(said, text, begin, found.end())


def _is_taken_away(promise: str, text: str, found: re.Match[str]) -> bool:
    """Say whether the sentence denies what it would promise (并未加密)."""
    if promise == "off_by_default":
        return False
    if promise != "encrypted_in_transit":
        return is_denied(text, found.start())
    words = CIPHERS.finditer(text, found.start(), found.end())
    return any(is_denied(text, word.start()) for word in words)


def _statement(
    promise: str, whole: str, own: str, before: str, kinds: tuple[str, ...], condition: Condition
) -> Iterator[_Said]:
    hedge = HEDGE.search(own) or TRYING.search(whole)
    if promise == "stored_at_home" and hedge is None:
        yield _Said("stored_at_home", kinds or ("",), condition)
    elif promise == "off_by_default":
        topic = re.sub(r"^.*?(?:我们|将|，)|[\s*]|均|都|的$|功能$", "", before)
        plain = kinds or re.fullmatch(r"(?:相应|系统|设备|应用|的|所有|敏感)*权限|", topic)
        yield _Said(
            "off_by_default",
            kinds or ("",),
            condition if condition.words or plain else Condition(topic[:60], scope=True),
        )
    elif promise == "encrypted_in_transit":
        unsure = "" if kinds or hedge is None else hedge.group()
        of = ENCIPHERED.search(before)
        if not kinds and of is not None and not ALL_DATA.match(of[1]):
            unsure = of[1]
        elif EXAMPLE.search(whole, 0, len(whole) - len(own)) and not ON_THE_WAY.search(own):
            unsure = unsure or "例如"
        sent = SENT.search(condition.words)
        limit = condition if condition.words and not sent else Condition(unsure, scope=True)
        yield _Said("encrypted_in_transit", kinds or ("",), limit)
    elif promise == "anonymous_only" and hedge is None:
        yield _Said("anonymous_only", ("",), condition)


def _only(place: Place, words: _Words) -> Iterator[_Said]:
    """Read what is promised by 仅在…时 and 同意后才."""
    text = place.sentence.text
    makers: tuple[tuple[Promise, re.Pattern[str]], ...] = (
        ("only_in_use", ONLY_IN_USE),
        ("only_after_consent", ONLY_AFTER_CONSENT),
    )
    for promise, pattern in makers:
        found = pattern.search(text)
        if found is None or is_denied(text, found.start()) or _is_disowned(text, found.start()):
            continue
        begin = begin_of(text, found.start())
        if not is_ours(place, begin, found.start(), words.ours, kinds=True):
            continue
        end = CLAUSE.search(text, found.end())
        stop = end.start() if end else len(text)
        named = data_words(text, words.knowledge)
        zone = Span(
            found.start() if "what" in pattern.groupindex and found["what"] else found.end(), stop
        )
        plain = text[found.end() : stop]
        if (
            is_narrow(plain)
            or is_narrow(text[begin : found.start()])
            or "从第三方" in found.group()
        ):
            continue
        kinds = _kinds(named, text, zone) or _kinds(named, text, Span(begin, found.start()))
        general = kinds or (("",) if is_general(plain) else ())
        if general:
            persons = PERSONS.search(text, begin, stop)
            said = _Said(
                promise, general, Condition(persons.group() if persons else "", scope=True)
            )
            yield _weakened(said, text, begin, found.end())
