"""Where the values inside one method come from: reaching definitions, asked for one at a time.

The instructions are read as Android's verifier reads them, one behind the other; code that it
would refuse is damaged. What a register may hold is searched backwards over the basic blocks that
the method's entry reaches, along branches, switches and exception edges (an instruction that throws
has not written its result). Nothing is said about the heap: what a field, an array handed to a call
or a call's result holds is the caller's question.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple, TypeAlias

import msgspec

from scanner.collect.apk.dalvik import (
    ARRAY_DATA,
    INVOKES,
    LENGTHS,
    PACKED_SWITCH,
    SPARSE_SWITCH,
    THROWS,
    WRITES,
    arguments,
    branch,
    cases,
    literal,
    moved,
    table,
    written,
)

MAX_STEPS = 4_096
"""Blocks and definitions that one question may visit; ordinary ones visit fewer than 30."""
MAX_STEPS_OF_BODY = 400_000
"""The same for all questions about one method together: about half a second."""
MAX_ORIGINS = 64
"""Different origins of one value; more of them say no more than that it is unknown."""
MAX_CATCHES = 300_000
"""Edges from blocks to handlers in one method."""

_TABLES = frozenset((PACKED_SWITCH, SPARSE_SWITCH, ARRAY_DATA))
_LENGTHS = bytearray(bytes(LENGTHS) * 256)
for _ident in _TABLES:
    _LENGTHS[_ident] = 0
_LENGTH_OF_UNIT = bytes(_LENGTHS)

_GOTO, _BRANCH, _SWITCH, _END = 1, 2, 3, 4
_FLOWS = bytearray(256)
_FLOWS[0x0E:0x12] = bytes([_END] * 4)
_FLOWS[0x27] = _END
_FLOWS[0x28:0x2B] = bytes([_GOTO] * 3)
_FLOWS[0x2B:0x2D] = bytes([_SWITCH] * 2)
_FLOWS[0x32:0x3E] = bytes([_BRANCH] * 12)
_FLOW = bytes(_FLOWS)

_FILLED_ARRAYS = frozenset((0x24, 0x25))
_MOVE_RESULTS = frozenset((0x0A, 0x0B, 0x0C))
_IF_EQZ = 0x38
"""From here on branches hold one register against zero."""
_JUMBO = 0x1B


class Code(NamedTuple):
    """The instructions of one method."""

    registers: int
    """How many registers it has."""
    ins: int
    """How many of them, the last ones, hold its parameters, the receiver first."""
    units: Sequence[int]
    """Its units of 16 bits; every place is an index into them."""
    handlers: tuple[tuple[int, int, int], ...]
    """First unit, unit behind the last, and handler's unit of each range and handler."""


class Text(msgspec.Struct, frozen=True, gc=False):
    """A string of the string table."""

    index: int


class Number(msgspec.Struct, frozen=True, gc=False):
    """A constant number; also null, which is 0."""

    value: int


class ClassOf(msgspec.Struct, frozen=True, gc=False):
    """The class object of a type."""

    index: int


class New(msgspec.Struct, frozen=True, gc=False):
    """An object made at a place."""

    at: int
    index: int


class Array(msgspec.Struct, frozen=True, gc=False):
    """An array made at a place."""

    at: int


class Result(msgspec.Struct, frozen=True, gc=False):
    """What the call at a place returned."""

    at: int


class Field(msgspec.Struct, frozen=True, gc=False):
    """What a field held when it was read at a place."""

    at: int
    index: int
    static: bool


class Parameter(msgspec.Struct, frozen=True, gc=False):
    """A parameter, by its word: the receiver is 0, and wide ones take two."""

    number: int


class Element(msgspec.Struct, frozen=True, gc=False):
    """An element of an array, read at a place."""

    at: int


class Unknown(msgspec.Struct, frozen=True, gc=False):
    """Anything else that the instruction at a place makes, and what was too costly to follow."""

    at: int


Origin: TypeAlias = (
    Text | Number | ClassOf | New | Array | Result | Field | Parameter | Element | Unknown
)
"""Where a value comes from. Unlike named tuples, origins of different kinds are never equal."""


class Invoke(msgspec.Struct, frozen=True, gc=False):
    """A call."""

    at: int
    op: int
    index: int
    """Of the method, or of the call site for opcodes 0xFC and 0xFD."""
    registers: tuple[int, ...]
    """The arguments, receiver first; wide ones take two."""


