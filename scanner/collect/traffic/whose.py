"""Whose a request was, and on whose word: lists of the phone's connections, or a control run."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from scanner.broken import Broken
from scanner.collect.traffic.control import Control, read_control
from scanner.connections import (
    Connection,
    Connections,
    Socket,
    read_connections,
    read_sockets,
)
from scanner.model import Target

By = Literal["connections", "control", "session"]
"""On whose word a request is the subject's, as in request.made."""

KINDS = ("connections", "sockets", "control")
"""Kinds of aid that say whose requests are."""
_CARRIERS = (
    "com.android.mtp",
    "com.android.providers.downloads",
    "com.android.providers.downloads.ui",
    "com.android.providers.media",
)
"""Parts of Android that download and play for other apps, under names of their own."""


class Said(NamedTuple):
    """Who sent something, as far as anybody says."""

    sender: str | None = None
    """Package of the app, or its label where no list knows packages; empty for one of several;
    null when nobody says."""
    by_subject: bool | None = None
    """Whether the subject sent it; null when nobody can say."""
    by: By | None = None
    """On whose word it is the subject's; null when it is not, or nobody can say."""


class Whose:
    """Tells whose requests are, for one subject."""

    def __init__(
        self,
        subject: str | None = None,
        lists: Sequence[Connections] = (),
        control: Control | None = None,
    ) -> None:
        """`subject` is the package of the app audited; the control counts where no list is."""
        self.subject = subject
        self.lists = tuple(lists)
        self.control = None if self.lists else control

    @property
    def broken(self) -> Iterator[Broken]:
        """What of the lists could not be read."""
        return (one for each in self.lists for one in each.broken)

    @property
    def named(self) -> bool:
        """Whether any list names a connection of the subject."""
        return any(row.owner == self.subject for each in self.lists for row in each.rows)

    def proxied(self, listens: Sequence[Socket]) -> None:
        """Take the addresses and ports of the recording's proxy; ask before anything else."""
        for each in self.lists:
            each.proxied(listens)

    def of(
        self,
        host: str,
        ip: str | None,
        port: int | None,
        client: str | None,
        at: datetime.datetime | None,
    ) -> Said:
        """Say who sent something by the lists of connections.

        Lists that name different packages contradict each other: then nobody can say.
        """
        told = [
            (owner, each)
            for each in self.lists
            if (owner := each.owner(host, ip, port, client, at)) is not None
        ]
        packages = {owner for owner, each in told if owner and not each.labels_only}
        if len(packages) > 1:
            return Said("")
        labels = [owner for owner, _ in told if owner not in packages]
        sender = next(iter([*packages, *labels]), None)
        judged = {is_subject(owner, self.subject, each, client) for owner, each in told} - {None}
        by_subject = judged.pop() if judged else None
        return Said(sender, by_subject, "connections" if by_subject else None)

    def without_list(self, host: str, declared: str | None) -> Said:
        """Say who sent a request by the control run, where no list is.

        What the phone sends without the app too may be anybody's; and so may what names another
        app as its sender.
        """
        if self.control is None or not self.control.usable or self.control.shows(host):
            return Said(declared)
        if declared is not None and declared != self.subject:
            return Said(declared)
        return Said(self.subject, True, "control")

    def unrecorded(self) -> Iterator[Connection]:
        """Give the subject's connections in which no exchange was found, each from one list."""
        if self.subject is None:
            return
        whole = {
            (row.ip, row.port)
            for each in self.lists
            if not each.polled
            for row in each.rows
            if row.owner == self.subject
        }
        for each in self.lists:
            for one in each.of(self.subject):
                if not each.polled or (one.ip, one.port) not in whole:
                    yield one


def is_subject(
    owner: str | None, subject: str | None, connections: Connections, client: str | None
) -> bool | None:
    """Say whether the app that a list names is the subject; null where that cannot be said.

    That is so where the list's app works for others (Android's downloads, its media player, root),
    or is known by its label only, which several apps may bear.
    """
    if not owner or subject is None or connections.labels_only:
        return None
    if owner == subject:
        return True if connections.tells_apart(client) else None
    if connections.polled and not connections.tells_apart(client):
        return None
    return False if "." in owner and owner not in _CARRIERS else None


def read_whose(target: Target) -> Whose:
    """Read what says whose requests are: each list of connections, or else a control run.

    Raises NotAuditable for a file that is none of what it was handed in as.
    """
    aids = {kind: [one for one in target.aids if one.kind == kind] for kind in KINDS}
    lists = [read_connections(one.path).shifted(one.ahead_s) for one in aids["connections"]]
    packages = _packages(lists)
    lists += [read_sockets(one.path, packages).shifted(one.ahead_s) for one in aids["sockets"]]
    control = None
    if aids["control"] and not lists and target.visit.subject != "website":
        control = read_control(aids["control"][0].path, target.path)
    return Whose(target.visit.package, lists, control)


def _packages(lists: Sequence[Connections]) -> dict[int, str]:
    """Name apps by their user id, as far as the lists name one alone for it."""
    named: dict[int, set[str]] = {}
    for row in (row for each in lists if not each.labels_only for row in each.rows):
        if row.uid is not None and row.owner:
            named.setdefault(row.uid, set()).add(row.owner)
    return {uid: next(iter(many)) for uid, many in named.items() if len(many) == 1}
