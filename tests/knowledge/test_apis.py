"""The table of what opens personal information: whole, precise, and faults told where they are."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import re2

from scanner.errors import RulebookError
from scanner.knowledge import Knowledge, load_knowledge
from scanner.knowledge.apis import Access

LISTS = Path(__file__).parents[2] / "rules" / "lists"
MEMBER = re.compile(
    r"([a-z][A-Za-z0-9_]*\.)+[A-Za-z0-9_]+(\$[A-Za-z0-9_]+)*->([A-Za-z0-9_$]+|<init>)"
)
TELEPHONY = "android.telephony.TelephonyManager->"
WIFI = "android.net.wifi."
PACKAGES = "android.content.pm.PackageManager->"
TASKS = "android.app.ActivityManager->"
LOCATION = "android.location.LocationManager->"
CLIPBOARD = "android.content.ClipboardManager->"
SENSORS = "android.hardware.SensorManager->"

METHODS = {
    "imei": f"{TELEPHONY}getDeviceId {TELEPHONY}getImei"
    " com.android.internal.telephony.IPhoneSubInfo->getDeviceId",
    "meid": f"{TELEPHONY}getMeid",
    "imsi": f"{TELEPHONY}getSubscriberId",
    "iccid": f"{TELEPHONY}getSimSerialNumber {TELEPHONY}getUiccCardsInfo"
    " android.telephony.SubscriptionInfo->getIccId"
    " android.telephony.SubscriptionManager->getActiveSubscriptionInfoList",
    "phone": f"{TELEPHONY}getLine1Number android.telephony.SubscriptionInfo->getNumber"
    " android.telephony.SubscriptionManager->getPhoneNumber",
    "carrier": f"{TELEPHONY}getSimOperator {TELEPHONY}getNetworkOperator"
    f" {TELEPHONY}getSimOperatorName",
    "serial": "android.os.Build->getSerial",
    "mac": f"{WIFI}WifiInfo->getMacAddress java.net.NetworkInterface->getHardwareAddress"
    " android.bluetooth.BluetoothAdapter->getAddress",
    "oaid": "com.bun.miitmdid.core.MdidSdkHelper->InitSdk"
    " com.huawei.hms.ads.identifier.AdvertisingIdClient->getAdvertisingIdInfo"
    " com.hihonor.ads.identifier.AdvertisingIdClient->getAdvertisingIdInfo"
    " com.android.id.impl.IdProviderImpl->getOAID",
    "aaid": "com.google.android.gms.ads.identifier.AdvertisingIdClient->getAdvertisingIdInfo",
    "device_ids": "com.google.android.gms.appset.AppSetIdClient->getAppSetIdInfo"
    " com.google.firebase.installations.FirebaseInstallations->getId",
    "installed_apps": f"{PACKAGES}getInstalledPackages {PACKAGES}getInstalledApplications"
    f" {PACKAGES}getInstalledModules {PACKAGES}getPackagesForUid"
    " android.content.pm.LauncherApps->getActivityList",
    "running_apps": f"{TASKS}getRunningAppProcesses {TASKS}getRunningTasks {TASKS}getRecentTasks"
    f" {TASKS}getRunningServices android.app.usage.UsageStatsManager->queryUsageStats"
    " android.app.usage.UsageStatsManager->queryEvents",
    "ssid": f"{WIFI}WifiInfo->getSSID {WIFI}WifiManager->getConfiguredNetworks",
    "bssid": f"{WIFI}WifiInfo->getBSSID {WIFI}WifiManager->getScanResults"
    f" {WIFI}WifiManager->startScan",
    "network_info": f"{WIFI}WifiManager->getConnectionInfo android.net.NetworkInfo->getExtraInfo"
    " android.net.NetworkCapabilities->getTransportInfo",
    "location_precise": f"{LOCATION}getLastKnownLocation {LOCATION}requestLocationUpdates"
    f" {LOCATION}requestSingleUpdate {LOCATION}getCurrentLocation {LOCATION}addNmeaListener"
    " android.location.Location->getLatitude android.location.Location->getLongitude"
    " com.google.android.gms.location.FusedLocationProviderClient->getLastLocation"
    " com.google.android.gms.location.FusedLocationProviderClient->requestLocationUpdates"
    " com.amap.api.location.AMapLocationClient->startLocation"
    " com.baidu.location.LocationClient->start"
    " com.tencent.map.geolocation.TencentLocationManager->requestLocationUpdates"
    " com.google.android.gms.location.GeofencingClient->addGeofences"
    " android.media.ExifInterface->getLatLong"
    " android.webkit.GeolocationPermissions$Callback->invoke",
    "cell": f"{TELEPHONY}getCellLocation {TELEPHONY}getAllCellInfo"
    f" {TELEPHONY}requestCellInfoUpdate {TELEPHONY}getNeighboringCellInfo"
    " android.telephony.gsm.GsmCellLocation->getCid android.telephony.gsm.GsmCellLocation->getLac"
    " android.telephony.cdma.CdmaCellLocation->getBaseStationId"
    " android.telephony.CellIdentityLte->getCi android.telephony.CellIdentityNr->getNci",
    "sms": "android.telephony.SmsMessage->createFromPdu",
    "files": "android.os.FileObserver->startWatching",
    "clipboard": f"{CLIPBOARD}getPrimaryClip {CLIPBOARD}getText {CLIPBOARD}hasPrimaryClip"
    f" {CLIPBOARD}getPrimaryClipDescription {CLIPBOARD}addPrimaryClipChangedListener",
    "sensors": f"{SENSORS}getSensorList {SENSORS}getDefaultSensor {SENSORS}registerListener",
    "photos": "android.hardware.Camera->open android.hardware.Camera->takePicture"
    " android.hardware.camera2.CameraManager->openCamera"
    " androidx.camera.lifecycle.ProcessCameraProvider->bindToLifecycle",
    "video": "android.media.MediaRecorder->setVideoSource",
    "audio": "android.media.AudioRecord-><init> android.media.AudioRecord->startRecording"
    " android.media.MediaRecorder->setAudioSource android.speech.SpeechRecognizer->startListening",
    "screen": "android.media.projection.MediaProjectionManager->createScreenCaptureIntent"
    " android.media.projection.MediaProjection->createVirtualDisplay"
    " android.accessibilityservice.AccessibilityService->getRootInActiveWindow",
    "account": "android.accounts.AccountManager->getAccounts"
    " android.accounts.AccountManager->getAccountsByType",
    "nearby_devices": "android.bluetooth.BluetoothAdapter->startDiscovery"
    " android.bluetooth.BluetoothAdapter->startLeScan"
    " android.bluetooth.BluetoothAdapter->getBondedDevices"
    " android.bluetooth.le.BluetoothLeScanner->startScan",
    "ip": "java.net.NetworkInterface->getInetAddresses java.net.InetAddress->getHostAddress"
    f" {WIFI}WifiInfo->getIpAddress {WIFI}WifiManager->getDhcpInfo"
    " android.net.LinkProperties->getLinkAddresses",
    "device_info": "android.os.Build->getRadioVersion android.os.BatteryManager->getIntProperty"
    " android.os.StatFs->getTotalBytes",
}
"""Methods of the reference's list of sensitive calls, and the kind that each of them opens."""

