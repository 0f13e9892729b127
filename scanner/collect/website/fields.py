"""Which personal information a field asks for, by its words, its names and its kind."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple

from scanner.knowledge import Knowledge
from scanner.personal.keys import COMPANY, NOT_PERSONAL, kinds_of

NONE = "none"


class Words(NamedTuple):
    """What can be read of a field."""

    control: str
    """text, tel, email, password, select, radio, file, date ..."""
    label: str = ""
    placeholder: str = ""
    names: tuple[str, ...] = ()
    """Its name and id in the document."""
    autocomplete: str = ""
    accept: str = ""
    capture: str = ""
    options: tuple[str, ...] = ()


_NOT_PERSONAL = re.compile(
    r"验证码|校验码|动态码|动态密码|短信码|邀请码|推荐码|优惠码|兑换码|券码|激活码|captcha"
    r"|verif(?:y|ication)"
    r"|\botp\b|invit|coupon|promo|订单|单号|流水|发票|税号|信用代码|营业执照|公司|单位名|企业"
    r"|机构名|店铺"
    r"|部门|职位|职务|岗位|行业|产品|商品|型号|数量|金额|价格|预算|标题|主题|\bsubject\b"
    r"|\btitle\b|company"
    r"|organi[sz]ation|备注|留言|内容|意见|建议|描述|说明|问题|message|comment|feedback|remark"
    r"|搜索|关键"
    r"|\bsearch\b|keyword|网址|website|\burl\b|客服|时间|预约日期|入住日期|出发|到达|日期范围",
    re.IGNORECASE,
)
_ASKED: tuple[tuple[str, str], ...] = (
    # The more telling words come first: 身份证照片 before 身份证, 银行卡 before 卡号.
    (
        "id_card_photo",
        "身份证.{0,6}(?:照|图|影印|扫描|复印|正面|反面|正反|人像面|国徽面|上传)"
        "|手持.{0,4}(?:身份)?证"
        "|证件.{0,2}(?:照|扫描|影印|复印)|(?:front|back|photo|picture|scan|copy) of (?:your )?id",
    ),
    # A word that also stands in the names of things counts as a whole term only: 人像摄影 is no
    # face, 证书指纹 no fingerprint, 礼品卡卡号 no bank card, 故障症状 no health.
    (
        "face",
        "人脸(?:识别|照|采集|信息|验证|核验|图|特征|比对|认证|录入|检测|登录|支付)|刷脸|自拍"
        "|(?:上传|采集|录入|本人|拍摄|核验).{0,4}(?:人脸|人像|面部)|^\\W*人[脸像]\\W*$"
        "|人像(?:采集|识别|照|信息|验证|比对|认证|核验)|面部(?:识别|特征|信息|照|采集|图像|扫描)"
        "|面容|face ?(?:id|photo|image|recognition)|selfie",
    ),
    (
        "fingerprint",
        "^\\W*(?:请?(?:录入|采集|按压))?指纹\\W*$|(?<!证书)(?<!密钥)(?<!设备)(?<!览器)(?<!文件)"
        "指纹(?:识别|录入|采集|特征|图|模板|解锁|登录)"
        "|(?:采集|录入|扫描|您的|本人|手指|[左右]手).{0,3}指纹"
        "|^\\W*(?:your )?fingerprints?\\W*$|fingerprint (?:scan|image|recognition)",
    ),
    ("voiceprint", "声纹|voiceprint"),
    (
        "id_card",
        "身份证|身份号|公民.{0,2}号码|证件号|证件编号|居住证号"
        "|identity (?:card|number)|\\bid (?:card|no|number)"
        "|national id",
    ),
    (
        "passport",
        "护照|(?:港澳|澳门|香港|台湾|台胞|大陆|内地|往来|两岸|边境)[^，,]{0,12}通行证"
        "|通行证(?:号码|证件号)|军官证|台胞证|回乡证"
        "|passport(?! ?(?:account|id\\b|login|password|user))",
    ),
    ("driving_licence", "驾驶证|驾照|行驶证|driv(?:er'?s|ing) licen[cs]e"),
    (
        "bank_card",
        "银行卡|银行帐|银行账|信用卡|借记卡|储蓄卡|支付宝账|收款账|开户账|银联卡"
        "|(?:银行|信用|收款|付款|提现|开户|持卡人?|支付).{0,4}卡号"
        "|\\bcvv\\b|(?:bank|payment|debit) (?:card|account)"
        "|^\\W*(?:your )?card number|credit card|iban",
    ),
    ("plate", "车牌|号牌|车架号|车辆识别|number plate|licen[cs]e plate|\\bvin\\b"),
    (
        "health",
        # Height and weight alone are no health information of the sensitive kind.
        "体温(?![计枪仪贴])|健康状[况态]|健康情况|健康信息|病史|过敏|病情|血[型压糖](?![计仪试])"
        "|怀孕|孕[周期产妇]|妊娠|用药|核酸|抗原(?:检测|结果)"
        "|(?:是否|有无|出现|近期|您|本人|患者|学生|孩子)[^，,]{0,12}(?:症状|咳嗽|发热|发烧|疾病|疫苗)"
        "|^\\W*(?:主要|目前|当前|现有|身体|不适|其他|伴随)?(?:症状|咳嗽|发[热烧])"
        "(?:[、，/和及].*|描述|说明|表现)?\\W*$"
        "|(?:既往|慢性|基础|遗传|家族|传染|重大|患有)[^，,]{0,4}疾病|疾病(?:史|情况)"
        "|疫苗接种|接种.{0,4}疫苗|疫苗.{0,2}(?:针|剂次|情况|记录)"
        "|(?:body|your) temperature|(?:any|your|have) symptoms?|^\\W*symptoms?\\W*$"
        "|health (?:status|condition|information|history|declaration|code)"
        "|medical (?:history|condition|record|information)"
        "|vaccinated|vaccination (?:status|date|record)|blood type|allerg",
    ),
    (
        "track",
        "行程(?:轨迹|史|码|记录卡|卡)|行踪|旅居|到访地|(?:是否|曾)去过|接触史"
        "|(?:\\d|近|过去|最近|既往|个人|您的|本人)[^，,]{0,8}(?:行程|途经)|^\\W*行程\\W*$"
        "|(?:行动|活动|个人|人员|移动|出行|位置)轨迹|^\\W*轨迹\\W*$"
        "|travel history|places? (?:you )?visited",
    ),
    ("password", "密码|口令|passw(?:or)?d|passcode"),
    ("email", "邮箱|邮件|电邮|e-?mail"),
    ("phone", "手机|电话|联系方式|联络方式|座机|联系号码|phone|mobile|\\btel\\b|telephone"),
    ("birth_date", "出生|生日|birth|\\bdob\\b"),
    ("age", "年龄|周岁|\\bage\\b"),
    ("gender", "性别|gender|\\bsex\\b"),
    ("transactions", "收入|年薪|月薪|工资|资产|income|salary"),
    (
        "address",
        "住址|家庭地址|收货地址|通讯地址|通信地址|联系地址|详细地址|居住地|现住|户籍|寄送地址"
        "|街道|门牌|楼栋|房号"
        "|小区|^\\W*地址|address|street|postcode|zip code",
    ),
    ("location_coarse", "所在(?:城市|地区|省份|地)|\\bcity\\b|\\bprovince\\b"),
    (
        "account",
        "账号|帐号|账户名|帐户名|用户名|昵称|微信|QQ|微博|登录名|会员名|头像"
        "|user ?name|account|nickname|wechat"
        "|weixin|user ?id",
    ),
    (
        "name",
        "姓名|名字|称呼|联系人|收货人|收件人|持卡人|患者|申请人|报名人|来访人|访客|就诊人|考生"
        "|学生|家长|孩子|宝宝|户名"
        "|尊称|贵姓|(?:your|full|first|last|given|family|real|contact) ?name|surname|^\\W*name\\b",
    ),
    ("files", "简历|附件|resume|\\bcv\\b|attachment"),
)
_OF_THINGS = re.compile(
    r"卡号|安全码|指纹|fingerprint|通行证|温度|temperature|症状|故障|疫苗|疾病|行程|途经|人像"
    r"|card (?:no|number)",
    re.IGNORECASE,
)
"""Words of which nothing more can be said than that no person's data is named beside them."""
_BY_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (data_type, re.compile(words, re.IGNORECASE)) for data_type, words in _ASKED
)
_BY_AUTOCOMPLETE: Mapping[str, str] = {
    "name": "name", "given-name": "name", "family-name": "name", "additional-name": "name",
    "nickname": "account", "username": "account", "email": "email", "tel": "phone",
    "tel-national": "phone", "bday": "birth_date", "bday-year": "birth_date", "sex": "gender",
    "bday-month": "birth_date", "bday-day": "birth_date", "street-address": "address",
    "address-line1": "address", "address-line2": "address", "address-line3": "address",
    "postal-code": "address", "cc-number": "bank_card", "cc-csc": "bank_card",
    "cc-name": "name", "current-password": "password", "new-password": "password",
    "one-time-code": NONE, "organization": NONE, "organization-title": NONE, "off": "", "on": "",
}  # fmt: skip
_BY_CONTROL: Mapping[str, str] = {"password": "password", "email": "email", "tel": "phone"}
_CLAUSE = re.compile(r"[，,。；;！!？?]|\.\s")
_CODE = re.compile(r"验证码|校验码|captcha", re.IGNORECASE)
_KEY_KINDS: tuple[str, ...] = (
    "id_card", "passport", "driving_licence", "bank_card", "plate", "password", "email", "phone",
    "birth_date", "gender", "health", "address", "name", "account",
)  # fmt: skip
"""Kinds that the name of a field can tell, the more telling ones first."""
_COMPANY_NUMBER = re.compile(
    r"(?:公司|单位|企业|商家|店铺|客服|company)[^，,;；]{0,4}(?:电话|邮箱|phone|email)", re.I
)


