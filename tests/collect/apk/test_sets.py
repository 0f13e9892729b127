from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.apk import sets as room
from scanner.collect.apk.collector import KINDS
from scanner.errors import NotAuditable
from scanner.facts import AppManifest, AppSplit, ComponentExported, PermissionDeclared
from tests.collect.apk.forge import (
    File,
    activity,
    apk,
    container,
    look_at,
    manifest,
    permission,
)

BASE = apk(manifest(permission("CAMERA")))
CONFIG = apk(manifest(root={"split": "config.zh"}, sdk=None))
FEATURE = apk(
    manifest(
        permission("INTERNET"),
        root={"split": "feature"},
        sdk=None,
        inside=[activity(".Extra", exported=True)],
    )
)


def wrapped(*files: tuple[str, bytes]) -> bytes:
    return container([File(name, data, method=0) for name, data in files])


def test_a_set_gives_its_apks_as_leads_base_first(tmp_path: Path) -> None:
    data = wrapped(
        ("config.zh.apk", CONFIG),
        ("cn.example.app.apk", BASE),
        ("a_feature.apk", FEATURE),
        ("manifest.json", b"{}"),
        ("icon.png", b"\x89PNG"),
        ("config.zh.apk.idsig", b"x"),
    )
    seen = look_at(data, tmp_path)
    assert [lead.evidence.name for lead in seen.leads] == [
        "cn.example.app.apk",
        "a_feature.apk",
        "config.zh.apk",
    ]
    assert {lead.kind for lead in seen.leads} == {"apk"}
    assert seen.vault.open(seen.leads[0].evidence.sha256) == BASE
    assert (seen.facts, seen.unseen) == ([], [])


def test_other_members_of_a_set_may_hold_a_policy(tmp_path: Path) -> None:
    data = wrapped(("a.apk", BASE), ("Android/obb/main.obb", b"x"), ("extra.zip", b"PK\3\4"))
    unseen, *words = look_at(data, tmp_path).unseen
    assert {one.kind for one in words} == {"agreement.asked", "rights.offered"}
    assert (unseen.kind, unseen.scope) == (
        "policy.link",
        {"channel": ("apk",), "page": ("assets",)},
    )
    assert unseen.reason.en.startswith("Android/obb/main.obb, extra.zip: ")


def test_parts_of_different_apps_are_refused(tmp_path: Path) -> None:
    other = apk(manifest(package="cn.other", root={"split": "config.zh"}, sdk=None))
    with pytest.raises(NotAuditable, match="several apps"):
        look_at(wrapped(("a.apk", BASE), ("b.apk", other)), tmp_path)


def test_folders_inside_are_looked_into(tmp_path: Path) -> None:
    seen = look_at(wrapped(("splits/base-master.apk", BASE)), tmp_path)
    assert [lead.evidence.name for lead in seen.leads] == ["splits/base-master.apk"]


def test_several_apps_are_refused(tmp_path: Path) -> None:
    other = apk(manifest(package="cn.other"))
    with pytest.raises(NotAuditable, match="several apps"):
        look_at(wrapped(("a.apk", BASE), ("b.apk", other)), tmp_path)


def test_a_set_without_base_is_unseen(tmp_path: Path) -> None:
    seen = look_at(wrapped(("config.zh.apk", CONFIG)), tmp_path)
    assert len(seen.leads) == 1
    assert {one.kind for one in seen.unseen} == set(KINDS)


def test_an_inner_apk_over_the_limit_is_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_APK_BYTES", len(BASE))
    seen = look_at(wrapped(("a.apk", BASE), ("b.apk", bytes(len(BASE) + 1))), tmp_path)
    assert [lead.evidence.name for lead in seen.leads] == ["a.apk"]
    assert {one.kind for one in seen.unseen} == set(KINDS)
    assert "b.apk" in seen.unseen[0].reason.en


def test_only_so_many_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_APKS", 1)
    seen = look_at(wrapped(("a.apk", BASE), ("b.apk", CONFIG)), tmp_path)
    assert len(seen.leads) == 1
    assert seen.unseen


def test_a_split_adds_facts_but_no_manifest_of_its_own(tmp_path: Path) -> None:
    seen = look_at(FEATURE, tmp_path, depth=1)
    assert not seen.of(AppManifest)
    assert [one.permission for one in seen.of(PermissionDeclared)] == [
        "android.permission.INTERNET"
    ]
    assert [one.name for one in seen.of(ComponentExported)] == ["cn.example.app.Extra"]
    assert {one.kind for one in seen.unseen if one.field is None} == {"rights.offered"}
    (split,) = seen.of(AppSplit)
    assert (split.package, split.name) == ("cn.example.app", "feature")
    assert split.source.at == "manifest@split"


def test_a_split_alone_leaves_every_kind_unseen(tmp_path: Path) -> None:
    seen = look_at(FEATURE, tmp_path)
    whole = [one for one in seen.unseen if one.field is None and "right" not in one.scope]
    assert [one.kind for one in whole] == list(KINDS)
    assert all(one.scope == {"channel": ("apk",)} for one in whole)
    assert all("only a part of an app" in one.reason.en for one in whole)
