"""Code that hands personal information to components, other apps and pages."""

from __future__ import annotations

import pytest

from scanner.collect.apk.accesses import Accesses
from scanner.collect.apk.asks import Asks
from scanner.collect.apk.handing import Handing
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.readings import knowledge, read

STRING = "Ljava/lang/String;"
ALIAS = (
    "invoke-static {v0, v1, v2}, Lcn/jpush/android/api/JPushInterface;"
    f"->setAlias(Landroid/content/Context;I{STRING})V"
)
MOBILE = (
    "invoke-static {v0, v1, v2}, Lcn/jpush/android/api/JPushInterface;"
    f"->setMobileNumber(Landroid/content/Context;I{STRING})V"
)
LINE = (
    "invoke-virtual {v3}, Landroid/telephony/TelephonyManager;->getLine1Number()Ljava/lang/String;"
)
USER = f"invoke-virtual {{v3}}, Lcn/a/User;->getPhone(){STRING}"
NUMBER = f"invoke-virtual {{v3}}, Lcn/a/User;->getId(){STRING}"
KEPT = (
    'const-string v4, "mobile"\n'
    f"invoke-interface {{v3, v4, v5}}, Landroid/content/SharedPreferences;"
    f"->getString({STRING}{STRING}){STRING}"
)
OTHER = KEPT.replace("mobile", "token")
RESULT = "move-result-object v2"


def found(
    *lines: str, more: tuple[Method, ...] = (), fields: tuple[Field, ...] = ()
) -> set[tuple[str, str, str]]:
    go = Method("go", code="\n".join((*lines, "return-void")), registers=12)
    return handed(Class("cn.a.Main", (go, *more), "android.app.Activity", fields=fields))


def handed(*classes: Class) -> set[tuple[str, str, str]]:
    user = Class("cn.a.User", (Method("getId", f"(){STRING}", "const/4 v0, 0\nreturn-object v0"),))
    reading = read((*classes, user))
    known = knowledge()
    sites = Accesses(reading, known.apis.accesses, known.apis.wrappers).sites()
    asks = Asks(reading, "cn.a")
    every = Handing(reading, sites).found(asks.starts(), asks.bridges())
    return {(one.data_type, one.handed_by, one.receiver) for one in every}


PHONE = {("phone", "call", "jpush")}


@pytest.mark.parametrize(
    "lines",
    [
        (LINE, RESULT, ALIAS),
        (USER, RESULT, ALIAS),
        (KEPT, RESULT, ALIAS),
        (NUMBER, RESULT, MOBILE),
        (USER, RESULT, f"invoke-virtual {{v2}}, {STRING}->trim(){STRING}", RESULT, ALIAS),
    ],
)
def test_what_a_component_is_told_of_the_user(lines: tuple[str, ...]) -> None:
    assert found(*lines) == PHONE


@pytest.mark.parametrize(
    "lines",
    [
        (NUMBER, RESULT, ALIAS),
        (OTHER, RESULT, ALIAS),
        ('const-string v2, "all"', ALIAS),
        (USER, RESULT),
        ("move-object v2, p0", ALIAS),
    ],
)
def test_numbers_and_constants_tell_nobody(lines: tuple[str, ...]) -> None:
    assert found(*lines) == set()


def test_through_a_parameter_a_field_and_a_method() -> None:
    tell = Method("tell", f"({STRING})V", f"move-object v2, p1\n{ALIAS}\nreturn-void")
    call = f"invoke-virtual {{p0, v2}}, Lcn/a/Main;->tell({STRING})V"
    assert found(USER, RESULT, call, more=(tell,)) == PHONE
    read_field = f"iget-object v2, p0, Lcn/a/Main;->phone:{STRING}"
    assert found(read_field, ALIAS, fields=(Field("phone", static=False),)) == PHONE
    inner = Method("who", f"(){STRING}", f"{USER}\nmove-result-object v0\nreturn-object v0")
    assert (
        found(f"invoke-virtual {{p0}}, Lcn/a/Main;->who(){STRING}", RESULT, ALIAS, more=(inner,))
        == PHONE
    )


def test_a_component_does_not_tell_itself() -> None:
    go = Method("go", code=f"{USER}\n{RESULT}\n{ALIAS}\nreturn-void")
    assert handed(Class("cn.jpush.android.Inner", (go,))) == set()


