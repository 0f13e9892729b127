"""The identity file: what the test device and person really are, as the auditor wrote it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from scanner import strict_yaml
from scanner.errors import Fault, UsageError
from scanner.strict_yaml import Node, Reader, nearest

MOST_NAMED = 100
"""Kinds that a hint names at most."""
MOST_FAULTS = 5
"""Faults that one message names at most."""


SALTS = "salts"
"""The key under which texts stand that a program adds to values before it hashes them."""


class Identity(NamedTuple):
    """What the auditor put there to be found."""

    values: Mapping[str, tuple[str, ...]]
    """Values by kind of personal data."""
    salts: tuple[str, ...]
    """Texts that are added before a digest is made."""


NOBODY = Identity(MappingProxyType({}), ())
"""Where nothing was put there."""


def read_identity(data: bytes, kinds: Collection[str], *, file: str = "--identity") -> Identity:
    """Read an identity file: YAML, `data_type: value` or a list of values, digits as written.

    `kinds` are the ids of rules/lists/data-types.yaml; beside them `salts` may stand. Raises
    UsageError, which names lines and never a value, where a kind is not known, a value is none, or
    nothing is there at all.
    """
    node, faults = strict_yaml.parse(data, file)
    reader = Reader(faults)
    values: dict[str, tuple[str, ...]] = {}
    table = reader.table(node, "identity") if node is not None else None
    if table is not None:
        for kind, given in table.items.items():
            if kind in kinds or kind == SALTS:
                values[kind] = _values(reader, given, kind)
            else:
                known = ", ".join(sorted(kinds)[:MOST_NAMED])
                hint = f"{nearest(kind, kinds)} (kinds: {known})"
                reader.fault(table.keys[kind], "no kind of personal data of this name", hint)
    if faults:
        raise _refusal(faults)
    salts = values.pop(SALTS, ())
    if not any(values.values()):
        raise UsageError(f"{file} holds no value", hint="write lines such as imei: 860000000000001")
    return Identity(MappingProxyType(values), salts)


def values_in(data: bytes) -> Mapping[str, tuple[str, ...]]:
    """Give the values of a kept identity file by kind, whatever else is wrong with it; never
    raises: whoever hides values hides what can be read.
    """
    node, _ = strict_yaml.parse(data, "identity")
    if not isinstance(node, strict_yaml.Mapping):
        return {}
    found = {}
    for kind, given in node.items.items():
        each = given.items if isinstance(given, strict_yaml.Sequence) else [given]
        found[kind] = tuple(one.text for one in each if isinstance(one, strict_yaml.Scalar))
    return {kind: many for kind, many in found.items() if kind != SALTS and any(many)}


def _values(reader: Reader, given: Node, kind: str) -> tuple[str, ...]:
    each = given.items if isinstance(given, strict_yaml.Sequence) else [given]
    texts = [reader.text(node, kind) for node in each]
    return tuple(dict.fromkeys(text for text in texts if text is not None))


def _refusal(faults: list[Fault]) -> UsageError:
    said = "; ".join(f"line {one.line}: {one.message}" for one in faults[:MOST_FAULTS])
    more = f"; and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
    return UsageError(f"{faults[0].file}: {said}{more}", hint=faults[0].hint)
