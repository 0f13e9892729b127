"""The traffic collector: what a recording of requests shows to have left, to whom, and where to.

A recording is a HAR file, a file of mitmproxy's flows, or a capture of our own: of one of our
sessions in a browser, of a phone behind our proxy, or what somebody hands in. What the file could
not show becomes Unseen with its reason. Requests that a browser makes for itself
(browser-hosts.yaml: updates, lists, checks), and those of other apps on the same phone, are never
laid to the subject: they make no facts, and their number is told to the waiting person only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner.broken import Broken
from scanner.capture_file import Mark, is_capture
from scanner.collect.traffic.answered import Answers
from scanner.collect.traffic.beside import DISORDERED, Gap, empty, lacking, unattributed
from scanner.collect.traffic.gaps import KINDS, Gaps
from scanner.collect.traffic.origin import Origin, origin_of
from scanner.collect.traffic.outcome import outcome
from scanner.collect.traffic.phases import MARKED_WITHIN_S, Phases, stated
from scanner.collect.traffic.run_phases import FARTHEST, RunPhases
from scanner.collect.traffic.sent import Carried, Reader
from scanner.collect.traffic.tally import Seen, Tally
from scanner.collect.traffic.whose import Whose, read_whose
from scanner.cookies import KnownNames, cookies_set
from scanner.errors import UsageError
from scanner.exchange import Address, Exchange, Passage, address, moment
from scanner.facts import (
    DataReturned,
    DataSent,
    Fact,
    IdentifierSent,
    PackageFetched,
    Phase,
    RequestMade,
    Source,
)
from scanner.geo import load_geo
from scanner.geo.places import Places, Where, is_near
from scanner.knowledge import Knowledge
from scanner.model import Keep, Say, Sighting, Target, Unseen, Words
from scanner.parties import Parties, Who
from scanner.personal.hidden import Hidden
from scanner.personal.identity import Identity, read_identity
from scanner.recordings.recording import BEGIN, has_marks, listens, read

__all__ = ["KINDS", "collect"]

EVERY = 2_000
"""Entries after which the waiting person hears of them."""
MOST_TUNNELS = 10_000
"""Hosts to which a proxy opened a way that was not looked into, at most."""
MOST_AHEAD = 64
"""Requests that are looked into together, which is quicker than one by one."""
MOST_BYTES_AHEAD = 1 << 20
"""Bytes of their bodies and messages, over which no more are waited for."""
MOST_PLACES = 20_000
"""Addresses whose place is kept in memory."""
LONGEST_KEY = 4_096
"""Bytes of a file with the key of digests at most."""
_ON_THE_SPOT = frozenset({"localhost", "127.0.0.1", "::1", "mitm.it"})
"""Hosts that are the phone itself, or the proxy's own page: what goes there leaves no hands."""
_SPANNED = (RequestMade, IdentifierSent, DataSent, DataReturned, PackageFetched)
"""Kinds of fact that say when their phase began and ended."""
_INNER = re.compile(r"(?i)(?:data|blob|about|file|filesystem|javascript|[a-z-]*extension|chrome)\b")
"""How addresses begin that never leave a browser."""


