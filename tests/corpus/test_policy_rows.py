"""Rows of third parties in public policies, counted another way, against those that are read.

policy_rows.json holds the path of each policy in the corpus, the number of its rows, how they were
counted, and where fewer are read, how many and why; no text. The corpus lies in the
folder `policy` of what MINGJIAN_CORPUS names.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scanner.collect.policy.claims.party_names import party_names
from scanner.collect.policy.claims.third_parties import entries_of, facts_of
from scanner.collect.policy.document import Reading
from scanner.collect.policy.texts.text import read
from scanner.facts import PolicyThirdParty
from scanner.knowledge import Knowledge

FOLDER = Path(os.environ.get("MINGJIAN_CORPUS", "")) / "policy"
COUNTED = json.loads(Path(__file__).with_name("policy_rows.json").read_text("utf-8"))


@pytest.mark.skipif(
    not (FOLDER / "see-agreement").is_dir() or not (FOLDER / "gameprivacy").is_dir(),
    reason="MINGJIAN_CORPUS/policy holds no see-agreement and gameprivacy",
)
@pytest.mark.parametrize("counted", COUNTED, ids=[Path(one["path"]).name for one in COUNTED])
def test_as_many_rows_are_read_as_stand_there(
    counted: dict[str, str | int], known: Knowledge
) -> None:
    path = FOLDER / str(counted["path"])
    document = read(
        path.read_bytes(),
        name=path.name,
        address=None,
        origin="given",
        part="policy",
        evidence="0" * 64,
    )
    names = party_names(known)
    if counted["stands_in"] == "text":
        facts = facts_of(Reading((document,)), known)
        found = {one.name for one in facts if isinstance(one, PolicyThirdParty)}
        assert len(found) == counted["rows"]
    else:
        rows = entries_of(document, names)
        assert len(rows) == counted.get("read", counted["rows"]), [one.name for one in rows]


def test_the_table_counts_enough_policies() -> None:
    paths = {one["path"] for one in COUNTED}
    assert len(paths) == len(COUNTED) >= 20
    assert sum(one["rows"] > 0 for one in COUNTED) >= 10
