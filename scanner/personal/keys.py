"""What the name of a field says about the value in it: phoneNumber, id_card, 手机号."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

NOT_PERSONAL = "none"
"""What a name speaks for that tells times, orders, sizes, versions or digests: not a person."""
COMPANY = "company"
"""What a name speaks for that tells a service line, a company or its registration."""
THING = "thing"
"""What a name speaks for whose further words tell of a thing: voice_gender, oaid_cert."""

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")

_LATIN: Mapping[str, str] = {
    # Words joined by "_"; "*" stands for letters written without a break before or after.
    "phone": "*phone *phoneno *phonenum *phonenumber *mobile mobileno mobilenum mobile_no tel"
    " telno telephone *telephone cellphone cell_phone cell msisdn sjh shouji shoujihao lxdh"
    " line1 line1number line1_number lxfs sjhm *shouji* usertel mob mobno opposite_number phones"
    " mobiles mobilephoneno",
    "id_card": "*idcard *idcardno *idcardnum *idcardnumber id_card id_no idno id_num idnum"
    " id_number idnumber identity_card* identity_no identity_number identityno identitycard"
    " *certno cert_no cert_id certid cert_num certificate_no cert_code card_id sfz sfzh sfzhm zjh"
    " zjhm identity_id cred_no credno"
    " shenfenzheng *idcode credential_no citizen_id resident_id",
    "bank_card": "bank_card* *bankcard *bankcardno bankcardnum* pay_card paycard bank_no bankno"
    " bank_account* bankaccount*"
    " card_no cardno card_num cardnum card_number cardnumber acct acct_no acctno account_no"
    " credit_card* creditcard* debit_card* pan yhk yhkh kahao payee_account",
    "passport": "*passport *passportno travel_permit* permit_no hkmacao* txz officer_cert* huzhao"
    " hzhm hz_no",
    "driving_licence": "driving_licence* driving_license* driver_license* driver_licence*"
    " driverlicense* drivinglicense* jsz jiazhao",
    "plate": "plate plate_no plateno plate_num plate_number platenumber license_plate"
    " licence_plate car_no carno car_num car_number vehicle_no vehicle_number cph hphm chepai*"
    " car_license carlicense vin",
    "imei": "*imei *imeis",
    "meid": "meid devicemeid",
    "imsi": "*imsi subscriber_id subscriberid",
    "iccid": "*iccid icc_id ccid sim_serial* simserial* sim_sn",
    "serial": "serial serialno serial_no serial_num* serialnumber device_sn devicesn"
    " hardware_serial build_serial sn",
    "mac": "mac bt_address bluetooth_address *macaddr *macaddress *mac_addr* wifi_mac"
    " wifimac wlan_mac bt_mac hwaddr"
    " *mac_address dev_mac",
    "bssid": "*bssid router_mac ap_mac gateway_mac",
    "ssid": "*ssid wifi_name wifiname",
    "android_id": "*androidid android_id and_id *aid_android ssaid",
    "oaid": "*oaid oa_id",
    "aaid": "aaid gaid idfa advertising_id* advertisingid google_ad google_ad_id google_adid"
    " google_aid googleaid gps_adid rdid ifa",
    "aaid_weak": "adid ad_id advertisement_id advertiser_id",
    "device_ids": "vaid udid utdid idfv caid smid openudid device_id* *deviceid duid did"
    " blackbox guid_device unique_id device_uuid deviceuuid",
    "location": "loc location *location gps coord* lnglat latlng latlon lonlat"
    " geo *geopoint geohash latitude_longitude longitude_latitude lat_lng lng_lat lat_lon lon_lat"
    " wgs gcj bd_09",
    "location_weak": "position",
    "latitude": "lat *latitude weidu {lat}",
    "longitude": "lng lon long *longitude jingdu {lng} {lon}",
    "email": "*email *mail mailbox *e_mail youxiang *emailaddress",
    "name": "*realname real_name *fullname full_name true_name truename *xm xingming legal_name"
    " contact_name contactname contacts_name receiver_name receivername receiver consignee"
    " consignee_name linkman patient_name patientname student_name studentname cardholder"
    " card_holder holder_name id_name idname owner_name user_real_name passenger* given_name"
    " family_name first_name last_name insured_name buyer_name customer_name",
    "name_weak": "name user_name username uname nick* contact person customer xingm member_name",
    "address": "address addr *address *addr home_address detail_addr* receiver_addr* street"
    " dizhi zhuzhi shipping_address address_detail addressdetail residence",
    "address_weak": "ip *ip_addr* *ipaddress *ip_address *mac_addr* *macaddr* email_addr*"
    " *email_address *emailaddress bt_address wallet_address",
    "birth_date": "*birthday *birthdate birth birth_date date_of_birth dob csrq shengri birth_day",
    "gender": "gender sex xingbie",
    "ip": "ip clientip userip myip realip ipaddr* ipv *ipaddress cip x_forwarded_for",
    "account": "account wxopenid accountname account_name accountid account_id user_account"
    " username"
    " user_name login_name loginname login_id loginid login nickname nick_name nick openid"
    " open_id unionid union_id wechat* weixin* wx wxid wx_id qq qq_no qqno qq_num qq_number"
    " weibo alipay_account user_id userid uid member_id passport_id user *useraccount zhanghao",
    "password": "*password passwd pwd *pwd pass login_pwd pay_pwd mima *passwd pass_word",
    "search": "q kw keyword keywords search_word search_key searchword wd search_keyword",
    "face": "face* *faceimage *livenes* *liveness* image_base64 imagebase64 face_img facedata",
    "health": "blood* *bloodpressure heart_rate heartrate diagnos* disease* symptom* medical*"
    " blood_type glucose temperature_body bodytemp",
    "device_model": "model device_model devicemodel phone_model phonemodel",
    "carrier": "carrier network_operator networkoperator sim_operator simoperator isp_name",
    "os_version": "os_version osversion system_version android_version",
    "clipboard": "clipboard* pasteboard* clip_text cliptext",
    "installed_apps": "app_list applist installed_apps installed_packages pkg_list pkglist"
    " pkgs packages app_packages install_list installlist soft_list softlist package_list"
    " installed installed_app_list applications_list apps app_infos app_names packages_list",
    COMPANY: "credit_code creditcode uscc social_credit* tyshxydm org_code orgcode tax_no taxno"
    " taxpayer* business_licen* service_phone service_tel company_phone company_tel hotline fax"
    " customer_service* kefu* shop_phone store_phone company_* corp_* merchant_* biz_license"
    " support_email company_email",
    NOT_PERSONAL: "*timestamp ts *_ts time *time t date *date order* *orderid *orderno *orderno*"
    " *_order_* *trade_no *tradeno *serial_flow flow_no size *size length *length offset version"
    " *version ver build *price price amount *amount total seq sequence trace* *traceid span*"
    " request_id requestid req_id session* *sessionid nonce sign signature md5 sha1 sha256 hash"
    " *hash crc checksum digest etag token *token rand random cache* count counts"
    " viewcount discount* duration"
    " expires* *expire* max_age *bytes msg_id msgid message_id item_id itemid goods_id goodsid"
    " sku* product_id productid article_id articleid video_id videoid group_id aweme_id"
    " tracking* waybill* logistics* invoice* batch* barcode isbn *uuid *timemillis epoch start end"
    " width height created* updated* modified* ticket* bill_no transaction_id out_trade_no",
}
_CHINESE: Mapping[str, str] = {
    "phone": "手机 电话 联系方式 移动电话 联系号码 来电号码 致电 联系人号码 座机",
    "id_card": "身份证 公民身份号码 证件号 证件号码 身份号码 居住证 身份证件",
    "bank_card": "银行卡 卡号 银行账号 银行账户 银行帐号 账户号 收款账号 储蓄卡 信用卡",
    "passport": "护照 通行证 军官证 台胞证 回乡证 士兵证",
    "driving_licence": "驾驶证 驾照",
    "plate": "车牌 车辆号码 号牌 车架号 车辆识别",
    "imei": "手机串号 国际移动设备识别码",
    "imsi": "国际移动用户识别码",
    "iccid": "集成电路卡识别码 SIM卡",
    "serial": "设备序列号 硬件序列号 序列号",
    "mac": "MAC地址 硬件地址 物理地址",
    "oaid": "匿名设备标识",
    "android_id": "安卓标识 安卓ID",
    "location": "经纬度 坐标 定位 位置",
    "latitude": "纬度",
    "longitude": "经度",
    "email": "邮箱 邮件 电邮",
    "name": "姓名 真实姓名 收货人 收件人 联系人 持卡人 户名 患者 考生 申请人 当事人 学生 家长",
    "name_weak": "名字 称呼 昵称 用户名",
    "address": "住址 家庭地址 收货地址 居住地 家庭住址 现住 户籍地 住所 寄送地址 收件地址",
    "address_place": "地址",
    "birth_date": "出生 生日",
    "gender": "性别",
    "ip": "IP地址",
    "account": "微信 QQ 账号 帐号 用户名 昵称 微博 登录名 openid",
    "password": "密码 口令",
    "health": "血压 心率 血糖 病历 诊断 病史",
    COMPANY: "统一社会信用代码 信用代码 客服 热线 服务电话 举报 传真 招商 商务合作 公司电话 总机"
    " 售后 咨询电话 营业执照 税号 纳税人 办公电话 公司地址 官方 值班",
    NOT_PERSONAL: "订单 单号 流水号 时间 日期 金额 价格 版本 编号 备案 许可证 条码",
}


_WHOSE = "my cur now user gps last start end from to dest map wgs gcj bd s e loc"
"""What is written before lat and lng without a break: plat and belong are other words."""


def _latin_pattern(names: str) -> re.Pattern[str]:
    joined = {
        f"{{{end}}}": " ".join(who + end for who in _WHOSE.split()) for end in ("lat", "lng", "lon")
    }
    for mark, written in joined.items():
        names = names.replace(mark, written)
    one = "|".join(
        re.escape(name).replace(r"\*", "[a-z0-9]*") for name in sorted(set(names.split()))
    )
    return re.compile(f"(?<![^_])(?:{one})(?![^_])")


_BY_LATIN = {kind: _latin_pattern(names) for kind, names in _LATIN.items()}
_BY_CHINESE = {kind: re.compile("|".join(words.split())) for kind, words in _CHINESE.items()}


_COMPANIES = frozenset(
    (
        *("shop", "store", "hotel", "merchant", "poi", "company", "corp", "firm", "seller"),
        *("vendor", "supplier", "dealer", "warehouse", "depot", "branch", "restaurant", "mall"),
        *("market", "clinic", "hospital", "school", "office", "agency", "enterprise", "official"),
        *("platform", "service", "support", "feedback", "complaint", "kefu", "venue", "scenic"),
        *("station", "stop", "outlet", "salon", "studio", "museum", "cinema", "biz", "business"),
    )
)
"""Words of a name that tell that its value is a company's."""
_OTHERS = frozenset(
    (
        *("pet", "dog", "cat", "tts", "voice", "speech", "speaker", "narrator", "avatar", "robot"),
        *("character", "actor", "singer", "artist", "author", "album", "book", "song", "movie"),
        *("cartoon", "npc", "hero", "brand", "product", "goods", "demo", "mock", "example"),
        *("sample", "placeholder", "touch", "click", "tap", "scroll", "window", "screen", "cursor"),
        *("mouse", "drag", "swipe", "filter", "theme", "template", "bot", "doll"),
    )
)
"""Words of a name that tell that its value is a thing's, wherever they stand in it."""
_NOWHERE = frozenset(("default", "init", "initial", "center", "centre", "fallback", "layout"))
"""Words in the name of a position that is not where somebody is."""
_ASPECTS = frozenset(
    (
        *("cert", "key", "sign", "signature", "version", "ver", "vers", "price", "cost", "fee"),
        *("order", "token", "ticket", "enable", "enabled", "disable", "disabled", "type", "limit"),
        *("pref", "preference", "support", "supported", "permission", "status", "state", "tip"),
        *("tips", "hint", "label", "title", "desc", "description", "icon", "url", "uri", "error"),
        *("msg", "message", "config", "conf", "switch", "flag", "mode", "scene", "sdk", "pay"),
        *("share", "group", "install", "installed", "policy", "channel", "format", "rule", "regex"),
        *("pattern", "verify", "verified", "check", "valid", "required", "visible", "color"),
        *("style", "max", "min", "interval", "scope", "plugin", "lib", "coupon", "points", "badge"),
        *("skin", "sticker", "expire", "expires", "expired", "count", "total", "size", "length"),
        *("level", "rank", "app", "appid", "code", "slot", "source", "strategy", "option"),
        *("options", "setting", "settings", "privacy", "agreement", "prefix", "suffix", "mini"),
        *("login", "path", "page", "query", "result", "feature", "gray", "test", "abtest", "time"),
    )
)
"""Words of a name that tell a state or a setting, where they follow what they speak of."""
_OWNERS = frozenset(
    (
        *("client", "user", "my", "public", "real", "x", "login", "reg", "register", "visitor"),
        *(
            "outer",
            "external",
            "device",
            "phone",
            "mobile",
            "current",
            "cur",
            "last",
            "self",
            "wan",
        ),
        *("addr", "address", "info", "v", "4", "6", "str", "value", "customer", "member", "access"),
    )
)
"""Words that may stand in the name of a person's own address on the internet."""
_OTHER_WORDS = re.compile(
    r"(?<![^_])(?:iphone|headphones?|earphones?|microphone|smartphone|automobile|allocation"
    r"|relocation)(?![^_])"
)
"""Words that only end like the name of personal information."""
_BREAK = re.compile(r"[.:>\[\]/\s\"'(){},;&=?]+")
_WRAPPED = re.compile(r"\s>\s")
_OF_CONTAINERS = frozenset(
    (
        *("phone", "id_card", "bank_card", "passport", "plate", "email", "address", "location"),
        *("imei", "meid", "imsi", "iccid", "oaid", "aaid", "android_id", "mac", "bssid"),
    )
)
"""What the name of an object says about the values in it, as in phone.number."""


