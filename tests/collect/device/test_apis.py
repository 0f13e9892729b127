from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.apis import NOTHING, Apis, Meaning, split_api
from scanner.knowledge import Knowledge, load_knowledge, rules_folder

APP = "cn.example.app"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


@pytest.fixture(scope="module")
def apis(knowledge: Knowledge) -> Apis:
    return Apis(knowledge, APP)


def opened(meaning: Meaning) -> set[tuple[str, str, str]]:
    return {(hit.access.data_type, hit.api, hit.way) for hit in meaning.hits}


@pytest.mark.parametrize(
    "api",
    [
        "android.telephony.TelephonyManager.getImei",
        "android.telephony.TelephonyManager->getImei",
        "android.telephony.TelephonyManager#getImei(int)",
        "java.lang.String android.telephony.TelephonyManager.getImei(int)",
        "Landroid/telephony/TelephonyManager;->getImei(I)Ljava/lang/String;",
    ],
)
def test_a_call_is_known_however_it_is_written(apis: Apis, api: str) -> None:
    call = ("imei", "android.telephony.TelephonyManager.getImei", "call")
    assert opened(apis.of(api, None)) == {call}


def test_every_method_of_the_table_is_known_by_its_name(apis: Apis, knowledge: Knowledge) -> None:
    for row in knowledge.apis.accesses:
        for name in row.methods:
            found = opened(apis.of(name, ("x",)))
            assert (row.data_type, name.replace("->", "."), "call") in found


@pytest.mark.parametrize(
    ("api", "known"),
    [
        (
            "android.app.ApplicationPackageManager.getInstalledPackages",
            "android.content.pm.PackageManager.getInstalledPackages",
        ),
        (
            "com.android.internal.telephony.IPhoneSubInfo$Stub$Proxy.getDeviceId",
            "com.android.internal.telephony.IPhoneSubInfo.getDeviceId",
        ),
        ("android.media.AudioRecord.$init", "android.media.AudioRecord.<init>"),
    ],
)
def test_what_implements_a_class_stands_for_it(apis: Apis, api: str, known: str) -> None:
    assert known in {hit.api for hit in apis.of(api, ()).hits}


@pytest.mark.parametrize(
    "api",
    ["", "getImei", "java.lang.String.length", "cn.example.app.Phone.getImei", "a b", "é(", "."],
)
def test_what_opens_nothing_means_nothing(apis: Apis, api: str) -> None:
    assert apis.of(api, ("x",)) is NOTHING


class TestConstants:
    GET = "android.provider.Settings$Secure.getString"
    SAID = ("android_id", 'android.provider.Settings$Secure.getString("android_id")', "call")

    @pytest.mark.parametrize(
        "args",
        [
            ("android.app.ContextImpl$ApplicationContentResolver@1a", "android_id"),
            ("android_id",),
            ("x", '"android_id"'),
        ],
    )
    def test_the_table_says_which_counts(self, apis: Apis, args: tuple[str, ...]) -> None:
        assert opened(apis.of(self.GET, args)) == {self.SAID}
        dotted = self.GET.replace("$", ".")
        assert opened(apis.of(dotted, args)) == {self.SAID}

    def test_others_do_not(self, apis: Apis) -> None:
        meaning = apis.of(self.GET, ("x", "default_input_method"))
        assert (meaning.hits, meaning.untold) == ((), ())

    @pytest.mark.parametrize("args", [None, (), ("x", "***")])
    def test_what_was_not_recorded_is_untold(
        self, apis: Apis, args: tuple[str, ...] | None
    ) -> None:
        meaning = apis.of(self.GET, args)
        assert not meaning.hits
        assert "android_id" in meaning.untold

    def test_numbers_count_at_their_place_only(self, apis: Apis) -> None:
        api = "android.hardware.SensorManager.getDefaultSensor"
        assert ("activity", f"{api}(19)", "call") in opened(apis.of(api, ("19",)))
        assert {kind for kind, _, _ in opened(apis.of(api, ("1", "19")))} == {"sensors"}

    def test_a_truth_is_a_number(self, apis: Apis) -> None:
        api = "com.amap.api.maps.AMap.setMyLocationEnabled"
        assert opened(apis.of(api, ("true",))) == {("location_precise", f"{api}(1)", "call")}
        assert not apis.of(api, ("false",)).hits

    def test_beginnings_are_told_as_the_table_has_them(self, apis: Apis) -> None:
        meaning = apis.of("android.os.SystemProperties.get", ("ro.ril.oem.imei7", ""))
        said = 'android.os.SystemProperties.get("ro.ril.oem.imei*")'
        assert opened(meaning) == {("imei", said, "call")}


