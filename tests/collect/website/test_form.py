from __future__ import annotations

import msgspec

from tests.collect.website.test_form_facts import FIELD, FORM


def test_a_form_names_each_kind_that_it_asks_for_once() -> None:
    kinds = ("phone", "none", "email", "phone")
    fields = tuple(msgspec.structs.replace(FIELD, data_type=kind) for kind in kinds)
    assert msgspec.structs.replace(FORM, fields=fields).data_types == ("email", "phone")