class Store(msgspec.Struct, frozen=True, gc=False):
    """A write to a field."""

    at: int
    index: int
    """Of the field."""
    static: bool
    register: int
    """Holds the value that is written."""


class Body:
    """One method's instructions; what is asked is worked out then, and never raises."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.units = list(code.units)
        self.starts, self.after_tables, self._cut = _sweep(self.units)
        self.steps = 0
        """Steps that all questions together have taken."""
        self._items: dict[int, frozenset[Origin]] = {}

    @property
    def damaged(self) -> bool:
        """Tell whether Android would refuse the code; what could be read is still answered."""
        return self._cut or self.flow.torn

    @cached_property
    def flow(self) -> Flow:
        """The control flow of the whole method."""
        return _flow_of(self)

    def op(self, at: int) -> int:
        """Give the opcode at a place."""
        return self.units[at] & 0xFF

    def compared(self, at: int) -> tuple[int, ...]:
        """Give the registers that a branch compares: two, or one that is held against zero."""
        unit = self.units[at]
        if unit & 0xFF >= _IF_EQZ:
            return (unit >> 8,)
        return (unit >> 8 & 0xF, unit >> 12)

    def invokes(self) -> Iterator[Invoke]:
        """Give the calls, in the order in which they stand."""
        units = self.units
        for at in self.starts:
            if units[at] & 0xFF in INVOKES:
                yield self.invoke_at(at)

    def invoke_at(self, at: int) -> Invoke:
        """Give the call at a place where a call stands."""
        units = self.units
        return Invoke(at, units[at] & 0xFF, units[at + 1], arguments(units, at))

    def stores(self) -> Iterator[Store]:
        """Give the writes to fields, in the order in which they stand."""
        units = self.units
        for at in self.starts:
            unit = units[at]
            if 0x59 <= unit & 0xFF <= 0x5F:
                yield Store(at, units[at + 1], False, (unit >> 8) & 0xF)
            elif 0x67 <= unit & 0xFF <= 0x6D:
                yield Store(at, units[at + 1], True, unit >> 8)

    def returns(self) -> Iterator[tuple[int, int]]:
        """Give place and register of each return of a value."""
        units = self.units
        for at in self.starts:
            if 0x0F <= units[at] & 0xFF <= 0x11:
                yield at, units[at] >> 8

    def origins(self, at: int, register: int) -> frozenset[Origin]:
        """Give what a register may hold just before the instruction at a place runs.

        Never empty: unreachable code, and a question that is too costly, give Unknown of that very
        place. The second register of a wide value is Unknown, unless it is a parameter.
        """
        return self.flow.origins(at, register)

    def items(self, array_at: int) -> frozenset[Origin]:
        """Give what this method stores into the array of objects made at a place, without order.

        Unknown when some store cannot be told. Aliases are followed through registers only, not
        through fields and calls.
        """
        known = self._items.get(array_at)
        if known is None:
            known = self._items[array_at] = self._items_of(array_at)
        return known

    def _items_of(self, array_at: int) -> frozenset[Origin]:
        stored = self._stored.get(array_at, ())
        found = set(chain.from_iterable(self.origins(*place) for place in stored))
        if self.op(array_at) in _FILLED_ARRAYS:
            for register in arguments(self.units, array_at):
                found |= self.origins(array_at, register)
        if len(found) > MAX_ORIGINS or None in self._stored:
            return frozenset((Unknown(array_at),))
        return frozenset(found)

    @cached_property
    def _stored(self) -> dict[int | None, list[tuple[int, int]]]:
        """Place and value's register of the stores into each array; None for what was lost."""
        stored: dict[int | None, list[tuple[int, int]]] = {}
        for at in self.starts:
            if self.op(at) == 0x4D and self.flow.reaches(at):
                for origin in self.origins(at, self.units[at + 1] & 0xFF):
                    if isinstance(origin, Array):
                        stored.setdefault(origin.at, []).append((at, self.units[at] >> 8))
                    elif origin == Unknown(at):
                        stored[None] = []
        return stored

    def successors(self, at: int) -> tuple[int, ...]:
        """Give the places that may run after the instruction at a place, handlers included."""
        return self.flow.successors(at)

    def predecessors(self, at: int) -> tuple[int, ...]:
        """Give the reachable places after which the instruction at a place may run."""
        return self.flow.predecessors(at)


