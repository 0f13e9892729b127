"""Permissions, types of app, kinds of data and packers: their rows, and how they are read."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping

import msgspec

from scanner.facts import Protection
from scanner.model import Words
from scanner.strict_yaml import Node, Place, Reader, Scalar, quoted

APP_TYPES = 39
"""Number of app types in 国信办秘字〔2021〕14号 article 5, (一) to (三十九)."""
NEWEST_API = 36
"""Newest API level of Android that the table of permissions knows."""
GROUPS = (
    "calendar",
    "call_log",
    "camera",
    "contacts",
    "location",
    "microphone",
    "nearby",
    "notifications",
    "phone",
    "sensors",
    "sms",
    "storage",
    "xr",
    "none",
)
"""The ten groups of TC260-PG-20204A, and Android's own nearby, notifications and xr."""
GROUP_NAMES = {
    "calendar": Words("日历", "calendar"),
    "call_log": Words("通话记录", "call log"),
    "camera": Words("相机", "camera"),
    "contacts": Words("通讯录", "contacts"),
    "location": Words("位置", "location"),
    "microphone": Words("麦克风", "microphone"),
    "nearby": Words("附近的设备", "nearby devices"),
    "notifications": Words("通知", "notifications"),
    "phone": Words("电话", "phone"),
    "sensors": Words("身体传感器", "body sensors"),
    "sms": Words("短信", "SMS"),
    "storage": Words("存储", "storage"),
}
"""What the groups are called where people are asked for them."""
Family = typing.Literal[
    "behaviour",
    "biometric",
    "communication",
    "content",
    "device",
    "financial",
    "health",
    "identity",
    "location",
    "network",
]
ListedProtection = typing.Literal["normal", "dangerous", "special", "signature", "vendor"]


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """A permission that an Android app can declare, and what it opens."""

    name: str
    """Full name, e.g. android.permission.CAMERA."""
    title: Words | None = None
    """What it allows, in a few words."""
    protection: Protection
    """How it is granted; see permission.declared in facts.py (custom is never in the table)."""
    group: str = "none"
    """Group in which it is shown to people, one of GROUPS."""
    data_type: str = "none"
    """Kind of personal information that it opens; "none" if none by itself."""
    sensitive_2020: bool | None = False
    """Whether that kind is sensitive by GB/T 35273-2020; None where that is not settled."""
    sensitive_2025: bool | None = False
    """Whether it is sensitive by GB/T 45574-2025; None where that is not settled."""
    need: str | None = None
    """Code word under which app-types.yaml says which types may need it (project judgement)."""
    types: tuple[int, ...] | None = None
    """Numbers of further types that may need it (project judgement)."""
    arguable: tuple[int, ...] = ()
    """Numbers of types about which the table does not decide (project judgement)."""
    since: int | None = None
    """First API level that knows it; None where it was there from the start or is unknown."""
    until: int | None = None
    """Last API level at which it has an effect; None where it still has one."""


class AppType(msgspec.Struct, frozen=True, kw_only=True):
    """One of the 39 types of 国信办秘字〔2021〕14号 article 5."""

    number: int
    """Its number there, 1 to 39."""
    zh: str
    """Chinese name."""
    en: str
    """English name."""
    basic_function: Words
    """What its basic function is."""
    necessary: tuple[str, ...]
    """Information necessary for it; empty for the 13 types that need none."""
    needs: tuple[str, ...]
    """Codes of permissions it may reasonably ask for at use (project judgement)."""
    arguable: tuple[str, ...] = ()
    """Codes about which the table does not decide."""
    necessary_en: tuple[str, ...] = ()
    """The necessary information in English, in the same order."""
    words: tuple[str, ...] = ()
    """What such apps tend to be called, in lower case (project judgement, for hints only)."""


