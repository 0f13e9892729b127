"""Passages of a policy that say that personal information goes abroad."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from scanner.collect.policy.claims.data_words import data_words, names_data, names_kind
from scanner.collect.policy.claims.party_names import PartyNames, party_names
from scanner.collect.policy.claims.party_rows import Entry
from scanner.collect.policy.claims.purposes import purpose_span
from scanner.collect.policy.claims.third_parties import entries_of, own_house
from scanner.collect.policy.document import Document, Reading, folded
from scanner.collect.policy.negation import is_denied
from scanner.collect.policy.pieces import pieces_of
from scanner.collect.policy.sentences import Sentence
from scanner.facts import Fact, PolicyExport
from scanner.geo.countries import COUNTRIES
from scanner.knowledge import Knowledge

_ABROAD = re.compile(
    r"境外(?!手机|号码|电话|用户|银行|身份|证件|版)|出境(?!游|旅|航|签|手续)|海外(?!版|购|仓|直邮|游)"
    r"|国外|(?:中国|中华人民共和国)(?:大陆|内地)?(?:境)?(?:以外|之外|外的)"
    r"|跨境(?!商品|电商|购|贸易|交易|支付|业务|物流|电子商务)"
    r"|\boverseas\b|\babroad\b|cross-border|\bother countries\b|\bforeign countr"
    r"|\boutside (?:of )?(?:the )?(?:people's republic of )?(?:mainland )?"
    r"(?:china|prc|your (?:home )?(?:country|jurisdiction))"
)
_MOVED = re.compile(
    r"提供|传输|传送|传至|转移|共享|发送|上传|披露|存储|储存|保存|出境|访问|委托|处理|位于|设在|部署"
    r"|\btransfer|\bstor(?:e|ed|ing)\b|\bprocess"
    r"|\bshar(?:e|ed|ing)\b|\bdisclos|\bsen[dt]\b|\bprovid|\blocated\b|\bhosted\b"
)
_AT = re.compile(r"(?:向|至|到|往|位于|在|给|于|设在|\bin|\bto|\bfrom)[^。;:\n]{0,24}$")
_AT_HOME = re.compile(
    r"[^。;,]{0,4}(?:在|于)[^。;,]{0,16}?(?:境内|国内|大陆)(?!外|以外|或|和|及|、)"
)
"""What behind a verb says that it happens within the country."""
_HYPOTHETICAL = re.compile(
    r"(?:如果?|若|倘若|假如|一旦)(?!您|你|用户|上|下|图|表|何)|将来|未来|今后|届时"
    r"|确有必要|确需|除外|另有规定|另行(?:征|告|取|获)"
    r"|(?:需要?|涉及|存在|发生).{0,24}(?:的|时|情况|情形),.{0,20}(?:会|将|应).{0,14}"
    r"(?:征得|告知|取得|评估|获得|遵守|按照|依照)"
    r"|不(?:涉及|存在)|暂(?:无|不|未)|原则上|无需|没有.{0,8}(?:境外|出境|跨境)"
    r"|(?:保障|确保|关于|符合|遵守|规范|涉及).{0,16}(?:出境|跨境|境外)|等部分|隐私盾|privacy shield"
    r"|允许(?:跨境|出境)"
    r"|(?:经|须|应|需).{0,6}(?:安全评估|认证)后?方|建议您咨询"
    r"|\bexcept\b|\bif (?:we|it|your|there|necessary|required)\b|\bunless\b"
    r"|\bshould we\b|\bin the event\b|\bin the future\b"
)
_COMPANY = re.compile(
    r"(?:[a-z][a-z0-9.&'-]{1,30}[ ,]{1,2}){1,4}"
    r"(?:inc|llc|ltd|limited|corporation|corp|gmbh|pte)\b\.?(?: ltd\.?)?"
    r"|[\u4e00-\u9fff()]{3,24}(?:有限公司|公司|集团)"
)
_BEFORE_NAME = re.compile(r"^.*(?:位于|提供给|传输[至给到]|共享给|发送[至给到]|委托|[向给由与的])")
_NOBODY = re.compile(r"我们|(?:本|该|关联|子|母|分|其他|第三方|等)公司$|^[或及和]")
_CONTACT = re.compile(
    r"联系(?:方式|电话|邮箱|我们|人|地址)|[a-z0-9._-]{1,40}@[a-z0-9-]{1,40}\.[a-z]|\+?\d{2,4}-\d{6,}|https?:"
    r"|\bcontact(?:ed)?\b"
)
_MEANS = re.compile(
    r"(?:处理|传输|共享|提供|出境)(?:的)?方式|加密(?:传输|通道)|接口|以.{1,16}方式"
    r"|\bmeans of\b|\bmethods? of\b|encrypt"
)
_PURPOSE = re.compile(r"目的|用于|用途|为了|\bpurposes?\b|\bin order to\b")
_RIGHTS = re.compile(
    r"(?:行使|主张|实现).{0,20}权利|权利.{0,20}(?:方式|程序|途径|行使)|\bexercis(?:e|ing)\b.{0,40}\brights?\b"
)
_SEPARATE = re.compile(r"单独(?:的)?(?:授权)?同意|\bseparate(?:ly)? consent")
_PASSAGE = 700
"""Characters before and after it in which the items that PIPL 39 asks for are looked for."""
_MORE_NAMES = {
    "HK": "香港 hong kong",
    "MO": "澳门 macau macao",
    "TW": "台湾 taiwan",
    "US": "美国 u.s. usa",
    "GB": "英国 u.k.",
    "AE": "阿联酋",
    "KR": "韩国 south korea",
    "VN": "越南 vietnam",
    "RU": "俄罗斯 russia",
}
"""Everyday names of countries and regions beside those of the table."""


class _Passage(NamedTuple):
    document: Document
    start: int
    end: int
    name: str
    recipient: str
    country: str
    text: str
    """Folded text in which the items are looked for."""
    told: Mapping[str, bool]
    """Items that a column or a label of its own holds."""


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give a fact for each recipient abroad, and one for passages that name none."""
    names = party_names(knowledge)
    best: dict[tuple[str, str], PolicyExport] = {}
    for document in reading.documents:
        own = {folded(word) for word in (*reading.names, reading.developer or "") if word}
        house = own_house(reading, names)
        found = [
            *_in_entries(document, names),
            *_in_sentences(document, knowledge, own, house),
        ]
        for passage in found:
            fact = _fact(passage, knowledge)
            key = (fact.recipient or "", fact.name)
            if key not in best or _said(fact) > _said(best[key]):
                best[key] = fact
    named = any(name for _, name in best)
    yield from (fact for (_, name), fact in best.items() if name or not named or fact.country)


