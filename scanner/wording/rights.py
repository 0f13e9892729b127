"""Which controls and short lines offer a right, or present contents as chosen for one person."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Literal

Right = Literal["access", "correct", "delete", "close_account", "withdraw", "complain", "push_off"]
_CONTROL = 24
"""Characters of a line beyond which it is a sentence and no control or heading."""
_CHANNEL = re.compile(
    r"(?:投诉|举报|申诉|维权|客服|联系我们|(?:个人信息|隐私).{0,6}(?:负责人|联系)).{0,14}"
    r"(?:[0-9][0-9 \-]{5,}[0-9]|[\w.+-]+@[\w-]+\.\w)"
)
"""A line, however long, in which a way to complain has its number or mailbox with it."""
_RIGHT_WORDS: tuple[tuple[Right, str], ...] = (
    (
        "close_account",
        r"注销.{0,6}(?:账|帐|用户|会员|服务)|(?:账|帐)[号户].{0,2}注销|删除.{0,4}(?:账"
        r"|帐)[号户]|^注销$"
        r"|(?:delete|close|deactivate|cancel) (?:my |your )?account",
    ),
    (
        "withdraw",
        r"(?:撤回|撤销|取消|解除|停止).{0,6}(?:同意|授权)|授权管理|withdraw.{0,10}consent"
        r"|(?:cookie|privacy|consent) (?:settings|preferences|choices)|隐私(?:设置|偏好)",
    ),
    (
        "push_off",
        r"(?:关闭|管理|设置|退出|不看|拒绝).{0,8}(?:个性化|定向|兴趣|程序化)|(?:个性化|定向"
        r"|程序化).{0,8}(?:关闭|管理|设置"
        r"|开关|退出)|(?:personali[sz]ed|interest.based).{0,30}(?:off|opt.?out|settings)",
    ),
    (
        "delete",
        r"(?:删除|清除|清空).{0,6}(?:个人信息|个人数据|我的(?:信息|数据)|浏览记录|历史记录)"
        r"|delete (?:my|your) (?:data|information)|erase my data",
    ),
    (
        "access",
        r"(?:查询|查看|下载|导出|获取|复制|访问).{0,6}(?:个人信息|个人数据|我的(?:信息|数据)"
        r"|信息副本)|个人信息(?:查询|副本|下载"
        r"|导出)|(?:download|access|export) (?:my|your) (?:personal )?(?:data|information)",
    ),
    (
        "correct",
        r"(?:修改|更正|编辑|完善|变更).{0,6}(?:个人信息|个人资料|资料|我的信息|基本信息"
        r"|手机号)|(?:edit|update|correct) "
        r"(?:my |your )?(?:profile|personal|information)",
    ),
    (
        "complain",
        r"投诉|举报|意见反馈|客服|联系我们|联络我们|聯絡我們|热线|complain|report abuse"
        r"|contact us|customer "
        r"(?:service|support)|feedback",
    ),
)
_RIGHTS = tuple((right, re.compile(words, re.IGNORECASE)) for right, words in _RIGHT_WORDS)
_NO_RIGHT = re.compile(
    r"注销.{0,6}(?:公告|登记|商标|公司|企业|许可|证书|备案|仪式)|投诉(?:量|排行|榜|案例)|举报人"
)
_CHOSEN = re.compile(
    r"猜你喜欢|猜您喜欢|(?:为|给)[你您](?:推荐|精选|优选|定制)|[你您]可能(?:还)?(?:会)?(?:喜欢"
    r"|感兴趣)|(?:推荐|精选)给[你您]"
    r"|根据[你您]的.{0,10}(?:推荐|兴趣|浏览|偏好)|个性化推荐|[你您]的专属推荐|看了又看|买了又买"
    r"|大家还在看"
    r"|recommended for you|picked for you|you (?:may|might) (?:also )?like|based on your"
    r"|just for you",
    re.IGNORECASE,
)
_OF_CROWDS = re.compile(r"看了又看|买了又买|大家还在看")
_SETTING = re.compile(r"关闭|设置|管理|开关|退出|什么是|说明|规则|协议|政策|算法")


def is_control(words: str) -> bool:
    """Say whether words are short enough for a control or a heading; a sentence is neither."""
    return len(words) <= _CONTROL * (1 + words.isascii())


def right_of(words: str, told: Set[Right] = frozenset()) -> Right | None:
    """Say which right a control or a short line offers, if any beside those told already."""
    if not words or _NO_RIGHT.search(words):
        return None
    if not is_control(words) and not _CHANNEL.search(words[:400]):
        return None
    left = ((right, pattern) for right, pattern in _RIGHTS if right not in told)
    return next((right for right, pattern in left if pattern.search(words)), None)


def presents_chosen(words: str) -> bool:
    """Say whether a heading presents contents as chosen for this person.

    What others looked at (看了又看) is chosen by the contents, not by the person.
    """
    if not is_control(words) or _OF_CROWDS.search(words) or _SETTING.search(words):
        return False
    return _CHOSEN.search(words) is not None
