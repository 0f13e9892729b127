"""A test tool: writes binary XML, resource tables, ZIP containers and whole APKs, honest or not."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeVar

from scanner.collect.apk.collector import collect
from scanner.evidence.vault import Vault
from scanner.facts import Fact, PackageTampered
from scanner.knowledge import Knowledge, Packer, Permission
from scanner.knowledge.apis import Apis
from scanner.knowledge.elements import Elements
from scanner.knowledge.runtime import Runtime
from scanner.knowledge.trackers import index_hosts
from scanner.model import Aid, Lead, Sighting, Target, Unseen

T = TypeVar("T", bound=Fact)

ANDROID = "http://schemas.android.com/apk/res/android"
IDS = {
    **{"name": 0x01010003, "label": 0x01010001, "permission": 0x01010006, "enabled": 0x0101000E},
    **{"readPermission": 0x01010007, "writePermission": 0x01010008, "exported": 0x01010010},
    **{"protectionLevel": 0x01010009, "sharedUserId": 0x0101000B, "debuggable": 0x0101000F},
    **{"authorities": 0x01010018, "value": 0x01010024, "mimeType": 0x01010026},
    **{"scheme": 0x01010027, "host": 0x01010028, "minSdkVersion": 0x0101020C},
    **{"versionCode": 0x0101021B, "versionName": 0x0101021C, "maxSdkVersion": 0x01010271},
    **{"targetSdkVersion": 0x01010270, "testOnly": 0x01010272, "allowBackup": 0x01010280},
    **{"usesCleartextTraffic": 0x010104EC, "networkSecurityConfig": 0x01010527},
    **{"versionCodeMajor": 0x01010576, "targetActivity": 0x01010202},
    **{"hasCode": 0x0101000C, "appComponentFactory": 0x0101057A},
    **{"text": 0x0101014F, "hint": 0x01010150, "checked": 0x01010106, "inputType": 0x01010220},
    **{"visibility": 0x010100DC, "contentDescription": 0x01010273},
}


class Ref(NamedTuple):
    """A reference to a resource."""

    id: int


class Raw(NamedTuple):
    """A typed value as it stands in the file."""

    kind: int
    data: int


Attribute = str | int | bool | Ref | Raw


class Node(NamedTuple):
    """An element to be written."""

    tag: str
    attributes: Mapping[str, Attribute] = MappingProxyType({})
    children: Sequence[Node] = ()
    text: str = ""


def pool(strings: Sequence[str], *, utf8: bool = False) -> bytes:
    """Write a string pool."""
    offsets, body = [], b""
    for text in strings:
        offsets.append(len(body))
        if utf8:
            raw = text.encode()
            body += _length8(len(text)) + _length8(len(raw)) + raw + b"\0"
        else:
            raw = text.encode("utf-16-le")
            body += struct.pack("<H", len(raw) // 2) + raw + b"\0\0"
    body += b"\0" * (-len(body) % 4)
    start = 28 + 4 * len(offsets)
    head = struct.pack(
        "<2HI5I", 1, 28, start + len(body), len(offsets), 0, 0x100 if utf8 else 0, start, 0
    )
    return head + struct.pack(f"<{len(offsets)}I", *offsets) + body


def _length8(length: int) -> bytes:
    return bytes([length]) if length < 0x80 else bytes([0x80 | length >> 8, length & 0xFF])


class _Xml:
    def __init__(self, root: Node, header: int) -> None:
        names = sorted({n.removeprefix("android:") for n in _names(root) if _known(n)})
        self.strings = list(names)
        self.ids = [IDS[name] for name in names]
        self.header = header
        self.body = b""
        self.element(root)

    def index(self, text: str) -> int:
        if text not in self.strings[len(self.ids) :]:
            self.strings.append(text)
        return self.strings.index(text, len(self.ids))

    def node(self, kind: int, body: bytes) -> None:
        filler = b"\xee" * (self.header - 16)
        size = self.header + len(body)
        self.body += struct.pack("<2H3I", kind, self.header, size, 1, 0xFFFFFFFF) + filler + body

    def element(self, node: Node) -> None:
        none = 0xFFFFFFFF
        attributes = b""
        for name, value in node.attributes.items():
            space = self.index(ANDROID) if name.startswith("android:") else none
            short = name.removeprefix("android:")
            at = self.strings.index(short) if _known(name) else self.index(short)
            kind, data = self.typed(value)
            raw = data if kind == 3 else none
            attributes += struct.pack("<3IHBBI", space, at, raw, 8, 0, kind, data)
        count = len(node.attributes)
        self.node(
            0x102,
            struct.pack("<2I6H", none, self.index(node.tag), 20, 20, count, 0, 0, 0) + attributes,
        )
        if node.text:
            self.node(0x104, struct.pack("<IHBBI", self.index(node.text), 8, 0, 0, 0))
        for child in node.children:
            self.element(child)
        self.node(0x103, struct.pack("<2I", none, self.index(node.tag)))

    def typed(self, value: Attribute) -> tuple[int, int]:
        if isinstance(value, Raw):
            return value
        if isinstance(value, Ref):
            return 1, value.id
        if isinstance(value, bool):
            return 0x12, 0xFFFFFFFF if value else 0
        if isinstance(value, int):
            return 0x10, value & 0xFFFFFFFF
        return 3, self.index(value)


def _known(name: str) -> bool:
    return name.startswith("android:") and name.removeprefix("android:") in IDS


def _names(node: Node) -> list[str]:
    return [*node.attributes, *(name for child in node.children for name in _names(child))]


def axml(root: Node, *, utf8: bool = False, header: int = 16, magic: int = 3) -> bytes:
    """Write a binary XML document; `header` and `magic` other than given are tricks."""
    xml = _Xml(root, header)
    ids = struct.pack(f"<2HI{len(xml.ids)}I", 0x180, 8, 8 + 4 * len(xml.ids), *xml.ids)
    body = pool(xml.strings, utf8=utf8) + ids + xml.body
    return struct.pack("<2HI", magic, 8, 8 + len(body)) + body


def table(values: Mapping[int, Attribute | Mapping[int, Attribute]]) -> bytes:
    """Write a resource table: values by id, or by id and least API level."""
    strings: list[str] = []
    by_type: dict[int, dict[int, dict[int, tuple[int, int]]]] = {}
    for identity, value in values.items():
        versions = value if isinstance(value, Mapping) else {0: value}
        for version, one in versions.items():
            if isinstance(one, str):
                strings.append(one)
                typed = (3, len(strings) - 1)
            else:
                typed = _Xml.typed(None, one)  # type: ignore[arg-type] # only text needs a pool
            by_type.setdefault(identity >> 16 & 0xFF, {}).setdefault(version, {})[
                identity & 0xFFFF
            ] = typed
    types = max(by_type, default=1)
    chunks = b"".join(_type_chunks(kind, versions) for kind, versions in sorted(by_type.items()))
    type_pool = pool([f"type{n}" for n in range(1, types + 1)])
    key_pool = pool(["key"])
    head = struct.pack("<I", 0x7F) + "cn.example".encode("utf-16-le").ljust(256, b"\0")
    head += struct.pack("<5I", 288, types, 288 + len(type_pool), 1, 0)
    size = 8 + len(head) + len(type_pool) + len(key_pool) + len(chunks)
    package = struct.pack("<2HI", 0x200, 288, size) + head + type_pool + key_pool + chunks
    main = pool(strings, utf8=True)
    total = 12 + len(main) + len(package)
    return struct.pack("<2H2I", 2, 12, total, 1) + main + package


def _type_chunks(kind: int, versions: dict[int, dict[int, tuple[int, int]]]) -> bytes:
    count = max(index for entries in versions.values() for index in entries) + 1
    chunks = struct.pack("<2HIBBHI", 0x202, 16, 16 + 4 * count, kind, 0, 0, count) + bytes(
        4 * count
    )
    for version, entries in sorted(versions.items()):
        offsets, body = [0xFFFFFFFF] * count, b""
        for index, (value_kind, data) in sorted(entries.items()):
            offsets[index] = len(body)
            body += struct.pack("<2HI", 8, 0, 0) + struct.pack("<HBBI", 8, 0, value_kind, data)
        config = struct.pack("<I", 52) + bytes(20) + struct.pack("<I", version) + bytes(24)
        start = 20 + len(config) + 4 * count
        chunks += struct.pack(
            "<2HIBBHII", 0x201, 20 + len(config), start + len(body), kind, 0, 0, count, start
        )
        chunks += config + struct.pack(f"<{count}I", *offsets) + body
    return chunks


class File(NamedTuple):
    """A file to be put into a container; what differs from None overrides an honest value."""

    name: str
    data: bytes = b""
    method: int = 8
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    stored_as: int | None = None
    """Method that both headers state though the data are packed by `method`."""
    local_name: str | None = None


DAY = 44 << 9 | 6 << 5 | 2
"""2 June 2024, as a container states the day of a file."""


def container(files: Sequence[File], *, before: bytes = b"", block: bytes = b"") -> bytes:
    """Write a ZIP container; `before` is prepended, `block` stands before the directory."""
    body, directory = b"", b""
    for file in files:
        packed = _deflated(file.data) if file.method == 8 else file.data
        name = file.name.encode("utf-8", "surrogateescape")
        local = name if file.local_name is None else file.local_name.encode()
        method = file.method if file.stored_as is None else file.stored_as
        crc = zlib.crc32(file.data) if file.crc is None else file.crc
        size = len(file.data) if file.size is None else file.size
        common = struct.pack("<2H2H3I", file.flags, method, 0, DAY, crc, len(packed), size)
        offset = len(body)
        body += b"PK\3\4" + struct.pack("<H", 20) + common + struct.pack("<2H", len(local), 0)
        body += local + packed
        directory += b"PK\1\2" + struct.pack("<2H", 20, 20) + common
        directory += struct.pack("<5H2I", len(name), 0, 0, 0, 0, 0, offset) + name
    body += block
    end = struct.pack("<4H2IH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return before + body + directory + b"PK\5\6" + end


def _deflated(data: bytes) -> bytes:
    engine = zlib.compressobj(6, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def manifest(
    *children: Node,
    package: str = "cn.example.app",
    root: Mapping[str, Attribute] = MappingProxyType({}),
    sdk: Mapping[str, Attribute] | None = MappingProxyType(
        {"android:minSdkVersion": 21, "android:targetSdkVersion": 34}
    ),
    app: Mapping[str, Attribute] = MappingProxyType({}),
    inside: Sequence[Node] = (),
) -> Node:
    """Describe a manifest: `children` beside <application>, `inside` within it."""
    levels = [] if sdk is None else [Node("uses-sdk", dict(sdk))]
    application = Node("application", dict(app), inside)
    return Node("manifest", {"package": package, **root}, [*levels, *children, application])


def activity(name: str, *filters: Node, tag: str = "activity", **attributes: Attribute) -> Node:
    """Describe a component; attributes without the android: prefix."""
    named = {f"android:{key}": value for key, value in attributes.items()}
    return Node(tag, {"android:name": name, **named}, filters)


def intent(*actions: str, categories: Sequence[str] = ()) -> Node:
    """Describe an intent filter."""
    return Node(
        "intent-filter",
        {},
        [
            *(Node("action", {"android:name": name}) for name in actions),
            *(Node("category", {"android:name": name}) for name in categories),
        ],
    )


def permission(name: str, tag: str = "uses-permission", **attributes: Attribute) -> Node:
    """Describe a permission that is asked for; without a dot it is one of Android's."""
    full = name if "." in name else f"android.permission.{name}"
    named = {f"android:{key}": value for key, value in attributes.items()}
    return Node(tag, {"android:name": full, **named})


