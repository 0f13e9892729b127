"""Recordings of runs as tests write them: parts by name, screens as trees, times from a start."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from scanner.collect.device.edges import edges_of
from scanner.collect.device.opening import Archive
from scanner.collect.device.phases import Edge, Phases
from scanner.collect.device.reading import read
from scanner.collect.device.recorded import Recorded
from scanner.model import Evidence, Target, Visit

APP = "cn.example.app"
T0 = 1_750_000_000.0
"""Where the times of these recordings begin: 2025-06-15T15:06:40Z."""
WIDTH, HEIGHT, ROW = 1080, 2400, 120
RUN: dict[str, Any] = {
    "app": {"package": APP, "uid": 10123, "sha256": "5a" * 32},
    "clean_install": True,
    "clock": {"offset_s": 0.0, "within_s": 0.0},
}
"""A run.yaml whose clocks are one."""
Part = str | bytes | Mapping[str, Any] | Iterable[Mapping[str, Any]] | None


class Drawn(NamedTuple):
    """An element to be drawn."""

    said: dict[str, str]
    inside: tuple[Drawn, ...]


def node(
    text: str = "",
    kind: str = "TextView",
    bounds: tuple[int, int, int, int] | None = None,
    *inside: Drawn,
    clickable: bool | None = None,
    checkable: bool | None = None,
    checked: bool = False,
    desc: str = "",
    id: str = "",
    package: str = "",
    password: bool = False,
) -> Drawn:
    """Draw an element; buttons can be tapped and boxes ticked unless told otherwise."""
    name = kind if "." in kind else f"android.widget.{kind}"
    box = name.rpartition(".")[2] in {"CheckBox", "Switch", "RadioButton"}
    said = {
        "text": text,
        "resource-id": id,
        "class": name,
        "package": package,
        "content-desc": desc,
        "checkable": _bool(box if checkable is None else checkable),
        "checked": _bool(checked),
        "clickable": _bool((box or name.endswith("Button")) if clickable is None else clickable),
        "enabled": "true",
        "password": _bool(password),
        "bounds": "" if bounds is None else "[{},{}][{},{}]".format(*bounds),
    }
    return Drawn(said, inside)


def screen(*nodes: Drawn, package: str = APP) -> str:
    """Write a tree as UIAutomator does; elements without bounds stand in rows of their own."""
    rows = "".join(_xml(one, package, number) for number, one in enumerate(nodes))
    whole = node("", "FrameLayout", (0, 0, WIDTH, HEIGHT))
    said = "".join(
        f" {name}={quoteattr(value or package if name == 'package' else value)}"
        for name, value in whole.said.items()
    )
    begin = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    return f'{begin}<hierarchy rotation="0"><node index="0"{said}>{rows}</node></hierarchy>'


def _xml(one: Drawn, package: str, row: int) -> str:
    top = 100 + ROW * row
    said = {**one.said, "bounds": one.said["bounds"] or f"[40,{top}][{WIDTH - 40},{top + 100}]"}
    said["package"] = said["package"] or package
    words = "".join(f" {name}={quoteattr(value)}" for name, value in said.items())
    inside = "".join(_xml(child, package, row) for child in one.inside)
    return f'<node index="{row}"{words}>{inside}</node>'


def _bool(value: bool) -> str:
    return "true" if value else "false"


def archive_of(parts: Mapping[str, Part]) -> bytes:
    """Pack parts as a zip: lists become lines of JSON, a mapping one document; None is left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {"run.yaml": RUN, **parts}.items():
            if part is not None:
                archive.writestr(name, _bytes(part))
    return stream.getvalue()


def _bytes(part: Part) -> bytes:
    if isinstance(part, bytes):
        return part
    if isinstance(part, str):
        return part.encode()
    if isinstance(part, Mapping):
        return json.dumps(part, ensure_ascii=False).encode()
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in part or ()).encode()


def kept(data: bytes, *, name: str, media_type: str, readable: str | None = None) -> Evidence:
    """Keep nothing, but give the entry."""
    digest = hashlib.sha256(data).hexdigest()
    return Evidence(
        sha256=digest, name=name, media_type=media_type, size=len(data), readable=readable
    )


def target_of(folder: Path, data: bytes, visit: Visit = Visit()) -> Target:  # noqa: B008
    """Put a recording into a folder and name it as a target."""
    path = folder / "recording.zip"
    path.write_bytes(data)
    evidence = kept(data, name="recording", media_type="application/zip")
    return Target(kind="device", path=path, evidence=evidence, visit=visit)


def recording(
    folder: Path,
    parts: Mapping[str, Part],
    *,
    visit: Visit = Visit(),  # noqa: B008 - immutable
    captured: bool = False,
    edges: Iterable[Edge] | None = None,
) -> Recorded:
    """Give a recording as the collector reads it, in phases; `edges` sets them instead."""
    target = target_of(folder, archive_of(parts), visit)
    recorded = read(Archive(target.path), target, kept, captured=captured)
    recorded.phases = Phases(edges_of(recorded) if edges is None else edges)
    return recorded


def walk(
    shown: Iterable[tuple[float, str]],
    taps: Iterable[Mapping[str, Any]] = (),
    activity: str | None = None,
    **parts: Part,
) -> dict[str, Part]:
    """Give the parts of a run by its screens (seconds from the start, tree) and taps.

    Times of taps are seconds from the start too. Other parts are named by their stem, e.g.
    processes=[...], with times as they are to stand there.
    """
    lines: list[dict[str, Any]] = []
    trees: dict[str, Part] = {}
    for number, (second, tree) in enumerate(shown):
        name = f"screens/{number:04}.xml"
        trees[name] = tree
        lines.append(
            {"time": T0 + second, "ui": name, "activity": activity or f"{APP}.MainActivity"}
        )
    done = [{**tap, "time": T0 + tap["time"]} for tap in taps]
    others = {f"{name}.jsonl": part for name, part in parts.items()}
    return {"screens.jsonl": lines, "taps.jsonl": done, **trees, **others}
