"""What a person named, as targets: kept bytes, told apart by what they begin with."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from scanner.capture_file import is_capture
from scanner.collect.device.opening import is_recording
from scanner.device_file import PARTS, RUN
from scanner.errors import UsageError
from scanner.evidence.packing import ZIP, files_in, keep_packed
from scanner.evidence.vault import Vault
from scanner.exchange import address, shown
from scanner.facts import Origin
from scanner.model import Aid, PolicyText, PolicyTexts, Site, Target, TargetKind, Visit

AidKind = Literal["mapping", "dex", "identity", "connections", "sockets", "control"]
AID_TYPES: Mapping[AidKind, str] = {
    "mapping": "text/plain",
    "dex": "application/vnd.android.dex",
    "identity": "application/yaml",
    "connections": "text/csv",
    "sockets": "application/jsonl",
    "control": "application/octet-stream",
}
"""Media type of what is handed in beside a target."""
HAR = "application/har+json"
"""Media type of a HAR file (no registered one exists)."""
GZIP = b"\x1f\x8b"
"""How a compressed file begins (RFC 1952)."""
TEXTS: Mapping[str, str] = {
    **dict.fromkeys((".html", ".htm", ".xhtml"), "text/html"),
    **dict.fromkeys((".md", ".mdx", ".markdown"), "text/markdown"),
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".doc": "application/msword",
}
"""How the names of policy texts end, with their media types."""
MAX_DUMPS = 300
"""Files of a folder of dumped code; a dump of a large app has some dozens."""
ADDRESS = ("http://", "https://", "HTTP://", "HTTPS://")
"""How the address of a site begins."""
PACKAGES = (".apk", ".xapk", ".apks")
"""How the names of packages end."""
SITE_KINDS = ("website", "qr")
"""Kinds of target whose subject is a site."""
ORDER = ("apk", "device", "traffic")
"""Kinds of target of an app in the order in which they are read: a run knowing the package, and
traffic knowing the run."""
EXPORTS = (".xls", ".xlsx")
"""How the names of tables end in which tools that hook into apps write what they saw."""
LONGEST_FIRST_LINE = 1 << 20
"""Bytes of the first line by which a log is known."""


@contextlib.contextmanager
def named(
    words: Sequence[str], vault: Vault, visit: Visit, say: Callable[[str], None]
) -> Iterator[list[Target]]:
    """Turn what a person named into targets; a folder is served as long as they are looked at."""
    addresses = tuple(word for word in words if word.startswith(ADDRESS))
    paths = [Path(word) for word in words if not word.startswith(ADDRESS)]
    runs = [path for path in paths if _holds_a_run(path)]
    folders = [path for path in paths if path.is_dir() and path not in runs]
    beside = with_hosts(visit, addresses)
    files = [_file(path, vault, beside, say) for path in paths if path not in folders]
    other = any(file.kind in ("apk", "device", "qr") for file in files)
    if len(folders) > 1 or ((addresses or folders) and other):
        hint = "audit each by itself; recordings of traffic may stand beside each"
        raise UsageError("a site and a file are two subjects, and so are two folders", hint=hint)
    if not folders:
        site = [_site(addresses, vault, visit)] if addresses else []
        yield [*site, *files]
        return
    from scanner.folder_site import serving  # noqa: PLC0415 - 40 ms that a package need not wait

    with serving(folders[0]) as served:
        say(f"serving {folders[0]} as {served.url}")
        mapped = msgspec.structs.replace(
            visit,
            resolve=(*visit.resolve, *served.resolve),
            trust=(*visit.trust, served.certificate),
        )
        yield [_site((served.url, *addresses), vault, mapped), *files]


def kind_of_subject(targets: Sequence[Target], visit: Visit) -> TargetKind:
    """Say what the subject is: an app or a site, by what was named, else by the auditor's word.

    Recordings alone are of a site if all are HAR files, which browsers write, else of an app.
    """
    kinds = {target.kind for target in targets}
    kind: TargetKind | None = "website" if kinds & set(SITE_KINDS) else None
    kind = "apk" if kinds & {"apk", "device"} else kind
    if kind is not None and visit.subject not in (None, kind):
        raise UsageError(f"--as {visit.subject}, but the targets are another", hint="leave it out")
    if kind is not None or visit.subject is not None:
        return kind or visit.subject or "apk"
    recorded = [target.evidence.media_type for target in targets if target.kind == "traffic"]
    if not recorded:
        hint = "--as app or --as site says whose policy it is; or name the app or the site too"
        raise UsageError("a text alone is no subject", hint=hint)
    return "website" if all(each == HAR for each in recorded) and not visit.package else "apk"


def _file(path: Path, vault: Vault, visit: Visit, say: Callable[[str], None]) -> Target:
    if not path.exists() and path.suffix.lower() not in PACKAGES:
        hint = "check the path; the address of a site begins with https://"
        raise UsageError(f"there is no file {path}", hint=hint)
    say(f"keeping {path.name}")
    if path.is_dir():
        return _run(files_in(path), path.name, vault, visit)
    begin = b""
    if path.is_file():  # a pipe would keep whoever opens it waiting
        with contextlib.suppress(OSError), path.open("rb") as stream:
            begin = stream.read(128)
    if begin.startswith(GZIP):
        raise UsageError(f"{path.name} is compressed", hint="unpack it first: gunzip -k FILE")
    if begin.startswith(b"PK\x03\x04") and path.suffix.lower() not in PACKAGES:
        with path.open("rb") as stream:
            if is_recording(stream):
                kept = vault.keep_file(path, name=path.name, media_type=ZIP)
                return Target(
                    kind="device", path=vault.path(kept.sha256), evidence=kept, visit=visit
                )
    suffix = path.suffix.lower()
    if suffix in EXPORTS or (begin.startswith(b"{") and not is_capture(begin) and _is_log(path)):
        return _run({f"export{suffix}": path}, path.name, vault, visit)
    kind, media_type = _kind_of_file(begin, path.suffix.lower())
    kept = vault.keep_file(path, name=path.name, media_type=media_type)
    return Target(kind=kind, path=vault.path(kept.sha256), evidence=kept, visit=visit)


def _holds_a_run(path: Path) -> bool:
    """Say whether a folder holds a recording of a run, by the names in it."""
    return path.is_dir() and any((path / name).is_file() for name in (RUN, *PARTS))


def _is_log(path: Path) -> bool:
    """Say whether a file holds a JSON object a line, as logs of calls do; a HAR is one object."""
    with path.open("rb") as stream:
        first = stream.readline(LONGEST_FIRST_LINE)
    try:
        said = msgspec.json.decode(first)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return isinstance(said, dict) and bool(said) and "log" not in said


def _run(files: Mapping[str, Path], name: str, vault: Vault, visit: Visit) -> Target:
    """Keep a recording of a run as one zip, whatever form it has."""
    kept = keep_packed(files, vault, name=name)
    return Target(kind="device", path=vault.path(kept.sha256), evidence=kept, visit=visit)


def _kind_of_file(begin: bytes, suffix: str) -> tuple[str, str]:
    """Tell by its first bytes, and for texts by its name, which collector a file is for."""
    if begin.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff")):
        return "qr", "image/png" if begin.startswith(b"\x89PNG") else "image/jpeg"
    if is_capture(begin):
        return "traffic", "application/x-ndjson"
    if re.match(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*\{", begin):
        return "traffic", HAR
    if re.match(rb"\d{1,12}:", begin):
        return "traffic", "application/vnd.mitmproxy.flows"
    if suffix in TEXTS:
        return "policy", TEXTS[suffix]
    return "apk", "application/vnd.android.package-archive"


def policy_text(origin: Origin, word: str, vault: Vault) -> PolicyText:
    """Take a policy that a person named: a file, which is kept, or an address to be asked."""
    if word.startswith(ADDRESS):
        if address(word) is None:
            raise UsageError(f"{word} is no address", hint="write it as https://host/path")
        return PolicyText(origin=origin, address=word)
    path = Path(word)
    if not path.exists():
        hint = "check the path; an address begins with https://"
        raise UsageError(f"there is no file {word}", hint=hint)
    media_type = TEXTS.get(path.suffix.lower(), "application/octet-stream")
    kept = vault.keep_file(path, name=path.name, media_type=media_type)
    return PolicyText(origin=origin, path=vault.path(kept.sha256), evidence=kept)


def policy_target(texts: Sequence[PolicyText], vault: Vault, visit: Visit) -> Target:
    """Make one target of all texts of a policy; of several, the list is kept too."""
    first, *more = texts
    if first.path is not None and first.evidence is not None and not more:
        path, kept = first.path, first.evidence
    else:
        listed = tuple(_listed(each) for each in texts)
        data = msgspec.json.encode(PolicyTexts(texts=listed))
        called = first.evidence.name if first.evidence is not None else ""
        name = shown(first.address) if first.address else called
        kept = vault.keep(data, name=name, media_type="application/json")
        path = vault.path(kept.sha256)
    named = any(each.origin in ("given", "store", "earlier") for each in texts)
    return Target(
        kind="policy",
        path=path,
        evidence=kept,
        depth=0 if named else 1,
        visit=visit,
        texts=tuple(texts),
    )


def _listed(text: PolicyText) -> tuple[Origin, str, str | None]:
    name = text.evidence.name if text.evidence else ""
    digest = text.evidence.sha256 if text.evidence else None
    return text.origin, shown(text.address) if text.address else name, digest


def _site(addresses: Sequence[str], vault: Vault, visit: Visit) -> Target:
    """Keep the addresses of a site; its hosts are the subject's own from here on."""
    wrong = [each for each in addresses if address(each) is None]
    if wrong:
        raise UsageError(f"{wrong[0]} is no address of a site", hint="write it as https://host/")
    data = msgspec.json.encode(Site(addresses=tuple(addresses)))
    kept = vault.keep(data, name=shown(addresses[0]), media_type="application/json")
    return Target(
        kind="website",
        path=vault.path(kept.sha256),
        evidence=kept,
        visit=with_hosts(visit, addresses),
    )


