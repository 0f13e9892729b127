from __future__ import annotations

import io
import re
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from scanner.report.viewer.code import instruction
from scanner.report.viewer.kept import Kept
from tests.report.viewer.kept_bytes import Made, torch
from tests.samples import VIOLATING


def test_what_is_called_is_what_androguard_reads_there() -> None:
    from androguard.core.dex import DEX

    with zipfile.ZipFile(VIOLATING) as archive:
        data = archive.read("classes.dex")
    at = {}
    for method in DEX(data).get_encoded_methods():
        offset = method.get_code_off() + 16
        for one in method.get_instructions():
            at[offset] = one
            offset += one.get_length()
    report, opened, _ = torch()
    kept = Kept(report, opened)
    seen = 0
    for fact in report.facts.values():
        source = fact["source"]
        assert isinstance(source, dict)
        place = re.fullmatch(r"classes\.dex L\S+ \+0x([0-9a-f]+)", str(source.get("at", "")))
        if place is None:
            continue
        found = instruction(kept, str(source["evidence"]), str(source["at"]))
        assert found is not None
        offset = int(place[1], 16)
        other = at[offset]
        raw, _, words = found.words.partition("  ")
        assert bytes.fromhex(raw.replace(" ", "")) == data[offset : offset + 16]
        assert words.split(" ")[0] == other.get_name()
        assert words.split(" ")[1] in other.get_output().replace(" ", "")
        seen += 1
    assert seen >= 3


def test_a_text_in_the_code_is_read_where_it_stands() -> None:
    made = Made()
    digest = made.keep(
        b"dex\n" + b"\0" * 28 + b"http://a.example/x\0rest", "application/octet-stream"
    )
    found = instruction(Kept(made.report(), made.open), digest, "classes.dex+0x20")
    assert found is not None
    assert (found.start, found.words) == (32, "http://a.example/x")


@given(st.binary(max_size=200), st.integers(0, 250))
def test_broken_code_gives_bytes_or_nothing(data: bytes, offset: int) -> None:
    made = Made()
    digest = made.keep(b"dex\n" + data, "application/octet-stream")
    found = instruction(Kept(made.report(), made.open), digest, f"a.dex La;->b()V +0x{offset:x}")
    assert found is None or found.words
    assert instruction(Kept(made.report(), made.open), digest, "../a.dex") is None


def test_members_are_looked_up_and_never_used_as_paths() -> None:
    made = Made()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("../../etc/classes.dex", b"dex\n" + b"\0" * 40)
    digest = made.keep(whole.getvalue(), "application/zip")
    kept = Kept(made.report(), made.open)
    assert instruction(kept, digest, "../../etc/classes.dex La;->b()V +0x4") is not None
    assert instruction(kept, digest, "/etc/passwd.dex La;->b()V +0x0") is None
