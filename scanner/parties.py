"""Whose a host is: the subject's own, a vendor's by the tables, or not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scanner.facts import Party
from scanner.knowledge import Knowledge
from scanner.knowledge.sites import site_of
from scanner.knowledge.trackers import Tracker

MAX_KEPT = 65_536
"""Hosts whose owner is kept in memory; a recording has some hundreds."""


class Who(NamedTuple):
    """What is known of the owner of a host."""

    party: Party | None
    """first or third; null when neither can be said."""
    vendor: str
    """Id of the vendor by the tables; empty when they name none."""
    recipient: str
    """Id of the tracker or third-party component by the tables; empty when they name none, or
    several components of one vendor."""
    purposes: tuple[str, ...]
    """What the tracker of that host is for, sorted; empty when the tables name no tracker."""
    tracker: Tracker | None
    """The tracker by the tables; the recipient may be a component with a longer host."""


class Parties:
    """Tells whose a host is, for one subject."""

    def __init__(self, own: Iterable[str], knowledge: Knowledge) -> None:
        """Take the subject's own hosts: those of its addresses, and what the auditor added."""
        self._trackers = knowledge.trackers
        self._shared = knowledge.sets.get("shared-hosts", frozenset())
        self._own = {site_of(host.lower().rstrip("."), self._shared) for host in own}
        # Whoever rents a name from a cloud has a site of its own, and so is not that cloud.
        owners = self._trackers.owners.items()
        self._own_vendors = {
            vendor for host, vendor in owners if site_of(host, self._shared) in self._own
        }
        self._known: dict[str, Who] = {}

    def of(self, host: str) -> Who:
        """Say whose a host is.

        A host is the subject's own if it belongs to the same site. It is a third party's if the
        tables name its vendor, unless the subject belongs to that vendor itself, or the vendor
        only lets the name to others: such a host may be the subject's own, and stays unknown.
        """
        found = self._known.get(host)
        if found is None:
            found = self._of(host)
            if len(self._known) < MAX_KEPT:
                self._known[host] = found
        return found

    def _of(self, host: str) -> Who:
        tracker = self._trackers.of_host(host)
        vendor = self._trackers.vendor_of_host(host) or ""
        let = tracker is None and self._is_tenant(host)
        party: Party | None = None
        if site_of(host, self._shared) in self._own:
            party = "first"
        elif vendor and vendor not in self._own_vendors and not let:
            party = "third"
        purposes = tuple(sorted(tracker.purposes)) if tracker else ()
        return Who(party, vendor, self._recipient(host, let=let), purposes, tracker)

    def _recipient(self, host: str, *, let: bool) -> str:
        """Name who receives; `let` for a name that its vendor lets to others, who are not it."""
        found = self._trackers.recipient_of_host(host)
        if not let:
            return found
        landlord = site_of(host, self._shared).partition(".")[2]
        return found if found != self._trackers.recipient_of_host(landlord) else ""

    def _is_tenant(self, host: str) -> bool:
        return site_of(host, self._shared) != site_of(host, frozenset())
