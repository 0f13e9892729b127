"""Which controls and short lines offer a right, or present contents as chosen for one person."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from typing import Literal

from scanner.wording.fold import SIMPLIFIED, fold

Right = Literal["access", "correct", "delete", "close_account", "withdraw", "complain", "push_off"]
_CONTROL = 24
"""Characters of a line beyond which it is a sentence and no control or heading."""
_LABEL = 40
"""Characters of a line beyond which it is no label of a switch."""
_LONGEST = 400
"""Characters of words that are read."""
_CHANNEL = re.compile(
    r"(?:投诉|举报|申诉|维权|客服|联系我们|(?:个人信息|隐私).{0,6}(?:负责人|联系)).{0,14}"
    r"(?:[0-9][0-9 \-]{5,}[0-9]|[\w.+-]+@[\w-]+\.\w)"
)
"""A line, however long, in which a way to complain has its number or mailbox with it."""
_LONGEST_TEXT = 60_000
"""Characters of a whole text that are read."""
_CONTACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}\.\w|(?<!\d)(?:400|800|95\d{3}|12\d{3}"
    r"|0\d{2,3}[- ]?\d{7,8}|1[3-9]\d{9})(?:[- ]?\d{3,4}){0,2}(?!\d)"
    r"|(?:联系|客服|投诉|举报|反馈|来信|邮寄)[^。\n]{0,24}(?:电话|热线|邮箱|邮件|地址|在线客服|表单|页面|入口)"
    r"|(?:通讯|联系|办公|注册)地址[:：]|contact us at|customer service",
    re.IGNORECASE,
)
"""How people may be reached, anywhere in a long text."""
ENDING = (
    *("停用", "停止使用", "关闭", "删除", "清除", "清空", "移除", "抹除", "抹掉", "销毁", "作废"),
    *("终止", "撤销", "撤消", "取消"),
)
"""What ends an account when it is said of one."""
_ACCOUNT = r"(?:[账帐][号户]|会员身份)"
_BESIDE = r"(?!.{0,3}(?:绑定|关联|同步|授权|登[录陆]|提醒|通知|推荐|保护|安全|记录|历史|缓存|切换))"
"""What of an account is ended without the account, as a binding to another."""
_CHOOSING = r"(?:个性化|定向|兴趣|程序化|定制化|精准|千人千面|猜[你您]喜欢|[为给][你您]推荐|算法)"
_RIGHT_WORDS: tuple[tuple[Right, str], ...] = (
    (
        "close_account",
        r"注销.{0,6}(?:[账帐][号户]|用户|会员|服务|身份)"
        r"|(?:[账帐][号户]|用户|会员).{0,3}(?:注销|销毁)"
        r"|^(?:我要|申请|永久|彻底|一键|立即|确[认定]|完全|如何|怎[么样])*(?:注销|销户|销号)"
        r"(?:申请|须知|流程|说明|指引)?$"
        rf"|销户(?![口籍])|销号|(?:{'|'.join(ENDING)})"
        rf"(?:我的|[您你]的|本|该|此|当前|这个|永久|彻底|用户|个人|全部|所有|掉|会员|平台|注册){{0,3}}{_ACCOUNT}{_BESIDE}"
        rf"|{_ACCOUNT}(?:永久|彻底|的)*(?:停用|关闭|删除|清除|作废)(?!.{{0,3}}(?:记录|提醒|通知|历史))"
        r"|(?:delete|close|deactivate|cancel|remove|terminate|disable|erase)"
        r" (?:(?:my|your|this|the|user|\w+) )?account(?! (?:link|notif|alert|remind|sync|histor))"
        r"|account (?:deletion|closure|cancell?ation|removal|deactivation|termination)",
    ),
    (
        "withdraw",
        r"(?:撤[回销消]|收回|取消|解除|停止|终止|关[掉闭]).{0,6}(?:同意|授权|许可(?!证))|不再同意|不同意继续|(?:同意|授权).{0,4}(?:撤[回销消]|取消|关闭|管理)|关闭.{0,4}授权"
        r"|基本功能模式|仅浏览"
        r"|停止(?:收集|处理|使用).{0,6}(?:信息|数据)|停止使用$|停止使用(?:本|此|该|我们)?.{0,4}(?:服务|应用|app|软件|产品)"
        r"|(?:withdraw|revoke).{0,16}(?:consent|authori[sz]ation)"
        r"|(?:cookie|privacy|consent) (?:settings|preferences|choices)|隐私(?:设置|偏好)",
    ),
    (
        "push_off",
        rf"(?:关闭|管理|设置|退出|不看|拒绝|停用|停止|取消|屏蔽).{{0,8}}{_CHOOSING}"
        rf"|{_CHOOSING}.{{0,8}}(?:关闭|管理|设置|开关|退出|偏好)"
        r"|(?:关闭|停止|停用|不接收)(?:内容|算法|商品|信息)?推荐$"
        r"|(?:推荐|广告)(?:内容|算法|服务|信息)?(?:关闭|管理|设置|开关|偏好)$"
        r"|(?:personali[sz]|interest.based|targeted).{0,30}(?:off|opt.?out|settings|preferences)"
        r"|(?:opt.?out|turn off|disable|limit|stop|manage).{0,20}"
        r"(?:personali[sz]|interest.based|targeted|recommendation|ad tracking)"
        r"|^ads? (?:settings|preferences|choices)$",
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
        r"投诉|举报|意见反馈|客服|联系我们|联络我们|联系方式|热线|工单|人工服务|在线咨询|qq群"
        r"|官方(?:微信|微博|公众号)|问题反馈"
        r"|complain|report (?:abuse|a problem)|^support$|help (?:center|desk)"
        r"|contact us|customer "
        r"(?:service|support)|feedback",
    ),
)
_RIGHTS = tuple((right, re.compile(words, re.IGNORECASE)) for right, words in _RIGHT_WORDS)
_NO_RIGHT = re.compile(
    r"注销.{0,6}(?:公告|登记|商标|公司|企业|许可|证书|备案|仪式)|投诉(?:量|排行|榜|案例)|举报人"
    r"|(?:商标|公司|企业|执照|许可证?|证书|备案|户口).{0,4}注销"
)
_CHOOSES = re.compile(
    r"推荐|个性化|定制|订制|定向|兴趣|偏好|精准|程序化|猜[你您](?:喜欢|想)|千人千面|画像|算法"
    r"|可能(?:喜欢|感兴趣)|智能(?:推送|展示|排序)|专属(?:内容|广告)"
    r"|广告(?:推送|展示|投放|追踪|跟踪|标识|优化|营销|设置|管理|服务|$)"
    r"|personali[sz]|customi[sz]|tailor|recommend|interest|targeted|profiling|for you|you may like"
    r"|ads? (?:tracking|preferences|settings)|relevant ads"
)
_CHOOSES_NO_CONTENTS = re.compile(
    r"推荐(?:码|人|有奖|奖励|好友|位)|推荐给|(?:好友|朋友|通讯录|联系人|认识).{0,6}推荐|推荐.{0,4}认识|邀请"
    r"|主题|皮肤|字体|字号|铃声|壁纸|装扮|外观|图标|桌面|布局|背景|流量|头像|昵称|签名|语言|键盘|输入|套餐"
    r"|兴趣(?:爱好|小组|部落)|(?:系统|播放|显示|阅读|音质|画质)偏好"
    r"|theme|skin|font|ringtone|wallpaper|layout|avatar|language|keyboard|refer a|contacts"
)
"""What may be chosen or recommended beside contents: how the app looks, friends, a data plan."""
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


def plain(words: str) -> str:
    """Bring the words of a control into one form: simplified script, narrow, lower case."""
    return fold(words[:_LONGEST])


def is_control(words: str) -> bool:
    """Say whether words are short enough for a control or a heading; a sentence is neither."""
    return len(words) <= _CONTROL * (1 + words.isascii())


def right_of(words: str, told: Set[Right] = frozenset()) -> Right | None:
    """Say which right a control or a short line offers, if any beside those told already."""
    return next((right for right in _rights_of(words) if right not in told), None)


@lru_cache(maxsize=8192)
def _rights_of(words: str) -> tuple[Right, ...]:
    if not words or _NO_RIGHT.search(text := plain(words)):
        return ()
    if not is_control(words) and not _CHANNEL.search(text):
        return ()
    return tuple(right for right, pattern in _RIGHTS if pattern.search(text))


def gives_contact(words: str) -> bool:
    """Say whether a text gives a number to call, a mailbox, or where to write and complain."""
    return _CONTACT.search(words[:_LONGEST_TEXT].translate(SIMPLIFIED)) is not None


def turns_choosing_off(words: str) -> bool:
    """Say whether a switch with these words beside it has contents chosen for one person or not.

    Of a control on a screen of settings for privacy or advertising they say the same; anywhere
    else they may head the contents themselves.
    """
    text = plain(words)
    if len(text) > _LABEL * (1 + text.isascii()) or _CHOOSES_NO_CONTENTS.search(text):
        return False
    return _CHOOSES.search(text) is not None


def presents_chosen(words: str) -> bool:
    """Say whether a heading presents contents as chosen for this person.

    What others looked at (看了又看) is chosen by the contents, not by the person.
    """
    text = plain(words)
    if not is_control(words) or _OF_CROWDS.search(text) or _SETTING.search(text):
        return False
    return _CHOSEN.search(text) is not None
