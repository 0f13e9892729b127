"""Reports of which persons and an organisation said something, and names that would do harm."""

from __future__ import annotations

from msgspec.structs import replace

from scanner.model import Acceptance, Choice, Decision, Finding, Report, Ruling, Words
from tests.report import example

HARMFUL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "\t=1+1",
    "\r=1+1",
    " \u200b=1+1",
    "'=1+1",
    'x";=1+1;"',
    '=HYPERLINK("http://evil.example/","x")',
    "../../../etc/passwd",
    "\u202egpj.exe\u2066x\u2069",
    "line one\nline two\r\n# heading\n\n- list\n| a | b |\n| - | - |",
    "x" * 10_000,
    "@octocat #1 GH-1 http://evil.example www.evil.example me@evil.example !2 $3 ~label &amp;",
    "[link](javascript:alert(1)) ![picture](http://evil.example/p.png) <http://evil.example>",
    "`code` ``` fence ``` **bold** _it_ ~~no~~ $x^2$ [1]: http://evil.example",
    "| cell | cell |</details></summary><!-- -->]]>&#x41;",
    "\x00\x01\x08\x0b\x1b[31m\x7f\x9f\ufffe\uffff\ufeff",
    "{0} {1} [text](1) %n %1$s ${x} {{7*7}} {% x %}",
)
"""Names as a hostile app, page or rule would bear them: each is to stay a text, in every format."""


def first(report: Report) -> tuple[Ruling, Finding]:
    """Give the proven finding of the rich report."""
    ruling = report.rulings[0]
    return ruling, ruling.findings[0]


def decision(finding: Finding, by: str, choice: Choice = "confirm", rule: str = "r") -> Decision:
    """Make one word of a person."""
    return Decision(
        subject=finding.fingerprint,
        rule=rule,
        choice=choice,
        by=by,
        at="2026-03-03T10:00:00+08:00",
        reason="核对截图",
    )


def confirmed() -> Report:
    """Make the rich report, its proven finding confirmed by two persons, another by one only."""
    report = example.rich()
    _, proven = first(report)
    other = report.rulings[2].findings[0]
    third = report.rulings[1].findings[2]
    words = (
        decision(proven, "张三"),
        decision(proven, "李四"),
        decision(other, "张三"),
        decision(third, "张三"),
        decision(third, "李四", "reject"),
    )
    return replace(report, decisions=words)


def acceptance(ruling: Ruling, finding: Finding, *, expired: bool = False) -> Acceptance:
    """Make one entry of a baseline."""
    return Acceptance(
        fingerprint=finding.fingerprint,
        rule=ruling.rule,
        reason="下个版本整改",
        owner="隐私组",
        expires="2026-12-31" if not expired else "2026-01-31",
        expired=expired,
        file="baseline.toml",
        sha256="ef" * 32,
    )


def accepted(*, expired: bool = False) -> Report:
    """Make the rich report, its proven finding accepted by a baseline."""
    report = example.rich()
    return replace(report, accepted=(acceptance(*first(report), expired=expired),))


def named(name: str) -> Report:
    """Make the confirmed report with one harmful name wherever an input or a rule can reach."""
    report = confirmed()
    words = Words(name, name)
    subject = replace(
        report.subject,
        name=name,
        id=name,
        version=name,
        file=name,
        developer=name,
        store=name,
        store_url=name,
        channel=name,
    )
    rulings = tuple(
        replace(
            ruling,
            title=words,
            remedy=words,
            manual=None if ruling.manual is None else replace(ruling.manual, look_at=words),
            unseen=tuple(replace(one, reason=words) for one in ruling.unseen),
            findings=tuple(
                replace(one, message=words, alternatives=(words,)) for one in ruling.findings[:3]
            ),
        )
        for ruling in report.rulings
    )
    facts = {
        key: {**fact, "source": {"at": name, "evidence": example.XML}, "caller": name}
        for key, fact in report.facts.items()
    }
    ruling, finding = first(report)
    return replace(
        report,
        subject=subject,
        rulings=rulings,
        facts=facts,
        sources=tuple(replace(one, name=name) for one in report.sources),
        unseen=tuple(replace(one, reason=words) for one in report.unseen),
        evidence=tuple(replace(one, name=name) for one in report.evidence),
        decisions=tuple(
            replace(one, by=name + str(n), reason=name) for n, one in enumerate(report.decisions)
        ),
        accepted=(replace(acceptance(ruling, finding), reason=name, owner=name),),
        tool=replace(report.tool, flags=(name,)),
    )


ALL = {**example.ALL, "confirmed": confirmed(), "accepted": accepted()}
