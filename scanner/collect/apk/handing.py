"""Code that hands personal information to somebody else: a component, another app, a page.

The value is followed back from the call to where it came from: a way to personal information of
the table, a stored key or a method whose name speaks of one. Names are the app's own words, so that
what they hold is suspected and never known. What a person typed in is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from scanner.collect.apk.accesses import Site
from scanner.collect.apk.asks import Named
from scanner.collect.apk.constants import Spot
from scanner.collect.apk.naming import is_of_business, kind_of_name, kinds_in_address
from scanner.collect.apk.reading import Place, Reading
from scanner.collect.apk.values import Body, Field, Origin, Parameter, Result

MAX_SPOTS = 300
"""Places at which one value is looked up."""
MAX_DEPTH = 4
"""Methods through which one value is followed."""

HandedBy = Literal["call", "extra", "address", "script"]

_STORED = (
    *("android.content.SharedPreferences->getString", "com.tencent.mmkv.MMKV->decodeString"),
    *("com.tencent.mmkv.MMKV->getString", "org.json.JSONObject->optString"),
    *("org.json.JSONObject->getString",),
)
_SAME = frozenset(
    (
        *("toString", "valueOf", "trim", "concat", "append", "format", "requireNonNull", "intern"),
        *("toLowerCase", "toUpperCase", "replace", "substring", "singleton", "add", "put"),
    )
)
"""Methods outside the app whose result is made of what they are handed."""
_EXTRAS = ("android.content.Intent->putExtra",)
_ADDRESSEES = frozenset(f"android.intent.extra.{name}" for name in ("EMAIL", "CC", "BCC"))
"""Extras with those to whom a letter goes, as a rule the maker of the app."""
_PARSE = ("android.net.Uri->parse",)
_SCHEMES = (
    *("alipays://", "alipay://", "alipayqr://", "weixin://", "taobao://", "tbopen://", "tmall://"),
    *("openapp.jdmobile://", "pinduoduo://", "imeituan://", "dianping://", "snssdk", "kwai://"),
    *("mqqapi://", "mqqwpa://", "sinaweibo://", "xhsdiscover://", "bilibili://", "zhihu://"),
    *("baiduboxapp://", "wbmain://", "unipay://", "upwallet://", "ctrip://", "eleme://"),
)
"""Beginnings of addresses that open apps of others; those of maps carry a destination."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*")
_PROGRAM = "com.tencent.mm.opensdk.modelbiz.WXLaunchMiniProgram$Req->path"
_IGNORED = frozenset(("device_model", "carrier", "network_info", "os_version", "screen_size"))
"""Kinds that every page learns from the browser alike."""
_WRITES = frozenset((0x5B, 0x69))


class Handed(NamedTuple):
    """One handing over."""

    data_type: str
    """What."""
    handed_by: HandedBy
    """How."""
    receiver: str
    """To whom."""
    api: str
    """The call."""
    place: Place
    """Where."""


