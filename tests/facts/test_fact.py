"""What every fact has in common."""

from __future__ import annotations

import typing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.facts import KINDS, Fact, Source
from scanner.facts.fact import Channel, Phase
from tests.strategies import SOURCES

CHANNELS = set(typing.get_args(Channel))
PHASES = set(typing.get_args(Phase))


@given(SOURCES)
def test_a_source_leaves_out_what_it_does_not_say(source: Source) -> None:
    plain = msgspec.to_builtins(source)
    assert msgspec.convert(plain, Source) == source
    assert None not in plain.values()
    assert ("mapped" in plain) == source.mapped


@given(st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(CHANNELS)))
def test_every_fact_has_a_source_and_a_channel(kind: str, channel: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="source"):
        msgspec.convert({"kind": kind, "channel": channel}, KINDS[kind])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_channels_are_known_and_kinds_are_two_words(kind: str) -> None:
    assert issubclass(KINDS[kind], Fact)
    assert set(KINDS[kind].channels) <= CHANNELS
    subject, _, what = kind.partition(".")
    assert subject and what and "." not in what


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_phase_is_one_of_the_phases_wherever_it_stands(kind: str) -> None:
    hints = typing.get_type_hints(KINDS[kind])
    if "phase" in hints:
        literals = [part for part in typing.get_args(hints["phase"]) if part is not type(None)]
        choices = {choice for one in literals for choice in typing.get_args(one)} or set(literals)
        assert choices <= PHASES
