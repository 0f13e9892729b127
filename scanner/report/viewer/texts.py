"""Stretches of kept texts: a policy's words, an element of a manifest or page, a recorded line."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from scanner.device_file import RUN
from scanner.facts import Source
from scanner.personal.masking import masked
from scanner.personal.names import is_person_name
from scanner.personal.shown import veiled
from scanner.report.passages import Passages
from scanner.report.viewer.kept import Kept
from scanner.report.viewer.views import Excerpt

AROUND = 80
"""Characters shown on either side."""
LONGEST = 1_200
"""Characters of an element or a line that are shown."""
LARGEST_TEXT = 16 << 20
"""Bytes of a document or manifest that is read."""
MOST_MEMBERS = 100
"""Members of one record that are shown."""
NUMBERS = frozenset(("time", "pid", "uid", "x", "y", "line"))
"""Members of our records that are numbers of a run, not of a person."""
PLAIN = frozenset(("name", "api", "package", "process", "thread", "activity", "script", "time"))
"""Members whose names would say something else of a person's data."""
_STEP = re.compile(r"([A-Za-z][\w.\\-]{0,80})(?::nth-of-type\((\d{1,6})\))?", re.ASCII)
_ELEMENT = re.compile(r"([\w.\-:]{1,200})(?:\[(\d{1,6})\])?", re.ASCII)
_TAG = re.compile(r"\s*<(/?)([^\s<>/?!]+)")
_LINE = re.compile(r"([a-z_]{1,40}\.jsonl) line ([1-9]\d{0,7})", re.ASCII)
_MAY_BE_NAME = re.compile(r"(?<![\u4e00-\u9fff·])[\u4e00-\u9fff·]{2,12}(?![\u4e00-\u9fff·])")
_EVENT = re.compile(r"events (\d{1,7})")


class Texts:
    """Gives the stretch of a text to which a fact points."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._passages = Passages(kept.entry, kept.bytes_or_missing, kept.published)
        self._page = functools.lru_cache(maxsize=4)(self._parsed)
        self._begins = functools.lru_cache(maxsize=4)(self._line_begins)
        self._manifest = functools.lru_cache(maxsize=8)(self._lines)

    def policy(self, source: Source) -> Excerpt | None:
        """Give the passage of a policy."""
        entry, passage = self._kept.entry(source.evidence), self._passages.at(source)
        if entry is None or passage is None:
            return None
        return Excerpt(
            *("policy", entry.readable or "", "", passage.line, passage.start),
            *(passage.before, passage.words, passage.after),
        )

    def manifest(self, source: Source) -> Excerpt | None:
        """Give the element of a manifest, from its readable text."""
        entry = self._kept.entry(source.evidence)
        if entry is None or entry.readable is None or not source.at.startswith("manifest"):
            return None
        place = source.at.partition("@")[0].partition(" (")[0]
        lines = self._manifest(entry.readable)
        found = element_lines(lines, place) if lines else None
        if found is None:
            return None
        first, last = found
        if place == "manifest":  # all else stands in it
            last = next((n for n in range(first, last) if lines[n].endswith(">")), first)
        words = "\n".join(lines[first : last + 1])
        return Excerpt(
            *("manifest", entry.readable, "", first + 1, None),
            *("\n".join(lines[max(0, first - 2) : first]), _cut(words)),
            "\n".join(lines[last + 1 : last + 3]),
        )

    def _lines(self, sha256: str) -> tuple[str, ...]:
        data = self._kept.bytes_of(sha256)
        if data is None or len(data) > LARGEST_TEXT:
            return ()
        return tuple(data.decode("utf-8", "replace").split("\n"))

    def page(self, source: Source) -> Excerpt | None:
        """Give the element of a page to which a CSS path leads, else where words stand on it."""
        sha256 = source.evidence or ""
        root = self._page(sha256)
        if root is None:
            return None
        if not source.at:
            return self._beginning(sha256, root)
        element = _element(root, source.at)
        if element is None:
            return self._words(sha256, root, source.at)
        from lxml import etree  # noqa: PLC0415 - 30 ms that other facts need not wait

        written = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
        before, after = _text_around(element)
        line = element.sourceline
        return Excerpt(
            *("page", sha256, "", line if isinstance(line, int) and line > 0 else None, None),
            self._hidden(before[-AROUND:]),
            self._hidden(_cut(" ".join(written.split()))),
            self._hidden(after[:AROUND]),
        )

    def _beginning(self, sha256: str, root: Any) -> Excerpt:
        """Give how a page begins, for a fact that speaks of all of it."""
        text = self._hidden(_visible(root)[: 3 * AROUND])
        return Excerpt("page", sha256, "", None, None, "", text, "")

    def _words(self, sha256: str, root: Any, words: str) -> Excerpt | None:
        text = _visible(root)
        wanted = " ".join(words.split())
        at = text.find(wanted) if wanted else -1
        if at < 0:
            return None
        end = at + len(wanted)
        return Excerpt(
            *("page", sha256, "", None, None),
            self._hidden(text[max(0, at - AROUND) : at]).strip(),
            self._hidden(_cut(wanted)),
            self._hidden(text[end : end + AROUND]).strip(),
        )

    def _parsed(self, sha256: str) -> Any:
        from lxml import html  # noqa: PLC0415

        data = self._kept.bytes_of(sha256)
        if not data or len(data) > LARGEST_TEXT:
            return None
        parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=False)
        try:
            return html.document_fromstring(data, parser=parser)
        except (ValueError, AssertionError, RecursionError, html.etree.LxmlError):
            return None

    def recorded(self, source: Source) -> Excerpt | None:
        """Give the line of a recorded run, or the event of a browser's session."""
        sha256 = source.evidence or ""
        line, event = _LINE.fullmatch(source.at), _EVENT.fullmatch(source.at)
        if line is not None:
            found = self._line(sha256, line[1], int(line[2]))
            return None if found is None else self._record(sha256, line[1], int(line[2]), found)
        if event is not None:
            log = _json(self._kept.bytes_of(sha256) or b"")
            events = log.get("events") if isinstance(log, dict) else None
            if isinstance(events, list) and int(event[1]) < len(events):
                said = json.dumps(events[int(event[1])], ensure_ascii=False)
                return self._record(sha256, "", None, said)
        if source.at == RUN:
            said = (self._kept.member(sha256, RUN) or b"").decode("utf-8", "replace")
            return self._record(sha256, RUN, None, said) if said.strip() else None
        return None

    def _line(self, sha256: str, name: str, number: int) -> str | None:
        begins = self._begins(sha256, name)
        if number > len(begins):
            return None
        data, at = self._kept.member(sha256, name) or b"", begins[number - 1]
        end = data.find(b"\n", at)
        line = data[at : end if end >= 0 else len(data)][: 4 * LONGEST]
        return line.decode("utf-8", "replace") if line.strip() else None

    def _line_begins(self, sha256: str, name: str) -> tuple[int, ...]:
        """Give where each line of a file begins."""
        data = self._kept.member(sha256, name)
        return () if data is None else (0, *(one.end() for one in re.finditer(b"\n", data)))

    def _record(self, sha256: str, member: str, line: int | None, said: str) -> Excerpt:
        told = _json(said.encode("utf-8", "replace"))
        if isinstance(told, dict) and len(told) <= MOST_MEMBERS:
            each = (
                f"{json.dumps(key, ensure_ascii=False)}: {self._value(key, told[key])}"
                for key in told
            )
            shown = self._kept.without_known(f"{{{', '.join(each)}}}")
        else:
            shown = self._hidden(said[: 2 * LONGEST])
        return Excerpt("record", sha256, member, line, None, "", _cut(shown), "")

    @staticmethod
    def _value(key: str, value: object) -> str:
        """Write a member of a record: numbers of ours as they are, all else hidden as texts are."""
        if isinstance(value, bool | None) or (key in NUMBERS and isinstance(value, int | float)):
            return json.dumps(value)
        written = json.dumps(value, ensure_ascii=False)
        return (
            veiled(written[: 2 * LONGEST])
            if not isinstance(value, str)
            else json.dumps(
                veiled(value[: 2 * LONGEST], key if key not in PLAIN else ""), ensure_ascii=False
            )
        )

    def _hidden(self, text: str) -> str:
        shown = veiled(text)
        if shown != text:  # where numbers of persons stand, their names stand beside them
            shown = _MAY_BE_NAME.sub(_without_name, shown)
        return self._kept.without_known(shown)


