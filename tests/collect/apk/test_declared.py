from __future__ import annotations

from pathlib import Path

import pytest

from scanner.facts import (
    AppManifest,
    AutostartRegistered,
    ComponentExported,
    Fact,
    PermissionDeclared,
)
from tests.collect.apk.dexforge import Class, Method, dex
from tests.collect.apk.forge import (
    File,
    Node,
    Ref,
    Seen,
    activity,
    apk,
    coded,
    intent,
    look_at,
    manifest,
    permission,
    table,
)
from tests.samples import KNOWLEDGE

A = "android.intent.action."


def by_name(seen: Seen) -> dict[str, PermissionDeclared]:
    return {one.permission.rpartition(".")[2]: one for one in seen.of(PermissionDeclared)}


def test_permissions_carry_what_the_table_knows(tmp_path: Path) -> None:
    own = [
        Node("permission", {"android:name": "cn.example.MINE", "android:protectionLevel": 2}),
        Node("permission", {"android:name": "cn.example.OPEN"}),
    ]
    asked = [permission(name) for name in ("CAMERA", "cn.example.MINE", "cn.example.OPEN", "a.B")]
    found = by_name(look_at(apk(manifest(*own, *asked)), tmp_path))
    known = {name: (one.protection, one.group, one.data_type) for name, one in found.items()}
    assert known == {
        "CAMERA": ("dangerous", "camera", "image"),
        "MINE": ("signature", "none", "none"),
        "OPEN": ("normal", "none", "none"),
        "B": (None, None, None),
    }
    assert found["CAMERA"].source.at == "manifest/uses-permission[1]@android:name"
    assert found["CAMERA"].used is None


@pytest.mark.parametrize(
    ("target", "asked", "implied"),
    [
        (34, ["WRITE_EXTERNAL_STORAGE"], {"READ_EXTERNAL_STORAGE"}),
        (34, ["READ_CONTACTS"], set()),
        (15, ["READ_CONTACTS", "WRITE_CONTACTS"], {"READ_CALL_LOG", "WRITE_CALL_LOG"}),
        (3, [], {"WRITE_EXTERNAL_STORAGE", "READ_EXTERNAL_STORAGE", "READ_PHONE_STATE"}),
        (28, ["ACCESS_FINE_LOCATION"], set()),
    ],
)
def test_implied_permissions(
    tmp_path: Path, target: int, asked: list[str], implied: set[str]
) -> None:
    root = manifest(*map(permission, asked), sdk={"android:targetSdkVersion": target})
    found = by_name(look_at(apk(root), tmp_path))
    assert {name for name, one in found.items() if one.implied} == implied
    assert {name for name, one in found.items() if not one.implied} == set(asked)


def test_an_implied_permission_has_the_range_of_its_cause(tmp_path: Path) -> None:
    root = manifest(permission("WRITE_EXTERNAL_STORAGE", maxSdkVersion=28))
    assert by_name(look_at(apk(root), tmp_path))["READ_EXTERNAL_STORAGE"].max_sdk == 28


def test_a_split_implies_nothing(tmp_path: Path) -> None:
    root = manifest(root={"split": "feature"}, sdk=None)
    assert not look_at(apk(root), tmp_path).of(PermissionDeclared)


def test_exported_components(tmp_path: Path) -> None:
    inside = [
        activity(".Main", intent(A + "MAIN", categories=["android.intent.category.LAUNCHER"])),
        activity(
            ".Job", tag="service", exported=True, permission="android.permission.BIND_JOB_SERVICE"
        ),
        activity(".Own", tag="service", exported=True, permission="cn.other.ASK"),
        activity(".Open", tag="service", exported=True, permission="cn.example.OPEN"),
        activity(".Asks", tag="service", exported=True, permission="cn.example.ASKS"),
        activity(".Signed", tag="service", exported=True, permission="cn.example.SIGNED"),
        activity(".Off", exported=True, enabled=False),
        activity(".Hidden"),
        activity(".Unknown", exported=Ref(0x7F010000)),
    ]
    own = [
        permission("cn.example.OPEN", "permission"),
        permission("cn.example.ASKS", "permission", protectionLevel=1),
        permission("cn.example.SIGNED", "permission", protectionLevel=0x12),
    ]
    seen = look_at(apk(manifest(*own, inside=inside)), tmp_path)
    found = {one.name.rpartition(".")[2]: one for one in seen.of(ComponentExported)}
    assert set(found) == {"Main", "Job", "Own", "Open", "Asks", "Signed"}
    assert (found["Main"].launcher, found["Main"].permission_protection) == (True, "none")
    assert found["Job"].permission_protection == "signature"
    assert found["Own"].permission_protection is None
    assert [found[name].permission_protection for name in ("Open", "Asks", "Signed")] == [
        *("normal", "dangerous", "signature")
    ]
    (unseen,) = seen.unseen_of("component.exported")
    assert unseen.scope == {"type": ("activity",), "name": ("cn.example.app.Unknown",)}