PROPERTY = "android.os.SystemProperties->get"
SECURE = "android.provider.Settings$Secure->getString"
CALLS = [
    ("imei", PROPERTY, 0, "ro.ril.oem.imei"),
    ("serial", PROPERTY, 0, "ro.serialno"),
    ("android_id", SECURE, 1, "android_id"),
    ("android_id", "android.provider.Settings$System->getString", 1, "android_id"),
    ("mac", SECURE, 1, "bluetooth_address"),
    ("device_ids", "android.media.MediaDrm->getPropertyByteArray", 0, "deviceUniqueId"),
    ("health", "android.hardware.SensorManager->getDefaultSensor", 0, "21"),
    ("activity", "android.hardware.SensorManager->getDefaultSensor", 0, "19"),
]

OTHER = [
    ("serial", "fields", "android.os.Build->SERIAL"),
    ("device_model", "fields", "android.os.Build->MODEL"),
    ("device_model", "fields", "android.os.Build->BRAND"),
    ("device_model", "fields", "android.os.Build->FINGERPRINT"),
    ("mac", "files", "/sys/class/net/wlan0/address"),
    ("oaid", "classes", "com.bun.supplier.IIdentifierListener"),
    ("oaid", "classes", "com.heytap.openid.IOpenID"),
    ("oaid", "classes", "com.samsung.android.deviceidservice.IDeviceIdService"),
    ("oaid", "classes", "com.zui.deviceidservice.IDeviceidInterface"),
    ("oaid", "classes", "com.asus.msa.SupplementaryDID.IDidAidlInterface"),
    ("oaid", "actions", "com.uodis.opendevice.OPENIDS_SERVICE"),
    ("oaid", "actions", "action.com.heytap.openid.OPEN_ID_SERVICE"),
    ("oaid", "actions", "com.android.id.impl.IdProviderImpl"),
    ("oaid", "uris", "content://com.vivo.vms.IdProvider/IdentifierId/OAID"),
    ("oaid", "uris", "content://com.meizu.flyme.openidsdk/"),
    ("cell", "overrides", "android.telephony.PhoneStateListener->onCellLocationChanged"),
    ("location_precise", "overrides", "android.location.LocationListener->onLocationChanged"),
    ("contacts", "uris", "content://com.android.contacts/data/phones"),
    ("contacts", "uris", "content://icc/adn"),
    ("contacts", "uri_fields", "android.provider.ContactsContract$CommonDataKinds$Phone"),
    ("sms", "uris", "content://sms/inbox"),
    ("sms", "uris", "content://mms-sms/conversations"),
    ("call_log", "uris", "content://call_log/calls"),
    ("call_log", "uri_fields", "android.provider.CallLog$Calls"),
    ("calendar", "uris", "content://com.android.calendar/events"),
    ("photos", "uri_fields", "android.provider.MediaStore$Images$Media"),
    ("video", "uri_fields", "android.provider.MediaStore$Video$Media"),
    (
        "screen",
        "overrides",
        "android.accessibilityservice.AccessibilityService->onAccessibilityEvent",
    ),
    (
        "notifications",
        "overrides",
        "android.service.notification.NotificationListenerService->onNotificationPosted",
    ),
    ("face", "classes", "com.megvii.meglive_sdk.manager.MegLiveManager"),
    ("face", "classes", "com.baidu.idl.face.platform.FaceSDKManager"),
    ("face", "classes", "com.tencent.cloud.huiyansdkface.facelight.api.WbCloudFaceVerifySdk"),
    ("face", "classes", "com.webank.facelight.api.WbCloudFaceVerifySdk"),
    ("face", "classes", "com.alipay.face.api.ZIMFacade"),
    ("face", "classes", "com.aliyun.aliyunface.api.ZIMFacade"),
    ("face", "classes", "com.sensetime.senseid.sdk.liveness.interactive.InteractiveLivenessApi"),
]