def with_hosts(visit: Visit, addresses: Iterable[str]) -> Visit:
    """Count the hosts of some addresses among the subject's own."""
    hosts = [parts.host for each in addresses if (parts := address(each)) is not None]
    return msgspec.structs.replace(visit, first_party=tuple({*visit.first_party, *hosts}))


def dumps_in(folder: Path) -> list[Path]:
    """Give what looks like a DEX file, by its bytes or its name, sorted.

    Raises UsageError if there is none, or too many files.
    """
    hint = "give the folder into which the code of the running app was dumped"
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
        if len(files) > MAX_DUMPS:
            said = f"--dex {folder} holds {len(files)} files, over the limit of {MAX_DUMPS}"
            raise UsageError(said, hint="keep the DEX files of the app only")
        found = [path for path in files if path.suffix == ".dex" or _begins_as_dex(path)]
    except OSError as error:
        raise UsageError(f"--dex {folder}: {error.strerror}", hint=hint) from None
    if not found:
        raise UsageError(f"--dex {folder} holds no DEX file", hint=hint)
    return found


def _begins_as_dex(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"dex\n"


def aid_of(kind: AidKind, path: Path, vault: Vault) -> Aid:
    """Keep what is handed in beside a target."""
    kept = vault.keep_file(path, name=path.name, media_type=AID_TYPES[kind])
    return Aid(kind=kind, path=vault.path(kept.sha256), evidence=kept)
