"""Each rule that a package alone can raise: a package that does it, and its twin done right.

All packages are written here, and go through the collector, the derivations and the judge.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from scanner.model import Ruling
from tests.collect.apk.dexforge import Class, Method, dex
from tests.collect.apk.forge import File, Node, activity, axml, coded, intent, manifest, permission
from tests.samples import case

STRING = "Ljava/lang/String;"
LAUNCHER = intent("android.intent.action.MAIN", categories=["android.intent.category.LAUNCHER"])
CREATE = "(Landroid/os/Bundle;)V"
RESULT_PROTO = f"(I[{STRING}[I)V"
PACKED = File("lib/arm64-v8a/libjiagu.so", b"\x7fELF")

READ_ID = (
    'const-string v1, "android_id"\n'
    "invoke-static {v0, v1}, Landroid/provider/Settings$Secure;"
    f"->getString(Landroid/content/ContentResolver;{STRING}){STRING}\n"
)
ASK = (
    f"const/4 v0, 1\nnew-array v0, v0, [{STRING}\nconst/4 v1, 0\n"
    'const-string v2, "android.permission.READ_CONTACTS"\naput-object v2, v0, v1\nconst/4 v1, 7\n'
    f"invoke-virtual {{p0, v0, v1}}, Landroid/app/Activity;->requestPermissions([{STRING}I)V\n"
)
REMEMBERED = (
    "invoke-interface {v3, v4, v5}, Landroid/content/SharedPreferences;"
    f"->getBoolean({STRING}Z)Z\nmove-result v3\nif-eqz v3, :end\n{ASK}:end\n"
)
DENIED = (
    "const/4 v0, 0\naget v0, p3, v0\nif-nez v0, :denied\nreturn-void\n:denied\n"
    "invoke-virtual {p0}, Landroid/app/Activity;->finish()V\n"
)
EXPLAINED = DENIED.replace("Activity;->finish()V", "Activity;->closeOptionsMenu()V")
SCAN = "invoke-virtual {v0}, Landroid/net/wifi/WifiManager;->getScanResults()Ljava/util/List;\n"
EXIF = "invoke-virtual {v0, v1}, Landroid/media/ExifInterface;->getLatLong([F)Z\n"


def watch(time: int) -> str:
    return (
        f'const-string v1, "gps"\nconst-wide/16 v2, {time}\nconst/4 v4, 0\n'
        "new-instance v5, Lcn/example/app/L;\n"
        "invoke-direct {v5}, Lcn/example/app/L;-><init>()V\n"
        "invoke-virtual/range {v0 .. v5}, Landroid/location/LocationManager;"
        f"->requestLocationUpdates({STRING}JFLandroid/location/LocationListener;)V\n"
    )


def alias(getter: str) -> str:
    return (
        f"invoke-virtual {{v0}}, Lcn/example/app/User;->{getter}(){STRING}\n"
        "move-result-object v2\n"
        "invoke-static {p0, v1, v2}, Lcn/jpush/android/api/JPushInterface;"
        f"->setAlias(Landroid/content/Context;I{STRING})V\n"
    )


def jump(getter: str, key: str) -> str:
    return (
        "new-instance v1, Landroid/content/Intent;\n"
        "invoke-direct {v1}, Landroid/content/Intent;-><init>()V\n"
        'const-string v2, "com.other.app"\n'
        f"invoke-virtual {{v1, v2}}, Landroid/content/Intent;->setPackage({STRING})"
        "Landroid/content/Intent;\n"
        f"invoke-virtual {{v0}}, Lcn/example/app/User;->{getter}(){STRING}\n"
        f'move-result-object v2\nconst-string v3, "{key}"\n'
        f"invoke-virtual {{v1, v3, v2}}, Landroid/content/Intent;->putExtra({STRING}{STRING})"
        "Landroid/content/Intent;\n"
        "invoke-virtual {p0, v1}, Landroid/app/Activity;"
        "->startActivity(Landroid/content/Intent;)V\n"
    )


def layout(*nodes: Node) -> File:
    return File("res/layout/a.xml", axml(Node("LinearLayout", {}, nodes)))


def text(words: str, tag: str = "TextView") -> Node:
    return Node(tag, {"android:text": words})


def box(*, ticked: bool) -> Node:
    words = "我已阅读并同意《用户协议》和《隐私政策》"
    return Node("CheckBox", {"android:text": words, "android:checked": ticked})


def field(hint: str, kind: int = 1) -> Node:
    return Node("EditText", {"android:hint": hint, "android:inputType": kind})


class Twin(NamedTuple):
    """What one package holds."""

    code: str = ""
    """Runs when the first screen opens."""
    methods: tuple[Method, ...] = ()
    """Further ones of the first screen."""
    files: tuple[File, ...] = ()
    permissions: tuple[str, ...] = ("INTERNET",)
    app_type: int | None = 11

    def apk(self) -> bytes:
        """Write the package."""
        root = manifest(
            *map(permission, self.permissions),
            inside=[activity("cn.example.app.Main", LAUNCHER)],
        )
        created = Method("onCreate", CREATE, f"{self.code}return-void", registers=12)
        begin = Method("<init>", access=0x10001)
        told = Method("onLocationChanged", "(Landroid/location/Location;)V")
        nothing = "const/4 v0, 0\nreturn-object v0"
        classes = (
            Class("cn.example.app.Main", (begin, created, *self.methods), "android.app.Activity"),
            Class(
                "cn.example.app.L",
                (begin, told),
                implements=("android.location.LocationListener",),
            ),
            Class(
                "cn.example.app.User",
                tuple(
                    Method(name, f"(){STRING}", nothing)
                    for name in ("getPhone", "getId", "getShopPhone")
                ),
            ),
        )
        return coded(root, dex(*classes), files=self.files)


def resumed(code: str) -> tuple[Method, ...]:
    return (Method("onResume", code=f"{code}return-void", registers=12),)


def refused(code: str) -> tuple[Method, ...]:
    asks = Method("onClick", "(Landroid/view/View;)V", f"{ASK}return-void", registers=12)
    answer = Method("onRequestPermissionsResult", RESULT_PROTO, f"{code}return-void", registers=12)
    return asks, answer


CONTACTS = ("INTERNET", "READ_CONTACTS")
PLACE = ("INTERNET", "ACCESS_FINE_LOCATION")
REWARD = text("实名认证领取现金红包")
REGISTER = (text("立即注册", "Button"), field("手机号", 3), field("密码", 0x81))
TWINS: dict[str, tuple[Twin, Twin]] = {
    "no-agreement-in-package": (
        Twin(READ_ID),
        Twin(READ_ID, files=(layout(text("请阅读并同意隐私政策")),)),
    ),
    "permission-request-comes-again": (
        Twin(methods=resumed(ASK), permissions=CONTACTS),
        Twin(methods=resumed(REMEMBERED), permissions=CONTACTS),
    ),
    "place-by-networks-around": (
        Twin(SCAN, permissions=("INTERNET", "ACCESS_WIFI_STATE")),
        Twin(SCAN, permissions=("ACCESS_WIFI_STATE", "ACCESS_FINE_LOCATION")),
    ),
    "place-out-of-pictures": (
        Twin(EXIF, permissions=("INTERNET", "READ_EXTERNAL_STORAGE")),
        Twin(EXIF, permissions=("READ_EXTERNAL_STORAGE", "ACCESS_MEDIA_LOCATION")),
    ),
    "agreement-ticked-in-layout": (
        Twin(files=(layout(box(ticked=True)),)),
        Twin(files=(layout(box(ticked=False)),)),
    ),
    "reward-beside-telling-field": (
        Twin(files=(layout(REWARD, field("请输入身份证号码")),)),
        Twin(files=(layout(REWARD, field("请输入昵称")),)),
    ),
    "refusal-ends-app": (
        Twin(methods=refused(DENIED), permissions=CONTACTS),
        Twin(methods=refused(EXPLAINED), permissions=CONTACTS),
    ),
    "location-watched-closely": (
        Twin(watch(0), permissions=PLACE),
        Twin(watch(5_000), permissions=PLACE),
    ),
    "user-told-to-component": (Twin(alias("getPhone")), Twin(alias("getId"))),
    "data-given-to-other-app": (Twin(jump("getPhone", "phone")), Twin(jump("getId", "id"))),
    "account-without-closing-in-package": (
        Twin(files=(layout(*REGISTER),)),
        Twin(files=(layout(*REGISTER, text("注销账号")),)),
    ),
}


HELPER = (
    "const/4 v0, 0\naget v0, p3, v0\nif-nez v0, :denied\nreturn-void\n:denied\n"
    "invoke-virtual {p0}, Lcn/example/app/Main;->home()V\n"
    "invoke-virtual {p0}, Landroid/app/Activity;->finish()V\n"
)
HOME = Method(
    "home",
    code="invoke-virtual {p0, v1}, Landroid/app/Activity;"
    "->startActivity(Landroid/content/Intent;)V\nreturn-void",
)
STOPPED = Method(
    "onPause",
    code="invoke-virtual {v0, v1}, Landroid/location/LocationManager;"
    "->removeUpdates(Landroid/location/LocationListener;)V\nreturn-void",
)
FAR = watch(0).replace("const/4 v4, 0", "const/high16 v4, 0x43fa")
DOCTOR = (text("注册医生"), field("手机号", 3), field("密码", 0x81))
ID_FIELD = field("请输入身份证号码")
INNOCENT: dict[str, tuple[str, Twin]] = {
    "home is opened by a helper": (
        "refusal-ends-app",
        Twin(methods=(*refused(HELPER), HOME), permissions=CONTACTS),
    ),
    "the watching stops when the screen is left": (
        "location-watched-closely",
        Twin(watch(0), methods=(STOPPED,), permissions=PLACE),
    ),
    "answers come after a distance": ("location-watched-closely", Twin(FAR, permissions=PLACE)),
    "the dialler of the phone": (
        "data-given-to-other-app",
        Twin(jump("getPhone", "phone").replace("com.other.app", "com.android.dialer")),
    ),
    "the number of the shop": ("data-given-to-other-app", Twin(jump("getShopPhone", "number"))),
    "the address of a letter": (
        "data-given-to-other-app",
        Twin(jump("getPhone", "android.intent.extra.EMAIL")),
    ),
    "the screen closes after a refusal": (
        "permission-request-comes-again",
        Twin(methods=(*resumed(ASK), *refused(DENIED)), permissions=CONTACTS),
    ),
    "accept or decline": (
        "no-agreement-in-package",
        Twin(READ_ID, files=(layout(text("Accept", "Button"), text("Decline", "Button")),)),
    ),
    "read and noted": (
        "no-agreement-in-package",
        Twin(READ_ID, files=(layout(text("我已阅读并知悉《隐私政策》")),)),
    ),
    "a doctor's registration": (
        "account-without-closing-in-package",
        Twin(files=(layout(*DOCTOR),)),
    ),
    "an account is ended in other words": (
        "account-without-closing-in-package",
        Twin(files=(layout(*REGISTER, text("终止账号服务")),)),
    ),
    "unregister": (
        "account-without-closing-in-package",
        Twin(files=(layout(*REGISTER, text("Unregister")),)),
    ),
    "no papers are asked for": (
        "reward-beside-telling-field",
        Twin(files=(layout(text("领取积分无需提供身份证"), ID_FIELD),)),
    ),
    "devices nearby": (
        "place-by-networks-around",
        Twin(SCAN, permissions=("INTERNET", "ACCESS_WIFI_STATE", "NEARBY_WIFI_DEVICES")),
    ),
}


def ruling(folder: Path, rule: str, twin: Twin) -> Ruling:
    apk = folder / "app.apk"
    apk.write_bytes(twin.apk())
    report = case(folder / "case", apk, app_type=twin.app_type)
    (found,) = [one for one in report.rulings if one.rule == rule]
    return found


@pytest.mark.parametrize("rule", sorted(TWINS))
def test_who_does_it_is_suspected(tmp_path: Path, rule: str) -> None:
    found = ruling(tmp_path, rule, TWINS[rule][0])
    assert (found.verdict, found.certainty) == ("violated", "suspected")


@pytest.mark.parametrize("rule", sorted(TWINS))
def test_the_twin_done_right_is_not_accused(tmp_path: Path, rule: str) -> None:
    assert ruling(tmp_path, rule, TWINS[rule][1]).verdict == "undetermined"


@pytest.mark.parametrize("name", sorted(INNOCENT))
def test_the_innocent_are_not_accused(tmp_path: Path, name: str) -> None:
    rule, twin = INNOCENT[name]
    assert ruling(tmp_path, rule, twin).verdict == "undetermined"


@pytest.mark.parametrize("rule", ["no-agreement-in-package", "account-without-closing-in-package"])
def test_what_packed_code_may_hold_is_not_absent(tmp_path: Path, rule: str) -> None:
    twin = TWINS[rule][0]
    packed = twin._replace(files=(*twin.files, PACKED))
    assert ruling(tmp_path, rule, packed).verdict == "undetermined"


@pytest.mark.parametrize("rule", ["refusal-ends-app", "location-watched-closely"])
def test_what_hangs_on_the_type_waits_for_it(tmp_path: Path, rule: str) -> None:
    twin = TWINS[rule][0]._replace(app_type=None)
    assert ruling(tmp_path, rule, twin).verdict == "undetermined"


def test_a_map_may_watch_closely(tmp_path: Path) -> None:
    twin = TWINS["location-watched-closely"][0]._replace(app_type=1)
    assert ruling(tmp_path, "location-watched-closely", twin).verdict == "not_applicable"
