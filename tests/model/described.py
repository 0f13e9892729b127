"""What every value between the rooms must be: frozen, and described field by field."""

from __future__ import annotations

import inspect
from types import ModuleType

import msgspec

from scanner.facts import attribute_docs


def structs(module: ModuleType) -> list[type[msgspec.Struct]]:
    return [
        cls
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, msgspec.Struct) and cls.__module__ == module.__name__
    ]


def is_described(cls: type[msgspec.Struct]) -> bool:
    docs = attribute_docs(cls)
    described = all(docs.get(field, "").strip() for field in cls.__struct_fields__)
    return cls.__struct_config__.frozen and bool(cls.__doc__) and described
