"""In which ways a screen or page lets people prove who they are, and what for."""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.facts import NeededFor, ProofWay
from scanner.wording.rights import is_control, plain

_FACE = (
    r"人脸|刷脸|扫脸|面容|面部(?:识别|验证|核验|认证|采集|录入|扫描|信息|登[录陆]|支付)|活体"
    r"|\bface\b|\bface(?:id|scan)|facial|selfie"
)
_PAPERS = r"(?:身份证|护照|证件)"
_WAYS: tuple[tuple[ProofWay, str], ...] = (
    (
        "staff",
        r"人工(?!智能)|客服|柜台|工作人员|(?:联系|咨询)管理员|服务台|前台登记|窗口办理"
        r"|\bstaff\b|attendant|help desk|contact support",
    ),
    (
        "photo",
        r"(?:上传|提交|拍摄)[^。;\n]{0,6}照片|照片(?:核对|核验|审核|比对|验证)"
        r"|upload a photo|photo check",
    ),
    ("face", _FACE),
    ("fingerprint", r"指纹|fingerprint|touch id"),
    ("voiceprint", r"声纹|声音锁|voice ?print"),
    (
        "code",
        r"验证码|短信|二维码|扫码|动态码|核验码|校验码|入园码|预约码|邮箱(?:登[录陆]|验证)|一键登[录陆]"
        r"|手机号?(?:快捷)?(?:登[录陆]|验证)"
        r"|\bqr\b|qr ?code|verification code|text message|one.time code|sms|\botp\b",
    ),
    (
        "card",
        r"刷(?:卡|年卡|会员卡|身份证)|纸质票|门票|[或、和与]年卡(?!入)|年卡(?:二维码|核验|通道)|电子票|\bic卡|实体卡|门禁卡|凭票"
        r"|(?:凭|持|出示)(?:票|卡|年卡|入场券|会员卡|准考证|学生证|工作证|当日票)|(?:身份证|证件)(?:原件|读卡|刷证)"
        rf"|(?:凭|持|出示){_PAPERS}|ticket|key card|swipe",
    ),
    (
        "id_number",
        rf"(?:身份证|证件|护照)号|{_PAPERS}(?:验证|核验|认证|登[录陆]|登记|查询|通行|入园|入场|进)"
        rf"|(?:输入|录入|填写|使用){_PAPERS}(?!.{{0,2}}照)|\bid (?:card|number)\b|passport",
    ),
    (
        "password",
        r"密码|口令|(?:[账帐]号|用户名|工号|学号|会员号)登[录陆入]|password|passcode|\bpin\b",
    ),
    (
        "other",
        r"(?:其[他它]|更多|别的|更换|切换|换一?[种个]?)[^。;\n]{0,6}"
        r"(?:方式|方法|途径|登[录陆]|验证|核验|入园|入口|渠道)"
        r"|无法(?:识别|刷脸|验证)|不(?:同意|愿|想)(?:使用)?(?:刷脸|人脸)"
        r"|(?:微信|qq|微博|支付宝|抖音|apple|google|github).{0,4}登[录陆]"
        r"|(?:ca|数字|电子)证书|u盾|ukey|(?:动态)?令牌|(?:余额|银行卡|信用卡|零钱|现金)(?:支付|付款)"
        r"|(?:无障碍|老年人?|老人|人工)通道|工牌|门卡|钥匙"
        r"|^\W*(?:微信|qq|微博|支付宝|apple|google)\W*$|跳过|暂不|稍后|以后再说|下次|不再提醒|先逛逛|游客"
        r"|\b(?:skip|later|not now|guest)\b"
        r"|other (?:ways?|methods?|options?)|another (?:way|method|option)|(?:sign|log) ?in with",
    ),
)
_PATTERNS = tuple((way, re.compile(words)) for way, words in _WAYS)
_OF_FACES = re.compile(_FACE, re.IGNORECASE)
_ACTS = re.compile(
    r"登[录陆入]|通道|闸机|请走|打卡|验证|核验|认证|识别|入园|入场|进入|进站|通行|开门|签到|支付|付款|采集|录入|刷|扫|办理|联系|求助|方式"
    r"|log ?in|sign ?in|verify|enter|continue|scan|pay|use"
)
_OF_THEMSELVES: frozenset[ProofWay] = frozenset({"staff", "other"})
"""Ways that a control offers by naming them, without an act."""
_MAY_BE_A_WAY = re.compile(
    r"登[录陆入]|验证|核验|认证|支付|付款|入园|入场|入校|入馆|通道|入口|购票|购买|凭(?!借)|(?<![支保坚维主])持(?!续|久)"
    r"|log ?in|sign ?in|verify|\bpay\b|enter|ticket"
)
"""Words of a control that may lead to a way that nobody has told of yet."""
_SPEAKS_OF_A_WAY = re.compile(r"通道|购票|凭(?!借)|(?<![支保坚维主])持(?!续|久)|窗口|不便|无障碍")
_BY_LAW = re.compile(
    r"依照|依据|按照|根据[^。;\n]{0,16}(?:法|规定|要求)|法律|法规|规定|国家|公安(?!备)"
)
_LOOKED_AT = (
    r"(?:人脸|活体|面容|面部|脸部)(?:信息)?(?:识别|验证|核验|核身|认证|检测|比对|扫描|采集|录入|登[录陆])|[刷扫]脸"
    r"|人脸(?=信息|图像|照片|[^一-鿿]|$)"
)
"""A face as something that a machine looks at, and none that is washed or drawn."""
_FACE_DEMANDED = re.compile(
    rf"(?:请|需要?|须|必须|应当?|进行|开始|完成|通过|录入|采集|仅支持|只支持|仅限)[^。;\n]{{0,12}}(?:{_LOOKED_AT})"
    r"|(?:人脸|刷脸|扫脸|面部)(?:识别|验证|核验|认证|采集|录入)?[^。;\n]{0,4}"
    r"(?:入园|入场|入校|入馆|进入|通行|后(?:方可|才能|可(?!以?选择))|开始)"
    r"|(?:人脸|面部|脸部|正脸|正对)[^。;\n]{0,12}(?:框内|取景框|圆圈|屏幕)"
    r"|(?:start|complete|requires?|need)[^.\n]{0,16}"
    r"(?:face (?:scan|recognition|verification|id)|facial)"
)
_NO_FACE_DEMANDED = re.compile(
    r"已(?:经)?(?:录入|采集|完成|开通|通过|认证|验证|识别)|同意|授权|如[需果您你]|若|不得|不应|不会|不强制|强制|禁止|无[需须]"
    r"|不(?:需要?|必|用)|自愿|可选|贴纸|头像|漫画|美颜|特效|滤镜|换脸|生成|攻略|指南|教程|说明|须知|新闻|介绍|规则"
    r"|协议|政策|声明|常见问题|什么是|怎[么样]|如何|为什么|[?？]"
    r"|\bif\b|consent|agree|authori|\bnot\b|\bhow\b|\bwhy\b"
)
"""Words by which a line tells of faces, asks for consent, or sets a case, and demands none."""
LONGEST_DEMAND = 80
"""Characters of a line beyond which it is a paragraph of an article (project judgement)."""
_STARTS = re.compile(
    r"(?:我知道了|同意|立即|马上|开始|去|进行|确认|点击|我已知晓|继续)*(?:开始|下一步|继续|拍摄|采集|录入|识别|验证|核验|认证|检测|同意|刷脸|去完成)"
    r"(?:人脸|刷脸|面容|面部|身份|本人|识别|验证|核验|认证|检测|采集|录入|并继续|入园|入场)*"
    r"|(?:start|begin|next|continue|verify|scan)(?: (?:face|now|verification|scan))*"
)
_NEEDS: tuple[tuple[NeededFor, str], ...] = (
    (
        "entry",
        r"入园|入场|入校|入馆|入住|进(?:门|园|站|场|出|小区|校|馆)|进入[^。;\n]{0,4}(?:园|校|小区|馆|场|站|楼)|通行|门禁"
        r"|闸机|开门|检票|\bentry\b|entrance|admission|\bgate\b|check.?in",
    ),
    ("payment", r"支付|付款|转账|提现|收银|结算|\bpay(?:ment)?\b"),
    (
        "account",
        r"注销|(?:更换|修改)(?:手机|密码|资料|绑定|[账帐][号户])|换绑|解[绑冻]|找回|申诉"
        r"|account recovery|reset|close .{0,8}account",
    ),
    ("login", r"登[录陆入]|log ?in|sign ?in"),
)
_ERRAND = re.compile(r"取件|取餐|(?:上班|下班|员工|刷脸|人脸|考勤)打卡(?!机|系统|设备|软件|方案)")
_PURPOSES = tuple((need, re.compile(words)) for need, words in _NEEDS)


