"""The house itself: tests mirror the code both ways, and the language of the texts is kept."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scanner.facts import KINDS, fields_of
from scanner.rulebook import rule

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "scanner").rglob("*.py"))
ASIDE = {"rules", "cases", "bench", "corpus", "fixtures", "planted"}
"""Folders of tests that mirror no file: they look at rules, whole runs, figures, or inputs."""


def defines_something(path: Path) -> bool:
    body = ast.parse(path.read_text("utf-8")).body
    defining = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return any(isinstance(node, defining) for node in body)


def mirror(path: Path) -> Path:
    inner = path.relative_to(ROOT / "scanner")
    name = "init.py" if inner.name == "__init__.py" else inner.name
    return ROOT / "tests" / inner.parent / f"test_{name}"


def test_every_file_has_its_test_and_every_test_its_file() -> None:
    wanted = {mirror(path) for path in CODE if defines_something(path)}
    there = {
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.relative_to(ROOT / "tests").parts[0] not in {*ASIDE, "test_house.py"}
    }
    names = {path.relative_to(ROOT).as_posix() for path in wanted ^ there}
    assert not names, f"without their counterpart: {sorted(names)}"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_every_fact_is_described(kind: str) -> None:
    assert (KINDS[kind].__doc__ or "").strip()
    for field in fields_of(kind).values():
        assert field.doc.endswith("."), f"{kind}.{field.name}"


def test_no_room_for_odds_and_ends() -> None:
    odd = {"utils", "util", "helpers", "common", "core", "manager", "base"}
    assert not [path for path in CODE if path.stem in odd]


def test_the_product_leans_on_nothing_outside_itself() -> None:
    files = [*CODE, *(ROOT / "rules").rglob("*"), ROOT / "README.md"]
    texts = [path for path in files if path.suffix in {".py", ".yaml", ".md", ".j2", ".js"}]
    assert not [path for path in texts if "../shared" in path.read_text("utf-8")]


def test_the_tool_accuses_nobody_of_breaking_the_law() -> None:
    """The tool's own words say 涉嫌; 违法 stands only in the names of norms and labels."""
    official = ("App违法违规收集使用个人信息", "违法和不良信息")
    for path in (*CODE, *(ROOT / "rules").rglob("*.yaml")):
        text = path.read_text("utf-8")
        for name in official:
            text = text.replace(name, "")
        assert "违法" not in text, path


def test_operators_are_documented_for_every_type_of_field() -> None:
    types = {field.type for kind in KINDS for field in fields_of(kind).values()}
    assert types == set(rule.OPERATORS)
