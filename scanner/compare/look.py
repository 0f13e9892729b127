"""What one case saw, and whether it could have shown what the other case shows."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scanner.facts import (
    AppFramework,
    AppPacked,
    Channel,
    CodeLoaded,
    EndpointContacted,
    Fact,
    PageVisited,
    PhaseBegan,
    PolicyDocument,
    RequestMade,
    WalkCompleted,
    canonical,
    fact_id,
    identity_of,
    kind_of,
)
from scanner.model import Header, Report, Words
from scanner.report.decided import fingerprints
from scanner.report.words import CHANNEL
from scanner.rulebook.match import Seen, could_be

BEFORE_CONSENT = ("installed", "first_launch", "first_load", "consent_shown")
"""Phases in which nobody has agreed to anything yet."""
OF_ITSELF = (*BEFORE_CONSENT, "refused")
"""Phases whose recording needs no function to be used: what happens in them happens by itself."""
PACKED = Words("的安装包已加壳，代码不可见", "has a packed app, whose code cannot be read")
LOADED = Words(
    "的应用可在运行时加载另外的代码，其内容未见",
    "has an app that can load further code while it runs, which nobody saw",
)
FRAMEWORK = Words(
    "的应用把逻辑放在未被检索的框架代码中",
    "has an app that keeps its logic in files of a framework, which were not searched",
)
_IN_CODE = (
    *("data.accessed", "data.handed", "permission.requested", "sdk.present", "sdk.unidentified"),
    *("endpoint.embedded", "code.loaded", "bridge.opened", "agreement.asked", "app.started"),
    *("refusal.answered", "policy.link", "promise.broken"),
)
"""Kinds of fact of a package that stand in its code, which a packer hides."""


class Look(NamedTuple):
    """One case: its report as it is stored, and the same facts judged by the rules of today."""

    name: Words
    """What a reader calls it: the earlier case, or the present one."""
    report: Report
    today: Report
    """The report where it was judged by today's rules as they stand; else a fresh judgement."""
    header: Header
    facts: Mapping[str, Fact]
    """Every fact by its id."""
    manifest: str
    """SHA-256 of its manifest."""