def test_receivers_that_start_the_app(tmp_path: Path) -> None:
    inside = [
        activity(".Boot", intent(A + "BOOT_COMPLETED", A + "USER_PRESENT", "x.y"), tag="receiver"),
        activity(".Off", intent(A + "BOOT_COMPLETED"), tag="receiver", enabled=False),
        activity(".Push", intent("com.example.PUSH"), tag="receiver"),
        activity(
            ".Net", intent("android.net.conn.CONNECTIVITY_CHANGE"), tag="receiver", exported=False
        ),
        activity(".Service", intent(A + "BOOT_COMPLETED"), tag="service"),
    ]
    found = look_at(apk(manifest(inside=inside)), tmp_path).of(AutostartRegistered)
    assert [(one.name.rpartition(".")[2], one.triggers) for one in found] == [
        ("Boot", ("boot", "unlock")),
        ("Net", ("network",)),
    ]
    assert found[0].actions == (A + "BOOT_COMPLETED", A + "USER_PRESENT")


def test_an_unresolved_field_is_null_and_said(tmp_path: Path) -> None:
    seen = look_at(apk(manifest(app={"android:label": Ref(0x7F010000)})), tmp_path)
    assert seen.of(AppManifest)[0].label is None
    fields = {one.field: one.reason for one in seen.unseen if one.kind == "app.manifest"}
    assert set(fields) == {"label"}
    assert "resources.arsc" in fields["label"].en


def test_a_value_that_differs_between_devices_is_null_and_said(tmp_path: Path) -> None:
    app = {"android:debuggable": Ref(0x7F010000), "android:allowBackup": Ref(0x7F010001)}
    inside = [activity(".Main", exported=Ref(0x7F010000))]
    values = table({0x7F010000: {0: False, 30: True}, 0x7F010001: {0: False, 37: True}})
    root = manifest(app=app, inside=inside)
    seen = look_at(apk(root, File("resources.arsc", values)), tmp_path)
    (fact,) = seen.of(AppManifest)
    assert (fact.debuggable, fact.allow_backup) == (None, False)
    said = {one.field: one.reason.en for one in seen.unseen if one.kind == "app.manifest"}
    assert set(said) == {"debuggable"}
    assert "differs" in said["debuggable"]
    assert len(seen.unseen_of("component.exported")) == 1


def test_a_codename_is_null_and_said(tmp_path: Path) -> None:
    root = manifest(sdk={"android:minSdkVersion": 21, "android:targetSdkVersion": "Baklava"})
    seen = look_at(apk(root), tmp_path)
    (fact,) = seen.of(AppManifest)
    assert (fact.target_sdk, fact.sdk_codename) == (None, "Baklava")
    said = {one.field: one.reason.en for one in seen.unseen if one.kind == "app.manifest"}
    assert "codename" in said["target_sdk"]
    assert not seen.unseen_of("permission.declared")


def test_an_unresolved_target_leaves_implied_permissions_open(tmp_path: Path) -> None:
    root = manifest(sdk={"android:targetSdkVersion": Ref(0x7F010000)})
    seen = look_at(apk(root, File("resources.arsc", b"broken")), tmp_path)
    (unseen,) = seen.unseen_of("permission.declared")
    assert unseen.scope["implied"] == (True,)


def test_no_fact_claims_what_only_code_shows(tmp_path: Path) -> None:
    seen = look_at(apk(manifest(permission("CAMERA"))), tmp_path)
    assert any(one.kind == "permission.declared" and one.field == "used" for one in seen.unseen)
    assert all(isinstance(one, Fact) for one in seen.facts)


DEVICE_ID = "Landroid/telephony/TelephonyManager;->getDeviceId()Ljava/lang/String;"
CALLING = Class(
    "cn.example.app.Phone",
    (
        Method(
            "imei",
            code=f"invoke-virtual {{v0}}, {DEVICE_ID}\nreturn-void",
        ),
    ),
)


@pytest.mark.parametrize(("code", "used"), [(dex(CALLING), True), (dex(Class("cn.a.B")), False)])
def test_code_shows_whether_a_permission_is_used(tmp_path: Path, code: bytes, used: bool) -> None:
    root = manifest(permission("READ_PHONE_STATE"), permission("cn.maker.UNKNOWN"))
    found = by_name(look_at(coded(root, code), tmp_path, knowledge=KNOWLEDGE))
    assert found["READ_PHONE_STATE"].used is used
    assert found["UNKNOWN"].used is None


def test_code_that_could_not_be_read_leaves_the_use_of_a_permission_open(tmp_path: Path) -> None:
    root = manifest(permission("READ_PHONE_STATE"))
    found = look_at(coded(root, dex(CALLING), b"broken"), tmp_path, knowledge=KNOWLEDGE)
    assert by_name(found)["READ_PHONE_STATE"].used is True
    found = look_at(coded(root, dex(Class("cn.a.B")), b"broken"), tmp_path, knowledge=KNOWLEDGE)
    assert by_name(found)["READ_PHONE_STATE"].used is None
