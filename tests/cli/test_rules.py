from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import complaint, mingjian
from tests.samples import VIOLATING


def test_bad_rules_are_refused_with_every_fault(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a-rule.yaml").write_text("id: a-rule\nseverity: hihg\n", "utf-8")
    (tmp_path / "rules" / "b-rule.yaml").write_text("{", "utf-8")
    for words in (("scan", VIOLATING, "-o", "case"), ("rules", "check")):
        run = mingjian(*words, "-r", "rules", cwd=tmp_path)
        assert run.returncode == 4
        assert "rules/a-rule.yaml:2:11: severity: 'hihg' is not known" in run.stderr
        assert "rules/b-rule.yaml:" in run.stderr
        assert complaint(run)
    assert not (tmp_path / "case").exists()


def test_a_rule_without_proof_is_refused_by_check_alone(tmp_path: Path) -> None:
    assert mingjian("rules", "new", "my-rule", "--into", tmp_path).returncode == 0
    assert mingjian("rules", "check", "-r", tmp_path).returncode == 0
    file = tmp_path / "my-rule.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("  where:\n", "  where:\n    package: {is_not: x.y}\n"), "utf-8")
    run = mingjian("rules", "check", "-r", tmp_path)
    assert run.returncode == 4
    assert "no example pins where package: {is_not: ...} of app.manifest" in run.stderr


def test_rules_and_facts_are_shown() -> None:
    listed = json.loads(mingjian("rules", "list", "--json").stdout)
    known = {"id", "category", "severity", "ceiling", "raised", "targets", "title", "file"}
    assert set(listed[0]) == known
    assert "one-shot-grant" in mingjian("rules", "show", "one-shot-grant").stdout
    assert "permission.declared" in mingjian("facts").stdout
    run = mingjian("rules", "show", "one-shot-grnt")
    assert run.returncode == 2
    assert "one-shot-grant" in run.stderr


def test_the_law_the_matrix_and_the_words_of_notices_are_shown() -> None:
    assert "CSL-2026" in mingjian("rules", "norms").stdout
    item = json.loads(mingjian("rules", "norms", "FACE", "--json").stdout)["items"]
    assert "10" in {each["item"] for each in item}
    row = mingjian("rules", "coverage", "web-03", "--strict", "--lang", "en")
    assert row.returncode == 0
    assert "manual-other-licences" in row.stdout
    whole = mingjian("rules", "coverage", "--json")
    assert whole.returncode == 0
    empty = json.loads(whole.stdout)["counts"]["empty"]
    assert mingjian("rules", "coverage", "--strict").returncode == (1 if empty else 0)
    assert "cac-191-3.4" in mingjian("rules", "wording", "隐私政策默认同意").stdout
    refused = mingjian("rules", "coverage", "web-99")
    assert refused.returncode == 2
    assert "perhaps" in refused.stderr


def test_an_id_of_ours_is_no_id_for_a_new_rule(tmp_path: Path) -> None:
    run = mingjian("rules", "new", "one-shot-grant", "--into", tmp_path)
    assert run.returncode == 2
    assert "is the id of a rule of ours" in complaint(run)
    assert list(tmp_path.iterdir()) == []


def test_a_rule_of_a_further_folder_may_call_nothing_unlawful(tmp_path: Path) -> None:
    assert mingjian("rules", "new", "my-rule", "--into", tmp_path).returncode == 0
    file = tmp_path / "my-rule.yaml"
    text = file.read_text("utf-8")
    assert "涉嫌" in text
    file.write_text(text.replace("涉嫌", "违法", 1), "utf-8")
    run = mingjian("rules", "check", "-r", tmp_path)
    assert run.returncode == 4
    assert "message: it calls something unlawful" in run.stderr
