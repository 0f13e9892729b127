"""Which calls of Landroid/x/T;->take a fresh install never reaches."""

from __future__ import annotations

import numpy as np
import pytest

from scanner.collect.apk.callgraph import place_keys
from scanner.collect.apk.consent import Consent
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.readings import calls, knowledge, read

TAKE = "invoke-static {v0}, Landroid/x/T;->take(I)V"
PREFS = "Landroid/content/SharedPreferences;"
READ = f"invoke-interface {{v1, v2, v3}}, {PREFS}->getBoolean(Ljava/lang/String;Z)Z\nmove-result v0"
KEY = 'const-string v2, "privacy_agreed"'
NO, YES = "const/4 v3, 0", "const/4 v3, 1"
IF = f"if-eqz v0, :x\n{TAKE}\n:x\nreturn-void"
UNLESS = f"if-nez v0, :x\n{TAKE}\n:x\nreturn-void"


def is_guarded(*classes: Class) -> bool:
    reading = read(classes)
    consent = Consent(reading.inside, reading.members, knowledge().runtime)
    keys = set(consent.guarded_places().tolist())
    places = calls(reading, "android.x.T->take")
    assert places
    methods = np.array([place.method for place in places])
    at = np.array([place.at for place in places])
    found = {key in keys for key in place_keys(reading.program.code[methods], at).tolist()}
    assert len(found) == 1
    return found.pop()


def main(code: str, *methods: Method, fields: tuple[Field, ...] = ()) -> Class:
    return Class("cn.a.Main", (Method("go", "(Z)V", code, access=9), *methods), fields=fields)


@pytest.mark.parametrize(
    ("code", "guarded"),
    [
        (f"{KEY}\n{NO}\n{READ}\n{IF}", True),
        (f"{KEY}\n{NO}\n{READ}\n{UNLESS}", False),
        (f"{KEY}\n{YES}\n{READ}\n{IF}", False),
        (f'const-string v2, "first_run"\n{YES}\n{READ}\n{UNLESS}', True),
        (f'const-string v2, "dark_mode"\n{NO}\n{READ}\n{IF}', False),
        (f'const-string v2, "first_frame"\n{NO}\n{READ}\n{IF}', False),
        (f"{KEY}\nmove v3, p0\n{READ}\n{IF}", False),
        (f"{NO}\n{READ}\n{IF}", False),
        (f'{KEY}\nif-eqz p0, :y\nconst-string v2, "dark_mode"\n:y\n{NO}\n{READ}\n{IF}', False),
        (f"{KEY}\n{NO}\n{READ}\nxor-int/lit8 v0, v0, 1\n{UNLESS}", True),
        (f"{KEY}\n{NO}\n{READ}\n{TAKE}\nreturn-void", False),
    ],
    ids=["if", "unless", "default-true", "first", "other-key", "frame", "open-default", "open-key",
         "two-keys", "negated", "no-branch"],
)  # fmt: skip
def test_inside_one_method(code: str, guarded: bool) -> None:
    assert is_guarded(main(code)) is guarded


def asks(reference: str, *before: str) -> str:
    return "\n".join((*before, f"invoke-static {{}}, {reference}", "move-result v0", IF))


def test_through_three_methods() -> None:
    first = Method("agreed", "()Z", f"{KEY}\n{NO}\n{READ}\nreturn v0", 9)
    second = Method("ready", "()Z", "invoke-static {}, Lcn/a/Store;->agreed()Z\nmove-result v0\nreturn v0", 9)  # fmt: skip  # noqa: E501
    third = Method("go", "()Z", "invoke-static {}, Lcn/a/Store;->ready()Z\nmove-result v0\nreturn v0", 9)  # fmt: skip  # noqa: E501
    store = Class("cn.a.Store", (first, second, third))
    for name in ("agreed", "ready", "go"):
        assert is_guarded(store, main(asks(f"Lcn/a/Store;->{name}()Z")))


HELPER = Method(
    "flag",
    "(Ljava/lang/String;Z)Z",
    f"move-object v2, p0\nmove v3, p1\n{READ}\nreturn v0",
    9,
)
ASK_HELPER = "invoke-static {v2, v3}, Lcn/a/Store;->flag(Ljava/lang/String;Z)Z\nmove-result v0"


def test_a_helper_that_is_handed_the_key_is_judged_by_each_call() -> None:
    other = Method(
        "other", "()V", f'const-string v2, "dark_mode"\n{NO}\n{ASK_HELPER}\nreturn-void', 9
    )
    store = Class("cn.a.Store", (HELPER,))
    assert is_guarded(store, main(f"{KEY}\n{NO}\n{ASK_HELPER}\n{IF}", other))
    assert not is_guarded(store, main(f"{KEY}\n{YES}\n{ASK_HELPER}\n{IF}", other))
    again = Method("again", "()V", f"{KEY}\n{NO}\n{ASK_HELPER}\nreturn-void", 9)
    dark = f'const-string v2, "dark_mode"\n{NO}\n{ASK_HELPER}\n{IF}'
    assert not is_guarded(store, main(dark, again))


