"""What a rule author reads: the vocabulary, the rules at a glance, one rule whole, a new file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scanner.errors import UsageError
from scanner.facts import KINDS, fields_of
from scanner.rulebook.load import ID
from scanner.rulebook.rule import Rule, Rulebook
from scanner.rulebook.tables import items_of
from scanner.texts import perhaps, pretty_json

ELSE = "mingjian rules list, mingjian facts"
"""Where names stand that nobody could guess."""

NEW_RULE = """\
# The whole language, with examples: rules/README.md. Words of facts: mingjian facts.
id: {id}
title:
  zh: 允许未加密传输
  en: Traffic without encryption is permitted
category: pipl-51
basis:
  - {{doc: PIPL, item: "51"}}
severity: low
targets: [apk]
settles: [violated, satisfied]
forbid:
  fact: app.manifest
  where:
    cleartext_permitted: {{is: true}}
certainty: {{apk: suspected}}
alternatives:
  - {{zh: 应用从未发起未加密的请求, en: the app never makes such a request}}
message:
  zh: 检测到 {{package}} 允许未加密传输，涉嫌未采取加密措施。
  en: "{{package}} permits traffic without encryption."
remedy:
  zh: 在网络安全配置中关闭明文传输。
  en: Turn cleartext off in the network security config.
examples:
  - name: permitted
    verdict: violated
    certainty: suspected
    facts: [{{kind: app.manifest, package: cn.example, cleartext_permitted: true}}]
  - name: not permitted
    verdict: satisfied
    facts: [{{kind: app.manifest, package: cn.example, cleartext_permitted: false}}]
  - name: the config could not be read
    verdict: undetermined
    facts: [{{kind: app.manifest, package: cn.example, cleartext_permitted: null}}]
"""


def vocabulary(kind: str | None = None, *, as_json: bool = False) -> str:
    """Describe every kind of fact, or one, with its fields, their types and what they mean."""
    if kind is not None and kind not in KINDS:
        raise UsageError(f"no kind of fact is called {kind}", hint=perhaps(kind, KINDS, ELSE))
    kinds = [kind] if kind else list(KINDS)
    if as_json:
        whole = {
            name: {
                "meaning": _first_line(name),
                "channels": KINDS[name].channels,
                "identity": KINDS[name].identity,
                "fields": {field.name: field._asdict() for field in fields_of(name).values()},
            }
            for name in kinds
        }
        return pretty_json(whole)
    return "\n".join(_kind(name) for name in kinds)


def _kind(name: str) -> str:
    lines = [f"{name}  [{', '.join(KINDS[name].channels)}]", f"    {_first_line(name)}"]
    for field in fields_of(name).values():
        choices = f" ({' | '.join(field.choices)})" if field.choices else ""
        mark = "*" if field.name in KINDS[name].identity else " "
        lines.append(f"  {mark} {field.name}: {field.type}{choices}")
        lines.append(f"        {field.doc}")
    return "\n".join(lines) + "\n"


def _first_line(kind: str) -> str:
    return (KINDS[kind].__doc__ or "").strip().splitlines()[0]


def listing(book: Rulebook, language: str, *, as_json: bool = False) -> str:
    """List the rules, one line each."""
    if as_json:
        return pretty_json([_row(rule) for rule in book.rules])
    width = max((len(rule.id) for rule in book.rules), default=0)
    return "".join(
        f"{rule.id:{width}}  {rule.category:12}  {rule.severity:8}  {_ceiling(rule):9}  "
        f"{getattr(rule.title, language)}\n"
        for rule in book.rules
    )


def _row(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "category": rule.category,
        "severity": rule.severity,
        "ceiling": _ceiling(rule),
        "raised": rule.raise_when is not None,
        "targets": rule.targets,
        "title": {"zh": rule.title.zh, "en": rule.title.en},
        "file": rule.file,
    }


def _ceiling(rule: Rule) -> str:
    if rule.shape is None:
        return "manual"
    return "proven" if "proven" in rule.certainty.values() else "suspected"


def showing(book: Rulebook, name: str, language: str) -> str:
    """Show one rule whole: its words, its norms, its demand as data, its examples."""
    found = next((rule for rule in book.rules if rule.id == name), None)
    if found is None:
        ids = [rule.id for rule in book.rules]
        raise UsageError(f"no rule is called {name}", hint=perhaps(name, ids, ELSE))
    lines = [f"{found.id}  ({found.file})", f"  {getattr(found.title, language)}"]
    lines += items_of(found, book, language)
    whole = msgspec.to_builtins(found)
    kept = {key: value for key, value in whole.items() if value not in (None, [], {}, "")}
    return "\n".join(lines) + "\n" + pretty_json(kept)


def new_rule(name: str, folder: Path) -> Path:
    """Write a rule file that works, to be changed; never over a file that is there."""
    if not ID.fullmatch(name):
        hint = "lower case words joined by hyphens, naming the fault, e.g. sdk-not-disclosed"
        raise UsageError(f"{name} is no rule id", hint=hint)
    file = folder / f"{name}.yaml"
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(NEW_RULE.format(id=name))
    except FileExistsError:
        raise UsageError(f"{file} is there already", hint="choose another id") from None
    except OSError as error:
        hint = "--into names a folder that can be written to"
        raise UsageError(f"{file} cannot be written: {error.strerror}", hint=hint) from None
    return file