def words_of(key: str) -> tuple[str, ...]:
    """Give the words of the last name in a path, in lower case: ("wx", "app", "id")."""
    names = [name for name in _BREAK.split(key[-160:]) if name and not name.isdigit()]
    return tuple(word.lower() for word in _WORD.findall(names[-1])) if names else ()


def kinds_of(key: str) -> frozenset[str]:
    """Give the kinds of data that a field of this name is likely to hold.

    The name may be a path (json:user.phone); the name before the last one counts too where it is
    clear (phone.number), and the name outside a wrapping where those inside say nothing. Besides
    ids of data-types.yaml the answer may hold latitude and longitude, name_weak, address_weak,
    aaid_weak, location_weak and address_place (names that may as well mean something else),
    COMPANY, THING and NOT_PERSONAL.
    """
    return _kinds_of_path(key[-160:])


@functools.lru_cache(maxsize=8192)
def _kinds_of_path(key: str) -> frozenset[str]:
    for depth, part in enumerate(reversed(_WRAPPED.split(key)[-_WRAPPINGS:])):
        names = [name for name in _BREAK.split(part) if name and not name.isdigit()]
        of = names[-3] if names[-2:] == _JOINED and len(names) > len(_JOINED) else ""
        said = _kinds_of_names(names[-2] if len(names) > 1 else "", names[-1] if names else "")
        if of and (_last_word(of) in _COMPANIES or set(words_of(of)) & (_OTHERS | _NOWHERE)):
            said |= {THING}
        if said and (depth == 0 or said & _OF_CONTAINERS):
            return said if depth == 0 else said & (_OF_CONTAINERS | {COMPANY, THING})
    return frozenset()


