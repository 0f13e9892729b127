"""By which ways people are asked to prove who they are, as controls and fields name them."""

from __future__ import annotations

import re
from typing import Literal

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

_LONGEST = 24
"""Characters of words beyond which they are a sentence and no control."""
_WAYS: tuple[tuple[Way, re.Pattern[str]], ...] = (
    (
        "face",
        re.compile(r"人脸|刷脸|扫脸|面容|面部|face ?(?:id|scan|recognition|login)|\bface\b", re.I),
    ),
    ("fingerprint", re.compile(r"指纹|fingerprint|touch id", re.I)),
    ("voiceprint", re.compile(r"声纹|voiceprint", re.I)),
    ("staff", re.compile(r"人工|客服|柜台|工作人员|窗口办理|staff|attendant|help desk", re.I)),
    (
        "code",
        re.compile(
            r"验证码|短信|扫码|二维码|动态码|校验码|邮箱(?:登[录陆]|验证)|一键登[录陆]"
            r"|手机号?(?:快捷)?(?:登[录陆]|验证)"
            r"|qr ?code|text message|one.time code|\bsms\b|\botp\b",
            re.I,
        ),
    ),
    ("id_number", re.compile(r"身份证(?!.{0,2}照)|证件号|护照|id (?:card|number)|passport", re.I)),
    (
        "card",
        re.compile(
            r"刷(?:卡|年卡|会员卡)|(?:凭|持|出示)(?:门?票|入场券|年卡|会员卡)|门禁卡|ticket|swipe",
            re.I,
        ),
    ),
    ("photo", re.compile(r"照片(?:核对|比对|验证|核验)|photo check", re.I)),
    ("password", re.compile(r"密码|口令|账号登[录陆]|帐号登[录陆]|password|passcode", re.I)),
    (
        "other",
        re.compile(
            r"(?:其[他它]|更多|更换|切换|换[一]?[种个]?)[^。\n]{0,6}"
            r"(?:方式|登[录陆]|验证|核验|入园|入口|渠道)"
            r"|(?:微信|QQ|微博|支付宝|抖音|Apple|Google|GitHub).{0,4}登[录陆]"
            r"|other (?:ways?|methods?|options?)|(?:sign|log) ?in with|another way",
            re.I,
        ),
    ),
)
_ACTS = re.compile(
    r"登[录陆入]|验证|核验|认证|识别|入园|入场|进入|进站|通行|开门|签到|支付|付款|采集|录入|刷|扫|办理|联系|求助|方式"
    r"|log ?in|sign ?in|verify|enter|continue|scan|pay|use",
    re.I,
)
_FOR: tuple[tuple[NeededFor, re.Pattern[str]], ...] = (
    (
        "entry",
        re.compile(
            r"入园|入场|入馆|入校|进园|进站|进出|门禁|通行|开门|检票|entry|admission|gate", re.I
        ),
    ),
    ("payment", re.compile(r"支付|付款|收银|结算|payment|\bpay\b", re.I)),
    ("account", re.compile(r"注销|修改(?:手机|密码|资料)|换绑|解绑|close .{0,8}account", re.I)),
    ("login", re.compile(r"登[录陆入]|log ?in|sign ?in", re.I)),
)
_PROVES = re.compile(r"人脸|刷脸|扫脸|面容|face", re.I)


def way_of(words: str) -> Way | None:
    """Say by which way a control lets people prove who they are; None for what is none.

    A way must be named together with an act, as in 刷脸入园: a page about faces offers nothing.
    """
    said = " ".join(words.split())
    if not said or len(said) > _LONGEST:
        return None
    for way, pattern in _WAYS:
        if pattern.search(said) and (way in ("other", "staff") or _ACTS.search(said)):
            return way
    return None


def speaks_of_faces(text: str) -> bool:
    """Say whether words speak of proving by a face at all, so that a closer look is worth it."""
    return _PROVES.search(text) is not None


def needed_for(text: str) -> NeededFor:
    """Say what the proof is asked for, by the title and headings of a page."""
    return next((what for what, pattern in _FOR if pattern.search(text)), "other")
