"""The picture holds what the flows hold: everything in its place, nothing on top of another."""

from __future__ import annotations

import itertools
import re

from msgspec.structs import replace

from scanner.report.flow import flows
from scanner.report.flow_picture import BOX, LEFT, MOST_LINES, RIGHT, ROW, picture
from scanner.texts import width
from tests.report import example, scenes

PATH = re.compile(r"M(\S+) (\S+)C\S+ \S+ \S+ \S+ (\S+) (\S+)")


def test_nothing_to_draw_is_no_picture() -> None:
    assert picture(example.rich()) is None


def test_every_line_runs_from_its_own_row_to_its_own_recipient() -> None:
    drawn = picture(scenes.flowing())
    assert drawn is not None
    assert [line.flow for line in drawn.lines] == list(flows(scenes.flowing()))
    for line in drawn.lines:
        match = PATH.fullmatch(line.path)
        assert match is not None
        x1, y1, x2, y2 = (float(number) for number in match.groups())
        assert (x1, x2) == (LEFT, RIGHT)
        (row,) = [one for one in drawn.rows if one.y <= y1 <= one.y + ROW]
        assert row.key == line.flow.data
        (panel,) = [one for one in drawn.sources if one.y <= y1 <= one.y + one.height]
        assert panel.name == line.flow.source.name
        (box,) = [one for one in drawn.recipients if one.y <= y2 <= one.y + BOX]
        assert line.flow.recipient.host in box.name.zh
        (zone,) = [one for one in drawn.zones if one.y <= y2 <= one.y + one.height]
        assert zone.key == line.flow.recipient.zone


def test_panels_do_not_lie_on_each_other() -> None:
    drawn = picture(scenes.flowing())
    assert drawn is not None
    for side in (drawn.sources, drawn.zones):
        for above, below in itertools.pairwise(side):
            assert above.y + above.height < below.y
        assert side[-1].y + side[-1].height <= drawn.height


def test_too_many_flows_are_counted_and_the_most_telling_are_drawn() -> None:
    facts = tuple(
        scenes.sent("imei", f"h{n}.example", "first_launch" if n == 70 else "agreed")
        for n in range(90)
    )
    drawn = picture(scenes.flowing(facts))
    assert drawn is not None
    assert len(drawn.lines) == MOST_LINES
    assert drawn.left_out == len(drawn.flows) - MOST_LINES == 90 - MOST_LINES
    assert drawn.lines[0].flow.recipient.host == "h70.example"


def test_long_names_are_shortened_to_their_side() -> None:
    long = picture(scenes.flowing((scenes.sent("名" * 5000, "x" * 5000),)))
    assert long is not None
    texts = [one.name.zh for one in (*long.rows, *long.recipients)]
    assert all(width(text) <= 54 for text in texts)
    turned = picture(replace(scenes.flowing((scenes.sent("imei", "a\u202eb"),))))
    assert turned is not None
    assert "\u202e" not in turned.recipients[0].name.zh
