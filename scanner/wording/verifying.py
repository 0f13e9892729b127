"""In which ways a screen or page lets people prove who they are, and what for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from scanner.wording.rights import plain

Way = Literal[
    "face",
    "fingerprint",
    "voiceprint",
    "password",
    "code",
    "card",
    "id_number",
    "photo",
    "staff",
    "other",
]
NeededFor = Literal["entry", "login", "payment", "account", "other"]
_WAYS: tuple[tuple[Way, str], ...] = (
    (
        "staff",
        r"人工(?:核验|审核|验证|窗口|通道|服务|办理|客服)|(?:联系|咨询)(?:客服|工作人员|管理员)|工作人员(?:核验|协助)|服务台|前台登记"
        r"|\bstaff\b|contact support",
    ),
    ("photo", r"(?:上传|提交|拍摄)[^。;\n]{0,6}照片|照片(?:核验|审核|比对)|upload a photo"),
    ("face", r"人脸|刷脸|扫脸|面容|面部识别|活体|\bface\b|facial|selfie"),
    ("fingerprint", r"指纹|fingerprint|touch id"),
    ("voiceprint", r"声纹|声音锁|voice ?print"),
    (
        "code",
        r"验证码|短信(?:验证|登录)|二维码|扫码|动态码|核验码|口令|入园码|预约码|\bqr\b"
        r"|verification code|sms",
    ),
    (
        "card",
        r"刷卡|纸质票|门票|年卡|电子票|\bic卡|实体卡|门禁卡|(?:身份证|证件)(?:原件|读卡|刷证)|刷身份证|凭票"
        r"|ticket|key card",
    ),
    ("id_number", r"(?:身份证|证件)号|\bid number|passport number"),
    ("password", r"密码|password|passcode|\bpin\b"),
    (
        "other",
        r"(?:其[他它]|更多|别的)[^。;\n]{0,6}(?:方式|方法|途径|验证)|换(?:一?[个种])?(?:验证)?方式|切换(?:验证)?方式"
        r"|无法(?:识别|刷脸|验证)|不(?:同意|愿|想)(?:使用)?(?:刷脸|人脸)"
        r"|(?:other|another) (?:way|method|option)",
    ),
)
_PATTERNS = tuple((way, re.compile(words)) for way, words in _WAYS)
_FACE_DEMANDED = re.compile(
    r"(?:请|需要?|须|必须|应当?|进行|开始|完成|通过|录入|采集|仅支持|只支持|仅限)[^。;\n]{0,12}(?:人脸|刷脸|扫脸|面容|面部|活体)"
    r"|(?:人脸|刷脸|扫脸|面部)(?:识别|验证|核验|认证|采集|录入)?[^。;\n]{0,4}(?:入园|入场|入校|入馆|进入|通行|后(?:方可|才能|可)|开始)"
    r"|(?:start|complete|requires?|need)[^.\n]{0,16}(?:face|facial)"
)
_STARTS = re.compile(
    r"(?:我知道了|同意|立即|马上|开始|去|进行|确认|点击|我已知晓|继续)*(?:开始|下一步|继续|拍摄|采集|录入|识别|验证|核验|认证|检测|同意|刷脸|去完成)"
    r"(?:人脸|刷脸|面容|面部|身份|本人|识别|验证|核验|认证|检测|采集|录入|并继续|入园|入场)*"
    r"|(?:start|begin|next|continue|verify|scan)(?: (?:face|now|verification|scan))*"
)
_NEEDS: tuple[tuple[NeededFor, str], ...] = (
    ("payment", r"支付|付款|转账|提现|\bpay"),
    (
        "entry",
        r"入园|入场|入校|入馆|入住|进(?:入|门|园|站|场|小区|校|馆)|通行|门禁|闸机|开门|检票|entry|entrance|gate|check.?in",
    ),
    ("account", r"注销|更换|修改|找回|解[绑冻]|实名|申诉|account recovery|reset"),
    ("login", r"登录|登陆|log ?in|sign ?in"),
)
_PURPOSES = tuple((need, re.compile(words)) for need, words in _NEEDS)


@lru_cache(maxsize=4096)
def ways_of(words: str) -> tuple[Way, ...]:
    """Give every way of proving who one is that a line or control names."""
    text = plain(words)
    return tuple(way for way, pattern in _PATTERNS if pattern.search(text))


@lru_cache(maxsize=4096)
def demands_face(words: str) -> bool:
    """Say whether a line wants people to show their face."""
    return _FACE_DEMANDED.search(plain(words)) is not None


def begins_verifying(words: str) -> bool:
    """Say whether a control does nothing but begin the way that the screen tells of."""
    return _STARTS.fullmatch(plain(words)) is not None


def needed_for(text: str) -> NeededFor:
    """Say what people prove it for, by the words around."""
    said = plain(text)
    return next((need for need, pattern in _PURPOSES if pattern.search(said)), "other")