class DataType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of personal information."""

    id: str
    """Its id, e.g. location_precise."""
    title: Words
    """Its name."""
    family: Family
    """The class of information that it belongs to."""
    level: int
    """Weight from 1 (weak) to 4 (strong), project judgement."""
    sensitive_2020: bool | None
    """Whether GB/T 35273-2020 annex B lists it; None where that is not settled."""
    sensitive_2025: bool | None
    """Whether GB/T 45574-2025 annex A lists it; None where that is not settled."""
    synonyms: tuple[str, ...] = ()
    """Other words for it in policies and forms."""
    covers: tuple[str, ...] = ()
    """Ids of kinds that a policy discloses, vaguely, by naming this one."""


class Packer(msgspec.Struct, frozen=True, kw_only=True):
    """A product that hides the code of an app until it runs."""

    id: str
    """Its id, e.g. qihoo-jiagu."""
    name: str
    """Name of the product."""
    application: tuple[str, ...]
    """Names of its application class, or with a dot at the end of its package."""
    libraries: tuple[str, ...]
    """Patterns (fnmatch) for file names of its native libraries."""
    assets: tuple[str, ...]
    """Patterns (fnmatch) for paths under assets/."""


class Tables:
    """Turns the nodes of the list files into tables, in the order in which they need each other."""

    def __init__(self, read: Reader, nodes: Mapping[str, Node]) -> None:
        self.read = read
        self.nodes = dict(nodes)
        self.unconfirmed: dict[str, frozenset[str]] = {}
        self.codes: tuple[str, ...] = ()
        self.code_names: dict[str, Words] = {}
        self.english: dict[str, str] = {}
        self.kinds: tuple[str, ...] = ()

    def head(self, table: str, *keys: str) -> dict[str, Node]:
        """Read the top of a table's file."""
        optional = ("unconfirmed",)
        top = self.read.mapping(self.nodes.get(table), table, required=keys, optional=optional)
        columns = self.read.texts((top or {}).get("unconfirmed"), "unconfirmed")
        self.unconfirmed[table] = frozenset(columns or ())
        return top or {}

    def values(self, name: str) -> frozenset[str]:
        """Read a plain list."""
        top = self.read.mapping(self.nodes[name], name, required=("values",)) or {}
        return frozenset(self.read.texts(top.get("values"), "values") or ())

    def entries(self, node: Node | None, what: str, pattern: str) -> Iterator[tuple[str, Node]]:
        """Read a table whose keys are ids."""
        table = self.read.table(node, what)
        for key, row in table.items.items() if table else ():
            if re.fullmatch(pattern, key):
                yield key, row
            else:
                message = f"{what}: {quoted(key)} cannot be an id"
                self.read.fault(
                    table.keys[key] if table else row, message, "write it like its neighbours"
                )

    def sensitive(self, node: Node | None, what: str) -> bool | None:
        """Read true, false, or null for what is not settled."""
        if isinstance(node, Scalar) and node.is_null:
            return None
        return self.read.truth(node, what)

    def app_types(self) -> dict[int, AppType]:
        """Read app-types.yaml."""
        top = self.head("app-types", "codes", "english", "types")
        for code, row in self.ids(top.get("codes"), "codes"):
            name = self.read.words(row, code)
            self.codes += (code,)
            if name is not None:
                self.code_names[code] = name
        for phrase, row in self.entries(top.get("english"), "english", r".{1,60}"):
            said = self.read.text(row, phrase)
            if said is not None:
                self.english[phrase] = said
        nodes = dict(self.entries(top.get("types"), "types", r"[1-9]|[12][0-9]|3[0-9]"))
        missing = [str(number) for number in range(1, APP_TYPES + 1) if str(number) not in nodes]
        if "types" in top and missing:
            message = f"types: missing {', '.join(missing)}"
            self.read.fault(top["types"], message, f"there are {APP_TYPES}, numbered from 1")
        rows = (self.app_type(int(number), node) for number, node in nodes.items())
        return {row.number: row for row in rows if row is not None}

    def ids(self, node: Node | None, what: str) -> Iterator[tuple[str, Node]]:
        """Read a table whose keys are short ids."""
        return self.entries(node, what, r"[A-Za-z][A-Za-z0-9_-]{0,40}")

    def app_type(self, number: int, node: Node) -> AppType | None:
        """Read one type of app."""
        read, what = self.read, f"type {number}"
        keys = ("zh", "en", "basic", "necessary", "needs")
        row = read.mapping(node, what, required=keys, optional=("arguable", "words")) or {}
        zh, en = read.text(row.get("zh"), "zh"), read.text(row.get("en"), "en")
        basic = read.words(row.get("basic"), "basic")
        necessary = read.texts(row.get("necessary"), "necessary")
        for phrase in necessary or ():
            if phrase not in self.english:
                message = f"necessary: {quoted(phrase)} has no English"
                read.fault(row["necessary"], message, "add it to english")
        needs = self.choices(row.get("needs"), "needs", self.codes)
        arguable = self.choices(row.get("arguable"), "arguable", self.codes)
        words = self.read.texts(row.get("words"), "words")
        if zh is None or en is None or basic is None or necessary is None:
            return None
        return AppType(
            number=number,
            zh=zh,
            en=en,
            basic_function=basic,
            necessary=necessary,
            needs=needs or (),
            arguable=arguable or (),
            words=tuple(words or ()),
            necessary_en=tuple(self.english.get(phrase, "") for phrase in necessary),
        )

    def choices(
        self, node: Node | None, what: str, known: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        """Read a list of words that another part of the tables must know."""
        items = self.read.sequence(node, what)
        if items is None:
            return None
        words = [self.known(item, what, known) for item in items]
        return tuple(word for word in words if word is not None)

    def known(self, node: Node | None, what: str, words: tuple[str, ...]) -> str | None:
        """Read a word that another part of the tables must know, if that part could be read."""
        if not words:
            return self.read.text(node, what)
        return self.read.choice(node, what, words)

    def data_types(self) -> dict[str, DataType]:
        """Read data-types.yaml."""
        top = self.head("data-types", "types")
        nodes = dict(self.ids(top.get("types"), "types"))
        if "none" in nodes:
            self.read.fault(nodes["none"], "none means no data", "choose another id")
        self.kinds = tuple(nodes)
        rows = (self.data_type(name, node) for name, node in nodes.items())
        return {row.id: row for row in rows if row is not None}

    def data_type(self, name: str, node: Node) -> DataType | None:
        """Read one kind of data."""
        read = self.read
        keys = ("zh", "en", "family", "level", "2020", "2025")
        row = read.mapping(node, name, required=keys, optional=("synonyms", "covers")) or {}
        zh, en = read.text(row.get("zh"), "zh"), read.text(row.get("en"), "en")
        family = read.choice(row.get("family"), "family", typing.get_args(Family))
        level = read.number(row.get("level"), "level", least=1, most=4)
        sensitive_2020 = self.sensitive(row.get("2020"), "2020")
        sensitive_2025 = self.sensitive(row.get("2025"), "2025")
        synonyms = read.texts(row.get("synonyms"), "synonyms")
        covers = self.choices(row.get("covers"), "covers", self.kinds)
        if zh is None or en is None or family is None or level is None:
            return None
        return DataType(
            id=name,
            title=Words(zh, en),
            family=family,
            level=level,
            sensitive_2020=sensitive_2020,
            sensitive_2025=sensitive_2025,
            synonyms=synonyms or (),
            covers=covers or (),
        )

    def packers(self) -> tuple[Packer, ...]:
        """Read packers.yaml."""
        top = self.head("packers", "packers")
        packers = []
        keys = ("name", "application", "libraries", "assets")
        for name, node in self.ids(top.get("packers"), "packers"):
            row = self.read.mapping(node, name, required=keys) or {}
            title = self.read.text(row.get("name"), "name")
            traces = [self.read.texts(row.get(key), key) or () for key in keys[1:]]
            if title is not None:
                application, libraries, assets = traces
                packers.append(
                    Packer(
                        id=name,
                        name=title,
                        application=application,
                        libraries=libraries,
                        assets=assets,
                    )
                )
        return tuple(packers)

    def permissions(self) -> dict[str, Permission]:
        """Read permissions.yaml."""
        top = self.head("permissions", "rows", "normal", "signature", "vendor")
        table: dict[str, Permission] = {}
        places: dict[str, Place] = {}
        for node in self.read.sequence(top.get("rows"), "rows") or ():
            names, row = self.permission(node)
            for name, place in names:
                self.once(name, place, places)
                if row is not None:
                    table[name] = msgspec.structs.replace(row, name=name)
        for protection in ("normal", "signature", "vendor"):
            row = Permission(name="", protection=protection)
            for name, place in self.names(top.get(protection), protection):
                self.once(name, place, places)
                table[name] = msgspec.structs.replace(row, name=name)
        return table

    def once(self, name: str, place: Place, places: dict[str, Place]) -> None:
        """Record a fault for a name that stands twice."""
        if name in places:
            line = places[name].line
            self.read.fault(place, f"{quoted(name)} stands twice", f"it stands in line {line} too")
        places.setdefault(name, place)

    def names(self, node: Node | None, what: str) -> Iterator[tuple[str, Place]]:
        """Read permission names; one without a dot is Android's own."""
        for item in self.read.sequence(node, what) or ():
            name = self.read.text(item, what)
            if name is not None and re.fullmatch(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*", name):
                yield name if "." in name else f"android.permission.{name}", item.place
            elif name is not None:
                message = f"{what}: {quoted(name)} cannot be a permission"
                self.read.fault(item, message, "write its full name, e.g. cn.example.permission.A")

    def permission(self, node: Node) -> tuple[list[tuple[str, Place]], Permission | None]:
        """Read a row: its names, and what holds for each of them."""
        read = self.read
        optional = ("group", "data", "2020", "2025", "need", "types", "arguable", "since", "until")
        keys = ("names", "zh", "en", "protection")
        row = read.mapping(node, "row", required=keys, optional=optional) or {}
        names = list(self.names(row.get("names"), "names"))
        zh, en = read.text(row.get("zh"), "zh"), read.text(row.get("en"), "en")
        protection = read.choice(
            row.get("protection"), "protection", typing.get_args(ListedProtection)
        )
        group = read.choice(row.get("group"), "group", GROUPS)
        data = self.known(row.get("data"), "data", self.kinds)
        readings = [key for key in ("2020", "2025") if key in row]
        if len(readings) != (2 if "data" in row else 0):
            read.fault(node, "row: data, 2020 and 2025 go together", "give all three or none")
        if zh is None or en is None or protection is None:
            return names, None
        return names, Permission(
            name="",
            title=Words(zh, en),
            protection=protection,
            group=group or "none",
            data_type=data or "none",
            sensitive_2020=self.sensitive(row.get("2020"), "2020") if readings else False,
            sensitive_2025=self.sensitive(row.get("2025"), "2025") if readings else False,
            need=self.known(row.get("need"), "need", self.codes),
            types=read.numbers(row.get("types"), "types", least=1, most=APP_TYPES),
            arguable=self.arguable(row.get("arguable")),
            since=read.number(row.get("since"), "since", least=1, most=NEWEST_API),
            until=read.number(row.get("until"), "until", least=1, most=NEWEST_API),
        )

    def arguable(self, node: Node | None) -> tuple[int, ...]:
        """Read numbers of types; `any` is all of them."""
        if isinstance(node, Scalar) and node.text == "any":
            return tuple(range(1, APP_TYPES + 1))
        return self.read.numbers(node, "arguable", least=1, most=APP_TYPES) or ()
