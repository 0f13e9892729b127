import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import case as case_
from scanner.case import (
    FACTS,
    SCHEMA,
    cases_in,
    new_case,
    read_facts,
    read_runs,
    replace_files,
    write_facts,
)
from scanner.errors import EvidenceError, MingjianError, UsageError
from scanner.evidence import lists
from scanner.facts import KINDS, AppManifest, AppType, Fact, Source
from scanner.model import Collection, Evidence, Header, Subject, Tool, Unseen, Words
from tests import strategies

HEADER = Header(
    schema=SCHEMA,
    subject=Subject(
        kind="apk",
        name="示例",
        id="cn.example.app",
        version="1.0 (1)",
        sha256="a" * 64,
        size=1,
        file="app.apk",
    ),
    sources=(),
    home="CN",
    app_type=None,
    knowledge="b" * 64,
    observed_at="2026-01-01T00:00:00+08:00",
    kinds=tuple(sorted(KINDS)),
    tool=Tool(name="mingjian", version="0.1.0", libraries={"b": "1", "a": "2"}),
    evidence=(Evidence(sha256="a" * 64, name="app.apk", media_type="x/y", size=1),),
)
TYPE = AppType(source=Source(), channel="auditor", number=1, name="地图导航类")
MANIFEST = AppManifest(source=Source(evidence="a" * 64), channel="apk", package="cn.example.app")
UNSEEN = Unseen(
    kind="data.sent", collector="audit", reason=Words(zh="未运行", en="nobody ran the app")
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_facts(tmp_path, HEADER, [MANIFEST, TYPE], [UNSEEN])
    return tmp_path


def test_the_first_line_is_the_header_and_the_others_are_sorted(folder: Path) -> None:
    lines = (folder / FACTS).read_bytes().splitlines()
    assert msgspec.json.decode(lines[0], type=Header) == HEADER
    assert lines[1:] == sorted(lines[1:])
    entries = [msgspec.json.decode(line) for line in lines[1:]]
    assert sorted(entry.get("kind", "") for entry in entries) == ["", "app.manifest", "app.type"]
    unseen = next(entry for entry in entries if "unseen" in entry)
    assert unseen == {
        "unseen": "data.sent",
        "collector": "audit",
        "reason": {"zh": "未运行", "en": "nobody ran the app"},
    }


def test_the_names_of_the_layout_agree_with_the_manifest() -> None:
    assert case_.MANIFEST == lists.MANIFEST


@given(facts=st.lists(strategies.FACTS, max_size=5), unseen=st.lists(strategies.UNSEEN, max_size=3))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, facts: list[Fact], unseen: list[Unseen]
) -> None:
    folder = tmp_path_factory.mktemp("case")
    write_facts(folder, HEADER, facts, unseen)
    first = (folder / FACTS).read_bytes()
    read = read_facts(folder)
    assert read.header == HEADER
    assert set(read.facts) == set(facts)
    assert len(read.facts) == len(set(facts))
    assert all(entry in read.unseen for entry in unseen)
    assert all(entry in unseen for entry in read.unseen)
    write_facts(folder, HEADER, [*reversed(facts), *facts], [*reversed(unseen), *unseen])
    assert (folder / FACTS).read_bytes() == first


@given(data=st.binary(max_size=60))
def test_any_bytes_give_facts_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("case")
    write_facts(folder, HEADER, [], [])
    with (folder / FACTS).open("ab") as file:
        file.write(data)
    told = ""
    try:
        read_facts(folder)
    except MingjianError as error:
        told = f"{error} {error.hint}"
    assert not told or (FACTS in told and "\n" not in told)


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"kind":"no.such"}',
        b'{"kind":"app.type"}',
        b'{"channel":"auditor","kind":"app.type","name":"x","number":"1","source":{}}',
        b'{"channel":"auditor","kind":"app.type","name":"x","new":1,"number":1,"source":{}}',
        b'{"channel":"auditor","kind":"app.type","name":"x","name":"y","number":1,"source":{}}',
        b'{"kind":"app.type","channel":"auditor","name":"x","number":1,"source":{}}',
        b'{"unseen":1}',
        b'{"unseen":"x"}',
        b'{"a":1,"collector":"c","reason":{"en":"","zh":""},"unseen":"x"}',
    ],
)
def test_a_wrong_line_is_named(folder: Path, line: bytes) -> None:
    with (folder / FACTS).open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(EvidenceError, match=rf"{FACTS}:5: ") as caught:
        read_facts(folder)
    assert caught.value.hint
    assert len(str(caught.value)) < 200


def test_lines_out_of_order_or_twice_are_refused(folder: Path) -> None:
    lines = (folder / FACTS).read_bytes().splitlines(keepends=True)
    for altered in ([*lines, lines[-1]], [lines[0], *reversed(lines[1:])]):
        (folder / FACTS).write_bytes(b"".join(altered))
        with pytest.raises(EvidenceError, match="twice or out of order"):
            read_facts(folder)


