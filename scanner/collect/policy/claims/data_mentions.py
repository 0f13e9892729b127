"""Where the running text of a policy says that a kind of data is collected or shared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.collect.policy.claims.data_asides import is_aside
from scanner.collect.policy.claims.data_sections import section_of
from scanner.collect.policy.claims.data_words import DataWord, names_kind
from scanner.collect.policy.claims.roles import MOST, Act, Roles, is_right, roles_of
from scanner.collect.policy.document import Block, Document, Span
from scanner.collect.policy.negation import is_denied, is_gone_or_to_come
from scanner.collect.policy.sentences import Sentence, sentences_of
from scanner.facts import DataUse
from scanner.knowledge import Knowledge


class Mention(NamedTuple):
    """A place that says that a kind of data is handled."""

    data_type: str
    """Kind of personal information, by the word that stands there."""
    use: DataUse
    """Whether the subject collects it or others get it."""
    word: Span
    """The word."""
    purpose: str
    """What for; the empty text when nothing is said."""
    condition: str
    """When; the empty text when nothing is said."""
    optional: bool
    """Whether it may be refused."""
    open: bool
    """Whether the list in which it stands is open (等, 包括但不限于)."""
    quote: Span
    """The sentence or row."""
    narrowed: bool = False
    """Whether brackets behind the word list all that it means."""


class _List(NamedTuple):
    """What a sentence that ends in a colon says of the items below it."""

    use: DataUse | None
    """None where they are denied or only examples of a term."""
    purpose: str = ""
    condition: str = ""
    open: bool = False


_NAMES_PARTY = re.compile(
    r"^\W{0,4}(?:\d{1,2}\W{1,2})?(?:第三方)?(?:sdk|合作方|接收方|公司|机构|主体"
    r"|插件)(?:的)?(?:名称|公司|主体)?\s*:"
    r"|^\W{0,4}(?:sdk|第三方|third[- ]party)\s?(?:name|名称)\s*:"
    r"|^[^,。;:]{1,30}sdk[^,。;:]{0,10}[\s:]*$"
    r"|该(?:sdk|插件|第三方)[^,。;]{0,4}由|由[^,。;]{2,30}公司[^,。;]{0,4}提供(?:,|$)"
)
_MARK = re.compile(
    r"\s*(?:[-*•·●○■◆▪►➢√–—]|[(（]?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4}|[一二三四五六七八九十]{1,3}"
    r"|[①-⑳])[)）.、．:：]"
    r"|[①-⑳]|\d{1,2}(?:\.\d{1,2}){1,3})"
)
_LABEL = re.compile(r"\W{0,6}[^,。;:]{2,24}[:(]")
_KINDS_LABEL = re.compile(
    r"(?:信息|数据|字段)(?:的)?(?:种类|类型|类别|内容|范围"
    r"|名称)?\W{0,4}$|收集|获取|采集|\bdata\b"
)
_OF_DATA = re.compile(r"信息|数据|记录|日志|列表|权限|地址|号|码|[a-z]")
_NUMBER = re.compile(
    r"^[\s#*_(（第]*(?:[\d.]+|[一二三四五六七八九十]+"
    r"|[a-z])[)）.、．:：\s章条]*(?=\S)"
)
_OPENS = re.compile(
    r":[\s\"”*_]*$|(?:以下|如下|下列)[^,。]{0,8}(?:信息|内容|数据|资料|种类|类型"
    r"|权限)[^,。]{0,8}[:,。]?\s*$"
    r"|\b(?:following|including)\b.{0,60}:?\s*$"
)
_INCLUDES = re.compile(
    r"(?:信息|数据|资料|日志|权限|内容)[^,。;]{0,14}(?:包括|包含|含有|如下|具体为|有"
    r"|指)(?:但不限于)?[:,]?"
    r"|^\W{0,6}(?:包括|包含|比如|例如|如)"
    r"|\b(?:this|that|such|the|these|it|they)(?: personal)?(?: information| data| details)?"
    r" (?:may |might |can |could )?(?:includes?|are|is)\b"
)
_STOP = re.compile(
    r"您可以?(?!能)|如果?您|若您|若我|请您?(?!求)|拒绝|否则|将无法|不影响|不会影响|通过(?=您"
    r"|点击|设置)|撤回|关闭|登录后"
    r"|[,;。](?:但|而|因此)|而不是|而非|rather than|instead of|\bif you\b|\byou (?:can|may)\b"
    r"|\bhowever\b|\bunless\b|\bbut\b"
)
_MOVED = re.compile(r"将|把|对|会|可能|需|均|仅|被|由|\b(?:is|are|be|been|may|will|can|could)\b")
_OPEN_END = re.compile(
    r"([^。;:!?\n(]{0,80}?)(?:等(?!级|待|同|于|效|方式|渠道|途径|第三方|功能|服务|场景|方法"
    r"|法律|目的|行为|操作|平台)"
    r"|以及其他(?:信息|数据)|及其他|\betc\b|and so on|and other (?:information|data)|among other)"
)
_LIST_ENDED = re.compile(r"用于|以便|为了|将|会|我们|您可|如果|共享|提供|\bto\b|\bwe\b|\bif\b")
_OPEN_BEGIN = re.compile(r"不限于|\bnot limited to\b|without limitation")
_REFUSABLE = re.compile(
    r"(?:如|若|您|当)[^。]{0,24}(?:拒绝|不提供|不同意|不授权|未提供|不填写|不开启"
    r"|关闭)[^。]{0,60}不(?:会)?影响"
    r"|(?:可以?|有权)(?:选择)?(?:拒绝|不提供|不填|不授权|不开启)"
    r"|if you (?:do not|don['’]t|choose not to|decline|refuse)[^.]{0,80}(?:still|not affect"
    r"|continue)"
)
_WITHOUT = re.compile(r"拒绝|不提供|不同意|不授权|未提供|无需|不填写|without")
_FIELD = re.compile(
    r"\W{0,6}[^,。;:]{0,14}(?:信息|数据|目的|用途|方式|场景|链接|官网|公司|主体|名称|权限|类型|种类|隐私|功能"
    r"|地址|政策|联系|范围|字段|频次|平台|说明|备注|必选|可选)[^,。;:]{0,8}:(?!.{0,80}我们)"
)
"""A line of what is told of a third party; such lines do not count as its blocks."""
_CHAPTER = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.]|第.{1,3}[章条部节])(?!.{0,40}sdk)"
    r"(?=.{0,40}(?:我们|您|如何|权利|政策|保护|存储|联系|未成年|更新))"
)
_PARTY_BLOCKS = 12
"""Blocks after the name of a third party that are taken to speak of it."""
_LONGEST_LIST = 60
"""Blocks below a colon that are taken for its list."""
_SENTENCES = 20_000
"""Sentences of one document that are read."""


def mentions_in(document: Document, knowledge: Knowledge) -> Iterator[Mention]:
    """Give every place of the running text, in its order; tables are read elsewhere."""
    reader = _Reader(document, knowledge)
    sentences: list[Sentence] = []
    for sentence in sentences_of(document):
        if not sentence.cell:
            sentences.append(sentence._replace(text=sentence.text[:MOST]))
        if len(sentences) >= _SENTENCES:
            break
    for number, sentence in enumerate(sentences):
        yield from reader.read(sentence, sentences[number + 1 : number + 3])


class _Reader:
    """Reads the sentences of one document in their order."""

    def __init__(self, document: Document, knowledge: Knowledge) -> None:
        self.document = document
        self.knowledge = knowledge
        self.blocks = {block.start: block for block in document.blocks}
        self.block: Block | None = None
        self.list: _List | None = None
        self.items = 0
        self.party = 0
        """Blocks for which what is said is said of a third party that was named."""
        self.before: Sentence | None = None
        self.running: tuple[int, DataUse] | None = None
        """The block whose sentence ended in a semicolon, so that its list runs on, and its use."""
        self.labelled = -1
        """Where the block begins whose label announces kinds of data."""

    def read(self, sentence: Sentence, later: Sequence[Sentence]) -> Iterator[Mention]:
        block = self.blocks.get(sentence.start)
        if block is not None:
            self.block = block
            self._enter(block, sentence)
        if self.block is not None and self.block.kind == "heading":
            return
        if _NAMES_PARTY.search(sentence.text):
            self.party = _PARTY_BLOCKS
        opens = _OPENS.search(sentence.text) is not None
        if opens or names_kind(sentence.text, self.knowledge):
            section = self._section(sentence)
            roles = roles_of(sentence.text, self.knowledge)
            if roles.words and not roles.defines:
                yield from self._mentions(sentence, roles, section, later)
            if opens:
                self._open(sentence, roles, section)
        self.before = sentence

    def _enter(self, block: Block, sentence: Sentence) -> None:
        """Close the list above where a block does not belong to it."""
        if _CHAPTER.match(sentence.text):
            self.party = 0
        elif not _FIELD.match(sentence.text):
            self.party = max(0, self.party - 1)
        if block.kind == "heading":
            self.list, self.party, self.before = None, 0, None
        elif self.list is not None:
            self.items += 1
            listed = block.kind == "item" or _MARK.match(sentence.text)
            short = self.items == 1 or _LABEL.match(sentence.text)
            if not (listed or short) or self.items > _LONGEST_LIST:
                self.list = None

    def _section(self, sentence: Sentence) -> DataUse | None:
        """Say of what the headings above speak; None for rights, terms, safety and the like."""
        if self.document.part in ("sdk_list", "sharing_list") or self.party:
            return "shared"
        return section_of(sentence.headings, self.document.part)

    def _open(self, sentence: Sentence, roles: Roles, section: DataUse | None) -> None:
        """Note what a sentence that announces a list says of it."""
        acts = [act for act in roles.acts if act.doing != "use" or section]
        if self.list is not None and not acts and self.block is not None:
            return
        use: DataUse | None = None
        if roles.defines or (is_right(sentence.text) and not roles.does("take")):
            use = None
        elif acts and not acts[-1].denied:
            use = _use_of(acts[-1], section or "collected")
        elif not acts and section and roles.about_data:
            use = section
        elif not acts and _INCLUDES.search(sentence.text):
            use = self._use_before(section)
        elif not acts:
            return
        self.list = _List(
            use,
            self._words(sentence, roles.purpose),
            self._words(sentence, roles.condition),
            _OPEN_BEGIN.search(sentence.text) is not None,
        )
        self.items = 0

    def _use_before(self, section: DataUse | None) -> DataUse | None:
        """Say what the sentence before says is done, where this one only lists (包括…)."""
        acts = roles_of(self.before.text, self.knowledge).acts if self.before else ()
        return _use_of(acts[-1], section or "collected") if acts and not acts[-1].denied else None

    def _words(self, sentence: Sentence, span: Span | None) -> str:
        if span is None:
            return ""
        return self.document.quote(sentence.start + span.start, sentence.start + span.end)

    def _mentions(
        self,
        sentence: Sentence,
        roles: Roles,
        section: DataUse | None,
        later: Sequence[Sentence],
    ) -> Iterator[Mention]:
        text, within = sentence.text, self.list
        purpose = self._words(sentence, roles.purpose) or (within.purpose if within else "")
        condition = self._words(sentence, roles.condition) or (within.condition if within else "")
        optional = roles.optional or _may_refuse(sentence, later, self.knowledge)
        denied, here = _denied_kinds(roles, text), self.block.start if self.block else -1
        running, self.running = self.running, None
        for word in roles.words:
            uses = _uses(word, text, roles, section)
            if not uses and running and running[0] == here and _runs_on(word, text, roles):
                uses = [running[1]]
            if not uses and (use := self._listed(word, text, roles, section)):
                uses = [use]
            if word.data_type in denied or is_aside(text, word.start):
                continue
            if is_gone_or_to_come(text, word.start):
                continue
            if uses and text.rstrip().endswith(";"):
                self.running = here, uses[-1]
            for use in dict.fromkeys(uses):
                yield Mention(
                    word.data_type,
                    use,
                    Span(sentence.start + word.start, sentence.start + word.end),
                    purpose or self._heading(sentence),
                    condition,
                    optional,
                    _is_open(text, word) or bool(within and within.open),
                    Span(sentence.start, sentence.end),
                    word.narrowed,
                )

    def _listed(
        self, word: DataWord, text: str, roles: Roles, section: DataUse | None
    ) -> DataUse | None:
        """Say of what use a word is that no verb of its own sentence governs."""
        if _is_aside(word, roles) or _is_kept_away(word, text, roles):
            return None
        if self.list is not None:
            return self.list.use
        if section is None or is_right(text):
            return None
        includes = _INCLUDES.search(text)
        if includes and includes.end() <= word.start + 8:
            return section
        return section if self._is_labelled(word, text, roles) else None

    def _is_labelled(self, word: DataWord, text: str, roles: Roles) -> bool:
        """Say whether a word stands in a label (设备信息：…) or in what one announces."""
        here = self.block.start if self.block else -1
        label = _LABEL.match(text)
        if label is None:
            return self.labelled == here and not roles.acts
        if word.end <= label.end() and roles.acts:
            return _OF_DATA.search(text[word.start : word.end + 2]) is not None
        item = self.block is not None and self.block.kind == "item"
        announces = _KINDS_LABEL.search(label.group()) is not None
        if announces:
            self.labelled = here
        return announces or item or word.start <= label.end() or _MARK.match(text) is not None

    def _heading(self, sentence: Sentence) -> str:
        """Give the nearest heading as what it is for, where it names a function."""
        for heading in sentence.headings[-1:]:
            plain = _NUMBER.sub("", heading, count=1).strip(" :*_")
            if 2 <= len(plain) <= 24 and not _GENERAL_HEADING.search(plain):
                return plain
        return ""


_GENERAL_HEADING = re.compile(
    r"收集|信息|数据|隐私|政策|如何|我们|第三方|sdk|清单|列表|附[录件]|权限|说明|概述|总则|[?!]"
    r"|\b(?:information|data|privacy|collect|we|policy)\b"
)


_MEANT = re.compile(r"[(]?(?:指|即)(?:可以|能够|足以|单独|那些)[^)。;]{0,60}$")
_BARE = re.compile(r"(?:、|和|或|及)?(?:上传|存储|保存|使用|获取)?\s*(?:[,。;]|$)")
_AND = re.compile(
    r"\s?(?:并且?|和|及|以及|或者?|、|且|与|,|,? ?(?:and|or|and/or))?(?:会|可能"
    r"|将)?\s?"
)
_ONLY_WITH = re.compile(r"未经|未获|未取得|除非|没有(?:得到|获得|征得|经过)|\bwithout\b|\bunless\b")
_NOT_BEFORE = re.compile(r"(?:不会|不得|绝不|不再|不将|不|\bnot|\bnever)[^,。;]{0,60}$")


def _uses(word: DataWord, text: str, roles: Roles, section: DataUse | None) -> list[DataUse]:
    """Say what the verbs of a sentence do with the thing that a word of it names."""
    if _is_aside(word, roles) or _MEANT.search(text, max(0, word.start - 80), word.start):
        return []
    uses: list[DataUse] = []
    before = [act for act in roles.acts if act.end <= word.start]
    if before:
        if before[-1].denied:
            return []
        if not _STOP.search(text, before[-1].end, word.start):
            uses += [
                _use_of(act, section or "collected")
                for act in _coordinate(before, text)
                if _counts(act, text, section)
            ]
    for act in roles.acts:
        if act.start < word.end or act.denied or not _counts(act, text, section):
            continue
        between = text[word.end : act.start]
        clause = re.split(r"[,;。:]", text[max(0, word.start - 40) : word.start])[-1]
        if len(between) > 60 or re.search(r"[;。:]", between):
            break
        if "," in between and not re.search(r"将|把|对", clause):
            continue
        if _MOVED.search(between) or re.search(r"将|把|对", clause):
            uses.append(_use_of(act, section or "collected"))
            break
    return uses


def _coordinate(acts: Sequence[Act], text: str) -> list[Act]:
    """Give the last verb, and those joined to it (收集并使用)."""
    joined = [acts[-1]]
    for act in reversed(acts[:-1]):
        if act.denied or not _AND.fullmatch(text, act.end, joined[-1].start):
            break
        joined.append(act)
    return joined


def _counts(act: Act, text: str, section: DataUse | None) -> bool:
    """Say whether a verb shows that the data is handled, in the part where it stands."""
    if _ONLY_WITH.search(text) and _NOT_BEFORE.search(text, max(0, act.start - 80), act.start):
        return False
    if section is not None:
        return not (act.doing in ("use", "give") and act.actor == "person" and is_right(text))
    return act.doing != "give" and act.actor in ("we", "third") and not is_right(text)


def _use_of(act: Act, section: DataUse) -> DataUse:
    if act.doing == "share" or act.actor == "third":
        return "shared"
    if act.doing == "give":
        return "collected"
    if act.actor == "we" and act.doing == "take":
        return "collected"
    return section


def _runs_on(word: DataWord, text: str, roles: Roles) -> bool:
    """Say whether a sentence is only the next entry of the list that ran into it."""
    return not roles.acts and (word.start <= 6 or _MARK.match(text) is not None)


def _denied_kinds(roles: Roles, text: str) -> frozenset[str]:
    """Give the kinds that a sentence says are not taken, and does not say are taken.

    A denied verb without an object (…，我们不会收集。) is of what was named before it.
    """
    denied: set[str] = set()
    taken: set[str] = set()
    for word in roles.words:
        before = [act for act in roles.acts if act.end <= word.start]
        if before and before[-1].doing in ("take", "share", "use"):
            (denied if before[-1].denied else taken).add(word.data_type)
        if any(
            act.denied and act.start >= word.end and _BARE.match(text, act.end)
            for act in roles.acts
        ):
            denied.add(word.data_type)
    return frozenset(denied - taken)


def _is_kept_away(word: DataWord, text: str, roles: Roles) -> bool:
    """Say whether a word is denied, or what is withheld or done only with consent."""
    if _WITHOUT.search(text, 0, word.start) or is_denied(text, word.start):
        return True
    if any(act.denied and act.start < word.start for act in roles.acts):
        return True
    near = max(0, word.start - 80)
    return bool(_ONLY_WITH.search(text) and _NOT_BEFORE.search(text, near, word.start))


def _is_aside(word: DataWord, roles: Roles) -> bool:
    """Say whether a word stands in what for or when, and nothing is done with it there."""
    for span in (roles.purpose, roles.condition):
        if (
            span is not None
            and span.start <= word.start < span.end
            and not any(
                span.start <= act.start and act.end <= word.start and act.doing != "use"
                for act in roles.acts
            )
        ):
            return True
    return False


def _is_open(text: str, word: DataWord) -> bool:
    end = _OPEN_END.match(text, word.end)
    return bool(
        (end and not _LIST_ENDED.search(end.group(1)))
        or _OPEN_BEGIN.search(text, max(0, word.start - 120), word.start)
    )


def _may_refuse(sentence: Sentence, later: Sequence[Sentence], knowledge: Knowledge) -> bool:
    """Say whether it, or the next sentence about the same, says that people may leave it out."""
    return bool(_REFUSABLE.search(sentence.text)) or any(
        one.headings == sentence.headings
        and _REFUSABLE.search(one.text)
        and not names_kind(one.text, knowledge)
        for one in later[:1]
    )
