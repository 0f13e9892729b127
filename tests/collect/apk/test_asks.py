from __future__ import annotations

import pytest

from scanner.collect.apk.asks import Asks
from scanner.collect.apk.reading import Reading
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.readings import read

STRING = "Ljava/lang/String;"
CAMERA, PLACE = "android.permission.CAMERA", "android.permission.ACCESS_FINE_LOCATION"
REQUEST = f"invoke-virtual {{p0, v0, v1}}, Landroid/app/Activity;->requestPermissions([{STRING}I)V"
ACTIVITY = "android.app.Activity"


def go(code: str, *methods: Method, fields: tuple[Field, ...] = ()) -> Class:
    body = Method("go", f"({STRING})V", f"{code}\nreturn-void")
    return Class("cn.a.Main", (body, *methods), extends=ACTIVITY, fields=fields)


def asked(*classes: Class) -> tuple[list[tuple[str, tuple[str, ...]]], int]:
    reading: Reading = read(classes)
    asks = Asks(reading, "cn.a")
    found = asks.requests()
    assert asks.requests() == found
    names = [(reading.program.method_text(one.place.method), one.permissions) for one in found]
    return names, asks.unnamed_requests


def array(*names: str) -> str:
    lines = [f"const/4 v1, 2\nnew-array v0, v1, [{STRING}"]
    lines += [f'const-string v2, "{name}"\naput-object v2, v0, v1' for name in names]
    return "\n".join(lines)


LIST = (
    "new-instance v0, Ljava/util/ArrayList;\ninvoke-direct {v0}, Ljava/util/ArrayList;-><init>()V\n"
    f'const-string v2, "{CAMERA}"\n'
    "invoke-virtual {v0, v2}, Ljava/util/ArrayList;->add(Ljava/lang/Object;)Z\n"
)
LAUNCH = (
    "invoke-virtual {v3, v0}, Landroidx/activity/result/ActivityResultLauncher;"
    "->launch(Ljava/lang/Object;)V"
)
RX = f"invoke-virtual {{v3, v0}}, Lcom/tbruyelle/rxpermissions2/RxPermissions;->request([{STRING})Lio/reactivex/Observable;"  # noqa: E501
ONE = (CAMERA,)


@pytest.mark.parametrize(
    ("code", "names", "unnamed"),
    [
        (f"{array(CAMERA)}\n{REQUEST}", ONE, 0),
        (f"{array(CAMERA, PLACE)}\n{REQUEST}", (PLACE, CAMERA), 0),
        (f'const-string v0, "{CAMERA}"\n{LAUNCH}', ONE, 0),
        (f"{array(CAMERA)}\n{LAUNCH}", ONE, 0),
        (f"{array(CAMERA)}\n{RX}", ONE, 0),
        (f"{LIST}{LAUNCH}", ONE, 0),
        (f"{LIST}new-array v1, v1, [{STRING}\ninvoke-virtual {{v0, v1}}, Ljava/util/ArrayList;"
         "->toArray([Ljava/lang/Object;)[Ljava/lang/Object;\nmove-result-object v0\n"
         f"check-cast v0, [{STRING}\n{REQUEST}", ONE, 0),
        (f'const-string v0, "image/*"\n{LAUNCH}', None, 0),
        (f"{array('not a permission')}\n{REQUEST}", None, 0),
        (f"invoke-static {{}}, Landroid/x/T;->some()[{STRING}\nmove-result-object v0\n{REQUEST}",
         None, 1),
        (f'{array("com.maker.permission.PUSH")}\n{REQUEST}', ("com.maker.permission.PUSH",), 0),
    ],
)  # fmt: skip
def test_what_is_asked_for(code: str, names: tuple[str, ...] | None, unnamed: int) -> None:
    found, count = asked(go(code))
    assert found == ([("cn.a.Main.go", names)] if names else [])
    assert count == unnamed


def test_a_constant_array_of_a_class() -> None:
    initialiser = Method("<clinit>", "()V", f"{array(CAMERA, PLACE)}\nsput-object v0, Lcn/a/Main;->ALL:[{STRING}\nreturn-void", 9)  # fmt: skip  # noqa: E501
    code = f"sget-object v0, Lcn/a/Main;->ALL:[{STRING}\n{REQUEST}"
    app = go(code, initialiser, fields=(Field("ALL", f"[{STRING}"),))
    assert asked(app) == ([("cn.a.Main.go", (PLACE, CAMERA))], 0)


def test_a_helper_asks_once_for_each_caller_and_never_for_all_together() -> None:
    helper = Method("ask", f"([{STRING})V", f"move-object v0, p1\n{REQUEST}\nreturn-void")
    uses = tuple(
        Method(name, "()V", f"{array(permission)}\n"
               f"invoke-virtual {{p0, v0}}, Lcn/a/Main;->ask([{STRING})V\nreturn-void")
        for name, permission in (("photo", CAMERA), ("map", PLACE))
    )  # fmt: skip
    assert asked(go("nop", helper, *uses)) == (
        [("cn.a.Main.map", (PLACE,)), ("cn.a.Main.photo", (CAMERA,))],
        0,
    )


