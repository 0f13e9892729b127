"""Clauses, conditions and changes of facts in plain words, Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scanner.facts import Fact, kind_of
from scanner.model import Verdict, Words
from scanner.report import terms
from scanner.report.words import Lang, say
from scanner.rulebook.match import MAX_DECIDING, Answer, Seen
from scanner.rulebook.rule import (
    All,
    Clause,
    Condition,
    Forbid,
    ForEach,
    Not,
    Operator,
    Pattern,
    Require,
    Shape,
)
from scanner.rulebook.turning import OTHER, Alter, Change, Drop, Part, Supply, Turn

LONGEST_VALUE = 120
"""Characters of a value that are repeated."""
MOST_VALUES = 12
"""Values of a list that are repeated."""
_MEETS: dict[Operator, tuple[Words, Words]] = {
    "is": (Words("是", "is"), Words("不是", "is not")),
    "is_not": (Words("不是", "is not"), Words("是", "is")),
    "in": (Words("属于", "is one of"), Words("不属于", "is none of")),
    "not_in": (Words("不属于", "is none of"), Words("属于", "is one of")),
    "in_list": (Words("属于清单", "is on the list"), Words("不属于清单", "is not on the list")),
    "not_in_list": (Words("不属于清单", "is not on the list"), Words("属于清单", "is on the list")),
    "contains": (Words("含有", "contains"), Words("不含", "does not contain")),
    "starts_with": (Words("开头为", "begins with"), Words("开头不是", "does not begin with")),
    "ends_with": (Words("结尾为", "ends with"), Words("结尾不是", "does not end with")),
    "matches": (Words("符合表达式", "matches"), Words("不符合表达式", "does not match")),
    "at_least": (Words("至少为", "is at least"), Words("小于", "is less than")),
    "at_most": (Words("至多为", "is at most"), Words("大于", "is more than")),
    "its": (
        Words("等于该事实的", "equals that fact's"),
        Words("不等于该事实的", "is not that fact's"),
    ),
    "contains_its": (
        Words("含有该事实的", "contains that fact's"),
        Words("不含该事实的", "does not contain that fact's"),
    ),
}
"""What each operator demands, and its opposite."""
_TRUTH: dict[bool | None, Words] = {
    True: Words("成立", "holds"),
    False: Words("不成立", "does not hold"),
    None: Words("未知", "unknown"),
}
VERDICTS: dict[Verdict, Words] = {
    "violated": Words("仍检出其他处", "it still finds others"),
    "satisfied": Words("所查范围内符合", "met, as far as looked"),
    "not_applicable": Words("不适用", "not applicable"),
    "undetermined": Words("无法判定", "undetermined"),
}
PARTS: dict[Part, Words] = {
    "fact": Words("该事实本身不同", "the fact itself is another"),
    "also": Words("同时须成立的条件不成立", "what must hold besides does not"),
    "expect": Words("应有的对应内容存在", "what must be there is there"),
    "require": Words("应有的内容存在", "what must be there is there"),
    "exempt": Words("豁免情形成立", "an exemption holds"),
    "when": Words("规则的适用前提不成立", "what the rule presupposes does not hold"),
}


def kind_name(kind: str, lang: Lang) -> str:
    """Give what a kind of fact is called, with its id."""
    words = terms.KIND.get(kind)
    return f"{say(words, lang)} ({kind})" if words else kind


def field_name(field: str, lang: Lang) -> str:
    """Give what a field of a fact is called, with its id."""
    words = terms.FIELD.get(field)
    return f"{say(words, lang)} ({field})" if words else field


def value(given: object, lang: Lang) -> str:
    """Write a value for a person, shortened."""
    if given is None:
        return "未知" if lang == "zh" else "unknown"
    if isinstance(given, bool):
        return ("是" if given else "否") if lang == "zh" else ("yes" if given else "no")
    if isinstance(given, list | tuple):
        told = [value(one, lang) for one in given[:MOST_VALUES]]
        more = len(given) - MOST_VALUES
        listed = ("、" if lang == "zh" else ", ").join(told)
        return listed + (f" … +{more}" if more > 0 else "") if told else _empty(lang)
    text = " ".join(str(given).split())
    if not text:
        return _empty(lang)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _empty(lang: Lang) -> str:
    return "（空）" if lang == "zh" else "(empty)"


def clause(one: Clause, lang: Lang, *, met: bool = True) -> str:
    """Say what a clause demands, or the opposite."""
    name, (demand, opposite) = field_name(one.field, lang), _MEETS[one.operator]
    wanted = one.value
    if one.operator in ("its", "contains_its"):
        told = field_name(str(wanted), lang)
    else:
        told = value(wanted, lang)
    return f"{name} {say(demand if met else opposite, lang)} {told}"


def pattern(one: Pattern, lang: Lang) -> str:
    """Say which facts a pattern speaks of."""
    clauses = ("；" if lang == "zh" else "; ").join(clause(each, lang) for each in one.where)
    told = kind_name(one.fact, lang)
    if clauses:
        told += f"，其{clauses}" if lang == "zh" else f" whose {clauses}"
    if one.count is None:
        return told
    of = field_name(one.count.of, lang) if one.count.of else ""
    unit = (f"不同的 {of} " if lang == "zh" else f"different {of} ") if of else ""
    for number, zh, en in (
        (one.count.at_least, "至少", "at least"),
        (one.count.at_most, "至多", "at most"),
    ):
        if number is not None:
            told += f"；{unit}{zh} {number} 个" if lang == "zh" else f"; {en} {number} {unit}"
    return told.strip()


def shape(one: Shape, lang: Lang) -> str:
    """Say in which mood a rule speaks."""
    zh, en = {
        Forbid: (
            "不得：每一处符合的事实都是一处检出",
            "must not: each fact that fits is a finding",
        ),
        ForEach: (
            "凡…均应当：每一处符合的事实都须有其对应",
            "each fact that fits must have its due",
        ),
        Require: ("应当：以下须在某处成立", "must: this must hold somewhere"),
    }[type(one)]
    return zh if lang == "zh" else en


def fact_against(
    one: Pattern, fact: Mapping[str, object] | None, lang: Lang
) -> Iterator[tuple[int, str]]:
    """Give the clauses of the offending fact with the value that it has, each with its depth."""
    yield 0, kind_name(one.fact, lang)
    for each in one.where:
        has = ""
        if fact is not None:
            said = value(fact.get(each.field), lang)
            has = f"（该事实：{said}）" if lang == "zh" else f" (this fact: {said})"
        yield 1, clause(each, lang) + has


def condition(
    one: Condition, seen: Seen | None, its: object, lang: Lang, depth: int = 0
) -> Iterator[tuple[int, str]]:
    """Give the parts of a condition, each with its depth, and whether it holds where that is known.

    `its` is the offending fact, or UNKNOWN_FACT.
    """
    answer = seen.answer(one, its) if seen is not None else None
    held = "" if answer is None else f"[{say(_TRUTH[answer.truth], lang)}] "
    if isinstance(one, Pattern):
        yield depth, held + pattern(one, lang) + _number(answer, lang)
        return
    if isinstance(one, Not):
        yield depth, held + ("并非：" if lang == "zh" else "not:")
        yield from condition(one.of, seen, its, lang, depth + 1)
        return
    if isinstance(one, All):
        yield depth, held + ("全部成立：" if lang == "zh" else "all of these:")
    else:
        yield depth, held + ("至少一项成立：" if lang == "zh" else "at least one of these:")
    for part in one.of:
        yield from condition(part, seen, its, lang, depth + 1)


def _number(answer: Answer | None, lang: Lang) -> str:
    """Say how many facts fit."""
    if answer is None or answer.truth is None:
        return ""
    count = f"{len(answer.facts)}{'+' if len(answer.facts) >= MAX_DECIDING else ''}"
    return f"：{count} 条" if lang == "zh" else f": {count} found"


def turn(one: Turn, facts: Mapping[str, Fact], lang: Lang) -> str:
    """Say what would have to be different, and what the rule would then say."""
    changes = [change(each, facts, lang) for each in one.changes]
    zh = lang == "zh"
    told = ("；且" if zh else "; and ").join(changes)
    if one.same:
        tail = (
            f"同一处检出（同一指纹）在其他位置还有 {one.same} 处"
            if zh
            else f"the same (by its fingerprint) was seen at {one.same} more places"
        )
    elif one.verdict == "violated":
        tail = (
            f"本处不再检出，该规则另有 {one.left} 处仍在"
            if zh
            else f"this finding is gone, {one.left} others of the rule stay"
        )
    else:
        said = say(VERDICTS[one.verdict], lang)
        tail = f"该规则的结论即为：{said}" if zh else f"the rule would say: {said}"
    return f"{told} → {tail}"


def change(one: Change, facts: Mapping[str, Fact], lang: Lang) -> str:
    """Say what is different about the facts."""
    zh = lang == "zh"
    if isinstance(one, Drop):
        kinds = dict.fromkeys(kind_of(facts[name]) for name in one.facts if name in facts)
        named = ("、" if zh else ", ").join(kind_name(kind, lang) for kind in kinds)
        if len(one.facts) == 1:
            told = one.facts[0]
            return (
                f"没有这条事实：{named} {told}" if zh else f"there is no such fact: {named} {told}"
            )
        count = len(one.facts)
        return f"没有这 {count} 条事实：{named}" if zh else f"{count} facts are not there: {named}"
    if isinstance(one, Supply):
        count, told = len(one.facts), pattern(one.pattern, lang)
        return f"另有 {count} 条：{told}" if zh else f"{count} more of: {told}"
    fact = facts.get(one.fact)
    return _altered(one, fact, lang)


def _altered(one: Alter, fact: Fact | None, lang: Lang) -> str:
    zh = lang == "zh"
    now = value(getattr(fact, one.clause.field, None), lang)
    kind = kind_name(kind_of(fact), lang) if fact is not None else ""
    told = f"{kind} {one.fact}：" if zh else f"{kind} {one.fact}: "
    told += clause(one.clause, lang, met=one.met)
    if one.clause.operator == "matches" or _made_up(one.value):
        return told + (f"（现为 {now}）" if zh else f" (now {now})")
    tried = value(one.value, lang)
    return told + (f"（现为 {now}，如改为 {tried}）" if zh else f" (now {now}; e.g. {tried})")


def _made_up(given: object) -> bool:
    many: Iterable[object] = given if isinstance(given, tuple) else (given,)
    return given == "" or any(str(one).startswith(OTHER) for one in many)


def indented(lines: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Write lines with their depths as indentation."""
    return tuple("  " * depth + text for depth, text in lines)