@lru_cache(maxsize=4096)
def ways_of(words: str) -> tuple[ProofWay, ...]:
    """Give every way of proving who one is that a line or control names."""
    text = plain(words)
    return tuple(way for way, pattern in _PATTERNS if pattern.search(text))


def ways_offered(words: str) -> tuple[ProofWay, ...]:
    """Give the ways by which a control lets people prove who they are.

    A way must be named together with an act, as in 刷脸入园: a page about faces offers nothing.
    """
    if not is_control(words.strip()):
        return ()
    acts = _ACTS.search(plain(words)) is not None
    return tuple(way for way in ways_of(words) if acts or way in _OF_THEMSELVES)


@lru_cache(maxsize=4096)
def may_be_a_way(words: str) -> bool:
    """Say whether a control that names no known way may be, or lead to, one all the same."""
    return _MAY_BE_A_WAY.search(plain(words)) is not None


@lru_cache(maxsize=4096)
def speaks_of_a_way(words: str) -> bool:
    """Say whether a sentence speaks of a way in beside the face, or of one it does not name."""
    text = plain(words)
    others = any(way != "face" for way in ways_of(words))
    return others or _SPEAKS_OF_A_WAY.search(text) is not None


def cites_a_rule(text: str) -> bool:
    """Say whether a text rests on a rule of the state, which may demand the face itself."""
    return _BY_LAW.search(text) is not None


@lru_cache(maxsize=4096)
def demands_face(words: str) -> bool:
    """Say whether a line wants people to show their face."""
    text = plain(words)
    if len(text) > LONGEST_DEMAND * (1 + text.isascii()) or _NO_FACE_DEMANDED.search(text):
        return False
    return _FACE_DEMANDED.search(text) is not None


def speaks_of_faces(text: str) -> bool:
    """Say whether a text, however long, speaks of faces, so that a closer look is worth it."""
    return _OF_FACES.search(text) is not None


def begins_verifying(words: str) -> bool:
    """Say whether a control does nothing but begin the way that the screen tells of."""
    return _STARTS.fullmatch(plain(words)) is not None


def needed_for(text: str) -> NeededFor:
    """Say what people prove it for, by the words around."""
    said = plain(text)
    return next((need for need, pattern in _PURPOSES if pattern.search(said)), "other")


def lets_do(text: str) -> bool:
    """Say whether words are of a page on which people get in, pay, collect or clock in."""
    return needed_for(text) != "other" or _ERRAND.search(plain(text)) is not None
