"""Ground-truth sites end to end, through the command: a site, its mended twin, and every fault."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SITES = Path(__file__).parent.parent.parent / "fixtures" / "sites"
sys.path.insert(0, str(SITES))
import measure  # noqa: E402
from serve import Server, serving  # noqa: E402

from scanner.browser import BrowserMissing, find_chromium  # noqa: E402

SCAN = (sys.executable, "-c", "from scanner.cli import main; main()", "scan")
LONGEST_S = 100
"""How long one command may take before the test fails, on a machine that does much else."""


def chromium() -> Path | None:
    try:
        return find_chromium()
    except BrowserMissing:
        return None


CHROMIUM = chromium()
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    said: str
    report: dict[str, Any]
    rows: list[dict[str, Any]]
    """Facts and unseen entries."""

    @property
    def reasons(self) -> str:
        """Why a collector could not look, in English, one line each."""
        found = {row["reason"]["en"] for row in self.rows if row.get("collector") == "website"}
        return "\n".join(sorted(found))

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row.get("kind") == kind]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def scan(case: Path, *words: str) -> Done:
    command = (*SCAN, "-o", str(case), "-f", "json", "-q", "--lang", "en", *words)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_S)
    assert "Traceback" not in done.stderr, done.stderr
    report = case / "report.json"
    facts = case / "facts.jsonl"
    return Done(
        done.returncode,
        done.stderr,
        json.loads(report.read_bytes()) if report.is_file() else {},
        [json.loads(line) for line in facts.read_text("utf-8").splitlines()[1:]]
        if facts.is_file()
        else [],
    )


def at(server: Server, *words: str) -> tuple[str, ...]:
    """Give the options by which the command reaches the server."""
    mapped = [word for one in server.resolve for word in ("--resolve", one)]
    return (*words, "--dwell", "1", "--rate", "5", "--allow-private", "--vantage", "CN", *mapped)


# ---- the site and its twin ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def twins(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[measure.Expected, measure.Audited]]:
    folder = tmp_path_factory.mktemp("twins")
    chosen = [
        one for one in measure.expectations(mapped=True) if one.name in ("violating", "mended")
    ]
    with ThreadPoolExecutor(2) as pool:
        audited = pool.map(
            lambda one: measure.audit(one, server, folder / one.name, mapped=True), chosen
        )
        return {one.name: (one, got) for one, got in zip(chosen, audited, strict=True)}


Twins = dict[str, tuple[measure.Expected, measure.Audited]]


@needs_chromium
@pytest.mark.parametrize("name", ["violating", "mended"])
def test_a_site_shows_what_is_wrong_with_it_and_nothing_else(twins: Twins, name: str) -> None:
    expected, audited = twins[name]
    assert audited.code == 0, audited.said
    assert measure.wrong(expected, audited) == []


@needs_chromium
def test_the_twins_are_far_apart(twins: Twins) -> None:
    violated = {
        name: {row[0] for row in audited.rows if row[1] == "violated"} - measure.informing()
        for name, (_, audited) in twins.items()
    }
    assert len(violated["violating"]) >= 30
    assert violated["mended"] == set()
    satisfied = {row[0] for row in twins["mended"][1].rows if row[1] == "satisfied"}
    assert len(violated["violating"] & satisfied) >= 20


@needs_chromium
def test_no_form_is_sent(twins: Twins, server: Server) -> None:
    assert twins
    assert any(one.path.startswith("/register") for one in server.arrived)
    assert measure.submitted(server.arrived) == []
    sent = {one.path for one in server.arrived if one.method == "POST" and "yunxi" in one.host}
    assert sent == set()


@needs_chromium
def test_refusing_never_agrees(twins: Twins, server: Server) -> None:
    """The mended twin tells its visitor's answer to nobody but in its own cookie."""
    _, audited = twins["mended"]
    answers = [row for row in audited.facts if row.get("kind") == "consent.answered"]
    assert {row["answer"]: row["control"] for row in answers} == {
        "refused": "拒绝",
        "agreed": "同意",
    }
    loaded = [
        one
        for one in server.to("hm.baidu.com")
        if one.headers.get("referer", "").startswith("https://www.qingxi.example")
    ]
    cookies = [
        one.headers.get("cookie", "") for one in server.to("www.qingxi.example") if one.secure
    ]
    assert any("answer=no" in cookie for cookie in cookies)
    assert loaded, "agreeing loads the counter"
    phases = {
        row["phase"]
        for row in audited.facts
        if row.get("kind") == "request.made" and row["host"] == "hm.baidu.com"
    }
    assert phases == {"agreed"}


