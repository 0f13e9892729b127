from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.collect.apk import code as room
from scanner.collect.apk.program import Program
from scanner.facts import (
    AppStarted,
    BridgeOpened,
    CodeLoaded,
    DataAccessed,
    EndpointEmbedded,
    Fact,
    PermissionRequested,
    fields_of,
    kind_of,
)
from tests.collect.apk.dexforge import Class, Method, dex
from tests.collect.apk.forge import (
    File,
    Seen,
    activity,
    coded,
    container,
    intent,
    look_at,
    manifest,
    permission,
)
from tests.samples import KNOWLEDGE

LAUNCHER = intent("android.intent.action.MAIN", categories=["android.intent.category.LAUNCHER"])
ROOT = manifest(permission("READ_PHONE_STATE"), inside=[activity(".Main", LAUNCHER)])
IMEI = "invoke-virtual {v0}, Landroid/telephony/TelephonyManager;->getDeviceId()Ljava/lang/String;"
IMSI = (
    "invoke-virtual {v0}, Landroid/telephony/TelephonyManager;->getSubscriberId()Ljava/lang/String;"
)
START = (
    "new-instance v0, Landroid/content/Intent;",
    "invoke-direct {v0}, Landroid/content/Intent;-><init>()V",
    'const-string v1, "com.other.app"',
    "invoke-virtual {v0, v1},"
    " Landroid/content/Intent;->setPackage(Ljava/lang/String;)Landroid/content/Intent;",
    "invoke-virtual {p0, v0}, Landroid/app/Activity;->startActivity(Landroid/content/Intent;)V",
)
ASK = (
    "const/4 v0, 1",
    "new-array v0, v0, [Ljava/lang/String;",
    "const/4 v1, 0",
    'const-string v2, "android.permission.READ_PHONE_STATE"',
    "aput-object v2, v0, v1",
    "const/4 v1, 7",
    "invoke-virtual {p0, v0, v1},"
    " Landroid/app/Activity;->requestPermissions([Ljava/lang/String;I)V",
)
BRIDGE = (
    'const-string v1, "native"',
    "invoke-virtual {v0, p0, v1}, Landroid/webkit/WebView;"
    "->addJavascriptInterface(Ljava/lang/Object;Ljava/lang/String;)V",
)
LOAD = (
    'const-string v0, "core"',
    "invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V",
    "new-instance v0, Ldalvik/system/DexClassLoader;",
    "const/4 v1, 0",
    "invoke-direct {v0, v1, v1, v1, v1}, Ldalvik/system/DexClassLoader;-><init>"
    "(Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;Ljava/lang/ClassLoader;)V",
)


def method(name: str, *lines: str, proto: str = "()V", access: int = 1) -> Method:
    return Method(name, proto, "\n".join((*lines, "return-void")), access)


def main(*lines: str, name: str = "cn.example.app.Main") -> Class:
    created = method("onCreate", *lines, proto="(Landroid/os/Bundle;)V")
    return Class(name, (method("<init>", access=0x10001), created), "android.app.Activity")


def seen(folder: Path, *classes: Class) -> Seen:
    return look_at(coded(ROOT, dex(*classes)), folder, knowledge=KNOWLEDGE)


def reasons(found: Seen, kind: str) -> dict[str, str]:
    """Why fields of one kind stayed unknown."""
    entries = [one for one in found.unseen if one.kind == kind and one.field]
    assert len(entries) == len({one.field for one in entries})
    return {one.field: one.reason.en for one in entries if one.field}


EVERYTHING = main(IMEI, *START, *ASK, *BRIDGE, *LOAD)
KINDS: tuple[Any, ...] = (DataAccessed, AppStarted, PermissionRequested, BridgeOpened, CodeLoaded)


# facts


def test_each_kind_of_fact_tells_whose_code_it_is_and_when_it_runs(tmp_path: Path) -> None:
    found = seen(tmp_path, EVERYTHING)
    for kind in KINDS:
        for fact in found.of(kind):
            assert (fact.owner, fact.caller) == ("app", "cn.example.app.Main.onCreate")
            assert fact.reach == "early"
            assert fact.source.captured
            assert fact.source.evidence == found.of(DataAccessed)[0].source.evidence
        assert found.of(kind), kind
    (data,) = [one for one in found.of(DataAccessed) if one.data_type == "imei"]
    assert (data.permission, data.way, data.phase) == (
        *("android.permission.READ_PHONE_STATE", "call", "static"),
    )
    assert found.of(AppStarted)[0].package == "com.other.app"
    assert found.of(PermissionRequested)[0].permissions == ("android.permission.READ_PHONE_STATE",)
    assert found.of(BridgeOpened)[0].name == "native"


