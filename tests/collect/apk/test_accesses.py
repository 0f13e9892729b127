from __future__ import annotations

import msgspec
import pytest

from scanner.collect.apk.accesses import Accesses, Site, is_in
from scanner.collect.apk.reading import Reading
from scanner.knowledge import Sdk
from scanner.knowledge.apis import Access, Call, Near
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.readings import knowledge, read

STRING = "Ljava/lang/String;"
ROWS = (
    Access(
        id="imei",
        data_type="imei",
        methods=(
            "android.telephony.TelephonyManager->getDeviceId",
            "android.telephony.TelephonyManager->getImei",
            "android.bluetooth.BluetoothAdapter->getName",
        ),
        fields=("android.os.Build->SERIAL",),
        actions=("com.maker.ID_SERVICE",),
        commands=(r"\bcat\s+/sys/class/net/\S+/address\b", r"^getprop ro\.serialno$"),
        files=("/sys/class/net/wlan0/address",),
    ),
    Access(
        id="setting",
        data_type="android_id",
        calls=(
            Call(
                method="android.provider.Settings$Secure->getString",
                argument=1,
                values=("android_id", "net.*"),
            ),
            Call(method="android.x.Source->set", argument=0, values=("5",)),
        ),
    ),
    Access(
        id="sms",
        data_type="sms",
        uris=("content://sms", "content://sms/inbox"),
        uri_fields=("android.provider.Telephony$",),
    ),
    Access(
        id="apps",
        data_type="installed_apps",
        near=(Near(method="android.x.Packages->query", texts=("cat.LAUNCHER",)),),
    ),
    Access(
        id="kit",
        data_type="location",
        methods=("com.kit.api.loc.Client->start",),
        classes=("com.vendor.oaid.aidl.",),
        overrides=("android.x.Listener->onHeard",),
    ),
    Access(
        id="quiet", data_type="clipboard", methods=("android.x.Clip->get",), ignore_wrappers=True
    ),
)


def accesses(reading: Reading) -> Accesses:
    return Accesses(reading, ROWS, ("androidx.",))


def shown(reading: Reading) -> set[tuple[str, str, str, str]]:
    def row(site: Site) -> tuple[str, str, str, str]:
        caller = reading.program.method_text(site.place.method)
        return site.access.id, site.api, site.way, caller

    return {row(site) for site in accesses(reading).sites()}


def static(name: str, proto: str, code: str) -> Method:
    return Method(name, proto, f"{code}\nreturn-void", access=9)


def main(code: str, *methods: Method, name: str = "cn.a.Main") -> Class:
    return Class(name, (static("go", f"({STRING})V", code), *methods))


def found(code: str, *others: Class) -> set[tuple[str, str]]:
    return {(api, way) for _, api, way, _ in shown(read((main(code), *others)))}


PHONE = "android.telephony.TelephonyManager"
NAMED = "invoke-virtual {v0, v1, v2}, Ljava/lang/Class;->getMethod(Ljava/lang/String;[Ljava/lang/Class;)Ljava/lang/reflect/Method;"  # noqa: E501
FOR_NAME = f"invoke-static {{v0}}, Ljava/lang/Class;->forName({STRING})Ljava/lang/Class;\nmove-result-object v0"  # noqa: E501


def reflected(klass: str, name: str) -> str:
    return f'{klass}\nconst-string v1, "{name}"\n{NAMED}'


@pytest.mark.parametrize(
    ("code", "sites"),
    [
        (f"invoke-virtual {{v0}}, L{PHONE.replace('.', '/')};->getDeviceId(){STRING}",
         {(f"{PHONE}.getDeviceId", "call")}),
        (f"invoke-virtual {{v0}}, Lcn/b/Ids;->getDeviceId(){STRING}", set()),
        (f"sget-object v0, Landroid/os/Build;->SERIAL:{STRING}", {("android.os.Build.SERIAL", "field")}),  # noqa: E501
        (f"sput-object v0, Landroid/os/Build;->SERIAL:{STRING}", set()),
        (f"sget-object v0, Landroid/os/Build;->MODEL:{STRING}", set()),
        ('const-string v0, "com.maker.ID_SERVICE"', {("com.maker.ID_SERVICE", "text")}),
        ('const-string v0, "com.maker.ID_SERVICES"', set()),
    ],
)  # fmt: skip
def test_calls_fields_and_texts(code: str, sites: set[tuple[str, str]]) -> None:
    assert found(code) == sites


