from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from scanner.collect.apk import sdks as room
from scanner.facts import SdkPresent, SdkUnidentified
from scanner.knowledge import Knowledge, Sdk
from scanner.knowledge.sdks import Switch, Vendor
from scanner.model import Words
from tests.collect.apk.dexforge import Class, Field, Method, dex
from tests.collect.apk.forge import (
    Attribute,
    File,
    Node,
    Ref,
    Seen,
    activity,
    axml,
    coded,
    container,
    intent,
    look_at,
    manifest,
)
from tests.samples import KNOWLEDGE

SDK = Sdk(
    id="tracker-push",
    family="tracker",
    title=Words("追踪推送", "Tracker push"),
    vendor=Vendor(id="tracker", title=Words("追踪", "Tracker"), country="CN"),
    purposes=("push", "ads"),
    collects=("imei",),
    prefixes=("com.tracker",),
    components=("com.other.TrackerService",),
    libraries=("libtracker*.so",),
    assets=("tracker/*.dat",),
    auto_start=("com.tracker.StartProvider",),
    init=("com.tracker.Sdk->init",),
    pre_init=("com.tracker.Sdk->prepare",),
    gates=("com.tracker.Sdk->agree", "com.tracker.Sdk->show", "com.tracker.Sdk->disable"),
    manifest_switches=(Switch(name="tracker_on", value="false"),),
    ads_switch=("com.tracker.Sdk->personal",),
)
LAUNCHER = intent("android.intent.action.MAIN", categories=["android.intent.category.LAUNCHER"])
TRACKER = Class(
    "com.tracker.Sdk",
    methods=(
        Method("init", "()V", access=9),
        Method("prepare", "()V", access=9),
        Method("agree", "(Landroid/content/Context;Z)V", access=9),
        Method("show", "(Landroid/content/Context;ZZ)V", access=9),
        Method("disable", "()V", access=9),
        Method("personal", "(Z)V", access=9),
    ),
)


def table(*rows: Sdk) -> Knowledge:
    return msgspec.structs.replace(KNOWLEDGE, sdks=rows)


def main(*lines: str) -> Class:
    """The app's first screen; `lines` are what its onCreate does."""
    code = "\n".join((*lines, "return-void"))
    created = Method("onCreate", "(Landroid/os/Bundle;)V", code)
    click = Method("onClick", "(Landroid/view/View;)V")
    return Class(
        "cn.example.app.Main",
        (Method("<init>", access=0x10001), created, click),
        extends="android.app.Activity",
    )


def root(*inside: Node, app: dict[str, Attribute] | None = None) -> Node:
    return manifest(inside=[activity(".Main", LAUNCHER), *inside], app=app or {})


def seen(folder: Path, *classes: Class, described: Node | None = None, sdk: Sdk = SDK) -> Seen:
    described = described or root()
    return look_at(coded(described, dex(*classes)), folder, knowledge=table(sdk))


def present(folder: Path, *classes: Class, described: Node | None = None) -> SdkPresent:
    (fact,) = seen(folder, *classes, described=described).of(SdkPresent)
    return fact


def blank(found: Seen) -> dict[str | None, str]:
    return {one.field: one.reason.en for one in found.unseen if one.kind == "sdk.present"}


def call(method: str, *registers: str) -> str:
    return f"invoke-static {{{', '.join(registers)}}}, Lcom/tracker/Sdk;->{method}"


INIT = call("init()V")


def agree(flag: int, method: str = "agree(Landroid/content/Context;Z)V") -> tuple[str, ...]:
    words = ("p0", "v0", "v0") if "ZZ" in method else ("p0", "v0")
    return f"const/4 v0, {flag}", call(method, *words)


# what is there, and what is only named


