"""How names of components and of their makers are spelled, and what belongs to one house."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping

from scanner.collect.policy.document import folded
from scanner.knowledge import Sdk, Trackers
from scanner.knowledge.sdks import NOBODYS

DROPPED = frozenset(" \u3000\xa0-_·•‧'\"“”‘’`*\\")
"""Characters that names are written with and without."""
_TAIL = re.compile(
    r"(?:(?:第三方)?(?:sdk|软件开发工具包|软件工具开发包|软件开发包|开发工具包|开发包|插件|组件|客户端"
    r"|服务))+$"
)
_HEAD = re.compile(
    r"^(?:[0-9]{1,2}(?:\.[0-9]{1,2}){1,4}[、.)]?|\(?(?:第?[0-9一二三四五六七八九十]{1,3}(?:\.[0-9]{1,2}){0,4})[、.)]|[①-⑳●○▪■◆]|第三方|集成|接入"
    r"|android|安卓|ios|鸿蒙|harmonyos)+"
)
_OUTER = re.compile(r"[(（]([^()（）]{1,40})[)）]")
_LAST = re.compile(r"[(（]([^()（）]{1,40})[)）]$")
_LATIN_TAIL = re.compile(r"^(.*[\u4e00-\u9fff)）])\s*([A-Za-z][A-Za-z0-9 .&+-]{2,})$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_COMPANY = re.compile(r"公司$|集团$|\b(?:inc|llc|ltd|limited|corporation|gmbh|co)\.?$")
_LONGEST = 200
"""Characters of a name that are looked at."""


def is_company(text: str) -> bool:
    """Say whether a folded text looks like the name of a company."""
    return _COMPANY.search(text.strip(" 。.,;")) is not None


@functools.lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Spell a name folded, without blanks, hyphens and quotes."""
    return "".join(one for one in folded(name) if one not in DROPPED)


def bare(name: str) -> str:
    """Strip a folded name of numbering, SDK and the like, brackets and blanks."""
    whole = _HEAD.sub("", plain(name[:_LONGEST]))
    return stem(_OUTER.sub("", whole)) or stem(whole)


def without_brackets(name: str) -> str:
    """Strip a name of what stands in brackets."""
    return _OUTER.sub("", name)


def stem(name: str) -> str:
    """Strip a spelling of SDK and the like at its end."""
    return _TAIL.sub("", name[:_LONGEST])


def company_key(name: str) -> str:
    """Spell a folded name of a company without brackets, stops, and blanks beside Chinese."""
    words = re.sub(r"[\s()（）.,，]+", " ", name)
    return re.sub(r"(?<![a-z0-9]) | (?![a-z0-9])", "", words)


def _titles(title: str) -> Iterator[str]:
    """Give the names inside a title: 腾讯移动推送（TPNS、信鸽） holds three, 听云 Tingyun two.

    A bracket inside a name says where a company is. The Chinese words before a Latin name are a
    name of their own only when they are more than a brand.
    """
    last = _LAST.search(title)
    if last:
        yield last.group(1)
    outer = _OUTER.sub("", title)
    yield outer
    split = _LATIN_TAIL.match(outer)
    if split:
        yield split.group(2)
        if len(split.group(1).strip()) > 3:
            yield split.group(1)


def _keys(name: str) -> Iterator[tuple[str, bool]]:
    """Give the spellings of a name to look for, and whether each is the whole name.

    Without SDK at its end it may be a plain word (广告监测SDK).
    """
    parts = re.split(r"[、,，/]", name)
    least = 2 if len(parts) == 1 else 3
    for part in parts:
        key = plain(part)
        for one, whole in ((key, True), (_TAIL.sub("", key), False)):
            if len(one) >= least:
                yield one, whole or one == key
                if "+" in one and _HAN.search(one):
                    yield one.replace("+", ""), whole


def own_names(
    sdks: Iterable[Sdk], trackers: Trackers
) -> tuple[dict[str, list[str]], frozenset[str], dict[str, set[int]]]:
    """Give ids by spelling, the spellings that are whole names, and where each may be parted."""
    names: dict[str, list[str]] = {}
    seams: dict[str, set[int]] = {}
    entire: set[str] = set()
    rows = [
        (sdk.id, (*sdk.aliases, *_titles(sdk.title.zh), *_titles(sdk.title.en))) for sdk in sdks
    ]
    rows += [(row.id, tuple(_titles(row.name))) for row in trackers.rows]
    for one, words in rows:
        for word in words:
            for key, whole in () if is_company(folded(word)) else _keys(word):
                names.setdefault(key, []).append(one)
                seams.setdefault(key, set()).update(_seams(word))
                if whole:
                    entire.add(key)
    return names, frozenset(entire), seams


def _seams(name: str) -> Iterator[int]:
    """Give the places in the spelling of a name where it had a blank or a hyphen."""
    length = 0
    for one in folded(name):
        if one not in DROPPED:
            length += 1
        elif length:
            yield length


def houses_of(
    names: Mapping[str, list[str]], sdks: Mapping[str, Sdk]
) -> dict[str, tuple[str, ...]]:
    """Tell which names stand for a house: others of one maker begin with them (友盟, 友盟推送).

    A base of a house stands for all of its family.
    """
    houses: dict[str, tuple[str, ...]] = {}
    by_vendor: dict[str, list[str]] = {}
    for key, ids in names.items():
        for vendor in {sdks[one].vendor.id for one in ids if one in sdks}:
            by_vendor.setdefault(vendor, []).append(key)
    families: dict[str, list[str]] = {}
    for sdk in sdks.values():
        families.setdefault(sdk.family, []).append(sdk.id)
    for vendor, keys in by_vendor.items():
        for key in keys:
            own = [sdks[one] for one in names[key] if one in sdks and sdks[one].vendor.id == vendor]
            begun = [
                one
                for other in keys
                if other != key and other.startswith(key)
                for one in names[other]
                if one in sdks and sdks[one].vendor.id == vendor
            ]
            wide = [sdk for sdk in own if begun or "platform" in sdk.purposes]
            beyond = set(begun) - {sdk.id for sdk in own}
            if not beyond and not any("platform" in sdk.purposes for sdk in own):
                continue
            family = [one for sdk in wide for one in families[sdk.family]]
            houses[key] = tuple(dict.fromkeys([*(sdk.id for sdk in own), *begun, *family]))
    return houses


def makers_of(sdks: Iterable[Sdk], trackers: Trackers) -> dict[str, str]:
    """Give names of makers: those of the tables, and companies among the aliases of what they make.

    A name of two letters means too many things, and one of a project means nobody.
    """
    makers: dict[str, str] = {}
    for vendor in trackers.vendors.values():
        if vendor.country == NOBODYS:
            continue
        for title in (vendor.title.zh, vendor.title.en):
            for part in (title, *(one for name in _titles(title) for one in name.split("、"))):
                key = company_key(folded(part))
                if len(key) >= (3 if key.isascii() else 2):
                    makers.setdefault(key, vendor.id)
    for sdk in sdks:
        for alias in sdk.aliases:
            if is_company(folded(alias)):
                makers[company_key(folded(alias))] = sdk.vendor.id
    return makers