class Sight:
    """A case with what is looked up in it again and again."""

    def __init__(self, look: Look, sets: Mapping[str, frozenset[str]]) -> None:
        self.look = look
        self.name = look.name
        self.seen = Seen(look.facts.values(), look.today.unseen, sets)
        self.stored = fingerprints(look.report)
        self.by_today = fingerprints(look.today)
        self.verdicts = {ruling.rule: ruling.verdict for ruling in look.today.rulings}
        self.found = self.stored.keys() | self.by_today.keys()
        """What the case shows, by the rules of its report or by those of today."""
        self.accepted = {one.fingerprint for one in look.report.accepted if not one.expired}
        self.watched = {source.channel for source in look.header.sources if source.readable}
        self.read = {source.sha256 for source in look.header.sources}
        self.of_kind: dict[str, list[Fact]] = {}
        self.identities: set[tuple[Channel, bytes]] = set()
        self._blanks: dict[str, set[frozenset[int]]] = {}
        self._identities: dict[tuple[str, frozenset[int], frozenset[int]], set[bytes]] = {}
        for fact in look.facts.values():
            self.of_kind.setdefault(kind_of(fact), []).append(fact)
            self.identities.add((fact.channel, canonical(identity_of(fact))))

    def has(self, fact: Fact) -> bool:
        """Say whether this very observation was made, whatever else was seen of it: in the same
        channel, since what a policy says of registering shows no page that registers."""
        return (fact.channel, canonical(identity_of(fact))) in self.identities

    def may_have(self, fact: Fact) -> bool:
        """Say whether an observation was made that may be this one: where the two differ in what
        makes them the same, one of them does not say it."""
        kind, own = kind_of(fact), identity_of(fact)
        blanks = self._blanks.get(kind)
        if blanks is None:
            blanks = {_blank(identity_of(one)) for one in self.of_kind.get(kind, ())}
            self._blanks[kind] = blanks
        return any(
            _without(own, blank | _blank(own)) in self._known(kind, blank, blank | _blank(own))
            for blank in blanks
            if blank | _blank(own)
        )

    def _known(self, kind: str, blank: frozenset[int], left: frozenset[int]) -> set[bytes]:
        """Give what identities with these blanks say beside the fields that are left out."""
        key = (kind, blank, left)
        if key not in self._identities:
            self._identities[key] = {
                _without(identity_of(one), left)
                for one in self.of_kind[kind]
                if _blank(identity_of(one)) == blank
            }
        return self._identities[key]

    @functools.cached_property
    def pages(self) -> frozenset[str]:
        """The addresses that were opened."""
        return frozenset(
            fact.page if isinstance(fact, PageVisited) else fact.url
            for fact in self.look.facts.values()
            if isinstance(fact, PageVisited | PolicyDocument)
        )

    @functools.cached_property
    def origins(self) -> Mapping[str | None, frozenset[str | None]]:
        """Where the texts of the policy were got, by the digest of each."""
        found: dict[str | None, frozenset[str | None]] = {}
        for fact in self.of_kind.get("policy.document", ()):
            if isinstance(fact, PolicyDocument):
                name = fact.source.evidence
                found[name] = found.get(name, frozenset()) | {fact.origin}
        return found

    @functools.cached_property
    def hidden(self) -> Mapping[str, Words]:
        """Where code of the package lies that nobody read, by kind of hiding place."""
        found: dict[str, Words] = {}
        for fact in self.look.facts.values():
            if isinstance(fact, AppPacked):
                found["packed"] = PACKED
            elif isinstance(fact, CodeLoaded) and fact.reach != "unreached":
                found["loaded"] = LOADED
            elif isinstance(fact, AppFramework) and not fact.searched:
                found[f"framework {fact.framework}"] = FRAMEWORK
        return found

    @functools.cached_property
    def phases(self) -> frozenset[tuple[Channel, str | None]]:
        """The phases that were recorded, each with its channel."""
        kinds = PhaseBegan | RequestMade | EndpointContacted
        return frozenset(
            (fact.channel, fact.phase)
            for fact in self.look.facts.values()
            if isinstance(fact, kinds)
        )

    @functools.cached_property
    def requests(self) -> Mapping[tuple[Channel, str | None, str], frozenset[str]]:
        """The paths that were asked for, by channel, phase and host."""
        paths: dict[tuple[Channel, str | None, str], set[str]] = {}
        for fact in self.of_kind.get("request.made", ()):
            if isinstance(fact, RequestMade):
                paths.setdefault((fact.channel, fact.phase, fact.host), set()).add(fact.path)
        return {key: frozenset(each) for key, each in paths.items()}

    def walk(self, surface: str) -> WalkCompleted | None:
        """The widest walk over pages or screens."""
        walks = (
            fact
            for fact in self.of_kind.get("walk.completed", ())
            if isinstance(fact, WalkCompleted) and fact.surface == surface
        )
        return max(walks, key=lambda one: (one.complete, one.screens, one.depth), default=None)


def blind_to(fact: Fact, case: Sight, other: Sight) -> tuple[Words, ...]:
    """Say why a case could not have shown an observation that the other made and it did not;
    empty where it looked there, so that it would have."""
    return tuple(dict.fromkeys(_reasons(fact, case, other)))


def other_text(
    fact: Fact | None, facts: Iterable[Fact], case: Sight, other: Sight
) -> Iterator[Words]:
    """Say where a case read no text of the policy that was got as the one was on which a finding
    of the other stands: what a store shows says nothing of what the app shows.

    `fact` is the offending one, none where a thing was missing as a whole; `facts` are all on which
    the finding stands.
    """
    own = fact is not None and fact.channel == "policy"
    of = (
        [fact] if own and fact is not None else [each for each in facts if each.channel == "policy"]
    )
    texts: set[str | None] = set()
    for each in of:
        alone = {each.origin} if isinstance(each, PolicyDocument) else None
        texts |= alone or other.origins.get(each.source.evidence, frozenset())
    if not own:
        texts -= {"earlier"}
    if texts and texts.isdisjoint(frozenset().union(*case.origins.values())):
        yield _of(
            case.name,
            "没有查看同一来源的政策文本",
            "read no text of the policy that was got in the same way",
        )