class Handing:
    """Finds them in one app."""

    def __init__(self, reading: Reading, sites: Iterable[Site]) -> None:
        self.reading = reading
        self.program = reading.program
        self.inside = reading.inside
        self.kinds: dict[Place, str] = {}
        for site in sites:
            if site.way == "call" and site.access.data_type not in _IGNORED:
                self.kinds.setdefault(site.place, site.access.data_type)
        self.stored = set(reading.members.methods(_STORED))
        self.phone = reading.knowledge.sets.get("system-parts", frozenset())

    def found(self, starts: Iterable[Named], bridges: Iterable[Named]) -> list[Handed]:
        """Give every handing over, in the order of the code; the phone's own apps are nobody else.

        The name of an object for scripts may be that of a part of the system, as `android` is.
        """
        parts = (self._calls(), self._extras(starts), self._addresses(), self._programs())
        found = {one for part in parts for one in part if one.receiver not in self.phone}
        found |= set(self._scripts(bridges))
        return sorted(found, key=lambda one: (one.place, one.data_type, one.receiver))

    def _calls(self) -> Iterator[Handed]:
        """Give what the app tells components of its user."""
        wanted = {name: sdk for sdk in self.reading.knowledge.sdks for name in sdk.takes}
        named = self.reading.members.methods(wanted)
        for place, method in self.reading.calls(named):
            name = named[method][0]
            sdk = wanted[name]
            if self._is_own(place.method, sdk.prefixes):
                continue
            for kind in self._handed_to(place, name):
                yield Handed(kind, "call", sdk.id, name.replace("->", "."), place)

    def _is_own(self, method: int, prefixes: tuple[str, ...]) -> bool:
        owner = self.program.type_text(int(self.program.method_class[method]))
        return owner.startswith(tuple(f"{prefix}." for prefix in prefixes))

    def _handed_to(self, place: Place, name: str) -> set[str]:
        """Give what a call is handed; the name of the call itself may say it."""
        said = kind_of_name(name.rpartition(">")[2])
        found: set[str] = {said} if said else set()
        body = self.inside.body(place.method)
        if body is None:
            return found
        for register, word, kind in self.inside.arguments(place.method, body.invoke_at(place.at)):
            if word and kind != "Landroid/content/Context;":
                found |= self.kinds_of(Spot(place.method, place.at, register))
        return found

    def _extras(self, starts: Iterable[Named]) -> Iterator[Handed]:
        """Give what Intents carry in methods that start another app by its name."""
        extras = self.reading.calls(self.reading.members.methods(_EXTRAS))
        by_method: dict[int, list[Place]] = {}
        for place, _ in extras:
            by_method.setdefault(place.method, []).append(place)
        for start in starts:
            for place in by_method.get(start.place.method, ()):
                for kind in self._extra(place):
                    yield Handed(kind, "extra", start.name or "", start.api, place)

    def _extra(self, place: Place) -> set[str]:
        """Give what one extra holds, by its key and by its value."""
        body = self.inside.body(place.method)
        if body is None:
            return set()
        given = list(self.inside.arguments(place.method, body.invoke_at(place.at)))
        if len(given) < 3 or given[2][2] != "Ljava/lang/String;":
            return set()
        keys = self.inside.texts(place.method, place.at, given[1][0]).values
        if keys & _ADDRESSEES:
            return set()
        found = {kind for key in keys if (kind := kind_of_name(key)) is not None}
        value = self.inside.texts(place.method, place.at, given[2][0])
        if value.values and not value.open:
            return set()  # a constant is nobody's
        return found | self.kinds_of(Spot(place.method, place.at, given[2][0]))

    def _addresses(self) -> Iterator[Handed]:
        """Give what addresses carry that open an app of somebody else."""
        holding = {
            int(self.program.code_method[code])
            for code, _, _ in self.program.texts_beginning(_SCHEMES)
        }
        for place, _ in self.reading.calls(self.reading.members.methods(_PARSE)):
            if place.method not in holding:
                continue
            body = self.inside.body(place.method)
            register = (
                self.inside.argument(place.method, body.invoke_at(place.at), 0) if body else None
            )
            if register is None:
                continue
            for text in sorted(self.inside.texts(place.method, place.at, register).values):
                scheme = _SCHEME.match(text)
                if scheme is None or not text.startswith(_SCHEMES):
                    continue
                for kind in kinds_in_address(text):
                    yield Handed(kind, "address", scheme.group(), "android.net.Uri.parse", place)

    def _programs(self) -> Iterator[Handed]:
        """Give what the address of a mini program carries that the app opens."""
        fields = self.reading.members.fields((_PROGRAM,))
        uses = self.program.field_uses
        for field in fields:
            for row in (uses.target == field).nonzero()[0].tolist():
                method = int(self.program.code_method[uses.code[row]])
                if method < 0 or int(uses.op[row]) not in _WRITES:
                    continue
                at = int(uses.at[row])
                body = self.inside.body(method)
                register = body.units[at] >> 8 & 0xF if body else 0
                spot = Spot(method, at, register)
                texts = self.inside.texts(*spot).values
                kinds = {kind for text in texts for kind in kinds_in_address(text)}
                for kind in sorted(kinds | self.kinds_of(spot)):
                    api = _PROGRAM.replace("->", ".")
                    yield Handed(kind, "address", "mini-program", api, Place(method, at))

    def _scripts(self, bridges: Iterable[Named]) -> Iterator[Handed]:
        """Give what an object reads that scripts of pages may ask, where it also answers."""
        for bridge in bridges:
            body = self.inside.body(bridge.place.method)
            invoke = body.invoke_at(bridge.place.at) if body else None
            register = self.inside.argument(bridge.place.method, invoke, 0) if invoke else None
            if register is None:
                continue
            objects = self.inside.objects(bridge.place.method, bridge.place.at, register)
            for kind in sorted(objects.types):
                for method in self._open_methods(kind):
                    for data_type in sorted(self._read_by(method)):
                        name = bridge.name or "*"
                        yield Handed(data_type, "script", name, bridge.api, bridge.place)

    def _open_methods(self, kind: int) -> Iterator[int]:
        """Give the methods of a class that answer with a text, which scripts then hold."""
        program = self.program
        if kind < 0 or not self.reading.hierarchy.inside[kind]:
            return
        rows = (program.method_class == kind).nonzero()[0]
        for method in rows.tolist():
            answers = program.proto_of(method).endswith(")Ljava/lang/String;")
            if answers and program.code[method] >= 0 and program.name_of(method) != "toString":
                yield method

    def _read_by(self, method: int) -> set[str]:
        """Give what a method returns of personal information."""
        body = self.inside.body(method)
        found: set[str] = set()
        for at, register in body.returns() if body else ():
            found |= self.kinds_of(Spot(method, at, register))
        return found

    def kinds_of(self, spot: Spot) -> set[str]:
        """Say which kinds of personal information a value may be made of."""
        found: set[str] = set()
        work, seen = [(spot, 0)], set[Spot]()
        while work and len(seen) < MAX_SPOTS:
            one, depth = work.pop()
            body = self.inside.body(one.method)
            if body is None or one in seen or not self.inside.may_ask():
                continue
            seen.add(one)
            for origin in body.origins(one.at, one.register):
                work += [(each, depth + 1) for each in self._from(one, body, origin, depth, found)]
        return found

    def _from(
        self, spot: Spot, body: Body, origin: Origin, depth: int, found: set[str]
    ) -> list[Spot]:
        """Add the kind of which a value tells by itself, or give where to look further."""
        if isinstance(origin, Parameter):
            return self.inside.handed(spot.method, origin.number)[0] if depth < MAX_DEPTH else []
        told: str | None = None
        further: list[Spot] = []
        if isinstance(origin, Field):
            told = self._field(spot.method, origin.index)
        elif isinstance(origin, Result):
            callee = self.inside.callee(spot.method, body.invoke_at(origin.at))
            told = self._told(spot, body, origin, callee)
            own = told is None and callee >= 0 and callee not in self.stored
            if own and not self._of_business(callee):
                further = self._through(spot, body, origin, callee, depth)
        found.update({told} if told else ())
        return further

    def _field(self, method: int, index: int) -> str | None:
        """Say which kind a field holds by its name, if it is no shop's."""
        kind, number = self.inside.field_of(method, index)
        if number < 0:
            return None
        name = self.program.names[number].decode("utf-8", "replace")
        owner = self.program.type_text(kind) if kind >= 0 else ""
        return None if is_of_business(name, owner) else kind_of_name(name)

    def _of_business(self, callee: int) -> bool:
        owner = self.program.type_text(int(self.program.method_class[callee]))
        return is_of_business(self.program.name_of(callee), owner)

    def _told(self, spot: Spot, body: Body, origin: Result, callee: int) -> str | None:
        """Say which kind a call returns, by the table, by a stored key, or by its name."""
        site = self.kinds.get(Place(spot.method, origin.at))
        if site or callee < 0:
            return site
        if callee in self.stored:
            register = self.inside.argument(spot.method, body.invoke_at(origin.at), 0)
            keys = (
                self.inside.texts(spot.method, origin.at, register)
                if register is not None
                else None
            )
            named = [kind_of_name(key) for key in sorted(keys.values)] if keys else []
            return next((kind for kind in named if kind), None)
        if self._of_business(callee):
            return None
        if self.program.proto_of(callee).endswith(")Ljava/lang/String;"):
            return kind_of_name(self.program.name_of(callee))
        return None

    def _through(
        self, spot: Spot, body: Body, origin: Result, callee: int, depth: int
    ) -> list[Spot]:
        """Give where what a call returns was made: inside it, or of what it is handed."""
        invoke = body.invoke_at(origin.at)
        target = int(self.reading.graph.resolved[callee])
        if target >= 0 and self.program.code[target] >= 0:
            inner = self.inside.body(target) if depth < MAX_DEPTH else None
            return [Spot(target, at, register) for at, register in inner.returns()] if inner else []
        if self.program.name_of(callee) not in _SAME:
            return []
        given = self.inside.arguments(spot.method, invoke)
        return [Spot(spot.method, invoke.at, register) for register, _, _ in given]