def asked_for(field: Words, knowledge: Knowledge) -> str:
    """Give the id of the kind of personal information a field asks for; "none" when none is known.

    What a person reads counts before what the field is called inside the document.
    """
    if field.control == "search" or _CODE.search(f"{field.label} {field.placeholder}"):
        return NONE
    if field.control == "file":
        return _of_file(field)
    label, placeholder = field.label[:80], field.placeholder[:80]
    if field.control in ("textarea", "editable"):
        # Beside a box for free text stand whole sentences; what it asks for comes first in them.
        label, placeholder = (_CLAUSE.split(words)[0] for words in (label, placeholder))
    by_label = _by_words(label, knowledge)
    by_placeholder = _by_words(placeholder, knowledge)
    if by_label == NONE and field.control not in ("textarea", "editable"):
        by_label = by_placeholder or NONE
    token = field.autocomplete.strip().lower().split(" ")[-1]
    if by_label == NONE and token.startswith("cc-"):
        by_label = ""
    return (
        _BY_CONTROL.get(field.control if field.control == "password" else "")
        or by_label
        or by_placeholder
        or _BY_AUTOCOMPLETE.get(token)
        or _BY_CONTROL.get(field.control)
        or _by_options(field.options)
        or _by_names(field.names)
        or NONE
    )


