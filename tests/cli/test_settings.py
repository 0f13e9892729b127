"""Settings of an organisation and profiles of readers, as a person meets them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import complaint, mingjian
from tests.samples import APKS, COMPLIANT, VIOLATING

FIXTURES = APKS.parent
OURS = """\
app-type = "38 实用工具"
lang = "en"
fail-on = "proven-critical"
[rules.one-shot-grant]
enabled = false
reason = "tested elsewhere"
[rules.debuggable-build]
severity = "low"
reason = "internal builds"
"""


def report(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((case / "report.json").read_bytes())
    return found


def rulings(case: Path) -> dict[str, dict[str, Any]]:
    return {one["rule"]: one for one in report(case)["rulings"]}


def test_what_the_organisation_settled_is_used_and_told(tmp_path: Path) -> None:
    (tmp_path / "mingjian.toml").write_text(OURS, "utf-8")
    run = mingjian("scan", VIOLATING, "-o", "case", cwd=tmp_path)
    assert run.returncode == 0, run.stderr  # the only proven critical finding is switched off
    assert "Of the organisation: 1 rule off, 1 reweighed: one-shot-grant" in run.stdout
    found = report(tmp_path / "case")
    digest = hashlib.sha256(OURS.encode()).hexdigest()
    changes = [(each["rule"], each["was"], each["now"]) for each in found["overrides"]]
    assert changes == [
        ("one-shot-grant", "critical", "disabled"),
        ("debuggable-build", "medium", "low"),
    ]
    assert {(each["file"], each["sha256"]) for each in found["overrides"]} == {
        ("mingjian.toml", digest)
    }
    assert found["app_type"] == 38
    assert "app-type = 38 实用工具" in found["settings"]["used"]
    off = rulings(tmp_path / "case")["one-shot-grant"]
    assert (off["verdict"], off["disabled"], off["findings"]) == ("undetermined", True, [])
    assert not [line for line in found["score"]["deductions"] if line["rule"] == "one-shot-grant"]
    fed = [row for row in found["behaviours"] if "one-shot-grant" in row["rules"]]
    assert fed
    assert {row["verdict"] for row in fed} == {"undetermined"}
    light = rulings(tmp_path / "case")["debuggable-build"]
    assert (light["severity"], light["certainty"]) == ("low", "suspected")


def test_the_call_wins_over_the_file_and_the_file_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "mingjian.toml").write_text(OURS + "[rules.early-access]\n", "utf-8")
    kept = tmp_path / "other.toml"
    kept.write_text('app-type = 32\nhome = "KH"\nfail-on = "low"\n', "utf-8")
    words = ("--config", kept, "--app-type", "38", "--fail-on", "never", "--lang", "zh")
    run = mingjian("scan", VIOLATING, "-o", "case", *words, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    found = report(tmp_path / "case")
    assert (found["app_type"], found["home"], found["overrides"]) == (38, "KH", [])
    assert found["settings"]["used"] == ["home = KH"]
    refused = mingjian("scan", VIOLATING, "-o", "again", cwd=tmp_path)
    assert refused.returncode == 2
    assert complaint(refused) == "mingjian.toml:10: rules.early-access: no reason"
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[rules.no-such-rule]\nenabled = false\nreason = "us"\n', "mingjian.toml:1: no rule is"),
        ('formats = ["pdf"]', "mingjian.toml:1: formats: 'pdf' is not known"),
        ('app-type = "视频"', "several types of app called '视频'"),
        ("profile = 1", "mingjian.toml:1: profile is no word"),
        ('rule-folders = ["none"]', "no rule folder at"),
    ],
)
def test_a_wrong_setting_is_one_clear_line_and_leaves_nothing(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "mingjian.toml").write_text(text, "utf-8")
    run = mingjian("scan", VIOLATING, "-o", "case", cwd=tmp_path)
    assert run.returncode == 2
    assert complaint(run).startswith(message)
    assert not (tmp_path / "case").exists()


def test_a_developer_fails_on_what_is_grave_and_proven_unless_told_otherwise(
    tmp_path: Path,
) -> None:
    for path, words, code in (
        (VIOLATING, (), 1),
        (VIOLATING, ("--fail-on", "never"), 0),
        (COMPLIANT, (), 0),
    ):
        run = mingjian(
            *("scan", path, "--profile", "developer", "-q", "--force"),
            *("-o", tmp_path / "case", *words),
        )
        assert run.returncode == code, (path, words, run.stderr)
    assert report(tmp_path / "case")["profile"] == "developer"


def test_a_procurator_is_told_what_the_case_lacks_and_may_not_map_names(tmp_path: Path) -> None:
    case = tmp_path / "case"
    stated = ("--developer", "示例", "--obtained-at", "2026-11-22", "--users", "10 万（商店）")
    run = mingjian("scan", VIOLATING, "--profile", "procurator", "-q", "-o", case, *stated)
    assert run.returncode == 0
    wanted = ["--store", "--store-url", "--channel", "--app-type"]
    wanted += ["--collector", "--witness", "--authority", "--place", "--runs"]
    assert [line.split()[0] for line in run.stderr.splitlines()[1:]] == wanted
    assert "必需" in run.stderr.splitlines()[0]
    lacking = [each["option"] for each in report(case)["required"] if not each["given"]]
    assert lacking == wanted
    assert report(case)["subject"]["users"] == "10 万（商店）"
    assert all(each["passed"] for each in report(case)["collection"]["self_tests"])
    site = FIXTURES / "sites" / "no-filing"
    run = mingjian(
        *("scan", site, "--profile", "procurator", "--resolve", "*=127.0.0.1"),
        *("-o", tmp_path / "site"),
    )
    assert (run.returncode, complaint(run)) == (
        2,
        "--resolve does not go with --profile procurator",
    )
    assert not (tmp_path / "site").exists()


def test_a_report_is_written_for_another_reader_without_judging(tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert mingjian("scan", VIOLATING, "-q", "-o", case).returncode == 0
    before = rulings(case)
    assert mingjian("report", case, "-q", "--profile", "regulator").returncode == 0
    assert report(case)["profile"] == "regulator"
    assert rulings(case) == before
    assert "复核人签字" in (case / "report.html").read_text("utf-8")
    assert mingjian("verify", case).returncode == 0
    run = mingjian("report", case, "--profile", "procurator")
    assert (run.returncode, bool(complaint(run))) == (2, True)
    assert "mingjian judge" in run.stderr
    assert mingjian("judge", case, "-q", "--profile", "procurator").returncode == 0
    assert report(case)["profile"] == "procurator"
    assert mingjian("judge", case, "-q").returncode == 0
    assert report(case)["profile"] is None


def certainties(case: Path) -> dict[str, str]:
    return {
        name: one["certainty"]
        for name, one in rulings(case).items()
        if one["verdict"] == "violated" and one["severity"] != "info"
    }


def test_what_others_recorded_proves_nothing_to_a_procurator(tmp_path: Path) -> None:
    traffic = FIXTURES / "traffic"
    words = (
        *(VIOLATING, traffic / "violating.har", "--identity", traffic / "identity.yaml"),
        *("--connections", traffic / "connections.csv", "--first-party", "stat.torch.example"),
        *("--consent-at", "2026-10-01T10:00:30+08:00±5"),
    )
    case = tmp_path / "case"
    assert mingjian("scan", *words, "-q", "-o", case).returncode == 0
    before = certainties(case)
    assert mingjian("judge", case, "-q", "--profile", "procurator").returncode == 0
    after = certainties(case)
    assert before.keys() == after.keys()
    lowered = {name for name in before if before[name] != after[name]}
    assert {"sent-before-consent", "early-access"} <= lowered
    assert {before[name] for name in lowered} == {"proven"}
    assert after["one-shot-grant"] == "proven"  # we read that in the package ourselves
    held = [one for one in rulings(case)["early-access"]["findings"] if one["held_back"]]
    assert held
    assert "由他人提供" in (case / "report.html").read_text("utf-8")
    rows = {row["id"]: row for row in report(case)["behaviours"]}
    assert rows["cac-191-3.1"]["certainty"] == "suspected"


def signed(folder: Path, keys: Path) -> Path:
    """A folder of one rule of ours, signed with openssl as the manual says."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the signature")
    folder.mkdir()
    assert mingjian("rules", "new", "our-own", "--into", folder).returncode == 0
    digest = hashlib.sha256((folder / "our-own.yaml").read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  our-own.yaml\n", "utf-8")
    pem, key = keys / "office.pem", keys / "office.key"
    for words in (
        ("req -x509 -nodes -newkey rsa:2048 -subj /CN=Office", "-keyout", key, "-out", pem),
        (
            *("cms -sign -binary -outform DER", "-in", folder / "SHA256SUMS", "-signer", pem),
            *("-inkey", key, "-out", folder / "SHA256SUMS.sig"),
        ),
    ):
        whole = [part for word in words for part in str(word).split()]
        subprocess.run([openssl, *whole], check=True, capture_output=True)
    return folder


def test_further_folders_are_told_with_their_digest_and_their_signature(tmp_path: Path) -> None:
    folder, case = signed(tmp_path / "ours", tmp_path), tmp_path / "case"
    trust = tmp_path / "office.pem"
    words = ("scan", COMPLIANT, "-o", case, "--force", "-r", folder)
    run = mingjian(*words)
    (extra,) = report(case)["rulebook"]["extra"]
    assert (extra["name"], extra["rules"], extra["standing"]) == ("ours", 1, "unverified")
    assert "另加规则：ours (1 条, 有签名，未核验)" in run.stdout
    assert mingjian(*words, "--rules-trust", trust, "-q").returncode == 0
    (checked,) = report(case)["rulebook"]["extra"]
    assert checked["standing"] == "verified"
    assert checked["signer"].startswith("CN=Office")
    assert checked["digest"] == extra["digest"]
    assert mingjian("rules", "check", "-q", "-r", folder).returncode == 0
    text = (folder / "our-own.yaml").read_text("utf-8")
    (folder / "our-own.yaml").write_text(text.replace("severity: low", "severity: high"), "utf-8")
    refused = mingjian(*words, "--rules-trust", trust)
    assert refused.returncode == 4
    assert "ours/our-own.yaml:1:1: not as SHA256SUMS lists it" in refused.stderr
    (folder / "SHA256SUMS.sig").unlink()
    assert mingjian(*words, "--rules-trust", trust).returncode == 4
    assert mingjian(*words, "-q").returncode == 0
    assert report(case)["rulebook"]["extra"][0]["standing"] == "unsigned"
    assert mingjian("scan", COMPLIANT, "-o", case, "--rules-trust", trust).returncode == 2


def test_without_a_type_the_report_asks_for_it_and_the_hint_judges_nothing(
    tmp_path: Path,
) -> None:
    unstated, stated = tmp_path / "unstated", tmp_path / "stated"
    said = mingjian("scan", VIOLATING, "-o", unstated).stdout
    assert "请用 --app-type 说明应用类型：" in said
    assert "可能是 38 实用工具（仅为提示）" in said
    hint = report(unstated)["app_type_hint"]
    assert (hint["number"], hint["title"]["zh"]) == (38, "实用工具")
    assert "手电筒" in hint["reason"]["zh"]
    waiting = [
        name
        for name, one in rulings(unstated).items()
        if any(each["kind"] == "app.type" for each in one["unseen"])
    ]
    assert waiting
    assert mingjian("scan", VIOLATING, "--app-type", "３８", "-q", "-o", stated).returncode == 0
    assert report(stated)["app_type_hint"] is None
    before, after = rulings(unstated), rulings(stated)
    assert all(before[name]["verdict"] == "undetermined" for name in waiting)
    assert any(after[name]["verdict"] != "undetermined" for name in waiting)
    page = (unstated / "report.html").read_text("utf-8")
    assert 'id="type"' in page
    assert all(name in page[page.index('id="type"') :] for name in waiting)


def test_the_types_are_listed_in_either_language(tmp_path: Path) -> None:
    assert "实用工具" in mingjian("types").stdout
    assert "basic function: " in mingjian("types", "--lang", "en").stdout
    assert len(json.loads(mingjian("types", "--json").stdout)["types"]) == 39
