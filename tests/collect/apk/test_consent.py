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


def boxed(kind: str, letter: str) -> str:
    return (
        f"invoke-static {{v0}}, Ljava/lang/{kind};->valueOf({letter})Ljava/lang/{kind};\n"
        "move-result-object v0\n"
    )


def unboxed(kind: str, name: str, letter: str, register: str) -> str:
    return (
        f"check-cast {register}, Ljava/lang/{kind};\n"
        f"invoke-virtual {{{register}}}, Ljava/lang/{kind};->{name}(){letter}\n"
        f"move-result {register}\n"
    )


def of_any_type(last: str) -> Method:
    """Give a helper that tells by its default which type is stored."""
    code = f"""
        move-object v2, p0
        instance-of v0, p1, Ljava/lang/String;
        if-eqz v0, :number
        move-object v3, p1
        check-cast v3, Ljava/lang/String;
        {READ.replace("getBoolean", "getString").replace(";Z)Z", ";Ljava/lang/String;)Ljava/lang/String;").replace("move-result", "move-result-object")}
        return-object v0
    :number
        instance-of v0, p1, Ljava/lang/Integer;
        if-eqz v0, :flag
        move-object v3, p1
        {unboxed("Integer", "intValue", "I", "v3")}
        {READ.replace("getBoolean", "getInt").replace("Z)Z", "I)I")}
        {boxed("Integer", "I")}
        return-object v0
    :flag
        instance-of v0, p1, Ljava/lang/Boolean;
        if-eqz v0, :none
        move-object v3, p1
        {unboxed("Boolean", "booleanValue", "Z", "v3")}
        {READ}
        {boxed("Boolean", "Z")}
        return-object v0
    :none
        {last}
    """  # noqa: E501
    return Method("get", "(Ljava/lang/String;Ljava/lang/Object;)Ljava/lang/Object;", code, 9)


ASK_ANY = (
    "move v0, v3\n" + boxed("Boolean", "Z") + "move-object v3, v0\n"
    "invoke-static {v2, v3}, Lcn/a/Store;->get(Ljava/lang/String;Ljava/lang/Object;)"
    "Ljava/lang/Object;\nmove-result-object v0\n" + unboxed("Boolean", "booleanValue", "Z", "v0")
)


@pytest.mark.parametrize(
    ("last", "asked", "guarded"),
    [
        ("const/4 v0, 0\nreturn-object v0", f"{KEY}\n{NO}\n{ASK_ANY}", True),
        ("return-object p1", f"{KEY}\n{NO}\n{ASK_ANY}", True),
        ("return-object p1", f"{KEY}\n{YES}\n{ASK_ANY}", False),
        ("return-object p1", f'const-string v2, "dark_mode"\n{NO}\n{ASK_ANY}', False),
        ("return-object p0", f"{KEY}\n{NO}\n{ASK_ANY}", False),
        ("const/4 v0, 1\nreturn-object v0", f"{KEY}\n{NO}\n{ASK_ANY}", False),
        (
            "invoke-static {p0}, Landroid/x/Y;->other(Ljava/lang/String;)Ljava/lang/Object;\n"
            "move-result-object v0\nreturn-object v0",
            f"{KEY}\n{NO}\n{ASK_ANY}",
            False,
        ),
    ],
    ids=["null", "default", "true", "other-key", "the-key", "one", "another-call"],
)
def test_a_helper_for_values_of_any_type(last: str, asked: str, guarded: bool) -> None:
    assert is_guarded(Class("cn.a.Store", (of_any_type(last),)), main(f"{asked}{IF}")) is guarded


EQUAL = "invoke-static {v0, v3}, Lkotlin/jvm/internal/Intrinsics;->areEqual(Ljava/lang/Object;Ljava/lang/Object;)Z\nmove-result v0"  # noqa: E501
EQUALS = "invoke-virtual {v3, v0}, Ljava/lang/Boolean;->equals(Ljava/lang/Object;)Z\nmove-result v0"
TRUE = "sget-object v3, Ljava/lang/Boolean;->TRUE:Ljava/lang/Boolean;"