def _said(fact: PolicyExport) -> int:
    items = (fact.contact, fact.purpose, fact.means, fact.kinds, fact.rights, fact.separate_consent)
    return sum(map(bool, items)) + bool(fact.country)


def _fact(passage: _Passage, knowledge: Knowledge) -> PolicyExport:
    text, told = passage.text, passage.told
    own = passage.document.folded[passage.start : passage.end]
    return PolicyExport(
        source=passage.document.source(passage.start, passage.end),
        channel="policy",
        name=passage.name,
        recipient=passage.recipient,
        country=passage.country,
        contact=told.get("contact", False) or _CONTACT.search(text) is not None,
        purpose=told.get("purpose", False)
        or _PURPOSE.search(text) is not None
        or purpose_span(own) is not None,
        means=told.get("means", False) or _MEANS.search(text) is not None,
        kinds=told.get("kinds", False) or bool(data_words(own, knowledge)),
        rights=told.get("rights", False) or _RIGHTS.search(text) is not None,
        separate_consent=_SEPARATE.search(text) is not None,
        quote=passage.document.quote(passage.start, passage.end),
    )


@functools.lru_cache(maxsize=1)
def _countries() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Give a pattern of all names of countries but China, and the code of each name."""
    codes: dict[str, str] = {}
    for code, title in COUNTRIES.items():
        if code != "CN":
            codes |= {folded(title.zh): code, folded(title.en): code}
    for code, more in _MORE_NAMES.items():
        codes |= dict.fromkeys(re.split(r" (?!kong|korea)", more), code)
    by_first: dict[str, list[str]] = {}
    for name in sorted(codes, key=lambda name: (-len(name), name)):
        word = re.escape(name[1:]) + (r"(?![a-z])" if name[-1].isascii() else "")
        by_first.setdefault(name[0], []).append(word)
    branches = (
        (r"(?<![a-z])" if first.isascii() else "") + re.escape(first) + "(?:" + "|".join(rest) + ")"
        for first, rest in sorted(by_first.items())
    )
    return re.compile("|".join(branches)), codes


def _country_in(text: str) -> str:
    pattern, codes = _countries()
    found = pattern.search(text)
    return codes.get(found.group(), "") if found else ""


def _around(document: Document, start: int, end: int) -> str:
    return document.folded[max(0, start - _PASSAGE) : end + _PASSAGE]


def _in_entries(document: Document, names: PartyNames) -> Iterator[_Passage]:
    """Read tables and lists of recipients whose heading, place or words lie abroad."""
    for entry in entries_of(document, names):
        place = _country_in(entry.said.get("place", ""))
        heading = _ABROAD.search(entry.about)
        if not place and not (heading and not is_denied(entry.about, heading.start())):
            continue
        row = document.folded[entry.start : entry.end]
        named = names.of_cell(entry.name, names.vendor_of(entry.said.get("company", "")))
        recipient = next((one.recipient for one in named if one.recipient), "")
        told: dict[str, bool] = {role: bool(words) for role, words in entry.said.items()}
        around = _around(document, entry.start, entry.end)
        rights = _RIGHTS.search(around) is not None or told.get("rights", False)
        consent = _SEPARATE.search(around)
        text = row + (consent.group() if consent else "")
        yield _Passage(
            document,
            entry.start,
            entry.end,
            _as_written(document, entry),
            recipient,
            place or _country_in(row),
            text,
            told | {"rights": rights},
        )


def _as_written(document: Document, entry: Entry) -> str:
    return document.quote(entry.name_start, entry.name_start + len(entry.name))


def _in_sentences(
    document: Document, knowledge: Knowledge, own: Set[str], house: Set[str]
) -> Iterator[_Passage]:
    names = party_names(knowledge)
    sentences = list(pieces_of(document))
    for index, sentence in enumerate(sentences):
        if sentence.cell or not _goes_abroad(sentence.text):
            continue
        if _place(sentence.text) is None and _only_in_case(sentences[max(0, index - 3) : index]):
            continue
        text = _section(sentences, index)
        if not names_data(text) and not names_kind(sentence.text, knowledge):
            continue
        country = _moved_to(sentence.text) or _country_in(sentence.text)
        told = _recipients(document, sentence, names, house)
        recipients = [(name, one) for name, one in told if folded(name) not in own]
        for name, recipient in recipients or [("", "")]:
            yield _Passage(
                document, sentence.start, sentence.end, name, recipient, country, text, {}
            )


def _goes_abroad(text: str) -> bool:
    """Say whether a folded sentence tells that something goes abroad: no denial, no mere case."""
    cue = _ABROAD.search(text)
    at = cue.start() if cue else _place(text)
    if at is None or _HYPOTHETICAL.search(text):
        return False
    moved = [
        found.start() for found in _MOVED.finditer(text) if not _AT_HOME.match(text, found.end())
    ]
    near = [verb for verb in moved if abs(verb - at) <= 60]
    return bool(near) and not is_denied(text, at) and not any(is_denied(text, one) for one in near)


def _only_in_case(before: Sequence[Sentence]) -> bool:
    """Say whether what stands before speaks of going abroad as a case, or denies it."""
    return any(_ABROAD.search(one.text) and not _goes_abroad(one.text) for one in before)


def _place(text: str) -> int | None:
    """Find the country to which something goes; a country named twice is where it came from."""
    pattern, codes = _countries()
    found = [
        one
        for one in pattern.finditer(text)
        if _AT.search(text[max(0, one.start() - 34) : one.start()])
        and not text.startswith(("法", "用户", "居民", "公民", "人"), one.end())
    ]
    seen = [codes.get(one.group(), "") for one in found]
    return next((one.start() for one in found if seen.count(codes.get(one.group(), "")) == 1), None)


def _moved_to(text: str) -> str:
    at = _place(text)
    return _country_in(text[at:]) if at is not None else ""


def _section(sentences: Sequence[Sentence], index: int) -> str:
    """Give the sentence with those around it that stand under the same headings."""
    here = sentences[index]
    near = [
        one.text
        for one in sentences[max(0, index - 6) : index + 9]
        if one.headings == here.headings and abs(one.start - here.start) <= _PASSAGE
    ]
    return " ".join(near)


def _recipients(
    document: Document, sentence: Sentence, names: PartyNames, house: Set[str]
) -> Iterator[tuple[str, str]]:
    """Give the recipients that a sentence names: components first, else companies.

    The subject itself, by its house, is none.
    """
    mentions = [one for one in names.mentions(sentence.text) if not one.weak]
    for mention in mentions:
        first = mention.named[0]
        words = document.quote(sentence.start + mention.start, sentence.start + mention.end)
        if not first.vendor or first.vendor not in house:
            yield words, first.recipient
    for company in () if mentions else _COMPANY.finditer(sentence.text):
        name = _BEFORE_NAME.sub("", company.group())
        its_own = names.vendor_of(name) in house
        if len(name) > 3 and not its_own and not _NOBODY.search(name):
            start = sentence.start + company.end() - len(name)
            yield document.quote(start, sentence.start + company.end()), ""
