from __future__ import annotations

from collections.abc import Mapping

import pytest

from scanner.child import Unreadable
from scanner.collect.apk import android
from scanner.collect.apk.android import Value, read_xml
from scanner.collect.apk.manifest import Component, Manifest, may_have_code, read_manifest
from tests.collect.apk.forge import (
    Attribute,
    Node,
    Raw,
    Ref,
    activity,
    axml,
    intent,
    manifest,
    permission,
)

android.quiet()
LAUNCHER = intent("android.intent.action.MAIN", categories=["android.intent.category.LAUNCHER"])


def read(root: Node, values: dict[int, Value] | None = None, *names: str) -> Manifest:
    return read_manifest(read_xml(axml(root)), values or {}, list(names))


def component(node: Node, **sdk: int) -> Component:
    levels: dict[str, Attribute] = {f"android:{name}": level for name, level in sdk.items()}
    return read(manifest(sdk=levels, inside=[node])).components[0]


def test_defaults_of_android_are_known_values() -> None:
    record = read(manifest(sdk=None))
    assert (record.min_sdk, record.target_sdk, record.sdk_codename) == (1, 1, "")
    assert (record.debuggable, record.allow_backup, record.test_only) == (False, True, False)
    assert (record.version_name, record.version_code, record.label) == ("", 0, "")
    assert (record.shared_user, record.queries, record.security_config) == ("", (), "")
    assert (record.uses_cleartext, record.cleartext_stated) == (None, False)


def test_stated_values_are_read() -> None:
    record = read(
        manifest(
            root={
                "android:versionCode": 7,
                "android:versionCodeMajor": 1,
                "android:versionName": "2.4.1",
                "android:sharedUserId": "cn.example.shared",
            },
            app={
                "android:label": "示例",
                "android:debuggable": True,
                "android:allowBackup": False,
                "android:testOnly": "true",
                "android:usesCleartextTraffic": True,
                "android:name": ".App",
            },
        ),
        None,
        "lib/arm64-v8a/libx.so",
        "lib/x86/liby.so",
        "lib/readme",
    )
    assert record.version_code == (1 << 32) + 7
    assert record.version_name == "2.4.1"
    assert record.shared_user == "cn.example.shared"
    assert (record.label, record.debuggable, record.allow_backup) == ("示例", True, False)
    assert (record.test_only, record.uses_cleartext) == (True, True)
    assert record.application == "cn.example.app.App"
    assert record.abis == ("arm64-v8a", "x86")


@pytest.mark.parametrize(
    ("sdk", "expected"),
    [
        ({"android:minSdkVersion": 21}, (21, 21, "")),
        ({"android:minSdkVersion": 21, "android:targetSdkVersion": 34}, (21, 34, "")),
        ({"android:targetSdkVersion": 22}, (1, 22, "")),
        ({"android:targetSdkVersion": "26"}, (1, 26, "")),
        ({"android:targetSdkVersion": "VanillaIceCream"}, (1, None, "VanillaIceCream")),
        ({"android:minSdkVersion": "Baklava"}, (None, None, "Baklava")),
        ({"android:targetSdkVersion": Ref(0x7F010000)}, (1, None, "")),
    ],
)
def test_levels(sdk: Mapping[str, Attribute], expected: tuple[int | None, int | None, str]) -> None:
    record = read(manifest(sdk=sdk))
    assert (record.min_sdk, record.target_sdk, record.sdk_codename) == expected


def test_a_split_states_no_levels_of_its_own() -> None:
    record = read(manifest(root={"split": "config.zh"}, sdk=None))
    assert record.split == "config.zh"
    assert (record.min_sdk, record.target_sdk) == (None, None)


def test_references_are_resolved_or_null() -> None:
    root = manifest(app={"android:label": Ref(0x7F010000), "android:debuggable": Ref(0x7F010001)})
    record = read(root, {0x7F010000: Value("text", "名称")})
    assert (record.label, record.debuggable) == ("名称", None)
    empty = read(manifest(app={"android:label": Ref(0)}))
    assert empty.label == ""


