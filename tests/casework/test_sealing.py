"""Sealing is an act of its own."""

from __future__ import annotations

from pathlib import Path

from scanner.casework.sealing import seal_case
from scanner.casework.standing import verified
from tests.casework.standing import again, wish
from tests.samples import request


def test_sealing_is_an_act_of_its_own_and_the_next_act_says_what_it_superseded(copy: Path) -> None:
    seal_case(copy, wish(), tool=request().tool, by=["李四"])
    again(copy)
    found = verified(copy)
    assert found.verified.wrong == ()
    assert [act.deed for act in found.acts] == ["collected", "sealed", "judged"]
    assert found.acts[1].by == ("李四",)
    assert found.acts[1].details == {"signature": "self-made"}
    (earlier,) = found.verified.earlier
    assert earlier.manifest == found.acts[2].manifest
    assert found.verified.seal.signature is None


def test_an_act_that_is_sealed_at_once_is_logged_with_its_seal(copy: Path) -> None:
    again(copy, sealing=wish())
    found = verified(copy)
    assert [act.deed for act in found.acts] == ["collected", "judged", "sealed"]
    assert found.acts[1].rulebook is not None
    assert found.acts[2].rulebook is None
    assert found.verified.seal.signature is not None
