"""Third-party components and frameworks: whom the tables know, by what, and how rows are read."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from scanner.knowledge import Knowledge, Sdk
from tests.knowledge.conftest import Edit, refused, shared

CHINESE = {
    1: "umeng-analytics umeng-apm",
    2: "umeng-push",
    3: "umeng-social umeng-verify",
    4: "cnzz",
    5: "jpush jiguang",
    6: "jiguang-verify jiguang-analytics jiguang-ads",
    7: "getui",
    8: "getui-verify getui-analytics",
    9: "sharesdk mob mob-push mob-smssdk",
    10: "mipush",
    11: "hms hms-push agconnect",
    12: "honor-push",
    13: "oppo-push",
    14: "vivo-push",
    15: "meizu-push",
    16: "aliyun-push taobao-accs",
    17: "ut utdid",
    18: "tpns",
    19: "bugly",
    20: "beacon",
    21: "mta",
    22: "wechat",
    23: "qq-open",
    24: "gdt",
    25: "tbs",
    26: "tencent-location tencent-map",
    27: "tencent-im tencent-trtc",
    28: "tencent-face webank-face",
    29: "pangle",
    30: "douyin-open",
    31: "applog volcengine volcengine-apm",
    32: "kwad",
    33: "kwai-open",
    34: "baidu-mobads",
    35: "baidu-mobstat",
    36: "baidu-location baidu-map",
    37: "baidu-push",
    38: "baidu-risk baidu-face",
    39: "amap amap-location",
    40: "alipay",
    41: "alibaba-baichuan",
    42: "aliyun-numberauth",
    43: "alibaba-security alibaba-realperson aliyun-face",
    44: "cmcc-sso",
    45: "unicom-auth",
    46: "telecom-auth",
    47: "shanyan",
    48: "unionpay",
    49: "weibo",
    50: "jd-kepler jd-ads",
    51: "msa-oaid",
    52: "sensorsdata",
    53: "growingio",
    54: "talkingdata",
    55: "zhuge",
    56: "networkbench bonree",
    57: "tongdun",
    58: "ishumei",
    59: "geetest netease-yidun",
    60: "shuzilm",
    61: "netease-im qiyu",
    62: "agora zego",
    63: "rongcloud easemob",
    64: "sobot meiqia",
    65: "iflytek megvii sensetime",
    66: "dcloud sigmob topon mimo-ads huawei-ads oppo-ads vivo-ads",
}
"""The Chinese components of the reference by number, and the rows of the table that hold them."""
FOREIGN = """firebase firebase-analytics firebase-messaging crashlytics google-analytics admob
google-tagmanager facebook audience-network appsflyer adjust branch kochava singular tenjin
mixpanel amplitude segment heap flurry sentry bugsnag newrelic datadog instabug onesignal braze
clevertap moengage airship applovin ironsource unity-ads vungle inmobi mintegral chartboost fyber
intercom zendesk yandex-metrica criteo fullstory clarity"""
LIBRARIES = """androidx.a android.support.v4.a kotlin.a kotlinx.coroutines.a okhttp3.Call okio.Okio
retrofit2.Call com.google.gson.Gson com.alibaba.fastjson.JSON com.bumptech.glide.Glide rx.Observer
com.squareup.picasso.Picasso com.facebook.drawee.a com.google.zxing.a io.reactivex.Observer
butterknife.ButterKnife org.greenrobot.eventbus.EventBus org.greenrobot.greendao.a io.realm.Realm
com.google.protobuf.a org.apache.commons.a org.jsoup.Jsoup dagger.Lazy leakcanary.a junit.a
com.airbnb.lottie.a com.google.android.exoplayer2.C org.junit.Test org.hamcrest.a javax.a
com.google.common.a org.json.JSONObject com.google.android.material.a com.android.volley.a
com.google.android.gms.common.a io.netty.a org.bouncycastle.a net.sqlcipher.a org.conscrypt.a
org.xutils.x com.blankj.utilcode.a com.facebook.react.a com.tencent.mmkv.MMKV"""


def rows(known: Knowledge) -> dict[str, Sdk]:
    return {sdk.id: sdk for sdk in known.sdks}


def owner(known: Knowledge, name: str) -> Sdk | None:
    """Say whose a class is: the row that names it, else the row with its longest prefix."""
    owners = {text: sdk for sdk in known.sdks for text in (*sdk.prefixes, *sdk.classes)}
    labels = name.split(".")
    starts = (".".join(labels[:length]) for length in range(len(labels), 0, -1))
    return next((owners[start] for start in starts if start in owners), None)


def test_every_chinese_component_of_the_reference_is_there(known: Knowledge) -> None:
    there = rows(known)
    assert list(CHINESE) == list(range(1, 67))
    for number, names in CHINESE.items():
        for name in names.split():
            assert name in there, number
            collects, country = there[name].collects, there[name].vendor.country
            assert country == "CN", name
            assert collects or name == "hms", name


def test_every_foreign_component_of_the_reference_is_there(known: Knowledge) -> None:
    there = rows(known)
    assert set(FOREIGN.split()) <= set(there)
    assert "CN" not in {there[name].vendor.country for name in FOREIGN.split()}


def test_enough_components_that_collect_are_known(known: Knowledge) -> None:
    assert sum(bool(sdk.collects) for sdk in known.sdks) >= 110


def test_plain_libraries_are_known_and_accused_of_nothing(known: Knowledge) -> None:
    for name in LIBRARIES.split():
        found = owner(known, name)
        assert found is not None, name
        assert (found.purposes, found.collects) == (("library",), ()), name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("com.google.android.gms.ads.AdView", "admob"),
        ("com.google.android.gms.ads.identifier.AdvertisingIdClient", "gms-ads-identifier"),
        ("com.google.android.gms.common.api.Status", "gms"),
        ("com.google.firebase.FirebaseException", "firebase"),
        ("com.google.firebase.crashlytics.FirebaseCrashlytics", "crashlytics"),
        ("com.facebook.FacebookSdk", "facebook"),
        ("com.facebook.appevents.AppEventsLogger", "facebook"),
        ("com.facebook.ads.AdView", "audience-network"),
        ("com.facebook.imagepipeline.core.ImagePipeline", "fresco"),
        ("com.unity3d.player.UnityPlayer", None),
        ("com.umeng.message.PushAgent", "umeng-push"),
        ("com.umeng.commonsdk.UMConfigure", "umeng-analytics"),
        ("com.umeng.fb.FeedbackAgent", "umeng"),
        ("cn.jiguang.verifysdk.api.JVerificationInterface", "jiguang-verify"),
        ("cn.jiguang.a.a.c", "jiguang"),
        ("com.huawei.hms.ads.identifier.AdvertisingIdClient", "hms-oaid"),
        ("com.huawei.hms.ads.banner.BannerView", "huawei-ads"),
        ("com.tencent.wxop.stat.StatConfig", "mta"),
        ("com.tencent.mm.opensdk.openapi.IWXAPI", "wechat"),
        ("com.tencent.mm.ui.LauncherUI", None),
        ("com.mobsandgeeks.saripaar.Validator", None),
        ("com.locals.news.Main", None),
        ("com.autonavi.aps.amapapi.model.AMapLocationServer", "amap-location"),
        ("cn.example.app.MainActivity", None),
    ],
)
def test_the_longest_prefix_says_whose_a_class_is(
    known: Knowledge, name: str, expected: str | None
) -> None:
    found = owner(known, name)
    assert (found.id if found else None) == expected


def test_no_class_can_belong_to_two_rows(known: Knowledge) -> None:
    texts = [text for sdk in known.sdks for text in (*sdk.prefixes, *sdk.classes)]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_a_short_prefix_accuses_nobody(known: Knowledge) -> None:
    for sdk in known.sdks:
        short = [prefix for prefix in sdk.prefixes if "." not in prefix]
        assert not (short and sdk.collects), sdk.id
    shells = {"com", "cn", "org", "net", "io", "com.google", "com.android", "com.tencent"}
    makers = {"com.alibaba", "com.baidu", "com.huawei", "com.xiaomi", "com.facebook", "com.github"}
    taken = {prefix for sdk in known.sdks for prefix in sdk.prefixes}
    assert not taken & (shells | makers | {"android", "java", "com.example"})


def test_what_starts_alone_and_every_call_lies_in_the_row_that_names_it(known: Knowledge) -> None:
    for sdk in known.sdks:
        for name in sdk.auto_start:
            found = owner(known, name)
            assert found is sdk or name in sdk.components, f"{sdk.id}: {name}"
        for call in (*sdk.init, *sdk.pre_init, *sdk.gates, *sdk.ads_switch):
            found = owner(known, call.partition("->")[0].partition("$")[0])
            assert found is not None, call
            assert found.family == sdk.family, call


def test_a_call_has_one_meaning(known: Knowledge) -> None:
    for sdk in known.sdks:
        calls = (*sdk.init, *sdk.pre_init, *sdk.gates, *sdk.ads_switch)
        assert len(calls) == len(set(calls)), sdk.id


def test_every_vendor_and_every_trace_is_used_and_hosts_and_names_have_one_owner(
    known: Knowledge, copy: Path
) -> None:
    listed = re.findall(
        r"^  ([a-z0-9-]+): \{zh: .*country: ", (copy / "sdks.yaml").read_text("utf-8"), re.MULTILINE
    )
    assert set(listed) == {sdk.vendor.id for sdk in known.sdks}
    hosts = Counter(host for sdk in known.sdks for host in sdk.domains)
    assert [host for host, times in hosts.items() if times > 1] == []
    vendors = defaultdict(set)
    for sdk in known.sdks:
        traces = (*sdk.prefixes, *sdk.classes, *sdk.components, *sdk.libraries, *sdk.domains)
        assert traces, f"{sdk.id} could never be found"
        for name in {sdk.title.zh, sdk.title.en, *sdk.aliases}:
            vendors[name.casefold()].add(sdk.vendor.id)
    assert {name: ids for name, ids in vendors.items() if len(ids) > 1} == {}


def test_a_library_trace_names_one_row(known: Knowledge) -> None:
    owners = defaultdict(set)
    for sdk in known.sdks:
        for pattern in sdk.libraries:
            owners[pattern].add(sdk.id)
    assert {pattern: ids for pattern, ids in owners.items() if len(ids) > 1} == {}


def test_what_holds_a_component_back_is_known(known: Knowledge) -> None:
    there = rows(known)
    assert "com.umeng.commonsdk.UMConfigure->preInit" in there["umeng-analytics"].pre_init
    gates = {gate for sdk in known.sdks for gate in sdk.gates}
    assert {
        "com.umeng.commonsdk.UMConfigure->submitPolicyGrantResult",
        "com.amap.api.location.AMapLocationClient->updatePrivacyAgree",
        "com.amap.api.maps.MapsInitializer->updatePrivacyShow",
        "com.baidu.location.LocationClient->setAgreePrivacy",
        "com.baidu.mapapi.SDKInitializer->setAgreePrivacy",
        "cn.jiguang.api.utils.JCollectionAuth->setAuth",
        "com.mob.MobSDK->submitPolicyGrantResult",
        "com.qq.e.comm.managers.setting.GlobalSetting->setAgreePrivacyStrategy",
    } <= gates
    assert "cn.jpush.android.api.JPushInterface->setDebugMode" not in gates
    switches = {switch.name: switch.value for sdk in known.sdks for switch in sdk.manifest_switches}
    assert switches["firebase_analytics_collection_enabled"] == "false"
    assert switches["com.facebook.sdk.AutoInitEnabled"] == "false"
    assert switches["io.sentry.auto-init"] == "false"
    assert {"prefixes", "gates", "collects"} <= known.unconfirmed["sdks"]


def test_frameworks_and_whether_their_bundles_can_be_read(known: Knowledge) -> None:
    there = {framework.id: framework for framework in known.frameworks}
    assert len(there) == len(known.frameworks) >= 20
    readable = {"uni-app", "react-native", "cordova", "capacitor", "weex", "apicloud", "hippy"}
    assert all(there[name].readable for name in readable)
    assert not any(there[name].readable for name in ("flutter", "unity", "xamarin", "godot"))
    for framework in known.frameworks:
        assert framework.prefixes or framework.libraries or framework.assets, framework.id
        assert framework.bundles or not framework.readable, framework.id
    assert "libflutter.so" in there["flutter"].libraries
    assert "assets/apps/*/www/*.js" in there["uni-app"].bundles


@pytest.mark.parametrize(
    ("name", "old", "new", "message", "hint"),
    [
        ("sdks", "vendor: umeng,", "vendor: umen,", "vendor: 'umen'", "did you mean umeng?"),
        ("sdks", "purposes: [push]", "purposes: [psuh]", "purposes: 'psuh'", "push"),
        ("sdks", "collects: [imei,", "collects: [imie,", "collects: 'imie'", "imei"),
        ("sdks", "family: umeng, ", "", "umeng-analytics: missing family", "missing"),
        ("sdks", "prefixes: [cn.jpush]", "prefixes: [cn]", "jpush: the prefix cn is", "below"),
        ("sdks", "prefixes: [cn.jpush]", "prefixes: [cn.jpush.]", "prefixes: 'cn.jpush.'", "like"),
        ("sdks", "[cn.jpush.im]", "[cn.jpush]", "jmessage: cn.jpush belongs to jpush", "one"),
        ("sdks", "umsns.com", "https://umsns.com", "domains: 'https://umsns.com'", "like"),
        ("sdks", "UMConfigure->preInit", "UMConfigure.preInit", "pre_init: ", "neighbours"),
        ("sdks", "'libjpush*.so'", "'jpush*.dll'", "libraries: 'jpush*.dll'", "neighbours"),
        ("sdks", "gates:", "gate:", "umeng-analytics: unknown key", "gates?"),
        ("sdks", "country: CN", "country: China", "country: 'China'", "ISO 3166"),
        ("sdks", "  cnzz:", "  cn zz:", "sdks: 'cn zz' cannot be an id", "neighbours"),
        ("sdks", "country: CN", "land: CN", "umeng: unknown key", "country"),
        ("frameworks", "readable: true", "readable: yes", "readable: 'yes'", "true or false"),
        ("frameworks", "bundles: [", "bundle: [", "uni-app: unknown key", "bundles?"),
        ("frameworks", "name: uni-app, ", "", "uni-app: missing name", "missing"),
    ],
)
def test_faults_are_named_with_place_and_hint(
    copy: Path, edit: Edit, name: str, old: str, new: str, message: str, hint: str
) -> None:
    edit(name, old, new)
    refused(copy, name, message, hint)


ELSEWHERE = {"org.android.agoo": "taobao-accs"}
"""Packages that the reference names under one component and that are another's."""


