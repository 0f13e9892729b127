"""What words ask for before an account is closed, and which page closes one."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from scanner.wording.short import short

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
    "other",
]
LONGEST = 20_000
"""Characters of words that are read."""
_CLOSING = re.compile(
    r"(?:注销|销户|销号)[^。\n]{0,4}(?:[账帐][号户]|用户|会员|服务)?|[账帐][号户](?:注销|销户)"
    r"|(?:delete|close|deactivate) (?:my |your |this |the )?account|account (?:deletion|closure)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"政策|协议|条款|声明|隐私|公告|新闻|公司|商标|登记|证照|执照|资质|policy|terms|news",
    re.IGNORECASE,
)
_HEADING = 24
"""Characters of a line or title up to which it is a heading."""
_NEEDS = (
    r"(?<![无不毋未免])(?:需要?|须|必须|应当?|请|要求|务必)[您你]?(?:本人)?(?:先|另行|同时|一并)?"
    r"(?:提供|上传|提交|填写|出示|准备|进行|完成|通过|录入|输入|携带|持|手持|拍摄|绑定|验证|核验|邮寄|寄送?|寄出)"
)
_DEMANDS: tuple[tuple[Demand, re.Pattern[str]], ...] = (
    (
        "hand_held_id",
        re.compile(
            rf"{_NEEDS}[^。；;\n]{{0,14}}手持|手持.{{0,4}}(?:身份)?证.{{0,4}}(?:照|拍)[^。；;\n]{{0,8}}(?:上传|必填)"
        ),
    ),
    (
        "id_photo",
        re.compile(
            rf"{_NEEDS}[^。；;\n]{{0,14}}(?:身份证|证件)(?:正反面|正面|扫描件|复印件|影印件|照片|图片)"
        ),
    ),
    ("face", re.compile(rf"{_NEEDS}[^。；;\n]{{0,10}}(?:人脸|刷脸|面部|活体)")),
    ("bank_card", re.compile(rf"{_NEEDS}[^。；;\n]{{0,10}}银行卡")),
    (
        "letter",
        re.compile(
            rf"{_NEEDS}[^。；;\n]{{0,14}}(?:书面|纸质|申请书|申请函|公证)|(?:邮寄|寄送?)[^。；;\n]{{0,12}}(?:申请|材料|原件|复印件)"
        ),
    ),
    (
        "visit",
        re.compile(
            r"(?<![无不毋未免])(?:需要?|须|必须|请|只能|仅(?:可|能|限|支持))[^。；;\n]{0,10}(?:到|前往|亲临|亲自)[^。；;\n]{0,12}(?:营业厅|柜台|门店|网点|现场|服务中心|公司)"
        ),
    ),
    (
        "phone_call",
        re.compile(
            r"(?:只能|仅(?:可|能|限|支持)|须|必须)[^。；;\n]{0,8}(?:拨打|致电|电话)[^。；;\n]{0,20}"
        ),
    ),
    (
        "all_products",
        re.compile(
            r"(?<![无不毋未免])(?:需要?|须|必须|同时|一并)[^。；;\n]{0,8}注销[^。；;\n]{0,6}(?:全部|所有|其他|旗下|关联)[^。；;\n]{0,8}(?:产品|服务|平台|[账帐][号户]|应用)"
        ),
    ),
)
_NOT_NEEDED = re.compile(r"(?:无需|无须|不需要?|不必|不须|不会要求|毋须|免)[^。；;，,\n]{0,6}$")
_CASE = re.compile(r"(?:如果?|若|无法|不能|忘记|遗失|丢失|找回|被盗|异常)[^。；;\n]{0,30}$")
"""Words before by which something is asked for in some case only."""


class Asked(NamedTuple):
    """What closing an account asks for, and the words that say so."""

    demand: Demand
    words: str


def closes_account(title: str, text: str) -> bool:
    """Say whether a page is the one that closes an account, by its title or first headings."""
    heads = [*re.split(r"[-_|—–·]", title[:120]), *text.split("\n")[:40]]
    return any(
        len(head.strip()) <= _HEADING and _CLOSING.search(head) and not _ELSEWHERE.search(head)
        for head in heads
    )


def demands_in(text: str) -> tuple[Asked, ...]:
    """Give what the words of such a page ask for without exception, each demand once."""
    found: dict[Demand, str] = {}
    for sentence in re.split(r"[。；;\n]", text[:LONGEST]):
        for demand, pattern in _DEMANDS:
            hit = pattern.search(sentence)
            if hit is None or demand in found or (demand == "id_photo" and "手持" in hit[0]):
                continue
            before = sentence[: hit.start()]
            if not _NOT_NEEDED.search(before) and not _CASE.search(before):
                found[demand] = short(sentence.strip())
    return tuple(Asked(demand, found[demand]) for demand in sorted(found))
