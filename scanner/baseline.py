"""The findings that an organisation accepts for a while: a TOML file with reason, owner and end.

An accepted finding stays listed and counts as before; it only does not fail the call. After its
last day it fails the call again.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from scanner.errors import UsageError
from scanner.model import Acceptance, Accepting, Baseline, Finding, Report, Ruling

TABLE = "accepted"
KEYS = ("fingerprint", "reason", "owner", "expires", "rule")
LARGEST = 8_000_000
"""Longest file that is read, in bytes."""
MOST = 20_000
"""Most findings that one file accepts."""
LEAST_REASON = 2
"""Letters, digits or Chinese characters that a reason or an owner holds at least."""
LONGEST = 500
"""Longest reason or owner, in characters: both stand in every report."""
HEAD = """\
# Findings that are accepted for a while: they stay listed and count as before, and do not fail the
# call. Each needs its fingerprint, a reason, an owner, and the last day on which it is accepted.
# 暂时接受的发现：照常列出并计分，只是不使本次调用失败。每一项都须写明指纹、理由、责任人和到期日。
"""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PRINT = re.compile(r"[0-9a-f]{64}")


def read(path: Path) -> Baseline:
    """Read a file of accepted findings.

    Raises UsageError, with file and line where it can be found, for whatever it cannot mean.
    """
    return _Reader(path.name, _bytes(path)).baseline()


def accepted(
    baseline: Baseline | None, rulings: Iterable[Ruling], day: str
) -> tuple[Acceptance, ...]:
    """Give which of these findings are accepted, and whether their last day passed before `day`
    (ISO 8601)."""
    if baseline is None:
        return ()
    wanted = {entry.fingerprint: entry for entry in baseline.entries}
    return tuple(
        Acceptance(
            fingerprint=finding.fingerprint,
            rule=ruling.rule,
            reason=entry.reason,
            owner=entry.owner,
            expires=entry.expires,
            expired=entry.expires < day[:10],
            file=baseline.file,
            sha256=baseline.sha256,
        )
        for ruling in rulings
        for finding in ruling.findings
        if (entry := wanted.get(finding.fingerprint)) is not None
        and entry.rule in (None, ruling.rule)
    )


def unmatched(baseline: Baseline | None, report: Report) -> tuple[Accepting, ...]:
    """Give the entries that speak of no finding of this report."""
    found = {one.fingerprint for one in report.accepted}
    entries = () if baseline is None else baseline.entries
    return tuple(one for one in entries if one.fingerprint not in found)


def chosen(report: Report, names: Iterable[str]) -> tuple[tuple[Ruling, Finding], ...]:
    """Give the findings of these fingerprints (or their first 6 digits and more), or all that
    accuse where none is named.

    Raises UsageError for a name that fits no finding, or several.
    """
    every = [(ruling, one) for ruling in report.rulings for one in ruling.findings]
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return tuple(pair for pair in every if pair[0].severity != "info")
    found: dict[str, tuple[Ruling, Finding]] = {}
    for name in wanted:
        fits = [pair for pair in every if pair[1].fingerprint.startswith(name.lower())]
        if len(name) < 6 or len(fits) != 1:
            many = "fits several findings" if len(fits) > 1 else "fits no finding"
            hint = "give the first 6 or more digits of a fingerprint, as the report prints it"
            raise UsageError(f"{name[:70]!r} {many}", hint=hint)
        found[fits[0][1].fingerprint] = fits[0]
    return tuple(found.values())


def written(
    findings: Iterable[tuple[Ruling, Finding]], *, reason: str, owner: str, expires: str
) -> bytes:
    """Give the file that accepts these findings, for the same reason and until the same day.

    Raises UsageError where reason, owner or day would be refused when the file is read.
    """
    parts = [HEAD]
    for ruling, one in sorted(findings, key=lambda pair: (pair[0].rule, pair[1].fingerprint)):
        told = "".join(mark if mark.isprintable() else " " for mark in one.message.zh)
        parts += [
            f"\n# {one.certainty} · {ruling.severity} · {' '.join(told.split())[:200]}",
            f"\n[[{TABLE}]]\n",
            f"fingerprint = {_quoted(one.fingerprint)}\n",
            f"rule = {_quoted(ruling.rule)}\n",
            f"reason = {_quoted(reason)}\n",
            f"owner = {_quoted(owner)}\n",
            f"expires = {_quoted(expires)}\n",
        ]
    data = "".join(parts).encode("utf-8", "backslashreplace")
    try:
        _Reader("", data).baseline()
    except UsageError as error:  # the words of the call are meant, and no line of a file
        raise UsageError(str(error).partition(": ")[2], hint=error.hint) from None
    return data


def _quoted(text: str) -> str:
    """Give a text as a TOML string: as JSON writes it, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path.name}: no plain file", hint="name a file of TOML")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        hint = "name a file that mingjian baseline wrote"
        raise UsageError(f"{path.name}: {error.strerror or 'cannot be read'}", hint=hint) from error
    if len(data) > LARGEST:
        raise UsageError(f"{path.name}: too large", hint=f"at most {LARGEST} bytes are read")
    return data