@pytest.mark.parametrize(
    ("classes", "inside", "files", "evidence"),
    [
        ((TRACKER,), (), (), "classes"),
        ((), (activity("com.tracker.Hidden", tag="service"),), (), "components"),
        ((), (activity("com.other.TrackerService", tag="service"),), (), "components"),
        ((), (), (File("lib/arm64-v8a/libtracker_core.so", b"\x7fELF"),), "native"),
        ((), (), (File("assets/tracker/a.dat", b"x"),), "assets"),
    ],
)
def test_classes_components_libraries_and_assets_show_a_component(
    tmp_path: Path,
    classes: tuple[Class, ...],
    inside: tuple[Node, ...],
    files: tuple[File, ...],
    evidence: str,
) -> None:
    data = coded(root(*inside), dex(main(), *classes), files=files)
    (fact,) = look_at(data, tmp_path, knowledge=table(SDK)).of(SdkPresent)
    assert (fact.sdk, fact.family, fact.vendor, fact.country) == (
        *("tracker-push", "tracker", "tracker", "CN"),
    )
    assert (fact.evidence, fact.purposes) == ((evidence,), ("ads", "push"))
    assert fact.prefix == ("com.tracker" if classes else "")
    assert fact.source.at


def test_a_component_that_is_only_named_is_not_there(tmp_path: Path) -> None:
    named = main(
        INIT,
        "const-class v0, Lcom/tracker/Sdk;",
        'const-string v0, "com.tracker.Sdk"',
        "sget-object v0, Lcom/tracker/Sdk;->X:Ljava/lang/String;",
    )
    assert not seen(tmp_path, named).of(SdkPresent)


@pytest.mark.parametrize(
    "name",
    [
        *("com.tracker.R", "com.tracker.R$id", "com.tracker.BuildConfig"),
        *("com.trackers.Sdk", "com.track", "cn.com.tracker.Sdk"),
    ],
)
def test_resource_classes_and_other_packages_show_nothing(tmp_path: Path, name: str) -> None:
    assert not seen(tmp_path, main(), Class(name)).of(SdkPresent)


def test_the_longest_prefix_wins_and_each_component_counts_its_own(tmp_path: Path) -> None:
    other = msgspec.structs.replace(
        SDK, id="tracker-ads", prefixes=("com.tracker.ads",), components=(), libraries=(), assets=()
    )
    data = coded(root(), dex(main(), Class("com.tracker.ads.A"), Class("com.tracker.ads.b.C")))
    (fact,) = look_at(data, tmp_path, knowledge=table(SDK, other)).of(SdkPresent)
    assert (fact.sdk, fact.source.at) == ("tracker-ads", "2 classes in com.tracker.ads")


# started by Android itself


def provider(name: str, **attributes: Attribute) -> Node:
    return activity(name, tag="provider", **attributes)


def working(name: str, *lines: str, extends: str = "android.content.ContentProvider") -> Class:
    code = "\n".join((*lines, "const/4 v0, 1", "return v0"))
    return Class(name, (Method("onCreate", "()Z", code),), extends=extends)


WORK = "invoke-static {}, Lcom/tracker/Core;->start()V"
UP = "invoke-super {p0}, Lcom/tracker/Base;->onCreate()Z"
CONTEXT = "invoke-virtual {p0}, Lcom/tracker/P;->getContext()Landroid/content/Context;"
STARTUP = Node(
    "provider",
    {"android:name": "androidx.startup.InitializationProvider"},
    [
        Node(
            "meta-data",
            {"android:name": "com.tracker.Begin", "android:value": "androidx.startup"},
        )
    ],
)


