"""Where code begins to run, by manifests of our own making."""

from __future__ import annotations

import msgspec
import pytest

from scanner.collect.apk import android
from scanner.collect.apk.android import Value, read_xml
from scanner.collect.apk.callgraph import CallGraph
from scanner.collect.apk.manifest import Manifest, read_manifest
from scanner.collect.apk.roots import Roots, all_roots, early_roots
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.forge import Attribute, Node, Ref, activity, axml, intent, manifest
from tests.collect.apk.readings import read

android.quiet()
STATIC, INIT = 0x8, 0x10001
LAUNCHER = intent("android.intent.action.MAIN", categories=["android.intent.category.LAUNCHER"])
BEGIN = (Method("<init>", access=INIT), Method("<clinit>", access=STATIC))
CONTEXT = "(Landroid/content/Context;)V"
BUNDLE = "(Landroid/os/Bundle;)V"
A = "cn.example.app"
SCREEN = (
    *BEGIN,
    Method("onCreate", BUNDLE),
    Method("onStart"),
    Method("onPostCreate", BUNDLE),
    Method("onResume"),
    Method("onPostResume"),
    Method("onAttachedToWindow"),
    Method("onWindowFocusChanged", "(Z)V"),
    Method("onClick", "(Landroid/view/View;)V"),
    Method("onPause"),
)
PROVIDER = (*BEGIN, Method("onCreate", "()Z", "const/4 v0, 1\nreturn v0"), Method("query"))


def manifest_of(
    *inside: Node, values: dict[int, Value] | None = None, **app: Attribute
) -> Manifest:
    named = {f"android:{key}": value for key, value in app.items()}
    return read_manifest(read_xml(axml(manifest(app=named, inside=inside))), values or {}, [])


def early(classes: tuple[Class, ...], said: Manifest) -> tuple[set[str], Roots]:
    reading = read(classes)
    roots = early_roots(reading.graph, said)
    return texts(reading.graph, roots), roots


def texts(graph: CallGraph, roots: Roots) -> set[str]:
    return {graph.program.method_text(one).removeprefix(f"{A}.") for one in roots.methods}


def test_the_application_begins_with_its_supers() -> None:
    base = Class(
        f"{A}.Base",
        (*BEGIN, Method("attachBaseContext", CONTEXT), Method("onCreate"), Method("onTerminate")),
        extends="android.app.Application",
    )
    app = Class(f"{A}.App", (*BEGIN, Method("onCreate")), extends=base.name)
    found, roots = early((base, app), manifest_of(name=".App"))
    assert found == {
        *("App.<init>", "App.<clinit>", "App.onCreate"),
        *("Base.<clinit>", "Base.attachBaseContext"),
    }
    assert len(roots.classes) == 1
    assert not roots.missing


def test_methods_that_only_bear_the_name_are_not_called() -> None:
    app = Class(
        f"{A}.App",
        (
            Method("onCreate", access=STATIC),
            Method("onCreate", "(I)V"),
            Method("attachBaseContext", "()V"),
            Method("<init>", "(I)V", access=INIT),
        ),
        extends="android.app.Application",
    )
    assert early((app,), manifest_of(name=".App"))[0] == set()


def test_every_provider_that_may_be_enabled_begins_and_no_other() -> None:
    classes = tuple(
        Class(f"{A}.{name}", PROVIDER, extends="android.content.ContentProvider")
        for name in ("One", "Off", "Unknown", "Remote")
    )
    said = manifest_of(
        activity(".One", tag="provider"),
        activity(".Off", tag="provider", enabled=False),
        activity(".Unknown", tag="provider", enabled=Ref(0x7F010001)),
        activity(".Remote", tag="provider", process=":remote"),
    )
    assert said.components[2].enabled is None
    found, _ = early(classes, said)
    assert {one for one in found if one.endswith("onCreate")} == {
        *("One.onCreate", "Unknown.onCreate", "Remote.onCreate"),
    }


def test_the_launcher_s_screen_until_it_takes_input() -> None:
    main = Class(f"{A}.Main", SCREEN, extends="android.app.Activity")
    other = Class(f"{A}.Other", SCREEN, extends="android.app.Activity")
    said = manifest_of(activity(".Main", LAUNCHER), activity(".Other"))
    assert early((main, other), said)[0] == {
        *("Main.<init>", "Main.<clinit>", "Main.onCreate", "Main.onStart", "Main.onResume"),
        *("Main.onPostCreate", "Main.onPostResume", "Main.onAttachedToWindow"),
        "Main.onWindowFocusChanged",
    }


def test_an_alias_begins_its_target_unless_it_is_disabled() -> None:
    main = Class(f"{A}.Main", SCREEN, extends="android.app.Activity")
    for enabled in (True, False):
        alias = activity(
            ".Icon", LAUNCHER, tag="activity-alias", targetActivity=".Main", enabled=enabled
        )
        found, roots = early((main,), manifest_of(activity(".Main"), alias))
        assert ("Main.onCreate" in found) is enabled
        assert not roots.missing


def test_a_disabled_application_has_no_components() -> None:
    main = Class(f"{A}.Main", SCREEN, extends="android.app.Activity")
    said = manifest_of(activity(".Main", LAUNCHER), enabled=False)
    assert early((main,), said)[0] == set()


def startup(name: str, value: str = "androidx.startup") -> Node:
    return Node("meta-data", {"android:name": name, "android:value": value})


