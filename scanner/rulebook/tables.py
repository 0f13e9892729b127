"""What a regulator reads of the rules: the law item by item, the matrix of channels, and what a
wording of a notice speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scanner.errors import UsageError
from scanner.facts import Channel
from scanner.knowledge import Wording
from scanner.knowledge.wordings import normal
from scanner.model import Words
from scanner.rulebook.catalog import SCHEMES, Ceiling
from scanner.rulebook.coverage import COLUMNS, Cell, Line, State, counts, coverage
from scanner.rulebook.norms import CatalogNorm, Confidence
from scanner.rulebook.rule import Rule, Rulebook
from scanner.texts import fit, pad, perhaps, pretty_json, wrap

STATUS = {
    "in_force": Words("现行有效", "in force"),
    "draft": Words("草案", "draft"),
    "superseded": Words("已被取代", "superseded"),
}
CONFIDENCE: dict[Confidence, Words] = {
    "high": Words("文号和日期已核对", "number and dates checked"),
    "medium": Words("文号或日期待核", "number or dates to be checked"),
}
CHANNEL: dict[Channel, Words] = {
    "apk": Words("A 安装包", "A apk"),
    "device": Words("D 设备", "D device"),
    "website": Words("W 网站", "W website"),
    "traffic": Words("T 流量", "T traffic"),
    "policy": Words("P 政策", "P policy"),
}
CEILING: dict[Ceiling | None, str] = {"proven": "P!", "suspected": "S", "manual": "M", None: "–"}
STATE: dict[State, Words] = {
    "filled": Words("有规则", "rules"),
    "joined": Words("仅合看", "joined"),
    "manual": Words("人工", "by hand"),
    "empty": Words("【空】", "[EMPTY]"),
    "unchecked": Words("【缺人工】", "[NO CHECK]"),
    "none": Words("", ""),
}
WIDE = 14
"""Columns of a cell."""
LEGEND = Words(
    "P! 可证实，S 至多疑似，M 只能人工，– 清单认为看不到；"
    "数字为规则条数，+n 为需要该渠道事实合看的规则。",
    "P! can be proven, S suspected at most, M by hand only, – nothing to be seen by the list; "
    "figures count rules, +n those of other channels that need its facts.",
)


def norms(book: Rulebook, name: str | None, language: str, *, as_json: bool = False) -> str:
    """List the norms, or show one with its items and the rules that rest on each."""
    if name is None:
        if as_json:
            return pretty_json(
                [_norm(norm, book, items=False) for norm in book.catalog.norms.values()]
            )
        return "".join(f"{line}\n" for line in _listed(book, language))
    norm = book.catalog.norms.get(name.upper())
    if norm is not None:
        if as_json:
            return pretty_json(_norm(norm, book, items=True))
        return "".join(f"{line}\n" for line in _shown(norm, book, language))
    listed = book.catalog.listed()
    labels = [each for id_, each in listed.items() if id_.rpartition("-")[0] == name.lower()]
    if not labels:
        known = [*book.catalog.norms, *SCHEMES]
        hint = perhaps(name.upper(), known, "mingjian rules norms lists them")
        raise UsageError(f"no norm is called {name[:40]}", hint=hint)
    speaking = {each.item: _speaking(book, each.id) for each in labels}
    if as_json:
        rows = [
            {"item": each.item, "title": each.title, "rules": speaking[each.item]}
            for each in labels
        ]
        return pretty_json({"id": name.lower(), "items": rows})
    return "".join(
        f"{each.item:>5}  {getattr(each.title, language)}\n{_under(speaking[each.item])}"
        for each in labels
    )


def _listed(book: Rulebook, language: str) -> Iterator[str]:
    wide = max(len(name) for name in book.catalog.norms)
    for norm in book.catalog.norms.values():
        state = pad(getattr(STATUS[norm.status], language), 10)
        dates = f"{norm.valid_from}..{norm.valid_to or ''}"
        rules = sum(any(each.norm == norm.id for each in rule.basis) for rule in book.rules)
        title = f"{getattr(norm.title, language)}  {norm.number_printed()}"
        yield f"{norm.id:{wide}}  {state}  {dates:22}  {rules:>4}  {title}"


def _shown(norm: CatalogNorm, book: Rulebook, language: str) -> Iterator[str]:
    chinese = language == "zh"
    yield f"{norm.id}  {getattr(norm.title, language)}"
    yield f"  {norm.number_printed()}  {norm.issuer}"
    until = norm.valid_to or ("至今" if chinese else "today")
    sure = getattr(CONFIDENCE[norm.confidence], language)
    yield f"  {getattr(STATUS[norm.status], language)}  {norm.valid_from} .. {until}  {sure}"
    for item in norm.items.values():
        same = f"  = {item.same_as.norm} {item.same_as.item}" if item.same_as else ""
        yield f"  {item.item:>6}  {getattr(item.printed(), language)}{same}"
        rules = _resting(book, norm.id, item.item)
        if rules:
            yield _under(rules).rstrip("\n")


def _under(rules: Sequence[str]) -> str:
    return f"          {', '.join(rules)}\n" if rules else ""


def _resting(book: Rulebook, norm: str, item: str) -> list[str]:
    return [
        rule.id
        for rule in book.rules
        if any((each.norm, each.item) == (norm, item) for each in rule.basis)
    ]


def _norm(norm: CatalogNorm, book: Rulebook, *, items: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "id": norm.id,
        "title": norm.title,
        "number": norm.number_printed(),
        "issuer": norm.issuer,
        "kind": norm.kind,
        "valid_from": norm.valid_from,
        "valid_to": norm.valid_to,
        "status": norm.status,
        "confidence": norm.confidence,
    }
    if items:
        row["items"] = [
            {
                "item": item.item,
                "demand": item.printed(),
                "confidence": item.confidence,
                "same_as": item.same_as,
                "rules": _resting(book, norm.id, item.item),
            }
            for item in norm.items.values()
        ]
    return row


def matrix(
    book: Rulebook, row: str | None, language: str, *, long: bool = False, as_json: bool = False
) -> tuple[str, int]:
    """Print the matrix of rows and channels, or one row of it; give how many cells are empty."""
    whole = coverage(book)
    chosen = [line for line in whole if row is None or line.id == row]
    if not chosen:
        rows = [line.id for line in whole]
        hint = perhaps(str(row), rows, "mingjian rules coverage lists them")
        raise UsageError(f"no row is called {str(row)[:40]}", hint=hint)
    numbers = counts(chosen)
    if as_json:
        return pretty_json({"rows": [_line(line) for line in chosen], "counts": numbers}), numbers[
            "empty"
        ]
    lines = [_head(language)]
    for line in chosen:
        lines.append(_printed(line, language))
        if long or row is not None:
            lines += _ids(line, language)
    told = " · ".join(f"{getattr(STATE[state], language)} {n}" for state, n in numbers.items())
    lines += ["", *wrap(getattr(LEGEND, language)), told]
    return "\n".join(lines) + "\n", numbers["empty"]


def _head(language: str) -> str:
    cells = "".join(pad(getattr(CHANNEL[one], language), WIDE) for one in COLUMNS)
    return f"{pad('', 14)}{pad('', 36)}{cells}".rstrip()


def _printed(line: Line, language: str) -> str:
    cells = "".join(pad(_cell(line.cells[one], language), WIDE) for one in COLUMNS)
    title = pad(fit(getattr(line.title, language), 34), 36)
    return f"{pad(line.id, 14)}{title}{cells}".rstrip()


def _cell(cell: Cell, language: str) -> str:
    said = getattr(STATE[cell.state], language)
    if cell.rules or cell.joined:
        said = f"{len(cell.rules) or ''}{f'+{len(cell.joined)}' if cell.joined else ''}"
    return f"{CEILING[cell.ceiling]:2} {said}".rstrip()


def _ids(line: Line, language: str) -> Iterator[str]:
    for channel, cell in line.cells.items():
        held: dict[State, tuple[str, ...]] = {
            "filled": cell.rules,
            "joined": cell.joined,
            "manual": cell.manual,
        }
        for state, names in held.items():
            if names:
                where = getattr(CHANNEL[channel], language)
                what = getattr(STATE[state], language)
                yield f"    {where} · {what}: {', '.join(names)}"


def _line(line: Line) -> dict[str, object]:
    cells = {
        channel: {**cell._asdict(), "state": cell.state} for channel, cell in line.cells.items()
    }
    return {"id": line.id, "title": line.title, "channels": cells}


def wording(
    book: Rulebook,
    wordings: Mapping[str, Wording],
    words: str,
    language: str,
    *,
    as_json: bool = False,
) -> str:
    """Say what a wording of a notice speaks of, and which rules look there."""
    known = wordings.get(normal(words))
    listed = book.catalog.listed()
    named = [name for name, each in listed.items() if normal(each.title.zh) == normal(words)]
    if known is None and not named:
        listed_words = [each.words for each in wordings.values()]
        hint = perhaps(words, listed_words, "add it to lists/notice-wordings.yaml")
        raise UsageError(f"no list holds the wording {words[:60]!r}", hint=hint)
    categories = list(dict.fromkeys([*(known.categories if known else ()), *named]))
    speaking = {name: _speaking(book, name) for name in categories}
    reason = known.reason if known else None
    if as_json:
        rows = [{"id": name, "rules": rules} for name, rules in speaking.items()]
        return pretty_json({"words": words, "categories": rows, "reason": reason})
    if reason is not None:
        return f"{getattr(reason, language)}\n"
    return "".join(f"{name}\n{_under(rules)}" for name, rules in speaking.items())


def _speaking(book: Rulebook, category: str) -> list[str]:
    scheme, _, item = category.rpartition("-")
    return [
        rule.id
        for rule in book.rules
        if rule.category == category or item in rule.schemes.get(scheme, ())
    ]


def items_of(rule: Rule, book: Rulebook, language: str) -> Iterator[str]:
    """Say for each place that a rule cites what stands there."""
    for place in rule.basis:
        norm = book.catalog.norms[place.norm]
        demand = getattr(norm.items[place.item].printed(), language)
        title = f"{getattr(norm.title, language)} {norm.number_printed()}"
        yield f"  {title}: {place.item}  {demand}"
