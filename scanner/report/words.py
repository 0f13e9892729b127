"""The fixed words that more than one format prints, in Chinese and in English.

A finding speaks through the words of its rule; nothing here may sound more certain than that.
"""

from __future__ import annotations

import unicodedata
from typing import Literal, NamedTuple

from scanner.facts import Channel
from scanner.model import Certainty, Choice, Grade, Norm, Severity, Verdict, Words

Lang = Literal["zh", "en"]


class Options(NamedTuple):
    """What a caller may ask of a format."""

    lang: Lang = "zh"
    colour: bool = False
    place: str = ""
    fail_on: str | None = None


VERDICT: dict[Verdict, Words] = {
    "violated": Words("检出涉嫌情形", "Signs found"),
    "satisfied": Words("所查范围内符合", "Met, as far as looked"),
    "not_applicable": Words("不适用", "Not applicable"),
    "undetermined": Words("无法判定", "Undetermined"),
}

CERTAINTY: dict[Certainty, Words] = {
    "proven": Words("事实已证实", "Fact proven"),
    "suspected": Words("线索待印证", "Suspected"),
}

CERTAINTY_MEANING: dict[Certainty, Words] = {
    "proven": Words(
        "观察到的事实与该情形的表述一致；是否成立由有权机关认定。",
        "What was observed is what the provision describes; "
        "whether it is a violation is for the authority to find.",
    ),
    "suspected": Words(
        "观察到的事实与该情形相符，但至少还需一项事实印证。",
        "What was observed is consistent with what the provision describes; "
        "at least one more fact is needed.",
    ),
}

CHOICE: dict[Choice, Words] = {
    "confirm": Words("确认", "confirms"),
    "reject": Words("否定", "rejects"),
    "defer": Words("暂缓", "defers"),
}
"""What a person said of a finding or a check."""

SEVERITY: dict[Severity, Words] = {
    "critical": Words("严重", "Critical"),
    "high": Words("高", "High"),
    "medium": Words("中", "Medium"),
    "low": Words("低", "Low"),
    "info": Words("提示", "Info"),
}

GRADE: dict[Grade, Words] = {
    "D": Words("高风险", "High risk"),
    "C": Words("较高风险", "Elevated risk"),
    "B": Words("一般风险", "Moderate risk"),
    "A": Words("较低风险", "Low risk"),
    "U": Words("无法判断", "Cannot be judged"),
}

GRADE_MEANING: dict[Grade, Words] = {
    "D": Words(
        "检出至少一项事实已证实的严重情形，与监管通报的典型情形相符；建议整改后再发布。",
        "At least one critical finding rests on a proven fact, of a kind that regulators "
        "typically name in notices; rectify before release.",
    ),
    "C": Words(
        "检出事实已证实的高级别情形，或三项及以上待印证的严重情形；可能收到整改通知。",
        "At least one high finding rests on a proven fact, or three or more critical ones are "
        "suspected; a notice to rectify is likely.",
    ),
    "B": Words(
        "所查范围内未见事实已证实的严重或高级别情形，但仍有待整改的情形或未充分检测的部分。",
        "No critical or high finding rests on a proven fact in the tested scope, but something "
        "remains to be fixed or to be looked at.",
    ),
    "A": Words(
        "所查范围内未发现典型问题；这不等于合规。",
        "No typical problem was found in the tested scope; that is not compliance.",
    ),
    "U": Words(
        "能够查看的部分太少，不足以给出结论；这不是通过。",
        "Too little could be looked at to say anything; this is not a pass.",
    ),
}

LIMITED = Words("范围不足", "Limited scope")
NO_SCORE = Words("不给出分数", "no score is given")

CHANNEL: dict[Channel, Words] = {
    "apk": Words("安装包", "package"),
    "website": Words("网站", "website"),
    "traffic": Words("网络流量", "network traffic"),
    "policy": Words("隐私政策文本", "privacy policy"),
    "device": Words("设备运行", "device run"),
    "auditor": Words("审计人陈述", "auditor's statement"),
}

STATUS: dict[str, Words] = {
    "in_force": Words("现行有效", "in force"),
    "draft": Words("草案，不具约束力", "draft, not binding"),
    "superseded": Words("已被取代", "superseded"),
}

TO_VERIFY = Words("待核", "to be verified")

