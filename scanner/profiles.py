"""The three readers for whom a report can be written, and what each wants of a case, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec.structs import replace

from scanner.errors import UsageError
from scanner.model import Demand, ProfileName, Report, TargetKind, Words
from scanner.persons import alike, count


class Wanted(NamedTuple):
    """Something that a case must say of its subject: a field of the subject, or of the report."""

    field: str
    option: str
    what: Words
    kinds: tuple[TargetKind, ...] = ("apk", "website")
    least: int = 1
    """How many it must be: persons of different names, or a figure."""
    other_than: str = ""
    """Another field, whose persons do not count here."""


class Profile(NamedTuple):
    """One kind of reader; whatever it leaves out is as it is for everybody."""

    title: Words
    """What the reader is called."""
    meaning: Words
    """What the report does for that reader."""
    leads: Literal["issues", "lacks", "remedies"]
    """What stands first: the table of proven findings, what the case lacks, or what to change."""
    wanted: tuple[Wanted, ...] = ()
    """What every case must say."""
    captured_only: bool = False
    """Whether what others observed and handed in proves nothing by itself."""
    public_only: bool = False
    """Whether names must lead where they lead the public: --resolve is refused."""
    pending: Words | None = None
    """How findings are marked that are not proven, where they are no more than clues."""
    tried: bool = False
    """Whether the tool is tried on inputs whose answer is known before it collects."""
    opened: bool = False
    """Whether every finding shows its facts and evidence at once."""
    fail_on: str | None = None
    """From which findings on the exit code is 1, where the call does not say."""


WANTED = (
    Wanted("subject.developer", "--developer", Words("开发者或运营者", "developer or operator")),
    Wanted("subject.store", "--store", Words("下载来源（应用商店）", "where it was got"), ("apk",)),
    Wanted("subject.store_url", "--store-url", Words("下载页面", "its page there"), ("apk",)),
    Wanted("subject.channel", "--channel", Words("渠道包", "channel package"), ("apk",)),
    Wanted("subject.obtained_at", "--obtained-at", Words("取得时间", "when it was got")),
    Wanted(
        "subject.users",
        "--users",
        Words(
            "用户规模（下载量或用户数，注明来源）",
            "how many people use it, with the source of the figure",
        ),
    ),
    Wanted("app_type", "--app-type", Words("App 类型", "type of the app"), ("apk",)),
    Wanted(
        "collection.collectors",
        "--collector",
        Words("两名取证人员（姓名不同）", "two collectors, of different names"),
        least=2,
    ),
    Wanted(
        "collection.witnesses",
        "--witness",
        Words("见证人（不是取证人员）", "a witness, none of the collectors"),
        other_than="collection.collectors",
    ),
    Wanted(
        "collection.authority",
        "--authority",
        Words("授权文书（名称与文号）", "the document on whose authority it was done"),
    ),
    Wanted("collection.place", "--place", Words("取证地点", "where it was collected")),
    Wanted(
        "collection.runs",
        "--runs",
        Words("至少重复两次的采集", "the collecting done twice at least"),
        least=2,
    ),
    Wanted(
        "collection.self_tests",
        "--self-test",
        Words("工具自检结果", "what the tool said of inputs whose answer is known"),
    ),
)
"""What a public-interest case must say of its subject, the extent of the harm included, and of its
collection: two collectors and a witness by analogy to 法发〔2016〕22号, and a result that two runs
show."""

PROFILES: Mapping[ProfileName, Profile] = {
    "regulator": Profile(
        title=Words("监管机关", "for a regulator"),
        meaning=Words(
            "所涉问题一栏只列事实已证实的情形；其余均为初筛线索，须经人工复核签字。",
            "The table of issues holds proven findings only; all else is a clue until a person "
            "has signed for it.",
        ),
        leads="issues",
        pending=Words("初筛线索 · 待复核签字", "clue, awaiting sign-off"),
    ),
    "procurator": Profile(
        title=Words("检察机关", "for a procurator"),
        meaning=Words(
            "每一处发现都列出全部事实、证据和其他可能的解释；仅有他人提供的来源，既无本工具采集、"
            "又无提取记录说明来历的，一律为线索；按指定地址访问的结果不予采用。",
            "Every finding shows all facts, evidence and innocent explanations; what stands only "
            "on sources handed in by others, without a record of their collection, is suspected; "
            "what was reached by a mapped address is refused.",
        ),
        leads="lacks",
        wanted=WANTED,
        captured_only=True,
        public_only=True,
        tried=True,
        opened=True,
    ),
    "developer": Profile(
        title=Words("开发者", "for a developer"),
        meaning=Words(
            "先列整改建议，再列各级别的全部发现。",
            "What to change comes first, then all findings of every level.",
        ),
        leads="remedies",
        fail_on="proven-high",
    ),
}


def demands(report: Report, name: ProfileName | None) -> tuple[Demand, ...]:
    """Say what a profile wants of this case, and whether the case says it."""
    wanted = PROFILES[name].wanted if name else ()
    return tuple(
        Demand(field=each.field, option=each.option, what=each.what, given=_says(report, each))
        for each in wanted
        if report.subject.kind in each.kinds
    )


def for_reader(report: Report, name: ProfileName) -> Report:
    """Give a report for another reader, as far as that needs no judging.

    Raises UsageError where either reader wants certainties of its own.
    """
    if any(PROFILES[each].captured_only for each in (name, report.profile) if each):
        raise UsageError(
            f"the report was judged for {report.profile or 'everybody'}, not for a {name}",
            hint=f"what is proven may differ: mingjian judge CASE --profile {name}",
        )
    changed = replace(report, profile=name)
    return replace(changed, required=demands(changed, name))


def refuse_mapped(name: ProfileName | None) -> None:
    """Raise UsageError where a reader wants what the public reaches, and names were mapped."""
    if name is not None and PROFILES[name].public_only:
        raise UsageError(
            f"--resolve does not go with --profile {name}",
            hint="such a case shows what the public reaches: scan without --resolve",
        )


def _says(report: Report, wanted: Wanted) -> bool:
    value = _value(report, wanted.field)
    if isinstance(value, tuple) and (wanted.least > 1 or wanted.other_than):
        return _persons(value, _value(report, wanted.other_than)) >= wanted.least
    if isinstance(value, tuple):
        return bool(value)
    if isinstance(value, int) and wanted.least > 1:
        return value >= wanted.least
    return value not in (None, "")


def _value(report: Report, field: str) -> object:
    """Give what a report says under a name with dots; None where it says nothing of the kind."""
    value: object = report if field else None
    for name in field.split(".") if field else ():
        value = getattr(value, name) if value is not None else None
    return value


def _persons(many: tuple[object, ...], others: object) -> int:
    """Count the persons of a list who surely are none of the others."""
    barred = [str(one) for one in others] if isinstance(others, tuple) else []
    named = [str(one) for one in many]
    return count(one for one in named if not any(alike(one, other) for other in barred))
