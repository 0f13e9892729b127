"""From an app's code to facts: who can read what, when, in whose code, and what nobody saw.

The code is read once (`read_code`); while a DEX file's bytes are at hand its texts are searched for
addresses and for words of a privacy policy too. Everything is a statement about code that stands
in the package, never about what ran.
"""

from __future__ import annotations

import fnmatch
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

import numpy as np

from scanner.collect.apk.accesses import Accesses, Site
from scanner.collect.apk.asks import Asks, Named, Request
from scanner.collect.apk.container import DEX_NAME, Container
from scanner.collect.apk.dex import Dex
from scanner.collect.apk.endpoints import Where, addresses_in, endpoint_facts, packed_addresses
from scanner.collect.apk.frameworks import Found as FoundFramework
from scanner.collect.apk.frameworks import framework_facts, frameworks_of
from scanner.collect.apk.handing import Handing
from scanner.collect.apk.lifecycle import Lifecycle
from scanner.collect.apk.manifest import Manifest, may_have_code
from scanner.collect.apk.mapping import Mapping as Renaming
from scanner.collect.apk.pace import Pace
from scanner.collect.apk.packed import packers_of
from scanner.collect.apk.policy_text import Found, links_in
from scanner.collect.apk.reading import Dumped, Place, Reading, Standing, read_program
from scanner.collect.apk.refusals import Refusals, permissions_of
from scanner.collect.apk.sdks import Sdks
from scanner.collect.apk.shown import WORD_KINDS
from scanner.collect.apk.spoken import Spoken, spoken_in
from scanner.collect.apk.usage import Usage
from scanner.facts import (
    AppStarted,
    BridgeOpened,
    CodeLoaded,
    DataAccessed,
    DataHanded,
    Fact,
    PermissionRequested,
    RefusalAnswered,
    Source,
    kind_of,
)
from scanner.knowledge import Knowledge
from scanner.model import Sighting, Unseen, Words
from scanner.owners import Owners

T = TypeVar("T")

CODE_KINDS = (
    *("app.framework", "sdk.present", "sdk.unidentified", "data.accessed", "permission.requested"),
    *("endpoint.embedded", "code.loaded", "bridge.opened", "app.started"),
    *("data.handed", "refusal.answered"),
)
"""Kinds of fact that come from the code, or from what belongs to it."""
HIDDEN_KINDS = (*(kind for kind in CODE_KINDS if kind != "app.framework"), *WORD_KINDS)
"""What code that nobody could read may hold."""
MAX_FACTS = 20_000
"""Facts of one kind in one package; the largest public apps give some 3,000."""

_NO_OWNER = Words(
    "包名既不属于应用自身，也不在 SDK 表中，或已被混淆，无法判断归属",
    "its package is neither the app's own nor in the table, or was renamed, so it tells nothing",
)
_NO_TIME = Words(
    "清单无法读取，不能判断代码何时运行",
    "the manifest cannot be read, so nothing tells when the code runs",
)
_WHERE = {"owner": _NO_OWNER, "reach": _NO_TIME}
_WAY = {**_WHERE, "guarded": _NO_TIME, "path": _NO_TIME}
_NO_NAMES = Words(
    "同一类中没有可确定名称的权限申请", "no request that names its permissions is in the same class"
)
_BLANK: Mapping[str, Mapping[str, Words]] = {
    "data.accessed": {
        **_WAY,
        "interval_ms": Words("时间间隔不是常量", "the interval is no constant"),
    },
    "permission.requested": {
        **_WAY,
        "again": Words(
            "界面可能须由用户打开，或在拒绝后关闭，是否反复申请无法判断",
            "people may have to open the screen, or it may close after a refusal: whether the"
            " request comes again cannot be told",
        ),
        "denial_tested": Words(
            "无法判断代码是否检查此前的拒绝", "whether code tests an earlier refusal cannot be told"
        ),
    },
    "app.started": _WAY,
    "code.loaded": _WHERE,
    "data.handed": {**_WHERE, "guarded": _NO_TIME},
    "refusal.answered": {
        **_WHERE,
        "permissions": _NO_NAMES,
        "group_count": _NO_NAMES,
    },
    "bridge.opened": {
        **_WHERE,
        "name": Words("名称在运行时才确定", "the name is made at run time"),
    },
    "endpoint.embedded": {
        "owner": _NO_OWNER,
        "secure": Words("只有域名，未写明协议", "it stands there as a host without a scheme"),
    },
}
"""Fields of the facts of code that may stay unknown, and why they do."""