INTENT = (
    "new-instance v6, Landroid/content/Intent;",
    "invoke-direct {v6}, Landroid/content/Intent;-><init>()V",
    'const-string v7, "com.other.app"',
    f"invoke-virtual {{v6, v7}}, Landroid/content/Intent;->setPackage({STRING})Landroid/content/Intent;",  # noqa: E501
)
EXTRA = f"invoke-virtual {{v6, v7, v2}}, Landroid/content/Intent;->putExtra({STRING}{STRING})Landroid/content/Intent;"  # noqa: E501
GO = "invoke-virtual {p0, v6}, Landroid/app/Activity;->startActivity(Landroid/content/Intent;)V"


def test_what_an_intent_for_another_app_carries() -> None:
    assert found(*INTENT, NUMBER, RESULT, 'const-string v7, "phone"', EXTRA, GO) == {
        ("phone", "extra", "com.other.app")
    }
    assert found(*INTENT, USER, RESULT, 'const-string v7, "a"', EXTRA, GO) == {
        ("phone", "extra", "com.other.app")
    }


def test_constants_numbers_and_ones_own_screens_are_nobodys() -> None:
    assert (
        found(*INTENT, 'const-string v2, "10086"', 'const-string v7, "phone"', EXTRA, GO) == set()
    )
    assert found(*INTENT, NUMBER, RESULT, 'const-string v7, "id"', EXTRA, GO) == set()
    own = (*INTENT[:2], 'const-string v7, "cn.a"', INTENT[3])
    assert found(*own, USER, RESULT, 'const-string v7, "phone"', EXTRA, GO) == set()


def joined(beginning: str) -> tuple[str, ...]:
    builder = "Ljava/lang/StringBuilder;"
    return (
        *(
            USER,
            RESULT,
            f"new-instance v6, {builder}",
            f"invoke-direct {{v6}}, {builder}-><init>()V",
        ),
        f'const-string v7, "{beginning}"',
        f"invoke-virtual {{v6, v7}}, {builder}->append({STRING}){builder}",
        f"invoke-virtual {{v6, v2}}, {builder}->append({STRING}){builder}",
        f"invoke-virtual {{v6}}, {builder}->toString(){STRING}",
        "move-result-object v2",
    )


PARSE = f"invoke-static {{v2}}, Landroid/net/Uri;->parse({STRING})Landroid/net/Uri;"
PATH = (
    f"iput-object v2, v8, Lcom/tencent/mm/opensdk/modelbiz/WXLaunchMiniProgram$Req;->path:{STRING}"
)


def test_addresses_that_open_apps_of_others() -> None:
    assert found(*joined("alipays://platformapi/startapp?page=a&phone="), PARSE) == {
        ("phone", "address", "alipays")
    }
    assert found(*joined("https://cn.example/a?phone="), PARSE) == set()
    assert found(*joined("alipays://platformapi/startapp?id="), PARSE) == set()


def test_the_path_of_a_mini_program() -> None:
    assert found(*joined("pages/index?phone="), PATH) == {("phone", "address", "mini-program")}
    assert found('const-string v2, "pages/index?id=1"', PATH) == set()


BRIDGE = (
    "new-instance v1, Lcn/a/Bridge;",
    "invoke-direct {v1}, Lcn/a/Bridge;-><init>()V",
    'const-string v2, "native"',
    "invoke-virtual {v0, v1, v2}, Landroid/webkit/WebView;"
    "->addJavascriptInterface(Ljava/lang/Object;Ljava/lang/String;)V",
)


def bridge(*methods: Method) -> set[tuple[str, str, str]]:
    go = Method("go", code="\n".join((*BRIDGE, "return-void")))
    begin = Method("<init>", access=0x10001)
    return handed(Class("cn.a.Main", (go,)), Class("cn.a.Bridge", (begin, *methods)))


def test_an_object_that_answers_scripts() -> None:
    answer = Method("who", f"(){STRING}", f"{LINE}\nmove-result-object v0\nreturn-object v0")
    assert bridge(answer) == {("phone", "script", "native")}


def test_an_object_that_only_reads_answers_nothing() -> None:
    reads = Method("who", "()V", f"{LINE}\nreturn-void")
    version = Method("version", f"(){STRING}", 'const-string v0, "1"\nreturn-object v0')
    assert bridge(reads, version) == set()
