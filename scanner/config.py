"""The settings of a person or an organisation: mingjian.toml, or [tool.mingjian] of pyproject.toml.

What the call says wins over the file. A rule is changed only with a reason, and every change is
told in every report.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, get_args

from scanner.errors import UsageError
from scanner.model import ProfileName, Severity

FILE = "mingjian.toml"
PYPROJECT = "pyproject.toml"
OURS = ("tool", "mingjian")
"""The table of pyproject.toml that is ours."""
LARGEST = 1_000_000
"""Longest file that is read, in bytes."""
LEAST_REASON = 2
"""Letters, digits or Chinese characters that a reason holds at least."""
LONGEST_REASON = 500
"""Longest reason, in characters: it stands in every report."""
MOST_RULES = 1_000
"""Most rules that one file changes."""

TEXTS = ("app-type", "home", "rules-trust", "sign-with", "tsa", "time-server", "runs", "baseline")
NUMBERS = ("app-type", "runs")
"""Settings of one word that may be written as a number."""
PATHS = ("sign-key", "sign-cert", "tsa-trust")
"""Files, found from the folder of the settings."""
LISTS = ("formats", "rule-folders")
CHOICES = ("profile", "fail-on", "lang")
KEYS = (*CHOICES, *TEXTS, *PATHS, *LISTS, "rules")
RULE_KEYS = ("severity", "enabled", "reason")


class Change(NamedTuple):
    """What is wanted of one rule."""

    rule: str
    severity: Severity | None
    """Its severity from now on; None where it is switched off."""
    reason: str
    at: str
    """Where the file says so: file, and line where it could be found."""


class Config(NamedTuple):
    """What a file of settings says; empty where there is none."""

    file: str = ""
    """Its name, without its folder."""
    sha256: str = ""
    """SHA-256 of its bytes."""
    texts: Mapping[str, str] = {}
    """Settings of one word, by key."""
    paths: Mapping[str, Path] = {}
    """Files, by key."""
    formats: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    """Further folders of rules, found from the file's own folder."""
    trust: Path | None = None
    """The certificate by which they must be signed."""
    changes: tuple[Change, ...] = ()
    baseline: Path | None = None
    """The file of findings that are accepted for a while."""


_MENTIONED = re.compile(
    rb"^(?:\xef\xbb\xbf)?[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*[\"']?mingjian\b", re.MULTILINE
)
"""How a pyproject.toml names us, whether or not the rest of it can be read."""


def find(folder: Path) -> Path | None:
    """Give the file of settings that holds in a folder, if one does.

    One that names us and cannot be read is given too, so that nobody's settings are lost unsaid.
    """
    own = folder / FILE
    if os.path.lexists(own):
        return own  # whatever it is: reading it says what is wrong with it
    project = folder / PYPROJECT
    if not project.is_file():
        return None
    try:
        data = _bytes(project)
    except UsageError:
        return None  # it belongs to somebody else's tools: theirs to complain of
    return project if _MENTIONED.search(data) else None


def read(path: Path, choices: Mapping[str, Sequence[str]]) -> Config:
    """Read a file of settings; `choices` are the words that each key may hold.

    Raises UsageError, with file and line where it can be found, for whatever it cannot mean.
    """
    data = _bytes(path)
    prefix = OURS if path.name == PYPROJECT else ()
    reader = _Reader(path.name, data, prefix, choices)
    said = reader.table()
    folder = path.parent
    trust = reader.text(said, "rules-trust")
    baseline = reader.text(said, "baseline")
    return Config(
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        texts={
            key: value
            for key in (*CHOICES, *TEXTS)
            if key not in ("rules-trust", "baseline")
            if (value := reader.text(said, key)) is not None
        },
        paths={
            key: folder / value for key in PATHS if (value := reader.text(said, key)) is not None
        },
        formats=reader.texts(said, "formats"),
        folders=tuple(folder / each for each in reader.texts(said, "rule-folders")),
        trust=None if trust is None else folder / trust,
        changes=reader.changes(said),
        baseline=None if baseline is None else folder / baseline,
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            hint = "name a plain file of settings"
            raise UsageError(f"{path.name}: no plain file", hint=hint)
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"{path.name}: {error.strerror or 'cannot be read'}", hint="name a file of settings"
        ) from error
    if len(data) > LARGEST:
        hint = f"at most {LARGEST} bytes are read"
        raise UsageError(f"{path.name}: too large for settings", hint=hint)
    return data


def _table(whole: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any] | None:
    for name in names:
        inner = whole.get(name)
        if not isinstance(inner, dict):
            return None
        whole = inner
    return whole


