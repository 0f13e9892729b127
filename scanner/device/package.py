"""The app under audit: read from its APK here, and put on the phone, started and taken off there.

Nothing of the app ever runs on this machine.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shlex
from pathlib import Path
from typing import NamedTuple

from scanner.device.wire import Phone
from scanner.errors import NotAuditable, UsageError

INSTALL_S = 300.0
"""Seconds that Android may take to install an app."""
LARGEST_APK = 4 << 30
"""Bytes of an APK; Android itself takes no ZIP above that."""

_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
_COMPONENT = re.compile(r"[A-Za-z][\w.]{1,250}/\.?[A-Za-z_$][\w.$]{0,400}", re.ASCII)
_UID = re.compile(r"\b(?:userId|appId)=(\d{1,7})\b")
_FAILURE = re.compile(r"Failure \[([A-Z_0-9]{1,80})")


class Package(NamedTuple):
    """An app as its APK says."""

    name: str
    """Application id."""
    sha256: str
    """SHA-256 (hex) of the APK."""
    version_name: str | None
    """Version shown to people."""
    version_code: int | None
    """Version number that Android compares."""
    launcher: str | None
    """Class of the screen that the launcher opens."""
    label: str | None = None
    """Name shown under the icon."""


def read_package(apk: Path) -> Package:
    """Read what an APK says of itself; raises NotAuditable where it is none, or only a part."""
    from scanner.collect.apk.child import Child  # noqa: PLC0415 - heavy
    from scanner.collect.apk.container import open_container  # noqa: PLC0415
    from scanner.collect.apk.look import look  # noqa: PLC0415

    if apk.stat().st_size > LARGEST_APK:
        raise NotAuditable(f"{apk} is larger than any APK", hint="name the APK to run")
    with open_container(apk, apk.name) as container, Child() as child:
        manifest = look(container, child).manifest
    if manifest is None:
        hint = "name one APK; of a set (XAPK, APKS) only a base APK that runs alone can be run"
        raise NotAuditable(f"{apk}: its manifest cannot be read", hint=hint)
    if manifest.split:
        hint = "name the base APK; apps that come in several parts cannot be installed from here"
        raise NotAuditable(f"{apk} is only a part of an app", hint=hint)
    if not _PACKAGE.fullmatch(manifest.package) or len(manifest.package) > 223:
        hint = "Android would not install it either"
        raise NotAuditable(f"{apk}: its application id is none", hint=hint)
    with apk.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    screens = [one.name for one in manifest.components if one.launcher]
    return Package(
        manifest.package,
        digest,
        manifest.version_name,
        manifest.version_code,
        next(iter(screens), None),
        manifest.label or None,
    )


def is_installed(phone: Phone, package: str) -> bool:
    """Say whether an app of that name is on the phone."""
    return "package:" in phone.text(f"pm path {shlex.quote(package)}")


def install(phone: Phone, apk: Path, package: Package, *, replace: bool) -> None:
    """Put the app on the phone, freshly; raises UsageError or NotAuditable where that cannot be."""
    if is_installed(phone, package.name):
        if not replace:
            hint = "add --replace to take it off first, with all its data"
            raise UsageError(f"{package.name} is on the phone already", hint=hint)
        uninstall(phone, package.name)
        if is_installed(phone, package.name):
            hint = "it belongs to the system: use a phone without it"
            raise NotAuditable(f"{package.name} cannot be taken off the phone", hint=hint)
    place = f"/data/local/tmp/mingjian-{secrets.token_hex(6)}.apk"
    try:
        phone.push(apk, place)
        digest = phone.text(f"sha256sum {place}", seconds=120).partition(" ")[0].strip()
        if re.fullmatch(r"[0-9a-f]{64}", digest) and digest != package.sha256:
            hint = "free some room on the phone, and call again"
            raise NotAuditable("the APK did not arrive on the phone as it is", hint=hint)
        said = phone.run(f"pm install -t {place} 2>&1", seconds=INSTALL_S)
    finally:
        phone.run(f"rm -f {place}")
    if "Success" not in said.text:
        failure = _FAILURE.search(said.text)
        why = failure[1] if failure else "it did not say why"
        hint = "see what Android means by that; old apps need an older Android"
        raise NotAuditable(f"the phone did not install {package.name}: {why}", hint=hint)


def uninstall(phone: Phone, package: str) -> None:
    """Take an app off the phone, with its data."""
    phone.run(f"pm uninstall {shlex.quote(package)}", seconds=INSTALL_S)


def uid_of(phone: Phone, package: str) -> int | None:
    """Give the number under which Android runs an app; null when it does not tell."""
    said = _UID.search(phone.text(f"dumpsys package {shlex.quote(package)}"))
    return int(said[1]) if said else None


def launch(phone: Phone, package: Package) -> bool:
    """Start the app as the launcher does; False where Android refused."""
    name = shlex.quote(package.name)
    category = "android.intent.category.LAUNCHER"
    asked = f"cmd package resolve-activity --brief -c {category} {name}"
    lines = [line.strip() for line in phone.text(asked).splitlines()]
    found = [line for line in lines if _COMPONENT.fullmatch(line)]
    own = [line for line in found if line.startswith(f"{package.name}/")]
    if not own and package.launcher and _COMPONENT.fullmatch(f"{package.name}/{package.launcher}"):
        own = [f"{package.name}/{package.launcher}"]
    if own:
        intent = f"-a android.intent.action.MAIN -c {category} -n {shlex.quote(own[-1])}"
        started = phone.run(f"am start {intent} 2>&1")
    else:
        started = phone.run(f"monkey -p {name} -c {category} 1 2>&1")
    refused = ("Error", "Exception", "aborted", "No activities found")
    return not started.cut and not any(word in started.text for word in refused)


def stop(phone: Phone, package: str) -> None:
    """End all processes of an app."""
    phone.run(f"am force-stop {shlex.quote(package)}")