class TestTexts:
    QUERY = "android.content.ContentResolver.query"

    @pytest.mark.parametrize(
        ("address", "kind", "api"),
        [
            ("content://com.android.contacts/data/13800138000", "contacts", "com.android.contacts"),
            ("content://10@com.android.contacts/data", "contacts", "com.android.contacts"),
            ("content://sms/inbox", "sms", "sms"),
            ("content://media/1a2b-3c4d/images/media", "photos", "media/external/images"),
        ],
    )
    def test_addresses(self, apis: Apis, address: str, kind: str, api: str) -> None:
        meaning = apis.of(self.QUERY, (address, "null", "null"))
        assert opened(meaning) == {(kind, f"content://{api}", "address")}

    def test_the_longest_address_counts(self, apis: Apis) -> None:
        meaning = apis.of(self.QUERY, ("content://com.android.contacts/profile/data",))
        assert {kind for kind, _, _ in opened(meaning)} == {"name"}

    def test_an_authority_stands_for_its_address(self, apis: Apis) -> None:
        api = "android.content.ContentResolver.acquireContentProviderClient"
        assert opened(apis.of(api, ("call_log",))) == {
            ("call_log", "content://call_log", "address")
        }

    def test_others_and_unrecorded_ones(self, apis: Apis) -> None:
        own = apis.of(self.QUERY, ("content://cn.example.app.provider/x",))
        assert (own.hits, own.untold) == ((), ())
        assert {"contacts", "sms", "call_log"} <= set(apis.of(self.QUERY, None).untold)

    @pytest.mark.parametrize(
        "args",
        [
            ("cat /sys/class/net/wlan0/address",),
            ("[sh, -c, cat /sys/class/net/wlan0/address]",),
            ("cat", "/sys/class/net/wlan0/address"),
            ('["cat","/sys/class/net/wlan0/address"]',),
        ],
    )
    def test_commands(self, apis: Apis, args: tuple[str, ...]) -> None:
        meaning = apis.of("java.lang.Runtime.exec", args)
        assert opened(meaning) == {("mac", "java.lang.Runtime.exec", "command")}

    @pytest.mark.parametrize(
        "args", [("/sys/class/net/wlan0/address",), ("/sys/class/net/wlan0", "address")]
    )
    def test_files(self, apis: Apis, args: tuple[str, ...]) -> None:
        meaning = apis.of("java.io.FileInputStream.<init>", args)
        assert opened(meaning) == {("mac", "/sys/class/net/wlan0/address", "file")}
        assert not apis.of("java.io.File.<init>", ("/data/data/cn.example.app/a",)).hits

    def test_lists_of_apps_by_what_a_search_is_for(self, apis: Apis) -> None:
        api = "android.content.pm.PackageManager.queryIntentActivities"
        intent = "Intent { act=android.intent.action.MAIN cat=[android.intent.category.LAUNCHER]"
        assert {kind for kind, _, _ in opened(apis.of(api, (f"{intent} }}", "0")))} == {
            "installed_apps"
        }
        assert not apis.of(api, (f"{intent} pkg=com.other }}", "0")).hits
        assert not apis.of(api, ("Intent { act=android.intent.action.VIEW }", "0")).hits
        assert apis.of(api, None).untold == ("installed_apps",)

    def test_services_that_give_an_identifier(self, apis: Apis) -> None:
        intent = "Intent { act=com.uodis.opendevice.OPENIDS_SERVICE pkg=com.huawei.hwid }"
        meaning = apis.of("android.content.Context.bindService", (intent, "x", "1"))
        assert opened(meaning) == {("oaid", "com.uodis.opendevice.OPENIDS_SERVICE", "text")}
        assert meaning.started == "com.huawei.hwid"

    def test_classes_of_vendors(self, apis: Apis) -> None:
        api = "com.heytap.openid.IOpenID$Stub$Proxy.getSerID"
        assert opened(apis.of(api, None)) == {("oaid", api, "class")}


