"""The tables in rules/lists as one value: what is known of permissions, data, SDKs and Android.

What the tables say of law and of Android stands in their files with its sources; here they are
only read, checked against each other, and made immutable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from scanner.errors import Fault, RulebookError
from scanner.knowledge.ancestry import read_ancestry
from scanner.knowledge.apis import Apis, read_apis
from scanner.knowledge.app_types import find
from scanner.knowledge.elements import Elements, read_elements
from scanner.knowledge.measured import read_measured
from scanner.knowledge.runtime import Runtime, read_runtime
from scanner.knowledge.sdks import Framework, Sdk, read_frameworks, read_sdks
from scanner.knowledge.tables import AppType, DataType, Packer, Permission, Tables
from scanner.knowledge.trackers import Tracker, Trackers, read_trackers
from scanner.knowledge.wordings import Wording, read_wordings
from scanner.model import Measured, Words
from scanner.strict_yaml import MAX_BYTES, Node, Reader, parse

__all__ = [
    "AppType",
    "DataType",
    "Framework",
    "Knowledge",
    "Packer",
    "Permission",
    "Sdk",
    "Tracker",
    "Trackers",
    "Wording",
    "load_knowledge",
    "rules_folder",
]

TABLES = (
    *("permissions", "app-types", "data-types", "packers"),
    *("sdks", "trackers", "frameworks", "apis", "runtime", "ancestry", "policy-elements"),
    *("notice-wordings", "measured"),
)
"""Files in rules/lists that are tables; every other file there is a plain list of values."""


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """All tables of one rulebook; made once, handed to whoever needs it."""

    permissions: Mapping[str, Permission]
    """Permissions by full name."""
    app_types: Mapping[int, AppType]
    """Types of app by number."""
    data_types: Mapping[str, DataType]
    """Kinds of personal information by id."""
    packers: tuple[Packer, ...]
    """Packers, in the order of the file."""
    sdks: tuple[Sdk, ...]
    """Third-party components, in the order of the file."""
    trackers: Trackers
    """Services that web sites load from elsewhere, and whose a host is."""
    frameworks: tuple[Framework, ...]
    """Frameworks that keep an app's logic outside its DEX files, in the order of the file."""
    apis: Apis
    """Which calls, fields, addresses and commands open personal information."""
    runtime: Runtime
    """How Android runs an app's code."""
    ancestry: Mapping[str, tuple[str, ...]]
    """Direct supers of classes outside an app, by dotted name."""
    elements: Elements
    """What a privacy policy owes."""
    wordings: Mapping[str, Wording]
    """Words of notices in their normal form, and what they speak of."""
    sets: Mapping[str, frozenset[str]]
    """What `in_list` means in a rule: values by list name; a table's list holds its ids."""
    unconfirmed: Mapping[str, frozenset[str]]
    """Columns, by table name, whose values a person must still confirm."""
    digest: str
    """SHA-256 (hex) over names and bytes of all list files."""
    permission_codes: Mapping[str, Words] = {}
    """What the codes are called that a type's `needs` are written in."""
    measured: Mapping[str, Measured] = {}
    """How often a rule was right on inputs whose answer was known, by rule."""

    def expects(self, permission: str, app_type: int) -> bool | None:
        """Say whether an app of a type may reasonably need a permission; None if the table cannot.

        It cannot for permissions that open nothing personal, for unknown ones, and where the
        table calls a case arguable (for type 38, 实用工具, most are: they depend on the tool).
        """
        row, kind = self.permissions.get(permission), self.app_types.get(app_type)
        if row is None or kind is None or (row.need is None and row.types is None):
            return None
        if app_type in (row.types or ()) or row.need in kind.needs:
            return True
        if app_type in row.arguable or row.need in kind.arguable:
            return None
        return False

    def app_type(self, words: str) -> AppType:
        """Find a type by what a person calls it; UsageError where no type or several fit."""
        return find(self.app_types, words)


