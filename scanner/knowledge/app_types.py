"""The 39 types of app: found by what a person calls them, listed, and guessed at as a hint."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scanner.errors import UsageError
from scanner.knowledge.tables import APP_TYPES, AppType
from scanner.model import TypeHint, Words
from scanner.strict_yaml import quoted

LONGEST = 200
"""Characters of a name that are looked at for a hint."""
AFFIX = 6
"""Latin words of so many letters may begin or end a part of a name, as in easybrowser."""
SOURCE = Words(
    "名称、基本功能服务、必要个人信息：国信办秘字〔2021〕14号第五条；合理的权限：本项目的判断，待核。",
    "Names, basic functions and necessary information: 国信办秘字〔2021〕14号, art. 5; reasonable "
    "permissions: this project's judgement, to be verified.",
)


class _Said(NamedTuple):
    """A word of a type, and the name that holds it."""

    word: str
    place: Words
    number: int


def find(types: Mapping[int, AppType], words: str) -> AppType:
    """Find a type by its number, its Chinese or English name, both, or a part that only one has.

    Raises UsageError, with the nearest names as its hint, when no type or several fit.
    """
    wanted = _plain(words)
    numbered = re.fullmatch(r"([0-9]{1,4})(?:[\s.,:、。，：-]+(.+))?", wanted)
    if numbered is not None:
        found = [types[int(numbered[1])]] if int(numbered[1]) in types else []
        if found and numbered[2]:
            named = [kind for kind in _named(types, numbered[2]) if kind == found[0]]
            if not named:
                said = f"{quoted(words)} gives the number of one type and the name of another"
                raise UsageError(said, hint=f"{found[0].number} is {_told(found)}")
    else:
        found = _named(types, wanted)
    if len(found) == 1:
        return found[0]
    by_name = {_plain(name): kind for kind in types.values() for name in (kind.zh, kind.en)}
    close = difflib.get_close_matches(wanted[:60], by_name, n=4, cutoff=0.4)
    called = [kind for kind in types.values() if wanted in kind.words]
    near = {kind.number: kind for kind in found or called or [by_name[name] for name in close]}
    raise UsageError(
        f"{'several types' if found else 'no type'} of app called {quoted(words)}",
        hint=f"did you mean: {_told(list(near.values())[:6])}"
        if near
        else f"give a number from 1 to {APP_TYPES}; mingjian types lists them",
    )


def _named(types: Mapping[int, AppType], wanted: str) -> list[AppType]:
    """Give the types of this name, else those whose name begins so, else those that hold it."""
    names = [(_plain(name), kind) for kind in types.values() for name in (kind.zh, kind.en)]
    parts = [kind for name, kind in names if len(wanted) > 1 and wanted in name]
    if parts:  # 视频 stands in 短视频 alone, and is what people call another type
        parts += [kind for kind in types.values() if wanted in kind.words]
    ways = (
        [kind for name, kind in names if name == wanted],
        [kind for name, kind in names if wanted and name.startswith(wanted)],
        parts,
    )
    found = next((way for way in ways if way), [])
    return list({kind.number: kind for kind in found}.values())


def _told(kinds: Iterable[AppType]) -> str:
    return "; ".join(f"{kind.number} {kind.zh} ({kind.en})" for kind in kinds)


def _plain(words: str) -> str:
    """Give words without what only looks different: full-width forms, case, spaces around."""
    return unicodedata.normalize("NFKC", words[:LONGEST]).strip().casefold()


def listing(
    types: Mapping[int, AppType], codes: Mapping[str, Words], *, chinese: bool, as_json: bool
) -> str:
    """List the types with what is necessary for their basic function, and what may be asked for."""
    if as_json:
        rows = [_row(kind, codes) for kind in types.values()]
        whole = {"source": _both(SOURCE), "types": rows}
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    none = Words("无须个人信息", "no personal information").said(chinese=chinese)
    open_ = Words("不定", "undecided").said(chinese=chinese)
    between = "；" if chinese else "; "
    lines = []
    for kind in types.values():
        names = (kind.zh, kind.en) if chinese else (kind.en, kind.zh)
        asked = [codes[code].said(chinese=chinese) for code in kind.needs]
        asked += [f"({open_}: {codes[code].said(chinese=chinese)})" for code in kind.arguable]
        lines += [
            f"{kind.number:2}  {names[0]}  {names[1]}",
            f"    {_key('基本功能', 'basic function', chinese)}"
            f"{kind.basic_function.said(chinese=chinese)}",
            f"    {_key('必要个人信息', 'necessary information', chinese)}"
            f"{between.join(kind.necessary if chinese else kind.necessary_en) or none}",
            f"    {_key('使用时合理的权限 [待核]', 'reasonable permissions [unverified]', chinese)}"
            f"{('、' if chinese else ', ').join(asked) or '—'}",
        ]
    return "\n".join([*lines, "", SOURCE.said(chinese=chinese)]) + "\n"


def _key(zh: str, en: str, chinese: bool) -> str:
    return f"{zh}：" if chinese else f"{en}: "


def _row(kind: AppType, codes: Mapping[str, Words]) -> dict[str, object]:
    return {
        "number": kind.number,
        "title": {"zh": kind.zh, "en": kind.en},
        "basic_function": _both(kind.basic_function),
        "necessary": [
            {"zh": zh, "en": en} for zh, en in zip(kind.necessary, kind.necessary_en, strict=True)
        ],
        "permissions": {
            "judgement_of_this_project": True,
            "reasonable": {code: _both(codes[code]) for code in kind.needs},
            "undecided": {code: _both(codes[code]) for code in kind.arguable},
        },
    }


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def hint(
    types: Mapping[int, AppType], *, category: str | None, label: str | None, package: str | None
) -> TypeHint | None:
    """Guess at a type by names: the store's category first, then the label, then the package name.

    None where no word leads to a type, or the words of one name lead to several.
    """
    for text, place in (
        (category, Words("商店分类", "the store's category")),
        (label, Words("应用名称", "the label")),
        (package, Words("包名", "the package name")),
    ):
        found = _longest(list(_said(types, text or "", place)))
        if found:
            break
    if len({each.number for each in found}) != 1:
        return None
    said = max(found, key=lambda each: len(each.word))
    kind = types[said.number]
    return TypeHint(
        number=kind.number,
        title=Words(kind.zh, kind.en),
        reason=Words(f"{said.place.zh}中有“{said.word}”", f"{said.place.en} holds “{said.word}”"),
    )


def _said(types: Mapping[int, AppType], text: str, place: Words) -> Iterator[_Said]:
    """Find the words of types in a name: Chinese ones anywhere, Latin ones as its parts."""
    short = unicodedata.normalize("NFKC", text[:LONGEST])
    parts = {part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", short)}
    whole = short.casefold()
    for kind in types.values():
        for word in kind.words:
            if word.isascii():
                affix = len(word) >= AFFIX
                held = word in parts or (
                    affix and any(part.startswith(word) or part.endswith(word) for part in parts)
                )
            else:
                held = word in whole
            if held:
                yield _Said(word, place, kind.number)


def _longest(found: list[_Said]) -> list[_Said]:
    """Leave out words that stand inside a longer one that was found."""
    return [
        each
        for each in found
        if not any(each.word != other.word and each.word in other.word for other in found)
    ]
