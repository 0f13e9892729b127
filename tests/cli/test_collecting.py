"""Who collected, where, how often and with what in hand, as a person states it."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scanner.custody import acts
from tests.cli.running import complaint, mingjian
from tests.fetch.test_time_server import served, telling
from tests.samples import COMPLIANT, VIOLATING

TRAFFIC = VIOLATING.parent.parent / "traffic"
STATED = (
    *("--collector", "王芳", "--collector", "李雷", "--witness", "张三"),
    *("--authority", "示检〔2026〕1号", "--place", "示例市"),
)
OF_RECORDING = (
    *("--identity", TRAFFIC / "identity.yaml", "--connections", TRAFFIC / "connections.csv"),
    *("--first-party", "stat.torch.example", "--package", "cn.example.torch"),
    *("--consent-at", "2026-10-01T10:00:30+08:00±5"),
)


def scan(
    folder: Path, *words: object, target: Path = COMPLIANT, **env: Any
) -> subprocess.CompletedProcess[str]:
    return mingjian("scan", target, "-o", folder / "case", "-q", *words, **env)


def collection(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "case" / "report.json").read_bytes())["collection"]
    return found


def test_what_is_stated_stands_in_the_case_and_in_its_first_act(tmp_path: Path) -> None:
    run = scan(
        tmp_path,
        *STATED,
        *("--vantage-address", "203.0.113.7"),
        HTTPS_PROXY="http://wang:geheim@proxy.example:1",
    )
    assert run.returncode == 0, run.stderr
    one = collection(tmp_path)
    assert (one["collectors"], one["witnesses"]) == (["王芳", "李雷"], ["张三"])
    assert (one["authority"], one["place"]) == ("示检〔2026〕1号", "示例市")
    assert one["machine"].startswith(socket.gethostname())
    assert one["before"]["proxies"] == ["HTTPS_PROXY=http://…@proxy.example:1"]
    assert one["before"]["egress"] == one["after"]["egress"] == "203.0.113.7"
    assert one["began_at"] <= one["ended_at"]
    assert (one["runs"], one["self_tests"]) == (1, [])
    (act,) = acts((tmp_path / "case" / "custody.jsonl").read_bytes())
    assert act.by == ("王芳", "李雷")
    assert act.machine == one["machine"]
    assert act.clock is not None and act.clock.at == one["began_at"]
    assert act.details["egress"] == "203.0.113.7"
    for path in (tmp_path / "case").rglob("*"):
        assert not path.is_file() or b"geheim" not in path.read_bytes()
    assert mingjian("verify", tmp_path / "case").returncode == 0


def test_a_procurators_case_of_one_recording_with_its_record_lacks_nothing_of_the_collection(
    tmp_path: Path,
) -> None:
    record = tmp_path / "record.yaml"
    record.write_text(
        "covers: [violating.har, identity.yaml, connections.csv]\n"
        "by: [王芳, 李雷]\nat: 2026-10-02T09:00:00+08:00\nplace: 示例市\n"
        "method: 由代理导出\ndocument: 笔录.pdf\n",
        "utf-8",
    )
    (tmp_path / "笔录.pdf").write_bytes(b"%PDF-1.4")
    words = ("--profile", "procurator", *STATED, *OF_RECORDING, "--runs", "2", "--lang", "zh")
    run = scan(tmp_path, *words, "--collection-record", record, target=TRAFFIC / "violating.har")
    assert run.returncode == 0, run.stderr
    assert "--collector" not in run.stderr and "--runs" not in run.stderr
    report = json.loads((tmp_path / "case" / "report.json").read_bytes())
    found = [one for each in report["rulings"] for one in each["findings"]]
    assert {"proven"} <= {one["certainty"] for one in found}
    assert {(one["repeat"]["found"], one["repeat"]["runs"]) for one in found} == {(2, 2)}
    (kept,) = report["collection"]["records"]
    assert (tmp_path / "case" / "evidence" / kept["paper"]).read_bytes() == b"%PDF-1.4"
    assert all(each["passed"] for each in report["collection"]["self_tests"])
    assert (tmp_path / "case" / "facts-2.jsonl").is_file()
    again = mingjian("judge", tmp_path / "case", "-q", "--profile", "procurator")
    assert again.returncode == 0
    assert (
        json.loads((tmp_path / "case" / "report.json").read_bytes())["rulings"]
        == (report["rulings"])
    )


def test_the_clock_is_held_against_a_time_server_before_and_after(tmp_path: Path) -> None:
    with served(telling(-30.0)) as place:
        run = scan(tmp_path, "--time-server", place, "--allow-private")
    assert run.returncode == 0, run.stderr
    one = collection(tmp_path)
    for moment in ("before", "after"):
        clock = one[moment]["clock"]
        assert abs(clock["offset_s"] - 30) <= clock["within_s"] < 1
        assert place in clock["compared_with"]
    page = (tmp_path / "case" / "report.html").read_text("utf-8")
    assert "本机时钟有偏差" in page and "快 30.0" in page
    report = json.loads((tmp_path / "case" / "report.json").read_bytes())
    assert "ahead of NTP" in report["tool"]["clock"]


def test_the_tool_is_tried_where_that_is_wanted_and_not_where_it_is_not(tmp_path: Path) -> None:
    assert scan(tmp_path, "--self-test").returncode == 0
    tests = collection(tmp_path)["self_tests"]
    assert len(tests) >= 2 and all(each["passed"] for each in tests)
    run = scan(tmp_path, "--profile", "procurator", "--no-self-test", "--force")
    assert run.returncode == 0
    assert collection(tmp_path)["self_tests"] == []
    assert "--self-test" in run.stderr


def test_the_organisations_file_may_settle_runs_and_time_server(tmp_path: Path) -> None:
    with served(telling(0.0)) as place:
        settings = tmp_path / "mingjian.toml"
        settings.write_text(f'runs = 2\ntime-server = "{place}"\n', "utf-8")
        run = scan(tmp_path, "--config", settings, "--allow-private")
    assert run.returncode == 0, run.stderr
    assert collection(tmp_path)["runs"] == 2
    assert collection(tmp_path)["before"]["clock"]["offset_s"] is not None
    settings.write_text("runs = 21\n", "utf-8")
    run = scan(tmp_path, "--config", settings, "--force")
    assert (run.returncode, complaint(run)) == (2, "runs: '21' is no number of runs")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--collector", " "), "--collector says nothing"),
        (("--collector", "\u200b"), "--collector names nobody"),
        (("--collector", "x" * 301), "--collector is longer than 300 characters"),
        (("--witness", "a") * 21, "--witness is given 21 times"),
        (("--place", ""), "--place says nothing"),
        (("--vantage-address", "example.cn"), "--vantage-address example.cn is no IP address"),
        (("--time-server", "a b"), "--time-server 'a b' is no host"),
        (
            ("--collection-record", "none.yaml"),
            "none.yaml cannot be read: No such file or directory",
        ),
    ],
)
def test_what_says_nothing_is_refused(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    run = scan(tmp_path, *words)
    assert (run.returncode, complaint(run)) == (2, said)
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize("runs", ["0", "21", "x"])
def test_a_number_of_runs_out_of_bounds_is_refused(tmp_path: Path, runs: str) -> None:
    run = scan(tmp_path, "--runs", runs)
    assert run.returncode == 2
    assert "--runs" in run.stderr and "Traceback" not in run.stderr


def test_help_stays_quick_to_read() -> None:
    shown = mingjian("scan", "--help", COLUMNS="200").stdout
    for option in ("--collector", "--witness", "--runs", "--self-test", "--collection-record"):
        assert option in shown
    assert mingjian("--help").stdout.count("self-test") == 1