def rules_folder() -> Path:
    """Find the rules that came with this installation, or those of the checkout it runs from.

    Raises RulebookError when neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_rules", package.parent / "rules"):
        if (folder / "lists").is_dir():
            return folder
    missing = str(package / "_rules")
    raise RulebookError((Fault(missing, 1, 1, "the rules are missing", "install mingjian again"),))


def load_knowledge(folder: Path) -> Knowledge:
    """Read every list file of a folder; raises RulebookError with all faults of all files."""
    faults: list[Fault] = []
    files = _read_folder(folder, faults)
    nodes: dict[str, Node] = {}
    for path, data in files.items():
        node, found = parse(data, str(path))
        faults += found
        if node is not None:
            nodes[path.stem] = node
        elif not found:
            faults.append(Fault(str(path), 1, 1, "the file is empty", "remove it or fill it"))
    for table in TABLES:
        if table not in {path.stem for path in files}:
            name = str(folder / f"{table}.yaml")
            faults.append(Fault(name, 1, 1, "the table is missing", "restore the file"))
    knowledge = _knowledge(Tables(Reader(faults), nodes), _digest(files))
    if faults:
        raise RulebookError(tuple(sorted(faults)))
    return knowledge


def _knowledge(tables: Tables, digest: str) -> Knowledge:
    """Read the tables in the order in which they need each other."""
    app_types = tables.app_types()
    data_types = tables.data_types()
    permissions = tables.permissions()
    packers = tables.packers()
    vendors, sdks = read_sdks(tables)
    trackers = read_trackers(tables, vendors, sdks)
    frameworks = read_frameworks(tables)
    apis = read_apis(tables)
    runtime = read_runtime(tables)
    ancestry = read_ancestry(tables)
    elements = read_elements(tables)
    wordings = read_wordings(tables)
    measured = read_measured(tables)
    sets = {
        "app-types": frozenset(str(number) for number in app_types),
        "data-types": frozenset(data_types),
        "packers": frozenset(packer.id for packer in packers),
        "permissions": frozenset(permissions),
        "sdks": frozenset(sdk.id for sdk in sdks),
        "trackers": frozenset(tracker.id for tracker in trackers.rows),
        "frameworks": frozenset(framework.id for framework in frameworks),
        "policy-elements": frozenset(elements.rows),
    }
    plain = sorted(set(tables.nodes) - set(TABLES))
    return Knowledge(
        permissions=MappingProxyType(permissions),
        app_types=MappingProxyType(app_types),
        data_types=MappingProxyType(data_types),
        packers=packers,
        sdks=sdks,
        trackers=trackers,
        frameworks=frameworks,
        apis=apis,
        runtime=runtime,
        ancestry=ancestry,
        elements=elements,
        wordings=wordings,
        sets=MappingProxyType(sets | {name: tables.values(name) for name in plain}),
        unconfirmed=MappingProxyType(tables.unconfirmed),
        digest=digest,
        permission_codes=MappingProxyType(tables.code_names),
        measured=measured,
    )


def _read_folder(folder: Path, faults: list[Fault]) -> dict[Path, bytes]:
    """Read the list files in the order of their names; nothing larger than a list may be."""
    files: dict[Path, bytes] = {}
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".yaml")
    except OSError as error:
        faults.append(
            Fault(str(folder), 1, 1, f"cannot be read: {error.strerror}", "make it readable")
        )
        return files
    for path in paths:
        if path.name.startswith("."):
            continue
        try:
            if not path.is_file():
                raise OSError(0, "not a regular file")
            with path.open("rb") as stream:
                files[path] = stream.read(MAX_BYTES + 1)
        except OSError as error:
            faults.append(
                Fault(str(path), 1, 1, f"cannot be read: {error.strerror}", "make it readable")
            )
    return files


def _digest(files: Mapping[Path, bytes]) -> str:
    whole = hashlib.sha256()
    for path, data in files.items():
        whole.update(path.name.encode("utf-8", "surrogateescape") + b"\0%d\0" % len(data) + data)
    return whole.hexdigest()
