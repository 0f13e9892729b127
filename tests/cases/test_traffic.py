"""Traffic end to end, through the command: alone, and together with the app that it is of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cases.running import Done, scan

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
APK = FIXTURES / "apk" / "violating.apk"
HAR = FIXTURES / "traffic" / "violating.har"
BESIDE = (
    *("--identity", FIXTURES / "traffic" / "identity.yaml"),
    *("--connections", FIXTURES / "traffic" / "connections.csv"),
)
OWN = ("--first-party", "stat.torch.example")
AGREED = ("--consent-at", "2026-10-01T10:00:30+08:00±5")
IMEI = "001068000000006"


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Done:
    policy = tmp_path_factory.mktemp("policy") / "policy.html"
    policy.write_text("<h1>隐私政策</h1>", encoding="utf-8")
    return scan(tmp_path_factory.mktemp("both"), APK, HAR, policy, *BESIDE, *AGREED, *OWN)


def test_the_three_sources_of_one_app_are_one_case(together: Done) -> None:
    assert together.code == 0, together.said
    sources = [(one["channel"], one["readable"]) for one in together.report["sources"]]
    assert sources == [("apk", True), ("traffic", True), ("policy", True)]
    assert together.report["subject"]["id"] == "cn.example.torch"
    (text,) = together.facts("policy.document")
    assert (text["url"], text["own"], text["characters"]) == ("policy.html", True, 4)


@pytest.mark.parametrize("rule", ["early-access", "early-access-with-permission"])
def test_what_the_code_could_do_becomes_proven_by_what_left(
    together: Done, tmp_path: Path, rule: str
) -> None:
    alone = scan(tmp_path, APK)
    before = {f["fingerprint"]: f["certainty"] for f in alone.ruling(rule)["findings"]}
    after = {f["fingerprint"]: f["certainty"] for f in together.ruling(rule)["findings"]}
    assert set(before.values()) == {"suspected"}
    assert before.keys() == after.keys()
    assert set(after.values()) == {"proven"}


def test_each_value_is_found_as_it_was_wrapped_and_shown_masked(together: Done) -> None:
    sent = {
        (one["data_type"], one["host"], one["phase"]): one for one in together.facts("data.sent")
    }
    plain = sent["imei", "stat.torch.example", "first_launch"]
    assert (plain["field"], plain["secure"], plain["by_subject"]) == ("form:imei", False, True)
    digest = sent["imei", "ulogs.umeng.com", "first_launch"]
    assert "md5" in digest["encoding"]
    assert digest["party"] == "third"
    assert ("android_id", "stat.torch.example", "agreed") in sent
    text = json.dumps([together.report, together.rows], ensure_ascii=False)
    assert IMEI not in text
    assert "5f0c1e7a9d3b2486" not in text


def test_what_another_app_sent_accuses_nobody(together: Done) -> None:
    assert not any(row.get("host") == "push.other.example" for row in together.rows)


def test_a_connection_that_went_past_the_proxy_is_said_to_be_unseen(together: Done) -> None:
    unseen = [row for row in together.rows if row.get("unseen") == "data.sent"]
    assert any("quic.torch.example" in row["reason"]["en"] for row in unseen)


def test_without_a_list_of_connections_nothing_is_proven(tmp_path: Path) -> None:
    done = scan(tmp_path, APK, HAR, *BESIDE[:2], *AGREED)
    for name in ("sent-before-consent", "early-access"):
        findings = done.ruling(name)["findings"]
        assert findings
        assert {finding["certainty"] for finding in findings} == {"suspected"}


def test_without_a_moment_of_consent_nothing_is_said_of_before_and_after(tmp_path: Path) -> None:
    done = scan(tmp_path, APK, HAR, *BESIDE)
    assert done.ruling("sent-before-consent")["verdict"] == "undetermined"


def test_inside_the_window_of_an_unsure_clock_nothing_is_accused(tmp_path: Path) -> None:
    unsure = ("--consent-at", "2026-10-01T10:00:30+08:00±40")
    done = scan(tmp_path, APK, HAR, *BESIDE, *unsure)
    assert done.ruling("sent-before-consent")["verdict"] == "undetermined"


def test_the_app_done_right_is_accused_of_nothing(tmp_path: Path) -> None:
    good = FIXTURES / "apk" / "compliant.apk", FIXTURES / "traffic" / "compliant.har"
    done = scan(tmp_path, *good, *BESIDE, *AGREED, "--first-party", "api.torch.example")
    violated = [one["rule"] for one in done.report["rulings"] if one["verdict"] == "violated"]
    assert not [name for name in violated if "sent" in name or "consent" in name], violated


def test_traffic_alone_is_audited_and_says_what_else_was_not_seen(tmp_path: Path) -> None:
    done = scan(tmp_path, HAR, *BESIDE, *AGREED, "--package", "cn.example.torch")
    assert done.code == 0
    assert done.report["subject"]["kind"] == "apk"
    assert done.ruling("sent-before-consent")["verdict"] == "violated"
    assert done.ruling("early-access")["verdict"] == "undetermined"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((APK, "--identity", BESIDE[1]), "no recording of traffic"),
        ((HAR, "--consent-at", "yesterday"), "is no time"),
        ((HAR, "--consent-at", "2026-10-01T10:00:30±5"), "no time zone"),
        ((HAR, "--consent-at", "2025-10-01T10:00:30+08:00±5"), "outside the recording"),
        ((HAR, "--consent-at", "2026-10-01T10:00:30+08:00±soon"), "no number of seconds"),
        ((HAR, "--identity", FIXTURES / "traffic" / "none.yaml"), "none.yaml"),
        ((HAR, "--identity", HAR), "line 2"),
        ((HAR, "--digest-key", BESIDE[1], "--connections", HAR), "connections"),
    ],
)
def test_a_slip_of_the_hand_is_one_clear_line(
    tmp_path: Path, words: tuple[object, ...], said: str
) -> None:
    done = scan(tmp_path, *words)
    assert done.code in (2, 3)
    assert said in done.said
    assert "Traceback" not in done.said
    assert not (tmp_path / "case").exists()