def test_permissions_merge_to_the_widest_range() -> None:
    record = read(
        manifest(
            permission("CAMERA", maxSdkVersion=22),
            permission("CAMERA", tag="uses-permission-sdk-23"),
            permission("INTERNET", maxSdkVersion=18),
            permission("INTERNET", maxSdkVersion=28),
            permission("NFC", tag="uses-permission-sdk-m", maxSdkVersion=30),
            permission("VIBRATE", maxSdkVersion=0),
            permission("BLUETOOTH", minSdkVersion=31),
            permission("RECORD_AUDIO", maxSdkVersion=Ref(0x7F010000)),
        )
    )
    ranges = {
        one.name.rpartition(".")[2]: (one.min_sdk, one.max_sdk, one.sdk23)
        for one in record.permissions
    }
    assert ranges == {
        "CAMERA": (1, 10000, False),
        "INTERNET": (1, 28, False),
        "NFC": (23, 30, True),
        "VIBRATE": (1, 10000, False),
        "BLUETOOTH": (31, 10000, False),
        "RECORD_AUDIO": (1, None, False),
    }
    assert list(record.permissions) == sorted(record.permissions, key=lambda one: one.name)


@pytest.mark.parametrize(
    ("node", "sdk", "exported"),
    [
        (activity(".A"), {}, False),
        (activity(".A", intent("a.b")), {}, True),
        (activity(".A", intent("a.b"), exported=False), {}, False),
        (activity(".A", exported=True), {}, True),
        (activity(".A", tag="provider"), {"targetSdkVersion": 16}, True),
        (activity(".A", tag="provider"), {"targetSdkVersion": 17}, False),
        (activity(".A", tag="provider", exported=Ref(0x7F010000)), {}, None),
    ],
)
def test_exposure_by_statement_and_default(
    node: Node, sdk: dict[str, int], exported: bool | None
) -> None:
    assert component(node, **sdk).exported is exported


def test_an_alias_counts_as_activity_and_asks_its_own_permission_only() -> None:
    record = read(
        manifest(
            app={"android:permission": "cn.example.ASK"},
            inside=[
                activity(".Main", LAUNCHER),
                activity(".Alias", LAUNCHER, tag="activity-alias", targetActivity=".Main"),
            ],
        )
    )
    main, alias = record.components
    assert (main.type, main.alias, main.launcher, main.permission) == (
        "activity",
        False,
        True,
        "cn.example.ASK",
    )
    assert (alias.type, alias.alias, alias.launcher, alias.permission) == (
        "activity",
        True,
        True,
        "",
    )
    assert alias.at == "manifest/application/activity-alias[1] (cn.example.app.Alias)"


def test_a_provider_asks_what_reading_takes() -> None:
    both = component(activity(".P", tag="provider", permission="a.P", readPermission="a.R"))
    write = component(activity(".P", tag="provider", writePermission="a.W"))
    assert (both.permission, write.permission) == ("a.R", "")


def test_a_disabled_application_disables_its_components() -> None:
    record = read(manifest(app={"android:enabled": False}, inside=[activity(".A", exported=True)]))
    assert record.components[0].enabled is False


def test_only_the_first_application_counts() -> None:
    root = manifest(inside=[activity(".A")])
    second = Node("application", {"android:debuggable": True}, [activity(".B")])
    record = read(root._replace(children=[*root.children, second]))
    assert record.debuggable is False
    assert [one.name for one in record.components] == ["cn.example.app.A"]


def test_queries_own_permissions_and_meta_data() -> None:
    asked = Node(
        "queries",
        {},
        [
            Node("package", {"android:name": "com.tencent.mm"}),
            Node("provider", {"android:authorities": "a.b.c"}),
            Node(
                "intent",
                {},
                [
                    Node("action", {"android:name": "android.intent.action.VIEW"}),
                    Node("data", {"android:scheme": "https"}),
                ],
            ),
        ],
    )
    own = [
        Node("permission", {"android:name": "a.OPEN"}),
        Node("permission", {"android:name": "a.MINE", "android:protectionLevel": 2}),
        Node("permission", {"android:name": "a.ODD", "android:protectionLevel": Ref(0x7F010000)}),
    ]
    meta = Node("meta-data", {"android:name": "KEY", "android:value": "隐私政策"})
    record = read(manifest(asked, *own, inside=[activity(".A", meta)]))
    assert record.queries == (
        "com.tencent.mm",
        "intent android.intent.action.VIEW https",
        "provider a.b.c",
    )
    assert record.own_permissions == {"a.OPEN": "normal", "a.MINE": "signature", "a.ODD": None}
    assert record.meta_data == ("KEY",)
    place = "manifest/application/activity[1]/meta-data[1]@android:value"
    assert (place, "隐私政策") in record.texts