@pytest.mark.parametrize(
    ("default", "code", "guarded"),
    [
        (NO, unboxed("Boolean", "booleanValue", "Z", "v0"), True),
        (YES, unboxed("Boolean", "booleanValue", "Z", "v0"), False),
        (NO, f"{TRUE}\n{EQUAL}\n", True),
        (YES, f"{TRUE}\n{EQUAL}\n", False),
        (NO, f"{TRUE}\n{EQUALS}\n", True),
        (NO, f"sget-object v3, Landroid/x/Y;->WHAT:Ljava/lang/Boolean;\n{EQUALS}\n", False),
        (NO, f"{TRUE.replace('TRUE', 'FALSE')}\n{EQUALS}\nxor-int/lit8 v0, v0, 1\n", False),
    ],
    ids=["unboxed", "true", "areEqual", "areEqual-true", "equals", "unknown", "null-or-false"],
)
def test_a_boxed_flag(default: str, code: str, guarded: bool) -> None:
    box = boxed("Boolean", "Z")
    proto = "()Ljava/lang/Boolean;"
    getter = Method("agreed", proto, f"{KEY}\n{default}\n{READ}\n{box}return-object v0", 9)
    ask = f"invoke-static {{}}, Lcn/a/Store;->agreed{proto}\nmove-result-object v0\n"
    assert is_guarded(Class("cn.a.Store", (getter,)), main(f"{ask}{code}{IF}")) is guarded


SET = "invoke-static {v0}, Lcn/a/Main;->set(Z)V"


@pytest.mark.parametrize(
    ("callers", "guarded"),
    [
        (("const/4 v0, 1",), True),
        (("const/4 v0, 1", f"{KEY}\n{NO}\n{READ}"), True),
        (("const/4 v0, 1", f"{KEY}\n{YES}\n{READ}"), False),
        (("const/4 v0, 1", "move v0, p0"), False),
        ((), False),
    ],
    ids=["constant", "flag", "other-default", "unknown", "no-caller"],
)
def test_a_setter_of_the_field_that_keeps_a_flag(callers: tuple[str, ...], guarded: bool) -> None:
    put = "sput-boolean v0, Lcn/a/Main;->agreed:Z\nreturn-void"
    load = Method("<init>", "()V", f"{KEY}\n{NO}\n{READ}\n{put}", 0x10001)
    setter = Method("set", "(Z)V", f"move v0, p0\n{put}", 9)
    users = (
        Method(f"use{number}", "(Z)V", f"{code}\n{SET}\nreturn-void", 9)
        for number, code in enumerate(callers)
    )
    code = f"sget-boolean v0, Lcn/a/Main;->agreed:Z\n{IF}"
    field = Field("agreed", "Z", static=True)
    assert is_guarded(main(code, load, setter, *users, fields=(field,))) is guarded


TEXT = (
    "invoke-interface {v1, v2, v3}, Landroid/content/SharedPreferences;->getString("
    "Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;\nmove-result-object v0\n"
)
IS = "invoke-virtual {v3, v0}, Ljava/lang/String;->equals(Ljava/lang/Object;)Z\nmove-result v0\n"
SAME_TEXTS = "invoke-static {v0, v3}, Landroid/text/TextUtils;->equals(Ljava/lang/CharSequence;Ljava/lang/CharSequence;)Z\nmove-result v0\n"  # noqa: E501
NO_TEXT = "invoke-static {v0}, Landroid/text/TextUtils;->isEmpty(Ljava/lang/CharSequence;)Z\nmove-result v0\n"  # noqa: E501
IS_EMPTY = "invoke-virtual {v0}, Ljava/lang/String;->isEmpty()Z\nmove-result v0\n"
LENGTH = "invoke-virtual {v0}, Ljava/lang/String;->length()I\nmove-result v0\n"
PARSED = (
    "invoke-static {v0}, Ljava/lang/Boolean;->parseBoolean(Ljava/lang/String;)Z\nmove-result v0\n"
)


@pytest.mark.parametrize(
    ("default", "code", "guarded"),
    [
        ('const-string v3, ""', f'const-string v3, "1"\n{IS}{IF}', True),
        ('const-string v3, "1"', f'const-string v3, "1"\n{IS}{IF}', False),
        ('const-string v3, "1"', f'const-string v3, "1"\n{IS}{UNLESS}', True),
        ("const/4 v3, 0", f'const-string v3, "1"\n{IS}{IF}', True),
        ('const-string v3, ""', f'const-string v3, "1"\n{SAME_TEXTS}{IF}', True),
        ('const-string v3, ""', f"move-object v3, v7\n{IS}{IF}", False),
        ('const-string v3, ""', f"{NO_TEXT}{UNLESS}", True),
        ('const-string v3, ""', f"{NO_TEXT}{IF}", False),
        ("const/4 v3, 0", f"{NO_TEXT}{UNLESS}", True),
        ('const-string v3, "0"', f"{NO_TEXT}{UNLESS}", False),
        ('const-string v3, ""', f"{IS_EMPTY}{UNLESS}", True),
        ('const-string v3, ""', f"{LENGTH}{IF}", True),
        ('const-string v3, "no"', f"{LENGTH}{IF}", False),
        ('const-string v3, "false"', f"{PARSED}{IF}", True),
        ('const-string v3, "True"', f"{PARSED}{IF}", False),
        ("const/4 v3, 0", IF, True),
        ('const-string v3, ""', IF, False),
    ],
)
def test_a_flag_stored_as_text(default: str, code: str, guarded: bool) -> None:
    assert is_guarded(main(f"{KEY}\n{default}\n{TEXT}{code}")) is guarded


