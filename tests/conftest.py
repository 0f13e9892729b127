from __future__ import annotations

import pytest
from hypothesis import settings

from scanner.knowledge import Knowledge, load_knowledge, rules_folder

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def known() -> Knowledge:
    """The tables that ship with the project."""
    return load_knowledge(rules_folder() / "lists")
