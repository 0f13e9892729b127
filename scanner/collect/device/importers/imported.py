"""What an importer gives of an export, and how it says what it could not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from scanner.broken import Broken
from scanner.device_file import Event, Mark
from scanner.model import Words

KINDS_TOLD = 50
"""Different reasons that are told; any others are counted under one more."""
_OTHERS = Words("其他原因，未能读出", "could not be read for other reasons")


class Losses:
    """What could not be read, told once per reason with its first place and how often it came."""

    def __init__(self) -> None:
        self._first: dict[Words, str] = {}
        self._count: dict[Words, int] = {}
        self._ends: list[Broken] = []

    def add(self, at: str, reason: Words) -> None:
        """Count a line or row that could not be read."""
        if reason not in self._first and len(self._first) >= KINDS_TOLD:
            reason = _OTHERS
        self._first.setdefault(reason, at)
        self._count[reason] = self._count.get(reason, 0) + 1

    def end(self, broken: Broken) -> None:
        """Say that everything from a place on is lost."""
        self._ends.append(broken)

    @property
    def count(self) -> int:
        """How many lines or rows were lost one by one."""
        return sum(self._count.values())

    @property
    def whole(self) -> bool:
        """Whether nothing was lost."""
        return not self._first and not self._ends

    def told(self) -> tuple[Broken, ...]:
        """Give every reason, in the order in which they first came."""
        return (
            *(
                Broken(at=at, reason=_counted(reason, self._count[reason]))
                for reason, at in self._first.items()
            ),
            *self._ends,
        )


def _counted(reason: Words, count: int) -> Words:
    if count == 1:
        return reason
    return Words(f"{reason.zh}（共 {count} 处）", f"{reason.en} ({count} times in all)")


class Imported:
    """The calls that an export tells of, read as they are asked for, and what was lost of it.

    `losses` and `whole` are final once all events were taken.
    """

    def __init__(
        self,
        placed: Iterator[tuple[str, Event]],
        losses: Losses,
        *,
        tool: str,
        consent: tuple[Mark, ...] = (),
        notes: tuple[Words, ...] = (),
    ) -> None:
        self.placed = placed
        """Each call with its place in the export, e.g. row 12; its time as the export tells it:
        without an offset from UTC where that has none, the empty text where it tells no time."""
        self.tool = tool
        """The program that watched the calls."""
        self.losses = losses
        """What could not be read."""
        self.consent = consent
        """When the user agreed, as far as the export tells it, by the clock of its events."""
        self.notes = notes
        """What whoever reads these events has to know of the export."""

    @property
    def events(self) -> Iterator[Event]:
        """The calls alone."""
        return (event for _, event in self.placed)

    @property
    def reads(self) -> tuple[Broken, ...]:
        """What could not be read, with the reasons."""
        return self.losses.told()

    @property
    def whole(self) -> bool:
        """Whether everything in the export was read."""
        return self.losses.whole


class Importer(NamedTuple):
    """A form of export that can be read."""

    name: str
    """What it reads."""
    read: Callable[[BinaryIO], Imported]
    """Reads one; raises NotAuditable, before any event, for what is none after all."""