class TestAsking:
    def test_requests_name_their_permissions(self, apis: Apis) -> None:
        given_ = ("[android.permission.CAMERA, android.permission.RECORD_AUDIO]", "7")
        meaning = apis.of("android.app.Activity.requestPermissions", given_)
        assert meaning.permissions == (
            "android.permission.CAMERA",
            "android.permission.RECORD_AUDIO",
        )

    def test_requests_of_an_unknown_kind(self, apis: Apis) -> None:
        assert (
            apis.of("androidx.core.app.ActivityCompat.requestPermissions", None).permissions == ()
        )

    def test_a_launcher_launches_other_things_too(self, apis: Apis) -> None:
        api = "androidx.activity.result.ActivityResultLauncher.launch"
        assert apis.of(api, ("Intent { act=android.intent.action.PICK }",)).permissions is None
        assert apis.of(api, ("android.permission.CAMERA",)).permissions == (
            "android.permission.CAMERA",
        )

    def test_words_that_are_no_permission_are_not_repeated(self, apis: Apis) -> None:
        meaning = apis.of(
            "android.app.Activity.requestPermissions", ("wang.permission.x", "a@b.cn")
        )
        assert meaning.permissions == ()

    @pytest.mark.parametrize(
        ("intent", "package"),
        [
            ("Intent { cmp=com.other.app/.Wake }", "com.other.app"),
            ("Intent { act=x.WAKE pkg=com.other.app (has extras) }", "com.other.app"),
            ("ComponentInfo{com.other.app/com.other.app.Wake}", "com.other.app"),
            (f"Intent {{ cmp={APP}/.Own }}", ""),
            ("Intent { act=android.intent.action.VIEW dat=https://pkg=com.x/ }", ""),
        ],
    )
    def test_starts_of_other_apps(self, apis: Apis, intent: str, package: str) -> None:
        assert apis.of("android.app.Activity.startActivity", (intent,)).started == package


def test_every_constant_of_the_table_is_met(apis: Apis, knowledge: Knowledge) -> None:
    for row in knowledge.apis.accesses:
        for call in row.calls:
            for value in call.values:
                args = ("x",) * call.argument + (value.rstrip("*"),)
                kinds = {hit.access.data_type for hit in apis.of(call.method, args).hits}
                assert row.data_type in kinds, (call.method, value)


@given(st.text(max_size=400), st.none() | st.lists(st.text(max_size=50), max_size=40).map(tuple))
def test_anything_may_be_asked(apis: Apis, api: str, args: tuple[str, ...] | None) -> None:
    assert apis.of(api, args) == apis.of(api, args)


@given(st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9}){0,3}\.[A-Z][a-z]{0,9}", fullmatch=True))
def test_both_ways_of_writing_are_one(of: str) -> None:
    assert split_api(f"{of}->read") == split_api(f"{of}.read(int)") == (of, "read")


def test_arguments_are_never_repeated(apis: Apis) -> None:
    secret = "13800138000"
    for api, args in (
        ("java.lang.Runtime.exec", (f"getprop ro.ril.oem.imei {secret}",)),
        ("android.content.ContentResolver.query", (f"content://sms/{secret}",)),
        ("java.io.File.<init>", (f"/proc/net/arp/{secret}",)),
        ("android.os.SystemProperties.get", (f"ro.ril.oem.imei{secret}",)),
    ):
        meaning = apis.of(api, args)
        assert meaning.hits
        assert secret not in repr([hit.api for hit in meaning.hits])