@pytest.mark.parametrize(
    ("inside", "classes", "starts"),
    [
        ((provider("com.tracker.P"),), (working("com.tracker.P", WORK),), True),
        ((provider("com.tracker.P", enabled=False),), (working("com.tracker.P", WORK),), False),
        ((provider("com.tracker.P"),), (working("com.tracker.P"),), False),
        ((provider("com.tracker.P"),), (working("com.tracker.P", CONTEXT),), False),
        ((provider("com.tracker.StartProvider"),), (), True),
        ((provider("com.tracker.StartProvider", enabled=False),), (), False),
        ((provider("com.tracker.StartProvider", enabled=Ref(0x7F010000)),), (), None),
        ((provider("com.tracker.Gone"),), (), None),
        (
            (provider("com.tracker.P"),),
            (Class("com.tracker.P", extends="com.tracker.Base"), working("com.tracker.Base", WORK)),
            True,
        ),
        (
            (provider("com.tracker.P"),),
            (
                working("com.tracker.P", UP, extends="com.tracker.Base"),
                working("com.tracker.Base", WORK),
            ),
            True,
        ),
        (
            (provider("com.tracker.P"),),
            (
                working("com.tracker.P", extends="com.tracker.Base"),
                working("com.tracker.Base", WORK),
            ),
            False,
        ),
        ((STARTUP,), (Class("com.tracker.Begin"),), True),
        ((), (working("com.tracker.P", WORK),), False),
    ],
)
def test_a_provider_or_an_initialiser_starts_a_component_by_itself(
    tmp_path: Path, inside: tuple[Node, ...], classes: tuple[Class, ...], starts: bool | None
) -> None:
    found = seen(tmp_path, main(), TRACKER, *classes, described=root(*inside))
    (fact,) = found.of(SdkPresent)
    assert fact.auto_start is starts
    assert ("auto_start" in blank(found)) is (starts is None)


# started by the app


LATER = Method("later", "()V", f"{INIT}\nreturn-void")
LISTENER = Class(
    "cn.example.app.Click",
    (
        Method("<init>", access=0x10001),
        Method("onClick", "(Landroid/view/View;)V", f"{INIT}\nreturn-void"),
    ),
    implements=("android.view.View$OnClickListener",),
)
LISTENED = (
    "new-instance v0, Lcn/example/app/Click;",
    "invoke-direct {v0}, Lcn/example/app/Click;-><init>()V",
)


@pytest.mark.parametrize(
    ("screen", "more", "reach"),
    [
        (main(INIT), (), "early"),
        (main(*LISTENED), (LISTENER,), "reachable"),
        (main(), (Class("cn.example.app.Dead", (LATER,)),), "unreached"),
        (main(), (), None),
        (main(), (Class("com.tracker.Own", (LATER,)),), None),
    ],
)
def test_reach_is_where_others_code_starts_it(
    tmp_path: Path, screen: Class, more: tuple[Class, ...], reach: str | None
) -> None:
    found = seen(tmp_path, screen, TRACKER, *more)
    (fact,) = found.of(SdkPresent)
    assert fact.reach == reach
    assert ("reach" in blank(found)) is (reach is None)


def test_without_a_manifest_nothing_is_said_of_time(tmp_path: Path) -> None:
    data = container(
        [File("AndroidManifest.xml", b"x"), File("classes.dex", dex(main(INIT), TRACKER))]
    )
    found = look_at(data, tmp_path, knowledge=table(SDK))
    (fact,) = found.of(SdkPresent)
    assert (fact.reach, fact.auto_start) == (None, None)
    assert blank(found)["reach"] == blank(found)["auto_start"] == "the manifest cannot be read"


@pytest.mark.parametrize(
    ("lines", "gated"),
    [
        ((INIT,), False),
        ((*agree(1), INIT), False),
        ((*agree(0), INIT), True),
        (("invoke-static {}, Lcn/x/A;->f()Z", "move-result v0", agree(0)[1], INIT), None),
        ((*agree(1, "show(Landroid/content/Context;ZZ)V"), *agree(0), INIT), True),
        ((*agree(1, "show(Landroid/content/Context;ZZ)V"), *agree(1), INIT), False),
        ((call("disable()V"), INIT), True),
        ((call("prepare()V"),), True),
        ((call("prepare()V"), INIT), False),
    ],
)
def test_a_gate_holds_only_while_it_is_not_opened_early(
    tmp_path: Path, lines: tuple[str, ...], gated: bool | None
) -> None:
    found = seen(tmp_path, main(*lines), TRACKER)
    (fact,) = found.of(SdkPresent)
    assert fact.gated is gated
    assert ("gated" in blank(found)) is (gated is None)