def test_a_helper_with_its_own_default() -> None:
    one = f"move-object v2, p0\nDEFAULT\n{READ}\nreturn v0"
    ask = "invoke-static {v2}, Lcn/a/Store;->flag(Ljava/lang/String;)Z\nmove-result v0"
    for default, guarded in ((NO, True), (YES, False)):
        helper = Method("flag", "(Ljava/lang/String;)Z", one.replace("DEFAULT", default), 9)
        assert is_guarded(Class("cn.a.Store", (helper,)), main(f"{KEY}\n{ask}\n{IF}")) is guarded


@pytest.mark.parametrize("static", [True, False])
def test_kept_in_a_field(static: bool) -> None:
    put, get = ("sput-boolean v0, ", "sget-boolean v0, ") if static else (
        "iput-boolean v0, v4, ", "iget-boolean v0, v4, ")  # fmt: skip
    field = Field("agreed", "Z", static=static)
    load = Method("load", "()V", f"{KEY}\n{NO}\n{READ}\n{put}Lcn/a/Main;->agreed:Z\nreturn-void", 9)
    click = Method("onClick", "()V", f"const/4 v0, 1\n{put}Lcn/a/Main;->agreed:Z\nreturn-void", 9)
    other = Method("other", "(Z)V", f"move v0, p0\n{put}Lcn/a/Main;->agreed:Z\nreturn-void", 9)
    code = f"{get}Lcn/a/Main;->agreed:Z\n{IF}"
    assert is_guarded(main(code, load, fields=(field,)))
    assert is_guarded(main(code, load, click, fields=(field,)))
    assert not is_guarded(main(code, load, other, fields=(field,)))
    assert not is_guarded(main(code, click, fields=(field,)))


def test_behind_a_getter_of_a_field() -> None:
    load = Method("load", "()V", f"{KEY}\n{NO}\n{READ}\nsput-boolean v0, Lcn/a/Main;->on:Z\nreturn-void", 9)  # fmt: skip  # noqa: E501
    getter = Method("isOn", "()Z", "sget-boolean v0, Lcn/a/Main;->on:Z\nreturn v0", 9)
    code = asks("Lcn/a/Main;->isOn()Z")
    assert is_guarded(main(code, load, getter, fields=(Field("on", "Z"),)))


def test_other_stores_and_boxes() -> None:
    mmkv = (
        f"{KEY}\ninvoke-virtual {{v1, v2}}, Lcom/tencent/mmkv/MMKV;->decodeBool("
        f"Ljava/lang/String;)Z\nmove-result v0\n{IF}"
    )
    assert is_guarded(main(mmkv))
    hawk = (
        f"{KEY}\nsget-object v3, Ljava/lang/Boolean;->FALSE:Ljava/lang/Boolean;\n"
        "invoke-static {v2, v3}, Lcom/orhanobut/hawk/Hawk;->get(Ljava/lang/String;"
        "Ljava/lang/Object;)Ljava/lang/Object;\nmove-result-object v0\n"
        "check-cast v0, Ljava/lang/Boolean;\n"
        f"invoke-virtual {{v0}}, Ljava/lang/Boolean;->booleanValue()Z\nmove-result v0\n{IF}"
    )
    assert is_guarded(main(hawk))
    assert not is_guarded(main(hawk.replace("FALSE", "TRUE")))


def test_fields_that_hand_on_a_flag_in_a_ring_or_a_long_row_end() -> None:
    fields = tuple(Field(f"f{n}", "Z") for n in range(200))
    steps = "\n".join(
        f"sget-boolean v0, Lcn/a/Main;->f{n}:Z\nsput-boolean v0, Lcn/a/Main;->f{(n + 1) % 200}:Z"
        for n in range(200)
    )
    copy = Method("copy", "()V", f"{KEY}\n{NO}\n{READ}\n{steps}\nreturn-void", 9)
    assert not is_guarded(main(f"sget-boolean v0, Lcn/a/Main;->f50:Z\n{IF}", copy, fields=fields))


def test_a_value_taken_out_of_itself_ends() -> None:
    loop = (
        f"{KEY}\n{NO}\n{READ}\n:again\ninvoke-virtual {{v0}}, Ljava/lang/Boolean;->booleanValue()Z\n"  # noqa: E501
        f"move-result v0\nif-nez p0, :again\n{IF}"
    )
    assert not is_guarded(main(loop))