@needs_chromium
def test_no_personal_value_stands_in_the_report(twins: Twins) -> None:
    _, audited = twins["violating"]
    exposed = [row for row in audited.facts if row.get("kind") == "page.exposed"]
    assert {row["data_type"] for row in exposed} >= {"id_card"}
    listed = (SITES / "violating" / "www.yunxi.example" / "list.html").read_text("utf-8")
    numbers = set(re.findall(r"<td>(\d{11}|\d{17}[\dX])</td>", listed))
    assert len(numbers) == 10
    said = json.dumps(audited.facts) + json.dumps(dict(audited.findings))
    assert not [number for number in numbers if number in said]


# ---- faults -------------------------------------------------------------------------------------


class Fault(NamedTuple):
    """A site that cannot be audited as it should, and what the report must say of it."""

    name: str
    url: str
    code: int
    """3 where nothing could be audited, 0 where something could."""
    reason: str
    """What must stand among the reasons (regular expression)."""


FAULTS = (  # those that take longest first
    Fault("alerts", "http://alert.fault.example/", 3, "without end"),
    Fault("huge", "http://huge.fault.example/", 0, "did not answer|MiB|cut"),
    Fault("busy", "http://busy.fault.example/", 0, "no dialog"),
    Fault("windows", "http://windows.fault.example/", 0, "too much|without end"),
    Fault("crash", "http://memory.fault.example/", 3, "crashed"),
    Fault("dns", "http://nowhere.invalid/", 3, "the DNS"),
    Fault("refused", "http://closed.example/", 3, "refused port 1"),
    Fault("expired", "https://expired.fault.example/", 3, "certificate"),
    Fault("self-signed", "https://selfsigned.fault.example/", 3, "certificate"),
    Fault("wrong-name", "https://wrong.fault.example/", 3, "certificate"),
    Fault("redirects", "http://loop.fault.example/", 3, "redirects do not end"),
    Fault("download", "http://download.fault.example/", 3, "download"),
    Fault("drop", "http://drop.fault.example/", 3, "hung up"),
)


@pytest.fixture(scope="module")
def faults(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    folder = tmp_path_factory.mktemp("faults")
    small = folder / "chromium"
    small.write_text(f'#!/bin/sh\nexec {CHROMIUM} --js-flags=--max-old-space-size=48 "$@"\n')
    small.chmod(0o755)

    def run(fault: Fault) -> Done:
        words = {
            "dns": (fault.url, "--dwell", "1"),
            "refused": (
                fault.url,
                "--dwell",
                "1",
                "--allow-private",
                "--resolve",
                "*:80=127.0.0.1:1",
            ),
            "crash": at(server, fault.url, "--browser", str(small)),
        }.get(fault.name, at(server, fault.url))
        return scan(folder / fault.name, *words)

    with ThreadPoolExecutor(4) as pool:
        return dict(zip((one.name for one in FAULTS), pool.map(run, FAULTS), strict=True))


@needs_chromium
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_in_a_report_that_says_what_was_not_seen(
    faults: dict[str, Done], fault: Fault
) -> None:
    done = faults[fault.name]
    assert done.code == fault.code, done.said
    assert done.report["rulings"]
    assert re.search(fault.reason, done.reasons)
    assert [row for row in done.rows if row.get("collector") == "website"]
    if fault.code == 3:
        assert not done.facts("site.visited")
        judged = {ruling["verdict"] for ruling in done.report["rulings"]}
        assert "satisfied" not in judged, "what could not be looked at is never clean"
        assert done.report["score"]["grade"] == "U"


@needs_chromium
def test_a_page_that_never_rests_is_read_all_the_same(faults: dict[str, Done]) -> None:
    done = faults["busy"]
    assert next(row["status"] for row in done.facts("page.visited")) == 200
    assert any(row["path"] == "/poll" for row in done.facts("request.made"))


@needs_chromium
def test_of_a_page_that_was_cut_nothing_is_said_to_be_inapplicable(faults: dict[str, Done]) -> None:
    """Whether a site addresses the mainland cannot be known from a page that was not read."""
    (site,) = faults["huge"].facts("site.visited")
    assert site.get("mainland") is None


def test_a_browser_that_is_no_program_is_wrong_usage(tmp_path: Path) -> None:
    done = scan(tmp_path / "case", "http://any.example/", "--browser", str(tmp_path / "none"))
    assert done.code == 2
    assert not (tmp_path / "case").exists()


def test_without_a_browser_that_starts_the_report_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    done = scan(tmp_path / "case", "http://any.example/", "--browser", str(broken))
    assert done.code == 3
    assert "browser" in done.reasons
    assert done.report["score"]["grade"] == "U"