_JOINED = ["lat", "lng"]
"""What the two degrees of one object are called when they are given as one value."""
_WRAPPINGS = 4
"""Wrappings inside each other whose names are looked at."""


@functools.lru_cache(maxsize=8192)
def _kinds_of_names(container: str, name: str) -> frozenset[str]:
    around, own = _kinds_of_name(container), _kinds_of_name(name)
    if around & {"latitude", "longitude"}:
        return frozenset(around | own)
    if own and container and _last_word(container) in _COMPANIES:
        own = own | {COMPANY}
    return frozenset(own | (around & _OF_CONTAINERS))


def _last_word(name: str) -> str:
    words = _WORD.findall(name)
    return words[-1].lower() if words else ""


def _kinds_of_name(name: str) -> frozenset[str]:
    if not name.isascii():
        return frozenset(kind for kind, words in _BY_CHINESE.items() if words.search(name))
    joined = _OTHER_WORDS.sub("", "_".join(_WORD.findall(name)).lower())
    kinds, left, first = set[str](), joined, len(joined)
    for kind, pattern in _BY_LATIN.items():
        matches = list(pattern.finditer(joined))
        if matches:
            kinds.add(kind)
        if kind not in (COMPANY, NOT_PERSONAL):
            for start, end in (match.span() for match in matches):
                first = min(first, start)
                left = left[:start] + "_" * (end - start) + left[end:]
    if first < len(joined):
        kinds |= set(_restraints(kinds, set(left.split("_")), set(left[first:].split("_"))))
    return frozenset(kinds)