class _Reader:
    """Reads one file, and says of every fault where it stands."""

    def __init__(
        self, file: str, data: bytes, prefix: tuple[str, ...], choices: Mapping[str, Sequence[str]]
    ) -> None:
        self.file, self.prefix, self.choices = file, prefix, choices
        try:
            self.lines = data.decode("utf-8-sig").splitlines()
            self.whole = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{file}: {str(error)[:200]}", hint="see https://toml.io") from error
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{file}: cannot be read", hint="write TOML in UTF-8") from error

    def table(self) -> Mapping[str, Any]:
        """Give our own table, with none but the keys that mean something."""
        said = _table(self.whole, self.prefix)
        if said is None:
            raise UsageError(f"{self.file}: no [{'.'.join(self.prefix)}]", hint="write the table")
        self._known(said, (), KEYS)
        return said

    def text(self, said: Mapping[str, Any], key: str) -> str | None:
        """Read a setting of one word; a type of app may be a number."""
        value = said.get(key)
        if value is None:
            return None
        if key in NUMBERS and type(value) is int:
            value = str(value)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_REASON:
            self._refuse((key,), f"{key} is no word", f'write e.g. {key} = "..."')
        known = get_args(ProfileName) if key == "profile" else self.choices.get(key)
        if known is not None and value not in known:
            self._refuse((key,), f"{key}: {value[:60]!r} is not known", _nearest(value, known))
        if key == "home" and re.fullmatch(r"[A-Za-z]{2}", value) is None:
            self._refuse((key,), f"home: {value[:60]!r} is no country", "two letters, e.g. CN")
        return str(value)

    def texts(self, said: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Read a list of words."""
        values = said.get(key, [])
        plain = isinstance(values, list) and all(isinstance(each, str) for each in values)
        if not plain or not all(values):
            self._refuse((key,), f"{key} is no list of words", f'write e.g. {key} = ["..."]')
        known = self.choices.get(key)
        for value in values if known is not None else ():
            if value not in (known or ()):
                hint = _nearest(value, known or ())
                self._refuse((key,), f"{key}: {value[:60]!r} is not known", hint)
        return tuple(values)

    def changes(self, said: Mapping[str, Any]) -> tuple[Change, ...]:
        """Read what is wanted of rules."""
        rules = said.get("rules", {})
        if not isinstance(rules, dict):
            hint = 'folders are named by rule-folders = ["..."]; a rule is changed by [rules.ID]'
            self._refuse(("rules",), "rules is no table", hint)
        if len(rules) > MOST_RULES:
            self._refuse(("rules",), f"{len(rules)} rules are changed", f"at most {MOST_RULES}")
        return tuple(self._change(rule, wish) for rule, wish in rules.items())

    def _change(self, rule: str, wish: object) -> Change:
        path = ("rules", rule)
        if not isinstance(wish, dict):
            self._refuse(path, f"rules.{rule[:80]} is no table", f"write [rules.{rule[:80]}]")
        self._known(wish, path, RULE_KEYS)
        reason = wish.get("reason")
        if not isinstance(reason, str) or sum(map(str.isalnum, reason)) < LEAST_REASON:
            hint = (
                f'write reason = "...", at least {LEAST_REASON} letters: it stands in every report'
            )
            self._refuse(path, f"rules.{rule[:80]}: no reason", hint)
        if len(reason) > LONGEST_REASON:
            hint = f"at most {LONGEST_REASON} characters"
            self._refuse((*path, "reason"), f"rules.{rule[:80]}: the reason is too long", hint)
        severity, enabled = wish.get("severity"), wish.get("enabled")
        one = (severity is None) != (enabled is None)
        if not one or (enabled is not None and enabled is not False):
            hint = 'write severity = "low", or enabled = false'
            self._refuse(path, f"rules.{rule[:80]}: one change is wanted", hint)
        if severity is not None and severity not in get_args(Severity):
            message = f"severity: {str(severity)[:60]!r} is not known"
            self._refuse((*path, "severity"), message, _nearest(severity, get_args(Severity)))
        return Change(rule, severity, " ".join(reason.split()), self._at(path))

    def _known(self, said: Mapping[str, Any], path: tuple[str, ...], keys: Sequence[str]) -> None:
        for key in said:
            if key not in keys:
                hint = _nearest(key, keys)
                self._refuse((*path, key), f"unknown key {key[:80]!r}", hint)

    def _refuse(self, path: tuple[str, ...], message: str, hint: str) -> NoReturn:
        raise UsageError(f"{self._at(path)}: {message}", hint=hint)

    def _at(self, path: tuple[str, ...]) -> str:
        """Say where a key stands; the parser tells no places, so its line is searched for."""
        wanted = (*self.prefix, *path)
        table: tuple[str, ...] = ()
        for number, line in enumerate(self.lines, 1):
            header = re.fullmatch(r"\s*\[\[?([^\[\]]+)\]\]?\s*(?:#.*)?", line)
            key = re.match(r"\s*([^=#\[\]{},]+?)\s*=", line)
            if header:
                table = _parts(header[1])
            if (header and table == wanted) or (key and (*table, *_parts(key[1])) == wanted):
                return f"{self.file}:{number}"
        return self.file


def _parts(name: str) -> tuple[str, ...]:
    """Take a dotted key apart; parts in quotes may hold dots."""
    found = re.findall(r'"([^"]*)"|\'([^\']*)\'|([^.\s"\']+)', name)
    return tuple(next(filter(None, each), "") for each in found)


def _nearest(word: object, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(word)[:60], known, n=3)
    return f"did you mean: {', '.join(near)}" if near else f"one of: {', '.join(known)}"