@pytest.mark.parametrize(
    "root", [Node("manifest"), Node("html", {"package": "a.b"}), manifest(package="")]
)
def test_what_is_no_manifest_is_unreadable(root: Node) -> None:
    with pytest.raises(Unreadable):
        read(root)


def test_code_is_expected_unless_the_manifest_says_otherwise() -> None:
    assert read(manifest()).has_code is True
    assert read(manifest(app={"android:hasCode": False})).has_code is False


@pytest.mark.parametrize(
    ("level", "granted"),
    [(0, "normal"), (1, "dangerous"), (2, "signature"), (3, "signature"), (4, "signature")],
)
def test_levels_of_own_permissions(level: int, granted: str) -> None:
    own = Node("permission", {"android:name": "a.B", "android:protectionLevel": level | 0x10})
    assert read(manifest(own)).own_permissions == {"a.B": granted}


def test_a_label_may_differ_between_devices_and_nothing_else() -> None:
    app: dict[str, Attribute] = {
        f"android:{name}": Ref(1) for name in ("label", "debuggable", "networkSecurityConfig")
    }
    varying = {1: Value("text", "true", varies=True)}
    record = read_manifest(read_xml(axml(manifest(app=app))), varying, [])
    assert (record.label, record.debuggable, record.security_config) == ("true", None, None)
    root = manifest(sdk={"android:targetSdkVersion": Ref(1)})
    record = read_manifest(read_xml(axml(root)), varying, [])
    assert (record.target_sdk, record.sdk_codename) == (None, "")


def test_a_theme_value_is_no_number() -> None:
    assert read(manifest(root={"android:versionCode": Raw(2, 0x01010001)})).version_code is None


def test_an_alias_runs_its_target_and_all_else_itself() -> None:
    alias = component(activity(".Icon", tag="activity-alias", targetActivity=".Main"))
    assert (alias.name, alias.runs) == ("cn.example.app.Icon", "cn.example.app.Main")
    assert component(activity(".Icon", tag="activity-alias")).runs == ""
    screen = component(activity("Main", targetActivity=".Other"))
    assert screen.runs == screen.name == "cn.example.app.Main"


def test_meta_data_with_its_values() -> None:
    def meta(name: str, **more: Attribute) -> Node:
        named = {f"android:{key}": value for key, value in more.items()}
        return Node("meta-data", {"android:name": name, **named})

    provider = activity(".P", meta("a.Initializer", value="androidx.startup"), tag="provider")
    inside = [meta("b.flag", value=True), meta("c.key", value=Ref(7)), provider, meta("d.none")]
    record = read(manifest(inside=[*inside, meta("e.lost", value=Ref(8))]), {7: Value("text", "k")})
    assert record.meta_data == ("a.Initializer", "b.flag", "c.key", "d.none", "e.lost")
    assert record.meta_values == (
        ("a.Initializer", "androidx.startup"),
        ("b.flag", "true"),
        ("c.key", "k"),
        ("e.lost", "@00000008"),
    )


def test_where_code_may_be_missing_for_a_good_reason() -> None:
    assert may_have_code(None)
    assert may_have_code(read(manifest()))
    assert may_have_code(read(manifest(app={"android:hasCode": Ref(1)})))
    assert not may_have_code(read(manifest(app={"android:hasCode": False})))
    part: dict[str, Attribute] = {"split": "config.zh"}
    assert not may_have_code(read(manifest(root=part)))
    assert may_have_code(read(manifest(root=part, inside=[activity(".A")])))
    resources = manifest(root=part, app={"android:hasCode": False}, inside=[activity(".A")])
    assert not may_have_code(read(resources))