TITLE = Words("个人信息保护检测记录", "Personal information audit record")
"""What the page is called; 检测报告 is a test report, which a body with a qualification writes."""
QUALIFIED_TITLE = Words("个人信息保护检测报告", "Personal information audit report")
"""What it is called where the number of a qualification was given."""

SCHEME: dict[str, Words] = {
    "cac-191": Words("《认定方法》第", "Identification Method, no."),
    "miit-164": Words("工信部信管函〔2020〕164号 第", "MIIT notice 2020/164, no."),
    "miit-337": Words("工信部信管函〔2019〕337号 类型", "MIIT notice 2019/337, type"),
    "miit-notice": Words("工信部通报用语", "wording of MIIT notices, no."),
    "cverc": Words("国家计算机病毒应急处理中心通报用语", "wording of CVERC notices, no."),
    "mps": Words("公安部检测机构通报用语", "wording of MPS notices, no."),
    "taf-078": Words("T/TAF 078 第", "T/TAF 078, part"),
}
"""What other lists of the same faults are called."""

LISTS: dict[str, Words] = {
    "web": Words("网站的 26 项义务", "The 26 duties of a website"),
    "cac-191": Words(
        "《认定方法》列出的 31 种行为", "The 31 behaviours of the Identification Method"
    ),
    "miit-164": Words("工信部164号通知的 10 项", "The 10 items of MIIT Notice 164"),
    "miit-notice": Words(
        "工信部通报在 10 项之外使用的问题名称", "Names that notices of MIIT use beside the 10 items"
    ),
}
"""What the lists of rows are called."""

BY_ANALOGY = Words(
    "这份清单针对 App；对网站只是类推，最高为“线索待印证”，也不作“符合”的结论。",
    "This list is about apps; of a website it speaks by analogy, suspects at most and clears "
    "nothing.",
)

ALL = Words("全部", "all")
COUNTED = Words(
    "每条规则只计一次：检出的按最确定的一项发现计；未能判定且须由人判断的计入待人工核查；"
    "已有结论而另附人工核查项的，按结论计。",
    "Each rule counts once: one that found something by its most certain finding; one that is "
    "undetermined and left to a person as such; one with a verdict and a check besides by its "
    "verdict.",
)

NOTE = Words("提示信息", "For information")
NOTE_MEANING = Words(
    "以下内容供参考，不计分，也不构成涉嫌情形。",
    "The following is for information: it weighs nothing and accuses nobody.",
)

NOTHING_FOUND = Words(
    "在已看到的部分中未检出涉嫌情形；对未看到的部分没有结论。",
    "No signs were found in what was looked at; nothing is said of what was not.",
)

NOT_COMPLIANCE = Words(
    "未检出不等于合规；是否构成违规由有权机关认定。",
    "Nothing found is not compliance; whether there is a violation is for the authority to find.",
)

# Characters that print nothing and are no control or format characters by their class.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def say(words: Words, lang: Lang) -> str:
    """Give words in one language, on one line."""
    return " ".join((words.zh if lang == "zh" else words.en).split())


def visible(text: str) -> str:
    """Give a text in which nothing is hidden: characters that steer or print nothing show a code.

    Control characters, writing directions, zero-width characters and the like become ⟨U+202E⟩.
    """
    if text.isprintable() and _BLANKS.isdisjoint(text):
        return text
    return "".join(f"⟨U+{ord(mark):04X}⟩" if _hidden(mark) else mark for mark in text)


def _hidden(mark: str) -> bool:
    return mark in _BLANKS or unicodedata.category(mark) in {
        "Cc",
        "Cf",
        "Cn",
        "Co",
        "Cs",
        "Zl",
        "Zp",
    }


def needs_check(norm: Norm) -> bool:
    """Tell whether a person must still check the norm's title, number or dates at the source."""
    return norm.confidence != "high" and TO_VERIFY.zh not in norm.number


def percent(share: object) -> str:
    """Give a share (0 to 1) as a whole percentage, rounded down so that it never flatters."""
    return f"{int(float(str(share)) * 100 + 1e-9)}%"


def number(value: object) -> str:
    """Give a figure without zeros that say nothing: 12.50 becomes 12.5."""
    text = f"{value:f}" if not isinstance(value, str) else value
    return text.rstrip("0").rstrip(".") if "." in text else text
