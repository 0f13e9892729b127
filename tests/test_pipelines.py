"""The files of a project's pipeline: each is read by its schema, and its steps are really run."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from scanner.errors import UsageError
from scanner.pipelines import PLACES, SETTINGS, files_for, set_up
from tests.samples import COMPLIANT, VIOLATING

ROOT = Path(__file__).parent.parent
POLICY = ROOT / "fixtures" / "policy" / "torch_before.html"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = {
    one["id"]: one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}
BASH = shutil.which("bash")
SHELL = pytest.mark.skipif(BASH is None, reason="bash is not here: apt-get install bash")


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Give the environment of a runner on which mingjian is installed, and nothing else of ours."""
    tools = tmp_path / "tools"
    tools.mkdir()
    command = tools / "mingjian"
    command.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c 'from scanner.cli import main; main()' \"$@\"\n",
        "utf-8",
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    runner = tmp_path / "runner"
    runner.mkdir()
    return {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "RUNNER_TEMP": str(runner),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_OUTPUT": str(runner / "output"),
        "GITHUB_PATH": str(runner / "path"),
        "GITHUB_STEP_SUMMARY": str(runner / "summary"),
    }


def action(
    environment: dict[str, str], folder: Path, **inputs: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run the steps of the action in their order, as a runner does, until one fails."""
    stated = {name: one.get("default", "") for name, one in ACTION["inputs"].items()}
    stated |= {name.replace("_", "-"): value for name, value in inputs.items()}
    for step in ACTION["runs"]["steps"]:
        own = {
            key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda one: stated[one[1]], value)
            for key, value in step.get("env", {}).items()
        }
        run = subprocess.run(
            [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            env=environment | own,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if run.returncode:
            break
    said = Path(environment["GITHUB_OUTPUT"]).read_text("utf-8").splitlines()
    return run, dict(line.split("=", 1) for line in said)


@SHELL
def test_the_action_fails_the_job_and_gives_what_there_is_to_show(
    machine: dict[str, str], tmp_path: Path
) -> None:
    run, outputs = action(
        machine, tmp_path, target=str(VIOLATING), profile="developer", app_type="38"
    )
    assert run.returncode == 1, run.stderr
    assert outputs["exit-code"] == "1"
    log = json.loads(Path(outputs["sarif"]).read_bytes())
    whole = json.loads((tmp_path / outputs["case"] / "report.sarif").read_bytes())
    kinds = [one["kind"] for one in log["runs"][0]["results"]]
    assert set(kinds) == {"fail"}
    assert len(kinds) == sum(one["kind"] == "fail" for one in whole["runs"][0]["results"])
    summary = Path(machine["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    assert "## 明鉴检测" in summary and "one-shot-grant" in summary
    assert (tmp_path / outputs["case"] / "report.junit.xml").is_file()


@SHELL
def test_what_is_printed_is_no_command_to_the_runner(
    machine: dict[str, str], tmp_path: Path
) -> None:
    run, _ = action(machine, tmp_path, target=str(COMPLIANT), fail_on="never")
    lines = run.stdout.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) == 32 and lines[-1] == f"::{token}::"
    assert any("SHA-256" in line for line in lines[1:-1])


@SHELL
def test_words_of_an_input_stay_words(machine: dict[str, str], tmp_path: Path) -> None:
    run, outputs = action(machine, tmp_path, target="x'; touch owned; $(touch owned) `touch owned`")
    assert run.returncode == 2
    assert outputs == {"exit-code": "2"}
    assert not (tmp_path / "owned").exists()
    run, _ = action(machine, tmp_path, target="--help")
    assert run.returncode == 2  # a target, not an option


@SHELL
def test_several_targets_are_sources_of_one_subject(
    machine: dict[str, str], tmp_path: Path
) -> None:
    run, outputs = action(machine, tmp_path, target=f"{COMPLIANT}\n\n{POLICY}\n", fail_on="never")
    assert run.returncode == 0, run.stderr
    report = json.loads((tmp_path / outputs["case"] / "report.json").read_bytes())
    assert {one["channel"] for one in report["sources"]} >= {"apk", "policy"}


def test_no_input_is_pasted_into_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("action.yml", "github-actions"),
        ("scanner/templates/mingjian.yml", "github-workflows"),
        ("scanner/templates/mingjian.gitlab-ci.yml", "gitlab-ci"),
    ],
)
def test_a_file_is_valid_by_its_schema(file: str, schema: str) -> None:
    pytest.importorskip("check_jsonschema", reason="needs check-jsonschema, for its schemas")
    vendored = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    loaded = json.loads((vendored / f"{schema}.json").read_text("utf-8"))
    said: dict[Any, Any] = yaml.safe_load((ROOT / file).read_text("utf-8"))
    said = {"on" if key is True else key: value for key, value in said.items()}  # YAML 1.1
    checker = jsonschema.validators.validator_for(loaded)(loaded)
    assert [error.message for error in checker.iter_errors(said)] == []


def test_the_workflow_uses_what_the_action_has() -> None:
    workflow = yaml.safe_load(files_for("github")[PLACES["github"]])
    steps = workflow["jobs"]["mingjian"]["steps"]
    (ours,) = [one for one in steps if "OWNER" in one.get("uses", "")]
    assert set(ours["with"]) <= set(ACTION["inputs"])
    outputs = set(re.findall(r"steps\.mingjian\.outputs\.([\w-]+)", json.dumps(steps)))
    assert outputs and outputs <= set(ACTION["outputs"])


@SHELL
def test_the_script_of_the_gitlab_job_runs(machine: dict[str, str], tmp_path: Path) -> None:
    job = yaml.safe_load(files_for("gitlab")[PLACES["gitlab"]])["mingjian"]
    given = job["variables"] | {
        "MINGJIAN_TARGET": str(VIOLATING),
        "MINGJIAN_ARGS": "--app-type 38 --fail-on proven-high",
    }
    script = "\n".join(job["script"])
    run = subprocess.run(
        [str(BASH), "-eo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=machine | given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert (tmp_path / job["artifacts"]["reports"]["junit"]).is_file()
    for place in job["artifacts"]["paths"]:
        assert (tmp_path / place).is_dir()


@SHELL
def test_the_hook_reads_the_policy_that_was_changed(
    machine: dict[str, str], tmp_path: Path
) -> None:
    hook = HOOKS["mingjian-policy"]
    config = yaml.safe_load(files_for("pre-commit")[PLACES["pre-commit"]])
    assert [one["id"] for one in config["repos"][0]["hooks"]] == ["mingjian-policy"]
    for name, fits in (
        ("app/privacy_policy.html", True),
        ("文档/隐私政策.md", True),
        ("src/Privacy.kt", False),
        ("privacy/readme.rst", False),
    ):
        assert bool(re.search(hook["files"], name)) is fits, name
    (tmp_path / "privacy.html").write_bytes(POLICY.read_bytes())
    words = [*hook["entry"].split(), *hook["args"], "privacy.html"]
    run = subprocess.run(
        words,
        cwd=tmp_path,
        env=machine,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "撤回同意" in run.stdout
    assert (tmp_path / ".mingjian-case" / "report.html").is_file()


@SHELL
def test_pre_commit_itself_runs_the_hooks(machine: dict[str, str], tmp_path: Path) -> None:
    beside = str(Path(sys.executable).parent)
    pre_commit = shutil.which("pre-commit", path=f"{beside}:{os.environ['PATH']}")
    git = shutil.which("git")
    if pre_commit is None or git is None:
        pytest.skip("pre-commit is not here: pip install pre-commit")
    project = tmp_path / "project"
    project.mkdir()
    hooks = [{**one, "language": "system"} for one in HOOKS.values()]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    (project / "privacy.html").write_bytes(POLICY.read_bytes())
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run([git, *words], cwd=project, check=True)
    run = subprocess.run(
        [pre_commit, "run", "--all-files"],
        cwd=project,
        env=machine | {"PRE_COMMIT_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 1
    assert "mingjian (privacy policy)" in run.stdout and "撤回同意" in run.stdout


def test_every_pipeline_has_its_files() -> None:
    for pipeline in (*PLACES, "none"):
        files = files_for(pipeline)
        assert set(files) == {SETTINGS} | ({PLACES[pipeline]} if pipeline in PLACES else set())
        for data in files.values():
            assert "/root/" not in data.decode() and "/home/" not in data.decode()
    with pytest.raises(KeyError):
        files_for("jenkins")


def test_the_settings_are_all_commented_and_plain() -> None:
    text = files_for("none")[SETTINGS].decode()
    said = tomllib.loads(text)
    assert said["fail-on"] == "proven-high"
    # What is commented out is as good as what is not.
    offered = re.sub(r"^# (?=[\w-]+ = |\[rules)", "", text, flags=re.MULTILINE)
    assert set(tomllib.loads(offered)) >= {"baseline", "app-type", "rule-folders", "rules", "lang"}


def test_what_a_project_has_stays(tmp_path: Path) -> None:
    (tmp_path / SETTINGS).write_bytes(b"theirs")
    assert set_up(tmp_path, "gitlab") == ((PLACES["gitlab"],), (SETTINGS,))
    assert (tmp_path / SETTINGS).read_bytes() == b"theirs"
    with pytest.raises(UsageError):
        set_up(tmp_path, "gitlab")
    assert set_up(tmp_path, "github", force=True, settings=False) == (
        (PLACES["github"],),
        (SETTINGS,),
    )
    assert set_up(tmp_path, "gitlab", force=True) == ((SETTINGS, PLACES["gitlab"]), ())
