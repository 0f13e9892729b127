"""The subject looked at from the beginning, and what a record of collection vouches for in it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from scanner.audit import Collecting, audit
from scanner.case import read_runs
from scanner.casework.again import judge_again
from scanner.casework.comparing import compared
from scanner.casework.standing import acts_of, check
from scanner.errors import UsageError
from scanner.evidence.vault import Vault
from scanner.facts import DataSent
from scanner.model import Choices, Clock, Report, Surroundings, Visit
from scanner.personal.veil import Veil
from scanner.reporting import report_of
from scanner.rounds import best, look, saying_of
from tests.samples import BOOK, KNOWLEDGE, VIOLATING, request

FIXTURES = VIOLATING.parent.parent
TRAFFIC = FIXTURES / "traffic"
VISIT = Visit(
    package="cn.example.torch",
    subject="apk",
    first_party=("stat.torch.example",),
    consent_at="2026-10-01T10:00:30+08:00",
    consent_within_s=5.0,
)
PROCURATOR = Choices(profile="procurator")
STRICT: dict[str, Any] = {
    "visit": VISIT,
    "identity": TRAFFIC / "identity.yaml",
    "connections": TRAFFIC / "connections.csv",
}
TABLES = ("identity.yaml", "connections.csv")
"""What the recording is read with, and was handed in as well."""


def made(
    folder: Path, *paths: Path, choices: Choices = PROCURATOR, how: Collecting, **stated: Any
) -> Report:
    return audit(
        request(*paths, collecting=how, **({} if VIOLATING in paths else STRICT) | stated),
        folder,
        book=BOOK,
        knowledge=KNOWLEDGE,
        formats_wanted=["html", "text"],
        choices=choices,
    )


def record(folder: Path, *covers: str) -> Path:
    path = folder / "record.yaml"
    said = {
        "covers": list(covers),
        "by": ["王芳", "李雷"],
        "at": "2026-10-02T09:00:00+08:00",
        "place": "示例市",
        "method": "由代理导出",
    }
    path.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    return path


def certainties(report: Report) -> dict[str, str]:
    return {
        ruling.rule: one.certainty
        for ruling in report.rulings
        for one in ruling.findings
        if ruling.severity != "info"
    }


@pytest.fixture(scope="module")
def har(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(TRAFFIC / "violating.har", tmp_path_factory.mktemp("har")))


def test_a_record_makes_proof_of_what_others_handed_in_and_says_whose_it_is(
    tmp_path: Path, har: Path
) -> None:
    without = made(tmp_path / "without", har, how=Collecting())
    path = record(tmp_path, "violating.har", *TABLES)
    covered = made(tmp_path / "with", har, how=Collecting(records=(path,)))
    usual = made(tmp_path / "usual", har, how=Collecting(), choices=Choices())
    assert set(certainties(without).values()) == {"suspected"}
    assert certainties(covered) == certainties(usual) != certainties(without)
    assert covered.collection is not None
    (one,) = covered.collection.records
    digest = hashlib.sha256(har.read_bytes()).hexdigest()
    assert digest in one.covers
    assert (tmp_path / "with" / "evidence" / one.document).read_bytes() == path.read_bytes()
    page = (tmp_path / "with" / "report.html").read_text("utf-8")
    assert "所依据的材料由他人提供，见提取记录《record.yaml》：王芳、李雷" in page
    assert "所依据的材料由他人提供" not in (tmp_path / "usual" / "report.html").read_text("utf-8")
    check(tmp_path / "with")
    again = judge_again(
        tmp_path / "with",
        book=BOOK,
        knowledge=KNOWLEDGE,
        tool=request().tool,
        formats_wanted=["html"],
        choices=PROCURATOR,
    )
    assert certainties(again) == certainties(covered)


def test_a_record_of_one_source_says_nothing_of_another(tmp_path: Path, har: Path) -> None:
    for number, covers in enumerate((TABLES, ("violating.har",), ("violating.har", TABLES[0]))):
        path = record(tmp_path, *covers)
        report = made(tmp_path / str(number), har, how=Collecting(records=(path,)))
        assert set(certainties(report).values()) == {"suspected"}
        assert report.collection is not None and report.collection.records[0].evidence == ()


def test_a_record_of_no_source_leaves_no_case(tmp_path: Path, har: Path) -> None:
    with pytest.raises(UsageError, match="no source of this case") as refused:
        made(tmp_path / "case", har, how=Collecting(records=(record(tmp_path, "x.har"),)))
    assert "violating.har" in refused.value.hint
    assert not (tmp_path / "case").exists()


def test_what_lies_in_a_recording_is_covered_by_the_record_of_the_recording(
    tmp_path: Path,
) -> None:
    run = tmp_path / "torch.zip"
    shutil.copy(FIXTURES / "device" / "torch.zip", run)
    report = made(
        tmp_path / "case",
        run,
        how=Collecting(records=(record(tmp_path, run.name, TABLES[0]),)),
        connections=None,
    )
    assert report.collection is not None
    (one,) = report.collection.records
    _, facts, _ = read_runs(tmp_path / "case")[0]
    theirs = {fact.source.evidence for fact in facts if not fact.source.captured} - {None}
    assert set(one.evidence) == theirs


def swapped(har: Path, other: Path, at: int) -> Callable[[], str]:
    """Give a clock that puts another file in a source's place when it is asked the n-th time."""
    asked = [0]

    def now() -> str:
        asked[0] += 1
        if asked[0] == at:
            shutil.copy(other, har)
        return f"2026-11-22T10:00:{asked[0]:02}+00:00"

    return now


