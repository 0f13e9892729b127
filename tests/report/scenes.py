"""Further reports made by hand: persons who decided, flows, many findings, hostile words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from scanner.errors import EvidenceError
from scanner.facts import (
    DataAccessed,
    DataSent,
    EndpointContacted,
    Fact,
    IdentifierSent,
    Source,
    canonical,
    fact_id,
)
from scanner.model import (
    Acceptance,
    Basis,
    Choice,
    Decision,
    Evidence,
    Finding,
    Manual,
    Report,
    Ruling,
    Severity,
    Words,
)
from scanner.model.rulings import Repeat
from scanner.report import render
from scanner.report.as_json import decode
from tests.report import example

LINKS = frozenset(
    {
        "sha256",
        "fingerprint",
        "readable",
        "attachments",
        "norm",
        "rule",
        "evidence",
        "subject",
        "id",
    }
)
"""Fields by which one part of a report names another."""
NOTE = hashlib.sha256(b"note").hexdigest()
HOSTILE = {
    "script": "</script></style></title><script>document.title='owned';alert(1)</script>"
    "<img src=http://evil.example/x onerror=alert(1)>\"' onload=alert(2) x='",
    "formula": "=cmd|'/c calc'!A1\n@import url(\"http://evil.example/y\");}*{display:none}",
    "path": "../../../../etc/passwd\x00 javascript:alert(3) {{ 7*7 }} {% raw %}",
    "turned": "\u202eexe.gpj\u2066\u200b\u202d\x1b[31m\r\n\r\nSet-Cookie: a=b\u2028]]>",
    "long": "名" * 5000 + "x" * 5000,
}
"""Words that a target, a policy, a capture or a case folder from a stranger may hold anywhere."""


def decided() -> Report:
    """Make the rich report after persons looked at it: confirmed, disputed, accepted, checked."""
    report = example.rich()
    findings = [one for ruling in report.rulings for one in ruling.findings]
    first, second, third, fourth = findings[:4]
    by_hand = next(one for one in report.rulings if one.manual is not None)
    rule = {one.fingerprint: each.rule for each in report.rulings for one in each.findings}

    def note(sha256: str) -> Evidence:
        return Evidence(sha256=sha256, name="note", media_type="text/plain", size=4)

    def word(subject: str, choice: Choice, by: str, hour: int, *attached: str) -> Decision:
        return Decision(
            subject=subject,
            rule=rule.get(subject, subject),
            choice=choice,
            by=by,
            at=f"2026-03-03T{hour:02}:00:00+08:00",
            reason=f"{by}：{subject[:6]}",
            attachments=tuple(note(sha256) for sha256 in attached),
        )

    decisions = (
        word(first.fingerprint, "reject", "张三", 9),
        word(first.fingerprint, "confirm", "张三", 10, example.TEXT),
        word(first.fingerprint, "confirm", "李四", 11, NOTE),
        word(second.fingerprint, "confirm", "张三", 12),
        word(second.fingerprint, "reject", "李四", 13),
        word(by_hand.rule, "defer", "王五", 14, example.XML),
        word("ee" * 32, "confirm", "赵六", 15),
    )
    accepted = tuple(
        Acceptance(
            fingerprint=one.fingerprint,
            rule=rule[one.fingerprint],
            reason=reason,
            owner="安全组",
            expires=expires,
            expired=expired,
            file="mingjian-baseline.toml",
            sha256="78" * 32,
        )
        for one, reason, expires, expired in (
            (third, "下一版本移除", "2026-06-30", False),
            (fourth, "曾经接受", "2026-01-31", True),
        )
    )
    repeated = {third.fingerprint: Repeat(found=2, runs=3)}
    return replace(
        report,
        decisions=decisions,
        accepted=accepted,
        unmasked=True,
        rulings=tuple(
            replace(
                ruling,
                findings=tuple(
                    replace(one, repeat=repeated.get(one.fingerprint)) for one in ruling.findings
                ),
            )
            for ruling in report.rulings
        ),
    )


def sent(data_type: str, host: str, phase: Any = "first_launch", **more: Any) -> DataSent:
    """Make a sending as a capture of an app shows it."""
    given: dict[str, Any] = {
        "by_subject": True,
        "secure": True,
        "sender": "cn.example.shop",
        "recipient": "",
    }
    return DataSent(
        source=Source(evidence=example.XML, at="entry 3"),
        channel="traffic",
        data_type=data_type,
        host=host,
        phase=phase,
        **(given | more),
    )


def reached(host: str, country: str | None, outside: bool | None, **more: Any) -> EndpointContacted:
    """Make a connection to a host in a country."""
    return EndpointContacted(
        source=Source(evidence=example.XML, at="entry 3"),
        channel="traffic",
        host=host,
        country=country,
        outside_home=outside,
        **({"basis": "registry", "phase": "first_launch"} | more),
    )


FLOWS: tuple[Fact, ...] = (
    sent("imei", "stat.example.cn", "first_launch", secure=False),
    sent("imei", "log.example.com", "agreed", recipient="umeng-analytics"),
    sent("oaid", "log.example.com", "refused", recipient="umeng-analytics"),
    sent("phone", "api.example.hk", "foreground"),
    sent("contacts", "any.example.org", None, by_subject=None, sender=""),
    sent("email", "nowhere.example.net", "agreed", by_subject=False, sender="cn.example.other"),
    reached("stat.example.cn", "CN", False, basis="location"),
    reached("log.example.com", "US", True),
    reached("api.example.hk", "HK", True),
    reached("any.example.org", "US", None, anycast=True),
    IdentifierSent(
        source=Source(evidence=example.XML, at="entry 4"),
        channel="traffic",
        name="_ga",
        host="log.example.com",
        by_subject=True,
        phase="first_launch",
    ),
    DataAccessed(
        source=Source(evidence=example.XML, at="classes.dex"),
        channel="apk",
        data_type="location_precise",
        api="android.location.LocationManager.getLastKnownLocation",
        owner="umeng-analytics",
        phase="static",
    ),
)


def flowing(facts: tuple[Fact, ...] = FLOWS) -> Report:
    """Make the rich report with data on its way to hosts at home, in Hong Kong and abroad."""
    report = example.rich()
    names = {
        "data_type-imei": Words("国际移动设备识别码（IMEI）", "IMEI"),
        "recipient-umeng-analytics": Words("友盟+ 统计", "Umeng analytics"),
    }
    return replace(
        report,
        facts=report.facts
        | {fact_id(fact): msgspec.json.decode(canonical(fact)) for fact in facts},
        names=report.names | names,
    )


def many(count: int, rules: int = 60) -> Report:
    """Make a report with so many findings of so many rules, each with a fact of its own."""
    levels: tuple[Severity, ...] = ("critical", "high", "medium", "low")
    places = ("cac-191-1.1", "cac-191-2.1", "cac-191-3.1", "cac-191-4.1", "cac-191-5.1", "pipl-51")
    types = ("imei", "oaid", "phone", "location_precise", "contacts", "android_id")
    facts: dict[str, dict[str, object]] = {}
    rulings = []
    for number in range(rules):
        findings = []
        for each in range(number, count, rules):
            fact = sent(
                types[each % len(types)],
                f"h{each}.example.com",
                "first_launch" if each % 2 else "agreed",
                field=f"json:device.field{each}",
                value_masked="00****86",
                encoding="gzip+json",
                keyed_digest=hashlib.sha256(str(each).encode()).hexdigest(),
            )
            id_ = fact_id(fact)
            facts[id_] = msgspec.json.decode(canonical(fact))
            findings.append(
                Finding(
                    message=Words(
                        f"检测到在征得同意之前向 h{each}.example.com 发送 {fact.data_type}，"
                        "涉嫌属于《App违法违规收集使用个人信息行为认定方法》第三条第一项情形。",
                        f"{fact.data_type} was sent to h{each}.example.com before consent, "
                        "suspected to be a case of article 3, item 1.",
                    ),
                    certainty="proven" if number % 2 else "suspected",
                    fingerprint=hashlib.sha256(f"{number} {each}".encode()).hexdigest(),
                    facts=(id_,),
                    evidence=(example.XML,),
                )
            )
        rulings.append(
            Ruling(
                rule=f"rule-{number}",
                title=Words(f"第 {number} 条规则", f"Rule number {number}"),
                verdict="violated",
                certainty="proven" if number % 2 else "suspected",
                severity=levels[number % 4],
                category=places[number % len(places)],
                schemes={},
                basis=(Basis(norm="CAC-191", item="3.1"),),
                settles=("violated",),
                manual=Manual(look_at=Words("看界面", "look at the screen")),
                findings=tuple(findings),
            )
        )
    return replace(example.rich(), rulings=tuple(rulings), facts=facts)


def everywhere(report: Report, word: str, *, linked: bool = False) -> Report:
    """Put a hostile word into every place of a report that holds a text and takes any text; where
    `linked`, all but digests and ids, so that findings still lead to their facts and evidence."""
    raw = json.loads(render("json", report, example.open_evidence))
    for path in _open(report):
        if not (linked and {*path} & LINKS and path[-1] not in {"name", "reason"}):
            _put(raw, path, word)
    raw["names"][word] = {"zh": word, "en": word}
    raw["tool"]["libraries"][word] = word
    return decode(json.dumps(raw).encode())


def _open(report: Report) -> list[tuple[str, ...]]:
    """Give the places that take any text: tried one after the other with a word of no list."""
    raw = json.loads(render("json", report, example.open_evidence))
    found = []
    for path in sorted(set(_paths(raw)), key=str):
        if path[-1] in {"kind", "channel", "phase", "schema", "channels"}:
            continue
        before = json.dumps(raw)
        _put(raw, path, "?")
        try:
            decode(json.dumps(raw).encode())
            found.append(path)
        except (EvidenceError, ValueError, msgspec.MsgspecError):
            raw = json.loads(before)
    return found


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the place of every text, all members of a list as one."""
    if isinstance(value, str):
        yield path
    for key, one in value.items() if isinstance(value, dict) else ():
        yield from _paths(one, (*path, "*" if path == ("facts",) else key))
    for one in value if isinstance(value, list) else ():
        yield from _paths(one, (*path, "*"))


def _put(value: Any, path: tuple[str, ...], word: str) -> None:
    here, *rest = path
    keys: Any = value.keys() if isinstance(value, dict) else range(len(value))
    for key in list(keys):
        if here in {"*", key}:
            if rest and isinstance(value[key], dict | list):
                _put(value[key], tuple(rest), word)
            elif not rest and isinstance(value[key], str):
                value[key] = word


def together() -> Report:
    """Make one report that holds everything that a page can show."""
    both, all_of = decided(), flowing()
    return replace(both, facts=both.facts | all_of.facts, names=both.names | all_of.names)


def hostile() -> Iterator[tuple[str, Report]]:
    """Give the fullest reports with each hostile word everywhere."""
    for name, word in HOSTILE.items():
        if name != "long":  # a page of them takes Chromium a minute
            yield f"{name} in an app", everywhere(together(), word, linked=True)
        yield f"{name} in a site", everywhere(example.site(), word, linked=True)
    yield "no digest is one", everywhere(together(), HOSTILE["script"])
