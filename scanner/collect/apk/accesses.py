"""Ways to personal information in an app's code, found by the table in rules/lists/apis.yaml.

A way is a call, a field, a content address, a command, a file, a reflected name, a class of a
vendor's or a callback. Where a call counts with certain constants only, these are followed; a call
whose constant cannot be found out is no access, and is told as unsettled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import re2

from scanner.collect.apk.constants import OPEN, Texts
from scanner.collect.apk.dex import text_of
from scanner.collect.apk.program import ACC_STATIC, descriptor
from scanner.collect.apk.reading import Place, Reading
from scanner.collect.apk.values import Field, Origin, Result, Text
from scanner.facts import Way
from scanner.knowledge.apis import Access
from scanner.owners import Owners

MAX_SITES = 200_000
"""Places in one package; the largest public apps have some 20,000."""
LEAST_WORDS = 3
"""Words of a reflected name that says by itself which method is meant, whoever owns it."""
MAX_LINES = 60
"""Lines that the words of one command may make."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_STATIC_CALLS = (0x71, 0x77)
_CONST_STRINGS = (0x1A, 0x1B)
_ADDRESS_MAKERS = ("android.net.Uri", "android.net.Uri$Builder", "android.content.ContentUris")
_NOT_READING = frozenset(
    (
        *(f"android.content.Intent->{name}" for name in ("<init>", "setData", "setDataAndType")),
        *("android.content.Intent->setDataAndNormalize", "android.content.Intent->putExtra"),
        *(f"android.content.ContentResolver->{name}" for name in ("insert", "update", "delete")),
        *("android.content.ContentResolver->bulkInsert", "java.lang.String->equals"),
        *("android.content.ContentResolver->notifyChange", "java.lang.String->startsWith"),
        *("android.content.ContentProviderOperation->newInsert", "java.lang.String->contains"),
        *("android.content.ContentProviderOperation->newUpdate", "java.lang.Object->equals"),
        *("android.content.ContentProviderOperation->newDelete", "java.lang.String->indexOf"),
    )
)
"""Calls that are handed an address and give nothing of what lies there."""
_READS = (*range(0x52, 0x59), *range(0x60, 0x67))

_AIMING = tuple(
    f"android.content.Intent->{name}" for name in ("setPackage", "setComponent", "setClassName")
)


class Site(NamedTuple):
    """A place in code that is a way to personal information."""

    access: Access
    """The row of the table."""
    api: str
    """The call, field, address or command, as people write it."""
    way: Way
    """How it gets there."""
    place: Place
    """Where."""


