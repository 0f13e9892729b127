"""Where a developer goes to change what a finding speaks of, read from its facts alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from scanner.model import Finding, Report, Words
from scanner.personal.veil import veiled
from scanner.report.viewer import source_of

MOST = 10
"""Places of one finding at most."""
LONGEST = 300
"""Characters of a name that are repeated."""
Kind = Literal["manifest", "code", "component", "page", "policy", "request", "screen"]
_ELEMENT = re.compile(
    r"(?P<path>manifest(?:/[^\s()@]{1,300})*)(?: \((?P<name>[^)]{0,300})\))?"
    r"(?:@(?P<attribute>\S{1,100}))?"
)
_METHOD = re.compile(
    r"(?P<dex>[\w./\-]{1,200}\.dex) L(?P<owner>[^;]{1,500});->(?P<name>[^(]{1,300})\("
)
_MANIFEST = "application/vnd.android.axml"
_TEXT = re.compile(r"text (\d{1,9})-(\d{1,9}), line (\d{1,9})")
_FLOW = re.compile(r"(?:entry|line) \d+, byte \d+")
_SCREEN = re.compile(r"screens/|screens\.jsonl ")


class DeveloperPlace(NamedTuple):
    """A place that a developer can open."""

    kind: Kind
    file: str
    """What it stands in: AndroidManifest.xml, classes.dex, the address of a page, a policy."""
    symbol: str
    """manifest: the path of the element, e.g. manifest/application/receiver[2]; code: class.method;
    component: id of the SDK; page: CSS selector; request: method, host, path; screen: its tree."""
    name: str
    """What that is called: the permission or component, the API called, the words of a control."""
    attribute: str
    """Attribute of a manifest's element; empty else."""
    line: int | None
    """Line of a policy's visible text; null elsewhere."""
    evidence: str | None
    """SHA-256 of the kept bytes that show it."""
    at: str
    """Place inside them."""
    words: Words
    """The place in a few words."""


def places(report: Report, finding: Finding) -> tuple[DeveloperPlace, ...]:
    """Give where a developer can go for a finding, that of the offending fact first; pure.

    Empty where the finding stands on an absence that lies nowhere.
    """
    found: dict[tuple[str, str, str], DeveloperPlace] = {}
    for name in finding.facts:
        fact = report.facts.get(name)
        for place in _of(report, fact) if fact is not None else ():
            found.setdefault(_key(place), place)
        if len(found) >= MOST:
            break
    return tuple(found.values())[:MOST]


def _key(place: DeveloperPlace) -> tuple[str, str, str]:
    """Tell places apart: a method is the same, whether its file is known or not."""
    file = "" if place.kind == "code" else place.file
    return place.kind, file, f"{place.symbol} {place.name}"


def _of(report: Report, fact: Mapping[str, object]) -> Iterator[DeveloperPlace]:
    return _Seen(report, fact).places()


class _Seen:
    """A fact, and where it leads."""

    def __init__(self, report: Report, fact: Mapping[str, object]) -> None:
        self.fact, self.source = fact, source_of(fact)
        self.package = report.subject.id
        entries = (one for one in report.evidence if one.sha256 == self.source.evidence)
        self.entry = next(entries, None)

    def places(self) -> Iterator[DeveloperPlace]:
        at, fact = self.source.at, self.fact
        element, method = _ELEMENT.fullmatch(at), _METHOD.match(at)
        text = _TEXT.fullmatch(at)
        if element and (self.entry is None or self.entry.media_type == _MANIFEST):
            yield self._element(element)
        elif method:
            symbol = f"{method['owner'].replace('/', '.')}.{method['name']}"
            yield self._method(method["dex"], symbol)
            yield from self._own_step()
        elif fact.get("kind") in ("sdk.present", "sdk.unidentified"):
            symbol = _text(fact, "sdk") or _text(fact, "prefix")
            name = _text(fact, "name") or symbol
            yield self._at(
                "component", "", symbol, name, Words(f"组件 {name}", f"component {name}")
            )
        elif text:
            words = Words(f"隐私政策第 {text[3]} 行", f"policy, line {text[3]}")
            file = self.entry.name if self.entry else ""
            yield self._at("policy", file, f"{text[1]}-{text[2]}", "", words, line=int(text[3]))
        elif _FLOW.fullmatch(at):
            yield self._request()
        elif fact.get("channel") == "website":
            yield from self._page()
        elif _SCREEN.match(at):
            activity = _text(fact, "activity") or _text(fact, "screen") or _text(fact, "page") or at
            words = Words(f"界面 {activity}", f"screen {activity}")
            yield self._at("screen", activity, at, _control(fact), words)
        else:
            yield from self._own_step()

    def _at(
        self,
        kind: Kind,
        file: str,
        symbol: str,
        name: str,
        words: Words,
        *,
        attribute: str = "",
        line: int | None = None,
    ) -> DeveloperPlace:
        return DeveloperPlace(
            *(kind, file[:LONGEST], symbol[:LONGEST], name[:LONGEST], attribute, line),
            *(self.source.evidence, self.source.at, words),
        )

    def _element(self, found: re.Match[str]) -> DeveloperPlace:
        name = found["name"] or _text(self.fact, "permission") or _text(self.fact, "name")
        told = f"{found['path']}{f' {name}' if name else ''}"
        words = Words(f"清单文件 {told}", f"manifest {told}")
        attribute = found["attribute"] or ""
        return self._at(
            "manifest", "AndroidManifest.xml", found["path"], name, words, attribute=attribute
        )

    def _method(self, file: str, symbol: str) -> DeveloperPlace:
        words = Words(f"方法 {symbol[:LONGEST]}", f"method {symbol[:LONGEST]}")
        return self._at("code", file, symbol, _text(self.fact, "api"), words)

    def _own_step(self) -> Iterator[DeveloperPlace]:
        """Give the last step of a call path that lies in the app's own code, else the caller."""
        path, caller = self.fact.get("path"), _text(self.fact, "caller")
        steps = [one for one in path if isinstance(one, str)] if isinstance(path, list) else []
        own = [one for one in steps or [caller] if one.startswith(f"{self.package}.")]
        chosen = own[-1] if own else caller
        if chosen:
            yield self._method("", chosen)

    def _request(self) -> DeveloperPlace:
        fact, host = self.fact, _text(self.fact, "host")
        symbol = " ".join(filter(None, (_text(fact, "method"), host + _text(fact, "path"))))
        words = Words(f"发往 {host} 的请求", f"request to {host}")
        file = self.entry.name if self.entry else ""
        return self._at("request", file, symbol, _text(fact, "field") or _text(fact, "name"), words)

    def _page(self) -> Iterator[DeveloperPlace]:
        page = _text(self.fact, "page") or _text(self.fact, "url")
        if page:
            told = f"{page} {self.source.at}".strip()
            words = Words(f"页面 {told}", f"page {told}")
            yield self._at("page", page, self.source.at, _text(self.fact, "label"), words)


def _control(fact: Mapping[str, object]) -> str:
    for field in ("control", "accept", "label", "heading", "text"):
        if told := _text(fact, field):
            return veiled(told[:60])
    return ""


def _text(fact: Mapping[str, object], name: str) -> str:
    value = fact.get(name)
    return value[:LONGEST] if isinstance(value, str) else ""
