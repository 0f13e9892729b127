"""What a package says to people, gathered while its files are searched: words, and layouts.

Absence of words means something only where every place was searched, so whatever hides words from
a search for a privacy policy hides these too. Layouts show only what is no picture and not drawn by
code; they accuse, and never clear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from scanner.child import Unreadable
from scanner.collect.apk.contents import together
from scanner.collect.apk.layouts import may_matter, views_of
from scanner.collect.apk.screens import BLANKS, LAYOUT_KINDS, screen_facts
from scanner.collect.apk.spoken import Spoken, spoken_in
from scanner.collect.apk.strings import StringTable
from scanner.facts import AgreementAsked, CheckboxFound, Fact, RightsOffered, Source
from scanner.model import Sighting, Unseen, Words

WORD_KINDS = ("agreement.asked", "rights.offered")
"""Kinds of fact that come from words anywhere."""
SHOWN_KINDS = (*WORD_KINDS, *LAYOUT_KINDS)
"""Kinds of fact that come from what a package says to people."""
MAX_LAYOUTS = 5_000
"""Layouts that are read; the largest public apps hold some 3,000 with a field or a box."""

_LICENCE = re.compile(r"(?i)(?:^|[/._-])(?:licen[sc]es?|notices?|copying|changelog)(?:[./_-]|$)")
_OTHER_RIGHTS = ("access", "correct", "delete", "withdraw", "complain", "push_off")
_ONLY_CLOSING = Words(
    zh="安装包静态检测只查找注销账号的文字，未查找其他权利的途径",
    en="of rights, only words that close an account were looked for in the package",
)
_HINTS = {
    "closing": Words(
        zh="“{}”等字样或名称可能指注销账号，也可能指退出登录等",
        en="words or names such as “{}” may mean closing an account, or only logging out",
    ),
    "agreement": Words(
        zh="“{}”等字样可能用于征求同意，也可能另有所指",
        en="words such as “{}” may ask people to agree, or speak of something else",
    ),
}
_TOO_MANY = Words("布局文件过多，只查看了一部分", "too many layouts; only some were looked at")


class Shown:
    """Gathers it while somebody else opens the files."""

    def __init__(self, table: bytes | None) -> None:
        self._table = table
        self._strings: StringTable | None = None
        self._found: dict[tuple[str, str], tuple[Spoken, str]] = {}
        self._hints: dict[tuple[str, str], Spoken] = {}
        self._missed: list[tuple[str, Words]] = []
        self._damaged: list[Words] = []
        self._facts: list[tuple[str, Fact]] = []
        self._layouts = 0

    def search(self, page: str, name: str, data: bytes, *, wide: bool = False) -> None:
        """Search the bytes of one file for words; licences of libraries speak to programmers."""
        if _LICENCE.search(name):
            return
        for found in spoken_in(data, wide=wide):
            self.add(page, name, found)

    def add(self, page: str, name: str, found: Spoken) -> None:
        """Add words that were found in a file."""
        if found.hint:
            self._hints.setdefault((page, found.topic), found)
        else:
            at = f"{name}+0x{found.offset:x}"
            self._found.setdefault((page, found.topic), (found, at))

    def missed(self, page: str, reason: Words) -> None:
        """Note that words on a page could not be searched."""
        self._missed.append((page, reason))

    def layout(self, name: str, data: bytes) -> None:
        """Look at a compiled XML if it is a layout of interest."""
        if not may_matter(data):
            return
        self._layouts += 1
        if self._layouts > MAX_LAYOUTS:
            return
        if self._strings is None:
            self._strings = StringTable(self._table or b"")
        try:
            views = views_of(data, self._strings.texts)
        except Unreadable as error:
            self._damaged.append(Words(f"{name}：{error.reason.zh}", f"{name}: {error.reason.en}"))
            return
        self._facts += [(name, fact) for fact in screen_facts(name, views, Source())]

    def sightings(self, source: Source) -> Iterator[Sighting]:
        """Give what was found, and what could not be looked for; `source` is the package."""
        for (page, topic), (found, at) in sorted(self._found.items()):
            yield self._worded(page, topic, found, Source(evidence=source.evidence, at=at))
        open_fields: set[str] = set()
        for name, fact in sorted(self._facts, key=lambda one: one[0]):
            if isinstance(fact, CheckboxFound):
                open_fields |= {field for field in BLANKS if getattr(fact, field) is None}
            place = Source(evidence=source.evidence, at=name)
            yield msgspec.structs.replace(fact, source=place)
        for field in sorted(open_fields):
            yield Unseen(kind="checkbox.found", field=field, collector="apk", reason=BLANKS[field])
        yield from self._unseen()

    def _worded(self, page: str, topic: str, found: Spoken, source: Source) -> Fact:
        if topic == "agreement":
            return AgreementAsked(source=source, channel="apk", page=page, text=found.text)
        return RightsOffered(
            source=source, channel="apk", right="close_account", page=page, text=found.text
        )

    def _unseen(self) -> Iterator[Unseen]:
        for page, reason in self._missed:
            yield _missing("agreement.asked", reason, page=(page,))
            yield _missing("rights.offered", reason, right=("close_account",), page=(page,))
        for (page, topic), found in sorted(self._hints.items()):
            said = _HINTS[topic]
            reason = Words(said.zh.format(found.text), said.en.format(found.text))
            if topic == "agreement":
                yield _missing("agreement.asked", reason, page=(page,))
            else:
                yield _missing("rights.offered", reason, right=("close_account",), page=(page,))
        yield _missing("rights.offered", _ONLY_CLOSING, right=_OTHER_RIGHTS)
        reasons = [reason for page, reason in self._missed if page == "resources"]
        if self._layouts > MAX_LAYOUTS:
            reasons.append(_TOO_MANY)
        if self._damaged:
            reasons.append(together(self._damaged))
        if self._strings is not None and not self._strings.whole:
            reasons.append(Words("资源表无法读取", "the resource table could not be read"))
        for kind in LAYOUT_KINDS:
            for reason in reasons:
                yield _missing(kind, reason)


def _missing(kind: str, reason: Words, **scope: tuple[str, ...]) -> Unseen:
    return Unseen(kind=kind, scope={"channel": ("apk",), **scope}, collector="apk", reason=reason)