def _restraints(kinds: set[str], words: set[str], after: set[str]) -> Iterator[str]:
    """Say what the further words of a name make of it, and those that follow what it names."""
    if words & _COMPANIES:
        yield COMPANY
    elsewhere = bool(kinds & _OF_PLACES) and bool(words & _NOWHERE)
    other_ip = "ip" in kinds and not words - {""} <= _OWNERS
    if words & _OTHERS or after & _ASPECTS or elsewhere or other_ip:
        yield THING


_OF_PLACES = frozenset(("location", "location_weak", "latitude", "longitude"))


# What stands before a value is read backwards, from the value to the name.
_LATIN_BACKWARDS = re.compile(
    r"""["'\\\[]{0,4}\s{0,4}(?:[:=]|>=|[Dd]3%|[Aa]3%)\s{0,4}[\])]?["'\\]{0,4}([\w.\-]{0,60}[A-Za-z_])"""
    r"""|\s{0,4}>(?:[^<>]{0,80}\s)?([\w:.\-]{0,60}[A-Za-z])<""",
    re.ASCII,
)
_CHINESE_BACKWARDS = re.compile(
    r"(?:[ -]?68\+)?[\"'“「\\]{0,4}\s{0,3}[:：=为是]?\s{0,3}[\"'\\]{0,4}"
    r"([\u4e00-\u9fffA-Za-z0-9（）()/、]{2,24})"
)


def name_before(text: str, start: int) -> str:
    """Give the name of the field that stands right before this place of a running text, or ""."""
    before = text[max(0, start - 160) : start][::-1]
    if latin := _LATIN_BACKWARDS.match(before):
        return (latin.group(1) or latin.group(2))[::-1]
    if before.isascii():
        return ""
    if chinese := _CHINESE_BACKWARDS.match(before):
        return chinese.group(1)[::-1]
    return ""