def test_what_a_method_does_twice_is_one_fact(tmp_path: Path) -> None:
    once = seen(tmp_path, EVERYTHING)
    twice = seen(tmp_path, main(*(IMEI, *START, *ASK, *BRIDGE, *LOAD) * 2))
    for kind in KINDS:
        assert len(once.of(kind)) == len(twice.of(kind)), kind


def test_of_several_places_in_a_method_the_earliest_counts(tmp_path: Path) -> None:
    guarded = (
        'const-string v1, "privacy_agreed"',
        "const/4 v2, 0",
        "invoke-interface {v3, v1, v2},"
        " Landroid/content/SharedPreferences;->getBoolean(Ljava/lang/String;Z)Z",
        "move-result v1",
        "if-eqz v1, :no",
        IMEI,
        ":no",
    )
    (fact,) = seen(tmp_path, main(*guarded, "nop")).of(DataAccessed)
    assert (fact.reach, fact.guarded) == ("early", True)
    (fact,) = seen(tmp_path, main(*guarded, IMEI)).of(DataAccessed)
    assert (fact.reach, fact.guarded) == ("early", False)


def test_the_same_bytes_give_the_same_sightings(tmp_path: Path) -> None:
    names = ("a", "b", "c")
    more = [
        Class(f"com.{name}maker.lib.C", (method("m", IMEI, IMSI, *START), method("n", *ASK)))
        for name in names
    ]
    data = coded(ROOT, dex(EVERYTHING, *more[:2]), dex(more[2]))
    first, second = (look_at(data, tmp_path, knowledge=KNOWLEDGE) for _ in range(2))
    for one, other in zip(first[:3], second[:3], strict=True):
        assert msgspec.json.encode(one) == msgspec.json.encode(other)


def test_facts_beyond_the_limit_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_FACTS", 1)
    others = [Class(f"cn.example.app.C{n}", (method("m", IMEI, *START),)) for n in range(3)]
    found = seen(tmp_path, main(IMEI), *others)
    (fact,) = found.of(DataAccessed)
    assert fact.reach == "early"
    assert len(found.of(AppStarted)) == 1
    told = {one.kind: one.reason.en for one in found.unseen if "not listed" in one.reason.en}
    assert told == {
        "data.accessed": "3 more are not listed",
        "app.started": "2 more are not listed",
    }


def test_an_address_belongs_to_whoever_names_it(tmp_path: Path) -> None:
    line = 'const-string v0, "http://api.maker-net.cn/v1"'
    other = Class("com.maker.lib.Net", (method("m", line),))
    found = seen(tmp_path, main(line), other)
    endpoints = [one for one in found.of(EndpointEmbedded) if one.host == "api.maker-net.cn"]
    assert sorted(str(one.owner) for one in endpoints) == ["None", "app"]
    assert {one.secure for one in endpoints} == {False}


# what stays unknown


def test_an_unknown_owner_has_its_reason_and_a_known_one_none(tmp_path: Path) -> None:
    other = Class("com.maker.lib.All", EVERYTHING.methods, "android.app.Activity")
    found = seen(tmp_path, main(), other)
    for kind in KINDS:
        (fact,) = {one.owner: one for one in found.of(kind)}.values()
        assert fact.owner is None
        assert "tells nothing" in reasons(found, kind_of(fact))["owner"]
        assert not reasons(seen(tmp_path, EVERYTHING), kind_of(fact))


def test_without_a_manifest_time_is_unknown_and_said(tmp_path: Path) -> None:
    data = container([File("classes.dex", dex(EVERYTHING))])
    found = look_at(data, tmp_path, knowledge=KNOWLEDGE)
    for kind in KINDS:
        for fact in found.of(kind):
            fields = {"reach", "guarded", "path", "owner"} & set(fact.__struct_fields__)
            assert all(getattr(fact, name) is None for name in fields)
            assert set(reasons(found, kind_of(fact))) - {"denial_tested"} == fields
            assert "manifest" in reasons(found, kind_of(fact))["reach"]
        assert found.of(kind)


def test_every_unknown_field_of_a_code_fact_has_its_reason(tmp_path: Path) -> None:
    other = Class("com.maker.lib.All", EVERYTHING.methods, "android.app.Activity")
    never = {"expected_for_type"}
    for data in (coded(ROOT, dex(main(), other)), container([File("classes.dex", dex(other))])):
        found = look_at(data, tmp_path, knowledge=KNOWLEDGE)
        for fact in found.facts:
            if kind_of(fact) not in room.CODE_KINDS:
                continue
            fields = fields_of(kind_of(fact)).values()
            here = {one.name for one in fields if not one.doc.startswith("On a device:")}
            blank = {name for name in here if getattr(fact, name) is None}
            assert blank - never <= set(reasons(found, kind_of(fact))), fact