def _without_name(found: re.Match[str]) -> str:
    return masked("name", found[0]) if is_person_name(found[0]) else found[0]


def _visible(root: Any) -> str:
    """Give the words of a page without its scripts."""
    silent = {"script", "style", "noscript", "template"}
    kept: list[str] = []
    for one in root.iter():
        if isinstance(one.tag, str) and one.tag not in silent:
            kept.append(one.text or "")
        parent = one.getparent()
        if parent is not None and parent.tag not in silent:
            kept.append(one.tail or "")
    return " ".join(" ".join(kept).split())


def element_lines(lines: tuple[str, ...], place: str) -> tuple[int, int] | None:
    """Give the first and last line (from 0) of the element at a place such as
    manifest/application/receiver[2] in an indented manifest.
    """
    wanted = [_ELEMENT.fullmatch(step) for step in place.split("/")]
    if not all(wanted):
        return None
    steps = [(one[1], int(one[2] or 1)) for one in wanted if one]
    counts: list[dict[str, int]] = [{}]
    matched, depth, first = 0, 0, None
    for number, line in enumerate(lines):
        tag = _TAG.match(line)
        if tag is None:
            continue
        if tag[1]:
            depth -= 1
            counts = counts[: depth + 1]
            if first is not None and depth == len(steps) - 1:
                return first, number
            matched = min(matched, depth)
            continue
        count = counts[depth][tag[2]] = counts[depth].get(tag[2], 0) + 1
        if first is None and matched == depth < len(steps) and steps[depth] == (tag[2], count):
            matched += 1
            first = number if matched == len(steps) else None
        depth += 1
        counts.append({})
    return None


def _element(root: Any, path: str) -> Any:
    """Follow a CSS path of ours, as far as it lies in the document itself."""
    steps = [_STEP.fullmatch(step.strip()) for step in path.partition(" >>> ")[0].split(" > ")]
    if not all(steps) or len(steps) > 300:
        return None
    at = None
    for step in steps:
        name, nth = step[1].lower(), int(step[2] or 1)  # type: ignore[index]
        among = [root] if at is None else at
        same = [one for one in among if isinstance(one.tag, str) and one.tag == name]
        if len(same) < nth:
            return None
        at = same[nth - 1]
    return at


def _text_around(element: Any) -> tuple[str, str]:
    """Give the words before an element in its parent, and those after it."""
    parent = element.getparent()
    if parent is None:
        return "", ""
    before, after, passed = [parent.text or ""], [element.tail or ""], False
    for one in parent:
        if one is element:
            passed = True
        elif isinstance(one.tag, str):
            told = [*one.itertext(), one.tail or ""]
            (after if passed else before).extend(map(str, told[:200]))
    return " ".join(" ".join(before).split()), " ".join(" ".join(after).split())


def _json(data: bytes) -> object:
    try:
        return json.loads(data) if len(data) <= LARGEST_TEXT else None
    except (ValueError, RecursionError):
        return None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