def _sweep(units: list[int]) -> tuple[list[int], list[int], bool]:
    """Give the places of the instructions, those behind a table, and if the units make no sense."""
    starts: list[int] = []
    after_tables: list[int] = []
    add = starts.append
    at, end, lengths = 0, len(units), _LENGTH_OF_UNIT
    while at < end:
        length = lengths[units[at]]
        if length:
            add(at)
            at += length
        elif units[at] in _TABLES and starts and (length := table(units, at)):
            at += length
            after_tables.append(at)
        else:
            break
    damaged = at != end or not starts
    if at > end:
        starts.pop()
    return starts, [place for place in after_tables if starts and place <= starts[-1]], damaged


class Flow:
    """Basic blocks of a method, the edges between them, and the definitions inside."""

    def __init__(self, body: Body, frame: _Frame, edges: list[list[int]]) -> None:
        self.body = body
        self.frame = frame
        self.edges = edges
        """Blocks to which each block leads; a conditional branch's target stands before the
        block behind it."""
        self.torn = frame.torn
        self.reached = _reached(edges, frame.catches)
        """Whether the entry reaches each block."""
        self._before: list[list[int]] = [[] for _ in edges]
        self._caught: list[list[int]] = [[] for _ in edges]
        for block, reached in enumerate(self.reached):
            if reached:
                for target in dict.fromkeys(edges[block]):
                    self._before[target].append(block)
                for target in frame.catches.get(block, ()):
                    self._caught[target].append(block)
        self._known: dict[tuple[int, int], frozenset[Origin]] = {}

    def without(self, edges: set[tuple[int, int]]) -> Flow:
        """Give the same flow without some edges, each named by its block and its position."""
        left = [
            [target for position, target in enumerate(targets) if (block, position) not in edges]
            for block, targets in enumerate(self.edges)
        ]
        return Flow(self.body, self.frame, left)

    def block_of(self, at: int) -> int:
        """Give the block in which a place lies."""
        return max(bisect_right(self.frame.leaders, at) - 1, 0)

    def branches(self) -> Iterator[tuple[int, int]]:
        """Give block and place of each conditional branch that the entry reaches."""
        for block, reached in enumerate(self.reached):
            last = self.frame.lasts[block]
            if reached and _FLOW[self.body.op(last)] == _BRANCH:
                yield block, last

    def reaches(self, at: int) -> bool:
        """Tell whether the entry reaches the instruction at a place."""
        return bool(self.reached) and self.reached[self.block_of(at)]

    def successors(self, at: int) -> tuple[int, ...]:
        """Give the places that may run after the instruction at a place, handlers included."""
        frame, body = self.frame, self.body
        if not self.edges:
            return ()
        block = self.block_of(at)
        if at == frame.lasts[block]:
            found = {frame.leaders[target] for target in self.edges[block]}
        else:
            found = {body.starts[bisect_right(body.starts, at)]}
        if body.op(at) in THROWS:
            found.update(frame.leaders[target] for target in frame.catches.get(block, ()))
        return tuple(sorted(found))

    def predecessors(self, at: int) -> tuple[int, ...]:
        """Give the reachable places after which the instruction at a place may run."""
        frame = self.frame
        block = self.block_of(at)
        if not self.reaches(at):
            return ()
        if at != frame.leaders[block]:
            return (self.body.starts[bisect_left(self.body.starts, at) - 1],)
        found = {frame.lasts[before] for before in self._before[block]}
        for source in self._caught[block]:
            found.update(frame.throwers_in(source))
        return tuple(sorted(found))

    def origins(self, at: int, register: int) -> frozenset[Origin]:
        """Give what a register may hold just before the instruction at a place runs."""
        key = (at, register)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._trace(at, register)
        return known

    def _trace(self, at: int, register: int) -> frozenset[Origin]:
        nothing: frozenset[Origin] = frozenset((Unknown(at),))
        if not self.reaches(at) or self.frame.lost:
            return nothing
        found: set[Origin] = set()
        leaders, lasts, writes = self.frame[:3]
        work = [(self.block_of(at), at, register)]
        seen: set[tuple[int, int]] = set()
        steps = 0
        allowed = min(MAX_STEPS, MAX_STEPS_OF_BODY - self.body.steps)
        while work and steps < allowed and len(found) <= MAX_ORIGINS:
            steps += 1
            block, limit, wanted = work.pop()
            places = writes.get(wanted, ())
            if not places:
                found.add(self._at_entry(wanted))
                continue
            index = bisect_left(places, limit)
            if index and places[index - 1] >= leaders[block]:
                source = places[index - 1]
                if (~source, wanted) in seen:
                    continue
                seen.add((~source, wanted))
                origin = self._made(source, wanted)
                if isinstance(origin, int):
                    work.append((block, source, origin))
                else:
                    found.add(origin)
                continue
            if (block, wanted) in seen:
                continue
            seen.add((block, wanted))
            if block == 0:
                found.add(self._at_entry(wanted))
            steps += len(self._before[block])
            work.extend((before, lasts[before] + 1, wanted) for before in self._before[block])
            for source in self._caught[block]:
                steps += 1
                throws = self._at_throws(source, places)
                steps += len(throws)
                work.extend((source, place, wanted) for place in throws)
                if steps >= allowed:
                    break
        self.body.steps += steps
        if work or len(found) > MAX_ORIGINS:
            return nothing
        return frozenset(found) or nothing

    def _at_throws(self, block: int, writes: Sequence[int]) -> list[int]:
        """Give a throwing place for each value that a register may have where a block throws."""
        throwers = self.frame.throwers
        end = self.frame.lasts[block] + 1
        index = bisect_left(throwers, self.frame.leaders[block])
        write = bisect_left(writes, self.frame.leaders[block])
        found = []
        while index < len(throwers) and throwers[index] < end:
            place = throwers[index]
            found.append(place)
            write = bisect_left(writes, place, write)
            if write == len(writes) or writes[write] >= end:
                break
            index = bisect_right(throwers, writes[write], index)
        return found

    def _at_entry(self, register: int) -> Origin:
        code = self.body.code
        number = register - (code.registers - code.ins)
        return Parameter(number) if 0 <= number < code.ins else Unknown(0)

    def _made(self, at: int, register: int) -> Origin | int:
        """Give what the instruction at a place writes, or the register that it copies."""
        units = self.body.units
        op = units[at] & 0xFF
        second = written(units, at)[0] != register
        if 0x01 <= op <= 0x09:
            return moved(units, at) + second
        if second:
            return Unknown(at)
        if op in _MOVE_RESULTS:
            return self._returned(at)
        make = _MAKERS.get(op)
        return make(units, at) if make else Unknown(at)

    def _returned(self, at: int) -> Origin:
        starts = self.body.starts
        index = bisect_left(starts, at) - 1
        if index >= 0:
            op = self.body.op(starts[index])
            if op in INVOKES:
                return Result(starts[index])
            if op in _FILLED_ARRAYS:
                return Array(starts[index])
        return Unknown(at)


