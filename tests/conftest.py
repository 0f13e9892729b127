from __future__ import annotations

import pytest

from scanner.knowledge import Knowledge, load_knowledge, rules_folder


@pytest.fixture(scope="session")
def known() -> Knowledge:
    """The tables that ship with the project."""
    return load_knowledge(rules_folder() / "lists")
