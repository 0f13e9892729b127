"""The vocabulary: round trips, ids that depend on content alone, fields that are described."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
from hypothesis import given

from scanner.facts import (
    KINDS,
    AnyFact,
    AppManifest,
    Fact,
    Source,
    canonical,
    fact_id,
    fields_of,
    kind_of,
)
from tests.strategies import FACTS


@given(FACTS)
def test_a_fact_survives_json(fact: Fact) -> None:
    assert msgspec.json.decode(msgspec.json.encode(fact), type=AnyFact) == fact
    assert msgspec.json.decode(canonical(fact), type=AnyFact) == fact


@given(FACTS)
def test_an_id_is_a_part_of_the_digest_of_the_canonical_form(fact: Fact) -> None:
    plain = json.loads(msgspec.json.encode(fact))

    def known(value: object) -> object:
        if isinstance(value, dict):
            return {key: known(item) for key, item in value.items() if item is not None}
        return [known(item) for item in value] if isinstance(value, list) else value

    whole = json.dumps(known(plain), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert fact_id(fact) == hashlib.sha256(whole.encode()).hexdigest()[:16]


def test_a_field_added_later_leaves_old_ids_as_they_are() -> None:
    fact = AppManifest(source=Source(), channel="apk", package="a")
    assert b"null" not in canonical(fact)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_identity_and_channels_are_stated(kind: str) -> None:
    cls = KINDS[kind]
    assert cls.identity
    assert set(cls.identity) <= set(fields_of(kind))
    assert cls.channels
    assert cls.__struct_config__.frozen
    forbidden = {"caller", "offset", "time", "source", "evidence"}
    assert not forbidden & set(cls.identity)


def test_fields_know_their_type_and_choices() -> None:
    fields = fields_of("permission.declared")
    assert fields["max_sdk"].type == "number"
    assert fields["implied"].type == "truth"
    assert "dangerous" in fields["protection"].choices
    assert fields_of("app.manifest")["queries"].type == "texts"
    assert "boot" in fields_of("autostart.registered")["triggers"].choices
    assert "device" in fields_of("policy.link")["channel"].choices


@given(FACTS)
def test_a_fact_knows_its_kind(fact: Fact) -> None:
    assert isinstance(fact, KINDS[kind_of(fact)])
