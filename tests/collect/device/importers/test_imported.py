from __future__ import annotations

from collections.abc import Iterator

from scanner.broken import Broken
from scanner.collect.device.importers.imported import KINDS_TOLD, Imported, Losses
from scanner.device_file import Event
from scanner.model import Words


def test_losses_are_told_once_per_reason_and_counted() -> None:
    losses, reason = Losses(), Words("坏", "bad")
    assert losses.whole
    for number in range(3):
        losses.add(f"row {number}", reason)
    losses.add("row 7", Words("丑", "ugly"))
    first, second = losses.told()
    assert (first.at, first.reason) == ("row 0", Words("坏（共 3 处）", "bad (3 times in all)"))
    assert (second.at, second.reason.en) == ("row 7", "ugly")
    assert losses.count == 4
    assert not losses.whole


def test_reasons_without_end_are_put_together() -> None:
    losses = Losses()
    for number in range(KINDS_TOLD * 3):
        losses.add(str(number), Words(str(number), str(number)))
    assert len(losses.told()) == KINDS_TOLD + 1
    assert f"({KINDS_TOLD * 2} times in all)" in losses.told()[-1].reason.en


def test_an_import_is_whole_when_nothing_was_lost() -> None:
    losses = Losses()
    event = Event(time=1.0, api="a.B.c")

    def placed() -> Iterator[tuple[str, Event]]:
        yield "row 1", event
        losses.end(Broken(at="row 2", reason=Words("断", "cut"), rest=True))

    imported = Imported(placed(), losses, tool="one")
    assert list(imported.events) == [event]
    assert not imported.whole
    assert [broken.at for broken in imported.reads] == ["row 2"]
