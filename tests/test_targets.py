from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import msgspec
import pytest

from scanner.capture_file import Begin, CaptureWriter
from scanner.errors import UsageError
from scanner.evidence.vault import Vault
from scanner.model import PolicyText, PolicyTexts, Target, Visit
from scanner.targets import (
    HAR,
    aid_of,
    dumps_in,
    kind_of_subject,
    named,
    policy_target,
    policy_text,
    with_hosts,
)
from tests.samples import VIOLATING


def targets(folder: Path, *words: str, visit: Visit | None = None) -> list[Target]:
    with named(words, Vault(folder / "evidence"), visit or Visit(), lambda _: None) as found:
        return found


def file(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


def capture(folder: Path) -> str:
    with (folder / "a.capture").open("wb") as stream:
        CaptureWriter(stream, Begin(started="2026-01-01T00:00:00+00:00", mode="regular"))
    return str(folder / "a.capture")


@pytest.mark.parametrize(
    "data",
    [
        b'{"log":{}}',
        b'\xef\xbb\xbf {"log":{}}',
        b'\r\n\t{"log":{}}',
        '\ufeff{"log":{}}'.encode("utf-16-le"),
        '\ufeff{"log":{}}'.encode("utf-16-be"),
    ],
)
def test_a_har_is_told_by_what_it_begins_with(tmp_path: Path, data: bytes) -> None:
    (target,) = targets(tmp_path, file(tmp_path, "any.name", data))
    assert (target.kind, target.evidence.media_type) == ("traffic", HAR)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("flows", b"1042:4:type;4:http;", "traffic"),
        ("a.html", b"<html>", "policy"),
        ("a.PDF", b"%PDF-1.7", "policy"),
        ("qr.png", b"\x89PNG\r\n\x1a\n", "qr"),
        ("a.zip", b"PK\3\4", "apk"),
        ("a.bin", b"12345678901234:", "apk"),
    ],
)
def test_other_files_are_told_apart(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    (target,) = targets(tmp_path, file(tmp_path, name, data))
    assert target.kind == kind


def test_a_recording_of_a_run_is_a_folder_a_zip_or_an_export(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "taps.jsonl").write_bytes(b'{"time": 1763800000}\n')
    packed = shutil.make_archive(str(tmp_path / "run"), "zip", run)
    log = file(tmp_path, "hooks.jsonl", b'{"type": "send", "payload": {}}\n')
    for word in (str(run), packed, log, file(tmp_path, "camille.xls", b"\xd0\xcf\x11\xe0")):
        (target,) = targets(tmp_path, word)
        assert (target.kind, target.evidence.media_type) == ("device", "application/zip")
        with zipfile.ZipFile(target.path) as archive:
            assert len(archive.namelist()) == 1


def test_our_own_capture_is_told_from_others(tmp_path: Path) -> None:
    (target,) = targets(tmp_path, capture(tmp_path))
    assert (target.kind, target.evidence.media_type) == ("traffic", "application/x-ndjson")


def test_traffic_beside_a_site_knows_the_hosts_of_the_site(tmp_path: Path) -> None:
    har = file(tmp_path, "a.har", b"{}")
    beside = targets(tmp_path, har, "https://site.example/")
    assert [each.kind for each in beside] == ["website", "traffic"]
    assert all(each.visit.first_party == ("site.example",) for each in beside)


def test_traffic_alone_is_a_sites_if_browsers_write_it_so_and_an_apps_else(tmp_path: Path) -> None:
    har, flows = file(tmp_path, "a.har", b"{}"), file(tmp_path, "b.flows", b"12:abc")
    for words, visit, kind in (
        ([har], Visit(), "website"),
        ([har, flows], Visit(), "apk"),
        ([capture(tmp_path)], Visit(), "apk"),
        ([har], Visit(subject="apk"), "apk"),
        ([har], Visit(package="cn.example.app"), "apk"),
        ([flows], Visit(subject="website"), "website"),
    ):
        assert kind_of_subject(targets(tmp_path, *words, visit=visit), visit) == kind


def test_the_auditors_word_may_not_contradict_the_targets(tmp_path: Path) -> None:
    visit = Visit(subject="website")
    with pytest.raises(UsageError, match="--as website"):
        kind_of_subject(targets(tmp_path, str(VIOLATING)), visit)


def test_a_text_alone_is_no_subject(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no subject"):
        kind_of_subject(targets(tmp_path, file(tmp_path, "a.html", b"<html>")), Visit())


def test_a_text_alone_is_what_the_auditor_says_it_is(tmp_path: Path) -> None:
    for subject in ("apk", "website"):
        visit = Visit(subject=subject)
        assert kind_of_subject(targets(tmp_path, file(tmp_path, "a.md", b"#")), visit) == subject


def test_a_policy_is_a_file_that_is_kept_or_an_address_to_be_asked(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "evidence")
    kept = policy_text("given", file(tmp_path, "a.pdf", b"%PDF-1.7"), vault)
    assert kept.evidence is not None and kept.evidence.media_type == "application/pdf"
    assert kept.path is not None and kept.path.read_bytes() == b"%PDF-1.7"
    asked = policy_text("store", "https://store.example/p", vault)
    assert (asked.address, asked.path) == ("https://store.example/p", None)
    for wrong in ("https://", str(tmp_path / "none.html")):
        with pytest.raises(UsageError, match=r"no address|no file"):
            policy_text("given", wrong, vault)


def test_the_texts_of_a_policy_are_one_target_whose_evidence_names_them_all(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "evidence")
    kept = policy_text("given", file(tmp_path, "a.html", b"<html>"), vault)
    alone = policy_target([kept], vault, Visit())
    assert (alone.evidence, alone.depth, alone.texts) == (kept.evidence, 0, (kept,))
    found = PolicyText(origin="site", path=kept.path, evidence=kept.evidence)
    assert policy_target([found], vault, Visit()).depth == 1
    asked = policy_text("store", "https://store.example/p?token=1", vault)
    both = policy_target([kept, asked], vault, Visit())
    listed = msgspec.json.decode(vault.open(both.evidence.sha256), type=PolicyTexts)
    assert kept.evidence is not None
    assert listed.texts[0] == ("given", "a.html", kept.evidence.sha256)
    assert listed.texts[1][0] == "store" and listed.texts[1][2] is None
    assert both.texts == (kept, asked)


def test_a_site_or_folder_and_a_package_are_two_subjects(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for other in ("https://site.example/", str(folder)):
        with pytest.raises(UsageError, match="two subjects"):
            targets(tmp_path, other, str(VIOLATING))


def test_a_compressed_file_is_to_be_unpacked_first(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="compressed"):
        targets(tmp_path, file(tmp_path, "a.har.gz", b"\x1f\x8b\x08"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        targets(tmp_path, str(tmp_path / "none.har"))


def test_what_names_no_host_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no address of a site"):
        targets(tmp_path, "https:///")


def test_the_hosts_of_addresses_are_the_subjects_own() -> None:
    visit = with_hosts(Visit(first_party=("a.cn",)), ["https://b.cn/x", "data:,", "http://A.cn:8/"])
    assert sorted(visit.first_party) == ["a.cn", "b.cn"]


def test_what_is_handed_in_beside_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "me.yaml"
    path.write_text("imei: 860000000000001", encoding="utf-8")
    aid = aid_of("identity", path, Vault(tmp_path / "evidence"))
    assert aid.path.read_bytes() == path.read_bytes()
    assert aid.evidence.media_type == "application/yaml"


def test_the_dumps_of_a_folder_are_its_dex_files_by_whatever_name(tmp_path: Path) -> None:
    (tmp_path / "0x7f_2.bin").write_bytes(b"dex\n039\0")
    (tmp_path / "0x7f_1").write_bytes(b"dex\n035\0")
    (tmp_path / "log.txt").write_bytes(b"dumped 2 files")
    (tmp_path / "empty.dex").write_bytes(b"")
    (tmp_path / "folder.dex").mkdir()
    (tmp_path / "wiped.dex").write_bytes(bytes(64))
    named = ["0x7f_1", "0x7f_2.bin", "empty.dex", "wiped.dex"]
    assert [path.name for path in dumps_in(tmp_path)] == named


@pytest.mark.parametrize("name", ["", "none", "text"])
def test_a_folder_without_dumps_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "text").write_bytes(b"no dex")
    with pytest.raises(UsageError, match="--dex"):
        dumps_in(tmp_path / name)
