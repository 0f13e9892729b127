from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device import stacks as module
from scanner.collect.device.stacks import MOST_FRAMES, MOST_PATH, NOBODY, Bounded, Stacks
from scanner.knowledge import Knowledge, load_knowledge, rules_folder

APP = "cn.example.app"
CLIP = ("android.content.ClipboardManager", "getPrimaryClip")
CALL = "android.content.ClipboardManager.getPrimaryClip(ClipboardManager.java:120)"
LOOP = (
    "android.os.Handler.dispatchMessage(Handler.java:106)",
    "android.os.Looper.loop(Looper.java:223)",
    "android.app.ActivityThread.main(ActivityThread.java:7664)",
    "java.lang.reflect.Method.invoke(Native Method)",
    "com.android.internal.os.ZygoteInit.main(ZygoteInit.java:947)",
)
FIELD = (
    "androidx.appcompat.widget.AppCompatEditText.onTextContextMenuItem(SourceFile:210)",
    "android.widget.Editor.onTouchUpEvent(Editor.java:1)",
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


@pytest.fixture(scope="module")
def read(knowledge: Knowledge) -> Stacks:
    return Stacks(knowledge, APP)


def test_the_innermost_code_owns_a_call(read: Stacks) -> None:
    called = read.of(*CLIP, (CALL, f"{APP}.Home.read(Home.java:3)", f"{APP}.Home.onCreate", *LOOP))
    assert called.owner == "app"
    assert called.caller == f"{APP}.Home.read"
    assert called.path == (
        "android.os.Handler.dispatchMessage",
        f"{APP}.Home.onCreate",
        f"{APP}.Home.read",
    )
    assert called.wrapped is False


def test_a_component_that_the_app_calls_owns_its_calls(read: Stacks, knowledge: Knowledge) -> None:
    sdk = next(one for one in knowledge.sdks if one.collects and one.prefixes)
    stack = (CALL, f"{sdk.prefixes[0]}.Deep.Inner.read", f"{APP}.Home.onCreate", *LOOP)
    assert read.of(*CLIP, stack).owner == sdk.id
    assert read.of(*CLIP, stack).wrapped is False


@pytest.mark.parametrize("name", ["a.b.c.d", "o.a", "x"])
def test_shrunk_names_are_nobodys_and_may_be_a_framework(read: Stacks, name: str) -> None:
    called = read.of(*CLIP, (CALL, f"{name}.run(Unknown Source:2)", *LOOP))
    assert called.owner is None
    assert called.caller == f"{name}.run"
    assert called.wrapped is None
    assert called.is_wrapped(asks_itself=False) is False


def test_an_unknown_library_with_a_name_is_no_framework(read: Stacks) -> None:
    called = read.of(*CLIP, (CALL, "com.tiger.collector.Reader.read", *LOOP))
    assert (called.owner, called.wrapped) == (None, False)


class TestFrameworks:
    def test_a_text_field_asks_for_itself(self, read: Stacks) -> None:
        called = read.of(*CLIP, (CALL, *FIELD, *LOOP))
        assert (called.owner, called.wrapped) == (None, True)
        assert called.caller == "androidx.appcompat.widget.AppCompatEditText.onTextContextMenuItem"

    def test_so_does_androids_own_and_the_web_view(self, read: Stacks) -> None:
        for frame in ("android.widget.TextView.canPaste", "org.chromium.ui.base.Clipboard.get"):
            assert read.of(*CLIP, (CALL, frame, *LOOP)).wrapped is True

    def test_a_stack_that_was_cut_does_not_decide(self, read: Stacks) -> None:
        assert read.of(*CLIP, (CALL, *FIELD)).wrapped is None
        long = (CALL, *FIELD, *("android.view.ViewGroup.dispatch",) * MOST_FRAMES, *LOOP)
        assert read.of(*CLIP, long).wrapped is None

    def test_what_the_app_only_hands_on_is_not_its_doing(self, read: Stacks) -> None:
        night = (
            "android.location.LocationManager.getLastKnownLocation",
            "androidx.appcompat.app.TwilightManager.getLastKnownLocation",
            "androidx.appcompat.app.AppCompatDelegateImpl.onCreate",
            "androidx.appcompat.app.AppCompatActivity.onCreate",
            f"{APP}.BaseActivity.onCreate",
            f"{APP}.MainActivity.onCreate",
            "android.app.Activity.performCreate",
            *LOOP,
        )
        called = read.of("android.location.LocationManager", "getLastKnownLocation", night)
        assert (called.owner, called.wrapped) == (None, True)

    def test_what_the_app_calls_a_framework_for_may_be_either(self, read: Stacks) -> None:
        called = read.of(*CLIP, (CALL, "android.widget.TextView.<init>", f"{APP}.Home.show", *LOOP))
        assert (called.owner, called.wrapped) == ("app", None)
        assert called.is_wrapped(asks_itself=False) is False

    @pytest.mark.parametrize(
        "frame",
        [
            "androidx.core.content.ClipboardManagerCompat.read",
            "androidx.core.view.Clips.getPrimaryClip",
            "androidx.core.location.LocationManagerCompat.getCurrentLocation",
        ],
    )
    def test_a_thin_wrapper_asks_for_its_caller(self, read: Stacks, frame: str) -> None:
        called = read.of(*CLIP, (CALL, frame, f"{APP}.Home.show", *LOOP))
        assert (called.owner, called.wrapped) == ("app", False)

    def test_what_stands_outside_the_loop_did_nothing(self, read: Stacks) -> None:
        guard = (f"{APP}.CrashGuard.run", "android.os.Handler.dispatchMessage", *LOOP[1:])
        called = read.of(*CLIP, (CALL, *FIELD, *LOOP[:2], *guard))
        assert (called.owner, called.wrapped) == (None, True)

    def test_workers_loop_too(self, read: Stacks) -> None:
        worker = (
            "java.util.concurrent.ThreadPoolExecutor.runWorker",
            "java.util.concurrent.ThreadPoolExecutor$Worker.run",
            f"{APP}.Factory$1.run",
            "java.lang.Thread.run",
        )
        assert read.of(*CLIP, (CALL, *FIELD, *worker)).wrapped is True


class TestHooks:
    @pytest.mark.parametrize(
        "before",
        [
            (),
            ("java.lang.Throwable.<init>",),
            (
                "dalvik.system.VMStack.getThreadStackTrace",
                "java.lang.Thread.getStackTrace",
                "org.tester.module.Hook$1.afterHookedMethod",
                "de.robv.android.xposed.XposedBridge.handleHookedMethod",
                "LSPHooker_.getPrimaryClip",
            ),
        ],
    )
    @pytest.mark.parametrize("itself", [(), (CALL,)])
    def test_frames_of_the_hook_are_not_the_apps(
        self, read: Stacks, before: tuple[str, ...], itself: tuple[str, ...]
    ) -> None:
        called = read.of(*CLIP, (*before, *itself, f"{APP}.Home.read", *LOOP))
        assert called == read.of(*CLIP, (f"{APP}.Home.read", *LOOP))
        assert called.wrapped is False

    def test_reflection_and_native_frames_are_skipped(self, read: Stacks) -> None:
        through = ("java.lang.reflect.Method.invoke(Native Method)", "libapp.so!0x1f20", "0x7f11")
        called = read.of(*CLIP, (CALL, *through, f"{APP}.Home.read", *LOOP))
        assert (called.caller, called.wrapped) == (f"{APP}.Home.read", False)

    def test_an_outer_call_of_the_same_name_is_another(self, read: Stacks) -> None:
        call = ("android.content.ContentResolver", "query")
        outer = ("android.content.ContentResolver.query", f"{APP}.Home.load")
        called = read.of(*call, ("com.tiger.Provider.query", *outer, *LOOP))
        assert called.caller == "com.tiger.Provider.query"

    def test_an_implementation_stands_for_what_it_implements(self, read: Stacks) -> None:
        call = ("android.content.pm.PackageManager", "getInstalledPackages")
        frame = "android.app.ApplicationPackageManager.getInstalledPackages"
        assert read.of(*call, (frame, f"{APP}.Home.read", *LOOP)).wrapped is False


@pytest.mark.parametrize(
    "frame",
    [
        f"\tat {APP}.Home.read(Home.java:12)",
        f"at {APP}.Home.read(Native Method)",
        f"{APP}.Home->read",
        "Lcn/example/app/Home;->read()V",
        f"app//{APP}.Home.read(Home.java)",
    ],
)
def test_frames_are_read_as_tools_write_them(read: Stacks, frame: str) -> None:
    assert read.of(*CLIP, (frame,)).caller == f"{APP}.Home.read"


def test_long_numbers_are_not_repeated(read: Stacks) -> None:
    called = read.of(*CLIP, (f"{APP}.User13800138000.read",))
    assert called.caller == f"{APP}.User*.read"


@given(st.lists(st.text(max_size=80), max_size=200).map(tuple))
def test_anything_is_read_within_bounds(read: Stacks, stack: tuple[str, ...]) -> None:
    called = read.of(*CLIP, stack)
    assert len(called.path or ()) <= MOST_PATH
    assert called == read.of(*CLIP, stack)


def test_no_stack_tells_nothing(read: Stacks) -> None:
    assert read.of(*CLIP, None) is NOBODY
    assert read.of(*CLIP, ("0x1", "")) is NOBODY


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 10)
    monkeypatch.setattr(module, "MOST_KEPT_CHARACTERS", 1_000)
    kept: Bounded[int, int] = Bounded()
    for number in range(100):
        assert kept.keep(number, -number, 10) == -number
        assert len(kept) <= 10
    assert kept[99] == -99
    kept.keep(100, 1, 11)
    assert 100 not in kept