def test_what_one_run_of_three_shows_stands_and_is_counted(tmp_path: Path) -> None:
    har = tmp_path / "app.har"
    shutil.copy(TRAFFIC / "violating.har", har)
    now = swapped(har, TRAFFIC / "compliant.har", 2)  # before the third run
    report = made(tmp_path / "case", har, how=Collecting(runs=3, now=now), choices=Choices())
    repeats = {
        ruling.rule: (one.repeat.found, one.repeat.runs)
        for ruling in report.rulings
        for one in ruling.findings
        if one.repeat is not None and ruling.severity != "info"
    }
    alone = made(tmp_path / "alone", TRAFFIC / "violating.har", how=Collecting(), choices=Choices())
    assert certainties(report) == certainties(alone)
    assert repeats.keys() == certainties(alone).keys()
    assert set(repeats.values()) == {(2, 3)}
    assert [each.header.observed_at[17:19] for each in read_runs(tmp_path / "case")] == [
        "00",
        "01",
        "02",
    ]
    kept = {path.name for path in (tmp_path / "case" / "evidence").iterdir()}
    for file in ("violating.har", "compliant.har"):
        assert hashlib.sha256((TRAFFIC / file).read_bytes()).hexdigest() in kept
    listed = (tmp_path / "case" / "manifest-sha256.txt").read_text("utf-8")
    assert "  facts-2.jsonl\n" in listed and "  facts-3.jsonl\n" in listed
    assert "3 次采集中 2 次检出" in (tmp_path / "case" / "report.html").read_text("utf-8")
    before = (tmp_path / "case" / "report.json").read_bytes()
    judge_again(
        tmp_path / "case",
        book=BOOK,
        knowledge=KNOWLEDGE,
        tool=request().tool,
        formats_wanted=["html", "text"],
    )
    assert (tmp_path / "case" / "report.json").read_bytes() == before


def test_a_name_that_meant_two_files_in_two_runs_is_refused(tmp_path: Path) -> None:
    har = tmp_path / "app.har"
    shutil.copy(TRAFFIC / "violating.har", har)
    now = swapped(har, TRAFFIC / "compliant.har", 1)
    how = Collecting(runs=2, now=now, records=(record(tmp_path, "app.har"),))
    with pytest.raises(UsageError, match="2 sources are called so"):
        made(tmp_path / "case", har, how=how)


def test_equal_runs_change_nothing_but_the_count(tmp_path: Path) -> None:
    once = made(tmp_path / "once", VIOLATING, how=Collecting(), choices=Choices())
    twice = made(tmp_path / "twice", VIOLATING, how=Collecting(runs=2), choices=Choices())
    bare = [
        msgspec.structs.replace(
            ruling,
            findings=tuple(msgspec.structs.replace(one, repeat=None) for one in ruling.findings),
        )
        for ruling in twice.rulings
    ]
    assert tuple(bare) == once.rulings
    assert (twice.score, twice.facts, twice.unseen) == (once.score, once.facts, once.unseen)
    assert twice.sources == once.sources
    assert {one.repeat.found for each in twice.rulings for one in each.findings if one.repeat} == {
        2
    }