class Accesses:
    """Finds all ways in one app."""

    def __init__(self, reading: Reading, accesses: Iterable[Access], wrappers: tuple[str, ...]):
        self.reading = reading
        self.program = reading.program
        self.accesses = tuple(accesses)
        self.wrappers = wrappers
        self.owners = Owners(reading.knowledge.sdks, "")
        self.unsettled: Counter[str] = Counter()
        """Calls by kind of data whose constants could not be found out."""

    def sites(self) -> list[Site]:
        """Give every place, sorted by method and place."""
        self.unsettled.clear()
        parts = (
            *(self._methods(), self._calls(), self._fields(), self._addresses(), self._texts()),
            *(self._commands(), self._files(), self._classes(), self._callbacks()),
            self._reflections(),
        )
        found: dict[tuple[str, str, Place], Site] = {}
        for part in parts:
            for site in part:
                if len(found) >= MAX_SITES:
                    break
                if not (site.access.ignore_wrappers and self._is_wrapper(site.place.method)):
                    found.setdefault((site.access.data_type, site.api, site.place), site)
        return sorted(found.values(), key=lambda site: (site.place, site.access.id, site.api))

    def _is_wrapper(self, method: int) -> bool:
        return self._class_text(method).startswith(self.wrappers)

    def _class_text(self, method: int) -> str:
        return self.program.type_text(int(self.program.method_class[method]))

    def _methods(self) -> Iterator[Site]:
        wanted: dict[str, list[tuple[Access, tuple[str, ...]]]] = {}
        for row in self.accesses:
            for name in row.methods:
                wanted.setdefault(name, []).append((row, ()))
            for near in row.near:
                wanted.setdefault(near.method, []).append((row, near.texts))
        aimed = self._aimed()
        holding = self._holding({t for rows in wanted.values() for _, texts in rows for t in texts})
        named = self.reading.members.methods(wanted)
        for place, method in self.reading.calls(named):
            code = int(self.program.code[place.method])
            held = set() if code in aimed else holding.get(code, set())
            for name in named[method]:
                if self._same_house(place.method, name.partition("->")[0]):
                    continue
                for row, texts in wanted[name]:
                    if not texts or not held.isdisjoint(texts):
                        yield Site(row, _spoken(name), "call", place)

    def _aimed(self) -> set[int]:
        """Give the code items that aim an Intent at one app, and so ask for no list of apps."""
        named = self.reading.members.methods(_AIMING)
        calls = self.reading.calls(named)
        return {int(self.program.code[place.method]) for place, _ in calls}

    def _holding(self, texts: set[str]) -> dict[int, set[str]]:
        """Give which of some texts each code item holds."""
        found: dict[int, set[str]] = {}
        for code, _, text in self.program.texts_beginning(texts) if texts else ():
            if text in texts:
                found.setdefault(code, set()).add(text)
        return found

    def _same_house(self, method: int, owner: str) -> bool:
        """Tell whether a component of the app calls its own interface: no access by anyone.

        A component is what the table of SDKs says, else all classes with the same first three
        labels as the one that is called.
        """
        if not self.reading.hierarchy.inside[max(self.program.type_number(owner), 0)]:
            return False
        caller = self._class_text(method)
        component = self.owners.of(owner)
        if component is not None:
            return self.owners.of(caller) == component
        house = ".".join(owner.split(".")[:3])
        return caller == owner or caller.startswith(f"{house}.")

    def _calls(self) -> Iterator[Site]:
        wanted: dict[str, list[tuple[Access, int, tuple[str, ...]]]] = {}
        for row in self.accesses:
            for call in row.calls:
                entry = (row, call.argument, call.values)
                wanted.setdefault(call.method, []).append(entry)
        unsettled: set[tuple[str, Place]] = set()
        named = self.reading.members.methods(wanted)
        for place, method in self.reading.calls(named):
            for name in named[method]:
                for row, argument, values in wanted[name]:
                    for at, texts in self._argument(place, argument):
                        chosen = [f'"{t}"' for t in texts.values if _is_one_of(t, values)]
                        chosen += [str(n) for n in texts.numbers if str(n) in values]
                        for text in sorted(chosen):
                            yield Site(row, f"{_spoken(name)}({text})", "call", at)
                        if not chosen and texts.open and not self._is_wrapper(at.method):
                            unsettled.add((row.data_type, at))
        self.unsettled.update(data_type for data_type, _ in unsettled)

    def _argument(self, place: Place, argument: int) -> list[tuple[Place, Texts]]:
        """Give what a call is handed, apart for each place that decides on it."""
        inside = self.reading.inside
        body = inside.body(place.method)
        register = (
            inside.argument(place.method, body.invoke_at(place.at), argument) if body else None
        )
        if register is None:
            return [(place, OPEN)]
        found = inside.by_caller(place.method, place.at, register)
        return [(Place(method, at), texts) for method, at, texts in found]

    def _fields(self) -> Iterator[Site]:
        wanted = {name: row for row in self.accesses for name in row.fields}
        named = self.reading.members.fields(wanted)
        for place, field in self._field_reads(named):
            for name in named[field]:
                yield Site(wanted[name], _spoken(name), "field", place)

    def _field_reads(self, fields: Iterable[int]) -> Iterator[tuple[Place, int]]:
        uses = self.program.field_uses
        chosen = np.isin(uses.target, np.array(sorted(fields), np.int64)) & np.isin(uses.op, _READS)
        for row in np.flatnonzero(chosen).tolist():
            method = int(self.program.code_method[uses.code[row]])
            if method >= 0:
                yield Place(method, int(uses.at[row])), int(uses.target[row])

    def _addresses(self) -> Iterator[Site]:
        """Give the calls that hand an address to a content resolver, by what they hand over.

        An address that code names beside a call whose address cannot be found out counts as well.
        One of which nobody can tell what becomes is unsettled.
        """
        table = _Addresses(self.accesses)
        handed: set[str] = set()
        unclear: set[int] = set()
        resolvers = self.reading.members.methods(self.reading.knowledge.runtime.resolvers)
        for place, _ in self.reading.calls(resolvers):
            for at, found in self._handed_address(place):
                known = table.of(found)
                handed |= {address for _, address in known}
                yield from (Site(row, address, "address", at) for row, address in known)
                if found.open and not known:
                    unclear.add(at.method)
        leads = _Leads(self.reading)
        unsettled: set[tuple[str, int]] = set()
        for place, row, address in self._named_addresses(table):
            if address in handed or self._is_wrapper(place.method):
                continue
            if place.method in unclear and not leads.elsewhere(place):
                yield Site(row, address, "address", place)
            elif not leads.elsewhere(place):
                unsettled.add((row.data_type, place.method))
        self.unsettled.update(data_type for data_type, _ in unsettled)

    def _texts(self) -> Iterator[Site]:
        wanted = {text: row for row in self.accesses for text in row.actions if len(text) >= 4}
        for code, at, text in self.program.texts_beginning(wanted):
            method = int(self.program.code_method[code])
            if method >= 0 and text in wanted:
                yield Site(wanted[text], text, "text", Place(method, at))

    def _named_addresses(self, table: _Addresses) -> Iterator[tuple[Place, Access, str]]:
        """Give the places where code names an address of the table."""
        for code, at, text in self.program.texts_beginning(table.uris):
            method = int(self.program.code_method[code])
            known = table.of_one(text)
            if method >= 0 and known:
                yield Place(method, at), *known
        fields = self.reading.members.fields_of(table.groups)
        for place, field in self._field_reads(fields):
            name = text_of(self.program.names[int(self.program.field_name[field])])
            known = table.of_one(f"{fields[field]}->{name}")
            if known:
                yield place, *known

    def _handed_address(self, place: Place) -> list[tuple[Place, Texts]]:
        """Give what a resolver is handed as its address, or as the authority of one."""
        inside = self.reading.inside
        body = inside.body(place.method)
        given = list(inside.arguments(place.method, body.invoke_at(place.at))) if body else []
        for kind, before in (("Landroid/net/Uri;", ""), ("Ljava/lang/String;", "content://")):
            for register, _, each in given:
                if each == kind:
                    found = inside.by_caller(place.method, place.at, register)
                    return [(Place(m, at), _beginning(before, texts)) for m, at, texts in found]
        return [(place, OPEN)]

    def _handed_parts(self, members: Iterable[str]) -> Iterator[tuple[Place, list[list[Texts]]]]:
        """Give what calls are handed: for each text, array or list its parts in their order."""
        inside = self.reading.inside
        for place, _ in self.reading.calls(self.reading.members.methods(members)):
            body = inside.body(place.method)
            if body is None:
                continue
            invoke = body.invoke_at(place.at)
            skip = 0 if invoke.op in _STATIC_CALLS else 1
            given = list(inside.arguments(place.method, invoke))[skip:]
            yield (
                place,
                [inside.parts(place.method, place.at, register) for register, _, _ in given],
            )

    def _commands(self) -> Iterator[Site]:
        patterns = [
            (row, re2.compile(pattern)) for row in self.accesses for pattern in row.commands
        ]
        for place, arguments in self._handed_parts(self.reading.knowledge.runtime.shells):
            commands = {text for parts in arguments for part in parts for text in part.values}
            commands |= {text for parts in arguments for text in _lined_up(parts)}
            for text in sorted(commands):
                for row, pattern in patterns:
                    if pattern.search(text):
                        yield Site(row, text[:120], "command", place)

    def _files(self) -> Iterator[Site]:
        wanted = [(row, name) for row in self.accesses for name in row.files]
        for place, arguments in self._handed_parts(self.reading.knowledge.runtime.openers):
            values = [sorted(t for part in parts for t in part.values) for parts in arguments]
            paths = {text for texts in values for text in texts}
            if len(values) > 1:
                paths |= {f"{one.rstrip('/')}/{two}" for one in values[0] for two in values[1]}
            for text in sorted(paths):
                for row, name in wanted:
                    if text.startswith(name):
                        yield Site(row, text[:120], "file", place)

    def _classes(self) -> Iterator[Site]:
        groups = {name: row for row in self.accesses for name in row.classes}
        if not groups:
            return
        program = self.program
        renamed = program.mapping is not None
        begin = (b"L",) if renamed else tuple(descriptor(name)[:-1].encode() for name in groups)
        chosen: dict[int, str] = {}
        for number, raw in enumerate(program.types):
            if raw.startswith(begin):
                text = program.type_text(number)
                hit = next((name for name in groups if is_in(text, name)), None)
                if hit:
                    chosen[number] = hit
        kinds = np.array(sorted(chosen), np.int64)
        invokes = program.invokes
        owner = np.where(
            invokes.target >= 0, program.method_class[np.maximum(invokes.target, 0)], -1
        )
        seen: set[tuple[int, str]] = set()
        for row in np.flatnonzero(np.isin(owner, kinds)).tolist():
            method = int(program.code_method[invokes.code[row]])
            group = chosen[int(owner[row])]
            if method < 0 or (method, group) in seen or self._in_group(method, group):
                continue
            seen.add((method, group))
            api = program.method_text(int(invokes.target[row]))
            yield Site(groups[group], api, "class", Place(method, int(invokes.at[row])))

    def _in_group(self, method: int, group: str) -> bool:
        """Tell whether a vendor's own code calls: of the group's first three labels."""
        house = ".".join(group.rstrip(".$").split(".")[:3])
        return f"{self._class_text(method)}.".startswith(f"{house}.")

    def _callbacks(self) -> Iterator[Site]:
        program, members = self.program, self.reading.members
        for row in self.accesses:
            for name in row.overrides:
                owner, _, method_name = name.partition("->")
                number = program.name_number(method_name)
                rows = np.flatnonzero(program.defined & (program.method_name == number))
                for method in rows.tolist() if number >= 0 else ():
                    if program.code[method] < 0 or program.access[method] & ACC_STATIC:
                        continue
                    kind = int(program.method_class[method])
                    if program.type_text(kind) != owner and owner in members.ancestors(kind):
                        yield Site(row, _spoken(name), "callback", Place(method, 0))

    def _reflections(self) -> Iterator[Site]:
        wanted: dict[str, list[tuple[str, Access]]] = {}
        for row in self.accesses:
            for member in (*row.methods, *row.fields):
                owner, _, name = member.partition("->")
                wanted.setdefault(name, []).append((owner, row))
        wanted.pop("<init>", None)
        named = self.reading.members.methods(self.reading.knowledge.runtime.reflections)
        unsettled: set[tuple[str, Place]] = set()
        for place, _ in self.reading.calls(named):
            names, owners = self._reflected(place)
            for name in sorted(names.values & wanted.keys()):
                for owner, row in wanted[name]:
                    if owner in owners.values:
                        yield Site(row, f"{owner}.{name}", "reflection", place)
                    elif owners.open and not owners.values and _tells(name, row):
                        yield Site(row, f"{owner}.{name}", "reflection", place)
                        break
            if names.open and not names.values and not self._is_wrapper(place.method):
                known = {row for rows in wanted.values() for o, row in rows if o in owners.values}
                unsettled |= {(row.data_type, place) for row in known}
        self.unsettled.update(data_type for data_type, _ in unsettled)

    def _reflected(self, place: Place) -> tuple[Texts, Texts]:
        """Give the names that a reflection looks for, and the classes in which it looks."""
        inside = self.reading.inside
        body = inside.body(place.method)
        names, owners = OPEN, OPEN
        given = inside.arguments(place.method, body.invoke_at(place.at)) if body else ()
        for register, _, kind in given:
            if kind == "Ljava/lang/Class;" and owners is OPEN:
                owners = inside.texts(place.method, place.at, register)
            elif kind == "Ljava/lang/String;" and names is OPEN:
                names = inside.texts(place.method, place.at, register)
        return names, owners


