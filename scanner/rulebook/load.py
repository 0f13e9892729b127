"""Rule files into a rulebook: every fault of every file at once, or rules that can be trusted."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from msgspec.structs import replace

from scanner.errors import Fault, RulebookError, UsageError
from scanner.facts import KINDS, Channel, fields_of
from scanner.knowledge import Knowledge
from scanner.knowledge.tables import GROUP_NAMES
from scanner.model import (
    Basis,
    Certainty,
    Manual,
    RuleFolder,
    Severity,
    TargetKind,
    Words,
)
from scanner.rulebook.catalog import SCHEMES, Catalog, Schemes, load_catalog
from scanner.rulebook.examples import ExampleReader
from scanner.rulebook.judge import PLACEHOLDER
from scanner.rulebook.rule import (
    ANY_FIELD,
    Aggravation,
    Forbid,
    ForEach,
    Labels,
    Require,
    Rule,
    Rulebook,
    Shape,
)
from scanner.rulebook.signature import stands
from scanner.strict_yaml import MAX_BYTES, Node, Place, Scalar, nearest, parse, quoted
from scanner.strict_yaml import Sequence as NodeList
from scanner.wording.values import VALUE

MAX_FILES = 5_000
"""Most rule files in all folders together; the whole law of section by section is a few hundred."""
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SHAPES = ("forbid", "require", "for_each")
REQUIRED = ("id", "title", "category", "basis", "severity", "targets")
OPTIONAL = (
    "schemes",
    "settles",
    "when",
    "exempt",
    *SHAPES,
    "expect",
    "certainty",
    "raise",
    "aggravation",
    "alternatives",
    "message",
    "remedy",
    "manual",
    "examples",
)


UNLAWFUL = re.compile(r"[违非][法]|窃取|犯罪")
QUOTED_TITLE = re.compile(r"《[^》]*》|“[^”]*”")
"""Titles of norms and the wordings of notices, which are cited as they are."""
_EXAMPLES = re.compile(rb"^examples:[ \t]*\n", re.MULTILINE)
_NEXT_KEY = re.compile(rb"^[^ \t\n#-]", re.MULTILINE)


def load_rulebook(
    folders: Sequence[Path], knowledge: Knowledge, *, trust: Path | None = None, proofs: bool = True
) -> Rulebook:
    """Read all rules below the folders, the first of which holds the catalogue.

    `trust` is the certificate by which every further folder must be signed. Without `proofs` the
    examples of the first folder are left unread, which to judge by its rules nobody needs. Raises
    RulebookError with every fault of every file, UsageError where a folder is not there.
    """
    catalog = load_catalog(folders[0] / "catalog.yaml")
    faults = [*_wrong_wordings(folders[0], catalog, knowledge)]
    rules: dict[str, Rule] = {}
    extra: list[RuleFolder] = []
    digest = hashlib.sha256(knowledge.digest.encode())
    digest.update((folders[0] / "catalog.yaml").read_bytes())
    for number, (folder, files) in enumerate(_files(folders)):
        contents = {name: _content(file, name, faults) for name, file in files.items()}
        whole = {name: data for name, data in contents.items() if data is not None}
        before = len(rules)
        for name, data in whole.items():
            digest.update(_entry(name, data))
            proven = proofs or number > 0
            rule = read_rule(data, name, catalog, knowledge, faults, proofs=proven)
            if rule is not None and number > 0:
                rule = replace(rule, folder=folder.resolve().name)
            _add(rule, name, rules, faults)
        if number > 0:
            extra.append(_extra(folder, whole, len(rules) - before, trust))
    if faults:
        raise RulebookError(tuple(sorted(faults)))
    return Rulebook(
        rules=tuple(rules[name] for name in sorted(rules)),
        catalog=catalog,
        sets=knowledge.sets,
        labels=_labels(knowledge),
        digest=digest.hexdigest(),
        extra=tuple(extra),
    )


def _add(rule: Rule | None, name: str, rules: dict[str, Rule], faults: list[Fault]) -> None:
    if rule is None:
        return
    if rule.id in rules:
        message = f"the id {rule.id} stands in {rules[rule.id].file} too"
        faults.append(Fault(name, 1, 1, message, "an id is never used twice"))
    rules[rule.id] = rule


def _entry(name: str, data: bytes) -> bytes:
    """Give what a digest covers of one file."""
    return f"{name}\0{len(data)}\0".encode() + data


def _extra(folder: Path, whole: Mapping[str, bytes], count: int, trust: Path | None) -> RuleFolder:
    """Say what a further folder is, and who stands behind it."""
    inner = {name.partition("/")[2]: data for name, data in whole.items()}
    standing, signer = stands(folder, inner, trust)
    digest = hashlib.sha256(b"".join(_entry(name, data) for name, data in inner.items()))
    return RuleFolder(
        name=folder.resolve().name,
        digest=digest.hexdigest(),
        rules=count,
        standing=standing,
        signer=signer,
    )


def _wrong_wordings(folder: Path, catalog: Catalog, knowledge: Knowledge) -> Iterator[Fault]:
    """Find wordings of notices that are said to speak of what the catalogue does not list."""
    file = f"{folder.name}/lists/notice-wordings.yaml"
    for wording in knowledge.wordings.values():
        for category in wording.categories:
            if not catalog.is_category(category):
                said = f"{wording.words}: {quoted(category)} is in no catalogue"
                hint = nearest(category, catalog.categories)
                yield Fault(file, wording.line, 1, said, hint)


def _labels(knowledge: Knowledge) -> Labels:
    """Give the names under which messages print ids: of data, groups, components, owners, values.

    By field first, for one word is an id of several tables: phone is a permission and a number. A
    name that a text does not give is said to be missing.
    """
    general = {
        "app": Words("应用自身", "the app itself"),
        "mini-program": Words("小程序", "a mini-program"),
        **{sdk.id: sdk.title for sdk in knowledge.sdks},
        **GROUP_NAMES,
        **{name: kind.title for name, kind in knowledge.data_types.items()},
    }
    return {
        **{field: general | values for field, values in VALUE.items()},
        "group": GROUP_NAMES,
        "groups": GROUP_NAMES,
        "lacks": dict(knowledge.elements.lacks),
        "element": knowledge.elements.titles,
        "name": {**general, "": Words("未写明", "not stated")},
        ANY_FIELD: general,
    }


def read_rule(
    data: bytes,
    name: str,
    catalog: Catalog,
    knowledge: Knowledge,
    faults: list[Fault],
    *,
    proofs: bool = True,
) -> Rule | None:
    """Read one rule file; None, with at least one fault added, where it is not a rule.

    Without `proofs` its examples, where they stand last, are left unread.
    """
    before = len(faults)
    node, found = parse(data if proofs else _without_examples(data), name)
    faults.extend(found)
    if node is None:
        if len(faults) == before:
            faults.append(Fault(name, 1, 1, "the file is empty", "start with: id: " + _stem(name)))
        return None
    rule = _RuleReader(faults, knowledge, catalog, proofs=proofs).rule(node, name)
    return rule if len(faults) == before else None


def _without_examples(data: bytes) -> bytes:
    """Cut the examples off a rule file that ends with them: they are most of it."""
    begun = _EXAMPLES.search(data)
    if begun is None or _NEXT_KEY.search(data, begun.end()):
        return data
    return data[: begun.start()]


def _files(folders: Sequence[Path]) -> list[tuple[Path, dict[str, Path]]]:
    """Give the rule files of each folder, by the names under which they are told."""
    found: list[tuple[Path, dict[str, Path]]] = []
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"no rule folder at {folder}", hint="-r names a folder of rule files")
        files: dict[str, Path] = {}
        for file in sorted(folder.rglob("*.y*ml")):
            inner = file.relative_to(folder)
            if inner.parts[0] != "lists" and inner.as_posix() != "catalog.yaml":
                files[f"{folder.resolve().name}/{inner.as_posix()}"] = file
        found.append((folder, files))
    total = sum(len(files) for _, files in found)
    if total > MAX_FILES:
        raise UsageError(f"{total} rule files", hint=f"at most {MAX_FILES} are read")
    return found


def _content(file: Path, name: str, faults: list[Fault]) -> bytes | None:
    """Read a rule file, as far as one is read at all; never through a link."""
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            faults.append(Fault(name, 1, 1, "not a plain file", "put the rule itself here"))
            return None
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        faults.append(Fault(name, 1, 1, f"cannot be read: {error.strerror}", "make it readable"))
        return None


def _stem(name: str) -> str:
    return Path(name).stem


class _RuleReader(ExampleReader):
    """Reads one rule file."""

    def __init__(
        self, faults: list[Fault], knowledge: Knowledge, catalog: Catalog, *, proofs: bool
    ) -> None:
        super().__init__(faults, knowledge.sets)
        self.catalog = catalog
        self.proofs = proofs

    def rule(self, node: Node, name: str) -> Rule | None:
        keys = self.mapping(node, "rule", required=REQUIRED, optional=OPTIONAL)
        if keys is None:
            return None
        place = node.place
        shape = self.shape(keys, place)
        its = shape.each.fact if isinstance(shape, Forbid | ForEach) else None
        judges = any(key in keys for key in SHAPES)
        manual = self.manual(keys.get("manual"), alone=not judges)
        if not judges and "manual" not in keys:
            hint = "write forbid, require, or for_each with expect; or manual for a check by hand"
            self.fault(place, "the rule demands nothing", hint)
        if judges:
            proof = ("examples",) if self.proofs else ()
            self.needed(keys, place, ("settles", "certainty", "message", *proof))
        category = self.category(keys.get("category"))
        values = {
            "id": self.id(keys.get("id"), name),
            "title": self.words(keys.get("title"), "title"),
            "category": category,
            "schemes": self.inherited(category, self.schemes(keys.get("schemes"))),
            "basis": self.basis(keys.get("basis")),
            "severity": self.choice(keys.get("severity"), "severity", get_args(Severity)),
            "targets": self.choices(keys.get("targets"), "targets", get_args(TargetKind)),
            "settles": self.settles(keys.get("settles")),
            "shape": shape,
            "when": self.condition(keys.get("when"), "when", None),
            "exempt": self.condition(keys.get("exempt"), "exempt", None),
            "certainty": self.certainty(keys.get("certainty"), its),
            "raise_when": self.raise_when(keys.get("raise"), its),
            "aggravation": self.choices(
                keys.get("aggravation"), "aggravation", get_args(Aggravation)
            ),
            "alternatives": self.alternatives(keys.get("alternatives")),
            "message": self.message(keys.get("message"), its, judges and shape is None),
            "remedy": self.words(keys.get("remedy"), "remedy"),
            "manual": manual,
            "examples": self.examples(keys.get("examples"), shape is not None),
            "file": name,
        }
        if None in (values["id"], values["title"], values["category"], values["severity"]):
            return None
        return Rule(**values)  # type: ignore[arg-type]

    def needed(self, keys: dict[str, Node], place: Place, names: tuple[str, ...]) -> None:
        missing = [name for name in names if name not in keys]
        if missing:
            hint = "every rule that judges states these"
            self.fault(place, f"rule: missing {', '.join(missing)}", hint)

    def id(self, node: Node | None, name: str) -> str | None:
        text = self.text(node, "id")
        if node is None or text is None:
            return None
        if not ID.fullmatch(text):
            self.fault(node, f"id: {quoted(text)}", "lower case words joined by hyphens")
        elif f"{text}.yaml" != Path(name).name:
            self.fault(node, f"id: {text}, in {Path(name).name}", f"name the file {text}.yaml")
        return text

    def category(self, node: Node | None) -> str | None:
        text = self.text(node, "category")
        if node is not None and text is not None and not self.catalog.is_category(text):
            message = f"category: {quoted(text)} is in no catalogue"
            self.unknown(node, message, text, self.catalog.categories)
        return text

    def shape(self, keys: dict[str, Node], place: Place) -> Shape | None:
        """Read the one mood of the rule: forbid, require, or for_each with expect."""
        moods = [key for key in SHAPES if key in keys]
        if len(moods) > 1:
            self.fault(place, f"{' and '.join(moods)} together", "one rule has one mood")
        if ("expect" in keys) != ("for_each" in keys):
            self.fault(place, "for_each and expect belong together", "write both, or neither")
        if "forbid" in keys:
            return self.forbid(keys["forbid"], "forbid")
        if "require" in keys:
            wanted = self.condition(keys["require"], "require", None)
            return Require(condition=wanted) if wanted else None
        if "for_each" not in keys or "expect" not in keys:
            return None
        each = self.pattern(keys["for_each"], "for_each", None)
        expect = self.condition(keys["expect"], "expect", each.fact if each else None)
        if each is None or expect is None:
            return None
        if each.count is not None:
            hint = "each fact is looked at by itself; count in expect or when"
            self.fault(keys["for_each"], "for_each: count", hint)
        return ForEach(each=each, expect=expect)

    def settles(self, node: Node | None) -> tuple[str, ...]:
        words = self.choices(node, "settles", ("violated", "satisfied"))
        if node is not None and words and "violated" not in words:
            self.fault(node, "settles: a rule that cannot accuse", "begin with violated")
        return words

    def schemes(self, node: Node | None) -> dict[str, tuple[str, ...]]:
        table = self.table(node, "schemes")
        schemes: dict[str, tuple[str, ...]] = {}
        for name, value in table.items.items() if table else ():
            if table is not None and name not in SCHEMES:
                message = f"schemes: {quoted(name)} is not known"
                self.unknown(table.keys[name], message, name, SCHEMES)
            if isinstance(value, Scalar):
                text = self.text(value, f"schemes.{name}")
                schemes[name] = (text,) if text else ()
            else:
                schemes[name] = self.texts(value, f"schemes.{name}") or ()
            for number in schemes[name]:
                self.number_of(name, number, value)
        return schemes

    def number_of(self, scheme: str, number: str, node: Node) -> None:
        """Refuse a number that the list does not have."""
        known = self.catalog.is_listed(f"{scheme}-{number}")
        if scheme in SCHEMES and not known:
            hint = f"mingjian rules norms {scheme} lists its numbers"
            self.fault(node, f"schemes.{scheme}: there is no {quoted(number)}", hint)

    def inherited(self, category: str | None, own: Schemes) -> dict[str, tuple[str, ...]]:
        """Give the numbers in other lists: of each list the rule's own, else its category's."""
        both = {**self.catalog.schemes_of(category or ""), **own}
        return {name: both[name] for name in SCHEMES if both.get(name)}

    def basis(self, node: Node | None) -> tuple[Basis, ...]:
        items = self.sequence(node, "basis") or []
        if isinstance(node, NodeList) and not items:
            self.fault(node, "basis: an empty list", "name at least one norm and its item")
        places = []
        for item in items:
            keys = self.mapping(item, "basis", required=("doc", "item")) or {}
            norm = self.choice(keys.get("doc"), "basis.doc", self.catalog.norms)
            place = self.text(keys.get("item"), "basis.item")
            if norm and place:
                places.append(Basis(norm=norm, item=place))
                known = self.catalog.norms[norm].items
                if place not in known:
                    said = f"basis: {norm} lists no item {quoted(place)}"
                    self.unknown(keys["item"], said, place, known)
        return tuple(places)

    def certainty(self, node: Node | None, its: str | None) -> dict[Channel, Certainty]:
        table = self.table(node, "certainty")
        known: tuple[Channel, ...] = KINDS[its].channels if its else get_args(Channel)
        ceilings: dict[Channel, Certainty] = {}
        if table is not None and not table.items:
            self.fault(table, "certainty: nothing", "write e.g. {apk: suspected}")
        for name, value in table.items.items() if table else ():
            channel = self.choice(Scalar(name, True, table.keys[name]), "certainty", known)  # type: ignore[union-attr]
            word = self.choice(value, f"certainty.{name}", get_args(Certainty))
            if channel and word:
                ceilings[channel] = word
        return ceilings

    def raise_when(self, node: Node | None, its: str | None) -> object:
        keys = self.mapping(node, "raise", required=("to", "when"))
        if keys is None:
            return None
        self.choice(keys.get("to"), "raise.to", ("proven",))
        return self.condition(keys.get("when"), "raise.when", its)

    def alternatives(self, node: Node | None) -> tuple[Words, ...]:
        read = [
            self.words(item, "alternatives") for item in self.sequence(node, "alternatives") or ()
        ]
        return tuple(words for words in read if words is not None)

    def manual(self, node: Node | None, *, alone: bool) -> Manual | None:
        required = ("look_at", "channels") if alone else ("look_at",)
        keys = self.mapping(node, "manual", required=required, optional=("channels",))
        look_at = self.words(keys.get("look_at"), "manual.look_at") if keys else None
        known: tuple[Channel, ...] = get_args(Channel)
        named = self.choices((keys or {}).get("channels"), "manual.channels", known)
        where = tuple(channel for channel in known if channel in named)
        return Manual(look_at=look_at, channels=where) if look_at else None

    def message(self, node: Node | None, its: str | None, open_its: bool) -> Words | None:
        """Read a message; where the offending fact was not understood, its fields are not."""
        words = self.words(node, "message")
        if node is None or words is None or open_its:
            return words
        if UNLAWFUL.search(QUOTED_TITLE.sub("", words.zh)):
            hint = "a program finds facts, and suspects: write 检测到…，涉嫌…"
            self.fault(node, "message: it calls something unlawful", hint)
        for text in (words.zh, words.en):
            for name in PLACEHOLDER.findall(text):
                kind, _, field = name.rpartition(".")
                kind = kind or its or ""
                if kind not in KINDS or field not in fields_of(kind):
                    hint = "write {field} of the offending fact, or {kind.field} of another"
                    self.fault(node, f"message: nothing is called {{{name}}}", hint)
            if set(PLACEHOLDER.sub("", text)) & set("{}"):
                hint = "braces hold the name of a field in lower case, and nothing else"
                self.fault(node, "message: a brace that is not filled in", hint)
        return words
