from __future__ import annotations

from scanner.collect.apk.reading import Reading
from tests.collect.apk.dexforge import Class, Field, Method
from tests.collect.apk.readings import read

PHONE = "android.telephony.TelephonyManager->getDeviceId"
SERVICE = "android.content.Context->getSystemService"


def call(reference: str, kind: str = "virtual") -> Method:
    return Method("go", "()V", f"invoke-{kind} {{v0}}, {reference}\nreturn-void")


def names(reading: Reading, *members: str) -> dict[str, list[str]]:
    found = reading.members.methods(members)
    return {reading.program.method_descriptor(number): each for number, each in found.items()}


def test_all_overloads_and_nothing_of_that_name_elsewhere() -> None:
    reading = read(
        (
            Class(
                "cn.a.Main",
                (
                    Method(
                        "go",
                        "()V",
                        """
                        invoke-virtual {v0}, Landroid/telephony/TelephonyManager;->getDeviceId()I
                        invoke-virtual {v0, v1}, Landroid/telephony/TelephonyManager;->getDeviceId(I)I
                        invoke-virtual {v0}, Lcn/b/Ids;->getDeviceId()I
                        invoke-virtual {v0}, Landroid/telephony/TelephonyManager;->getImei()I
                        return-void
                        """,  # noqa: E501
                    ),
                ),
            ),
        )
    )
    assert names(reading, PHONE) == {
        "Landroid/telephony/TelephonyManager;->getDeviceId()I": [PHONE],
        "Landroid/telephony/TelephonyManager;->getDeviceId(I)I": [PHONE],
    }


def test_a_subclass_stands_for_the_class_that_android_defines() -> None:
    reading = read(
        (
            Class("cn.a.Base", extends="android.app.Activity"),
            Class(
                "cn.a.Main",
                (call("Lcn/a/Main;->getSystemService(Ljava/lang/String;)Ljava/lang/Object;"),),
                extends="cn.a.Base",
            ),
        )
    )
    descriptor = "Lcn/a/Main;->getSystemService(Ljava/lang/String;)Ljava/lang/Object;"
    assert names(reading, SERVICE) == {descriptor: [SERVICE]}


def test_what_the_app_overrides_is_the_apps() -> None:
    body = Method("getDeviceId", "()I", "const/4 v0, 1\nreturn v0")
    reading = read(
        (
            Class("cn.a.Fake", (body,), extends="android.telephony.TelephonyManager"),
            Class("cn.a.Faker", extends="cn.a.Fake"),
            Class("cn.a.Plain", (body,)),
            Class(
                "cn.a.Main",
                (
                    Method(
                        "go",
                        "()V",
                        """
                        invoke-virtual {v0}, Lcn/a/Fake;->getDeviceId()I
                        invoke-virtual {v0}, Lcn/a/Faker;->getDeviceId()I
                        invoke-virtual {v0}, Lcn/a/Plain;->getDeviceId()I
                        return-void
                        """,
                    ),
                ),
            ),
        )
    )
    assert names(reading, PHONE) == {}
    assert list(names(reading, "cn.a.Fake->getDeviceId")) == [
        "Lcn/a/Fake;->getDeviceId()I",
        "Lcn/a/Faker;->getDeviceId()I",
    ]


def test_the_super_class_that_the_override_calls_is_android() -> None:
    body = Method(
        "getDeviceId",
        "()I",
        "invoke-super {p0}, Landroid/telephony/TelephonyManager;->getDeviceId()I\n"
        "move-result v0\nreturn v0",
    )
    reading = read((Class("cn.a.Fake", (body,), extends="android.telephony.TelephonyManager"),))
    assert list(names(reading, PHONE)) == ["Landroid/telephony/TelephonyManager;->getDeviceId()I"]


def test_of_two_kin_in_the_table_the_nearest_counts() -> None:
    loaders = ("dalvik.system.BaseDexClassLoader-><init>", "dalvik.system.DexClassLoader-><init>")
    reading = read(
        (Class("cn.a.Main", (call("Ldalvik/system/DexClassLoader;-><init>()V", "direct"),)),)
    )
    assert list(names(reading, *loaders).values()) == [[loaders[1]]]


def test_loops_in_the_hierarchy_end() -> None:
    reading = read(
        (
            Class("cn.a.A", (call("Lcn/a/A;->getDeviceId()I"),), extends="cn.a.B"),
            Class("cn.a.B", extends="cn.a.A"),
        )
    )
    assert names(reading, PHONE) == {}


def test_fields_by_class_and_by_group() -> None:
    reading = read(
        (
            Class(
                "cn.a.Main",
                (
                    Method(
                        "go",
                        "()V",
                        """
                        sget-object v0, Landroid/os/Build;->SERIAL:Ljava/lang/String;
                        sget-object v0, Lcn/a/Main;->SERIAL:Ljava/lang/String;
                        sget-object v0, Landroid/provider/CallLog$Calls;->CONTENT_URI:Landroid/net/Uri;
                        sget-object v0, Landroid/provider/CallLogs;->CONTENT_URI:Landroid/net/Uri;
                        return-void
                        """,  # noqa: E501
                    ),
                ),
                fields=(Field("SERIAL"),),
            ),
        )
    )
    members = reading.members
    assert list(members.fields(["android.os.Build->SERIAL"]).values()) == [
        ["android.os.Build->SERIAL"]
    ]
    group = members.fields_of(["android.provider.CallLog$", "android.provider.CallLog"])
    assert list(group.values()) == ["android.provider.CallLog$Calls"]


def test_nothing_of_an_app_without_code() -> None:
    reading = read(())
    assert names(reading, PHONE) == {}
    assert reading.members.fields(["android.os.Build->SERIAL"]) == {}