GET = "invoke-static {v0, v1}, Landroid/provider/Settings$Secure;->getString(Landroid/content/ContentResolver;Ljava/lang/String;)Ljava/lang/String;"  # noqa: E501


@pytest.mark.parametrize(
    ("key", "sites", "unsettled"),
    [
        ('const-string v1, "android_id"',
         {('android.provider.Settings$Secure.getString("android_id")', "call")}, 0),
        ('const-string v1, "network"', set(), 0),
        ('const-string v1, "net.dns"',
         {('android.provider.Settings$Secure.getString("net.dns")', "call")}, 0),
        ('const-string v1, "bluetooth_name"', set(), 0),
        ("move-object v1, p0", set(), 1),
        ("const/4 v1, 0", set(), 0),
    ],
)  # fmt: skip
def test_constants_decide(key: str, sites: set[tuple[str, str]], unsettled: int) -> None:
    reading = read((main(f"{key}\n{GET}"),))
    ours = accesses(reading)
    assert {(site.api, site.way) for site in ours.sites()} == sites
    assert ours.unsettled["android_id"] == unsettled


def test_numbers_decide() -> None:
    for number, sites in ((5, {("android.x.Source.set(5)", "call")}), (6, set())):
        code = f"const/4 v0, {number}\ninvoke-static {{v0}}, Landroid/x/Source;->set(I)V"
        assert found(code) == sites


def test_a_helper_is_told_apart_by_its_callers() -> None:
    helper = static("read", f"({STRING})V", f"move-object v1, p0\n{GET}")
    uses = tuple(
        static(name, "()V", f'const-string v0, "{key}"\ninvoke-static {{v0}}, Lcn/a/Main;->read({STRING})V')  # noqa: E501
        for name, key in (("id", "android_id"), ("name", "bluetooth_name"))
    )  # fmt: skip
    reading = read((main("nop", helper, *uses),))
    assert {caller for *_, caller in shown(reading)} == {"cn.a.Main.id"}


def test_a_method_beside_a_text() -> None:
    call = "invoke-static {}, Landroid/x/Packages;->query()V"
    assert found(call) == set()
    beside = f'const-string v0, "cat.LAUNCHER"\n{call}'
    assert found(beside) == {("android.x.Packages.query", "call")}


QUERY = "invoke-virtual {v1, v0}, Landroid/content/ContentResolver;->query(Landroid/net/Uri;)Landroid/database/Cursor;"  # noqa: E501
PARSE = f"invoke-static {{v0}}, Landroid/net/Uri;->parse({STRING})Landroid/net/Uri;\nmove-result-object v0"  # noqa: E501
FIELD = "sget-object v0, Landroid/provider/Telephony$Sms;->CONTENT_URI:Landroid/net/Uri;"
PICK = "invoke-direct {v2, v3, v0}, Landroid/content/Intent;-><init>(Ljava/lang/String;Landroid/net/Uri;)V"  # noqa: E501


@pytest.mark.parametrize(
    ("code", "sites", "unsettled"),
    [
        (f'const-string v0, "content://sms"\n{PARSE}\n{QUERY}', {"content://sms"}, 0),
        (f'const-string v0, "content://sms/inbox"\n{PARSE}\n{QUERY}', {"content://sms/inbox"}, 0),
        (f'const-string v0, "content://sms/sent"\n{PARSE}\n{QUERY}', {"content://sms"}, 0),
        (f'const-string v0, "content://smsbook"\n{PARSE}\n{QUERY}', set(), 0),
        (f"{FIELD}\n{QUERY}", {"android.provider.Telephony$Sms.CONTENT_URI"}, 0),
        (f"{FIELD}\n{PICK}", set(), 0),
        (f'const-string v0, "content://sms"\n{PARSE}\n{PICK}', set(), 0),
        (f"{FIELD}\ninvoke-static {{v0}}, Lcn/b/Away;->what(Landroid/net/Uri;)V", set(), 1),
        (f"{FIELD}\nmove-object v0, p0\n{QUERY}",
         {"android.provider.Telephony$Sms.CONTENT_URI"}, 0),
    ],
    ids=["text", "longest", "below", "border", "field", "picked", "picked-text", "away", "beside"],
)  # fmt: skip
def test_addresses(code: str, sites: set[str], unsettled: int) -> None:
    reading = read((main(code),))
    ours = accesses(reading)
    assert {site.api for site in ours.sites()} == sites
    assert {site.way for site in ours.sites()} <= {"address"}
    assert ours.unsettled["sms"] == unsettled