def test_a_wrong_header_is_named(folder: Path) -> None:
    for first in (b"", b"{}", b"text", b'{"schema":"mingjian/facts/1"}', b'{"schema":5}'):
        (folder / FACTS).write_bytes(first + b"\n")
        with pytest.raises(EvidenceError, match=rf"{FACTS}:1: "):
            read_facts(folder)
    (folder / FACTS).write_bytes(b'{"schema":"mingjian/facts/9"}\n')
    with pytest.raises(UsageError, match="mingjian/facts/9"):
        read_facts(folder)


def test_a_folder_that_is_no_case_is_refused(tmp_path: Path, monkeypatch: object) -> None:
    with pytest.raises(UsageError, match="no case folder"):
        read_facts(tmp_path)
    (tmp_path / FACTS).symlink_to("/dev/zero")
    with pytest.raises(UsageError, match="no case folder"):
        read_facts(tmp_path)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / FACTS).open("wb") as file:
        file.truncate(case_.LIMIT + 1)
    with pytest.raises(EvidenceError, match="longer than"):
        read_facts(tmp_path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_no_new_case_lies_in_another(tmp_path: Path) -> None:
    (tmp_path / "case" / "evidence").mkdir(parents=True)
    (tmp_path / "case" / FACTS).write_text('{"schema":"mingjian/facts/1"}\n')
    for inner in ("x", "evidence/x"):
        with (
            pytest.raises(UsageError, match="inside the case"),
            new_case(tmp_path / "case" / inner, force=True),
        ):
            pass
    assert names(tmp_path / "case") == ["evidence", FACTS]


def test_a_new_case_takes_its_place_at_the_end(tmp_path: Path) -> None:
    with new_case(tmp_path / "case") as folder:
        (folder / "file").write_bytes(b"1")
        assert folder.parent == tmp_path
        assert not (tmp_path / "case").exists()
    assert names(tmp_path) == ["case"]
    assert names(tmp_path / "case") == ["file"]


def test_an_empty_folder_may_be_the_place(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    with new_case(tmp_path / "case") as folder:
        (folder / "file").write_bytes(b"1")
    assert names(tmp_path / "case") == ["file"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, UsageError])
def test_nothing_stays_of_a_case_that_failed(tmp_path: Path, error: type[BaseException]) -> None:
    def fail() -> None:
        with new_case(tmp_path / "case") as folder:
            (folder / "sub").mkdir()
            (folder / "sub" / "file").write_bytes(b"1")
            raise error("x", hint="y") if error is UsageError else error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == []


def test_force_replaces_a_case_and_a_failure_leaves_the_old_one(tmp_path: Path) -> None:
    place = tmp_path / "case"
    with new_case(place) as folder:
        write_facts(folder, HEADER, [], [])
        (folder / "old").write_bytes(b"")
    with pytest.raises(UsageError, match="already holds a case") as caught, new_case(place):
        pass
    assert "--force" in caught.value.hint
    with pytest.raises(RuntimeError), new_case(place, force=True):
        raise RuntimeError
    assert names(place) == [FACTS, "old"]
    with new_case(place, force=True) as folder:
        (folder / "new").write_bytes(b"")
    assert names(place) == ["new"]
    assert names(tmp_path) == ["case"]


@pytest.mark.parametrize("force", [False, True])
def test_a_strangers_folder_is_never_replaced(tmp_path: Path, force: bool) -> None:
    stranger = tmp_path / "photos"
    stranger.mkdir()
    (stranger / FACTS).write_bytes(b'{"facts": "of another kind"}\n')
    file = tmp_path / "file"
    file.write_bytes(b"")
    link = tmp_path / "link"
    link.symlink_to("nowhere")
    for place in (stranger, file, link, tmp_path):
        with pytest.raises(UsageError) as caught, new_case(place, force=force):
            pass
        assert caught.value.hint
    assert names(stranger) == [FACTS]
    assert names(tmp_path) == ["file", "link", "photos"]


def test_a_place_filled_in_the_meantime_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()

    def write() -> None:
        with new_case(tmp_path / "case") as folder:
            (folder / "mine").write_bytes(b"")
            (tmp_path / "case" / "theirs").write_bytes(b"")

    with pytest.raises(UsageError):
        write()
    assert names(tmp_path / "case") == ["theirs"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"), new_case(tmp_path / "a" / "b"):
        pass
    if os.geteuid() == 0:
        place = Path("/proc/case")
    else:
        place = tmp_path / "locked" / "case"
        place.parent.mkdir(mode=0o500)
    with pytest.raises(UsageError, match="cannot be written") as caught, new_case(place):
        pass
    assert caught.value.hint


def test_replaces_files_and_leaves_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b"old")
    replace_files(tmp_path, {"report.json": b"new", "report.html": b"page"})
    assert (tmp_path / "report.json").read_bytes() == b"new"
    assert names(tmp_path) == ["report.html", "report.json"]
    for name in ("../out", "sub/file", "..", ""):
        with pytest.raises(ValueError, match="not a plain file name"):
            replace_files(tmp_path, {"report.json": b"x", name: b"x"})
    assert (tmp_path / "report.json").read_bytes() == b"new"
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        replace_files(tmp_path, {"folder": b"x"})
    assert names(tmp_path) == ["folder", "report.html", "report.json"]


def test_a_damaged_case_is_not_passed_over(tmp_path: Path) -> None:
    for name, file in (("a", "facts.jsonl"), ("b", "custody.jsonl"), ("c", "report.json")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text("")
    (tmp_path / "comparison").mkdir()
    (tmp_path / "comparison" / "manifest-sha256.txt").write_text("")
    assert [one.name for one in cases_in([tmp_path])] == ["a", "b", "c"]


def test_cases_are_found_as_named_and_in_folders_of_them(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    for name in ("b", "a", "none"):
        (store / name).mkdir(parents=True)
    for name in ("b", "a"):
        write_facts(store / name, HEADER, [MANIFEST], [])
    assert list(cases_in([folder, store, store / "a"])) == [folder, store / "a", store / "b"]
    for wrong in (store / "none", store / "nowhere", folder / FACTS / "x"):
        with pytest.raises(UsageError, match="no case"):
            list(cases_in([wrong]))


def several(folder: Path, runs: int) -> Header:
    header = msgspec.structs.replace(HEADER, collection=Collection(runs=runs))
    for run in range(1, runs + 1):
        began = f"2026-01-01T00:00:{run:02}+08:00"
        of_run = msgspec.structs.replace(header, observed_at=began)
        write_facts(folder, of_run, [TYPE] if run % 2 else [MANIFEST, TYPE], [UNSEEN], run=run)
    return header


@pytest.mark.parametrize("runs", [1, 2, 20])
def test_the_facts_of_every_run_come_back_in_order(tmp_path: Path, runs: int) -> None:
    several(tmp_path, runs)
    assert len(list(tmp_path.iterdir())) == runs
    found = read_runs(tmp_path)
    assert [len(each.facts) for each in found] == [
        1 if run % 2 else 2 for run in range(1, runs + 1)
    ]
    assert [each.header.observed_at[17:19] for each in found] == [
        f"{run:02}" for run in range(1, runs + 1)
    ]
    assert found[0] == read_facts(tmp_path)


def test_a_case_of_an_earlier_version_is_one_run(folder: Path) -> None:
    assert read_runs(folder) == (read_facts(folder),)


@pytest.mark.parametrize("runs", [0, -1, 1, 3, 21, 10**12])
def test_a_run_too_few_or_too_many_is_refused(tmp_path: Path, runs: int) -> None:
    several(tmp_path, 2)
    wrong = msgspec.structs.replace(HEADER, collection=Collection(runs=runs))
    write_facts(tmp_path, wrong, [TYPE], [])
    with pytest.raises(EvidenceError, match=f"speaks of {runs} runs"):
        read_runs(tmp_path)


def test_a_run_of_another_subject_or_an_altered_one_is_refused(tmp_path: Path) -> None:
    header = several(tmp_path, 2)
    other = msgspec.structs.replace(header.subject, sha256="c" * 64)
    write_facts(tmp_path, msgspec.structs.replace(header, subject=other), [TYPE], [], run=2)
    with pytest.raises(EvidenceError, match=r"facts-2\.jsonl is of another subject"):
        read_runs(tmp_path)
    several(tmp_path, 2)
    with (tmp_path / "facts-2.jsonl").open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(EvidenceError, match=r"facts-2\.jsonl:\d+: "):
        read_runs(tmp_path)


def test_runs_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    several(tmp_path, 3)
    size = (tmp_path / "facts-2.jsonl").stat().st_size
    monkeypatch.setattr(case_, "LIMIT", size + 200)
    with pytest.raises(EvidenceError, match="longer than"):
        read_runs(tmp_path)


def test_a_case_is_held_by_one_call_at_a_time(tmp_path: Path) -> None:
    with case_.held(tmp_path):
        with pytest.raises(UsageError, match="another call"), case_.held(tmp_path, patience_s=0):
            raise AssertionError
        assert list(tmp_path.iterdir()) == []
    with case_.held(tmp_path, patience_s=0):
        pass


def test_a_call_that_dies_lets_go_of_its_case(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from scanner.case import held\n"
        "with held(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read(); os._exit(9)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(UsageError), case_.held(tmp_path, patience_s=0):
            raise AssertionError
        other.kill()
        other.wait()
    with case_.held(tmp_path, patience_s=0):
        pass


def test_what_is_no_folder_cannot_be_held(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("file", "none"):
        with pytest.raises(UsageError, match="no case"), case_.held(tmp_path / name):
            raise AssertionError