class CodeLook(NamedTuple):
    """What was read of an app's code."""

    reading: Reading
    """The code as a whole."""
    owners: Owners
    """Whose classes are whose."""
    links: tuple[tuple[str, Found], ...]
    """Words and addresses of a policy in the DEX files, each with the file's name."""
    spoken: tuple[tuple[str, Spoken], ...]
    """Words to people in the texts of the code, each with the file's name."""
    endpoints: tuple[Where, ...]
    """Addresses in the texts of the code."""
    unread: tuple[Words, ...]
    """DEX files that could not be read at all, and why."""
    broken: tuple[Words, ...]
    """Parts that could not be read, and why."""
    untold: tuple[Words, ...]
    """DEX files some of whose texts could not be read."""
    dumped: Mapping[str, str]
    """Digests of the DEX files that were dumped, by their names in places."""


def read_code(
    container: Container,
    manifest: Manifest | None,
    knowledge: Knowledge,
    dumped: Iterable[Dumped] = (),
    mapping: Renaming | None = None,
) -> CodeLook:
    """Read all code of a package, and the code that was dumped from it while it ran."""
    texts = _Texts()
    program, unread, broken, digests = read_program(container, dumped, texts.look)
    program.mapping = mapping
    reading = Reading(program, manifest, knowledge)
    screens = [one.runs for one in manifest.components if one.launcher] if manifest else []
    owners = Owners(knowledge.sdks, manifest.package if manifest else "", screens)
    return CodeLook(
        reading=reading,
        owners=owners,
        links=tuple(texts.links),
        spoken=tuple(texts.spoken),
        endpoints=tuple(texts.endpoints(reading, owners)),
        unread=unread,
        broken=(*broken, *reading.faults),
        untold=tuple(texts.untold),
        dumped=digests,
    )


class _Texts:
    """Searches the texts of each DEX file while its bytes are at hand."""

    def __init__(self) -> None:
        self.links: list[tuple[str, Found]] = []
        self.spoken: list[tuple[str, Spoken]] = []
        self.untold: list[Words] = []
        self.addresses: list[tuple[Dex, int, Where]] = []

    def look(self, dex: Dex) -> None:
        if not dex.texts_whole:
            zh, en = f"{dex.name} 的部分文字无法读取", f"some texts of {dex.name} cannot be read"
            self.untold.append(Words(zh, en))
        begin, end = dex.string_span()
        data = dex.data[begin:end]
        for found in links_in(data):
            self.links.append((dex.name, found._replace(offset=found.offset + begin)))
        for spoken in spoken_in(data):
            self.spoken.append((dex.name, spoken._replace(offset=spoken.offset + begin)))
        hits = list(addresses_in(data))
        strings = dex.strings_at(np.array([hit.offset + begin for hit in hits], np.int64))
        for hit, string in zip(hits, strings.tolist(), strict=True):
            at = f"{dex.name}+0x{hit.offset + begin:x}"
            self.addresses.append((dex, string, Where("dex", at, None, hit)))

    def endpoints(self, reading: Reading, owners: Owners) -> Iterator[Where]:
        """Give each address once for each owner whose code names it."""
        program = reading.program
        numbers = {id(part.dex): number for number, part in enumerate(program.parts)}
        for dex, string, where in self.addresses:
            refs = program.part_texts[numbers[id(dex)]]
            methods = program.code_method[refs.code[refs.target == string]]
            kinds = np.unique(program.method_class[methods[methods >= 0]])
            named = {owners.of(program.type_text(int(kind))) for kind in kinds}
            for owner in sorted(named, key=lambda one: one or "") or [None]:
                yield where._replace(owner=owner)