def test_packages_are_those_of_the_reference(known: Knowledge) -> None:
    path = shared() / "regulations.md"
    if not path.is_file():
        pytest.skip(f"no {path} on this machine")
    whole = path.read_text("utf-8")
    text = whole[whole.index("### 6.1") : whole.index("### 6.2")]
    checked = 0
    for number, packages in re.findall(r"^\| (\d+) \|[^|]*\|[^|]*\|([^|]*)\|", text, re.MULTILINE):
        ids = CHINESE[int(number)].split()
        for package in re.findall(r"`([a-z][\w.]+)`", packages):
            if re.fullmatch(r"lib.*\.so", package):
                assert any(package in sdk.libraries for sdk in known.sdks if sdk.id in ids) or any(
                    package.startswith(pattern.split("*")[0])
                    for sdk in known.sdks
                    if sdk.id in ids
                    for pattern in sdk.libraries
                ), package
                continue
            found = owner(known, package + ".Any") or owner(known, package)
            assert found is not None, package
            assert found.id in ids or ELSEWHERE.get(package) == found.id, (package, found.id)
            checked += 1
    assert checked > 90


def test_families_are_those_of_the_expectations(known: Knowledge) -> None:
    path = shared() / "corpus" / "truth" / "sdk_expected.json"
    if not path.is_file():
        pytest.skip(f"no {path} on this machine")
    expected = {
        family for app in json.loads(path.read_bytes()).values() for family in app["bundled"]
    }
    assert expected
    assert expected <= {sdk.family for sdk in known.sdks}