def _by_words(words: str, knowledge: Knowledge) -> str:
    if not words:
        return ""
    hit = _NOT_PERSONAL.search(words)
    for data_type, pattern in _BY_WORDS:
        found = pattern.search(words)
        # 公司电话 is a company's number, 手机验证码 a code, 联系人电话 a person's number.
        if found and not (hit and _outweighs(words, hit, found)):
            return data_type if data_type in knowledge.data_types else ""
    if hit or _OF_THINGS.search(words):
        return NONE
    plain = words.strip(" *＊:：").casefold()
    return _synonyms(knowledge).get(plain, "")


def _outweighs(words: str, hit: re.Match[str], found: re.Match[str]) -> bool:
    """Say whether the words that speak against a person govern those that speak for one.

    In Chinese the last noun governs: 手机验证码 is a code; 公司电话 belongs to a company.
    """
    if _COMPANY_NUMBER.search(words):
        return True
    if hit.group(0).lower() in ("公司", "企业", "company", "单位名"):
        return found.group(0).lower() in ("名字", "name", "地址", "address", "公司地址")
    return hit.start() >= found.start() and hit.end() > found.end()


def _synonyms(knowledge: Knowledge) -> Mapping[str, str]:
    return _table(tuple((kind.id, kind.synonyms) for kind in knowledge.data_types.values()))