def collect(target: Target, keep: Keep, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:  # noqa: ARG001 - the recording is kept already
    """Read a recording and yield facts and what stayed unseen.

    Raises NotAuditable, before anything is yielded, for a file that is no recording. The same bytes
    give the same sightings in the same order.
    """
    with target.path.open("rb") as stream:
        begin = stream.read(BEGIN)
    look = _Look(target, knowledge, say, begin)
    look.whose.proxied(listens(target.path, begin))
    for one in read(target.path, begin):
        look.at(one)
    look.check_consent()
    yield from map(look.hidden.fact, look.facts())
    yield from map(look.hidden.unseen, look.unseen())
    look.tell()


class _Ahead(NamedTuple):
    """A request that is still to be looked into."""

    one: Exchange
    whole: Exchange
    here: Address
    who: Who
    tally: Tally
    origin: Origin
    failed: bool


class _Look:
    """Looks through one recording."""

    def __init__(self, target: Target, knowledge: Knowledge, say: Say, begin: bytes) -> None:
        self.target = target
        self.say = say
        self.own = target.channel == "website"
        self.captured = is_capture(begin) or self.own
        self.channel = target.channel or "traffic"
        visit = target.visit
        anycast = knowledge.sets.get("anycast-networks", frozenset())
        self.places = Places(load_geo(visit.locations, anycast=sorted(anycast)), visit)
        self.parties = Parties(visit.first_party, knowledge)
        self.run = self._run(begin)
        self.phases = self.run.phases if self.run else self._stated_phases()
        self.whose = Whose() if self.own else read_whose(target)
        self.identity = None if self.own else _identity(target, knowledge)
        self.hidden = Hidden(self.identity.values if self.identity else {})
        self.reader = self._reader(_key(visit.digest_key))
        self.names = KnownNames(knowledge.trackers.rows)
        self.answers = self._answers(knowledge)
        self.tallies: dict[Phase | None, Tally] = {}
        self.stored = set[str]()
        self.browser_hosts = knowledge.sets.get("browser-hosts", frozenset())
        self.gaps = Gaps(own=self.own)
        self.tunnels: dict[str, Passage] = {}
        self.ahead: list[_Ahead] = []
        self.bytes_ahead = 0
        self.wheres: dict[tuple[str | None, str | None], Where] = {}
        self.entries = self.of_browser = self.of_others = 0

    def _reader(self, key: bytes | None) -> Reader:
        """Search our own sessions for what we typed, other recordings for what the auditor put."""
        if self.own:
            return Reader(key=key)
        if self.identity is None:
            return Reader({}, key=key)
        return Reader(self.identity.values, salts=self.identity.salts, key=key)

    def _answers(self, knowledge: Knowledge) -> Answers | None:
        """Read answers of recordings handed in; in our own sessions nobody logs in or closes."""
        if self.own:
            return None
        values = self.identity.values if self.identity else {}
        return Answers(self.channel, values, knowledge.sets["person-data-types"])

    def _stated_phases(self) -> Phases:
        """Give the phases as far as they are known before the file is read."""
        target, visit = self.target, self.target.visit
        if target.phase is not None or visit.consent_at is None:
            return Phases(target.phase, target.since)
        before: Phase = "first_launch" if visit.subject == "apk" else "first_load"
        return stated(visit.consent_at, visit.consent_within_s, before)

    def _run(self, begin: bytes) -> RunPhases | None:
        """Give the phases of the run on the phone, where the recording has none of its own."""
        target, began = self.target, self.target.visit.phases
        if not began or self.own or target.phase is not None or has_marks(target.path, begin):
            return None
        if target.visit.consent_at is not None:
            raise UsageError(
                "the run on the phone says by itself when consent was given",
                hint="leave out --consent-at",
            )
        return RunPhases(began)

    def at(self, one: Exchange | Passage | Broken | Mark) -> None:
        """Look at one entry."""
        if isinstance(one, Mark):
            self._mark(one)
            return
        if self.run and not isinstance(one, Broken) and self.run.begin(one.started):
            self.phases = self.run.phases
        self.entries += 1
        if self.entries % EVERY == 0:
            self.say(f"{self.target.evidence.name}: {self.entries} entries read")
        if isinstance(one, Broken):
            self.gaps.broken(one)
        elif isinstance(one, Passage):
            self._pass(one)
        else:
            self._look(one)

    def _mark(self, mark: Mark) -> None:
        if self.target.visit.consent_at is not None:
            hint = "leave out --consent-at"
            raise UsageError(
                "the capture says by marks of its own when consent was given", hint=hint
            )
        time = moment(mark.time)
        if time is None:
            self.phases.disordered = True
        else:
            self.phases.mark(time, mark.phase, within_s=MARKED_WITHIN_S)

    def check_consent(self) -> None:
        """Raise UsageError where the moment of consent cannot be one of this recording."""
        stated_at = moment(self.target.visit.consent_at)
        first, last = self.phases.earliest, self.phases.latest
        if stated_at is None or first is None or last is None:
            return
        if not first - FARTHEST <= stated_at <= last + FARTHEST:
            span = f"{first.isoformat()} to {last.isoformat()}"
            said = f"--consent-at {stated_at.isoformat()} lies outside the recording ({span})"
            raise UsageError(said, hint="check the day, the hour and the offset from UTC")

    def _look(self, one: Exchange) -> None:
        here = address(one.url)
        if here is None:
            if not _INNER.match(one.url):
                reason = Words("地址无法识别", "its address cannot be read")
                self.gaps.broken(Broken(at=one.at, reason=reason))
            return
        origin = self._origin(one, here)
        if origin.by_subject is False:
            self.of_others += 1
            return
        if here.host in self.browser_hosts and (self.own or origin.by_subject is None):
            self.of_browser += 1
            return
        if self.phases.timed and not moment(one.started):
            self.gaps.undated(one)
        left = outcome(one, own=self.own)
        if one.method == "CONNECT" and left == "local":
            if len(self.tunnels) < MOST_TUNNELS:
                self.tunnels.setdefault(here.host, _tunnel(one, here))
        elif left != "local" and (self.own or here.host not in _ON_THE_SPOT):
            for phase, part in self.phases.parts(one):
                if phase is not None or self.target.since is None:
                    self._add(part, one, here, self._tally(phase), origin, failed=left == "failed")

    def _origin(self, one: Exchange, here: Address) -> Origin:
        if self.own:
            return Origin(None, True, origin_of(one, self.whose).surface or "web", "session")
        origin = origin_of(one, self.whose)
        # What stands on the auditor's own network is his bench, or a thing at home: nothing left.
        near = is_near(here.host)
        return origin._replace(by_subject=None, attributed_by=None) if near else origin

    def _tally(self, phase: Phase | None) -> Tally:
        found = self.tallies.get(phase)
        if found is None:
            found = self.tallies[phase] = Tally(self.channel, phase, self.names, self.stored)
        return found

    def _add(
        self,
        one: Exchange,
        whole: Exchange,
        here: Address,
        tally: Tally,
        origin: Origin,
        *,
        failed: bool,
    ) -> None:
        self.ahead.append(
            _Ahead(one, whole, here, self.parties.of(here.host), tally, origin, failed)
        )
        self.bytes_ahead += len(one.url) + len(one.request_body or b"")
        self.bytes_ahead += sum(len(message.data) for message in one.messages)
        if len(self.ahead) >= MOST_AHEAD or self.bytes_ahead > MOST_BYTES_AHEAD:
            self._catch_up()

    def _catch_up(self) -> None:
        """Look into the requests that were read ahead, in their order."""
        ahead, self.ahead, self.bytes_ahead = self.ahead, [], 0
        read = self.reader.read_all(
            (each.one, bool(each.who.tracker and each.who.tracker.identifies)) for each in ahead
        )
        for each, carried in zip(ahead, read, strict=True):
            self._count(each, carried)

    def _count(self, ahead: _Ahead, carried: Carried) -> None:
        one, whole, here, who, tally, origin, failed = ahead
        where = self._where(one.ip, one.via)
        seen = Seen(one, here, who, where, carried, self._source(one), origin)
        if failed:
            tally.add_attempt(seen)
            kinds = [datum.data_type for datum in carried.data]
            self.gaps.failed(one, here.host, who.party, kinds)
        else:
            tally.add(seen, cookies_set(one))
            if self.answers is not None:
                self.answers.add(seen, tally.phase)
            self.gaps.sent(whole, here.host, carried.cut, opaque=carried.opaque)

    def _where(self, ip: str | None, via: str | None) -> Where:
        found = self.wheres.get((ip, via))
        if found is None:
            found = self.places.of(ip, via)
            if len(self.wheres) < MOST_PLACES:
                self.wheres[ip, via] = found
        return found

    def _pass(self, one: Passage) -> None:
        """Note a connection that nobody could look into, unless another app made it."""
        self._catch_up()
        host = one.host.lower().rstrip(".")
        if one.kind == "dns" or host in self.browser_hosts:
            return
        said = self.whose.of(host, one.ip, one.port, one.client, moment(one.started))
        if said.by_subject is False:
            self.of_others += 1
            return
        where = self.places.of(one.ip, None)
        tally = self._tally(self.phases.of(one))
        tally.add_passage(host, self.parties.of(host), where, self._source(one))
        self.gaps.passed(one, host)

    def facts(self) -> Iterator[Fact]:
        """Give the facts of each phase, the one without a phase first."""
        self._catch_up()
        seen = {host for tally in self.tallies.values() for host in tally.hosts()}
        for host in sorted(self.tunnels.keys() - seen):
            self._pass(self.tunnels[host])
        for phase in sorted(self.tallies, key=lambda name: name or ""):
            span = self.phases.span(phase)
            yield from (_spanned(fact, span) for fact in self.tallies[phase].facts())
        for fact in self.answers.facts() if self.answers else ():
            yield _spanned(fact, self.phases.span(getattr(fact, "phase", None)))

    def unseen(self) -> Iterator[Unseen]:
        """Say what the recording could not show, and what was too much to be listed."""
        for broken in self.whose.broken:
            self.gaps.broken(broken)
        for one in self.whose.unrecorded():
            self.gaps.unrecorded(one.host or one.ip, one.at, one.sent, one.proto)
        if self.phases.disordered:
            self.gaps.broken(Broken(at="marks", reason=DISORDERED, rest=True))
        yield from self.answers.unseen() if self.answers else ()
        for kind, where, reason in () if self.own else self._beside():
            scope = {"channel": (self.channel,), **where}
            yield Unseen(kind=kind, scope=scope, collector="traffic", reason=reason)
        yield from self.gaps.unseen(self.channel, self.target.phase)
        for kind, field, why in self._unknown():
            scope = {"channel": (self.channel,)}
            yield Unseen(kind=kind, scope=scope, field=field, collector="traffic", reason=why)
        for phase, tally in self.tallies.items():
            scope = {"channel": (self.channel,), **({"phase": (phase,)} if phase else {})}
            for kind, count in sorted(tally.left_out.items()):
                reason = Words(f"另有 {count} 次未列出", f"{count} more occurrences are not listed")
                yield Unseen(kind=kind, scope=scope, collector="traffic", reason=reason)

    def _beside(self) -> Iterator[Gap]:
        visit = self.target.visit
        yield from lacking(visit.subject, self.whose, identity=self.identity is not None)
        if not any(tally.hosts() for tally in self.tallies.values()):
            yield from empty(self.entries, self.of_browser + self.of_others)

    def _unknown(self) -> Iterator[tuple[str, str, Words]]:
        """Give the fields of all facts of a kind that stayed unknown, and why."""
        for kind, why in unattributed(self.whose.control):
            yield kind, "by_subject", why
        if self.run is not None:
            self.run.end()
            if self.run.why is not None:
                yield from ((kind, "phase", self.run.why) for kind in KINDS)

    def tell(self) -> None:
        """Tell the waiting person what was left out."""
        name = self.target.evidence.name
        if self.of_browser:
            self.say(f"{name}: {self.of_browser} requests of the browser itself left out")
        if self.of_others:
            self.say(f"{name}: {self.of_others} requests of other apps left out")

    def _source(self, one: Exchange | Passage) -> Source:
        return Source(
            evidence=self.target.evidence.sha256,
            at=one.at,
            time=one.started or None,
            captured=self.captured,
            mapped=isinstance(one, Exchange) and one.via == "mapped",
        )


def _spanned(fact: Fact, span: str | None) -> Fact:
    if span and isinstance(fact, _SPANNED):
        return msgspec.structs.replace(fact, phase_span=span)
    return fact


def _tunnel(one: Exchange, here: Address) -> Passage:
    """Give a way through a proxy as what it is: a connection whose inside was not recorded."""
    return Passage(
        kind="unopened",
        host=here.host,
        port=here.port,
        started=one.started,
        at=one.at,
        ip=one.ip,
        client=one.client,
    )


def _identity(target: Target, knowledge: Knowledge) -> Identity | None:
    aid = next((one for one in target.aids if one.kind == "identity"), None)
    if aid is None:
        return None
    data = aid.path.read_bytes()
    read = read_identity(data, knowledge.data_types, file=aid.evidence.name)
    own = target.visit.package  # an app that names itself tells nothing of the person
    values = {kind: tuple(v for v in many if v != own) for kind, many in read.values.items()}
    return Identity(values, read.salts)


def _key(path: Path | None) -> bytes | None:
    """Read the key of digests. Raises UsageError where there is none of 16 bytes or more."""
    if path is None:
        return None
    hint = "make one: openssl rand -out FILE 32, and keep it outside the case"
    try:
        with path.open("rb") as stream:
            key = stream.read(LONGEST_KEY)
    except OSError as error:
        raise UsageError(f"--digest-key {path}: {error.strerror}", hint=hint) from None
    if len(key) < 16:
        raise UsageError(f"--digest-key {path} holds under 16 bytes", hint=hint)
    return key