class CodeFacts:
    """Turns what was read into facts."""

    def __init__(
        self,
        look: CodeLook,
        container: Container,
        manifest: Manifest | None,
        knowledge: Knowledge,
        source: Source,
    ) -> None:
        self.code = look
        self.reading = look.reading
        self.container = container
        self.manifest = manifest
        self.knowledge = knowledge
        self.source = source
        self.accesses = Accesses(self.reading, knowledge.apis.accesses, knowledge.apis.wrappers)
        self.asks = Asks(self.reading, manifest.package if manifest else "")
        self.loading = self.asks.loads()
        self.sites = self.accesses.sites()
        self.built_on = self.found_frameworks()
        native = self.container.names(r"lib/[^/]+/[^/]+\.so")
        hidden = bool(self.concealed() or self.built_on or native or not self.reading.program.parts)
        actions = {a for one in manifest.components for a in one.actions} if manifest else set()
        self.pace = Pace(self.reading)
        self.lifecycle = Lifecycle(self.reading, manifest)
        self.answers = Refusals(self.reading, manifest).found()
        self.closing = {_outer(self.class_of(one.place)) for one in self.answers}
        self.usage = Usage(self.reading, self.sites, actions, hidden=hidden)

    def sightings(self, table: bytes | None) -> Iterator[Sighting]:
        """Give all facts, what stayed unseen, and why a field of some fact stayed unknown."""
        blank: set[tuple[str, str]] = set()
        for one in self._all(table):
            if isinstance(one, Fact):
                kind = kind_of(one)
                fields = (name for name in _BLANK.get(kind, {}) if getattr(one, name) is None)
                blank.update((kind, name) for name in fields)
            yield one
        for kind, name in sorted(blank):
            yield Unseen(kind=kind, field=name, collector="apk", reason=_BLANK[kind][name])

    def _all(self, table: bytes | None) -> Iterator[Sighting]:
        yield from self.data()
        yield from self.requests()
        yield from self.refusals()
        yield from self.handed()
        yield from self.starts()
        yield from self.loads()
        yield from Sdks(
            self.reading, self.code.owners, self.container, self.manifest, self.source
        ).facts()
        yield from self.frameworks()
        yield from self.endpoints(table)
        yield from self.hidden()

    def data(self) -> Iterator[DataAccessed | Unseen]:
        """Give one fact per kind of data, way, owner and caller: the earliest of its places."""
        chosen: dict[tuple[str, str, int], tuple[tuple[int, bool], Site, Standing]] = {}
        for site in self.sites:
            standing = self.reading.standing(site.place)
            key = (site.access.data_type, site.api, site.place.method)
            rank = _rank(standing)
            if key not in chosen or rank < chosen[key][0]:
                chosen[key] = rank, site, standing
        facts = sorted(chosen.values(), key=lambda one: (one[0], one[1].place, one[1].api))
        for _, site, standing in facts[:MAX_FACTS]:
            yield DataAccessed(
                source=self.at(site.place),
                channel="apk",
                data_type=site.access.data_type,
                api=site.api,
                way=site.way,
                owner=self.owner(site.place),
                caller=self.reading.program.method_text(site.place.method),
                reach=standing.reach,
                guarded=standing.guarded,
                path=standing.path,
                permission=self.permission(site.access.permissions),
                phase="static",
                interval_ms=self.pace.of(site.api, site.place),
            )
        yield from _cut("data.accessed", len(facts))
        for data_type, count in sorted(self.accesses.unsettled.items()):
            yield _unseen(
                "data.accessed",
                Words(
                    zh=f"有 {count} 处调用的参数在运行时才确定，可能涉及此类信息",
                    en=f"{count} calls take an argument that is made at run time and may mean this",
                ),
                data_type=(data_type,),
            )

    def permission(self, names: tuple[str, ...]) -> str:
        """Choose the permission that a fact names: a declared one if any, else the first."""
        declared = {one.name for one in self.manifest.permissions} if self.manifest else set()
        return next((name for name in names if name in declared), names[0] if names else "")

    def requests(self) -> Iterator[PermissionRequested | Unseen]:
        """Give one fact per set of permissions and caller."""
        found = _firsts(self.asks.requests(), lambda one: (one.place.method, one.permissions))
        for request in found[:MAX_FACTS]:
            yield self.request(request)
        yield from _cut("permission.requested", len(found))
        if self.asks.unnamed_requests:
            count = self.asks.unnamed_requests
            yield _unseen(
                "permission.requested",
                Words(
                    zh=f"有 {count} 处申请的权限名称在运行时才确定",
                    en=f"{count} requests name their permissions only at run time",
                ),
            )

    def groups(self, names: Iterable[str]) -> tuple[tuple[str, ...], int]:
        """Give the groups of permissions that open personal information, and their number."""
        table = self.knowledge.permissions
        known = [table[name] for name in names if name in table]
        groups = {one.group for one in known if one.data_type != "none" and one.group != "none"}
        return tuple(sorted(groups)), len(groups)

    def class_of(self, place: Place) -> str:
        """Give the class in which a place is."""
        program = self.reading.program
        return program.type_text(int(program.method_class[place.method]))

    def request(self, request: Request) -> PermissionRequested:
        """Give the fact of one request."""
        groups, count = self.groups(request.permissions)
        standing = self.reading.standing(request.place)
        coming = self.lifecycle.coming(request.place)
        closes = _outer(self.class_of(request.place)) in self.closing
        return PermissionRequested(
            source=self.at(request.place),
            channel="apk",
            permissions=request.permissions,
            groups=groups,
            group_count=count,
            owner=self.owner(request.place),
            caller=self.reading.program.method_text(request.place.method),
            reach=standing.reach,
            guarded=standing.guarded,
            path=standing.path,
            phase="static",
            again=None if closes and coming.again != "none" else coming.again,
            denial_tested=coming.denial_tested,
        )

    def refusals(self) -> Iterator[RefusalAnswered | Unseen]:
        """Give one fact per class that ends the app, or itself, when a permission is refused."""
        asked = {(self.class_of(one.place), one.permissions) for one in self.asks.requests()}
        for one in self.answers:
            names = permissions_of(self.class_of(one.place), asked)
            _, count = self.groups(names)
            yield RefusalAnswered(
                source=self.at(one.place),
                channel="apk",
                caller=self.reading.program.method_text(one.place.method),
                ends=one.ends,
                permissions=names or None,
                group_count=count if names else None,
                owner=self.owner(one.place),
                reach=self.reading.standing(one.place).reach,
            )

    def handed(self) -> Iterator[DataHanded | Unseen]:
        """Give one fact per kind of data, receiver and caller."""
        handing = Handing(self.reading, self.sites)
        found = _firsts(
            handing.found(self.asks.starts(), self.asks.bridges()),
            lambda one: (one.data_type, one.receiver, one.handed_by, one.place.method),
        )
        for one in found[:MAX_FACTS]:
            standing = self.reading.standing(one.place)
            yield DataHanded(
                source=self.at(one.place),
                channel="apk",
                data_type=one.data_type,
                handed_by=one.handed_by,
                receiver=one.receiver,
                api=one.api,
                owner=self.owner(one.place),
                caller=self.reading.program.method_text(one.place.method),
                reach=standing.reach,
                guarded=standing.guarded,
            )
        yield from _cut("data.handed", len(found))

    def starts(self) -> Iterator[AppStarted | Unseen]:
        """Give one fact per other app and caller."""
        found = _firsts(self.asks.starts(), _name_and_caller)
        for one in found[:MAX_FACTS]:
            standing = self.reading.standing(one.place)
            yield AppStarted(
                source=self.at(one.place),
                channel="apk",
                package=one.name or "",
                api=one.api,
                owner=self.owner(one.place),
                caller=self.reading.program.method_text(one.place.method),
                reach=standing.reach,
                guarded=standing.guarded,
                path=standing.path,
            )
        yield from _cut("app.started", len(found))

    def loads(self) -> Iterator[CodeLoaded | BridgeOpened | Unseen]:
        """Give the loading of further code, which hides it, and bridges to web pages."""
        loads = _firsts(self.loading, _name_and_caller)
        for one in loads[:MAX_FACTS]:
            yield CodeLoaded(
                source=self.at(one.place),
                channel="apk",
                api=one.api,
                owner=self.owner(one.place),
                caller=self.reading.program.method_text(one.place.method),
                reach=self.reading.standing(one.place).reach,
            )
        bridges = _firsts(self.asks.bridges(), _name_and_caller)
        for one in bridges[:MAX_FACTS]:
            yield BridgeOpened(
                source=self.at(one.place),
                channel="apk",
                name=one.name,
                api=one.api,
                owner=self.owner(one.place),
                caller=self.reading.program.method_text(one.place.method),
                reach=self.reading.standing(one.place).reach,
            )
        yield from _cut("code.loaded", len(loads))
        yield from _cut("bridge.opened", len(bridges))

    def frameworks(self) -> Iterator[Sighting]:
        """Give the frameworks that keep the app's logic elsewhere."""
        yield from framework_facts(self.built_on, self.source)

    def found_frameworks(self) -> list[FoundFramework]:
        """Find the frameworks on which the app is built."""
        program = self.reading.program
        names = sorted(program.type_text(kind) for kind in program.class_type.tolist())

        def defined(prefix: str) -> int:
            return bisect_left(names, f"{prefix}/") - bisect_left(names, f"{prefix}.")

        return frameworks_of(self.container, defined, self.knowledge)

    def endpoints(self, table: bytes | None) -> Iterator[Sighting]:
        """Give the addresses of code, resources, assets and native libraries."""
        dex = frozenset(self.container.names(DEX_NAME))
        packed, unseen = packed_addresses(self.container, table, dex, self.owner_of_library)
        yield from endpoint_facts((*self.code.endpoints, *packed), self.knowledge, self.source)
        yield from unseen

    def owner_of_library(self, name: str) -> str | None:
        """Tell whose a native library is, by its file name."""
        file = name.rpartition("/")[2]
        for sdk in self.knowledge.sdks:
            if any(fnmatch.fnmatchcase(file, pattern) for pattern in sdk.libraries):
                return sdk.id
        return None

    def hidden(self) -> Iterator[Unseen]:
        """Tell what code nobody read: broken files, native libraries, code that comes later."""
        for reason in self.concealed():
            yield from _unseen_kinds(reason)
        if self.container.names(r"lib/[^/]+/[^/]+\.so"):
            reason = Words("原生库（.so）中的代码未反汇编", "code in native libraries was not read")
            yield _unseen("data.accessed", reason)

    def concealed(self) -> list[Words]:
        """Give the reasons for which any kind of code may be there that nobody read."""
        reasons = [*self.code.unread, *self.code.broken]
        if self.reading.missing:
            named = self.reading.missing[:3]
            reasons.append(
                Words(
                    zh=f"清单所列的类不在任何 DEX 文件中（{'、'.join(named)}），代码可能被隐藏",
                    en=f"classes that the manifest names are in no DEX file ({', '.join(named)});"
                    " code may be hidden",
                )
            )
        if self.lacks_code():
            reasons.append(Words("包内没有 classes.dex", "the package holds no classes.dex"))
        for packer, _ in packers_of(self.container, self.manifest, self.knowledge):
            reasons.append(
                Words(
                    zh=f"代码疑似经 {packer.name} 加固，运行前不可见",
                    en=f"the code seems to be packed by {packer.name}; only a run shows it",
                )
            )
        if self.reading.inside.exhausted:
            reasons.append(
                Words(
                    zh="需要跟踪的取值过多，只跟踪了一部分",
                    en="there are too many values to follow them all",
                )
            )
        if any(self.loads_strangers(one) for one in self.loading):
            reasons.append(
                Words(
                    zh="应用可在运行时加载其他代码，加载的代码未见",
                    en="the app can load further code while it runs, which nobody saw",
                )
            )
        return reasons

    def loads_strangers(self, load: Named) -> bool:
        """Tell whether a call may load code that is not in the package, as AndroidX's does not."""
        kind = int(self.reading.program.method_class[load.place.method])
        wrapped = self.reading.program.type_text(kind).startswith(self.knowledge.apis.wrappers)
        return not wrapped and not load.api.startswith("java.lang.")

    def lacks_code(self) -> bool:
        """Tell whether code belongs into this package, by its manifest, and none is there."""
        return "classes.dex" not in self.container.entries and may_have_code(self.manifest)

    def used(self, permission: str) -> bool | None:
        """Tell whether code serves a declared permission."""
        return self.usage.used(permission)

    def owner(self, place: Place) -> str | None:
        """Tell whose code a place is in."""
        program = self.reading.program
        return self.code.owners.of(program.type_text(int(program.method_class[place.method])))

    def at(self, place: Place) -> Source:
        """Give a place as a fact's source; dumped code was handed in, not captured."""
        where = self.reading.where(place)
        evidence = self.code.dumped.get(self.reading.file_of(place))
        return Source(
            evidence=evidence or self.source.evidence, at=where, captured=evidence is None
        )