def test_a_gate_that_opens_after_a_click_holds(tmp_path: Path) -> None:
    opened = "\n".join((*agree(1), "return-void"))
    click = Method("onClick", "(Landroid/view/View;)V", opened)
    listener = LISTENER._replace(methods=(LISTENER.methods[0], click))
    assert present(tmp_path, main(INIT, *LISTENED), TRACKER, listener).gated is True


@pytest.mark.parametrize(("value", "gated"), [("false", True), (False, True), ("true", False)])
def test_a_switch_in_the_manifest_holds_it_back(
    tmp_path: Path, value: Attribute, gated: bool
) -> None:
    switch = Node("meta-data", {"android:name": "tracker_on", "android:value": value})
    assert present(tmp_path, main(INIT), TRACKER, described=root(switch)).gated is gated


def test_what_the_table_does_not_know_is_null_and_said(tmp_path: Path) -> None:
    plain = msgspec.structs.replace(
        SDK, gates=(), pre_init=(), manifest_switches=(), ads_switch=(), init=()
    )
    found = seen(tmp_path, main(INIT), TRACKER, sdk=plain)
    (fact,) = found.of(SdkPresent)
    assert (fact.gated, fact.ads_switch, fact.reach) == (None, None, None)
    assert set(blank(found)) == {"gated", "ads_switch", "reach", "version"}


def test_a_field_that_is_known_everywhere_is_never_called_unknown(tmp_path: Path) -> None:
    fields = (Field("VERSION_NAME", text="3.2.1"),)
    found = seen(tmp_path, main(INIT), TRACKER, Class("com.tracker.BuildConfig", fields=fields))
    assert not blank(found)
    assert not seen(tmp_path, main()).unseen_of("sdk.present")


@pytest.mark.parametrize(("lines", "switch"), [((), False), (("const/4 v0, 0",), True)])
def test_the_switch_for_personal_ads(tmp_path: Path, lines: tuple[str, ...], switch: bool) -> None:
    called = (*lines, call("personal(Z)V", "v0")) if lines else ()
    assert present(tmp_path, main(*called), TRACKER).ads_switch is switch


# its version


@pytest.mark.parametrize(
    ("configs", "version"),
    [
        ([("com.tracker.BuildConfig", "VERSION_NAME", "7.2.1")], "7.2.1"),
        ([("com.tracker.core.BuildConfig", "SDK_VERSION", "7.2")], "7.2"),
        ([("com.tracker.BuildConfig", "VERSION_NAME", "release")], None),
        ([("cn.example.app.BuildConfig", "VERSION_NAME", "7.2.1")], None),
        (
            [
                ("com.tracker.a.BuildConfig", "VERSION_NAME", "7.2.1"),
                ("com.tracker.b.BuildConfig", "VERSION_NAME", "7.2.2"),
            ],
            None,
        ),
        ([], None),
    ],
)
def test_a_version_is_read_where_it_is_certain(
    tmp_path: Path, configs: list[tuple[str, str, str]], version: str | None
) -> None:
    classes = [Class(name, fields=(Field(field, text=text),)) for name, field, text in configs]
    assert present(tmp_path, main(), TRACKER, *classes).version == version


# code that nobody knows


def unknown(folder: Path, *names: str, described: Node | None = None) -> dict[str, int]:
    found = seen(folder, main(), *map(Class, names), described=described)
    return {one.prefix: one.classes for one in found.of(SdkUnidentified)}


def many(package: str, count: int = room.LEAST_CLASSES) -> tuple[str, ...]:
    return tuple(f"{package}.C{number}" for number in range(count))


