"""What ticking a box grants, and whether it is said to be necessary, by the words beside it."""

from __future__ import annotations

import re
from typing import Literal

from scanner.wording.consent import NEED_EN, NEED_ZH
from scanner.wording.fold import fold

BoxPurpose = Literal["agreement", "marketing", "renewal", "sharing", "other"]
_NEEDED_BOX = re.compile(
    rf"{NEED_ZH}|(?:严格|始终|总是)|{NEED_EN}|\bstrictly\b|\balways (?:active|on|enabled)\b"
)
_OPTIONAL = re.compile(
    r"非必|不必要|可选|分析|统计|营销|广告|推广|第三方|个性化|\boptional\b|\bnon-?\s?(?:essential|necessary)"
    r"|unnecessary|analytic|statistic|marketing|advertis|third|personali"
)
_PURPOSES: tuple[tuple[BoxPurpose, re.Pattern[str]], ...] = (
    ("renewal", re.compile(r"自动续|续费|auto(?:matic(?:ally)?)?[- ]?renew")),
    (
        "sharing",
        re.compile(r"第三方|共享|合作(?:伙伴|方)|third[- ]part|\bshar(?:e|ing)\b|partners"),
    ),
    (
        "marketing",
        re.compile(
            r"营销|推送|广告|优惠|促销|订阅|资讯|推广|短信通知|newsletter|marketing|advertis|promot"
            r"|\boffers\b|targeting"
        ),
    ),
    (
        "agreement",
        re.compile(
            r"同意|接受|阅读|协议|条款|隐私|授权|允许|分析|统计|性能|个性化|社交|偏好|agree|accept|terms"
            r"|privacy|consent|analytic|statistic|performance|personali[sz]|social|preferences|functional"
        ),
    ),
)


def is_needed(label: str) -> bool:
    """Say whether the label of a box says that it is necessary."""
    text = fold(label)[:40]
    return _NEEDED_BOX.search(text) is not None and _OPTIONAL.search(text) is None


def purpose_of_box(label: str) -> BoxPurpose:
    """Say what ticking a box grants, by its label."""
    text = fold(label)
    if is_needed(label) and "同意" not in text:
        return "other"
    return next((purpose for purpose, words in _PURPOSES if words.search(text)), "other")
