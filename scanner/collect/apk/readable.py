"""A binary XML document as indented text for a person, kept beside the bytes it came from."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from scanner.collect.apk.android import Document, Value

MAX_INDENT = 64
"""Levels shown by indentation; deeper ones stand at the same column."""


def readable_xml(document: Document, values: dict[int, Value]) -> bytes:
    """Write a document as UTF-8 text; a resolved reference is followed by its resource id."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>']
    open_tags: list[str] = []
    for element in document.elements:
        while len(open_tags) > element.depth:
            lines.append(f"{_indent(len(open_tags) - 1)}</{open_tags.pop()}>")
        attributes = "".join(
            f"\n{_indent(element.depth + 2)}{_plain(name)}={quoteattr(_written(value, values))}"
            for name, value in element.attributes.items()
        )
        tag = _plain(element.tag)
        lines.append(f"{_indent(element.depth)}<{tag}{attributes}>{escape(_plain(element.text))}")
        open_tags.append(tag)
    while open_tags:
        lines.append(f"{_indent(len(open_tags) - 1)}</{open_tags.pop()}>")
    return "\n".join([*lines, ""]).encode("utf-8", "replace")


def _indent(depth: int) -> str:
    return "  " * min(depth, MAX_INDENT)


def _written(value: Value, values: dict[int, Value]) -> str:
    if value.kind == "reference" and value.number in values:
        return f"{_plain(values[value.number].text)} ({value.text})"
    return _plain(value.text)


def _plain(text: str) -> str:
    return "".join(letter if letter >= " " or letter in "\t\n" else "\ufffd" for letter in text)