def _text(units: Sequence[int], at: int) -> Origin:
    jumbo = units[at] & 0xFF == _JUMBO
    return Text(units[at + 1] | (units[at + 2] << 16 if jumbo else 0))


_MAKERS: dict[int, Callable[[Sequence[int], int], Origin]] = {
    **dict.fromkeys(range(0x12, 0x1A), lambda units, at: Number(literal(units, at))),
    0x1A: _text,
    0x1B: _text,
    0x1C: lambda units, at: ClassOf(units[at + 1]),
    0x22: lambda units, at: New(at, units[at + 1]),
    0x23: lambda _, at: Array(at),
    **dict.fromkeys(range(0x44, 0x4B), lambda _, at: Element(at)),
    **dict.fromkeys(range(0x52, 0x59), lambda units, at: Field(at, units[at + 1], False)),
    **dict.fromkeys(range(0x60, 0x67), lambda units, at: Field(at, units[at + 1], True)),
}


class _Frame(NamedTuple):
    """What does not change when edges are left out."""

    leaders: list[int]
    """First instruction of each block."""
    lasts: list[int]
    """Last instruction of each block."""
    writes: dict[int, list[int]]
    """Places that write each register, ascending."""
    throwers: list[int]
    """Places that may throw, ascending; only where there are handlers."""
    catches: dict[int, list[int]]
    """Blocks of the handlers of each block that may throw."""
    torn: bool
    """Whether an edge leads nowhere."""
    lost: bool
    """Whether the method has more edges to handlers than are followed."""

    def throwers_in(self, block: int) -> list[int]:
        first = bisect_left(self.throwers, self.leaders[block])
        return self.throwers[first : bisect_right(self.throwers, self.lasts[block])]


