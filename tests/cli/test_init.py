"""The help lists the verbs in the order in which a person needs them."""

from __future__ import annotations

import re

from scanner.cli import ORDER
from tests.cli.running import mingjian


def test_every_verb_stands_in_its_place() -> None:
    listed = mingjian("--help").stdout.partition("Commands:")[2]
    verbs = re.findall(r"^  ([a-z][a-z-]*)  ", listed, re.MULTILINE)
    assert tuple(verbs[: len(ORDER)]) == ORDER
    assert set(verbs[len(ORDER) :]) == {"rules", "device"}