def _reasons(fact: Fact, case: Sight, other: Sight) -> Iterator[Words]:
    name = case.name
    if fact.channel == "auditor":
        yield _of(name, "审计人的陈述不同", "states otherwise: it is the auditor's own word")
        return
    channel = CHANNEL[fact.channel]
    if fact.channel not in case.watched:
        yield _of(name, f"没有查看{channel.zh}", f"did not look at this: {channel.en}")
        return
    for number in case.seen.unseen_of.get(kind_of(fact), ()):
        entry = case.seen.unseen[number]
        if could_be(entry, fact):
            yield _of(name, f"未能看到：{entry.reason.zh}", f"could not see it: {entry.reason.en}")
    if case.may_have(fact):
        yield _of(
            name,
            "有一项观察可能与之相同，但缺少辨认所需的信息",
            "made an observation that may be the same, and lacks what would tell",
        )
    yield from _same_bytes(fact, case, other)
    if fact.channel == "apk" and kind_of(fact) in _IN_CODE:
        for place in sorted(case.hidden.keys() - other.hidden.keys()):
            yield _of(name, case.hidden[place].zh, case.hidden[place].en)
    if fact.channel == "website":
        yield from _on_site(fact, case, other)
    if fact.channel in ("device", "traffic"):
        yield from _in_run(fact, case, other)
    runs, more = _runs(case), _runs(other)
    if runs < more and fact.channel in ("website", "device", "traffic"):
        yield _of(name, f"只运行 {runs} 次（另一案 {more} 次）", f"ran {runs} of {more} times")


def _same_bytes(fact: Fact, case: Sight, other: Sight) -> Iterator[Words]:
    """The same file cannot have changed: where a reading of it differs, the reader did."""
    if fact.channel == "apk":
        same = case.look.header.subject.sha256 == other.look.header.subject.sha256
    else:
        same = fact.channel == "policy" and fact.source.evidence in case.read
    if same:
        yield _of(
            case.name,
            "查看的是同一个文件：变化的是检测工具，而不是对象",
            "looked at the very same file: the tool has changed, not the subject",
        )


def _on_site(fact: Fact, case: Sight, other: Sight) -> Iterator[Words]:
    page, phase = getattr(fact, "page", None), getattr(fact, "phase", None)
    if isinstance(page, str) and page:
        walk, before = case.walk("web"), other.walk("web")
        wide = walk is not None and walk.complete and _not_less(walk, before)
        if page not in case.pages and page in other.pages and not wide:
            yield _of(
                case.name,
                "没有打开该页面，且未走遍全站",
                "did not open that page, nor walk the whole site",
            )
    elif phase is not None and phase not in BEFORE_CONSENT:
        if (fact.channel, phase) not in case.phases and (fact.channel, phase) in other.phases:
            yield _of(case.name, "没有这一阶段的记录", "has no record of that phase")
    elif phase is None and not _not_less(case.walk("web"), other.walk("web")):
        yield _of(case.name, "走过的页面较少", "walked over fewer pages")


def _in_run(fact: Fact, case: Sight, other: Sight) -> Iterator[Words]:
    """A recording shows what happened while it ran: the same phase, and the same or more use."""
    phase = getattr(fact, "phase", None)
    key = (fact.channel, phase)
    if phase is not None and key in other.phases and key not in case.phases:
        yield _of(case.name, "没有这一阶段的记录", "has no record of that phase")
        return
    place = (*key, getattr(fact, "host", None) or "")
    again = place in case.requests and other.requests.get(place, set()) <= case.requests[place]
    walk, before = case.walk("native"), other.walk("native")
    walked = walk is not None and _not_less(walk, before)
    if phase not in OF_ITSELF and not again and not walked:
        yield _of(
            case.name,
            "未必使用了当时的同一功能：没有可比的走查记录",
            "may not have used the same functions: no record of a walk tells",
        )


def _not_less(walk: WalkCompleted | None, before: WalkCompleted | None) -> bool:
    """Say whether a walk went as far as another: none is as far as none. One that left nothing out
    did so within its own depth only."""
    if walk is None or before is None:
        return before is None
    if (before.logged_in and not walk.logged_in) or walk.depth < before.depth:
        return False
    return walk.complete or (not before.complete and walk.screens >= before.screens)


def _blank(identity: tuple[object, ...]) -> frozenset[int]:
    return frozenset(at for at, value in enumerate(identity) if value is None)


def _without(identity: tuple[object, ...], blank: frozenset[int]) -> bytes:
    return canonical([None if at in blank else value for at, value in enumerate(identity)])


def _runs(case: Sight) -> int:
    collection = case.look.header.collection
    return collection.runs if collection else 1


def _of(name: Words, zh: str, en: str) -> Words:
    return Words(f"{name.zh}{zh}", f"{name.en} {en}")


def by_id(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Give facts by their ids."""
    return {fact_id(fact): fact for fact in facts}
