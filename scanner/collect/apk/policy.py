"""A bundled privacy policy, or words and addresses that lead to one, anywhere inside a package.

Searched are the manifest, the resource table, the bytes of the DEX files (strings stand there in
UTF-8; no code is read), and every other file, wherever it lies, but for pictures, sound, fonts and
native libraries. Files that are packed, compiled or encrypted hide their words from that. A hit
says that such words are there, not whose policy it is: SDKs bring strings and texts of their own,
and nothing here can tell a bundled SDK's policy from the app's. No hit says something only where
everything could be searched, so whatever could not be is reported as unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.child import Unreadable
from scanner.collect.apk.child import Child
from scanner.collect.apk.container import DEX_NAME, Container
from scanner.collect.apk.contents import (
    HEAD,
    hides,
    inflated,
    is_medium,
    not_plain,
    together,
)
from scanner.collect.apk.look import Look
from scanner.collect.apk.manifest import may_have_code
from scanner.collect.apk.packed import packers_of
from scanner.collect.apk.policy_text import (
    Found,
    is_policy,
    is_policy_name,
    links_in,
    operator_in,
    updated_in,
)
from scanner.collect.apk.shown import Shown
from scanner.collect.apk.spoken import Spoken
from scanner.facts import PolicyDocument, PolicyLink, Source
from scanner.knowledge import Knowledge
from scanner.languages import language_of
from scanner.model import Keep, Lead, Sighting, Unseen, Words
from scanner.texts import decoded

MAX_ASSET_BYTES = 16 << 20
"""A script bundle of a large React Native app holds 5 to 12 MB."""
MAX_ASSETS_TOTAL = 256 << 20
"""Inflated bytes of all files together, apart from DEX files and the resource table."""
MAX_PAGE_CHARACTERS = 2_000_000
"""A page that may be a policy; the longest real ones hold about 100,000 characters."""
MAX_LINKS_PER_PAGE = 30
"""Facts per kind of place; the first in order of address."""

_ELSEWHERE = re.compile(
    r"(?s)META-INF/.*|AndroidManifest\.xml|resources\.arsc|classes\d*\.dex|lib/[^/]+/[^/]+\.so"
    r"|assets/dexopt/baseline\.profm?"
)
"""Searched on their own, or without words of the app: signatures, native code, profiles of code."""
_NO_WORDS = (".bks", ".jks", ".p12", ".pfx", ".keystore")
"""Stores of keys and certificates, dense without being packed text."""
_COMPILED_XML = b"\3\0\x08\0"
_MAY_BE_POLICY = (".html", ".htm", ".xhtml", ".txt", ".md")
_PAGES = (".html", ".htm", ".xhtml")
_FILES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".doc": "application/msword",
    ".md": "text/markdown",
    ".txt": "text/plain",
}
"""Files that are handed on as they are where their name says that they are a policy."""
_LIST_NAME = re.compile(
    r"sdk[-_ ]?(?:list|catalog)|third[-_ ]?party|permission[-_ ]?list|children"
    r"|清单|目录|儿童|未成年"
)
"""Names of lists and rules that belong to a policy; policies link to them."""
MAX_LISTS = 10
"""Such lists of one package that are handed on."""
_HERMES = b"\xc6\x1f\xbc\x03\xc1\x03\x19\x1f"
_NATIVE_CODE = {
    r"lib/[^/]+/libapp\.so": "Flutter",
    r"lib/[^/]+/libil2cpp\.so": "Unity IL2CPP",
}


class Package(NamedTuple):
    """An open package, with what looking at it needs."""

    container: Container
    seen: Look
    child: Child
    keep: Keep
    knowledge: Knowledge
    links: tuple[tuple[str, Found], ...]
    """What the texts of the code hold, each with the name of its DEX file."""
    spoken: tuple[tuple[str, Spoken], ...]
    """Words to people in the texts of the code, each with the name of its DEX file."""
    unread: tuple[Words, ...]
    """DEX files that could not be read, and why."""


class _Search:
    """One search through one package; links are gathered and given once, in order."""

    def __init__(self, package: Package) -> None:
        self.container = package.container
        self.manifest = package.seen.manifest
        self.table = package.seen.table
        self.child = package.child
        self.keep = package.keep
        self.knowledge = package.knowledge
        self.package = package
        self.links: dict[tuple[str, str], tuple[str, str]] = {}
        self.documents: list[Sighting] = []
        self.unseen: list[Unseen] = []
        self.shown = Shown(package.seen.table)
        if package.seen.table_failure:
            self.shown.missed("resources", package.seen.table_failure.reason)

    def add(self, page: str, found: Found, place: str) -> None:
        self.links.setdefault((page, found.href), (found.text, place))

    def miss(self, page: str, reason: Words, kind: str = "policy.link") -> None:
        scope: dict[str, tuple[str | int | bool | None, ...]] = {"channel": ("apk",)}
        if kind == "policy.link":
            scope["page"] = (page,)
            self.shown.missed(page, reason)
        self.unseen.append(Unseen(kind=kind, scope=scope, collector="apk", reason=reason))

    def manifest_texts(self) -> None:
        texts = self.manifest.texts if self.manifest else ()
        if not any(links_in("\n".join(text for _, text in texts).encode("utf-8", "replace"))):
            return
        for place, text in texts:
            for found in links_in(text.encode("utf-8", "replace")):
                self.add("manifest", found, place)

    def resources(self) -> None:
        for found in links_in(self.table or b"", wide=True):
            self.add("resources", found, f"resources.arsc+0x{found.offset:x}")
        self.shown.search("resources", "resources.arsc", self.table or b"", wide=True)

    def files(self) -> None:
        """Search every file that is not searched elsewhere, wherever it lies."""
        left = MAX_ASSETS_TOTAL
        opaque: list[str] = []
        broken: dict[str, list[Words]] = {}
        for name in self.container.names(r"(?s).*"):
            if _ELSEWHERE.fullmatch(name) or (
                name.endswith("/") and not self.container.entries[name].size
            ):
                continue
            head = self.container.head(name, HEAD)
            if is_medium(head):
                continue
            page = "resources" if _is_resource(name, head) else "assets"
            try:
                data = self.container.read(name, min(MAX_ASSET_BYTES, left))
            except Unreadable as error:
                broken.setdefault(page, []).append(error.reason)
                if name.lower().endswith(_MAY_BE_POLICY):
                    self.miss(page, error.reason, "policy.document")
                continue
            plain = inflated(data, min(MAX_ASSET_BYTES, left))
            left -= len(data) if plain is None else max(len(data), len(plain))
            if not self.file(name, page, data if plain is None else plain):
                opaque.append(name)
        if opaque:
            self.miss("assets", not_plain(opaque, "文字", "words"))
        for page, reasons in sorted(broken.items()):
            self.miss(page, together(reasons))

    def file(self, name: str, page: str, data: bytes) -> bool:
        """Search one file; false when words in it could have escaped the search."""
        hermes = data.startswith(_HERMES)
        if hermes:
            self.miss(page, _only_partly(name, "Hermes"))
        if data[:2] == b"\xfe\xff":
            data = decoded(data).encode("utf-8", "replace")
        hits = list(links_in(data, wide=True))
        self.shown.search(page, name, data, wide=True)
        if data.startswith(_COMPILED_XML):
            self.shown.layout(name, data)
        for found in hits:
            self.add(page, found, f"{name}+0x{found.offset:x}")
        if hits and name.lower().endswith(_MAY_BE_POLICY):
            self.document(name, data)
        return (
            bool(hits)
            or hermes
            or name.endswith(_NO_WORDS)
            or not hides(self.container.opaque, name, data)
        )

    def names(self) -> None:
        """Take a file that is named as a policy for words that lead to one."""
        for name in self.container.names(r"(?s)(?:assets|res/raw)/.*[^/]"):
            title = decoded(self.container.entries[name].raw).rpartition("/")[2]
            if is_policy_name(title):
                self.add("assets", Found("", title, 0), name)
                if title.lower().endswith(tuple(_FILES)):
                    self.hand_on(name)
        if self.documents:
            self.lists()

    def lists(self) -> None:
        """Hand on the lists that lie beside a policy, since the policy may lead to them."""
        names = self.container.names(r"(?s)(?:assets|res/raw)/.*\.(?:x?html?|md|txt|pdf|docx)")
        for name in [one for one in names if _LIST_NAME.search(one.lower())][:MAX_LISTS]:
            self.hand_on(name)

    def hand_on(self, name: str) -> None:
        """Keep a file for whoever reads policies, unless it was handed on before."""
        if any(isinstance(one, Lead) and one.evidence.name == name for one in self.documents):
            return
        try:
            data = self.container.read(name, MAX_ASSET_BYTES)
        except Unreadable as error:
            self.miss("assets", error.reason, "policy.document")
            return
        suffix = "." + name.lower().rpartition(".")[2]
        media_type = _FILES.get(suffix, "text/html")
        evidence = self.keep(data, name=name, media_type=media_type)
        self.documents.append(Lead(kind="policy", evidence=evidence))

    def document(self, name: str, data: bytes) -> None:
        title, text = "", decoded(data)[:MAX_PAGE_CHARACTERS]
        if name.lower().endswith(_PAGES):
            try:
                title, text = self.child.page_text(text)
            except Unreadable as error:
                self.miss("assets", error.reason, "policy.document")
                return
        if not is_policy(title, text):
            return
        media_type = "text/html" if name.lower().endswith(_PAGES) else "text/plain"
        evidence = self.keep(data, name=name, media_type=media_type)
        fact = PolicyDocument(
            source=Source(evidence=evidence.sha256, at=name),
            channel="apk",
            url=name,
            language=language_of(text),
            characters=len(text),
            updated=updated_in(text),
            operator=operator_in(text),
        )
        self.documents += [fact, Lead(kind="policy", evidence=evidence)]

    def code(self) -> None:
        names = self.container.names(DEX_NAME)
        if "classes.dex" not in names and (names or may_have_code(self.manifest)):
            reason = Words(zh="包内没有 classes.dex", en="the package holds no classes.dex")
            self.miss("dex", reason)
        for reason in self.package.unread:
            self.miss("dex", reason)
        for name, found in self.package.links:
            self.add("dex", found, f"{name}+0x{found.offset:x}")
        for name, spoken in self.package.spoken:
            self.shown.add("dex", name, spoken)
        for packer, _ in packers_of(self.container, self.manifest, self.knowledge):
            self.miss(
                "dex",
                Words(
                    zh=f"代码疑似经 {packer.name} 加固，运行前不可见",
                    en=f"the code seems to be packed by {packer.name}; only a run shows it",
                ),
            )
        for pattern, product in _NATIVE_CODE.items():
            for name in self.container.names(pattern)[:1]:
                self.miss("native", _only_partly(name, product))


def policy_sightings(
    package: Package, source: Source, manifest_source: Source
) -> Iterator[Sighting]:
    """Give links and documents found, leads to the documents, and what could not be searched.

    `source` stands for the package, `manifest_source` for its manifest.
    """
    search = _Search(package)
    search.manifest_texts()
    search.resources()
    search.files()
    search.names()
    search.code()
    given: dict[str, int] = {}
    for (page, href), (text, place) in sorted(search.links.items()):
        given[page] = given.get(page, 0) + 1
        if given[page] > MAX_LINKS_PER_PAGE:
            continue
        origin = manifest_source if page == "manifest" else source
        yield PolicyLink(
            source=Source(evidence=origin.evidence, at=place),
            channel="apk",
            page=page,
            href=href,
            text=text,
        )
    yield from search.documents
    yield from search.unseen
    yield from search.shown.sightings(source)


def _is_resource(name: str, head: bytes) -> bool:
    """Tell an XML resource from an asset; a raw resource counts as asset, as in the sources."""
    if name.startswith(("assets/", "res/raw/")):
        return False
    return head.startswith(_COMPILED_XML) or name.lower().endswith(".xml")


def _only_partly(name: str, product: str) -> Words:
    return Words(
        zh=f"{name} 为 {product} 编译产物，其中的文字无法完整检索",
        en=f"{name} is compiled by {product}; words in it cannot be searched completely",
    )
