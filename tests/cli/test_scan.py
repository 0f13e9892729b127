from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from tests.cli.running import COMMAND, complaint, mingjian
from tests.collect.apk.dexforge import Class, Method, dex
from tests.collect.apk.forge import coded
from tests.samples import COMPLIANT, VIOLATING

POLICIES = VIOLATING.parent.parent / "policy"


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


def test_a_scan_prints_the_report_and_leaves_a_case(tmp_path: Path) -> None:
    run = mingjian("scan", VIOLATING, "--app-type", "实用工具", "-o", "case", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert "手电筒" in run.stdout
    assert "涉嫌" in run.stdout
    assert "\x1b[" not in run.stdout
    case = tmp_path / "case"
    assert {path.name for path in case.iterdir()} == {
        "CHECKING.txt",
        "custody.jsonl",
        "evidence",
        "facts.jsonl",
        "manifest-sha256.txt",
        "manifest-sm3.txt",
        "report.html",
        "report.json",
        "seal-sha256.txt",
    }
    assert json.loads((case / "report.json").read_bytes())["score"]["grade"] == "D"
    for verb in (("verify",), ("judge",), ("report", "-f", "text"), ("verify",)):
        assert mingjian(verb[0], case, *verb[1:]).returncode == 0
    assert (case / "report.txt").is_file()


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


def test_a_time_beyond_the_calendar_is_refused(tmp_path: Path) -> None:
    moment = "9999-12-31T23:59:59-23:00"
    run = mingjian("scan", VIOLATING, "--obtained-at", moment, cwd=tmp_path)
    assert run.returncode == 2
    assert "is no time" in complaint(run)


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


def test_a_policy_alone_is_judged_as_what_the_auditor_says_it_is(tmp_path: Path) -> None:
    policy = POLICIES / "torch.html"
    run = mingjian("scan", policy, "--as", "app", "-q", "--fail-on", "high", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (1, "")
    refused = mingjian("scan", policy, "-o", "other", cwd=tmp_path)
    assert refused.returncode == 2
    assert "--as app" in refused.stderr
    assert not (tmp_path / "other").exists()


def test_what_a_policy_lacks_is_drafted_in_either_language(tmp_path: Path) -> None:
    aside = ("--policy", POLICIES / "torch.html", "-q")
    assert mingjian("scan", VIOLATING, *aside, "-o", "case", cwd=tmp_path).returncode == 0
    for lang, words in (("zh", "待填"), ("en", "to be filled")):
        run = mingjian("draft", "case", "--lang", lang, cwd=tmp_path)
        assert run.returncode == 0
        assert words in run.stdout
        assert "android.permission.READ" in run.stdout.replace("\\", "")
    assert mingjian("draft", "nothing", cwd=tmp_path).returncode == 2
