"""A decision names one thing, one person and a reason, or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import decide
from scanner.errors import UsageError
from scanner.model import Act, Choice, Evidence, Tool
from scanner.report.words import visible
from tests.report.example import rich

REPORT = rich()
PRINTS = [one.fingerprint for ruling in REPORT.rulings for one in ruling.findings]
NOW = "2026-11-23T10:00:00+08:00"
PNG = b"\x89PNG\r\n\x1a\n...."


def test_every_finding_and_every_check_is_a_matter_once() -> None:
    subjects = [each.subject for each in decide.matters(REPORT)]
    checks = [ruling.rule for ruling in REPORT.rulings if ruling.manual]
    assert sorted(subjects) == sorted({*PRINTS, *checks})


@given(st.sampled_from(sorted(set(PRINTS))), st.integers(0, 64))
def test_a_prefix_names_a_finding_if_it_is_the_only_one(fingerprint: str, digits: int) -> None:
    prefix = fingerprint[:digits]
    fitting = {each for each in PRINTS if each.startswith(prefix)}
    if digits >= 6 and len(fitting) == 1:
        assert decide.matter_of(REPORT, prefix.upper()).subject == fingerprint
    else:
        with pytest.raises(UsageError):
            decide.matter_of(REPORT, prefix)


def test_a_rule_names_its_check_or_its_only_finding() -> None:
    check = next(ruling for ruling in REPORT.rulings if ruling.manual)
    found = decide.matter_of(REPORT, check.rule)
    assert (found.subject, found.finding) == (check.rule, None)
    alone = decide.matter_of(REPORT, "contacts-unexpected")
    assert alone.finding is not None
    assert alone.subject == alone.finding.fingerprint
    with pytest.raises(UsageError, match="118 findings"):
        decide.matter_of(REPORT, "exported-without-permission")
    with pytest.raises(UsageError, match="U\\+001B"):
        decide.matter_of(REPORT, "\x1b[31m")


@given(st.text(max_size=30))
def test_what_is_taken_as_a_name_hides_nothing(text: str) -> None:
    try:
        name = decide.tested(text, "the name", 20)
    except UsageError:
        return
    assert 0 < len(name) <= 20
    assert name == text.strip() == visible(name)


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "a\nb", "a\u202eb", "\x00", "x" * 101])
def test_an_empty_or_hiding_or_endless_name_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        decide.tested(text, "the name", decide.LONGEST_NAME)


@pytest.mark.parametrize(
    "at",
    ["2026-11-23", "yesterday", "2026-11-23T09:00:00", "2026-11-23T12:00:00+08:00", "2020-01-01"],
)
def test_a_moment_without_offset_or_ahead_or_too_early_is_refused(at: str) -> None:
    with pytest.raises(UsageError):
        decide.moment(at, now=NOW, observed_at="2026-11-20T10:00:00+08:00")


def test_a_moment_between_observation_and_now_is_kept() -> None:
    at = "2026-11-22T01:00:00+00:00"
    assert decide.moment(at, now=NOW, observed_at="2026-11-20T10:00:00+08:00") == at
    assert decide.moment(None, now=NOW, observed_at="?") == NOW


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8", "image/webp"),
        ("说明".encode(), "text/plain"),
        (b"MZ\x90\x00", None),
        (b"a\x00b", None),
        (b"\x80", None),
    ],
)
def test_attachments_are_told_by_their_first_bytes(data: bytes, kind: str | None) -> None:
    assert decide.media_type(data) == kind


def put(subject: str, choice: Choice = "confirm", by: str = "a") -> Act:
    kept = (Evidence(sha256="77" * 32, name="n.png", media_type="image/png", size=3),)
    decision = decide.decision(
        decide.matter_of(REPORT, subject), choice, by=by, reason="r", at=NOW, attachments=kept
    )
    return Act(deed="decided", at=NOW, tool=Tool(name="m", version="1"), decision=decision)


def test_the_log_alone_says_what_was_decided() -> None:
    acts = [put(PRINTS[0]), Act(deed="judged", at=NOW, tool=Tool(name="m", version="1"))]
    acts.append(put(PRINTS[0], "reject", "b"))
    report = decide.with_decisions(REPORT, decide.decided(acts))
    assert [each.by for each in report.decisions] == ["a", "b"]
    assert [e.name for e in report.evidence if e.sha256 == "77" * 32] == ["n.png"]
    assert report.rulings == REPORT.rulings
    assert decide.with_decisions(report, report.decisions) == report


def test_what_is_settled_waits_no_longer() -> None:
    def left(*acts: Act) -> set[str]:
        report = decide.with_decisions(REPORT, decide.decided(acts))
        return {each.matter.subject for each in decide.waiting(report)}

    everything, one = left(), PRINTS[0]
    check = next(ruling.rule for ruling in REPORT.rulings if ruling.manual)
    assert {one, check} <= everything
    assert left(put(one)) == everything
    assert left(put(one), put(one, by="b")) == everything - {one}
    assert left(put(one, "reject")) == everything - {one}
    assert left(put(one), put(one, "reject", "b")) == everything
    assert left(put(check)) == everything - {check}
    assert left(put(check, "defer")) == everything


def test_what_the_report_does_not_hold_cannot_be_decided() -> None:
    with pytest.raises(UsageError, match="no finding or check"):
        decide.matter_of(REPORT, "no-such-rule")
