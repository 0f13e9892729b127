"""Third parties and their components that a policy names: in tables, in lists, in sentences."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.collect.policy.claims.data_words import data_words
from scanner.collect.policy.claims.party_lines import in_lines
from scanner.collect.policy.claims.party_lists import in_lists
from scanner.collect.policy.claims.party_names import Mention, Named, PartyNames, party_names
from scanner.collect.policy.claims.party_rows import Entry, in_tables, is_name
from scanner.collect.policy.claims.party_spellings import is_company
from scanner.collect.policy.claims.purposes import purpose_span
from scanner.collect.policy.document import MOST_QUOTED, Document, Reading, folded
from scanner.collect.policy.negation import is_denied
from scanner.collect.policy.pieces import pieces_of
from scanner.collect.policy.sentences import Sentence
from scanner.facts import Fact, PolicyThirdParty
from scanner.knowledge import Knowledge

_INVOLVED = re.compile(
    r"sdk|开发工具包|接入|集成|嵌入|内嵌|植入|引入|第三方|合作方|合作伙伴|共享|服务商|供应商|委托"
    r"|使用了?[^,。;]{0,16}(?:服务|统计|推送|组件)|由[^,。;]{1,30}提供|提供给"
    r"|(?:向|给)[^,。;]{1,30}(?:提供|发送|传输)"
    r"|third[- ]part|partners?\b|integrat|service providers?|shar(?:e|ed|es|ing)\b|embed"
    r"|provided by"
)
"""Words of a sentence that make a name in it that of somebody who takes part."""
_OPEN = re.compile(
    r"等\s*(?:[)。;.]|$|信息|数据|个人|内容|必要|相关)|包括但不限于|including but not limited"
)
_MADE_BY = re.compile(
    r"(?:(?:^|[\s\d.、)】\]])([^\s\"“”「」,。;:、]{2,24})\s?[:,]?\s?(?:该|此|本)?\s?(?:第三方)?sdk"
    r"|[\"“「]([^\s\"“”「」,。;:、]{2,24})[\"”」]\s?[:,]?\s?(?:(?:该|此|本)?\s?(?:第三方)?sdk)?)\s?由\s?"
    r"[\"“「]?([^\s\"“”,。;:]{4,40}?公司)"
)
_AROUND = re.compile(
    r"^(?:[\"“「•●○■◆▪*·\s-]|[①-⑳]|[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.、](?!\d)|\d{1,2}(?:\.\d{1,2}){1,4})+"
    r"|[\"”」*\s]+$"
)
"""Numbers, marks and quotes around a name."""
_LISTED = re.compile(r"sdk|第三方.{0,12}(?:清单|目录|列表|名单)|third[- ]part.{0,20}list")
_LIST_TITLE = re.compile(
    r"^.{0,12}(?:sdk|第三方|third[- ]part).{0,12}(?:清单|目录|列表|名单|list):?$"
)
"""A line that is the title of such a list, though nothing marks it as a heading."""
_TELLS = re.compile(r"\s?(?:sdk)?[\s\"”*]{0,3}[:(,—–-]")
_ITEM = 40
"""Longest line of a list of names, in characters."""
_NEAR = 80
"""Characters before a name among which it may be said that it is gone."""
_MOST_TOLD = 900
"""Characters from the name of a party within which its data may stand."""
_BEFORE_COMPANY = re.compile(r"^[^\s:;,]{2,10}:\s?")
_GOES_ON = re.compile(
    r"[\W\d_]*(?:同时|其|该|此|需要?|将|会|收集|获取|采集|用于|并|还|所|android|安卓|ios|官方)"
)
_GONE_BEFORE = re.compile(
    r"(?:停止|终止|不再|停用|移除|下线|删除|取消|卸载|去除|剔除)[^,。;:您你]{0,20}$"
    r"|(?:曾|原先|以前|此前|旧版|过去|历史版本)[^,。;:您你]{0,16}$"
    r"|(?:未来|将来|今后|后续|计划|拟|如果?|若)[^,。;:您你]{0,8}(?:接入|集成|引入|嵌入)[^。;:]{0,24}$"
    r"|(?:未来|将来|今后|计划|拟)[^,。;:您你]{0,8}(?:使用|采用)[^。;:]{0,24}$"
    r"|(?<![您你户])未(?:曾|再)?(?:接入|集成|使用|嵌入|引入|启用)[^,。;:您你]{0,60}$"
    r"|\b(?:no longer|stopped|ceased|removed|discontinued|formerly|previously)\b[^,.;:]{0,40}$"
    r"|\b(?:in the future|may later|plan to)\b[^.;:]{0,40}$"
)
"""What tells before a name that the component is gone, or not there yet."""
_GONE_AFTER = re.compile(
    r"[^。;,您你信数]{0,16}?(?:已经?[^,。;您你信数]{0,12}(?:停止|停用|移除|下线|终止|去除|替换|删除)"
    r"|(?:目前|暂|尚|并)?未(?:接入|使用|启用|集成)|(?<!将)不再(?:使用|接入|集成))"
    r"|[^,.;]{0,24}?\b(?:has|have|had|was|were) been (?:removed|discontinued|dropped)"
)
"""What tells it behind the name; not of the data that the component took."""
_CHOICE = re.compile(r"[您你]|用户|\byou\b")
_COMPANY_IN = re.compile(r"[(]((?:[^()]|[(][^()]{1,10}[)]){2,40}?公司)[)]")
_COMPANY_BESIDE = re.compile(
    r"(?:[\s\"”*-]|sdk){0,4}"
    r"(?:[(]((?:[^()]|[(][^()]{1,10}[)]){2,40}?公司)[)]|[:,]?\s?由\s?([^,。;:]{3,40}?公司))"
)
_TITLED = re.compile(
    r"[《\"“\s]{0,3}([^\s《》]{2,16}?)(?:的|用户|app|软件|产品)*(?:隐私|个人信息保护)"
)
_WE_ARE = re.compile(
    r"([^\s,。;:、()\"“”]{3,30}公司)[^。\n]{0,80}?(?:简称|下称|称为|称)[^。\n]{0,12}我们"
    r"|我们\"?”?(?:是指?|指|即)\s?([^\s,。;:、()\"“”]{3,30}公司)"
)
"""Where a policy says which company speaks."""
_NOT_STATED = re.compile(r"^(?:无|暂无|不涉及|/|-+|—+|n/?a|none)?[。.]?$")


class _Best(NamedTuple):
    rank: int
    fact: PolicyThirdParty


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give a fact for each third party that the documents name, once for each id and name.

    A table counts before a list, and a list before a sentence; a sentence only tells of those whom
    no table and no list has.
    """
    names = party_names(knowledge)
    best: dict[tuple[str, str], _Best] = {}
    texts: dict[str, PolicyThirdParty] = {}
    for document in reading.documents:
        entries = entries_of(document, names)
        for entry in entries:
            for fact in _of_entry(document, entry, names, knowledge):
                _keep(best, fact)
        taken = sorted((entry.start, entry.end) for entry in entries)
        for fact in _in_sentences(document, reading, taken, names, knowledge):
            before = texts.get(fact.recipient or fact.name)
            if before is None or (before.by != "name" and fact.by == "name"):
                texts[fact.recipient or fact.name] = fact
    listed = {one.fact.recipient for one in best.values()}
    for fact in texts.values():
        if not fact.recipient or fact.recipient not in listed:
            _keep(best, fact)
    yield from (one.fact for one in best.values())