def initialiser(name: str, *needs: str) -> Class:
    named = "\n".join(f"const-class v0, L{A.replace('.', '/')}/{one};" for one in needs)
    return Class(
        f"{A}.{name}",
        (
            *BEGIN,
            Method("create", "(Landroid/content/Context;)Ljava/lang/Object;", "return-object v0"),
            Method("create", "(I)V"),
            Method(
                "dependencies", "()Ljava/util/List;", f"{named}\nconst/4 v0, 0\nreturn-object v0"
            ),
        ),
        implements=("androidx.startup.Initializer",),
    )


def test_initialisers_of_startup_and_what_they_need() -> None:
    classes = (
        initialiser("First", "Second"),
        initialiser("Second", "Third", "First", "Gone"),
        initialiser("Third"),
        initialiser("Other"),
    )
    provider = activity(".P", startup(f"{A}.First"), startup(f"{A}.Other", "text"), tag="provider")
    found, roots = early(classes, manifest_of(provider))
    assert {one for one in found if one.endswith("create")} == {
        *("First.create", "Second.create", "Third.create"),
    }
    assert len(roots.methods) == 3 * 4
    assert roots.missing == (f"{A}.P",)


def test_the_factory_of_components() -> None:
    begin = "(Ljava/lang/ClassLoader;Ljava/lang/String;"
    called = {
        "instantiateApplication": f"{begin})Landroid/app/Application;",
        "instantiateActivity": f"{begin}Landroid/content/Intent;)Landroid/app/Activity;",
        "instantiateProvider": f"{begin})Landroid/content/ContentProvider;",
        "instantiateReceiver": f"{begin}Landroid/content/Intent;)Ljava/lang/Object;",
    }
    factory = Class(
        f"{A}.Factory",
        tuple(Method(name, proto, "return-object v0") for name, proto in called.items()),
        extends="android.app.AppComponentFactory",
    )
    said = msgspec.structs.replace(manifest_of(), factory=factory.name)
    found, roots = early((factory,), said)
    assert found == {f"Factory.{name}" for name in called} - {"Factory.instantiateReceiver"}
    assert not roots.missing


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("com.stub.StubApp", True),
        ("android.app.Application", False),
        ("android.support.multidex.MultiDexApplication", True),
    ],
)
def test_what_no_dex_file_defines_is_missing(name: str, missing: bool) -> None:
    reading = read((Class("a.A"),))
    roots = early_roots(reading.graph, manifest_of(name=name))
    assert roots.missing == ((name,) if missing else ())
    assert roots.methods == roots.classes == ()


def test_at_any_time_every_component_and_view_may_begin() -> None:
    view = Class(
        f"{A}.View",
        (Method("<init>", "(Landroid/content/Context;Landroid/util/AttributeSet;I)V", access=INIT),
         Method("<init>", access=INIT), Method("onDraw")),
        extends="android.view.View",
    )  # fmt: skip
    receiver = Class(f"{A}.Gets", (*BEGIN, Method("onReceive")))
    plain = Class(f"{A}.Plain", BEGIN)
    reading = read((view, receiver, plain))
    said = manifest_of(activity(".Gets", tag="receiver"), activity(".Gone", tag="service"))
    roots = all_roots(reading.graph, said)
    assert texts(reading.graph, roots) == {"View.<init>", "Gets.<init>", "Gets.<clinit>"}
    kinds = {reading.program.type_text(one) for one in roots.classes}
    assert kinds == {f"{A}.View", f"{A}.Gets"}


def at_any_time(*classes: Class) -> tuple[set[str], set[str]]:
    reading = read(classes)
    roots = all_roots(reading.graph, manifest_of())
    kinds = {reading.program.type_text(one).removeprefix(f"{A}.") for one in roots.classes}
    return texts(reading.graph, roots), kinds


def test_a_class_that_a_text_names_may_begin_and_what_else_texts_name_may_run() -> None:
    def kind(name: str, access: int = 1) -> Class:
        methods = (*BEGIN, Method("begin"), Method("hidden", access=2), Method("other"))
        return Class(f"{A}.{name}", methods, access=access)

    said = (f"{A}.Made", f"{A}.Base", f"{A}.Gone", "begin", "hidden", f"see {A}.Spoken")
    code = "\n".join((*(f'const-string v0, "{text}"' for text in said), "return-void"))
    caller = Class(f"{A}.Caller", (Method("go", code=code),))
    unsaid = Class(f"{A}.Field", BEGIN, fields=(Field("name", text=f"{A}.Spoken"),))
    kinds = (kind("Made"), kind("Base", 0x401), kind("Spoken"))
    assert at_any_time(caller, unsaid, *kinds) == (
        {"Made.<init>", "Made.<clinit>", "Made.begin", "Base.begin"},
        {"Made"},
    )


@pytest.mark.parametrize(
    "base",
    ["android.app.Fragment", "androidx.fragment.app.Fragment", "android.support.v4.app.Fragment"],
)
def test_fragments_that_a_layout_may_name_may_begin(base: str) -> None:
    page = Class(f"{A}.Page", (*BEGIN, Method("onResume")), extends=base, access=0x401)
    first = Class(f"{A}.First", BEGIN, extends=page.name)
    alone = Class(f"{A}.Alone", BEGIN)
    own = [] if base.startswith("android.app") else [Class(base, BEGIN, access=0x401)]
    assert at_any_time(*own, page, first, alone) == ({"First.<init>", "First.<clinit>"}, {"First"})


def test_a_loop_of_classes_ends() -> None:
    classes = (Class(f"{A}.App", BEGIN, extends=f"{A}.B"), Class(f"{A}.B", extends=f"{A}.App"))
    assert "App.<init>" in early(classes, manifest_of(name=".App"))[0]
