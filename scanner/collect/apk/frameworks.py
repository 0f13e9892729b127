"""Frameworks that keep the logic of an app outside its DEX files, and whether it could be read."""

from __future__ import annotations

import bisect
import fnmatch
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec

from scanner.child import Unreadable
from scanner.collect.apk.container import Container
from scanner.collect.apk.contents import HEAD, inflated, is_medium, is_opaque
from scanner.collect.apk.screens import LAYOUT_KINDS
from scanner.collect.apk.shown import WORD_KINDS
from scanner.facts import AppFramework, Source
from scanner.knowledge import Knowledge
from scanner.knowledge.sdks import Framework
from scanner.model import Unseen, Words

MAX_BUNDLE_BYTES = 16 << 20
"""A script bundle of a large React Native app holds 5 to 12 MB."""
MAX_BUNDLES_TOTAL = 128 << 20
"""Inflated bytes of all bundles of one framework."""
MAX_ODD = 0.001
"""Share of control characters in text; encrypted bytes hold about 0.1."""
MIN_ASCII = 0.25
"""Share of ASCII in a script in GB 18030, in which encrypted bytes may decode by chance."""
SHORT = 512
"""Bytes up to which nothing is concluded from the lack of punctuation."""

_HERMES = (b"\xc6\x1f\xbc\x03\xc1\x03\x19\x1f", b"\x39\xe0\x43\xfc\x3e\xfc\xe6\xe0")
"""Bytecode of Hermes, and its form for updates (every bit inverted)."""
_ELF = b"\x7fELF"
_CONTROL = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\t\n\v\f\r")
_WIDE = bytes(range(0x80, 0x100))
_BASE64 = bytes(
    code
    for code in range(256)
    if chr(code).isascii() and (chr(code).isalnum() or code in b"+/=-_\r\n")
)

_SEEN_BY_CALLS = (
    *("data.accessed", "permission.requested", "sdk.present", "code.loaded", "app.started"),
    *("bridge.opened", "data.handed", "refusal.answered", *LAYOUT_KINDS),
)
"""Kinds that show in calls, classes and layouts; a search for words does not tell them."""
_SEEN_BY_WORDS = "endpoint.embedded"


class Found(NamedTuple):
    """A framework in a package: what shows it, and whether its logic could be searched.

    `searched` is true when every bundle is text, false when one is not or could not be read, and
    null when the files with its logic were not found.
    """

    framework: Framework
    signs: tuple[str, ...]
    searched: bool | None


def frameworks_of(
    container: Container, class_prefixes: Callable[[str], int], knowledge: Knowledge
) -> list[Found]:
    """Give the frameworks on which an app is built, in the order of the table.

    `class_prefixes` tells how many classes are defined under a dotted package. Many an app carries
    some classes or files by accident, so two of classes, native libraries and other files must be
    there where the table names two; a library is enough where it names no classes.
    """
    names = sorted(container.entries)
    found = []
    for framework in knowledge.frameworks:
        packages = {prefix for prefix in framework.prefixes if class_prefixes(prefix) > 0}
        libraries = _firsts(names, [f"lib/*/{name}" for name in framework.libraries])
        bundles = _entries(names, framework.bundles)
        files = _firsts(names, [f"assets/{path}" for path in framework.assets]) | {*bundles[:1]}
        named = (framework.prefixes, framework.libraries, framework.assets + framework.bundles)
        there = sum(map(bool, (packages, libraries, files)))
        if there >= min(2, sum(map(bool, named))) > 0 or (libraries and not framework.prefixes):
            searched = _are_text(container, bundles) if framework.readable else False
            signs = tuple(sorted(packages | libraries | files))
            found.append(Found(framework, signs, searched))
    return found


def framework_facts(found: Iterable[Found], source: Source) -> Iterator[AppFramework | Unseen]:
    """Give a fact per framework, and what its logic may hold that nobody saw."""
    for one in found:
        at = next((sign for sign in one.signs if "/" in sign), source.at)
        yield AppFramework(
            source=msgspec.structs.replace(source, at=at),
            channel="apk",
            framework=one.framework.id,
            signs=one.signs,
            searched=one.searched,
        )
        yield from _unseen(one)


def _unseen(found: Found) -> Iterator[Unseen]:
    title = found.framework.title
    if found.searched:
        reason = Words(
            zh=f"应用逻辑由 {title} 的脚本实现：脚本文本已检索字词，但其中的调用未作分析",
            en=f"the app's logic is in scripts of {title}: they were searched for words, but the"
            " calls in them were not analysed",
        )
    elif found.searched is None:
        reason = Words(
            zh=f"应用基于 {title} 构建，其逻辑不在 DEX 中，也未在包内找到存放逻辑的文件",
            en=f"the app is built on {title}, whose logic lies outside the DEX files, and no file"
            " that holds it was found in the package",
        )
    else:
        reason = Words(
            zh=f"应用基于 {title} 构建，其逻辑不在 DEX 中，而在编译、加密或无法读取的文件里",
            en=f"the app is built on {title}, whose logic lies outside the DEX files in a form that"
            " is compiled, encrypted or could not be read",
        )
    for kind in _SEEN_BY_CALLS:
        yield Unseen(kind=kind, scope={"channel": ("apk",)}, collector="apk", reason=reason)
    if not found.searched:
        scope = {"channel": ("apk",), "place": ("assets", "native")}
        yield Unseen(kind=_SEEN_BY_WORDS, scope=scope, collector="apk", reason=reason)
        for kind in WORD_KINDS:
            yield Unseen(kind=kind, scope={"channel": ("apk",)}, collector="apk", reason=reason)


def _entries(names: list[str], patterns: Iterable[str]) -> list[str]:
    """Give the entries among sorted names that match one of some patterns (fnmatch), sorted."""
    return sorted({name for pattern in patterns for name in _matching(names, pattern)})


def _firsts(names: list[str], patterns: Iterable[str]) -> set[str]:
    """Give the first entry for each of some patterns."""
    return {name for pattern in patterns for name in itertools.islice(_matching(names, pattern), 1)}


def _matching(names: list[str], pattern: str) -> Iterator[str]:
    start = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    matches = re.compile(fnmatch.translate(pattern)).fullmatch
    for place in range(bisect.bisect_left(names, start), len(names)):
        name = names[place]
        if not name.startswith(start):
            return
        if matches(name):
            yield name


def _are_text(container: Container, bundles: list[str]) -> bool | None:
    left, texts = MAX_BUNDLES_TOTAL, 0
    for name in bundles:
        head = container.head(name, HEAD)
        if is_medium(head) and not head.startswith(_ELF):
            continue  # a picture among the pages holds no logic
        try:
            data = container.read(name, min(MAX_BUNDLE_BYTES, left))
        except Unreadable:
            return False
        plain = inflated(data, min(MAX_BUNDLE_BYTES, left))
        left -= len(data) if plain is None else max(len(data), len(plain))
        if not is_script(data if plain is None else plain):
            return False
        texts += 1
    return True if texts else None


def is_script(data: bytes) -> bool:
    """Tell whether a bundle is text whose words show: not compiled, encrypted or encoded."""
    if data.startswith((*_HERMES, _ELF)) or is_opaque(data):
        return False
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    if len(data) - len(data.translate(None, _CONTROL)) > MAX_ODD * len(data):
        return False
    if len(data) > SHORT and not data.translate(None, _BASE64):
        return False
    if _decodes(data, "utf-8"):
        return True
    ascii_bytes = len(data.translate(None, _WIDE))
    return ascii_bytes > MIN_ASCII * len(data) and _decodes(data, "gb18030")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