def _flow_of(body: Body) -> Flow:
    units, starts = body.units, body.starts
    writes, jumps = _scan(units, starts)
    places = set(starts)
    handlers = sorted(set(body.code.handlers))
    usable = [(s, e, h) for s, e, h in handlers if 0 <= s < e <= len(units) and h in places]
    torn = len(usable) < len(handlers)
    torn = torn or any(to is None or not places.issuperset(to) for to in jumps.values())
    exits = {at: [place for place in to or () if place in places] for at, to in jumps.items()}
    behind = (bisect_left(starts, limit) for limit in _limits(usable))
    after = (bisect_right(starts, at) for at in exits)
    leaders = sorted(
        {
            *starts[:1],
            *body.after_tables,
            *(handler for _, _, handler in usable),
            *(place for to in exits.values() for place in to),
            *(starts[index] for index in chain(behind, after) if index < len(starts)),
        }
    )
    lasts = [starts[bisect_left(starts, leader) - 1] for leader in leaders[1:]] + starts[-1:]
    edges, falls = _edges(units, leaders, lasts, exits)
    throwers = [at for at in starts if units[at] & 0xFF in THROWS] if usable else []
    catches, lost = _catches(usable, leaders, lasts, throwers)
    flow = Flow(body, _Frame(leaders, lasts, writes, throwers, catches, torn or lost, lost), edges)
    flow.torn = flow.torn or any(flow.reached[block] for block in falls)
    return flow


def _limits(handlers: list[tuple[int, int, int]]) -> set[int]:
    return {limit for start, end, _ in handlers for limit in (start, end)}


def _edges(
    units: list[int], leaders: list[int], lasts: list[int], exits: dict[int, list[int]]
) -> tuple[list[list[int]], list[int]]:
    """Give the blocks that each block leads to, and the blocks behind which no instruction is."""
    numbers = {leader: number for number, leader in enumerate(leaders)}
    edges: list[list[int]] = []
    falls: list[int] = []
    for block, last in enumerate(lasts):
        op = units[last] & 0xFF
        targets = [numbers[place] for place in exits.get(last, ())]
        if _FLOW[op] not in {_GOTO, _END}:
            next_block = numbers.get(last + LENGTHS[op])
            if next_block is None:
                falls.append(block)
            else:
                targets.append(next_block)
        edges.append(targets)
    return edges, falls


def _scan(
    units: list[int], starts: list[int]
) -> tuple[dict[int, list[int]], dict[int, tuple[int, ...] | None]]:
    """Give where each register is written, and where each instruction that ends a block leads."""
    writes: dict[int, list[int]] = {}
    jumps: dict[int, tuple[int, ...] | None] = {}
    for at in starts:
        op = units[at] & 0xFF
        if WRITES[op]:
            register, wide = written(units, at)
            for one in (register, register + 1) if wide else (register,):
                if one in writes:
                    writes[one].append(at)
                else:
                    writes[one] = [at]
        elif _FLOW[op]:
            kind = _FLOW[op]
            if kind == _END:
                jumps[at] = ()
            else:
                jumps[at] = cases(units, at) if kind == _SWITCH else (branch(units, at),)
    return writes, jumps


def _catches(
    handlers: list[tuple[int, int, int]],
    leaders: list[int],
    lasts: list[int],
    throwers: list[int],
) -> tuple[dict[int, list[int]], bool]:
    """Give the handlers of each block that may throw, and whether there are too many."""
    catches: dict[int, set[int]] = {}
    left = MAX_CATCHES
    for start, end, handler in handlers:
        target = bisect_left(leaders, handler)
        first, behind = bisect_left(leaders, start), bisect_left(leaders, end)
        left -= behind - first + 1
        if left < 0:
            return {}, True
        for block in range(first, behind):
            index = bisect_left(throwers, leaders[block])
            if index < len(throwers) and throwers[index] <= lasts[block]:
                catches.setdefault(block, set()).add(target)
    return {block: sorted(targets) for block, targets in catches.items()}, False


def _reached(edges: list[list[int]], catches: dict[int, list[int]]) -> list[bool]:
    reached = [False] * len(edges)
    work = [0] if edges else []
    while work:
        block = work.pop()
        if not reached[block]:
            reached[block] = True
            work.extend(edges[block])
            work.extend(catches.get(block, ()))
    return reached
