"""The collector as a whole: honest packages, hostile ones, and anything at all."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.collect.apk.collector import KINDS, MANIFEST_KINDS
from scanner.errors import NotAuditable
from scanner.facts import AppManifest, PackageTampered, PermissionDeclared, kind_of
from scanner.model import Sighting
from tests.collect.apk.forge import (
    DEX,
    File,
    Ref,
    activity,
    apk,
    axml,
    container,
    intent,
    look_at,
    manifest,
    permission,
    table,
)

ROOT = manifest(
    permission("CAMERA"),
    permission("INTERNET"),
    app={"android:label": Ref(0x7F010000)},
    inside=[activity(".Main", intent("android.intent.action.MAIN"))],
)
XML = axml(ROOT)
CODE = File("classes.dex", DEX)
HONEST = apk(ROOT, File("resources.arsc", table({0x7F010000: "示例"}), method=0))


FIRST = File("AndroidManifest.xml", XML)
OTHER_RIGHTS = "rights.offered"
"""Of rights only the closing of an account is looked for, which every look says."""


def variant(first: File) -> bytes:
    return container([first, CODE])


HOSTILE = {
    "bogus-compression": variant(FIRST._replace(stored_as=0x2CFE)),
    "encryption-flag": container([File("AndroidManifest.xml", XML, flags=1), CODE]),
    "manifest-encoding": variant(FIRST._replace(data=axml(ROOT, magic=0))),
    "wrong-crc": variant(FIRST._replace(crc=1)),
    "wrong-size": variant(FIRST._replace(size=len(XML) - 1)),
    "decoy-entry": container(
        [File("AndroidManifest.xml", XML), CODE, File("AndroidManifest.xml/"), File("classes.dex/")]
    ),
    "duplicate-entry": container(
        [File("AndroidManifest.xml", XML), CODE, File("AndroidManifest.xml", b"garbage")]
    ),
    "prepended-bytes": container([File("AndroidManifest.xml", XML), CODE], before=b"x" * 99),
    "truncated": HONEST[:-30],
    "header-mismatch": variant(FIRST._replace(local_name="AndroidManifest.xmk")),
    "unsafe-name": container([File("AndroidManifest.xml", XML), CODE, File("../../etc/passwd")]),
}


def test_only_promised_kinds_are_seen(tmp_path: Path) -> None:
    seen = look_at(HONEST, tmp_path)
    assert {kind_of(fact) for fact in seen.facts} <= set(KINDS)
    assert seen.of(AppManifest)[0].label == "示例"
    assert {fact.channel for fact in seen.facts} == {"apk"}
    assert not seen.of(PackageTampered)
    whole = [one for one in seen.unseen if one.field is None and one.kind != OTHER_RIGHTS]
    assert not whole


def test_facts_lead_to_kept_bytes_with_a_readable_form(tmp_path: Path) -> None:
    seen = look_at(HONEST, tmp_path)
    (fact,) = seen.of(AppManifest)
    kept = {one.sha256: one for one in seen.vault.entries()}
    assert fact.source.evidence is not None
    assert seen.vault.open(fact.source.evidence) == XML
    readable = kept[fact.source.evidence].readable
    assert readable is not None
    text = seen.vault.open(readable).decode()
    assert 'android:label="示例 (@7f010000)"' in text
    assert all(one.source.evidence in kept and one.source.at for one in seen.facts)


def test_the_same_bytes_give_the_same_sightings(tmp_path: Path) -> None:
    first = look_at(HOSTILE["decoy-entry"], tmp_path)
    second = look_at(HOSTILE["decoy-entry"], tmp_path)
    for one, other in zip(first[:3], second[:3], strict=True):
        assert msgspec.json.encode(one) == msgspec.json.encode(other)


@pytest.mark.parametrize("trick", sorted(HOSTILE))
def test_a_trick_is_said_and_hides_no_permission(tmp_path: Path, trick: str) -> None:
    seen = look_at(HOSTILE[trick], tmp_path)
    assert trick in {one for one, _ in seen.tricks()}
    found = {one.permission.rpartition(".")[2] for one in seen.of(PermissionDeclared)}
    assert found == {"CAMERA", "INTERNET"}


@pytest.mark.parametrize("trick", ["truncated", "duplicate-entry"])
def test_where_files_may_be_missing_every_kind_is_unseen(tmp_path: Path, trick: str) -> None:
    assert {one.kind for one in look_at(HOSTILE[trick], tmp_path).unseen} == set(KINDS)


@pytest.mark.parametrize(
    "data",
    [
        container([File("AndroidManifest.xml", b"nonsense"), CODE]),
        container([File("AndroidManifest.xml", b""), CODE]),
        container([File("AndroidManifest.xml", XML[:-40]), CODE]),
        container([File("AndroidManifest.xml", XML, method=0, size=99 << 20), CODE]),
        container([File("AndroidManifest.xml/", XML), CODE]),
        container([CODE]),
    ],
)
def test_an_unreadable_manifest_never_means_no_permissions(tmp_path: Path, data: bytes) -> None:
    seen = look_at(data, tmp_path)
    assert not seen.of(AppManifest)
    for kind in MANIFEST_KINDS:
        (unseen,) = seen.unseen_of(kind)
        assert unseen.scope == {"channel": ("apk",)}
        assert unseen.reason.zh.startswith("清单")
        assert "Traceback" not in unseen.reason.en


def test_a_malformed_name_never_means_one_permission_less(tmp_path: Path) -> None:
    place = XML.index("android.permission.CAMERA".encode("utf-16-le")) + 50
    broken = XML[:place] + b"xx" + XML[place + 2 :]
    seen = look_at(variant(FIRST._replace(data=broken)), tmp_path)
    assert [one.permission for one in seen.of(PermissionDeclared)] == [
        "android.permission.INTERNET"
    ]
    kinds = {one.kind for one in seen.unseen if one.field is None} - {OTHER_RIGHTS}
    assert kinds == set(MANIFEST_KINDS)


def test_a_bomb_beside_the_manifest_costs_nothing(tmp_path: Path) -> None:
    bomb = File("assets/bomb.html", bytes(64 << 20))
    seen = look_at(apk(ROOT, bomb), tmp_path)
    assert seen.of(AppManifest)
    assert [one.scope["page"] for one in seen.unseen_of("policy.link")] == [("assets",)]


def test_an_inner_error_of_one_part_is_said_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Iterator[Sighting]:
        yield from ()
        raise ZeroDivisionError

    monkeypatch.setattr("scanner.collect.apk.collector.signer_facts", fails)
    monkeypatch.setattr("scanner.collect.apk.collector.exported_facts", fails)
    seen = look_at(HONEST, tmp_path)
    assert seen.of(AppManifest)
    (unseen,) = seen.unseen_of("component.exported")
    assert "ZeroDivisionError" in unseen.reason.en
    assert len(seen.unseen_of("app.signer")) == 1


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        ([File("word/document.xml")], "APK"),
        ([File("base/manifest/AndroidManifest.xml")], "bundletool"),
    ],
)
def test_other_archives_are_refused(tmp_path: Path, files: list[File], hint: str) -> None:
    with pytest.raises(NotAuditable) as caught:
        look_at(container(files), tmp_path)
    assert hint in caught.value.hint


@pytest.mark.parametrize("data", [b"", b"text named .apk", bytes(9999)])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NotAuditable):
        look_at(data, tmp_path)


@settings(
    max_examples=40, deadline=20_000, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    cut=st.integers(0, len(HONEST)),
    flips=st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(1, 255)), max_size=6),
)
def test_any_damage_ends_in_facts_unseen_or_a_refusal(
    cut: int, flips: list[tuple[int, int]]
) -> None:
    data = bytearray(HONEST)
    for place, value in flips:
        data[place] ^= value
    with tempfile.TemporaryDirectory() as folder:
        try:
            seen = look_at(bytes(data[: len(data) - cut // 3]), Path(folder))
        except NotAuditable:
            return
    whole = {one.kind for one in seen.unseen if one.field is None}
    assert seen.of(AppManifest) or "app.manifest" in whole


@settings(
    max_examples=40, deadline=20_000, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    flips=st.lists(
        st.tuples(st.integers(0, len(XML) - 1), st.integers(1, 255)), min_size=1, max_size=4
    )
)
def test_a_damaged_manifest_ends_in_facts_or_unseen(flips: list[tuple[int, int]]) -> None:
    xml = bytearray(XML)
    for place, value in flips:
        xml[place] ^= value
    with tempfile.TemporaryDirectory() as folder:
        data = container([File("AndroidManifest.xml", bytes(xml)), CODE])
        seen = look_at(data, Path(folder))
    assert seen.of(AppManifest) or seen.unseen_of("app.manifest")


@pytest.mark.skipif(
    not (shutil.which("aapt") and shutil.which("zip")),
    reason="aapt or zip is missing: apt-get install aapt zip",
)
def test_aapt_reads_the_same_from_a_container_that_zip_wrote(tmp_path: Path) -> None:
    (tmp_path / "AndroidManifest.xml").write_bytes(XML)
    (tmp_path / "classes.dex").write_bytes(DEX)
    (tmp_path / "resources.arsc").write_bytes(table({0x7F010000: "示例"}))
    names = ["AndroidManifest.xml", "classes.dex", "resources.arsc"]
    subprocess.run(["zip", "-q", "demo.apk", *names], cwd=tmp_path, check=True)
    path = tmp_path / "demo.apk"
    command = ["aapt", "dump", "badging", str(path)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seen = look_at(path.read_bytes(), tmp_path)
    (fact,) = seen.of(AppManifest)
    assert f"package: name='{fact.package}'" in printed
    assert f"application-label:'{fact.label}'" in printed
    for one in seen.of(PermissionDeclared):
        assert f"uses-permission: name='{one.permission}'" in printed
