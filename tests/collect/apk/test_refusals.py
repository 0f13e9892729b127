"""Code that answers a refusal by ending the app, and code that does not."""

from __future__ import annotations

import pytest

from scanner.collect.apk.android import read_xml
from scanner.collect.apk.manifest import read_manifest
from scanner.collect.apk.refusals import Refusals, permissions_of
from tests.collect.apk.dexforge import Class, Method
from tests.collect.apk.forge import activity, axml, intent, manifest
from tests.collect.apk.readings import read

LAUNCHER = intent("android.intent.action.MAIN", categories=["android.intent.category.LAUNCHER"])
ROOT = manifest(inside=[activity("cn.a.Main", LAUNCHER), activity("cn.a.Scan")])
MANIFEST = read_manifest(read_xml(axml(ROOT)), {}, [])
PROTO = "(I[Ljava/lang/String;[I)V"
FINISH = "invoke-virtual {p0}, Landroid/app/Activity;->finish()V"
EXIT = "invoke-static {v0}, Ljava/lang/System;->exit(I)V"
AFFINITY = "invoke-virtual {p0}, Landroid/app/Activity;->finishAffinity()V"
START = "invoke-virtual {p0, v1}, Landroid/app/Activity;->startActivity(Landroid/content/Intent;)V"
TOAST = "invoke-virtual {v1}, Landroid/widget/Toast;->show()V"
DIALOG = "invoke-virtual {v1}, Landroid/app/Dialog;->show()V"
ANSWER = "const/4 v0, 0\naget v0, p3, v0\n"


def answered(
    granted: str, denied: str, test: str = "if-nez v0, :denied", before: str = ANSWER
) -> str:
    return f"{before}{test}\n{granted}\nreturn-void\n:denied\n{denied}\nreturn-void"


def ends(
    code: str, *methods: Method, name: str = "cn.a.Main", extends: str = "android.app.Activity"
) -> list[str]:
    told = Method("onRequestPermissionsResult", PROTO, code)
    reading = read((Class(name, (told, *methods), extends),))
    return [one.ends for one in Refusals(reading, MANIFEST).found()]


@pytest.mark.parametrize("end", [FINISH, EXIT, AFFINITY, f"{TOAST}\n{FINISH}", f"{FINISH}\n{EXIT}"])
def test_a_refusal_that_ends_the_app(end: str) -> None:
    assert ends(answered(START, end)) == ["app"]


def test_each_way_of_testing_one_answer() -> None:
    minus = ANSWER + "const/4 v2, -1\n"
    assert ends(answered(START, EXIT, "if-eq v0, v2, :denied", minus)) == ["app"]
    assert ends(answered(EXIT, START, "if-ne v0, v2, :denied", minus)) == ["app"]
    assert ends(answered(EXIT, START, "if-eqz v0, :denied")) == ["app"]


def test_a_helper_that_ends_it() -> None:
    helper = Method("quit", code=f"{FINISH}\n{EXIT}\nreturn-void")
    call = "invoke-virtual {p0}, Lcn/a/Main;->quit()V"
    assert ends(answered(START, call), helper) == ["app"]


def test_a_further_screen_that_closes() -> None:
    assert ends(answered(START, FINISH), name="cn.a.Scan") == ["screen"]
    assert ends(answered(START, EXIT), name="cn.a.Scan") == ["app"]


@pytest.mark.parametrize(
    "code",
    [
        answered(START, TOAST),
        answered(EXIT, TOAST),
        answered(FINISH, FINISH),
        answered(START, f"{DIALOG}\n{FINISH}"),
        answered(START, f"{START}\n{FINISH}"),
        answered(START, FINISH, before="move v0, p1\n"),
        answered(START, f"if-eqz p1, :out\n{FINISH}\nreturn-void\n:out"),
        f"{FINISH}\nreturn-void",
        "return-void",
    ],
)
def test_what_leaves_another_way_or_ends_anyway(code: str) -> None:
    assert ends(code) == []


@pytest.mark.parametrize("post", ["android.os.Handler->post", "android.view.View->post"])
def test_a_posted_task_may_open_another_way(post: str) -> None:
    owner, _, name = post.partition("->")
    task = f"L{owner.replace('.', '/')};->{name}(Ljava/lang/Runnable;)Z"
    assert ends(answered(START, f"invoke-virtual {{v1, v1}}, {task}\n{FINISH}")) == []


def test_a_helper_may_open_another_way() -> None:
    own = Method("home", code=f"{START}\nreturn-void")
    call = "invoke-virtual {p0}, Lcn/a/Main;->home()V"
    assert ends(answered(TOAST, f"{call}\n{FINISH}"), own) == []
    outer = Method("leave", code=f"{call}\nreturn-void")
    through = "invoke-virtual {p0}, Lcn/a/Main;->leave()V"
    assert ends(answered(TOAST, f"{through}\n{FINISH}"), own, outer) == []


def test_what_a_method_does_that_cannot_be_read_is_not_known() -> None:
    native = Method("home", access=0x101, code=None)
    call = "invoke-virtual {p0}, Lcn/a/Main;->home()V"
    assert ends(answered(TOAST, f"{call}\n{FINISH}"), native) == []


def test_a_helper_that_only_tells_leaves_no_other_way() -> None:
    tell = Method("tell", code=f"{TOAST}\nreturn-void")
    call = "invoke-virtual {p0}, Lcn/a/Main;->tell()V"
    assert ends(answered(START, f"{call}\n{FINISH}"), tell) == ["app"]


def test_what_lies_deeper_than_anybody_follows_is_not_known() -> None:
    again = "invoke-virtual {p0}, Lcn/a/Main;->round()V"
    helper = Method("round", code=f"{again}\nreturn-void")
    assert ends(answered(START, f"{again}\n{FINISH}"), helper) == []


def test_granting_may_open_the_next_screen_and_close_this_one() -> None:
    assert ends(answered(f"{START}\n{FINISH}", FINISH)) == ["app"]


def test_only_screens_are_told_of_refusals() -> None:
    assert ends(answered(START, EXIT), extends="java.lang.Object") == []


def test_the_permissions_of_a_class_and_of_those_inside_it() -> None:
    asked = {("cn.a.Main$1", ("p.B",)), ("cn.a.Main", ("p.A",)), ("cn.a.Scan", ("p.C",))}
    assert permissions_of("cn.a.Main", asked) == ("p.A", "p.B")
    assert permissions_of("cn.a.Other", asked) == ()