def test_the_first_act_holds_who_where_how_and_on_which_machine(tmp_path: Path) -> None:
    clock = Clock(at="t", synchronised=True, within_s=0.1)
    looks: list[str] = []

    def around(at: str) -> Surroundings:
        looks.append(at)
        return Surroundings(clock=clock, egress="203.0.113.7", resolvers=(str(len(looks)),))

    how = Collecting(
        collectors=("王芳", "李雷"),
        witnesses=("张三",),
        authority="示检〔2026〕1号",
        place="示例市",
        machine="host (user)",
        now=lambda: "2026-11-22T10:05:00+00:00",
        around=around,
    )
    report = made(tmp_path / "case", VIOLATING, how=how)
    (act,) = acts_of(tmp_path / "case")
    assert (act.deed, act.by, act.machine, act.clock) == (
        "collected",
        ("王芳", "李雷"),
        "host (user)",
        clock,
    )
    assert act.details["egress"] == "203.0.113.7"
    one = report.collection
    assert one is not None and one.before is not None and one.after is not None
    assert (one.began_at, one.ended_at) == (
        "2026-11-22T10:00:00+00:00",
        "2026-11-22T10:05:00+00:00",
    )
    assert looks == [one.began_at, one.ended_at]
    assert (one.before.resolvers, one.after.resolvers) == (("1",), ("2",))
    assert (one.witnesses, one.authority, one.place) == (("张三",), "示检〔2026〕1号", "示例市")
    given = {each.option for each in report.required if each.given}
    assert {"--collector", "--witness", "--authority", "--place"} <= given
    judge_again(
        tmp_path / "case",
        book=BOOK,
        knowledge=KNOWLEDGE,
        tool=request().tool,
        formats_wanted=["html"],
    )
    later = acts_of(tmp_path / "case")[-1]
    assert later.machine and later.clock is not None and later.clock.at == later.at


def test_the_round_that_saw_its_subject_is_the_best(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "evidence")

    def seen(path: Path) -> Any:
        return look(
            *([str(path)], vault, KNOWLEDGE, lambda _: None),
            began="",
            app_type=None,
            aids=[],
            policies=(),
            visit=Visit() if path == VIOLATING else VISIT,
            veil=Veil({}),
        )

    blind, saw = seen(TRAFFIC / "violating.har"), seen(VIOLATING)
    assert best([blind, saw]) is saw
    assert best([blind]) is blind


def test_a_waiting_person_hears_of_which_round_is_spoken() -> None:
    told: list[str] = []
    saying_of(2, 3, told.append)("judging")
    saying_of(1, 1, told.append)("judging")
    assert told == ["2/3 judging", "judging"]


def test_the_report_of_a_case_is_the_same_in_whatever_order_its_further_runs_come(
    tmp_path: Path,
) -> None:
    har = tmp_path / "app.har"
    shutil.copy(TRAFFIC / "violating.har", har)
    now = swapped(har, TRAFFIC / "compliant.har", 2)
    made(tmp_path / "case", har, how=Collecting(runs=3, now=now), choices=Choices())
    first, *again = read_runs(tmp_path / "case")
    options: dict[str, Any] = {"book": BOOK, "knowledge": KNOWLEDGE, "tool": first.header.tool}
    forth = report_of(*first, again=again, **options)
    back = report_of(*first, again=again[::-1], **options)
    assert (forth.rulings, forth.facts, forth.score) == (back.rulings, back.facts, back.score)


def test_a_case_of_several_runs_is_compared_with_all_of_them(tmp_path: Path) -> None:
    """What only a later run showed is new since the earlier case, and still there under newer
    rules."""
    har, old, new = (tmp_path / name for name in ("app.har", "old", "new"))
    shutil.copy(TRAFFIC / "compliant.har", har)
    made(old, har, how=Collecting(), choices=Choices())
    now = swapped(har, TRAFFIC / "violating.har", 1)  # before the second run
    report = made(new, har, how=Collecting(runs=2, now=now), choices=Choices())
    given: dict[str, Any] = {"knowledge": KNOWLEDGE, "tool": report.tool}
    newer = msgspec.structs.replace(BOOK, digest="0" * 64)
    found = compared(new, new, book=newer, **given)
    shown = {one.fingerprint for ruling in report.rulings for one in ruling.findings}
    assert {one.fingerprint: one.outcome for one in found.findings} == dict.fromkeys(shown, "still")
    _, later = read_runs(new)
    sent = {fact.data_type for fact in later.facts if isinstance(fact, DataSent)}
    before = {fact.data_type for fact in read_runs(old)[0].facts if isinstance(fact, DataSent)}
    added = {
        one.item
        for one in compared(old, new, book=BOOK, any_subject=True, **given).changes
        if one.change == "added"
    }
    assert sent - before <= added
    assert sent - before
