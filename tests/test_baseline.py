"""Accepted findings: what the file may say, whom it concerns, and when it ends."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.baseline import accepted, chosen, read, unmatched, written
from scanner.errors import UsageError
from scanner.model import Baseline, Ruling
from tests.report import example


def numbered(ruling: Ruling) -> Ruling:
    """Give a ruling whose findings have fingerprints as real ones are."""
    prints = (hashlib.sha256(one.fingerprint.encode()).hexdigest() for one in ruling.findings)
    found = zip(ruling.findings, prints, strict=True)
    return replace(ruling, findings=tuple(replace(one, fingerprint=p) for one, p in found))


REPORT = replace(example.rich(), rulings=tuple(map(numbered, example.rich().rulings)))
PRINT = REPORT.rulings[0].findings[0].fingerprint
WHOLE = f"""\
# why
[[accepted]]
fingerprint = "{PRINT}"
rule = "all-permissions-at-install"
reason = "next  release"
owner = "privacy team"
expires = 2027-01-31

[[accepted]]
fingerprint = "{"0" * 64}"
reason = "gone"
owner = "privacy team"
expires = "2027-02-28"
"""


def held(folder: Path, text: str) -> Baseline:
    path = folder / "accepted.toml"
    path.write_bytes(text.encode())
    return read(path)


def test_a_whole_file_is_read_as_it_is_meant(tmp_path: Path) -> None:
    found = held(tmp_path, WHOLE)
    assert found.file == "accepted.toml"
    assert found.sha256 == hashlib.sha256(WHOLE.encode()).hexdigest()
    first, second = found.entries
    assert (first.rule, first.reason, first.expires) == (
        "all-permissions-at-install",
        "next release",
        "2027-01-31",
    )
    assert (second.rule, second.expires) == (None, "2027-02-28")


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        (PRINT, PRINT[:-1], 3, "no fingerprint"),
        (PRINT, PRINT.upper(), 3, "no fingerprint"),
        (PRINT, "0" * 64, 10, "stands twice"),
        ('reason = "gone"\n', "", 9, "no reason"),
        ('"gone"', '"-"', 11, "no reason"),
        ('"gone"', '"a\\u202eb"', 11, "hidden"),
        ('"gone"', f'"{"x" * 501}"', 11, "too long"),
        ('"gone"', "5", 11, "no reason"),
        ('owner = "privacy team"\nexpires = "', 'expires = "', 9, "no owner"),
        ('"2027-02-28"', '"2027-02-30"', 13, "no day"),
        ('"2027-02-28"', '"20270228"', 13, "no day"),
        ('"2027-02-28"', "2027-02-28T10:00:00Z", 13, "no day"),
        ('expires = "2027-02-28"\n', "", 9, "no day"),
        ('rule = "all', 'rules = "all', 4, "unknown key"),
        ('"all-permissions-at-install"', "[]", 4, "rule is no word"),
        ("# why", "other = 1", 1, "unknown key"),
    ],
)
def test_a_fault_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, place: int, says: str
) -> None:
    assert old in WHOLE
    with pytest.raises(UsageError) as refused:
        held(tmp_path, WHOLE.replace(old, new, 1))
    assert str(refused.value).startswith(f"accepted.toml:{place}: ")
    assert says in str(refused.value)
    assert refused.value.hint


@pytest.mark.parametrize(
    "text", ["accepted = 1", "[accepted]\na = 1", "[[accepted]", "\x00", "[[accepted]]", "a" * 9]
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        held(tmp_path, text)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError):
            read(path)
    (tmp_path / "large").write_bytes(b"#" * 8_000_001)
    with pytest.raises(UsageError, match="too large"):
        read(tmp_path / "large")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "b.toml"
    path.write_bytes(text.encode("utf-8", "replace"))
    with contextlib.suppress(UsageError):
        assert read(path).entries == ()


def test_the_last_day_is_still_accepted(tmp_path: Path) -> None:
    found = held(tmp_path, WHOLE)
    for moment, expired in (
        ("2026-11-23T10:00:00+08:00", False),
        ("2027-01-31T23:59:59+08:00", False),
        ("2027-02-01T00:00:00+08:00", True),
    ):
        (one,) = accepted(found, REPORT.rulings, moment)
        assert (one.fingerprint, one.expired) == (PRINT, expired)
        assert (one.file, one.sha256) == (found.file, found.sha256)
    assert accepted(None, REPORT.rulings, "2026-11-23") == ()


def test_what_speaks_of_nothing_is_named(tmp_path: Path) -> None:
    found = held(tmp_path, WHOLE)
    report = replace(REPORT, accepted=accepted(found, REPORT.rulings, "2026-11-23"))
    assert [one.fingerprint for one in unmatched(found, report)] == ["0" * 64]
    other = held(tmp_path, WHOLE.replace("all-permissions-at-install", "another-rule"))
    assert accepted(other, REPORT.rulings, "2026-11-23") == ()
    assert len(unmatched(other, REPORT)) == 2
    assert unmatched(None, REPORT) == ()


@given(
    st.sampled_from(["下个版本", 'say "no" \\ #', "a = 1 [[accepted]]", "emoji 😀 yes"]),
    st.sampled_from(["隐私组", "A. B."]),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, reason: str, owner: str
) -> None:
    found = chosen(REPORT, ())
    path = tmp_path_factory.mktemp("any") / "b.toml"
    path.write_bytes(written(found, reason=reason, owner=owner, expires="2027-01-31"))
    entries = read(path).entries
    prints = {one.fingerprint for ruling in REPORT.rulings for one in ruling.findings}
    assert {one.fingerprint for one in entries} == prints
    assert {(one.reason, one.owner, one.expires) for one in entries} == {
        (reason, owner, "2027-01-31")
    }


@pytest.mark.parametrize(
    "words",
    [
        {"reason": "", "owner": "ab", "expires": "2027-01-31"},
        {"reason": "ab", "owner": " ", "expires": "2027-01-31"},
        {"reason": "ab", "owner": "ab", "expires": "soon"},
        {"reason": "a\x1bb", "owner": "ab", "expires": "2027-01-31"},
    ],
)
def test_nothing_is_written_that_would_be_refused(words: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        written(chosen(REPORT, ()), **words)


def test_findings_are_chosen_by_their_first_digits() -> None:
    ((ruling, one),) = chosen(REPORT, [PRINT[:8], PRINT])
    assert (ruling.rule, one.fingerprint) == ("all-permissions-at-install", PRINT)
    for name in ("62", PRINT[:5], "f" * 64, ""):
        with pytest.raises(UsageError):
            chosen(REPORT, [name])
