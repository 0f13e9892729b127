"""What a screen or page on which an account is closed asks for before it does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from scanner.wording.rights import plain

Demand = Literal[
    "hand_held_id",
    "id_photo",
    "id_number",
    "face",
    "bank_card",
    "letter",
    "visit",
    "phone_call",
    "all_products",
    "reason",
    "code",
    "password",
]
_LABEL = 24
"""Characters up to which words are a label or a hint, which ask by naming the thing."""
_CLOSING = re.compile(
    r"注销.{0,6}(?:[账帐][号户]|用户|会员|身份)|[账帐][号户].{0,4}注销|^(?:确认|申请|永久|立即)*注销|销户|销号"
    r"|(?:delete|close|deactivate|remove)\w* (?:(?:my|your|the|this) )?account"
    r"|account (?:deletion|closure|deactivation)"
)
_DEMANDS: tuple[tuple[Demand, str], ...] = (
    (
        "hand_held_id",
        r"手持[^。;\n]{0,8}(?:身份证|证件|护照)"
        r"|(?:photo|selfie)[^.\n]{0,12}hold\w*[^.\n]{0,12}\b(?:id|passport)\b",
    ),
    (
        "id_photo",
        r"(?:身份证|证件)(?:件)?的?[^。;,，\n]{0,6}(?:照片?|正反面|正面|反面|人像面|国徽面|扫描件|复印件|影印件)"
        r"|(?:photo|scan|copy) of (?:your |an? )?(?:\w+ )?(?:id|passport)\b",
    ),
    ("id_number", r"(?:身份证|证件)(?:号码?|的?后[四六]位)|\b(?:id|passport) number"),
    (
        "face",
        r"(?:人脸|面容|面部)(?:识别|验证|核验|核身|认证|信息|照片)|刷脸|活体(?:检测|验证|识别)"
        r"|face (?:verification|recognition|scan)|facial",
    ),
    ("bank_card", r"银行卡(?:卡?号码?|信息|照片|验证|核验|认证)|bank ?card"),
    (
        "letter",
        r"书面(?:的)?(?:申请|材料|声明|说明|陈述|请求)|纸质|邮寄|寄送|寄至|快递至|加盖公章"
        r"|by (?:post|postal mail)|written (?:request|application|letter)",
    ),
    (
        "visit",
        r"(?:前往|去|到|至|亲临|赴)[^。,，;\n]{0,10}(?:营业厅|门店|柜台|网点|服务点|办公地点)|(?:现场|线下|到店|柜台)(?:提交|申请|办理)"
        r"|in person",
    ),
    (
        "phone_call",
        r"(?:请|须|需要?|仅|只)[^。,，;\n]{0,10}(?:致电|拨打|电话)[^。\n]{0,20}(?:注销|办理|申请)"
        r"|(?:注销|办理|申请)[^。\n]{0,10}(?:请|须|需要?|仅|只)[^。,，;\n]{0,8}(?:致电|拨打|电话)"
        r"|only by (?:phone|calling)",
    ),
    (
        "all_products",
        r"(?:一并|同时|一同|连同|同步)[^。,，;\n]{0,4}注销[^。;\n]{0,16}(?:产品|平台|应用|app|服务|其[他它]|旗下|全部|所有)"
        r"|(?:旗下|全部|所有|其[他它]|关联)[^。,，;\n]{0,12}(?:产品|应用|平台|服务|[账帐][号户])[^。,，;\n]{0,6}"
        r"(?:一并|同时|一同|也)[^。,，;\n]{0,6}注销",
    ),
    ("reason", r"(?:注销|离开)的?(?:原因|理由)|reason for (?:leaving|closing|deleting)"),
    ("code", r"验证码|校验码|verification code"),
    ("password", r"密码|password"),
)
_PATTERNS = tuple((demand, re.compile(words)) for demand, words in _DEMANDS)
_ASKS = re.compile(
    r"需|须|请|应当?|必须|要求|上传|提交|提供|拍摄|填写|输入|验证|核验|完成|进行"
    r"|\b(?:please|must|need|require|upload|submit|provide|enter|complete)"
)
_UNNEEDED = re.compile(
    r"(?:无需|不需要?|无须|不必|毋须|不(?:会|再)?要求|\bno need|not)[^。;,，\n]{0,16}$"
)
_OTHERWISE = re.compile(r"或者?|也可|还可|亦可|任一|\bor\b")
_AFTERWARDS = re.compile(
    r"注销(?:成功|完成|生效)?(?:之)?后|(?:将|会)(?:被|全部)?(?:清空|删除|清除|解除|失效|作废|取消)|解绑|解除绑定"
    r"|will (?:be )?(?:delet|remov|los)"
)
"""What happens to things once the account is closed; nothing is asked for by that."""
_PIECE = re.compile(r"[。;；!！?？\n]")


def speaks_of_closing(text: str) -> bool:
    """Say whether a text is about closing an account."""
    return _CLOSING.search(plain(text)) is not None


@lru_cache(maxsize=4096)
def demands_of(words: str) -> tuple[Demand, ...]:
    """Give what a line, a control or the hint of a field asks for, each once.

    What is one of several ways, what is said not to be needed, and what becomes of things once the
    account is closed is no demand.
    """
    found: dict[Demand, None] = {}
    for piece in _PIECE.split(plain(words)):
        label = len(piece) <= _LABEL * (1 + piece.isascii())
        for demand, pattern in _PATTERNS:
            if demand == "id_photo" and "hand_held_id" in found:
                continue  # the photo is that one
            match = pattern.search(piece)
            if match is not None and _is_demanded(demand, piece, match, label=label):
                found[demand] = None
    return tuple(found)


def _is_demanded(demand: Demand, piece: str, match: re.Match[str], *, label: bool) -> bool:
    begin, end = match.span()
    if _UNNEEDED.search(piece[max(0, begin - 24) : begin]):
        return False
    if demand == "all_products":
        return True
    if _AFTERWARDS.search(piece) or _OTHERWISE.search(piece, max(0, begin - 12), end + 8):
        return False
    return label or _ASKS.search(piece) is not None
