"""Tests of value of what a policy says of third parties: recipients and components."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scanner.collect.policy.elements.ground import (
    Ground,
    Mentions,
    Place,
    heading_above,
    line_of,
    sentence_of,
)
from scanner.collect.policy.elements.ways import Answer, done_at, first_of, not_done
from scanner.facts import Lack, PolicyThirdParty

_COLUMNS: Mapping[Lack, Callable[[PolicyThirdParty], bool]] = {
    "company": lambda party: bool(party.company),
    "contact": lambda party: party.contact is not False,
    "purpose": lambda party: party.purpose != "",
    "means": lambda party: party.means != "",
    "data_types": lambda party: party.data_types != (),
}
"""What a policy owes of each recipient besides its name (PIPL 23); a value that is null counts as
stated, for nobody read whether it is."""


def _columns(parties: tuple[PolicyThirdParty, ...], columns: tuple[Lack, ...]) -> tuple[Lack, ...]:
    """Say which columns are empty for more than half of the parties, where it is not only one."""
    missing = tuple(
        column
        for column in columns
        if 2 * sum(not _COLUMNS[column](party) for party in parties) > len(parties)
    )
    return tuple(sorted(missing)) if len(missing) > 1 else ()


_GIVES = re.compile(
    r"(?:向|与|和|给|由)[^。;\n]{0,40}(?:第三方|合作|关联|他人|其他)[^。;\n]{0,40}(?:提供|共享|分享|披露|转让)"
    r"|(?:提供|共享|分享|披露|转让)(?:给|予|于)"
    r"|\b(?:shar|disclos|provid|transfer)[^.;\n]{0,60} (?:with|to) "
)
"""How a text says that information is given to others."""


_GIVES_NOTHING = re.compile(
    r"统计(?:数据|信息|结果|性)|经统计|统计加工|非个人|汇总|聚合|匿名|去标识|(?:无法|不能|不会)[^。,]{0,8}(?:识别|关联)"
    r"|不会?(?:主动|再)?(?:向|与|和|把|将|对外)[^。;,]{0,40}(?:提供|共享|分享|披露|转让)"
    r"|(?:如果?|若)(?:我们|本公司)[^。;,]{0,40}(?:提供|共享|分享|披露|转让)"
    r"|\b(?:share|disclose|provide|transfer)s?d? (?:nothing|no\b)|nothing (?:is"
    r"|will be) (?:shared|provided)"
    r"|aggregate|anonymi[sz]|de-?identif|statistic"
)
"""What is handed on is no personal information, or nothing at all; or it is only supposed."""
_NAMED = re.compile(
    r"接收方(?:的?(?:名称|姓名|全称))?\s?(?:[:|是为])\s?[^\s,。;:|]{2}|(?:有限公司|合伙企业)"
    r"|\b(?:inc|llc|ltd|gmbh)\b"
)
"""Somebody stands named where sharing is spoken of, though the list of recipients was not read."""


_BY_USER = re.compile(
    r"(?:您|你|用户)(?:可以?|能够?|选择|主动|自行|自愿|在|通过|使用)[^。;,]{0,40}"
    r"(?:分享|共享|提供|公开|披露)|\byou (?:may |can |choose to )?(?:share|disclose|provide)"
)
_BY_US = re.compile(
    r"(?:我们|本公司|本平台|本应用|关联公司)(?!的)[^。;,]{0,12}?(?:会|将|可能|可|需|向|与|把)"
    r"|\bwe (?:\w+ )?(?:share|disclose|provide|transfer)"
)
"""What people hand to others themselves is no sharing by the subject."""


_NOTHING = re.compile(
    r"\b(?:share|disclose|provide|transfer)s?d? (?:nothing|no\b)"
    r"|nothing (?:is|will be) (?:shared|provided)"
)


def _gives(place: Place) -> bool:
    """Say whether a sentence tells that personal information is given to others."""
    by_user = _says(_BY_USER, place) and not _says(_BY_US, place)
    return _says(_GIVES, place) and not (by_user or _says(_GIVES_NOTHING, place))


def _says(words: re.Pattern[str], place: Place) -> bool:
    return words.search(place.document.folded, *sentence_of(place)) is not None


def sharing(ground: Ground, mentions: Mentions) -> Answer:
    """Test for recipients and what PIPL 23 owes of each.

    Who denies that anything is given to others, or supposes it for some day, owes none.
    """
    parties = ground.claims.parties
    if not parties:
        gives = list(filter(_gives, done_at(mentions)))
        if any(_NAMED.search(place.document.folded, *line_of(place)) for place in mentions.said):
            return Answer((), next(iter(gives), None), untold=True)
        promise = ground.promise("no_sharing")
        if promise:
            return Answer((), ground.place_of(promise), untold=bool(gives))
        if gives or not (mentions.said or mentions.denied):
            return Answer(("recipient",), next(iter(gives), None))
        place = not_done(mentions) or next(iter(mentions.denied), None)
        first = next((one for one in mentions.said if _says(_NOTHING, one)), None)
        spoken = [one for one in done_at(mentions) if not _says(_NOTHING, one)]
        return Answer((), place or first, untold=bool(spoken) or not (place or first))
    missing = _columns(parties, ("contact", "purpose", "means", "data_types"))
    return Answer(missing, first_of(ground, parties))


_COMPONENTS = re.compile(
    r"sdk|插件|软件(?:开发)?工具|第三方(?:服务|组件|代码|技术)|librar|component"
)


def _is_component(ground: Ground, party: PolicyThirdParty) -> bool:
    """Say whether a third party is named as a component: by the tables, its name, or its place."""
    if party.recipient or "sdk" in party.name.lower():
        return True
    place = ground.place_of(party)
    return place is not None and (
        place.document.part == "sdk_list" or _COMPONENTS.search(heading_above(place)) is not None
    )


def components(ground: Ground, mentions: Mentions) -> Answer:
    """Test for the third parties that are components, and what is owed of each."""
    parties = tuple(party for party in ground.claims.parties if _is_component(ground, party))
    if not parties:
        place = not_done(mentions)
        owed = place is None and not ground.promise("no_sdk")
        return Answer(("recipient",) if owed else (), place)
    missing = _columns(parties, ("company", "purpose", "data_types", "contact"))
    return Answer(missing, first_of(ground, parties))