def test_an_address_is_read_where_it_is_handed_in() -> None:
    helper = static("query", "(Landroid/net/Uri;)V", f"move-object v0, p0\n{QUERY}")
    use = static(
        "use", "()V", f"{FIELD}\ninvoke-static {{v0}}, Lcn/a/Main;->query(Landroid/net/Uri;)V"
    )
    assert {caller for *_, caller in shown(read((main("nop", helper, use),)))} == {"cn.a.Main.use"}


ARRAY = f"const/4 v1, 3\nnew-array v0, v1, [{STRING}"
EXEC = f"invoke-virtual {{v2, v0}}, Ljava/lang/Runtime;->exec([{STRING})Ljava/lang/Process;"


def words(*each: str) -> str:
    return "\n".join(
        (ARRAY, *(f'const-string v3, "{one}"\naput-object v3, v0, v1' for one in each))
    )


@pytest.mark.parametrize(
    ("code", "sites"),
    [
        (f"{words('cat', '/sys/class/net/wlan0/address')}\n{EXEC}",
         {("cat /sys/class/net/wlan0/address", "command")}),
        (f"{words('sh', '-c', 'cat /sys/class/net/eth0/address')}\n{EXEC}",
         {("cat /sys/class/net/eth0/address", "command"),
          ("sh -c cat /sys/class/net/eth0/address", "command")}),
        (f"{words('ro.serialno', 'getprop')}\n{EXEC}", set()),
        (f'const-string v0, "getprop ro.serialno"\ninvoke-virtual {{v2, v0}}, '
         f"Ljava/lang/Runtime;->exec({STRING})Ljava/lang/Process;",
         {("getprop ro.serialno", "command")}),
        (f'const-string v0, "getprop ro.serialno"\ninvoke-static {{v0}}, Lcn/b/Log;->d({STRING})V',
         set()),
        (f'const-string v0, "/sys/class/net/wlan0/address"\ninvoke-direct {{v1, v0}}, '
         f"Ljava/io/File;-><init>({STRING})V", {("/sys/class/net/wlan0/address", "file")}),
        (f'const-string v0, "/sys/class/net/"\nconst-string v2, "wlan0/address"\n'
         f"invoke-direct {{v1, v0, v2}}, Ljava/io/File;-><init>({STRING}{STRING})V",
         {("/sys/class/net/wlan0/address", "file")}),
        (f'const-string v0, "/sys/class/net/eth9"\ninvoke-direct {{v1, v0}}, '
         f"Ljava/io/File;-><init>({STRING})V", set()),
    ],
)  # fmt: skip
def test_commands_and_files(code: str, sites: set[tuple[str, str]]) -> None:
    assert found(code) == sites


BUILT = (
    "new-instance v3, Ljava/lang/StringBuilder;\n"
    "invoke-direct {v3}, Ljava/lang/StringBuilder;-><init>()V\n"
    'const-string v0, "android.telephony."\n'
    f"invoke-virtual {{v3, v0}}, Ljava/lang/StringBuilder;->append({STRING})Ljava/lang/StringBuilder;\n"  # noqa: E501
    'const-string v0, "TelephonyManager"\n'
    f"invoke-virtual {{v3, v0}}, Ljava/lang/StringBuilder;->append({STRING})Ljava/lang/StringBuilder;\n"  # noqa: E501
    f"invoke-virtual {{v3}}, Ljava/lang/StringBuilder;->toString(){STRING}\nmove-result-object v0"
)
LOADED = (
    f'const-string v0, "{PHONE}"\ninvoke-virtual {{v4, v0}}, '
    f"Ljava/lang/ClassLoader;->loadClass({STRING})Ljava/lang/Class;\nmove-result-object v0"
)
GOT = (
    "invoke-static {}, Landroid/telephony/TelephonyManager;->from()Landroid/telephony/TelephonyManager;\n"  # noqa: E501
    "move-result-object v0\n"
    "invoke-virtual {v0}, Ljava/lang/Object;->getClass()Ljava/lang/Class;\nmove-result-object v0"
)


