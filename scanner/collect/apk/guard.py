"""What a method does only when a stored flag is no longer what it is on a fresh install.

The method is run in thought on a fresh install: flags have their first value, branches on them go
one way only, and what the entry then no longer reaches is guarded. A branch is decided only where
every value that may arrive is known, so what is unknown is never taken for a guard.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import TypeAlias

from scanner.collect.apk.values import Body, Number, Origin, Unknown

FlagOf: TypeAlias = Callable[[Origin], int | None]
"""Tells the value of a flag on a fresh install, None where the origin is no flag."""

MAX_ROUNDS = 8
"""How often branches decided by earlier ones are looked for; each needs a merge of constants."""
MAX_STEPS = 4
"""Negations and comparisons of long numbers between a flag and its branch."""

_COMPARE = (eq, ne, lt, ge, gt, le)
"""In the order of opcodes 0x32 to 0x37, and of 0x38 to 0x3D, which compare with 0."""
_XOR_LIT16, _XOR_LIT8 = 0xD7, 0xDF
_CMP_LONG = 0x31
_RETURN = 0x0F


def guarded(body: Body, flag_of: FlagOf) -> frozenset[int]:
    """Give the places that run only when a stored flag differs from its value on a fresh install.

    Empty for damaged code. Exception edges count as paths.
    """
    if body.damaged:
        return frozenset()
    fresh = _Fresh(body, flag_of).flow
    if fresh is body.flow:
        return frozenset()
    return frozenset(at for at in body.starts if body.flow.reaches(at) and not fresh.reaches(at))


def flag_returned(body: Body, flag_of: FlagOf) -> bool | None:
    """Give what a method returns on a fresh install where a stored flag decides that, else None."""
    returns = list(body.returns())
    if body.damaged or any(body.op(at) != _RETURN for at, _ in returns):
        return None
    values, flagged = _Fresh(body, flag_of).values(returns)
    return bool(*values) if flagged and values in ({0}, {1}) else None


class _Fresh:
    """A method on a fresh install; its flow lacks the branches that flags then do not take."""

    def __init__(self, body: Body, flag_of: FlagOf) -> None:
        self.body = body
        self.flow = body.flow
        self._flag_of = flag_of
        self._flags: dict[Origin, int | None] = {}
        cut: set[tuple[int, int]] = set()
        for _ in range(MAX_ROUNDS):
            more = {
                (block, position)
                for block, at in self.flow.branches()
                for position in self._not_taken(at)
            } - cut
            if not more:
                break
            cut |= more
            self.flow = body.flow.without(cut)

    def _not_taken(self, at: int) -> tuple[int, ...]:
        """Give which edges of a branch are not taken because of a flag: its target's is 0."""
        first, *second = self.body.compared(at)
        left, flagged = self.values([(at, first)])
        right: set[int] | None = {0}
        for register in second:
            right, also = self.values([(at, register)])
            flagged = flagged or also
        if not flagged or left is None or right is None:
            return ()
        compare = _COMPARE[(self.body.op(at) - 0x32) % 6]
        outcomes = {compare(one, other) for one in left for other in right}
        return tuple(
            position for position, taken in enumerate((True, False)) if taken not in outcomes
        )

    def values(
        self, questions: list[tuple[int, int]], steps: int = 0
    ) -> tuple[set[int] | None, bool]:
        """Give the numbers that registers hold on a fresh install, and whether a flag decides that.

        None where not every one of them is known. A flag also decides by keeping out values that
        only other branches bring.
        """
        origins: set[Origin] = set()
        all_origins: set[Origin] = set()
        for at, register in questions:
            found = self.body.flow.origins(at, register)
            if Unknown(at) in found and self.body.flow.reaches(at):
                return None, False
            if self.flow.reaches(at):
                origins |= self.flow.origins(at, register)
            if self.body.flow.reaches(at):
                all_origins |= found
        flagged = origins < all_origins
        values: set[int] = set()
        for origin in origins:
            if isinstance(origin, Number):
                values.add(origin.value)
            elif (flag := self._flag(origin)) is not None:
                values.add(flag)
                flagged = True
            else:
                made, made_flagged = self._made(origin, steps + 1)
                if made is None:
                    return None, False
                values |= made
                flagged = flagged or made_flagged
        return values, flagged

    def _made(self, origin: Origin, steps: int) -> tuple[set[int] | None, bool]:
        """Give what an exclusive-or with 1, or a comparison of two long numbers, makes."""
        if not isinstance(origin, Unknown) or steps > MAX_STEPS:
            return None, False
        if (source := self._negated(origin)) is not None:
            inner, flagged = self.values([source], steps)
            return (None if inner is None else {value ^ 1 for value in inner}), flagged
        at, units = origin.at, self.body.units
        if units[at] & 0xFF != _CMP_LONG:
            return None, False
        left, left_flagged = self.values([(at, units[at + 1] & 0xFF)], steps)
        right, right_flagged = self.values([(at, units[at + 1] >> 8)], steps)
        if left is None or right is None:
            return None, False
        compared = {(one > other) - (one < other) for one in left for other in right}
        return compared, left_flagged or right_flagged

    def _flag(self, origin: Origin) -> int | None:
        if origin not in self._flags:
            self._flags[origin] = self._flag_of(origin)
        return self._flags[origin]

    def _negated(self, origin: Unknown) -> tuple[int, int] | None:
        """Give place and register of what an exclusive-or with 1 negates."""
        at, units = origin.at, self.body.units
        if units[at] & 0xFF == _XOR_LIT8 and units[at + 1] >> 8 == 1:
            return at, units[at + 1] & 0xFF
        if units[at] & 0xFF == _XOR_LIT16 and units[at + 1] == 1:
            return at, units[at] >> 12
        return None
