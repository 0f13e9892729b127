"""What one real demonstration app sent (OWASP MASTG): all that its log lists must be found.

The log lies in the corpus beside the checkout, or in the folder that MINGJIAN_CORPUS names.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from scanner.collect.traffic.sent import Carried, Reader
from scanner.exchange import Exchange
from scanner.personal import patterns

_BESIDE = Path(__file__).parents[3] / "shared" / "corpus"
LOG = Path(os.environ.get("MINGJIAN_CORPUS", _BESIDE)) / "mastg" / "sensitive_data.log"
pytestmark = pytest.mark.skipif(
    not LOG.is_file(),
    reason="no mastg/sensitive_data.log: MINGJIAN_CORPUS does not name the folder of the corpus",
)
KINDS = {
    "name": "name",
    "email_address": "email",
    "phone_number": "phone",
    "credit_card_number": "bank_card",
}
"""The kind of data that each field of the request holds; the position stands in two more."""


def request() -> Exchange:
    """Give the request that the log tells of, as a capture would."""
    text = LOG.read_text("utf-8")
    url, headers, body = re.search(
        r"REQUEST URL: (\S+)\nRequest Headers: Headers(\[.*\])\nRequest Body: (.*)", text
    ).groups()  # type: ignore[union-attr]
    return Exchange(
        url=url,
        method="POST",
        started="2024-01-19T10:17:44+00:00",
        at="entry 1",
        request_headers=tuple(
            (name.decode(), value.decode()) for name, value in ast.literal_eval(headers)
        ),
        request_body=body.encode(),
    )


def fields() -> dict[str, str]:
    """Give the fields of the request as the standard library reads them."""
    return dict(parse_qsl((request().request_body or b"").decode()))


def values() -> dict[str, tuple[str, ...]]:
    """Give what the log lists, by kind."""
    sent = fields()
    lat, lng = (sent[f"precise_location_{name}"] for name in ("latitude", "longitude"))
    listed = {kind: (sent[name],) for name, kind in KINDS.items()}
    return {**listed, "location_precise": (f"{lat},{lng}",)}


def read(reader: Reader) -> Carried:
    """Read the request."""
    return reader.read(request(), listed=False)


def test_the_log_lists_what_we_think() -> None:
    assert set(fields()) == {
        *KINDS,
        "precise_location_latitude",
        "precise_location_longitude",
    }


def test_all_is_found_when_the_values_are_known() -> None:
    found = {
        (datum.data_type, datum.place)
        for datum in read(Reader(values())).data
        if datum.matched_by == "known"
    }
    assert found == {(kind, "body") for kind in values()}


def test_what_has_a_form_is_found_without_knowing_it() -> None:
    """A card number without its check digit and a phone abroad have no form that proves them."""
    found = {datum.data_type for datum in read(Reader({})).data}
    assert found == {"email", "location_precise"}


@pytest.mark.parametrize("field", KINDS)
def test_the_name_of_a_field_tells_what_may_be_in_it(field: str) -> None:
    """The others are given as not sure: a foreign name, a phone abroad, a card that fails Luhn."""
    kinds = {one.data_type for one in patterns.find(fields()[field], f"form:{field}")}
    assert KINDS[field] in kinds


def test_nothing_is_shown_as_it_is() -> None:
    shown = " ".join(datum.value_masked for datum in read(Reader(values())).data)
    assert all(value not in shown for value in fields().values())