def test_a_chain_of_calls_is_one_request() -> None:
    kit = "Lcom/hjq/permissions/XXPermissions;"
    one = f"invoke-virtual {{v3, v0}}, {kit}->permission({STRING}){kit}\nmove-result-object v3"
    code = f'const-string v0, "{CAMERA}"\n{one}\nconst-string v0, "{PLACE}"\n{one}'
    assert asked(go(code)) == ([("cn.a.Main.go", (PLACE, CAMERA))], 0)
    apart = (
        f'const-string v0, "{CAMERA}"\n{one}\nmove-object v3, v4\nconst-string v0, "{PLACE}"\n{one}'
    )
    assert asked(go(apart)) == ([("cn.a.Main.go", (PLACE,)), ("cn.a.Main.go", (CAMERA,))], 0)


def test_androidx_that_passes_on_is_not_counted_again() -> None:
    compat = Class(
        "androidx.core.app.ActivityCompat",
        (
            Method(
                "requestPermissions",
                f"(Landroid/app/Activity;[{STRING}I)V",
                f"invoke-virtual {{p0, p1, p2}}, Landroid/app/Activity;->requestPermissions([{STRING}I)V\nreturn-void",  # noqa: E501
                9,
            ),
        ),
    )
    call = f"invoke-static {{p0, v0, v1}}, Landroidx/core/app/ActivityCompat;->requestPermissions(Landroid/app/Activity;[{STRING}I)V"  # noqa: E501
    assert asked(go(f"{array(CAMERA)}\n{call}"), compat) == ([("cn.a.Main.go", ONE)], 0)


START = "invoke-virtual {p0, v3}, Lcn/a/Main;->startService(Landroid/content/Intent;)Landroid/content/ComponentName;"  # noqa: E501
NAMED = (
    'const-string v0, "com.other.app"\nconst-string v1, "com.other.app.Wake"\ninvoke-direct '
    f"{{v2, v0, v1}}, Landroid/content/ComponentName;-><init>({STRING}{STRING})V"
)
AIM = (
    "invoke-virtual {v3, v2}, Landroid/content/Intent;->setComponent("
    "Landroid/content/ComponentName;)Landroid/content/Intent;"
)
PACKAGE = f"invoke-virtual {{v3, v0}}, Landroid/content/Intent;->setPackage({STRING})Landroid/content/Intent;"  # noqa: E501


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        (f'const-string v0, "com.other.app"\n{PACKAGE}\n{START}', ["com.other.app"]),
        (f'const-string v0, "com.other.app"\n{PACKAGE}', []),
        (f'const-string v0, "cn.a"\n{PACKAGE}\n{START}', []),
        (f"move-object v0, p1\n{PACKAGE}\n{START}", []),
        (f'const-string v0, "a b.c"\n{PACKAGE}\n{START}', []),
        (f"new-instance v2, Landroid/content/ComponentName;\n{NAMED}\n{AIM}\n{START}",
         ["com.other.app"]),
        (f"new-instance v2, Landroid/content/ComponentName;\n{NAMED}\n{START}", []),
        (f"invoke-direct {{v2, p0, v1}}, Landroid/content/ComponentName;-><init>("
         f"Landroid/content/Context;{STRING})V\n{START}", []),
        (f'const-string v0, "com.other.app"\nconst-string v1, "com.other.app.Wake"\n'
         f"invoke-virtual {{v3, v0, v1}}, Landroid/content/Intent;->setClassName({STRING}{STRING})Landroid/content/Intent;\n{START}",  # noqa: E501
         ["com.other.app"]),
        (f'const-string v0, "com.other.app"\ninvoke-virtual {{v2, v0}}, '
         f"Landroid/content/pm/PackageManager;->getLaunchIntentForPackage({STRING})Landroid/content/Intent;\n"
         f"move-result-object v3\n{START}",
         ["com.other.app"]),
        (f'const-string v0, "com.other.app"\ninvoke-virtual {{v2, v0}}, '
         f"Landroid/content/pm/PackageManager;->getLaunchIntentForPackage({STRING})Landroid/content/Intent;\n"
         f"move-result-object v4\nnew-instance v3, Landroid/content/Intent;\n{START}", []),
    ],
)  # fmt: skip
def test_starts_of_other_apps(code: str, packages: list[str]) -> None:
    found = Asks(read((go(code),)), "cn.a").starts()
    assert [one.name for one in found] == packages
    assert {one.api for one in found} <= {"android.content.Context.startService"}


def test_bridges_and_their_names() -> None:
    call = f"invoke-virtual {{v2, v3, v0}}, Landroid/webkit/WebView;->addJavascriptInterface(Ljava/lang/Object;{STRING})V"  # noqa: E501
    named = Asks(read((go(f'const-string v0, "bridge"\n{call}'),)), "cn.a").bridges()
    assert [(one.name, one.api) for one in named] == [
        ("bridge", "android.webkit.WebView.addJavascriptInterface")
    ]
    made = Asks(read((go(f"move-object v0, p1\n{call}"),)), "cn.a").bridges()
    assert [one.name for one in made] == [None]


def test_loaders() -> None:
    call = f"invoke-direct {{v2, v0}}, Ldalvik/system/DexClassLoader;-><init>({STRING})V"
    reading = read((go(call),))
    assert [one.api for one in Asks(reading, "cn.a").loads()] == [
        "dalvik.system.DexClassLoader.<init>"
    ]
    assert Asks(read((go("nop"),)), "cn.a").loads() == []
