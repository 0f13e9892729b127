"""What Android says of one package: its permissions, and the operations that it may use.

Read are the outputs of `dumpsys package`, `dumpsys appops` and `cmd appops get` as Android 8 to 15
print them, with what makers add. A dump may hold many packages: only the named one is read, and of
a phone with several users only one user.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

MOST_NAMES = 5_000
"""Permissions or operations of one package at most."""
LONGEST_LINE = 2_000
"""Characters of one line that are read; flags and modes stand at its beginning."""
Mode = Literal["allow", "ignore", "deny", "default", "foreground", "ask"]
_MODES: dict[str, Mode] = {
    **{"0": "allow", "1": "ignore", "2": "deny", "3": "default", "4": "foreground", "5": "ask"},
    **{"allow": "allow", "ignore": "ignore", "deny": "deny", "errored": "deny"},
    **{"default": "default", "foreground": "foreground", "ask": "ask"},
}
"""Modes as the versions of Android print them: numbers up to 8, words from 9 on."""
_SECTION = re.compile(r"\S.{0,80}:\s*$")
_PACKAGE = re.compile(r"\s{0,20}Package \[([\w.]{1,255})\]")
_USER = re.compile(r"\s{0,20}User (\d{1,6}):")
_LIST = re.compile(r"\s{0,20}(declared|requested|install|runtime) ?permissions:\s*$", re.I)
_REQUESTED = re.compile(r"\s{1,20}([A-Za-z]\w*(?:\.\w+)+)(?::.*)?\s*$")
_GRANTED = re.compile(
    r"\s{1,20}([A-Za-z]\w*(?:\.\w+)+): granted=(true|false)(?:, flags=\[([^\]]*)\]?)?"
)
_FIELD = re.compile(r"\s{1,20}(userId|appId|versionCode|versionName|firstInstallTime)=(\S.*)$")
_REVOKED = frozenset({"REVOKED_COMPAT", "REVOKE_ON_UPGRADE"})
"""Flags of apps for Android 5: what they hold stays granted, and gives nothing."""
_UNSETTLED = frozenset({"REVIEW_REQUIRED"})
"""Flags under which a granted permission gives nothing until the user was asked."""


class Grant(NamedTuple):
    """How a permission stands."""

    granted: bool | None
    """Whether it gives anything; None while Android still has to ask."""
    flags: frozenset[str]
    """What Android notes of it, e.g. USER_SET."""


class PackageState(NamedTuple):
    """What `dumpsys package` says of one package."""

    uid: int | None
    version_name: str | None
    version_code: int | None
    first_install: str | None
    """As it stands there: by the phone's clock, without an offset."""
    requested: frozenset[str]
    """Permissions that the manifest asks for; empty where the dump does not list them."""
    install: Mapping[str, Grant]
    """Permissions that are given with the installation."""
    runtime: Mapping[str, Grant]
    """Permissions that the user gives; without those that stand there twice and differently."""


class Operation(NamedTuple):
    """How an operation stands, as Android watches over it."""

    mode: Mode
    used_s: float | None
    """Seconds since it was last used; None when never, or not said."""
    rejected_s: float | None
    """Seconds since it was last refused; None when never, or not said."""


