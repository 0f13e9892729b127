"""The traffic collector: what a recording of requests shows to have left, to whom, and where to.

A recording is a HAR file: one of our own sessions in a browser, or one that somebody hands in.
What the file could not show becomes Unseen with its reason. Requests that a browser makes for
itself (browser-hosts.yaml: updates, lists, checks) are never laid to the subject: they make no
facts, and their number is told to the waiting person only.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.traffic.broken import Broken
from scanner.collect.traffic.endpoints import Places
from scanner.collect.traffic.gaps import KINDS, Gaps
from scanner.collect.traffic.har import read_har
from scanner.collect.traffic.outcome import outcome
from scanner.collect.traffic.sent import Reader
from scanner.collect.traffic.tally import Seen, Tally
from scanner.cookies import KnownNames, cookies_set
from scanner.exchange import Address, Exchange, address, moment
from scanner.facts import Source
from scanner.geo import load_geo
from scanner.knowledge import Knowledge
from scanner.model import Keep, Say, Sighting, Target, Unseen, Words
from scanner.parties import Parties

__all__ = ["KINDS", "collect"]

EVERY = 2_000
"""Entries after which the waiting person hears of them."""


def collect(target: Target, keep: Keep, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:  # noqa: ARG001 - the recording is kept already
    """Read a HAR file and yield facts and what stayed unseen.

    Raises NotAuditable, before anything is yielded, for a file that is no HAR. The same bytes give
    the same sightings in the same order.
    """
    look = _Look(target, knowledge, say)
    for one in read_har(target.path):
        look.at(one)
    yield from look.tally.facts()
    yield from look.unseen()
    if look.of_browser:
        say(f"{target.evidence.name}: {look.of_browser} requests of the browser itself left out")


class _Look:
    """Looks through one recording."""

    def __init__(self, target: Target, knowledge: Knowledge, say: Say) -> None:
        self.target = target
        self.say = say
        self.own = target.channel == "website"
        self.since = moment(target.since)
        anycast = knowledge.sets.get("anycast-networks", frozenset())
        geo = load_geo(target.visit.locations, anycast=sorted(anycast))
        self.places = Places(geo, target.visit)
        self.parties = Parties(target.visit.first_party, knowledge)
        self.reader = Reader()
        self.tally = Tally(
            target.channel or "traffic", target.phase, KnownNames(knowledge.trackers.rows)
        )
        self.browser_hosts = knowledge.sets.get("browser-hosts", frozenset())
        self.gaps = Gaps(own=self.own)
        self.entries = self.of_browser = 0

    def at(self, one: Exchange | Broken) -> None:
        """Look at one entry."""
        self.entries += 1
        if self.entries % EVERY == 0:
            self.say(f"{self.target.evidence.name}: {self.entries} entries read")
        if isinstance(one, Broken):
            self.gaps.broken(one)
            return
        here = address(one.url)
        if here is None or not self._in_phase(one):
            return
        if here.host in self.browser_hosts:
            self.of_browser += 1
            return
        left = outcome(one, own=self.own)
        if left != "local":
            self._add(one, here, failed=left == "failed")

    def _add(self, one: Exchange, here: Address, *, failed: bool) -> None:
        who = self.parties.of(here.host)
        carried = self.reader.read(one, listed=bool(who.tracker and who.tracker.identifies))
        seen = Seen(one, here, who, self.places.of(one), carried, self._source(one))
        if failed:
            self.tally.add_attempt(seen)
            kinds = [datum.data_type for datum in carried.data]
            self.gaps.failed(one, here.host, who.party, kinds)
        else:
            self.tally.add(seen, cookies_set(one))
            self.gaps.sent(one, here.host, carried.cut)

    def unseen(self) -> Iterator[Unseen]:
        """Say what the recording could not show, and what was too much to be listed."""
        channel, phase = self.target.channel or "traffic", self.target.phase
        yield from self.gaps.unseen(channel, phase)
        scope = {"channel": (channel,), **({"phase": (phase,)} if phase else {})}
        for kind, count in sorted(self.tally.left_out.items()):
            reason = Words(f"另有 {count} 次未列出", f"{count} more occurrences are not listed")
            yield Unseen(kind=kind, scope=scope, collector="traffic", reason=reason)

    def _in_phase(self, one: Exchange) -> bool:
        """Say whether an exchange began in the phase that the recording stands for."""
        if self.since is None:
            return True
        began = moment(one.started)
        if began is None:
            self.gaps.undated(one)
            return False
        return began >= self.since

    def _source(self, one: Exchange) -> Source:
        return Source(
            evidence=self.target.evidence.sha256,
            at=one.at,
            time=one.started or None,
            captured=self.own,
            mapped=one.via == "mapped",
        )
