"""What the styles of a Word file make of a paragraph: a heading, a numbered item, bold words."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""Namespace of Word's own elements."""
MAX_CHAIN = 12
"""Styles of which one rests on the other that are followed."""
_HEADING_NAME = re.compile(r"(?i)(?:heading|标题)\s?([1-9])$")


class Style(NamedTuple):
    """What holds for a paragraph, its style and its own settings taken together."""

    level: int = 0
    """Of a heading 1 to 6; else 0."""
    bold: bool = False
    list_id: str | None = None
    """Which list counts it."""
    list_level: int = 0


class Styles:
    """The styles of a file, by their id."""

    def __init__(self, part: Any) -> None:
        self._raw: dict[str, Any] = {}
        self._made: dict[str, Style] = {}
        for style in () if part is None else part.iter(f"{W}style"):
            self._raw.setdefault(style.get(f"{W}styleId") or "", style)

    def of(self, paragraph: Any) -> Style:
        """Say what holds for a paragraph."""
        settings = paragraph.find(f"{W}pPr")
        if settings is None:
            return Style()
        name = value_of(settings.find(f"{W}pStyle"), "val")
        return _with(settings, self._named(name, 0) if name else Style())

    def _named(self, name: str, chain: int) -> Style:
        if name in self._made:
            return self._made[name]
        style = self._raw.get(name)
        if style is None or chain > MAX_CHAIN:
            return Style()
        rests_on = value_of(style.find(f"{W}basedOn"), "val")
        made = self._named(rests_on, chain + 1) if rests_on else Style()
        settings = style.find(f"{W}pPr")
        if settings is not None:
            made = _with(settings, made)
        made = made._replace(bold=is_on(style.find(f"{W}rPr"), "b", otherwise=made.bold))
        title = (value_of(style.find(f"{W}name"), "val") or "").strip()
        if heading := _HEADING_NAME.search(title):
            made = made._replace(level=min(int(heading.group(1)), 6))
        elif title.lower() in {"title", "标题"}:
            made = made._replace(level=1)
        self._made[name] = made
        return made


def _with(settings: Any, made: Style) -> Style:
    outline = value_of(settings.find(f"{W}outlineLvl"), "val")
    if outline is not None and re.fullmatch(r"[0-9]", outline):
        made = made._replace(level=0 if outline == "9" else min(int(outline) + 1, 6))
    numbers = settings.find(f"{W}numPr")
    if numbers is not None:
        level = value_of(numbers.find(f"{W}ilvl"), "val")
        if level is not None and re.fullmatch(r"[0-8]", level):
            made = made._replace(list_level=int(level))
        list_id = value_of(numbers.find(f"{W}numId"), "val")
        if list_id is not None:
            made = made._replace(list_id=None if list_id == "0" else list_id)
    return made


def value_of(element: Any, name: str) -> str | None:
    """Give an attribute of Word's own; None for one that is not there."""
    return None if element is None else element.get(f"{W}{name}")


def is_on(settings: Any, name: str, *, otherwise: bool) -> bool:
    """Tell whether a setting such as bold is on."""
    setting = None if settings is None else settings.find(f"{W}{name}")
    if setting is None:
        return otherwise
    return value_of(setting, "val") not in {"0", "false", "off", "none"}
