"""The command line as a person meets it: real processes, their words, files and exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from scanner.capture.marks import PHASES
from scanner.cli import CapturePhase
from tests.collect.apk.dexforge import Class, Method, dex
from tests.collect.apk.forge import coded
from tests.samples import COMPLIANT, VIOLATING

COMMAND = [sys.executable, "-c", "from scanner.cli import main; main()"]


def mingjian(
    *words: object, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **env}
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=environment,
        check=False,
    )


def complaint(run: subprocess.CompletedProcess[str]) -> str:
    """Check that a refusal is one clear line with a hint, and give the line."""
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    *_, line, hint = run.stderr.strip().splitlines()
    assert line.startswith("mingjian: ")
    assert hint.startswith("  hint: ")
    return line.removeprefix("mingjian: ")


@pytest.mark.parametrize(
    "words", [(), ("scan",), ("judge",), ("report",), ("verify",), ("facts",), ("rules", "list")]
)
def test_help_helps(words: tuple[str, ...]) -> None:
    run = mingjian(*words, "--help")
    assert run.returncode == 0
    assert "Usage:" in run.stdout


def dumped(folder: Path) -> Path:
    """A folder with a dump that reads an identifier, and an app whose own code does not."""
    device_id = "Landroid/telephony/TelephonyManager;->getDeviceId()Ljava/lang/String;"
    read = Method("a", code=f"invoke-virtual {{v0}}, {device_id}\nreturn-void")
    (folder / "dump").mkdir()
    (folder / "dump" / "0x7f.dex").write_bytes(dex(Class("a.a", (read,))))
    (folder / "app.apk").write_bytes(coded(None, dex(Class("cn.example.app.Own"))))
    return folder


def accesses(case: Path) -> list[dict[str, object]]:
    rows = map(json.loads, (case / "facts.jsonl").read_text("utf-8").splitlines())
    return [row for row in rows if row.get("kind") == "data.accessed"]


def test_dumped_code_and_names_before_renaming_reach_the_case(tmp_path: Path) -> None:
    folder = dumped(tmp_path)
    mapping = tmp_path / "mapping.txt"
    mapping.write_text("cn.example.app.Imei -> a.a:\n    1:1:void read():9:9 -> a\n", "utf-8")
    run = mingjian(
        *("scan", folder / "app.apk", "-o", tmp_path / "case"),
        *("--dex", folder / "dump", "--mapping", mapping),
    )
    assert run.returncode == 0, run.stderr
    (row,) = accesses(tmp_path / "case")
    assert (row["caller"], row["owner"]) == ("cn.example.app.Imei.read", "app")
    source = row["source"]
    assert isinstance(source, dict)
    digest = hashlib.sha256((folder / "dump" / "0x7f.dex").read_bytes()).hexdigest()
    assert (source["evidence"], source["captured"]) == (digest, False)


@pytest.mark.parametrize("option", ["--dex", "--mapping"])
def test_an_aid_that_is_none_is_one_clear_line(tmp_path: Path, option: str) -> None:
    folder = dumped(tmp_path)
    (folder / "empty").mkdir()
    wrong = folder / "empty" if option == "--dex" else folder / "app.apk"
    run = mingjian("scan", folder / "app.apk", "-o", tmp_path / "case", option, wrong)
    assert (run.returncode, bool(complaint(run))) == (2, True)
    assert not (tmp_path / "case").exists()


def test_the_exit_codes_stand_in_the_help() -> None:
    text = " ".join(mingjian("--help").stdout.split())
    for code in range(6):
        assert f"{code} " in text[text.index("Exit codes") :]


def test_a_scan_prints_the_report_and_leaves_a_case(tmp_path: Path) -> None:
    run = mingjian("scan", VIOLATING, "--app-type", "实用工具", "-o", "case", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert "手电筒" in run.stdout
    assert "涉嫌" in run.stdout
    assert "\x1b[" not in run.stdout
    case = tmp_path / "case"
    assert {path.name for path in case.iterdir()} == {
        "evidence",
        "facts.jsonl",
        "manifest-sha256.txt",
        "report.html",
        "report.json",
    }
    assert json.loads((case / "report.json").read_bytes())["score"]["grade"] == "D"
    for verb in (("verify",), ("judge",), ("report", "-f", "text"), ("verify",)):
        assert mingjian(verb[0], case, *verb[1:]).returncode == 0
    assert (case / "report.txt").is_file()


def test_english_is_one_switch_away(tmp_path: Path) -> None:
    run = mingjian("scan", VIOLATING, "-o", "case", "--lang", "en", cwd=tmp_path)
    assert "High risk" in run.stdout
    again = mingjian("judge", "case", cwd=tmp_path, LC_ALL="en_GB.UTF-8")
    assert again.stdout == run.stdout


def test_quiet_is_quiet(tmp_path: Path) -> None:
    run = mingjian("scan", COMPLIANT, "-q", cwd=tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert (tmp_path / "mingjian-case-compliant" / "report.html").is_file()


@pytest.mark.parametrize(
    ("path", "threshold", "code"),
    [
        (VIOLATING, "proven-critical", 1),
        (VIOLATING, "high", 1),
        (COMPLIANT, "low", 0),
        (COMPLIANT, "proven-low", 0),
    ],
)
def test_a_pipeline_fails_on_what_it_names(
    tmp_path: Path, path: Path, threshold: str, code: int
) -> None:
    words = ("scan", path, "--app-type", "38", "-o", tmp_path / "c", "--fail-on", threshold)
    assert mingjian(*words).returncode == code
    assert (tmp_path / "c" / "report.json").is_file()


def wrong_inputs(folder: Path) -> dict[str, Path]:
    (folder / "text.apk").write_text("this is a text\n" * 50, encoding="utf-8")
    (folder / "empty.apk").write_bytes(b"")
    (folder / "folder").mkdir()
    with (folder / "sparse.apk").open("wb") as sparse:
        sparse.truncate(10 * 1024**3)
    with zipfile.ZipFile(folder / "letters.zip", "w") as archive:
        archive.writestr("letter.txt", "dear all")
    os.mkfifo(folder / "pipe.apk")
    return {
        name: folder / name
        for name in (
            "none.apk",
            "text.apk",
            "empty.apk",
            "folder",
            "sparse.apk",
            "letters.zip",
            "pipe.apk",
        )
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("none.apk", 2),
        ("folder", 2),
        ("pipe.apk", 2),
        ("text.apk", 3),
        ("empty.apk", 3),
        ("letters.zip", 3),
        ("sparse.apk", 3),
    ],
)
def test_wrong_input_gets_one_line_and_leaves_nothing(tmp_path: Path, name: str, code: int) -> None:
    path = wrong_inputs(tmp_path)[name]
    before = sorted(tmp_path.iterdir())
    run = mingjian("scan", path, "-o", tmp_path / "case")
    assert (run.returncode, bool(complaint(run))) == (code, True)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--app-type", "999"), "no type of app called"),
        (("--home", "China"), "is no country code"),
        (("--obtained-at", "yesterday"), "is no time"),
        (("-r", "nowhere"), "no rule folder at nowhere"),
        (("-o", "/dev/null/case"), "/dev/null"),
    ],
)
def test_wrong_words_are_refused_before_anything_is_written(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    run = mingjian("scan", VIOLATING, *words, cwd=tmp_path)
    assert run.returncode == 2
    assert said in complaint(run)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("https:///",), "is no address of a site"),
        (("https://site.example/", VIOLATING), "two subjects"),
        (("https://site.example/", "--session", "state.json"), "--session without --authorised"),
        (("https://site.example/", "--resolve", "nonsense"), "nonsense"),
        (("https://site.example/", "--vantage", "China"), "is no country code"),
        (("https://site.example/", "--browser", "/nowhere"), "is no program"),
        (("https://site.example/", "--trust", "/nowhere.pem"), "--trust"),
    ],
)
def test_wrong_words_about_a_site_are_one_clear_line(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    run = mingjian("scan", *words, cwd=tmp_path)
    assert run.returncode == 2
    assert said in complaint(run)
    assert not list(tmp_path.iterdir())


def test_an_unwritable_output_is_one_clear_line(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        place = Path("/proc/mingjian-case")
    else:
        tmp_path.chmod(0o500)
        place = tmp_path / "case"
    run = mingjian("scan", VIOLATING, "-o", place)
    assert run.returncode == 2
    assert complaint(run)


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
    assert {"id", "category", "severity", "ceiling", "title", "file"} == set(listed[0])
    assert "one-shot-grant" in mingjian("rules", "show", "one-shot-grant").stdout
    assert "permission.declared" in mingjian("facts").stdout
    run = mingjian("rules", "show", "one-shot-grnt")
    assert run.returncode == 2
    assert "one-shot-grant" in run.stderr


def test_what_is_no_case_is_refused(tmp_path: Path) -> None:
    for verb in ("judge", "report", "verify"):
        run = mingjian(verb, tmp_path / "none")
        assert run.returncode == 2, verb
        assert complaint(run)


def test_an_altered_case_exits_with_five(tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert mingjian("scan", COMPLIANT, "-q", "-o", case).returncode == 0
    (case / "facts.jsonl").write_bytes((case / "facts.jsonl").read_bytes() + b"\n")
    for verb in ("judge", "report", "verify"):
        run = mingjian(verb, case)
        assert run.returncode == 5
        assert "facts.jsonl" in complaint(run)


def test_names_that_are_no_utf_8_are_told_as_escapes(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/a\xff.apk"
    shutil.copy(os.fsencode(VIOLATING), odd)
    words: list[str | bytes] = [
        "scan",
        odd,
        "--developer",
        b"\xff",
        "-o",
        os.fsencode(tmp_path / "case"),
    ]
    command = [os.fsencode(word) for word in (*COMMAND, *words)]
    run = subprocess.run(command, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
    report = json.loads((tmp_path / "case" / "report.json").read_bytes())
    assert report["subject"]["file"] == r"a\udcff.apk"
    assert report["subject"]["developer"] == r"\udcff"


@pytest.mark.parametrize("name", ["OverflowError", "RecursionError", "EOFError", "MemoryError"])
def test_a_fault_of_its_own_is_no_finding_and_no_traceback(name: str) -> None:
    run = faulty(f"{name}('13812345678')")
    assert run.returncode == 70
    assert name in complaint(run)
    assert "a fault of mingjian" in run.stderr
    assert "13812345678" not in run.stderr
    told = faulty(f"{name}('here')", MINGJIAN_DEBUG="1")
    assert f"{name}: here" in told.stderr
    assert told.returncode == 1


@pytest.mark.parametrize(
    ("raised", "code"),
    [("KeyboardInterrupt", 130), ("SystemExit(9)", 9), ("BrokenPipeError(32, 'x')", 141)],
)
def test_an_end_that_is_no_fault_stays_what_it_is(raised: str, code: int) -> None:
    run = faulty(raised)
    assert (run.returncode, run.stdout) == (code, "")
    assert "fault of mingjian" not in run.stderr


def faulty(raised: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command that breaks in the middle."""
    lines = ("import scanner.audit", "from scanner.cli import main", "def check(case):")
    script = "\n".join((*lines, f"    raise {raised}", "scanner.audit.check = check", "main()"))
    words = [sys.executable, "-c", script, "verify", "case"]
    environment = {**os.environ, **env}
    return subprocess.run(words, capture_output=True, text=True, env=environment, check=False)