@functools.lru_cache(maxsize=8)
def entries_of(document: Document, names: PartyNames) -> tuple[Entry, ...]:
    """Give the rows of tables and the entries of lists that a document holds, tables first."""
    tables = [*in_tables(document, names), *in_lines(document, names)]
    rows = sorted((entry.start, entry.end) for entry in tables)
    entries = list(tables)
    for entry in in_lists(document, names):
        before = bisect.bisect_right(rows, (entry.start, len(document.text)))
        if not before or entry.start >= rows[before - 1][1]:
            entries.append(entry)
    return tuple(entries)


def _keep(best: dict[tuple[str, str], _Best], fact: PolicyThirdParty) -> None:
    """Keep the fact that says the most of an id and name; of equal ones the first."""
    key = (fact.recipient, fact.name)
    said = (fact.company, fact.purpose, fact.data_types, fact.means, fact.contact)
    rank = 10 * (fact.listed_in == "table") + 5 * (fact.listed_in == "list") + sum(map(bool, said))
    if key not in best or rank > best[key].rank:
        best[key] = _Best(rank, fact)


def kinds_in(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Give the kinds of personal information that folded text names, with all that each covers."""
    found: set[str] = set()
    for word in data_words(text, knowledge):
        found.add(word.data_type)
        kind = knowledge.data_types.get(word.data_type)
        found.update(kind.covers if kind else ())
    return tuple(sorted(found))


def _of_entry(
    document: Document, entry: Entry, names: PartyNames, knowledge: Knowledge
) -> Iterator[PolicyThirdParty]:
    said = entry.said
    within = _COMPANY_IN.search(entry.name)
    company = _company(_stated(said.get("company", ""))) or (
        entry.name if is_company(entry.name) else within[1] if within else ""
    )
    kinds = _stated(said.get("kinds", "")) or _stated(said.get("permission", ""))
    purpose = _stated(said.get("purpose", ""))
    words = _addresses(document, entry)
    named = _resolve(entry, company, words, names)
    if all(one.by == "vendor" for one in named) and len(named) > 1:
        named = (Named("", named[0].vendor, "vendor"), *named)
    name = _words(document, entry.name, entry.name_start)
    for one in named:
        known = not entry.guessed and _stands_for(one, named)
        yield PolicyThirdParty(
            source=document.source(entry.start, entry.end),
            channel="policy",
            recipient=one.recipient,
            name=name,
            vendor=one.vendor,
            by=one.by if one.recipient or one.vendor else None,
            company=_words(document, company, entry.start, entry.end),
            purpose=_words(document, purpose, entry.start, entry.end) if known or purpose else None,
            data_types=kinds_in(kinds, knowledge) if known or kinds else None,
            means=_words(document, _stated(said.get("means", "")), entry.start, entry.end),
            contact=bool(_stated(said.get("contact", ""))) or "http" in words,
            listed_in=entry.listed_in,
            vague=bool(_OPEN.search(kinds)) or one.by == "vendor",
            quote=document.quote(entry.start, entry.end),
        )


def _stands_for(one: Named, named: Sequence[Named]) -> bool:
    """Say whether words that name several are about this one, so that their silence tells of it."""
    return one.by == "name" or not one.recipient or len(named) == 1


def _resolve(entry: Entry, company: str, words: str, names: PartyNames) -> tuple[Named, ...]:
    """Resolve an entry: by its name, by hosts and packages it gives, else only by its company.

    A product of its own that no table knows stands for itself, and not for all that its maker has,
    unless the maker has something for just that use.
    """
    vendor = names.vendor_of(company) if company else ""
    named = () if is_company(entry.name) else names.of_cell(entry.name, vendor)
    if any(one.recipient for one in named):
        return named
    hosts = names.of_hosts(words)
    if hosts and not is_company(entry.name):
        return hosts
    vendor = vendor or next((one.vendor for one in named), "") or names.vendor_of(entry.name)
    if not vendor:
        return (Named("", "", "name"),)
    if is_company(entry.name) or names.is_maker(entry.name):
        purpose = entry.said.get("purpose", "")
        return names.of_vendor(vendor, purpose) or names.of_vendor(vendor)
    return names.of_vendor(vendor, entry.name) or (Named("", vendor, "vendor"),)


def _addresses(document: Document, entry: Entry) -> str:
    """Give the text of an entry together with where its links lead."""
    links = [link.href for link in document.links if entry.start <= link.start < entry.end]
    return " ".join([document.folded[entry.start : entry.end], *links]).lower()


def _words(document: Document, words: str, start: int, end: int | None = None) -> str:
    """Give folded words as the text writes them, at most as many as a fact repeats."""
    at = document.folded.find(words, start, end) if words else -1
    if at >= 0:
        return _AROUND.sub("", document.quote(at, at + len(words)))
    plain = " ".join(words.split())
    return plain if len(plain) <= MOST_QUOTED else plain[: MOST_QUOTED - 1] + "…"


def _company(words: str) -> str:
    """Give the company of a cell that may hold more: 开发者：某公司；隐私政策：…."""
    first = re.split(r"[;\n]|隐私|https?:", _BEFORE_COMPANY.sub("", words.strip()))[0]
    return first.strip(" .。,:")


def _stated(words: str) -> str:
    return "" if _NOT_STATED.match(words.strip()) else words


def _in_sentences(
    document: Document,
    reading: Reading,
    taken: list[tuple[int, int]],
    names: PartyNames,
    knowledge: Knowledge,
) -> Iterator[PolicyThirdParty]:
    house = own_house(reading, names)
    own = {folded(word) for word in (*reading.names, reading.developer or "") if word}
    sentences = list(pieces_of(document))
    done: set[tuple[Named, ...]] = set()
    titled = False
    for index, sentence in enumerate(sentences):
        before = bisect.bisect_right(taken, (sentence.start, len(document.text)))
        if before and sentence.start < taken[before - 1][1]:
            continue
        cues = [cue.start() for cue in _INVOLVED.finditer(sentence.text)]
        line = sentence.text.strip()
        first = sentence.start == 0 or document.text[sentence.start - 1] == "\n"
        if first:
            titled = _LIST_TITLE.search(line) is not None or (titled and bool(_AROUND.match(line)))
        listed = titled or _is_listed(document, sentence)
        item = listed and len(sentence.text.strip()) <= _ITEM
        if not cues and not listed:
            continue
        made = _MADE_BY.search(sentence.text)
        mentions = [
            one
            for one in names.mentions(sentence.text, cell=item)
            if not one.weak or (first and listed and _opens(sentence.text, one))
        ]
        if made and not any(made.start() <= one.start < made.start(3) for one in mentions):
            yield from _made_by(document, sentences[index:], made, names, knowledge)
        for mention in mentions:
            if not cues and not item and _AROUND.sub("", sentence.text[: mention.start]).strip():
                continue
            word = sentence.text[mention.start : mention.end]
            is_own = word in own or word in folded(document.title)
            if mention.named in done or is_own or _is_denied(sentence.text, mention, cues):
                continue
            done.add(mention.named)
            place = (sentence.start + mention.start, sentence.start + mention.end)
            for one in mention.named:
                if not one.vendor or one.vendor not in house:
                    yield _from_sentence(document, sentences[index:], one, place, "", knowledge)


@functools.lru_cache(maxsize=4)
def own_house(reading: Reading, names: PartyNames) -> frozenset[str]:
    """Give the ids of makers that are the subject: its developer's, and who calls itself 我们."""
    companies = [folded(reading.developer)] if reading.developer else []
    for document in reading.documents:
        if document.part in ("policy", "children"):
            told = _WE_ARE.search(document.folded)
            companies += [told[1] or told[2]] if told else []
            title = _TITLED.match(folded(document.title))
            companies += [title[1]] if title and names.is_maker(title[1]) else []
    return frozenset(vendor for one in companies if (vendor := names.vendor_of(one)))


def _opens(line: str, mention: Mention) -> bool:
    """Say whether a line of a list begins with a name and goes on to tell of it."""
    before = _AROUND.sub("", line[: mention.start]).strip()
    return not before and _TELLS.match(line, mention.end) is not None


def _is_listed(document: Document, sentence: Sentence) -> bool:
    """Say whether a line is one of a list of parties, by its heading or its document."""
    return document.part in ("sdk_list", "sharing_list") or any(
        _LISTED.search(heading) for heading in sentence.headings[-1:]
    )


def _is_denied(sentence: str, mention: Mention, cues: list[int]) -> bool:
    """Say whether a sentence denies that the named takes part: by the name, or by its verb.

    So it does where the named is said to be gone, or may come one day.
    """
    before = [cue for cue in cues if cue < mention.start]
    if is_denied(sentence, mention.start) or bool(before and is_denied(sentence, before[-1])):
        return True
    near = sentence[max(0, mention.start - _NEAR) : mention.start]
    gone = _GONE_BEFORE.search(near)
    if gone and not _CHOICE.search(near[max(0, gone.start() - 8) : gone.start()]):
        return True
    return _GONE_AFTER.match(sentence, mention.end) is not None


def _made_by(
    document: Document,
    sentences: Sequence[Sentence],
    made: re.Match[str],
    names: PartyNames,
    knowledge: Knowledge,
) -> Iterator[PolicyThirdParty]:
    """Read X：该SDK由Y公司提供 where no table knows X."""
    sentence = sentences[0]
    which = 1 if made.group(1) else 2
    name, company = made.group(which), made.group(3)
    place = (sentence.start + made.start(which), sentence.start + made.end(which))
    if not is_name(name) or is_denied(sentence.text, made.start(3)):
        return
    vendor = names.vendor_of(company)
    named = names.of_cell(name, vendor) or (names.of_vendor(vendor, name) if vendor else ())
    for one in named or (Named("", vendor, "vendor"),):
        yield _from_sentence(document, sentences, one, place, company, knowledge)


def _from_sentence(
    document: Document,
    sentences: Sequence[Sentence],
    one: Named,
    place: tuple[int, int],
    company: str,
    knowledge: Knowledge,
) -> PolicyThirdParty:
    sentence = sentences[0]
    told = document.folded[sentence.start : _goes_on_to(sentences)]
    beside = None if company else _COMPANY_BESIDE.match(document.folded, place[1])
    company = company or (beside[1] or beside[2] if beside else "")
    kinds = kinds_in(told, knowledge)
    known = one.by == "name" or not one.recipient
    purpose = purpose_span(sentence.text.replace("华为", "华威"))
    shift = sentence.start
    return PolicyThirdParty(
        source=document.source(sentence.start, sentence.end),
        channel="policy",
        recipient=one.recipient,
        name=_AROUND.sub("", re.sub("[“”「」]", "", document.quote(*place))),
        vendor=one.vendor,
        by=one.by if one.recipient or one.vendor else None,
        company=_words(document, company, sentence.start, sentence.end),
        purpose=document.quote(shift + purpose.start, shift + purpose.end)
        if purpose
        else ("" if known else None),
        data_types=kinds if known or kinds else None,
        means="",
        contact="http" in told or "@" in told,
        listed_in="text",
        vague=bool(_OPEN.search(told)) or one.by == "vendor",
        quote=document.quote(sentence.start, sentence.end),
    )


def _goes_on_to(sentences: Sequence[Sentence]) -> int:
    """Find where what a sentence begins to tell of a party ends, in lines below it too."""
    first, end = sentences[0], sentences[0].end
    for sentence in sentences[1:12]:
        open_end = sentence.start - end <= 2 and sentences[0].text.rstrip().endswith(":")
        new = _MADE_BY.search(sentence.text) or sentence.end - first.start > _MOST_TOLD
        if new or sentence.cell or not (open_end or _GOES_ON.match(sentence.text)):
            break
        end = sentence.end
    return end