DEX = b"dex\n035\0" + struct.pack("<24x3I68x", 112, 112, 0x12345678)
"""A DEX file with nothing in it."""


def apk(root: Node | None = None, *files: File, **options: bytes) -> bytes:
    """Build an APK from a manifest and further files."""
    described = manifest() if root is None else root
    first = File("AndroidManifest.xml", axml(described))
    return container([first, File("classes.dex", DEX), *files], **options)


def coded(root: Node | None, *code: bytes, files: Sequence[File] = ()) -> bytes:
    """Build an APK whose code is given: classes.dex, classes2.dex and so on."""
    described = manifest() if root is None else root
    names = ("classes.dex", *(f"classes{number}.dex" for number in range(2, len(code) + 1)))
    dexes = [File(name, data) for name, data in zip(names, code, strict=False)]
    return container([File("AndroidManifest.xml", axml(described)), *dexes, *files])


RUNTIME = Runtime(
    runners=(),
    requests=(),
    loaders=(),
    bridges=(),
    starts=(),
    strangers=(),
    resolvers=(),
    shells=(),
    openers=(),
    reflections=(),
    consent_keys="agreed",
    consent_getters=(),
)
"""Nothing is known of how Android runs code; a test that needs more takes the real tables."""
KNOWLEDGE = Knowledge(
    wordings={},
    permissions={
        one.name: one
        for one in (
            Permission(
                name="android.permission.CAMERA",
                protection="dangerous",
                group="camera",
                data_type="image",
            ),
            Permission(name="android.permission.INTERNET", protection="normal"),
            Permission(name="android.permission.BIND_JOB_SERVICE", protection="signature"),
        )
    },
    app_types={},
    data_types={},
    packers=(
        Packer(
            id="jiagu",
            name="360加固",
            application=("com.stub.",),
            libraries=("libjiagu*.so",),
            assets=(".appkey",),
        ),
    ),
    sdks=(),
    trackers=index_hosts((), ()),
    frameworks=(),
    apis=Apis(accesses=(), uses={}, wrappers=()),
    runtime=RUNTIME,
    ancestry={},
    elements=Elements(rows={}, lacks={}),
    sets={},
    unconfirmed={},
    digest="0" * 64,
)


