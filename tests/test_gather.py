"""Targets and leads: what is followed, what is not, and what nobody looked for is unseen."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from scanner import gather as room
from scanner.errors import NotAuditable, UsageError
from scanner.evidence.vault import Vault
from scanner.facts import (
    AppManifest,
    DeviceRun,
    PolicyDifference,
    PolicyDocument,
    PolicyElement,
    PolicyLink,
    RequestMade,
    Source,
)
from scanner.gather import _read_policy, gather
from scanner.gathered import Gathered
from scanner.model import Visit
from tests.collect.apk.dexforge import Class, dex
from tests.samples import COMPLIANT, KNOWLEDGE, VIOLATING


def gathered(tmp_path: Path, *paths: Path) -> Gathered:
    return gather(
        [str(path) for path in paths], Vault(tmp_path / "evidence"), KNOWLEDGE, lambda _: None
    )


def package_set(path: Path, *apks: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in apks:
            archive.writestr(name, data)
    return path


def manifests(found: Gathered) -> list[str | None]:
    return [fact.version_name for fact in found.facts if isinstance(fact, AppManifest)]


def test_a_package_is_looked_at_once_however_often_it_is_named(tmp_path: Path) -> None:
    found = gathered(tmp_path, VIOLATING, VIOLATING)
    assert manifests(found) == ["1.3.0"]
    (source,) = found.sources
    assert (source.channel, source.name, source.readable) == ("apk", "violating.apk", True)


def test_several_apps_are_never_read_together(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="these are several apps"):
        gathered(tmp_path, VIOLATING, COMPLIANT)


def test_the_packages_inside_a_set_are_followed(tmp_path: Path) -> None:
    whole = package_set(tmp_path / "set.xapk", ("base.apk", VIOLATING.read_bytes()))
    found = gathered(tmp_path, whole)
    assert manifests(found) == ["1.3.0"]
    assert [source.name for source in found.sources] == ["set.xapk", "base.apk"]


def test_an_unreadable_package_inside_a_set_is_unseen_whole(tmp_path: Path) -> None:
    apks = (("base.apk", VIOLATING.read_bytes()), ("split.apk", b"PK\x03\x04 nothing"))
    found = gathered(tmp_path, package_set(tmp_path / "set.xapk", *apks))
    assert manifests(found) == ["1.3.0"]
    whole = {entry.kind for entry in found.unseen if not entry.scope.keys() - {"channel"}}
    assert {"app.manifest", "permission.declared", "app.signer"} <= whole


def test_what_is_no_package_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.apk").write_text("not an app", encoding="utf-8")
    with pytest.raises(NotAuditable):
        gathered(tmp_path, tmp_path / "text.apk")


def test_leads_are_bounded_in_number_and_depth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_TARGETS", 2)
    apks = (("base.apk", VIOLATING.read_bytes()), ("other.apk", COMPLIANT.read_bytes()))
    found = gathered(tmp_path, package_set(tmp_path / "set.xapk", *apks))
    assert len(found.sources) == 2
    assert any("more than 2 targets" in entry.reason.en for entry in found.unseen)
    monkeypatch.setattr(room, "MAX_TARGETS", 64)
    monkeypatch.setattr(room, "MAX_DEPTH", 0)
    found = gathered(tmp_path, package_set(tmp_path / "again.xapk", *apks))
    assert any("nested more than 0 deep" in entry.reason.en for entry in found.unseen)


def own_documents(found: Gathered) -> dict[str, str | None]:
    return {
        fact.url: fact.origin
        for fact in found.facts
        if isinstance(fact, PolicyDocument) and fact.channel == "policy" and fact.own
    }


def test_a_policy_inside_a_package_is_read_as_the_apps_where_it_names_the_app(
    tmp_path: Path,
) -> None:
    found = gathered(tmp_path, COMPLIANT)
    assert own_documents(found) == {"assets/privacy.html": "package"}
    (source,) = [each for each in found.sources if each.channel == "policy"]
    assert (source.collector, source.readable) == ("policy", True)
    assert any(isinstance(fact, PolicyElement) for fact in found.facts)


def test_texts_that_are_named_are_read_with_those_that_are_found(tmp_path: Path) -> None:
    text = tmp_path / "policy.txt"
    text.write_text("隐私政策\n\n我们收集您的手机号，用于登录。" * 40, encoding="utf-8")
    vault = Vault(tmp_path / "evidence")
    before = tmp_path / "before.txt"
    before.write_text("隐私政策\n\n我们收集您的邮箱，用于登录。" * 40, encoding="utf-8")
    found = gather(
        [str(COMPLIANT), str(text)],
        vault,
        KNOWLEDGE,
        lambda _: None,
        policies=[("earlier", str(before))],
    )
    assert own_documents(found)["policy.txt"] == "given"
    assert {"assets/privacy.html", "before.txt"} <= set(own_documents(found))
    differ = {fact.item for fact in found.facts if isinstance(fact, PolicyDifference)}
    assert {"phone", "email"} <= differ


def test_addresses_of_policies_in_a_package_are_asked_only_where_that_was_wished(
    tmp_path: Path,
) -> None:
    said = {entry.reason.en for entry in gathered(tmp_path, VIOLATING).unseen}
    assert not any("--fetch-policies" in reason for reason in said)  # it names none
    found = Gathered(kind="apk")
    link = PolicyLink(
        source=Source(), channel="apk", page="dex", href="https://127.0.0.1:9/privacy"
    )
    found.facts.append(link)
    vault = Vault(tmp_path / "more")
    _read_policy([], [], Visit(), vault, KNOWLEDGE, found, lambda _: None)
    assert any("--fetch-policies" in entry.reason.en for entry in found.unseen)
    assert not found.sources
    _read_policy([], [], Visit(fetch_policies=True), vault, KNOWLEDGE, found, lambda _: None)
    assert [(each.channel, each.readable) for each in found.sources] == [("policy", False)]


def test_what_is_handed_in_beside_a_package_is_kept(tmp_path: Path) -> None:
    dump = tmp_path / "0x7f.dex"
    dump.write_bytes(dex(Class("cn.example.dumped.Hidden")))
    vault = Vault(tmp_path / "evidence")
    gather([str(VIOLATING)], vault, KNOWLEDGE, lambda _: None, aids=[("dex", dump)])
    (kept,) = [entry for entry in vault.entries() if entry.name == "0x7f.dex"]
    assert vault.open(kept.sha256) == dump.read_bytes()


def test_progress_is_told(tmp_path: Path) -> None:
    said = io.StringIO()
    vault = Vault(tmp_path / "evidence")
    gather([str(VIOLATING)], vault, KNOWLEDGE, lambda text: print(text, file=said))
    assert said.getvalue().splitlines() == [
        "keeping violating.apk",
        "reading violating.apk: manifest and code",
    ]


def test_a_site_and_a_package_are_two_subjects(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two subjects"):
        gather(
            ["https://site.example/", str(VIOLATING)],
            Vault(tmp_path / "evidence"),
            KNOWLEDGE,
            lambda _: None,
        )


HAR = (
    '{"log": {"version": "1.2", "entries": [{"startedDateTime": "2026-10-01T10:00:05+08:00",'
    ' "time": 1, "request": {"method": "GET", "url": "https://api.torch.example/x?oaid=7d1f",'
    ' "headers": []}, "response": {"status": 200, "headers": [], "content": {}},'
    ' "timings": {"send": 0, "wait": 1, "receive": 0}}]}}'
)
ROW = (
    "PackageName,Proto,Info,DstIp,DstPort,SrcIP,SrcPort,FirstSeen,LastSeen,UID\n"
    "cn.example.torch,TLS,api.torch.example,203.0.113.7,443,10.0.0.2,40000,"
    "2026-10-01T10:00:01+08:00,2026-10-01T10:00:59+08:00,10234\n"
    "cn.example.other,TLS,push.other.example,203.0.113.9,443,10.0.0.2,40001,"
    "2026-10-01T10:00:01+08:00,2026-10-01T10:00:59+08:00,10077\n"
)


def run_folder(tmp_path: Path, *, sha256: str = "", **files: str) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    run = f"app: {{package: cn.example.torch, sha256: '{sha256}'}}\n" if sha256 else ""
    run = run or "app: {package: cn.example.torch}\n"
    clocks = "clocks: {connections.csv: host}\n"
    (folder / "run.yaml").write_text(f"{run}{clocks}clean_install: true\n", encoding="utf-8")
    marks = (("first_launch", "10:00:00"), ("agreed", "10:00:30"))
    lines = [f'{{"phase": "{name}", "time": "2026-10-01T{at}+08:00"}}\n' for name, at in marks]
    (folder / "marks.jsonl").write_text("".join(lines), encoding="utf-8")
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def test_traffic_inside_a_run_has_its_phases_and_its_list_of_connections(tmp_path: Path) -> None:
    found = gathered(tmp_path, run_folder(tmp_path, traffic_har=HAR, connections_csv=ROW))
    assert [source.channel for source in found.sources] == ["device", "traffic"]
    (request,) = [fact for fact in found.facts if isinstance(fact, RequestMade)]
    assert (request.channel, request.phase) == ("traffic", "first_launch")
    assert (request.by_subject, request.attributed_by) == (True, "connections")
    assert request.phase_span is not None


def test_a_list_of_connections_that_cannot_be_read_spoils_no_traffic(tmp_path: Path) -> None:
    found = gathered(tmp_path, run_folder(tmp_path, traffic_har=HAR, connections_csv="nonsense\n"))
    (request,) = [fact for fact in found.facts if isinstance(fact, RequestMade)]
    assert request.by_subject is None
    assert any("connections.csv" in one.reason.en for one in found.unseen)


def test_a_run_is_read_knowing_the_package_however_it_is_named(tmp_path: Path) -> None:
    whole = package_set(tmp_path / "a.xapk", ("base.apk", VIOLATING.read_bytes()))
    other = run_folder(tmp_path, sha256="00" * 32)
    with pytest.raises(UsageError, match="another build"):
        gathered(tmp_path, other, whole)
    with pytest.raises(UsageError, match="the recording is of cn"):
        gather(
            [str(other)],
            Vault(tmp_path / "again"),
            KNOWLEDGE,
            lambda _: None,
            visit=Visit(package="cn.example.finch"),
        )


def test_of_a_run_of_the_package_itself_the_build_is_known(tmp_path: Path) -> None:
    digest = hashlib.sha256(VIOLATING.read_bytes()).hexdigest()
    found = gathered(tmp_path, run_folder(tmp_path, sha256=digest), VIOLATING)
    (run,) = [fact for fact in found.facts if isinstance(fact, DeviceRun)]
    assert run.same_build is True
    assert [source.channel for source in found.sources][:2] == ["apk", "device"]


def test_without_a_word_on_the_build_nobody_knows_which_was_run(tmp_path: Path) -> None:
    found = gathered(tmp_path, run_folder(tmp_path), VIOLATING)
    (run,) = [fact for fact in found.facts if isinstance(fact, DeviceRun)]
    assert run.same_build is None


def test_what_lies_in_a_set_came_out_of_the_set(tmp_path: Path) -> None:
    whole = package_set(tmp_path / "set.xapk", ("base.apk", VIOLATING.read_bytes()))
    found = gathered(tmp_path, whole)
    outer = hashlib.sha256(whole.read_bytes()).hexdigest()
    inner = hashlib.sha256(VIOLATING.read_bytes()).hexdigest()
    assert found.named == {outer: "set.xapk"}
    assert found.descent[outer] == found.descent[inner] == {outer}
    assert all(roots == {outer} for roots in found.descent.values())
    stood_on = {fact.source.evidence for fact in found.facts} - {None}
    assert stood_on <= found.descent.keys()


def test_who_got_each_source_is_said(tmp_path: Path) -> None:
    fixtures = VIOLATING.parent.parent
    found = gather(
        [str(VIOLATING), str(fixtures / "traffic" / "violating.har")],
        Vault(tmp_path / "evidence"),
        KNOWLEDGE,
        lambda _: None,
        policies=[("given", str(fixtures / "policy" / "torch.html"))],
    )
    got = {source.name: source.captured for source in found.sources}
    assert got == {"violating.apk": True, "violating.har": False, "torch.html": False}
    digest = hashlib.sha256((fixtures / "policy" / "torch.html").read_bytes()).hexdigest()
    assert found.descent[digest] == {digest}


def test_of_dumped_code_the_dump_is_the_origin(tmp_path: Path) -> None:
    dump = tmp_path / "0x7f.dex"
    dump.write_bytes(dex(Class("cn.example.torch.Dumped")))
    found = gather(
        [str(VIOLATING)],
        Vault(tmp_path / "evidence"),
        KNOWLEDGE,
        lambda _: None,
        aids=[("dex", dump)],
    )
    digest = hashlib.sha256(dump.read_bytes()).hexdigest()
    assert found.named[digest] == "0x7f.dex"
    assert found.descent[digest] == {digest}
    (source,) = found.sources
    assert source.captured is True
