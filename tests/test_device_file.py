from __future__ import annotations

import jsonschema
import msgspec
import pytest

from scanner import device_file
from scanner.device_file import LINES, RUN, App, Event, Mark, Run, Screen, Tap, schema


def definition(part: str) -> dict[str, object]:
    whole = schema()
    return {"$defs": whole["$defs"], **whole["files"][part]}


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert set(schema()["files"]) == {RUN, *LINES}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (RUN, Run(app=App(package="cn.example.app"), clean_install=True)),
        (device_file.EVENTS, Event(time=1.5, api="a.B.c", stack=("a.B.c", "d.E.f"))),
        (device_file.SCREENS, Screen(time="2026-11-22T10:00:00+08:00", ui="s/1.xml")),
        (device_file.TAPS, Tap(time=1.0, x=3, y=4)),
        (device_file.MARKS, Mark(sync={"host": 1.0, "device": 2.0})),
    ],
)
def test_what_is_written_fits_the_schema_and_is_read_back(part: str, value: object) -> None:
    written = msgspec.json.encode(value)
    jsonschema.validate(msgspec.json.decode(written), definition(part))
    assert msgspec.json.decode(written, type=type(value)) == value


@pytest.mark.parametrize(
    "wrong", [{"api": "a.B.c"}, {"time": 1, "api": 7}, {"time": [], "api": ""}]
)
def test_what_does_not_fit_fits_neither(wrong: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, definition(device_file.EVENTS))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Event)
