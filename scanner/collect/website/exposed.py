"""Personal data of third persons where anybody can read it: masked, counted, no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from scanner.collect.website.view import View
from scanner.facts import PageExposed
from scanner.personal.canary import CANARY
from scanner.personal.masking import masked
from scanner.personal.numbers import is_mobile
from scanner.personal.patterns import Found, find

Surface = Literal["page", "json", "script", "listing", "document"]
ROWS = 3
"""People in a row from which a list of numbers is one of persons and no contact of the operator."""
_REACH = 60
"""Characters before and after a value in which words speak of it."""
_KINDS = frozenset(
    ["id_card", "bank_card", "phone", "email", "passport", "driving_licence", "address", "plate"]
)
_CONTACT = re.compile(
    r"联系我们|联系方式|联系电话|联系人|联络|客服|热线|咨询|电话|致电|服务台|总机|传真|商务|合作"
    r"|投诉|举报|监督|招商|加盟"
    r"|售后|售前|经理|销售|地址|邮箱|编辑|责编|记者|来稿|投稿|报名|预订|订购|招聘|简历|技术支持"
    r"|站长|contact|hotline|tel\b"
    r"|phone|e-?mail|customer service|support|sales|fax",
    re.IGNORECASE,
)
_SAMPLE = re.compile(
    r"例如|比如|示例|样例|样本|格式|形如|如[:：]|测试|虚构|example|sample|e\.g\.", re.I
)
_PAYEE = re.compile(
    r"开户|对公|汇款|收款|捐款|捐赠|缴费|户\s*名[:：]?.{0,20}(?:公司|会|中心|局|院|学校)"
)
_NAME = re.compile(
    r"(?<![\u4e00-\u9fff])(?:欧阳|司马|上官|诸葛|司徒|皇甫|尉迟"
    r"|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤"
    r"方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵汪祁毛禹狄米贝明臧"
    r"计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢"
    r"莫房解应宗丁宣邓郁单洪包诸左石崔吉龚程邢裴陆荣翁甄曲家封储靳段富焦谷车侯全班仰仲宫宁仇栾暴甘厉武符刘景詹束龙"
    r"叶司黎薄印白蒲邰从索赖卓蔺屠蒙池乔阴闻党翟谭申冉宰桑桂牛边扈燕冀浦尚农温庄晏柴瞿阎连习艾容向古易戈廖终居衡步"
    r"耿满匡文寇广禄东欧殳沃利蔚越师巩聂关晁勾敖融冷简饶空曾沙养鞠须丰巢蒯相查荆红游竺权盖益桓])"
    r"[\u4e00-\u9fff*＊某○〇]{1,2}(?![\u4e00-\u9fff])"
)


class _Hit(NamedTuple):
    found: Found
    line: int
    named: bool
    """Whether a person's name stands beside it."""
    contact: bool
    """Whether the words before it offer it as somebody's contact at work."""


def exposed_facts(view: View, *, surface: Surface = "page") -> Iterator[PageExposed]:
    """Find personal data of third persons in a text that anybody can read, masked and counted.

    An operator's own contact is none of it, nor what an instruction gives as an example. Values
    themselves are never told: the first one masked, and how many.
    """
    hits = list(_hits(view.text))
    documents = {hit.line for hit in hits if hit.found.data_type == "id_card"}
    by_kind: dict[str, list[_Hit]] = {}
    for hit in hits:
        by_kind.setdefault(hit.found.data_type, []).append(hit)
    for kind, some in sorted(by_kind.items()):
        kept, sure = _of_persons(kind, some, documents)
        if kept:
            first = kept[0]
            yield PageExposed(
                source=view.source(f"line {first.line}"),
                channel="website",
                data_type=kind,
                page=view.page,
                surface=surface,
                count=_distinct(kept),
                sure=sure,
                value_masked=masked(kind, first.found.value),
            )


def _hits(text: str) -> Iterator[_Hit]:
    made_up = {re.sub(r"\W", "", value) for value in CANARY.values()}
    line, place = 1, 0
    for one in find(text):
        if one.data_type not in _KINDS or re.sub(r"\W", "", one.value) in made_up:
            continue
        line += text.count("\n", place, one.start)
        place = one.start
        start = max(text.rfind("\n", 0, one.start) + 1, one.start - _REACH)
        stop = text.find("\n", one.end)
        before = text[start : one.start]
        beside = (
            f"{before} {text[one.end : min(stop if stop >= 0 else len(text), one.end + _REACH)]}"
        )
        above = text[max(0, start - _REACH) : start].strip().rpartition("\n")[2]
        if _SAMPLE.search(before) or (
            one.data_type == "bank_card" and _PAYEE.search(above + before)
        ):
            continue
        contact = bool(_CONTACT.search(before)) or (not before.strip() and _ends_in_contact(above))
        yield _Hit(one, line, bool(_NAME.search(beside)), contact)


def _ends_in_contact(above: str) -> bool:
    """Say whether the line above a bare number is a short heading that offers it as a contact."""
    return len(above) <= 14 and bool(_CONTACT.search(above))


def _of_persons(
    kind: str, hits: Sequence[_Hit], documents: frozenset[int] | set[int]
) -> tuple[list[_Hit], bool]:
    """Give the hits that are third persons', and whether that is sure."""
    if kind in ("id_card", "bank_card"):
        kept = [hit for hit in hits if hit.found.sure]
        enough = kind == "id_card" or _distinct(kept) > 1 or any(hit.named for hit in kept)
        return (kept if enough else []), True
    if kind == "phone":
        hits = [hit for hit in hits if is_mobile(re.sub(r"\D", "", hit.found.value)[-11:])]
    with_document = [hit for hit in hits if hit.line in documents]
    if with_document:
        return with_document, True
    alone = [hit for hit in hits if not hit.contact]
    named = [hit for hit in alone if hit.named]
    if _distinct(named) >= ROWS:
        return named, True
    several = kind == "phone" and _distinct(alone) >= 2 * ROWS
    return (alone if several else []), False


def _distinct(hits: Sequence[_Hit]) -> int:
    return len({re.sub(r"\W", "", hit.found.value).upper() for hit in hits})
