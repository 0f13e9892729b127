"""Ways to personal information in an app's code, found by the table in rules/lists/apis.yaml.

A way is a call, a field, a content address, a command, a file, a reflected name, a class of a
vendor's or a callback. Where a call counts with certain constants only, these are followed; a call
whose constant cannot be found out is no access, and is told as unsettled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import re2

from scanner.collect.apk.inside import Texts
from scanner.collect.apk.program import ACC_STATIC
from scanner.collect.apk.reading import Place, Reading
from scanner.collect.apk.values import ClassOf, Result
from scanner.facts import Way
from scanner.knowledge.apis import Access

MAX_SITES = 200_000
"""Places in one package; the largest public apps have some 20,000."""
MIN_REFLECTED = 6
"""Letters of a method's name that says by itself which method is meant, whoever owns it."""

_READS = (*range(0x52, 0x59), *range(0x60, 0x67))


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
        self.unsettled: Counter[str] = Counter()
        """Calls by kind of data whose constants could not be found out."""

    def sites(self) -> list[Site]:
        """Give every place, sorted by method and place."""
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
        wanted = {name: row for row in self.accesses for name in row.methods}
        named = self.reading.members.methods(wanted)
        for place, method in self.reading.calls(named):
            for name in named[method]:
                if not self._same_house(place.method, name):
                    yield Site(wanted[name], _spoken(name), "call", place)

    def _same_house(self, method: int, name: str) -> bool:
        """Tell whether a component calls its own interface, which is no access by anyone."""
        owner = name.partition("->")[0]
        if not self.reading.hierarchy.inside[max(self.program.type_number(owner), 0)]:
            return False
        house = ".".join(owner.split(".")[:3])
        return self._class_text(method).startswith(f"{house}.")

    def _calls(self) -> Iterator[Site]:
        wanted: dict[str, list[tuple[Access, int, tuple[str, ...]]]] = {}
        for row in self.accesses:
            for call in row.calls:
                entry = (row, call.argument, call.values)
                wanted.setdefault(call.method, []).append(entry)
        named = self.reading.members.methods(wanted)
        for place, method in self.reading.calls(named):
            for name in named[method]:
                for row, argument, values in wanted[name]:
                    texts = self._argument(place, argument)
                    chosen = sorted(t for t in texts.values if _is_one_of(t, values))
                    for text in chosen:
                        yield Site(row, f'{_spoken(name)}("{text}")', "call", place)
                    if not chosen and texts.open and not self._is_wrapper(place.method):
                        self.unsettled[row.data_type] += 1

    def _argument(self, place: Place, argument: int) -> Texts:
        inside = self.reading.inside
        body = inside.body(place.method)
        register = (
            inside.argument(place.method, body.invoke_at(place.at), argument) if body else None
        )
        if register is None:
            return Texts(frozenset(), True)
        return inside.texts(place.method, place.at, register)

    def _fields(self) -> Iterator[Site]:
        wanted = {name: row for row in self.accesses for name in row.fields}
        named = self.reading.members.fields(wanted)
        for place, field in self._field_reads(named):
            for name in named[field]:
                yield Site(wanted[name], _spoken(name), "field", place)
        for row in self.accesses:
            owners = self.reading.members.fields_of(row.uri_fields) if row.uri_fields else {}
            for place, field in self._field_reads(owners):
                name = self.program.names[int(self.program.field_name[field])].decode(
                    "utf-8", "replace"
                )
                if "URI" in name:
                    yield Site(row, f"{owners[field]}.{name}", "address", place)

    def _field_reads(self, fields: Iterable[int]) -> Iterator[tuple[Place, int]]:
        uses = self.program.field_uses
        chosen = np.isin(uses.target, np.array(sorted(fields), np.int64)) & np.isin(uses.op, _READS)
        for row in np.flatnonzero(chosen).tolist():
            method = int(self.program.code_method[uses.code[row]])
            if method >= 0:
                yield Place(method, int(uses.at[row])), int(uses.target[row])

    def _addresses(self) -> Iterator[Site]:
        wanted = {uri: row for row in self.accesses for uri in row.uris}
        for code, at, text in self.program.texts_beginning(wanted):
            method = int(self.program.code_method[code])
            fitting = [uri for uri in wanted if _is_under(text, uri)]
            if method >= 0 and fitting:
                uri = max(fitting, key=len)
                yield Site(wanted[uri], uri, "address", Place(method, at))

    def _texts(self) -> Iterator[Site]:
        wanted = {text: row for row in self.accesses for text in row.actions if len(text) >= 4}
        for code, at, text in self.program.texts_beginning(wanted):
            method = int(self.program.code_method[code])
            if method >= 0 and text in wanted:
                yield Site(wanted[text], text, "text", Place(method, at))

    def _handed_texts(self, members: Iterable[str]) -> Iterator[tuple[Place, frozenset[str]]]:
        """Give the texts that are handed to calls, of all arguments together."""
        inside = self.reading.inside
        for place, _ in self.reading.calls(self.reading.members.methods(members)):
            body = inside.body(place.method)
            if body is None:
                continue
            invoke = body.invoke_at(place.at)
            skip = 0 if invoke.op in (0x71, 0x77) else 1
            texts: set[str] = set()
            for register, _, _ in list(inside.arguments(place.method, invoke))[skip:]:
                texts |= inside.texts(place.method, place.at, register).values
            yield place, frozenset(texts)

    def _commands(self) -> Iterator[Site]:
        patterns = [
            (row, re2.compile(pattern)) for row in self.accesses for pattern in row.commands
        ]
        for place, texts in self._handed_texts(self.reading.knowledge.runtime.shells):
            for text in (*sorted(texts), " ".join(sorted(texts))):
                for row, pattern in patterns:
                    if pattern.search(text):
                        yield Site(row, text[:120], "command", place)

    def _files(self) -> Iterator[Site]:
        wanted = [(row, name) for row in self.accesses for name in row.files]
        for place, texts in self._handed_texts(self.reading.knowledge.runtime.openers):
            for text in sorted(texts):
                for row, name in wanted:
                    if text.startswith(name):
                        yield Site(row, text[:120], "file", place)

    def _classes(self) -> Iterator[Site]:
        groups = {name: row for row in self.accesses for name in row.classes}
        if not groups:
            return
        program = self.program
        chosen: dict[int, str] = {}
        for number, raw in enumerate(program.types):
            if raw.startswith(b"L"):
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
            house = ".".join(group.split(".")[:3])
            if method < 0 or (method, group) in seen or self._class_text(method).startswith(house):
                continue
            seen.add((method, group))
            api = program.method_text(int(invokes.target[row]))
            yield Site(groups[group], api, "class", Place(method, int(invokes.at[row])))

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
        inside = self.reading.inside
        named = self.reading.members.methods(self.reading.knowledge.runtime.reflections)
        for place, _ in self.reading.calls(named):
            texts = self._argument(place, 0)
            for name in sorted(texts.values & wanted.keys()):
                body = inside.body(place.method)
                owners = self._reflected(place) if body else frozenset()
                for owner, row in wanted[name]:
                    known = owner in owners
                    if known or (not owners and len(name) >= MIN_REFLECTED):
                        yield Site(row, f"{owner}.{name}", "reflection", place)
                        break

    def _reflected(self, place: Place) -> frozenset[str]:
        """Give the classes that a reflected member may belong to; empty when nothing is known."""
        inside, program = self.reading.inside, self.program
        body = inside.body(place.method)
        if body is None:
            return frozenset()
        part, _, _ = program.part_of(int(program.code[place.method]))
        names: set[str] = set()
        for origin in body.origins(place.at, body.invoke_at(place.at).registers[0]):
            if isinstance(origin, ClassOf) and origin.index < len(part.types):
                names.add(program.type_text(int(part.types[origin.index])))
            elif isinstance(origin, Result):
                invoke = body.invoke_at(origin.at)
                callee = inside.callee(place.method, invoke)
                called = program.name_of(callee) if callee >= 0 else ""
                if called in ("forName", "loadClass"):
                    names |= self._argument(Place(place.method, origin.at), 0).values
                elif called == "getClass":
                    found = inside.objects(place.method, origin.at, invoke.registers[0])
                    kinds = {program.type_text(kind) for kind in found.types if kind >= 0}
                    names |= kinds - {"java.lang.Object"}
        return frozenset(names)


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
