"""Lists of personal information that are left open: 等, 包括但不限于, "not limited to".

Only lists of kinds of information, in words about taking or handing them on; a definition, an
example, what stands in brackets behind a general word, a list of rights, of laws or of purposes may
stay open, and "等三项" closes its list.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.collect.policy.claims.data_words import DataWord, data_words
from scanner.collect.policy.document import Document
from scanner.collect.policy.negation import is_denied
from scanner.collect.policy.sentences import Sentence, sentences_of
from scanner.knowledge import Knowledge


class OpenList(NamedTuple):
    """A list that is left open."""

    start: int
    end: int
    mark: str
    """The words that leave it open."""
    data_type: str
    """The kind of information named last before them, or first after them."""


_INCLUDING = re.compile(
    r"(?:包括|包含|含)(?:但|并|且)?不(?:仅)?限于|不限于"
    r"|including[,]? (?:but|without) (?:not )?limit(?:ed to|ation)"
)
_AND_SO_ON = re.compile(
    r"等(?!级|待|同|额|保|效|价|候|[一二两三四五六七八九十\d]{1,3}[项种类个条])|及其(?:他"
    r"|它)(?:相关)?(?:个人)?信息|以及其(?:他|它)(?:相关)?(?:个人)?信息|\betc\b|and so on"
    r"|and other (?:personal )?information"
)
_NO_KINDS_AFTER = re.compile(
    r"(?:相关|各|各种|您的|其他|多种)?(?:权利|法律|法规|主体|场景|方式|功能|服务|情形|目的|用途"
    r"|权限|业务|操作|行为|第三方|机构|公司|活动|平台|渠道|途径|手段|措施|环节|标准|问题|原因|风险"
    r"|人员|部门|产品|应用|页面|设备(?!信息|标识)|技术|需求|因素|差异|开关|条件|情况|系统|软件"
    r"|模式|登录|按钮)"
)
_TAKING = re.compile(
    r"收集|获取|采集|读取|填写|提供|上传|共享|分享|记录|需要您|提交|传输|获得|collect|gather"
    r"|receive|obtain|provide|share|record"
)
_NO_TAKING = re.compile(
    r"是指|指的是|系指|指以|定义|一旦泄[露漏]|加密|脱敏|去标识|匿名化|(?:可以?|有权"
    r"|能够?)[^。,]{0,24}(?:查询|查看|查阅|访问|更正|更改|修改|删除|补充|复制|管理)|(?:所?涉及"
    r"|所称|所述|所指)的?(?:个人|敏感|用户)|是否|知识产权|著作权|版权|等在内的描述"
    r"|再次[^。]{0,10}(?:征|取得|同意)|非个人信息|除此(?:之外|以外)?[^。]{0,12}不|仅限于?(?:上述|以上)"
    r"|(?:希望|如需|需要|想要?)(?:查询|查阅|查看|更正|删除)|无法找回|清空|丢失|不得(?:出现|含有|包含)|禁止|转授权|自行上传|承担(?:全部|一切|相应)"
    r"|与(?:本应用|本公司|我们|本平台|本产品)无关|means any|refers to|encrypt|you (?:may"
    r"|can) (?:access|correct|delete|update)"
)
_STAYS_INFORMATION = re.compile(
    r"[^。,;、:\n]{0,12}?(?:信息|数据|资料|内容|参数|标识|记录|特征|information|data|details)"
    r"|\s{0,2}(?:[。,;、)\].]|$)"
)
"""What follows a list of information: its general word, or its end."""
_NOT_TAKEN = re.compile(
    r"不(?:会|得|将|应|再)?(?:主动|向|提供|共享|披露|公开|根据|基于|利用|使用|收集|获取|采集|读取|上传|要求|强制"
    r"|需要)[^。;]{0,90}$"
)
_NO_LIST_AFTER = re.compile(r"展示|推送|提供|发送|改善|广告|用于|使用")
_OF_INFORMATION = re.compile(
    r"(?:信息|数据|资料|记录|日志|标识|收集|获取|采集|读取|填写|提交|提供|information|data"
    r"|collect|details)[^。;]{0,14}$"
)
_OF_OTHER_THINGS = re.compile(
    r"(?:通过|以|方式|渠道|途径|形式|服务|功能|活动|内容|作品)[^。;]{0,4}$|(?:through|by)\s?$"
)
"""What stands before 包括但不限于 where ways or services follow, and not kinds of information."""
_EXAMPLE = re.compile(
    r"(?:例如|比如|譬如|诸如|举例|如(?![果您你下需何实]))[^。;]{0,60}$|(?:such as|e\.g)[^;]{0,60}$"
)
"""An example may end in 等: what it is an example of is told before it."""
_LEAD = 14
"""Characters between the mark and the first kind."""
_NEAR = 60
"""Characters on one side within which a list names its kinds."""
_TWO = 2
"""Kinds of information that make a list of them."""


def open_lists_in(document: Document, knowledge: Knowledge) -> Iterator[OpenList]:
    """Find the lists of kinds of information that are left open, one for each sentence."""
    words = data_words(document.folded, knowledge)
    starts = [word.start for word in words]
    for sentence in sentences_of(document):
        first = bisect.bisect_left(starts, sentence.start)
        inside = words[first : bisect.bisect_left(starts, sentence.end)]
        found = _opened(sentence, inside) if inside else None
        if found:
            yield found


def _opened(sentence: Sentence, words: tuple[DataWord, ...]) -> OpenList | None:
    text = sentence.text
    if _NO_TAKING.search(text) or not (sentence.cell or _TAKING.search(text)):
        return None
    return next(itertools.chain(_said_outright(sentence, words), _trailing(sentence, words)), None)


def _said_outright(sentence: Sentence, words: tuple[DataWord, ...]) -> Iterator[OpenList]:
    """Find the words that say that there is more, before a list of kinds."""
    text, start = sentence.text, sentence.start
    for mark in _INCLUDING.finditer(text):
        at = start + mark.end()
        after = [word for word in words if at <= word.start <= at + _NEAR]
        if not after or after[0].start - at > _LEAD or is_denied(text, mark.start()):
            continue
        if not sentence.cell and not _is_of_information(text[: mark.start()]):
            continue
        lead = text[mark.end() : after[0].start - start]
        if not _NO_LIST_AFTER.search(lead) and (len(after) >= _TWO or len(lead) <= 4):
            yield OpenList(start, sentence.end, mark.group(), after[0].data_type)


def _trailing(sentence: Sentence, words: tuple[DataWord, ...]) -> Iterator[OpenList]:
    """Find the words that leave a list of kinds open behind it."""
    text, start = sentence.text, sentence.start
    for mark in _AND_SO_ON.finditer(text):
        at = start + mark.start()
        before = [word for word in words if at - _NEAR <= word.start and word.end <= at]
        if not before or not _ends_kinds(text, mark):
            continue
        if not _is_the_list(text, mark.start(), cell=sentence.cell):
            continue
        if len({word.start for word in before}) >= _TWO and _is_last(text, before[-1], at, start):
            yield OpenList(start, sentence.end, mark.group(), before[-1].data_type)


def _ends_kinds(text: str, mark: re.Match[str]) -> bool:
    """Say whether kinds of information end there, and not of anything else, nor what is denied."""
    if _NO_KINDS_AFTER.match(text, mark.end()):
        return False
    ends = mark.group().endswith(("信息", "information"))
    if not (ends or _STAYS_INFORMATION.match(text, mark.end())):
        return False
    if is_denied(text, mark.start()) or "权限" in text[max(0, mark.start() - 40) : mark.start()]:
        return False
    return not _NOT_TAKEN.search(text[max(0, mark.start() - 90) : mark.start()])


def _is_of_information(before: str) -> bool:
    return _OF_INFORMATION.search(before[-20:]) is not None and not _OF_OTHER_THINGS.search(
        before[-8:]
    )


def _is_the_list(text: str, at: int, *, cell: bool) -> bool:
    """Say whether the list that ends there is what is taken, and no example and no aside of it."""
    before = text[:at]
    if before.count("(") > before.count(")") or _EXAMPLE.search(before[-80:]):
        return False
    return cell or _TAKING.search(before) is not None


def _is_last(text: str, word: DataWord, at: int, start: int) -> bool:
    """Say whether what stands right before the mark is a kind of information, or nearly."""
    between = text[word.end - start : at - start]
    return len(between) <= 8 and not re.search(r"[。;:)]|用于|以便|为了|功能|服务", between)
