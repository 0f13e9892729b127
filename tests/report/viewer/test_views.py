from __future__ import annotations

import typing

import msgspec

from scanner.report.viewer import Viewer, views
from tests.report.viewer.kept_bytes import torch


def test_every_view_is_data_that_json_takes_and_gives_back() -> None:
    report, opened, _ = torch()
    viewer = Viewer(report, opened)
    seen = set()
    for fact in report.facts.values():
        for view in viewer.shown(fact):
            seen.add(type(view))
            assert msgspec.json.decode(msgspec.json.encode(view), type=type(view)) == view
    assert seen >= set(typing.get_args(views.View)) - {views.Unshown}
