"""report.sarif: SARIF 2.1.0 (OASIS), for the places where developers read what tools find.

Every finding is a result; so is every rule that leaves a check to a person (kind review) or could
not decide (kind open), both without a level. What a rule cleared, or what does not apply, is no
result: some readers show every result as an alert. It stands with the rule, in `verdict`.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

import msgspec

from scanner.model import Finding, Open, Report, Ruling, Severity, Words
from scanner.report import collected, words
from scanner.report.decided import said
from scanner.report.listed import Listed, cut, labelled, line, listed, where
from scanner.report.outline import gaps, unwatched
from scanner.report.places import DeveloperPlace, places
from scanner.report.words import Lang, Options, visible

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST_LOCATIONS = 10
"""Locations of one result at most: GitHub shows no more."""
MOST_RESULTS = 25_000
"""Results of one run at most: GitHub refuses more, and shows the first 5,000 by severity."""
MOST_TAGS = 20
"""Tags of one rule at most, as GitHub takes them."""
MOST_NOTIFICATIONS = 500
LONGEST = 4_000
"""Characters of one message at most."""
PERSONS = 20
"""Decisions shown with one result at most."""

WEIGHT: dict[Severity, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""security-severity: GitHub says critical above 9.0, high from 7.0, medium from 4.0."""
PROVEN: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
"""Level of what is proven; what is only suspected is never an error."""
SUSPECTED: dict[Severity, str] = {
    "critical": "warning",
    "high": "warning",
    "medium": "note",
    "low": "note",
    "info": "note",
}
TOO_MANY = Words(
    "结果过多，只写出最重的部分；其余见 report.json",
    "too many results: only the weightiest are written; report.json has them all",
)
NOT_LOOKED = Words("没有看，也没有结论：", "not looked at, and nothing is said of it:")
NOT_READ = Words("无法读取：", "could not be read:")
AT = Words("位置：", "Where:")
REMEDY = Words("整改建议：", "What to change:")
OTHERWISE = Words("其他可能的解释：", "Innocent explanations:")
BY_HAND = Words("须由人核查：", "A person must check:")
UNDECIDED = Words("无法判定：", "Undetermined:")

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}")
_MARKED = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})