def test_the_phases_of_a_capture_are_those_of_facts() -> None:
    assert [phase.value for phase in CapturePhase] == list(PHASES)


@pytest.mark.parametrize("place", ["/dev/full", None])
def test_a_summary_that_cannot_be_printed_is_no_finding(tmp_path: Path, place: str | None) -> None:
    target = f"> {place}" if place else ">&-"
    script = f'exec "$@" {target}'
    words = [*COMMAND, "scan", str(COMPLIANT), "-o", str(tmp_path / "case")]
    run = subprocess.run(
        ["sh", "-c", script, "sh", *words], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in run.stderr
    assert run.returncode == (2 if place else 0)
    assert (tmp_path / "case" / "report.html").is_file()


def test_a_time_beyond_the_calendar_is_refused(tmp_path: Path) -> None:
    moment = "9999-12-31T23:59:59-23:00"
    run = mingjian("scan", VIOLATING, "--obtained-at", moment, cwd=tmp_path)
    assert run.returncode == 2
    assert "is no time" in complaint(run)


def test_a_case_without_its_report_is_judged_anew(tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert mingjian("scan", COMPLIANT, "-q", "-o", case).returncode == 0
    (case / "report.json").unlink()
    lines = (case / "manifest-sha256.txt").read_text("utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.endswith("report.json\n"))
    (case / "manifest-sha256.txt").write_text(kept, "utf-8")
    run = mingjian("report", case)
    assert run.returncode == 5
    assert "mingjian judge" in run.stderr
    assert mingjian("judge", case, "-q").returncode == 0
    assert mingjian("report", case, "-q").returncode == 0


def test_an_existing_case_is_replaced_only_by_force(tmp_path: Path) -> None:
    words = ("scan", COMPLIANT, "-q", "-o", tmp_path / "case")
    assert mingjian(*words).returncode == 0
    assert mingjian(*words).returncode == 2
    assert mingjian(*words, "--force").returncode == 0
    shutil.rmtree(tmp_path / "case")
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "letter").write_text("x", encoding="utf-8")
    assert mingjian(*words, "--force").returncode == 2
    assert (tmp_path / "case" / "letter").is_file()


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_scan_that_is_stopped_leaves_nothing(tmp_path: Path, sent: int, code: int) -> None:
    words = [*COMMAND, "scan", str(VIOLATING), "-q", "-o", str(tmp_path / "case")]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.iterdir()) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_the_version_is_told() -> None:
    from scanner import __version__

    assert mingjian("--version").stdout == f"mingjian {__version__}\n"