@functools.lru_cache(maxsize=2)
def _table(kinds: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    return {word.casefold(): kind for kind, words in kinds for word in words}


def _of_file(field: Words) -> str:
    words = f"{field.label} {field.placeholder}"
    both = f"{words} {' '.join(field.names)}"
    portrait = re.search(r"头像|avatar|logo", both, re.IGNORECASE)
    selfie = field.capture == "user" and "image" in field.accept and not portrait
    told = [kind for kind, pattern in _BY_WORDS[:2] if pattern.search(words)]
    if not told and re.search(r"身份证|id_?card|sfz|identity", both, re.IGNORECASE):
        told = ["id_card_photo"]
    if not told and (selfie or re.search(r"face|selfie|renlian", both, re.IGNORECASE)):
        told = ["face"]
    return told[0] if told else _media_of(field.accept, words)


def _media_of(accept: str, words: str) -> str:
    """Give the kind of a file by what the field accepts, else by the words beside it."""
    for media, kind in (("video", "video"), ("audio", "audio"), ("image", "photos")):
        if media in accept:
            return kind
    picture = re.search(r"\.(?:jpe?g|png|bmp|webp|heic)", accept, re.IGNORECASE)
    if picture or re.search(r"照片|图片|相片|photo|picture", words):
        return "photos"
    # A file of any kind, with no word on what it holds, asks for nothing that is known.
    papers = re.search(r"\.(?:pdf|docx?|wps|ofd)|msword|document", accept, re.IGNORECASE)
    return "files" if papers or dict(_BY_WORDS)["files"].search(words) else NONE


_LONG_LIFE = 60
"""Years that a list offers when it asks for a year of birth rather than of an event."""


def _by_options(options: tuple[str, ...]) -> str:
    shown = {option.strip() for option in options}
    if {"男", "女"} <= shown or {"male", "female"} <= {option.lower() for option in shown}:
        return "gender"
    years = {int(year.group(1)) for o in options if (year := re.match(r"((?:19|20)\d\d)年?$", o))}
    if len(years) >= _LONG_LIFE and min(years) < 1970:
        return "birth_date"
    return ""


def _by_names(names: tuple[str, ...]) -> str:
    for name in names:
        kinds = kinds_of(name) if name else frozenset()
        if NOT_PERSONAL in kinds or COMPANY in kinds or _NOT_PERSONAL.search(name):
            continue
        for kind in _KEY_KINDS:
            if kind in kinds:
                return kind
        if kinds & {"name_weak"} and name.lower() in ("name", "contact", "customer", "linkman"):
            return "name"
    return ""


_PURPOSE = re.compile(
    r"(?:根据|依据|依照|按照|按).{0,24}(?:要求|规定|办法|条例|制度)|依据[^，,]{2,}"
    r"|(?<!真)实名(?:制|认证|建档|登记)?|(?<!请)(?<!仔细)(?<!认真)(?:核对|核验|校验)"
    r"(?!码|无误|后|一下|信息)|[\u4e00-\u9fff]{2,}(?:(?<!不)(?<![您你无])需要(?=\W|$)|(?<!无)所需)"
    r"|用于|用來|用来|用途|以便|以用|为了|為了|以核[实验]|目的是?|便于|方便(?:我们|您|与|为|联系"
    r"|后续|快递)|仅作|仅供|只作"
    r"|作为.{0,10}(?:依据|凭证)|将(?:会)?(?:通过|向|用|发送|寄)|接收.{0,10}(?:通知|短信|结果"
    r"|验证码)"
    r"|(?:used?|needed|required|collected?) (?:to|for|so)|so that|in order to"
    r"|we (?:need|use|ask|will)|for the purpose",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:正常使用|更好(?:的|地)?(?:为您)?(?:提供)?(?:服务|体验)|提升(?:用户|服务)?体验|改善服务"
    r"|优化服务|必要信息"
    r"|better (?:service|experience)|improve (?:our|your))",
    re.IGNORECASE,
)
_OF_ALL = re.compile(
    r"(?:以上|以下|上述|下列|所填|填写|提交|提供|您的|个人)的?.{0,6}(?:信息|资料|数据|内容)"
    r"|information|data|details",
    re.I,
)
_SENTENCE = re.compile(r"[。；;！!\n]|\.\s")


def purpose_shown(data_type: str, words: str, near: str, knowledge: Knowledge) -> bool | None:
    """Say whether words beside a field, or words of its form that speak of it, tell what it is for.

    None where the words are as general as 提升体验, of which a person must judge.
    """
    vague = False
    for sentence in [*_SENTENCE.split(words), *_about(data_type, near, knowledge)]:
        found = _PURPOSE.search(sentence)
        if found and not _GENERIC.search(sentence):
            return True
        vague = vague or found is not None
    return None if vague or _spoken_of(data_type, words, near) else False


_ORDER = re.compile(
    r"^\W*(?:请|输入|填写|选择|上传|忘记|获取|发送|使用|其他|please|enter|forgot)"
    r"|(?:不能为空|不正确|有误|错误|格式|必填|登录|注册)\W*$",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"[，,：:]|须|需|根据|依据|按照|为了|以便|用于|要求|必须|应当|凭|核|由|将|的|because|must|need|requir",
    re.IGNORECASE,
)
"""What makes a line say something of the data that it names: labels in one line do not."""
_SAID = 8
"""Characters beyond which a line that names a kind of data is a sentence, not a label."""


def _spoken_of(data_type: str, words: str, near: str) -> bool:
    """Say whether any sentence in view, labels and orders aside, names this kind of data.

    What it says of it cannot be told; that nothing is said would be wrong.
    """
    pattern = dict(_BY_WORDS).get(data_type)
    own = {line.strip() for line in words.split("\n")}
    return pattern is not None and any(
        len(line.strip()) > _SAID
        and line.strip() not in own
        and not _ORDER.search(line.strip())
        and pattern.search(line) is not None
        and _STATES.search(line) is not None
        for line in _SENTENCE.split(near)
    )


def _about(data_type: str, near: str, knowledge: Knowledge) -> list[str]:
    """Give the sentences near a form that speak of a kind of data, or of all that is filled in."""
    pattern = dict(_BY_WORDS).get(data_type)
    known = knowledge.data_types.get(data_type)
    synonyms = known.synonyms if known else ()
    return [
        sentence
        for sentence in _SENTENCE.split(near)
        if _OF_ALL.search(sentence)
        or (pattern and pattern.search(sentence))
        or any(word in sentence for word in synonyms)
    ]