def render(report: Report, _open: Open, options: Options) -> bytes:
    """Give the report as a SARIF log of one run, in the language wanted."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_Run(report, options.lang).all()]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


class _Run:
    def __init__(self, report: Report, lang: Lang) -> None:
        self.report = report
        self.lang: Lang = lang
        self.indices = {one.rule: at for at, one in enumerate(report.rulings)}
        self.artifacts = _Artifacts(report)

    def all(self) -> dict[str, Any]:
        results = self._results()
        left = len(results) - MOST_RESULTS
        score = self.report.score
        return {
            "tool": {"driver": self._driver()},
            "automationDetails": {"id": f"mingjian/{cut(visible(self.report.subject.id), 200)}/"},
            "language": "zh-CN" if self.lang == "zh" else "en",
            "columnKind": "unicodeCodePoints",
            "invocations": [self._invocation(left)],
            "artifacts": self.artifacts.all(),
            "results": results[:MOST_RESULTS],
            "properties": {
                "grade": score.grade,
                "score": None if score.value is None else float(score.value),
                "coverage": float(score.coverage),
                "limited": score.limited,
                "rulebook": visible(self.report.rulebook.digest),
                "observedAt": visible(self.report.observed_at),
            },
        }

    def _driver(self) -> dict[str, Any]:
        tool = self.report.tool
        return {
            "name": "Mingjian",
            "fullName": f"明鉴 Mingjian {visible(tool.version)}",
            "version": visible(tool.version),
            "language": "zh-CN" if self.lang == "zh" else "en",
            "rules": [self._rule(one) for one in self.report.rulings],
        }

    def _rule(self, ruling: Ruling) -> dict[str, Any]:
        numbered = [f"{scheme}-{one}" for scheme, many in ruling.schemes.items() for one in many]
        tags = dict.fromkeys(["privacy", ruling.category, *sorted(numbered)])
        properties: dict[str, Any] = {
            "tags": [cut(visible(one), 100) for one in tags][:MOST_TAGS],
            "verdict": ruling.verdict,
            "severity": ruling.severity,
            "category": visible(ruling.category),
            "advisory": ruling.advisory,
        }
        if ruling.severity in WEIGHT and not ruling.advisory:
            properties["security-severity"] = WEIGHT[ruling.severity]
        title = self._text(ruling.title)
        basis = ", ".join(f"{one.norm} {one.item}" for one in ruling.basis)
        details = [title, marked(basis)]
        details += [self._labelled(REMEDY, ruling.remedy)] if ruling.remedy else []
        details += [self._labelled(BY_HAND, ruling.manual.look_at)] if ruling.manual else []
        return {
            "id": visible(ruling.rule),
            "shortDescription": {"text": title},
            "fullDescription": {"text": "\n".join(details[:2]).strip()},
            "help": {"text": "\n\n".join(each for each in details if each)},
            "defaultConfiguration": {"level": PROVEN[ruling.severity]},
            "properties": properties,
        }

    def _results(self) -> list[dict[str, Any]]:
        found = [self._finding(one) for one in listed(self.report)]
        for ruling in self.report.rulings:
            if ruling.manual is not None and ruling.verdict != "not_applicable":
                found.append(self._open(ruling, "review", BY_HAND, ruling.manual.look_at))
            elif ruling.verdict == "undetermined":
                why = ruling.unseen[0].reason if ruling.unseen else ruling.title
                found.append(self._open(ruling, "open", UNDECIDED, why))
        if self.report.accepted:  # where one result says so, every result does (3.27.23)
            for each in found:
                each.setdefault("suppressions", [])
        return found

    def _finding(self, one: Listed) -> dict[str, Any]:
        ruling, finding = one.ruling, one.finding
        fails = one.accuses and ruling.verdict == "violated"
        levels = PROVEN if finding.certainty == "proven" else SUSPECTED
        named = [self._location(each) for each in places(self.report, finding)]
        result = self._result(ruling, self._message(ruling, finding)) | {
            "kind": "fail" if fails else "informational",
            "level": levels[ruling.severity] if fails else "none",
            "locations": named[:MOST_LOCATIONS] or [self._bare(finding)],
            "partialFingerprints": {
                "mingjianFinding/v1": visible(finding.fingerprint),
                "primaryLocationLineHash": f"{visible(finding.fingerprint)[:16]}:1",
            },
        }
        result["properties"] |= {
            "certainty": finding.certainty,
            "fingerprint": visible(finding.fingerprint),
            "confirmedByTwo": one.confirmed,
        }
        decisions = said(self.report, finding.fingerprint)
        if decisions:
            result["properties"]["decisions"] = [
                {
                    "choice": each.choice,
                    "by": cut(visible(each.by), 200),
                    "at": visible(each.at),
                    "reason": cut(visible(each.reason), 500),
                }
                for each in decisions[:PERSONS]
            ]
        if one.accepted is not None:
            accepted = one.accepted
            because = f"{accepted.reason} ({accepted.owner}, {accepted.expires})"
            result["suppressions"] = [
                {"kind": "external", "status": "accepted", "justification": marked(because)}
            ]
        return result

    def _open(self, ruling: Ruling, kind: str, label: Words, why: Words) -> dict[str, Any]:
        text = f"{self._text(ruling.title)}\n{self._labelled(label, why)}"
        return self._result(ruling, text) | {
            "kind": kind,
            "level": "none",
            "locations": [self._whole()],
            "partialFingerprints": {"mingjianRule/v1": cut(visible(ruling.rule), 200)},
        }

    def _result(self, ruling: Ruling, text: str) -> dict[str, Any]:
        return {
            "ruleId": visible(ruling.rule),
            "ruleIndex": self.indices[ruling.rule],
            "message": {"text": cut(text, LONGEST)},
            "properties": {
                "verdict": ruling.verdict,
                "severity": ruling.severity,
                "advisory": ruling.advisory,
            },
        }

    def _message(self, ruling: Ruling, finding: Finding) -> str:
        certainty = marked(words.say(words.CERTAINTY[finding.certainty], self.lang))
        parts = [f"{self._text(collected.message(finding))} ({certainty})"]
        place = where(self.report, finding, self.lang)
        if place:
            parts.append(labelled(AT, marked(place), self.lang))
        if ruling.remedy is not None:
            parts.append(self._labelled(REMEDY, ruling.remedy))
        if finding.alternatives:
            between = "；" if self.lang == "zh" else "; "
            other = between.join(self._text(each, 200) for each in finding.alternatives[:5])
            parts.append(labelled(OTHERWISE, other, self.lang))
        return "\n".join(parts)

    def _location(self, place: DeveloperPlace) -> dict[str, Any]:
        readable = self.artifacts.readable(place.evidence) if place.kind == "policy" else None
        physical: dict[str, Any] = {
            "artifactLocation": self.artifacts.at(readable or place.evidence)
        }
        if readable is not None and place.line:  # the line is one of the visible text
            physical["region"] = {"startLine": place.line}
        location: dict[str, Any] = {
            "physicalLocation": physical,
            "message": {"text": self._text(place.words, 400) or "?"},
        }
        name = cut(visible(" ".join(filter(None, (place.symbol, place.name)))), 500)
        if name:
            kind = "function" if place.kind == "code" else "element"
            location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": kind}]
        return location

    def _bare(self, finding: Finding) -> dict[str, Any]:
        """Give the evidence itself as a place, where nothing in it is one for a developer."""
        if not finding.evidence:
            return self._whole()
        return {"physicalLocation": {"artifactLocation": self.artifacts.at(finding.evidence[0])}}

    def _whole(self) -> dict[str, Any]:
        """Give the subject itself as a place: a result without any is refused by some readers."""
        at = self.artifacts.at(self.report.subject.sha256)
        return {"physicalLocation": {"artifactLocation": at}}

    def _invocation(self, left: int) -> dict[str, Any]:
        report = self.report
        notes = [
            (NOT_LOOKED, ", ".join(words.say(words.CHANNEL[one], self.lang) for one in [each]))
            for each in unwatched(report)
        ]
        notes += [(NOT_READ, one.name) for one in report.sources if not one.readable]
        notes += [(NOT_LOOKED, words.say(gap.reason, self.lang)) for gap in gaps(report)]
        texts = [
            labelled(label, marked(cut(visible(text), 500)), self.lang) for label, text in notes
        ]
        texts = texts[:MOST_NOTIFICATIONS]
        if left > 0:
            texts.insert(0, f"{self._text(TOO_MANY)} (+{left})")
        invocation: dict[str, Any] = {
            "executionSuccessful": any(one.readable for one in report.sources),
            "arguments": [cut(visible(one), 1000) for one in report.tool.flags[:500]],
            "toolExecutionNotifications": [
                {"level": "warning", "message": {"text": each}} for each in texts
            ],
        }
        began = _utc(report.tool.started_at)
        return invocation | ({"startTimeUtc": began} if began else {})

    def _labelled(self, label: Words, text: Words) -> str:
        return labelled(label, self._text(text), self.lang)

    def _text(self, text: Words, most: int = 1500) -> str:
        return marked(line(text, self.lang, most))


class _Artifacts:
    """The kept bytes to which results point, each by its digest."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.entries = {one.sha256: one for one in report.evidence}
        self.indices: dict[str, int] = {}
        self.at(report.subject.sha256)

    def at(self, sha256: str | None) -> dict[str, Any]:
        """Give the location of kept bytes, or of the subject where nothing is kept."""
        known = sha256 if sha256 in self.entries else self.report.subject.sha256
        index = self.indices.setdefault(known, len(self.indices))
        return {"uri": self._uri(known), "index": index}

    def readable(self, sha256: str | None) -> str | None:
        """Give the kept text that shows these bytes to a person, where there is one."""
        entry = self.entries.get(sha256 or "")
        return entry.readable if entry is not None and entry.readable in self.entries else None

    def all(self) -> list[dict[str, Any]]:
        return [self._artifact(sha256) for sha256 in self.indices]

    def _uri(self, sha256: str) -> str:
        """Give the file inside a package by its name, and all else by its place in the case."""
        entry = self.entries.get(sha256)
        name = entry.name if entry is not None else ""
        if re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\.(xml|dex|apk|so|json)", name):
            return name
        return f"evidence/{sha256}" if _DIGEST.fullmatch(sha256) else "evidence"

    def _artifact(self, sha256: str) -> dict[str, Any]:
        entry = self.entries.get(sha256)
        artifact: dict[str, Any] = {"location": {"uri": self._uri(sha256)}}
        name = entry.name if entry is not None else self.report.subject.name
        artifact["description"] = {"text": marked(cut(visible(name), 300)) or "?"}
        if _DIGEST.fullmatch(sha256):
            artifact["hashes"] = {"sha-256": sha256}
        if sha256 == self.report.subject.sha256:
            artifact["roles"] = ["analysisTarget"]
        if entry is not None and entry.size >= 0:
            artifact["length"] = entry.size
        if entry is not None and _MEDIA_TYPE.fullmatch(entry.media_type):
            artifact["mimeType"] = entry.media_type
        return artifact


def marked(text: str) -> str:
    """Give a text in which nothing is a link or a placeholder of a SARIF message (3.11)."""
    return visible(" ".join(text.split())).translate(_MARKED)


def _utc(text: str) -> str | None:
    """Give a moment as SARIF writes it (3.9); None for what is no moment."""
    try:
        moment = datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