def _outer(name: str) -> str:
    """Give the class in which a class stands, or itself."""
    return name.partition("$")[0]


def _rank(standing: Standing) -> tuple[int, bool]:
    order = {"early": 0, "reachable": 1, "unreached": 2, None: 3}
    return order[standing.reach], bool(standing.guarded)


def _name_and_caller(one: Named) -> tuple[str, str, int]:
    return one.name or "", one.api, one.place.method


def _firsts(found: Iterable[T], key: Callable[[T], object]) -> list[T]:
    """Give the first of each that differ by a key, in their order."""
    chosen: dict[object, T] = {}
    for one in found:
        chosen.setdefault(key(one), one)
    return list(chosen.values())


def _cut(kind: str, count: int) -> Iterator[Unseen]:
    if count > MAX_FACTS:
        more = count - MAX_FACTS
        yield _unseen(kind, Words(f"另有 {more} 处未列出", f"{more} more are not listed"))


def _unseen_kinds(reason: Words) -> Iterator[Unseen]:
    for kind in HIDDEN_KINDS:
        yield _unseen(kind, reason)


def _unseen(kind: str, reason: Words, **scope: tuple[str, ...]) -> Unseen:
    return Unseen(kind=kind, scope={"channel": ("apk",), **scope}, collector="apk", reason=reason)