COMMANDS = [
    ("getprop ro.serialno", {"serial"}),
    ("/system/bin/getprop ro.boot.serialno", {"serial"}),
    ("getprop ro.ril.oem.imei", {"imei"}),
    ("pm list packages", {"installed_apps"}),
    ("/system/bin/pm list package -3", {"installed_apps"}),
    ("cat /sys/class/net/wlan0/address", {"mac"}),
    ("cat /sys/class/net/eth0/address ", {"mac"}),
    ("ifconfig", {"mac"}),
    ("busybox ifconfig wlan0", {"mac"}),
    ("ip link show", {"mac"}),
    ("ip -6 addr", {"mac"}),
    ("ip neigh show", {"bssid"}),
    ("cat /proc/net/arp", {"bssid"}),
    ("ps", {"running_apps"}),
    ("ps -A", {"running_apps"}),
    ("sh -c ps | grep com.example", {"running_apps"}),
    ("getprop ro.product.model", {"device_model"}),
    ("settings get secure android_id", {"android_id"}),
    ("screencap -p /sdcard/a.png", {"screen"}),
    ("getprop ro.build.version.sdk", set()),
    ("chmod 755 /data/local/tmp/ps.sh", set()),
    ("ping -c 1 www.example.cn", set()),
    ("logcat -d", set()),
    ("rm -rf /data/data/cn.example/cache/apps", set()),
    ("echo ship", set()),
    ("cat /proc/cpuinfo", set()),
    ("pm install -r app.apk", set()),
    ("cat /sys/class/net/wlan0/statistics/rx_bytes", set()),
]


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(LISTS)


def kinds(known: Knowledge, fits: Callable[[Access], bool]) -> set[str]:
    return {row.data_type for row in known.apis.accesses if fits(row)}


def within(name: str, groups: tuple[str, ...]) -> bool:
    """Say whether a class is one of several, or in one of several groups of classes."""
    return any(
        name.startswith(group) if group.endswith((".", "$")) else name == group for group in groups
    )


@pytest.mark.parametrize(
    ("kind", "method"),
    [(kind, method) for kind, methods in METHODS.items() for method in methods.split()],
)
def test_methods_of_the_reference_open_their_kind(known: Knowledge, kind: str, method: str) -> None:
    assert kinds(known, lambda row: method in row.methods) == {kind}


