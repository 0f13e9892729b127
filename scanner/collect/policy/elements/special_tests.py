"""Tests of value of the elements that only some policies owe: sensitive data, children ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scanner.collect.policy.elements.dates import own_dates
from scanner.collect.policy.elements.ground import (
    Ground,
    Mentions,
    Place,
    heading_above,
    sentence_of,
)
from scanner.collect.policy.elements.measures import summary_at
from scanner.collect.policy.elements.sensitive_tests import faces, sensitive
from scanner.collect.policy.elements.ways import (
    CONTACT,
    ONLINE,
    PATH,
    Answer,
    has_way,
    not_done,
    without,
)
from scanner.facts import Lack

_LISTS = re.compile(r"清单|目录|列表|\blists?\b")


def _list_of(*parts: str) -> Callable[[Ground, Mentions], Answer]:
    def test(ground: Ground, mentions: Mentions) -> Answer:
        documents = [one for one in ground.reading.documents if one.part in parts]
        if documents:
            return Answer((), Place(documents[0], 0, min(len(documents[0].text), 60)))
        linked = next(
            (
                place
                for place in mentions.said
                for link in place.document.links
                if place.start - 40 <= link.start <= place.end + 40
            ),
            None,
        )
        heading = next((place for place in mentions.said if _heads_a_list(place)), None)
        own = {(place.document.name, *sentence_of(place)) for place in mentions.said}

        def fits(place: Place) -> bool:
            span = sentence_of(place)
            other = _LISTS.search(place.document.folded, *span)
            return not other or (place.document.name, *span) in own

        way = linked or heading or mentions.near(PATH, fits=fits)
        return Answer(without(path=way), way)

    return test


def _heads_a_list(place: Place) -> bool:
    """Say whether the words are a title under which a table or a list stands."""
    blocks = place.document.blocks
    for index, block in enumerate(blocks):
        if block.start <= place.start < block.end:
            short = block.kind == "heading" or block.end - block.start <= 40
            return short and any(
                one.kind in ("cell", "item") for one in blocks[index + 1 : index + 4]
            )
    return False


_GUARDIAN = re.compile(
    r"(?:监护人|父母|家长)[^。\n]{0,40}(?:同意|指导|许可|授权|陪同|陪伴)|(?:同意|许可"
    r"|授权)[^。\n]{0,30}(?:监护人|父母)|(?:parent|guardian)[^.\n]{0,60}(?:consent|permission"
    r"|approv|authori[sz])"
    r"|(?:consent|permission|approval)[^.\n]{0,40}(?:parent|guardian)"
)
_NOT_FOR_CHILDREN = re.compile(
    r"(?:仅|只)(?:面向|供|限|适用于|对)[^。\n]{0,12}(?:成年|成人|年满)|(?:不|并非"
    r"|未)[^。\n]{0,6}(?:面向|针对|适用于|供)[^。\n]{0,10}(?:未成年|儿童|未满|不满)"
    r"|not (?:directed|intended|aimed|designed|available)[^.\n]{0,40}(?:child|minor|under|person"
    r"|individual|1[3-8])|(?:do not|don['’]t) knowingly"
)


def _children(ground: Ground, mentions: Mentions) -> Answer:
    place = mentions.near(_GUARDIAN) or mentions.near(_NOT_FOR_CHILDREN)
    place = place or Mentions(mentions.denied, ()).near(_NOT_FOR_CHILDREN)
    own = any(document.part == "children" for document in ground.reading.documents)
    return Answer(without(guardian_consent=place or own), place)


_IF = re.compile(r"如果?|若|除非|届时|倘|一旦|确需|未来|将来|\bif\b|unless|in the event")


def _export(ground: Ground, mentions: Mentions) -> Answer:
    """Test for the items of PIPL 39; a policy that says that nothing goes abroad owes none."""
    facts = ground.claims.exports
    if not facts:
        home = ground.promise("no_export") or ground.promise("stored_at_home")
        denied = Mentions(mentions.denied, ()).near(CUE_OF_EXPORT) if mentions.denied else None
        if home or denied or mentions.near(_ONLY_AT_HOME) or mentions.near(_IF):
            return Answer((), denied or mentions.near(_ONLY_AT_HOME))
        return Answer(untold=True)
    named = [fact for fact in facts if fact.name] or list(facts)
    items: tuple[Lack, ...] = ("contact", "purpose", "means", "kinds", "rights", "separate_consent")
    lacks: set[Lack] = {
        item for item in items if any(getattr(fact, item) is False for fact in named)
    }
    if not any(fact.name for fact in facts):
        lacks.add("recipient")
    untold = any(getattr(fact, item) is None for item in items for fact in named)
    return Answer(tuple(sorted(lacks)), None, untold)


CUE_OF_EXPORT = re.compile(r"境外|出境|跨境|海外|overseas|cross-?border|outside|transfer")
_ONLY_AT_HOME = re.compile(
    r"(?:存储|储存|保存|存放)(?:于|在|地点)?[^。\n]{0,16}(?:境内|中国大陆)"
    r"|境内[^。\n]{0,20}(?:存储|储存|保存|存放)"
    r"|不(?:会|涉及|存在)?(?:将|把|向)?[^。\n]{0,24}(?:境外|出境|跨境)|stored? (?:in"
    r"|within) (?:mainland )?china"
)
_SWITCH = re.compile(
    r"(?:关闭|退出|拒绝|停用|取消|不接受|关掉|退订|开启或关闭)|turn(?:ing)? off"
    r"|opt[- ]?(?:ing )?out|disabl|unsubscribe|object to|manage"
)


_OUT = re.compile(
    r"(?:选择退出|退订)|(?<!法)(?<!支持)(?<!不能)(?<!不可)(?<!供)(?:关闭|拒绝|停用|不接收)"
    r"[^。;\n]{0,12}(?:个性化|定向|精准|营销|广告|画像)"
    r"|\bopt[- ]?out of[^.\n]{0,40}(?:advert|personali|profil|target)"
)
"""A way out of profiling that stands in another section."""
_NOT_OFFERED = re.compile(
    r"(?:不支持|无法|不能|不可|不得|不提供|没有提供|未提供|没有|尚无)[^。,;\n]{0,6}$"
)


def _is_offered(place: Place) -> bool:
    return not _NOT_OFFERED.search(place.document.folded, max(0, place.start - 12), place.start)


def _profiling(ground: Ground, mentions: Mentions) -> Answer:
    place = not_done(mentions)
    if place:
        return Answer((), place)
    way = has_way(ground, mentions, "profiling")
    switch = mentions.near(_SWITCH, fits=_is_offered)
    return Answer(without(switch=switch or ground.anywhere(_OUT), path=way), switch)


_MEASURES = re.compile(
    r"加密|去标识化|访问控制|脱敏|防火墙|等级保护|等保|iso|ssl|https|权限(?:管理|控制)|安全(?:措施"
    r"|技术|防护)|encrypt|firewall|access control|safeguard|security measure|pseudonymi"
)
_BREACH = re.compile(
    r"安全事件|泄[露漏][^。\n]{0,60}(?:通知|告知|报告|应急|处置)|应急(?:预案|响应)|(?:通知|告知"
    r"|报告)[^。\n]{0,40}(?:泄露|事件)|data breach|security (?:incident|breach)"
    r"|notify[^.\n]{0,40}breach"
)


def _security(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    breach = mentions.near(_BREACH)
    return Answer(without(measures=mentions.near(_MEASURES), breach=breach), breach)


_NOTICE = re.compile(
    r"(?:变更|更新|修[订改]|调整|变动|变化|改动|change|update|amend|revis|modif)[^。\n]{0,200}(?:弹窗|公告|通知"
    r"|提示|公示|告知|推送|站内信|发布|公布|notify|notif|notice|post|email|inform|alert)"
    r"|(?:弹窗|公告|通知|提示|公示|推送|站内信|notify|notice|post|inform)[^。\n]{0,60}(?:变更|更新"
    r"|修[订改]|调整|change|update|revis|modif)"
)


_TEXT = re.compile(
    r"政策|声明|指引|协议|规则|条款|本文|内容|policy|policies|statement|notice|terms|changes"
)


_CHANGES = re.compile(r"更新|变更|修[订改]|变动|变化|改动|调整|chang|updat|amend|revis")
_TEXT_CHANGES = re.compile(rf"(?:{_TEXT.pattern})[^。\n]{{0,12}}(?:{_CHANGES.pattern})")


def _of_the_text(place: Place) -> bool:
    """Say whether a notice is one of changes to the text: its words or its title say so."""
    folded, (start, end) = place.document.folded, sentence_of(place)
    return bool(
        _TEXT.search(folded, start, end)
        or _TEXT_CHANGES.search(folded, max(0, start - 60), end)
        or _CHANGES.search(heading_above(place))
    )


def _updates(ground: Ground, mentions: Mentions) -> Answer:
    dated = any(any(own_dates(one.folded)) for one in ground.reading.documents)
    notice = mentions.near(_NOTICE, fits=_of_the_text)
    return Answer(without(date=dated, notice=notice), notice)


_REFUSE = re.compile(
    r"(?:拒绝|禁用|清除|删除|管理|关闭|阻止|停用|不接受|移除)[^。\n]{0,30}|refus|disabl|delet"
    r"|clear|block|reject|manage|control|opt[- ]?out"
)
_WHAT_FOR = re.compile(
    r"用于|用来|目的|以便|为了?|帮助|便于|使得|使您|从而|确保|保障|保证|实现|记住|保存|保持|维持|记录|识别|purpose"
    r"|to (?:help|provide|improve|remember|allow|enable|make|store|keep|understand)|used? (?:to"
    r"|for)"
)


def _cookies(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    place = not_done(mentions)
    if place:
        return Answer((), place)
    place = mentions.near(_WHAT_FOR)
    return Answer(without(purpose=place, refusal=mentions.near(_REFUSE, 0, 300)))


def _autostart(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    place = not_done(mentions)
    if place:
        return Answer((), place)
    return Answer(without(purpose=mentions.near(_WHAT_FOR)))


def _exceptions(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    wide = any(fact.cue == "wide_exceptions" for fact in ground.claims.wordings)
    return Answer(without(within_law=not wide))


_MERGER = re.compile(r"合并|分立|收购|破产|重组|资产转让|merger|acqui|bankrupt|sale of")
_DECEASED = re.compile(r"逝者|去世|近亲属|死者|deceased|next of kin|death")
_ENTRUSTED = re.compile(r"委托|受托|on our behalf|processors?\b|service providers?")


def _succession(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    return Answer(
        without(
            merger=mentions.near(_MERGER),
            deceased=mentions.near(_DECEASED),
            entrusted=mentions.near(_ENTRUSTED),
        )
    )


def _officer(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    place = mentions.near(CONTACT) or mentions.near(ONLINE)
    return Answer(without(contact=place), place)


def summary_place(ground: Ground) -> Place | None:
    """Find where the policy itself begins with a summary or names one."""
    for document in ground.reading.documents:
        found = summary_at(document) if document.part == "policy" else None
        if found:
            return Place(document, *found)
    return None


def _summary(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    place = summary_place(ground)
    return Answer(without(summary=place), place)


SPECIAL: Mapping[str, Callable[[Ground, Mentions], Answer]] = {
    "pol-13": _list_of("data_list"),
    "pol-14": _list_of("sharing_list", "sdk_list"),
    "pol-16": sensitive,
    "pol-17": _children,
    "pol-18": _export,
    "pol-19": _profiling,
    "pol-20": _security,
    "pol-21": _updates,
    "pol-22": _cookies,
    "pol-23": _autostart,
    "pol-24": _exceptions,
    "pol-25": faces,
    "pol-26": _succession,
    "pol-27": _officer,
    "pol-28": _summary,
}
"""The tests of these elements."""