class Seen(NamedTuple):
    """What the collector yielded, sorted out."""

    facts: list[Fact]
    unseen: list[Unseen]
    leads: list[Lead]
    vault: Vault

    def of(self, kind: type[T]) -> list[T]:
        """Give the facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def unseen_of(self, kind: str) -> list[Unseen]:
        """Give the unseen entries of one kind that speak of whole facts."""
        return [one for one in self.unseen if one.kind == kind and one.field is None]

    def tricks(self) -> set[tuple[str, str]]:
        """Give the tricks with the entries concerned."""
        return {(fact.trick, fact.entry or "") for fact in self.of(PackageTampered)}


def _aid(vault: Vault, kind: Literal["dex", "mapping"], name: str, data: bytes) -> Aid:
    evidence = vault.keep(data, name=name, media_type="application/octet-stream")
    return Aid(kind=kind, path=vault.path(evidence.sha256), evidence=evidence)


def look_at(
    data: bytes,
    folder: Path,
    *,
    depth: int = 0,
    knowledge: Knowledge = KNOWLEDGE,
    dumped: Sequence[tuple[str, bytes]] = (),
    mapping: str = "",
) -> Seen:
    """Let the collector look at bytes, and at dumped code and a mapping handed in beside them."""
    path = folder / "app.apk"
    path.write_bytes(data)
    vault = Vault(folder / "evidence")
    evidence = vault.keep_file(path, name="app.apk", media_type="application/zip")
    aids = [_aid(vault, "dex", name, code) for name, code in dumped]
    if mapping:
        aids.append(_aid(vault, "mapping", "mapping.txt", mapping.encode()))
    target = Target(kind="apk", path=path, evidence=evidence, depth=depth, aids=tuple(aids))
    sightings: list[Sighting] = list(collect(target, vault.keep, knowledge, lambda _: None))
    return Seen(
        [one for one in sightings if isinstance(one, Fact)],
        [one for one in sightings if isinstance(one, Unseen)],
        [one for one in sightings if isinstance(one, Lead)],
        vault,
    )
