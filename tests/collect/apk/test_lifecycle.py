"""Which requests come again by themselves, and what is tested on the way."""

from __future__ import annotations

import pytest

from scanner.collect.apk.android import read_xml
from scanner.collect.apk.lifecycle import NEVER, Coming, Lifecycle
from scanner.collect.apk.manifest import Manifest, read_manifest
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.forge import activity, axml, intent, manifest
from tests.collect.apk.readings import calls, read

STRING = "Ljava/lang/String;"
ASK = f"invoke-virtual {{p0, v0, v1}}, Landroid/app/Activity;->requestPermissions([{STRING}I)V"
MAY = f"invoke-virtual {{p0, v0}}, Landroid/app/Activity;->checkSelfPermission({STRING})I"
WHY = f"invoke-virtual {{p0, v0}}, Landroid/app/Activity;->shouldShowRequestPermissionRationale({STRING})Z"  # noqa: E501
STORED = (
    f"invoke-interface {{v0, v1, v2}}, Landroid/content/SharedPreferences;->getBoolean({STRING}Z)Z"
)


def guarded(*tests: str, then: str = ASK) -> str:
    """Code that asks only where each test says so."""
    lines = [f"{test}\nmove-result v3\nif-eqz v3, :end" for test in tests]
    return "\n".join((*lines, then, ":end", "return-void"))


def coming(*methods: Method, extends: str = "android.app.Activity") -> Coming:
    main = Class("cn.a.Main", methods, extends, fields=(Field("asked", "Z", static=False),))
    reading = read((main,))
    (place,) = calls(reading, "android.app.Activity->requestPermissions")
    return Lifecycle(reading, MANIFEST).coming(place)


def launching() -> Manifest:
    launcher = intent("android.intent.action.MAIN", categories=["android.intent.category.LAUNCHER"])
    root = manifest(inside=[activity("cn.a.Main", launcher)])
    return read_manifest(read_xml(axml(root)), {}, [])


MANIFEST = launching()


@pytest.mark.parametrize("name", ["onResume", "onStart", "onRestart"])
def test_a_return_to_a_screen_with_only_the_permission_tested(name: str) -> None:
    assert coming(Method(name, code=guarded(MAY))) == Coming("return", False)
    assert coming(Method(name, code=f"{ASK}\nreturn-void")) == Coming("return", False)


def test_a_start_of_the_app() -> None:
    code = guarded(MAY)
    assert coming(Method("onCreate", "(Landroid/os/Bundle;)V", code)) == Coming("launch", False)


def test_a_return_through_methods_of_the_app() -> None:
    check = Method("check", code=guarded(MAY))
    resume = Method("onResume", code="invoke-virtual {p0}, Lcn/a/Main;->check()V\nreturn-void")
    assert coming(resume, check) == Coming("return", False)


def test_a_screen_that_is_not_the_first_is_not_launched() -> None:
    other = Class(
        "cn.a.Other",
        (Method("onCreate", "(Landroid/os/Bundle;)V", f"{ASK}\nreturn-void"),),
        "android.app.Activity",
    )
    reading = read((other,))
    (place,) = calls(reading, "android.app.Activity->requestPermissions")
    assert Lifecycle(reading, MANIFEST).coming(place) == NEVER


def test_a_return_to_a_screen_that_people_open_may_be_none() -> None:
    resume = Method("onResume", code=f"{ASK}\nreturn-void")
    other = Class("cn.a.Other", (resume,), "android.app.Activity")
    reading = read((other,))
    (place,) = calls(reading, "android.app.Activity->requestPermissions")
    assert Lifecycle(reading, MANIFEST).coming(place) == Coming(None, False)
    base = Class("cn.a.Base", (resume,), "android.app.Activity")
    reading = read((base, Class("cn.a.Main", (), "cn.a.Base")))
    (place,) = calls(reading, "android.app.Activity->requestPermissions")
    assert Lifecycle(reading, MANIFEST).coming(place) == Coming("return", False)


@pytest.mark.parametrize("test", [WHY, STORED])
def test_what_remembers_a_refusal(test: str) -> None:
    assert coming(Method("onResume", code=guarded(MAY, test))) == Coming("return", True)


def test_a_helper_that_asks_the_store() -> None:
    helper = Method("may", "()Z", f"{STORED}\nmove-result v0\nreturn v0")
    code = guarded("invoke-virtual {p0}, Lcn/a/Main;->may()Z")
    assert coming(Method("onResume", code=code), helper) == Coming("return", True)


def test_a_helper_that_only_asks_for_the_permission() -> None:
    helper = Method("may", "()Z", f"{MAY}\nmove-result v0\nreturn v0")
    code = guarded("invoke-virtual {p0}, Lcn/a/Main;->may()Z")
    assert coming(Method("onResume", code=code), helper) == Coming("return", False)


def test_a_field_may_hold_anything() -> None:
    code = f"iget-boolean v3, p0, Lcn/a/Main;->asked:Z\nif-nez v3, :end\n{ASK}\n:end\nreturn-void"
    assert coming(Method("onResume", code=code)) == Coming("return", None)


def test_a_test_that_decides_nothing_is_passed_over() -> None:
    code = (
        "iget-boolean v3, p0, Lcn/a/Main;->asked:Z\nif-nez v3, :next\nnop\n:next\n"
        f"{ASK}\nreturn-void"
    )
    assert coming(Method("onResume", code=code)) == Coming("return", False)


@pytest.mark.parametrize("name", ["onClick", "onItemSelected", "ask"])
def test_what_a_person_does_brings_nothing_by_itself(name: str) -> None:
    assert coming(Method(name, code=f"{ASK}\nreturn-void")) == NEVER


def test_on_resume_of_something_else_is_no_screen() -> None:
    assert coming(Method("onResume", code=f"{ASK}\nreturn-void"), extends="cn.b.Base") == NEVER