def test_code_that_fails_inside_hides_every_kind_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for target in ("read_code", "CodeFacts"):

        def fails(*_: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr(f"scanner.collect.apk.collector.{target}", fails)
            found = seen(tmp_path, EVERYTHING)
        assert not [one for one in found.facts if kind_of(one) in room.CODE_KINDS]
        assert {kind_of(one) for one in found.facts} >= {"app.manifest", "permission.declared"}
        for kind in room.CODE_KINDS:
            assert any("ZeroDivisionError" in one.reason.en for one in found.unseen_of(kind))


def test_a_file_that_fails_inside_hides_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Program.add

    def fails(self: Program, one: object) -> None:
        real(self, one)  # type: ignore[arg-type]
        if getattr(one, "name", "") == "classes.dex":
            raise IndexError

    monkeypatch.setattr(Program, "add", fails)
    line = 'const-string v0, "https://api.maker-net.cn/v1"'
    data = coded(ROOT, dex(Class("cn.example.app.A")), dex(main(IMEI, line)))
    found = look_at(data, tmp_path, knowledge=KNOWLEDGE)
    (fact,) = found.of(DataAccessed)
    assert (fact.reach, (fact.source.at or "").split()[0]) == ("early", "classes2.dex")
    assert [one.owner for one in found.of(EndpointEmbedded)] == ["app"]
    for kind in room.HIDDEN_KINDS:
        assert any("IndexError" in one.reason.en for one in found.unseen_of(kind)), kind


@pytest.mark.parametrize("name", ["classes2.dex", "classes99.dex"])
def test_an_empty_file_beside_the_code_blinds_nobody(tmp_path: Path, name: str) -> None:
    data = coded(ROOT, dex(main(IMEI)), files=[File(name)])
    found = look_at(data, tmp_path, knowledge=KNOWLEDGE)
    assert [one.data_type for one in found.of(DataAccessed)] == ["imei"]
    assert any(name in one.reason.en for one in found.unseen_of("data.accessed"))


# dumped code


def test_dumped_code_is_marked_and_bears_its_own_digest(tmp_path: Path) -> None:
    ran, more = dex(main(IMEI)), dex(Class("cn.example.app.More", (method("m", IMSI),)))
    data = coded(ROOT, dex(Class("cn.example.app.Own", (method("m", IMEI, *START),))))
    dumped = [("classes.dex", ran), ("classes.dex", more)]
    found = look_at(data, tmp_path, knowledge=KNOWLEDGE, dumped=dumped)
    places = {
        str(one.caller): (one.source.evidence, one.source.captured)
        for one in found.of(DataAccessed)
    }
    digests = [hashlib.sha256(one).hexdigest() for one in (ran, more, data)]
    assert places == {
        "cn.example.app.Main.onCreate": (digests[0], False),
        "cn.example.app.More.m": (digests[1], False),
        "cn.example.app.Own.m": (digests[2], True),
    }
    kept = {one.sha256 for one in found.vault.entries()}
    assert {evidence for evidence, _ in places.values()} <= kept


# names before they were shrunk


MAPPING = """\
# compiler: R8
cn.example.app.device.Imei -> a.a:
    1:1:java.lang.String read(android.content.Context):20:20 -> a
cn.example.app.Helper -> a.b:
    1:1:void go():7:7 -> a
"""


def test_a_mapping_gives_callers_paths_and_owners_their_names_back(tmp_path: Path) -> None:
    read = Method("a", "(Landroid/content/Context;)V", f"{IMEI}\nreturn-void", 9)
    imei = Class("a.a", (read,))
    call = ("const/4 v1, 0", "invoke-static {v1}, La/a;->a(Landroid/content/Context;)V")
    helper = Class("a.b", (method("a", *call, access=9),))
    data = coded(ROOT, dex(main("invoke-static {}, La/b;->a()V"), helper, imei))
    mapping = MAPPING.replace("java.lang.String read", "void read")
    (plain,) = look_at(data, tmp_path, knowledge=KNOWLEDGE).of(DataAccessed)
    assert (plain.owner, plain.caller) == (None, "a.a.a")
    (fact,) = look_at(data, tmp_path, knowledge=KNOWLEDGE, mapping=mapping).of(DataAccessed)
    assert (fact.owner, fact.caller) == ("app", "cn.example.app.device.Imei.read")
    assert fact.path == (
        *("cn.example.app.Main.onCreate", "cn.example.app.Helper.go"),
        "cn.example.app.device.Imei.read",
    )
    assert "La/a;->a(" in (fact.source.at or "")


def test_facts_speak_of_the_package(tmp_path: Path) -> None:
    found = seen(tmp_path, EVERYTHING)
    assert all(one.channel == "apk" for one in found.facts if isinstance(one, Fact))