class _Addresses:
    """The content addresses of the table."""

    def __init__(self, accesses: Iterable[Access]) -> None:
        rows = tuple(accesses)
        self.uris = {uri: row for row in rows for uri in row.uris}
        self.groups = {group: row for row in rows for group in row.uri_fields}

    def of(self, found: Texts) -> list[tuple[Access, str]]:
        """Give the rows, and how people write the address, of what a call may be handed."""
        known = map(self.of_one, sorted((*found.values, *found.outside)))
        return [one for one in known if one is not None]

    def of_one(self, name: str) -> tuple[Access, str] | None:
        """Give the same of one text, field or method; None when it is no such address."""
        owner, arrow, member = name.partition("->")
        if not arrow:
            fitting = [uri for uri in self.uris if _is_under(name, uri)]
            uri = max(fitting, key=len, default="")
            return (self.uris[uri], uri) if uri else None
        groups = [group for group in self.groups if is_in(owner, group)]
        if not groups or "URI" not in member.upper():
            return None
        return self.groups[max(groups, key=len)], _spoken(name)


class _Leads:
    """Tells what becomes of an address that a method names."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def elsewhere(self, place: Place) -> bool:
        """Tell whether all that a method does with it is surely not to read what is there."""
        inside = self.reading.inside
        body = inside.body(place.method)
        if body is None or not inside.may_ask(1 + len(body.starts) // 5):
            return False
        units = body.units
        read = Field(place.at, units[place.at + 1], True)
        named: set[Origin] = {read}
        if body.op(place.at) in _CONST_STRINGS:
            wide = units[place.at + 2] << 16 if body.op(place.at) == _CONST_STRINGS[1] else 0
            named = {Text(units[place.at + 1] | wide)}
        uses: set[str] = set()
        for invoke in body.invokes():
            held = [not named.isdisjoint(body.origins(invoke.at, r)) for r in invoke.registers]
            callee = inside.callee(place.method, invoke) if any(held) else -1
            if callee < 0:
                if any(held):
                    return False
                continue
            program = self.reading.program
            owner = program.type_text(int(program.method_class[callee]))
            name = program.name_of(callee)
            if owner in _ADDRESS_MAKERS:
                named.add(Result(invoke.at))
            else:
                uses.add(f"{owner}->{name}")
        kept = any(
            not named.isdisjoint(body.origins(one.at, one.register)) for one in body.stores()
        )
        kept = kept or any(not named.isdisjoint(body.origins(*one)) for one in body.returns())
        return bool(uses) and uses <= _NOT_READING and not kept


def _beginning(before: str, texts: Texts) -> Texts:
    return texts._replace(values=frozenset(f"{before}{text}" for text in texts.values))


def _lined_up(parts: list[Texts]) -> set[str]:
    """Give the words of a command in one line, where not too many lines come of it."""
    lines = {""}
    for part in parts:
        lines = {f"{line} {word}" for line in lines for word in (part.values or ("*",))}
        if len(lines) > MAX_LINES:
            return set()
    return {line.strip() for line in lines if len(parts) > 1}


def _tells(name: str, row: Access) -> bool:
    """Tell whether a method's name says by itself which one is meant, whoever owns it.

    It has three words (getDeviceId), or names the kind of data (getImei); getName does neither.
    """
    kind = row.data_type.replace("_", "")
    return kind in name.lower() or len(_WORD.findall(name)) >= LEAST_WORDS


def _spoken(member: str) -> str:
    return member.replace("->", ".")


def _is_one_of(text: str, values: Iterable[str]) -> bool:
    return any(
        text.startswith(value[:-1]) if value.endswith("*") else text == value for value in values
    )


def _is_under(text: str, uri: str) -> bool:
    """Tell whether an address is one of the table's, or stands below it."""
    return text.startswith(uri) and (
        len(text) == len(uri) or uri.endswith("/") or text[len(uri)] in "/?#."
    )


def is_in(text: str, group: str) -> bool:
    """Tell whether a class is the one named, or of a group that ends in a dot or `$`."""
    return text.startswith(group) if group.endswith((".", "$")) else text == group