def package_state(text: str, package: str, uid: int | None = None) -> PackageState | None:
    """Read `dumpsys package`; None where it says nothing of the package."""
    block = list(_block(text, package))
    if not block:
        return None
    user = str(uid // 100_000) if uid is not None and uid >= 0 else "0"
    fields: dict[str, str] = {}
    requested: set[str] = set()
    granted: dict[str, dict[str, Grant]] = {"install": {}, "runtime": {}}
    torn: set[str] = set()
    part, whose = "", user
    for line in block:
        if found := _USER.match(line):
            part, whose = "", found.group(1)
        elif found := _LIST.match(line):
            part = found.group(1).lower()
        elif part in granted and (found := _GRANTED.match(line)):
            name, stands = found.group(1), _grant(found.group(2), found.group(3))
            there = granted[part] if whose == user and len(granted[part]) < MOST_NAMES else {}
            if there.setdefault(name, stands).granted != stands.granted:
                torn.add(name)
        elif part == "requested" and (found := _REQUESTED.match(line)):
            if len(requested) < MOST_NAMES:
                requested.add(found.group(1))
        elif not (part and _REQUESTED.match(line)):
            part = ""
            if found := _FIELD.match(line):
                fields.setdefault(found.group(1), found.group(2).strip())
    runtime = {name: grant for name, grant in granted["runtime"].items() if name not in torn}
    return PackageState(
        uid=_number(fields.get("userId") or fields.get("appId")),
        version_name=(fields.get("versionName") or "")[:100] or None,
        version_code=_number(fields.get("versionCode")),
        first_install=(fields.get("firstInstallTime") or "")[:40] or None,
        requested=frozenset(requested),
        install=MappingProxyType(granted["install"]),
        runtime=MappingProxyType(runtime),
    )


def _block(text: str, package: str) -> Iterator[str]:
    """Give the lines of a package; those of the version that an update hides are none of it."""
    section, inside, begun = "Packages:", False, False
    for line in _lines(text):
        if line and not line[0].isspace():
            section, inside = (line.strip() if _SECTION.match(line) else section), False
        elif found := _PACKAGE.match(line):
            wanted = found.group(1) == package and section == "Packages:" and not begun
            inside, begun = wanted, begun or wanted
        elif inside:
            yield line
        if begun and not inside:
            return


def _lines(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield text[at : min(end, at + LONGEST_LINE)].rstrip("\r")
        at = end + 1


def _grant(granted: str, flags: str | None) -> Grant:
    noted = frozenset(re.split(r"[|\s]+", (flags or "").strip())) - {""}
    stands: bool | None = granted == "true" and not noted & _REVOKED
    return Grant(None if stands and noted & _UNSETTLED else stands, noted)


def _number(words: str | None) -> int | None:
    found = re.match(r"\d{1,18}", words or "")
    return int(found.group()) if found else None


_UID = re.compile(r"\s{0,8}Uid (?:u(\d{1,4})a(\d{1,5})|(\d{1,9})):")
_OF = re.compile(r"\s{0,12}Package ([\w.]{1,255}):")
_NAME = r"([A-Z][A-Z0-9_]{1,60}(?:\(\d{1,6}\))?)"
_OPERATION = re.compile(rf"\s{{0,12}}{_NAME}(?:: (?:mode=)?(\w{{1,12}})| \((\w{{1,12}})[ )/])")
_UID_MODE = re.compile(rf"\s{{0,12}}Uid mode: {_NAME}: (?:mode=)?(\w{{1,12}})")
_AGO = re.compile(r"(?:(?<![a-zA-Z])(time|rejectTime)=\+?|\(-)((?:\d{1,9}(?:ms|d|h|m|s))+)")
_PART = re.compile(r"(\d+)(ms|d|h|m|s)")
_SECONDS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def operations(text: str, package: str) -> dict[str, Operation] | None:
    """Read `dumpsys appops`, or `cmd appops get` of the package; None where it says nothing of it.

    Where a mode stands for the user id and for the package, that of the user id holds, as for
    Android itself.
    """
    reading = _Operations(package)
    listed = "Package " in text
    if not listed:
        reading.inside = reading.found = True  # `cmd appops get` names nobody
    for line in _lines(text):
        reading.line(line, listed=listed)
        if len(reading.of_package) >= MOST_NAMES:
            break
    return reading.result()


class _Operations:
    """What was read so far of one package."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.inside = self.found = False
        self.of_uid: dict[str, Mode] = {}
        self.held: dict[str, Mode] = {}
        self.of_package: dict[str, Operation] = {}
        self.last = ""
        self.before_packages = False

    def line(self, line: str, *, listed: bool) -> None:
        """Take one line."""
        if listed and _UID.match(line):
            self.inside, self.of_uid, self.last = False, {}, ""
            self.before_packages = True
        elif listed and (found := _OF.match(line)):
            self.inside = found.group(1) == self.package and not self.found
            if self.inside:
                self.found, self.held = True, self.of_uid
            self.before_packages, self.last = False, ""
        elif found := _UID_MODE.match(line):
            mode = _MODES.get(found.group(2).lower())
            if mode and (self.inside or listed):
                (self.held if self.inside else self.of_uid)[found.group(1)] = mode
        elif found := _OPERATION.match(line):
            self._operation(line, found, listed=listed)
        elif self.inside and self.last and ("Access:" in line or "Reject:" in line):
            self._times(self.last, line, rejected="Reject:" in line)

    def _operation(self, line: str, found: re.Match[str], *, listed: bool) -> None:
        name, mode = found.group(1), _MODES.get((found.group(2) or found.group(3)).lower())
        self.last = ""
        if mode is None:
            return
        if self.inside:
            self.of_package.setdefault(name, Operation(mode, None, None))
            self.last = name
            self._times(name, line, rejected=None)
        elif listed and self.before_packages and len(self.of_uid) < MOST_NAMES:
            self.of_uid[name] = mode

    def _times(self, name: str, line: str, *, rejected: bool | None) -> None:
        for kind, words in _AGO.findall(line)[:8]:
            refused = kind == "rejectTime" if kind else bool(rejected)
            since = sum(int(n) * _SECONDS[unit] for n, unit in _PART.findall(words))
            old = self.of_package[name]
            if refused:
                least = since if old.rejected_s is None else min(since, old.rejected_s)
                self.of_package[name] = old._replace(rejected_s=least)
            else:
                least = since if old.used_s is None else min(since, old.used_s)
                self.of_package[name] = old._replace(used_s=least)

    def result(self) -> dict[str, Operation] | None:
        """Give what stands; None where nothing was said of the package."""
        if not self.found:
            return None
        for name, mode in self.held.items():
            if mode != "default" or name not in self.of_package:
                old = self.of_package.get(name, Operation(mode, None, None))
                self.of_package[name] = old._replace(mode=mode)
        return self.of_package