@pytest.mark.parametrize(("kind", "method", "argument", "value"), CALLS)
def test_calls_count_with_their_constant_only(
    known: Knowledge, kind: str, method: str, argument: int, value: str
) -> None:
    def opens(text: str) -> Callable[[Access], bool]:
        return lambda row: any(
            call.method == method
            and call.argument == argument
            and any(
                text.startswith(one[:-1]) if one.endswith("*") else text == one
                for one in call.values
            )
            for call in row.calls
        )

    assert kinds(known, opens(value)) == {kind}
    assert not kinds(known, opens("screen_brightness"))


@pytest.mark.parametrize(("kind", "column", "text"), OTHER)
def test_what_is_no_method_opens_its_kind(
    known: Knowledge, kind: str, column: str, text: str
) -> None:
    def fits(row: Access) -> bool:
        texts = getattr(row, column)
        if column in {"uris", "files"}:
            return any(text.startswith(each) for each in texts)
        if column in {"classes", "uri_fields"}:
            return within(text, texts)
        return text in texts

    assert kinds(known, fits) == {kind}


@pytest.mark.parametrize(("command", "expected"), COMMANDS)
def test_shell_commands_show_their_kind(known: Knowledge, command: str, expected: set[str]) -> None:
    assert expected == kinds(
        known, lambda row: any(re2.search(each, command) for each in row.commands)
    )


@pytest.mark.parametrize(
    "method",
    [
        "android.telephony.SmsManager->sendTextMessage",
        "android.util.Log->i",
        "android.util.Log->d",
        "android.content.ContentResolver->query",
        "android.content.ContentResolver->insert",
        "android.content.ClipboardManager->setPrimaryClip",
        "android.location.LocationManager->isProviderEnabled",
        "android.location.Location->setLatitude",
        "android.content.pm.PackageManager->getPackageInfo",
        "android.provider.Settings$Secure->getString",
        "android.os.SystemProperties->get",
        "android.webkit.WebView->evaluateJavascript",
        "android.telephony.TelephonyManager->listen",
        "java.lang.reflect.Method->invoke",
    ],
)
def test_what_sends_or_is_in_every_app_is_no_access(known: Knowledge, method: str) -> None:
    assert not kinds(known, lambda row: method in row.methods or method in row.overrides)


def test_a_search_for_any_screen_is_no_list_of_apps(known: Knowledge) -> None:
    for method in (f"{PACKAGES}queryIntentActivities", f"{PACKAGES}queryIntentServices"):
        assert method not in {name for row in known.apis.accesses for name in row.methods}
        found = [
            (row.data_type, near.texts)
            for row in known.apis.accesses
            for near in row.near
            if near.method == method
        ]
        assert found == [("installed_apps", ("android.intent.category.LAUNCHER",))]


def members(known: Knowledge) -> Iterator[str]:
    for row in known.apis.accesses:
        yield from (*row.methods, *row.fields, *row.overrides)
        yield from (call.method for call in row.calls)
        yield from (near.method for near in row.near)
    for use in known.apis.uses.values():
        yield from use.methods


def test_members_are_well_formed(known: Knowledge) -> None:
    assert [member for member in members(known) if not MEMBER.fullmatch(member)] == []


def test_nothing_belongs_to_two_rows(known: Knowledge) -> None:
    owners: dict[str, set[str]] = {}
    for row in known.apis.accesses:
        for text in (*row.methods, *row.fields, *row.overrides, *row.actions, *row.files):
            owners.setdefault(text, set()).add(row.id)
        for text in (*row.uris, *row.uri_fields):
            owners.setdefault(text, set()).add(row.id)
    assert {text: found for text, found in owners.items() if len(found) > 1} == {}


def test_only_a_texts_end_stands_for_any_rest(known: Knowledge) -> None:
    texts = [
        value for row in known.apis.accesses for call in row.calls for value in call.values
    ] + [text for use in known.apis.uses.values() for text in use.texts]
    assert [text for text in texts if "*" in text[:-1] or text == "*"] == []


def test_permissions_are_known(known: Knowledge) -> None:
    named = {name for row in known.apis.accesses for name in row.permissions}
    assert named - set(known.permissions) == set()
    assert set(known.apis.uses) - set(known.permissions) == set()


def test_a_permission_opens_what_its_own_table_says(known: Knowledge) -> None:
    """permissions.yaml was written from other sources: who may read it must open its kind."""
    opened: dict[str, set[str]] = {}
    for row in known.apis.accesses:
        for name in row.permissions:
            opened.setdefault(name, set()).add(row.data_type)
    related = {
        "location_coarse": {"location_precise"},
        "track": {"location_precise"},
        "location": {"location_precise"},
        "mac": {"nearby_devices"},  # BLUETOOTH_ADMIN lets an app look for devices
    }
    wrong = {}
    for name, found in opened.items():
        said = known.permissions[name].data_type
        if said != "none" and not found & {said, *related.get(said, ())}:
            wrong[name] = (said, found)
    assert wrong == {}


