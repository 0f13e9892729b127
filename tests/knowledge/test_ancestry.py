"""The table of which class outside an app extends which, by facts that anybody can look up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner.knowledge import Knowledge
from scanner.knowledge.ancestry import all_above
from tests.knowledge.conftest import Edit, refused

NAME = re.compile(r"([a-z][a-z0-9_]*\.)+[A-Z][A-Za-z0-9_]*(\$[A-Z][A-Za-z0-9_]*)*")


@pytest.mark.parametrize(
    ("name", "upper"),
    [
        ("android.app.Application", "android.content.Context"),
        ("android.app.ListActivity", "android.content.Context"),
        ("android.app.job.JobService", "android.app.Service"),
        ("android.inputmethodservice.InputMethodService", "android.content.Context"),
        ("android.app.admin.DeviceAdminReceiver", "android.content.BroadcastReceiver"),
        ("android.app.ProgressDialog", "android.app.Dialog"),
        ("android.os.HandlerThread", "java.lang.Runnable"),
        ("java.util.TimerTask", "java.lang.Runnable"),
        ("java.util.concurrent.FutureTask", "java.lang.Runnable"),
        ("java.util.concurrent.ScheduledThreadPoolExecutor", "java.util.concurrent.Executor"),
        ("java.util.concurrent.RecursiveTask", "java.util.concurrent.ForkJoinTask"),
        ("android.content.CursorLoader", "android.content.Loader"),
        ("java.util.LinkedHashMap", "java.util.Map"),
        ("java.util.Stack", "java.lang.Iterable"),
        ("javax.net.ssl.HttpsURLConnection", "java.net.URLConnection"),
        ("dalvik.system.DelegateLastClassLoader", "java.lang.ClassLoader"),
        ("android.telephony.CellIdentityNr", "android.telephony.CellIdentity"),
        ("android.webkit.WebView", "android.view.View"),
        ("android.widget.Switch", "android.view.View"),
        ("android.webkit.SslErrorHandler", "android.os.Handler"),
    ],
)
def test_is_a(known: Knowledge, name: str, upper: str) -> None:
    assert upper in all_above(known.ancestry, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("android.content.ContentProvider", "android.content.Context"),
        ("android.content.BroadcastReceiver", "android.content.Context"),
        ("android.app.Fragment", "android.content.Context"),
        ("android.app.Dialog", "android.content.Context"),
        ("android.os.Handler", "java.lang.Runnable"),
        ("android.os.AsyncTask", "java.lang.Runnable"),
        ("java.util.Timer", "java.lang.Thread"),
        ("java.util.HashMap", "java.util.Collection"),
    ],
)
def test_is_not_a(known: Knowledge, name: str, other: str) -> None:
    assert other not in all_above(known.ancestry, name)


def test_no_class_is_above_itself_and_every_one_is_named_in_full(known: Knowledge) -> None:
    for name, uppers in known.ancestry.items():
        assert uppers, name
        assert len(set(uppers)) == len(uppers), name
        assert all(NAME.fullmatch(one) for one in (name, *uppers)), name
        assert name not in all_above(known.ancestry, name)


def test_the_platform_never_extends_a_library(known: Knowledge) -> None:
    own = ("android.", "java.", "javax.", "dalvik.")
    for name, uppers in known.ancestry.items():
        if name.startswith(own) and not name.startswith(("android.support.", "android.arch.")):
            assert all(
                one.startswith(own) and not one.startswith("android.support.") for one in uppers
            ), name


def test_a_class_extends_one_class_and_is_no_more_than_that_twice(known: Knowledge) -> None:
    """What is above through another class need not be said again."""
    for name, uppers in known.ancestry.items():
        for upper in uppers:
            others = {other for other in uppers if other != upper}
            assert not any(upper in all_above(known.ancestry, other) for other in others), name


def test_owners_in_the_other_tables_that_are_kin_are_in(known: Knowledge) -> None:
    """A call on a subclass that Android brings is found under the owner's name."""
    owners = {
        member.partition("->")[0] for runner in known.runtime.runners for member in runner.methods
    }
    for name in ("android.view.View", "android.app.Dialog", "java.util.concurrent.Executor"):
        assert name in owners
        assert any(name in all_above(known.ancestry, one) for one in known.ancestry)


def test_a_name_that_is_no_class_is_refused(copy: Path, edit: Edit) -> None:
    edit("ancestry", "  android.app.Application:", "  Application:")
    refused(copy, "ancestry", "supers: 'Application' cannot be an id", "neighbours")


def test_a_super_that_is_no_class_is_refused(copy: Path, edit: Edit) -> None:
    edit("ancestry", "ListActivity: [android.app.Activity]", "ListActivity: [Activity]")
    refused(copy, "ancestry", "android.app.ListActivity: 'Activity' is none", "neighbours")


def test_a_class_above_itself_is_refused(copy: Path, edit: Edit) -> None:
    edit("ancestry", "Activity: [android.view.Context", "Activity: [android.app.ListActivity, a.b")
    refused(copy, "ancestry", "android.app.Activity: is above itself", "other classes")