class _Reader:
    """Reads one file, and says of every fault where it stands."""

    def __init__(self, file: str, data: bytes) -> None:
        self.file, self.data = file, data
        try:
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
            self.lines = text.split("\n")
            self.whole = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{file}: {str(error)[:200]}", hint="see https://toml.io") from error
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{file}: cannot be read", hint="write TOML in UTF-8") from error

    def baseline(self) -> Baseline:
        """Give what the file accepts."""
        for key in self.whole:
            if key != TABLE:
                hint = f"write [[{TABLE}]] before each finding"
                raise UsageError(f"{self._at(None, key)}: unknown key {key[:60]!r}", hint=hint)
        entries = self.whole.get(TABLE, [])
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            hint = f"write [[{TABLE}]] before each finding"
            raise UsageError(f"{self.file}: {TABLE} is no list of tables", hint=hint)
        if len(entries) > MOST:
            raise UsageError(f"{self.file}: {len(entries)} findings", hint=f"at most {MOST}")
        found: dict[str, Accepting] = {}
        for number, said in enumerate(entries):
            entry = self._entry(number, said)
            if entry.fingerprint in found:
                self._refuse(number, "fingerprint", "stands twice", "accept a finding once")
            found[entry.fingerprint] = entry
        sha256 = hashlib.sha256(self.data).hexdigest()
        return Baseline(file=self.file, sha256=sha256, entries=tuple(found.values()))

    def _entry(self, number: int, said: Mapping[str, Any]) -> Accepting:
        for key in said:
            if key not in KEYS:
                self._refuse(number, key, f"unknown key {key[:60]!r}", f"one of: {', '.join(KEYS)}")
        printed, rule = said.get("fingerprint"), said.get("rule")
        if not isinstance(printed, str) or not _PRINT.fullmatch(printed):
            hint = "64 digits 0 to 9 and a to f, as report.json gives them"
            self._refuse(number, "fingerprint", "no fingerprint", hint)
        if rule is not None and (not isinstance(rule, str) or not 0 < len(rule) <= LONGEST):
            self._refuse(number, "rule", "rule is no word", 'write e.g. rule = "debuggable-build"')
        return Accepting(
            fingerprint=printed,
            rule=rule,
            reason=self._words(number, said, "reason"),
            owner=self._words(number, said, "owner"),
            expires=self._day(number, said.get("expires")),
        )

    def _words(self, number: int, said: Mapping[str, Any], key: str) -> str:
        value = said.get(key)
        if not isinstance(value, str) or sum(map(str.isalnum, value)) < LEAST_REASON:
            hint = f'write {key} = "...", at least {LEAST_REASON} letters'
            self._refuse(number, key, f"no {key}", f"{hint}: it stands in every report")
        text = " ".join(value.split())
        if len(text) > LONGEST:
            self._refuse(number, key, f"{key} is too long", f"at most {LONGEST} characters")
        if not text.isprintable():
            self._refuse(number, key, f"{key} holds hidden characters", "write plain words")
        return text

    def _day(self, number: int, value: object) -> str:
        day = _DAY.fullmatch(str(value)) if type(value) in (str, datetime.date) else None
        try:
            return datetime.date.fromisoformat(day[0] if day else "").isoformat()
        except ValueError:
            hint = "write the last day on which it is accepted, e.g. expires = 2027-01-31"
            self._refuse(number, "expires", "no day", hint)

    def _refuse(self, number: int, key: str, message: str, hint: str) -> NoReturn:
        raise UsageError(f"{self._at(number, key)}: {message}", hint=hint)

    def _at(self, number: int | None, key: str) -> str:
        """Say where a key stands, or the entry that lacks it; the parser tells no places."""
        seen, place = -1, self.file
        for line, text in enumerate(self.lines, 1):
            if re.fullmatch(rf"\s*\[\[\s*{TABLE}\s*\]\]\s*(#.*)?", text):
                seen += 1
                if seen == number:
                    place = f"{self.file}:{line}"
            elif seen == (-1 if number is None else number) and re.match(
                rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", text
            ):
                return f"{self.file}:{line}"
        return place