CERTAIN = "CAMERA READ_CONTACTS READ_CALL_LOG READ_SMS RECEIVE_SMS SEND_SMS READ_CALENDAR"
UNCERTAIN = "RECORD_AUDIO READ_EXTERNAL_STORAGE MANAGE_EXTERNAL_STORAGE SYSTEM_ALERT_WINDOW"


def test_only_where_nothing_else_needs_it_is_a_permission_unused(known: Knowledge) -> None:
    for name in CERTAIN.split():
        assert known.apis.uses[f"android.permission.{name}"].complete, name
    for name in UNCERTAIN.split():
        assert not known.apis.uses[f"android.permission.{name}"].complete, name


def test_every_use_names_something(known: Knowledge) -> None:
    for use in known.apis.uses.values():
        assert use.methods or use.classes or use.texts, use.permission


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("data: imei", "data: imie", "data: 'imie' is not known"),
        ("TelephonyManager->getImei'", "TelephonyManager.getImei'", "methods: "),
        ("ignore_wrappers: true", "ignore_wrappers: yes", "ignore_wrappers: "),
        ("argument: 0", "argument: first", "argument: "),
        ("        argument: 0\n", "", "call: missing argument"),
        ("'content://settings/secure/android_id'", "'settings/secure'", "uris: "),
        ("files: [/proc/net/arp]", "files: [proc/net/arp]", "files: "),
        (r"'\bservice\s+call\s+iphonesubinfo\b'", r"'(?=ps)'", "commands: '(?=ps)' is no RE2"),
        ("permissions: [android.permission.READ_PHONE_STATE,", "permissions: [x y,", "permissions"),
        ("complete: true", "complete: perhaps", "complete: "),
        ("  android.permission.CAMERA:\n", "  CAMERA:\n", "uses: 'CAMERA' cannot be an id"),
        ("    near:\n", "    nearby:\n", "installed-apps-launchers: unknown key 'nearby'"),
        ("texts: [android.intent.category.LAUNCHER]", "text: [a]", "near: missing texts"),
        (
            "    files: [/proc/sys/kernel/random/boot_id]\n    commands:",
            "    permissions:",
            "boot-id: ",
        ),
        ("  imei-telephony:", "  imei telephony:", "accesses: 'imei telephony' cannot be an id"),
        ("wrappers: [androidx.,", "wrappers: [androidx,", "wrappers: 'androidx' is none"),
    ],
)
def test_faults_are_told_with_their_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    copy = Path(shutil.copytree(LISTS, tmp_path / "lists"))
    path = copy / "apis.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_knowledge(copy)
    fits = [fault for fault in caught.value.faults if fault.message.startswith(message)]
    assert fits, [str(fault) for fault in caught.value.faults]
    first = next(
        number
        for number, (before, after) in enumerate(
            zip(text.splitlines(), path.read_text("utf-8").splitlines(), strict=False), 1
        )
        if before != after
    )
    assert fits[0].file == str(path)
    assert fits[0].hint
    assert abs(fits[0].line - first) <= 6


def shared() -> Path:
    """Find the folder of inputs that the project did not make, or skip."""
    named = os.environ.get("MINGJIAN_SHARED")
    beside = [folder / "shared" for folder in Path(__file__).resolve().parents]
    for folder in [Path(named)] if named else beside:
        if (folder / "corpus").is_dir():
            return folder
    pytest.skip("no corpus on this machine; name its folder in MINGJIAN_SHARED to check against it")


def test_sources_of_the_benchmarks_are_accesses_and_their_sinks_are_none(
    known: Knowledge,
) -> None:
    ours = {method.partition("->")[2] for row in known.apis.accesses for method in row.methods}
    sinks = {"sendTextMessage", "Log.i", "Log.d", "Log.e", "Log.v"}
    apps = {"getPassword", "query"}  # methods of the benchmark apps themselves, or of their own
    seen: set[str] = set()
    for path in sorted((shared() / "corpus" / "truth").glob("*bench_expected.json")):
        for entry in json.loads(path.read_bytes()).values():
            seen |= set(entry["source_api_calls"])
    assert seen >= {"getDeviceId", "getSimSerialNumber", "getLatitude", "getLastKnownLocation"}
    assert seen - sinks - apps <= ours
    assert not seen & sinks & ours