@pytest.mark.parametrize(
    ("package", "prefix"),
    [
        ("android.media", None),
        ("java.util.concurrent", None),
        ("com.maker.lib", "com.maker.lib"),
        ("com.maker.lib.deep.down", "com.maker.lib"),
        ("com.mg.ads", "com.mg.ads"),
        ("com.mg", "com.mg"),
        ("com.maker.a.b", "com.maker"),
        ("cn.maker.lib", "cn.maker.lib"),
        ("okwidget", "okwidget"),
        ("a.b.c", None),
        ("aa", None),
        ("com.a.b", None),
    ],
)
def test_unknown_code_is_told_by_its_makers_package(
    tmp_path: Path, package: str, prefix: str | None
) -> None:
    expected = {prefix: room.LEAST_CLASSES} if prefix else {}
    assert unknown(tmp_path, *many(package)) == expected


def test_renamed_classes_are_unseen_and_no_list_of_letters(tmp_path: Path) -> None:
    found = seen(tmp_path, main(), *map(Class, many("a.b", 9)))
    assert not found.of(SdkUnidentified)
    for kind in ("sdk.present", "sdk.unidentified"):
        (one,) = found.unseen_of(kind)
        assert one.reason.en.startswith("9 classes have names that a shrinker made")


def test_few_classes_are_not_named_but_counted(tmp_path: Path) -> None:
    found = seen(tmp_path, main(), *map(Class, many("com.maker.lib", room.LEAST_CLASSES - 1)))
    assert not found.of(SdkUnidentified)
    (one,) = found.unseen_of("sdk.present")
    assert "3 classes in 1 packages" in one.reason.en
    assert "the app's maker may have written them" in one.reason.en


def test_the_packages_of_unknown_code_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_UNIDENTIFIED", 2)
    names = (*many("com.a1.small", 4), *many("com.b1.large", 9), *many("com.c1.middle", 6))
    assert unknown(tmp_path, *names) == {"com.b1.large": 9, "com.c1.middle": 6}


def test_the_apps_own_code_under_another_package_is_no_component(tmp_path: Path) -> None:
    own = manifest(
        inside=[activity("org.maker.game.First", LAUNCHER)],
        app={"android:name": "org.studio.base.Application"},
    )
    names = (*many("org.maker.game.ui"), *many("org.studio.base"), *many("com.maker.lib"))
    assert unknown(tmp_path, *names, described=own) == {"com.maker.lib": room.LEAST_CLASSES}
    config = Class(
        "org.real.name.BuildConfig", fields=(Field("APPLICATION_ID", text="cn.example.app"),)
    )
    other = Class("org.lib.name.BuildConfig", fields=(Field("APPLICATION_ID", text="org.lib"),))
    classes = map(Class, (*many("org.real.name"), *many("org.lib.name")))
    found = seen(tmp_path, main(), config, other, *classes)
    assert [one.prefix for one in found.of(SdkUnidentified)] == ["org.lib.name"]


def test_components_come_in_the_order_of_the_table_and_packages_sorted(tmp_path: Path) -> None:
    second = msgspec.structs.replace(SDK, id="a-second", prefixes=("com.second",))
    names = ("com.second.A", "com.tracker.B", *many("com.z1.lib"), *many("com.b1.lib"))
    data = coded(root(), dex(*map(Class, names)))
    found = look_at(data, tmp_path, knowledge=table(SDK, second))
    assert [one.sdk for one in found.of(SdkPresent)] == ["tracker-push", "a-second"]
    assert [one.prefix for one in found.of(SdkUnidentified)] == ["com.b1.lib", "com.z1.lib"]


def test_an_app_without_code_still_shows_what_the_manifest_names(tmp_path: Path) -> None:
    described = root(activity("com.tracker.Push", tag="service"))
    data = container([File("AndroidManifest.xml", axml(described))])
    found = look_at(data, tmp_path, knowledge=table(SDK))
    (fact,) = found.of(SdkPresent)
    assert (fact.evidence, fact.prefix) == (("components",), "")