@pytest.mark.parametrize(
    ("klass", "name", "hit"),
    [
        (f'const-string v0, "{PHONE}"\n{FOR_NAME}', "getDeviceId", True),
        (f'const-string v0, "{PHONE}"\n{FOR_NAME}', "getNothing", False),
        ("const-class v0, Landroid/telephony/TelephonyManager;", "getDeviceId", True),
        ("const-class v0, Lcn/a/Main;", "getDeviceId", False),
        (f'const-string v0, "cn.b.Ids"\n{FOR_NAME}', "getDeviceId", False),
        (f"{BUILT}\n{FOR_NAME}", "getDeviceId", True),
        (LOADED, "getDeviceId", True),
        (GOT, "getDeviceId", True),
        (f"move-object v0, p0\n{FOR_NAME}", "getDeviceId", True),
        (f"move-object v0, p0\n{FOR_NAME}", "getImei", True),
        (f"move-object v0, p0\n{FOR_NAME}", "getName", False),
        (f'const-string v0, "android.bluetooth.BluetoothAdapter"\n{FOR_NAME}', "getName", True),
    ],
)
def test_reflection(klass: str, name: str, hit: bool) -> None:
    sites = found(reflected(klass, name))
    assert {way for api, way in sites if way == "reflection"} == ({"reflection"} if hit else set())


def with_sdk(*prefixes: str) -> Sdk:
    return msgspec.structs.replace(knowledge().sdks[0], id="kit", prefixes=prefixes, classes=())


START = "invoke-virtual {v0}, Lcom/kit/api/loc/Client;->start()V"
CLIENT = Class("com.kit.api.loc.Client", (Method("start"),))


@pytest.mark.parametrize(
    ("caller", "prefixes", "hit"),
    [
        ("cn.a.Main", (), True),
        ("com.kit.api.map.View", (), False),
        ("com.kit.apis.View", (), True),
        ("com.kit.core.View", (), True),
        ("com.kit.core.View", ("com.kit",), False),
        ("com.kit.api.map.View", ("com.kit.api.loc",), True),
    ],
)
def test_a_component_that_calls_itself(caller: str, prefixes: tuple[str, ...], hit: bool) -> None:
    known = msgspec.structs.replace(knowledge(), sdks=(with_sdk(*prefixes),))
    reading = read((main(START, name=caller), CLIENT), known=known)
    expected = {("com.kit.api.loc.Client.start", "call")} if hit else set()
    assert {(api, way) for _, api, way, _ in shown(reading)} == expected


def test_an_interface_that_is_not_in_the_app_is_called_by_whoever_calls() -> None:
    reading = read((main(START, name="com.kit.api.map.View"),))
    assert len(shown(reading)) == 1


def test_vendors_classes() -> None:
    call = "invoke-virtual {v0}, Lcom/vendor/oaid/aidl/Service;->get()V"
    assert found(f"{call}\n{call}") == {("com.vendor.oaid.aidl.Service.get", "class")}
    assert shown(read((main(call, name="com.vendor.oaid.Impl"),))) == set()
    assert found(call.replace("aidl", "aidls")) == set()


def test_callbacks_of_classes_that_override() -> None:
    heard = Method("onHeard", f"({STRING})V")
    reading = read(
        (
            Class("cn.a.Ear", (heard,), implements=("android.x.Listener",)),
            Class("cn.a.Deaf", (heard,)),
            Class("cn.a.Mute", (Method("onHeard", code=None, access=0x401),), implements=("android.x.Listener",)),  # noqa: E501
        )
    )  # fmt: skip
    assert shown(reading) == {("kit", "android.x.Listener.onHeard", "callback", "cn.a.Ear.onHeard")}


def test_wrappers_do_not_count_where_the_row_says_so() -> None:
    clip = "invoke-static {}, Landroid/x/Clip;->get()V"
    phone = f"invoke-virtual {{v0}}, L{PHONE.replace('.', '/')};->getDeviceId(){STRING}"
    reading = read((main(f"{clip}\n{phone}", name="androidx.core.Night"),))
    assert {row for row, *_ in shown(reading)} == {"imei"}
    assert {row for row, *_ in shown(read((main(clip),)))} == {"quiet"}


def test_the_same_app_gives_the_same_sites_in_the_same_order() -> None:
    code = f'{FIELD}\n{QUERY}\nconst-string v1, "android_id"\n{GET}\nsget-object v0, Landroid/os/Build;->SERIAL:{STRING}'  # noqa: E501
    fields = (Field("F"),)
    app = (main(code)._replace(fields=fields),)
    assert accesses(read(app)).sites() == accesses(read(app)).sites()
    assert [site.place for site in accesses(read(app)).sites()] == sorted(
        site.place for site in accesses(read(app)).sites()
    )


def test_nothing_in_an_empty_app() -> None:
    assert accesses(read(())).sites() == []


def test_is_in() -> None:
    assert is_in("a.b.C", "a.b.")
    assert is_in("a.b.C$D", "a.b.C$")
    assert not is_in("a.b.CD", "a.b.C")
    assert not is_in("a.bc.D", "a.b.")