@pytest.mark.parametrize(
    ("default", "against", "branch", "guarded"),
    [
        (0, 0, "if-lez", True),
        (0, 0, "if-gez", True),
        (0, 0, "if-nez", False),
        (-1, 0, "if-ltz", True),
        (0, 5, "if-ltz", True),
        (9, 5, "if-ltz", False),
    ],
)
def test_a_time_of_agreement(default: int, against: int, branch: str, guarded: bool) -> None:
    code = f"""
        {KEY}
        const-wide/16 v3, {default}
        invoke-interface {{v1, v2, v3, v4}}, {PREFS}->getLong(Ljava/lang/String;J)J
        move-result-wide v5
        const-wide/16 v3, {against}
        cmp-long v0, v5, v3
        {branch} v0, :x
        const/4 v0, 0
        {TAKE}
    :x
        return-void
    """
    assert is_guarded(main(code)) is guarded


def test_a_number_that_is_not_0_at_first() -> None:
    asked = READ.replace("getBoolean", "getInt").replace("Z)Z", "I)I")
    code = (
        f"{KEY}\nconst/4 v3, -1\n{asked}\nconst/4 v3, 1\nif-ne v0, v3, :x\n{TAKE}\n:x\nreturn-void"
    )
    assert is_guarded(main(code))
    assert not is_guarded(main(code.replace("if-ne", "if-eq")))


@pytest.mark.parametrize(
    ("callers", "guarded"),
    [
        ((f"{KEY}\n{NO}\n{READ}",), True),
        ((f"{KEY}\n{NO}\n{READ}", "const/4 v0, 0"), True),
        ((f"{KEY}\n{NO}\n{READ}", "const/4 v0, 1"), False),
        ((f"{KEY}\n{NO}\n{READ}", f"{KEY}\n{YES}\n{READ}"), False),
        ((f"{KEY}\n{NO}\n{READ}", "move v0, p0"), False),
        (("const/4 v0, 0",), False),
    ],
    ids=["flag", "default-too", "constant", "other-default", "unknown", "no-flag"],
)
def test_a_flag_handed_over_as_a_parameter(callers: tuple[str, ...], guarded: bool) -> None:
    made = (
        Method(f"use{number}", "(Z)V", f"{code}\n{SET.replace('set', 'go')}\nreturn-void", 9)
        for number, code in enumerate(callers)
    )
    assert is_guarded(main(f"move v0, p0\n{IF}", *made)) is guarded


@pytest.mark.parametrize("other", ["getBoolean", None, "getAll"])
def test_behind_an_interface_all_that_may_answer_must_agree(other: str | None) -> None:
    proto = "(Ljava/lang/String;Z)Z"
    kind = Class("cn.a.Bag", (Method("has", proto, None, 0x401),), access=0x601)
    code = f"move-object v2, p1\nmove v3, p2\n{READ}\nreturn v0"
    first = Class("cn.a.One", (Method("has", proto, code),), implements=("cn.a.Bag",))
    second = Class(
        "cn.a.Two",
        (Method("has", proto, code.replace("getBoolean", other or "")),),
        implements=("cn.a.Bag",),
    )
    ask = f"{KEY}\n{NO}\ninvoke-interface {{v1, v2, v3}}, Lcn/a/Bag;->has{proto}\nmove-result v0"
    classes = (kind, first, *((second,) if other else ()), main(f"{ask}\n{IF}"))
    assert is_guarded(*classes) is (other != "getAll")


@pytest.mark.parametrize(
    ("key", "guarded"),
    [("has_ysxy", True), ("yhxy_read", True), ("已读条款", True),
     ("accept_cookies", False), ("permit_push", False), ("bank_statement", False),
     ("user_disagreed", False), ("privacy_reject_count", False), ("policy_refused", False)],
)  # fmt: skip
def test_names_of_flags(key: str, guarded: bool) -> None:
    assert is_guarded(main(f'const-string v2, "{key}"\n{NO}\n{READ}\n{IF}')) is guarded


def test_calls_that_hand_on_each_other_many_times_end() -> None:
    steps = "\n".join(
        "invoke-virtual {v0}, Ljava/lang/Boolean;->booleanValue()Z\nmove-result v0"
        for _ in range(2_000)
    )
    assert not is_guarded(main(f"{KEY}\n{NO}\n{READ}\n{steps}\n{IF}"))
