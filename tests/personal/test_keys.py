"""Names of fields, as programs and people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal.keys import COMPANY, NOT_PERSONAL, THING, kinds_of, name_before


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("phoneNumber", "phone"),
        ("user_phone", "phone"),
        ("userphone", "phone"),
        ("mobile-no", "phone"),
        ("json:data.user.mobile", "phone"),
        ("phones[0]", "phone"),
        ("手机号码", "phone"),
        ("idCardNo", "id_card"),
        ("sfzh", "id_card"),
        ("IDCard", "id_card"),
        ("公民身份号码", "id_card"),
        ("bankCardNo", "bank_card"),
        ("deviceImei", "imei"),
        ("OAID", "oaid"),
        ("android_id", "android_id"),
        ("androidId", "android_id"),
        ("macAddress", "mac"),
        ("realName", "name"),
        ("lat", "latitude"),
        ("gpsLng", "longitude"),
        ("{lat,lng}", "longitude"),
        ("orderNo", NOT_PERSONAL),
        ("create_time", NOT_PERSONAL),
        ("createdAt", NOT_PERSONAL),
        ("订单号", NOT_PERSONAL),
        ("客服电话", COMPANY),
        ("creditCode", COMPANY),
    ],
)
def test_what_names_say(name: str, kind: str) -> None:
    assert kind in kinds_of(name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("account", "account"), ("login_account", "account"), ("accountId", "account")),
        *(("discount", NOT_PERSONAL), ("view_counts", NOT_PERSONAL), ("imei1", "imei")),
        *(("startLat", "latitude"), ("gpslat", "latitude"), ("latitudeE6", "latitude")),
        *(("X-Real-IP", "ip"), ("ipv4", "ip"), ("user_ip_addr", "ip")),
        ("header:X-Bssid > form:k", "bssid"),
        ("json:phone > base64:v", "phone"),
    ],
)
def test_words_of_names_count_whole(name: str, kind: str) -> None:
    said = kinds_of(name)
    assert kind in said
    assert THING not in said
    assert COMPANY not in said


@pytest.mark.parametrize(
    ("name", "other"),
    [
        *(("wxAppId", THING), ("qq_appid", THING), ("wechat_status", THING), ("serverIp", THING)),
        *(("voice_gender", THING), ("oaid_cert", THING), ("phoneType", THING), ("telOrder", THING)),
        *(("clickPosition", THING), ("default_location", THING), ("localDnsIp", THING)),
        *(("shopAddress", COMPANY), ("hotel.address", COMPANY), ("store-lat-lng", COMPANY)),
    ],
)
def test_further_words_restrain_a_name(name: str, other: str) -> None:
    assert other in kinds_of(name)


@pytest.mark.parametrize("name", ["order_phone", "app_oaid", "defaultAddress", "game_account"])
def test_words_before_tell_the_use_and_restrain_nothing(name: str) -> None:
    assert not kinds_of(name) & {THING, COMPANY}


@pytest.mark.parametrize("name", ["plat", "belong", "vip", "zip", "gameid", "iphone", "allocation"])
def test_words_that_only_end_like_a_name(name: str) -> None:
    assert not kinds_of(name)


def test_the_innermost_name_that_says_something_counts() -> None:
    assert kinds_of("json:phone > json:ts") == {NOT_PERSONAL}
    assert "account" not in kinds_of("json:account > json:k")


@pytest.mark.parametrize("name", ["", "abc", "platform", "latest", "title", "x", "json", "html"])
def test_names_that_say_nothing(name: str) -> None:
    assert not kinds_of(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"phone":"', "phone"),
        ("a=1&phone=", "phone"),
        ("<mobile>", "mobile"),
        ('<b class="x">', "b"),
        ("联系电话：", "联系电话"),
        ("身份证号码为", "身份证号码"),
        ("张三，手机 ", "手机"),
        ('"{\\"idCard\\":\\"', "idCard"),
        ("p%3D", "p"),
        ("params['phone'] = '", "phone"),
        ("no name here, ", ""),
        ("", ""),
    ],
)
def test_the_name_before(text: str, name: str) -> None:
    assert name_before(text, len(text)) == name


@given(st.text(max_size=200))
def test_any_name_is_survived(name: str) -> None:
    kinds_of(name)
    name_before(name, len(name))
