"""What reading a policy costs: length, sentences, and terms that nobody explains."""

from __future__ import annotations

import re
from typing import NamedTuple

from scanner.collect.policy.document import Document
from scanner.collect.policy.sentences import sentences_of
from scanner.languages import language_of

_GLOSSES = {
    "SDK": r"软件(?:开发)?工具(?:开发)?包|软件开发套件|software development kit",
    "API": r"应用(?:程序)?(?:编程)?接口|application programming interface",
    "Cookie": r"小型?(?:数据|文本)?文件|文本文件|数据文件|small (?:text |data )?files?|text files?",
    "Web Beacon": r"网络信标|网页信标|电子图像|透明图像|网站信标",
    "IMEI": r"国际移动设备(?:识别|身份)码|international mobile equipment identity",
    "IMSI": r"国际移动用户识别码|international mobile subscriber identity",
    "MEID": r"移动设备识别码|mobile equipment identifier",
    "ICCID": r"集成电路卡识别码|sim卡(?:识别|序列)[码号]",
    "MAC": r"媒体(?:访问|接入)控制|硬件地址|物理地址|网卡地址|media access control",
    "OAID": r"匿名设备标识|open anonymous device identifier",
    "AAID": r"广告标识|advertising id",
    "IDFA": r"广告标识|identifier for advertis",
    "IDFV": r"供应商标识|开发商标识|identifier for vendor",
    "UDID": r"唯一设备标识|设备唯一标识|unique device identifier",
    "SSID": r"服务集标识|(?:wi-?fi|wlan|无线网络)名称|service set identifier",
    "BSSID": r"接入点(?:的)?(?:mac)?地址|basic service set",
    "SSL": r"安全套接层|secure sockets? layer|加密(?:传输)?协议",
    "TLS": r"传输层安全|安全传输层|transport layer security|加密(?:传输)?协议",
}
"""Technical terms that ordinary readers do not know, and words that explain them."""
_TERMS = {
    term: re.compile(rf"(?<![a-z0-9]){re.escape(term.lower())}s?(?![a-z0-9])") for term in _GLOSSES
}
_EXPLAINED = {term: re.compile(words) for term, words in _GLOSSES.items()}
_GLOSS_AFTER = re.compile(
    r"[\"'”」》]{0,2}\s?(?:\([\u4e00-\u9fff]{4,}|(?:技术)?[,]?(?:是指|指的是|是一种|是一段|通常是"
    r"|即"
    r"|means|refers to|is an? ))"
)
_GLOSS_BEFORE = re.compile(r"[\u4e00-\u9fff]{4,}[ ]?\((?:[^()\n]{0,20}[、,/])?[\"'“「]?$")
_CONTENTS = re.compile(
    r"^[#*\s]*(?:目\s?录|本?(?:政策|隐私政策)?目录|contents|table of contents)[:\s*]*$", re.M
)
_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十]{1,3}[章节条部]|[一二三四五六七八九十]{1,3}[、.]"
    r"|\([一二三四五六七八九十]{1,3}\)|\d{1,2}(?:\.\d{1,2}){0,2}[.、\s)]"
    r"|chapter \d|section \d|[ivx]{1,5}\.\s)"
)
_SUMMARY = re.compile(
    "摘要|简明版|简要版|简版|极简版|概要|概览|重点提示|要点提示|要点如下|核心内容|要点说明|重点内容|一图读懂"
)
_SUMMARY_EN = re.compile(r"\bsummary\b|at a glance|\bhighlights\b|key points|short version")
_NO_SUMMARY = re.compile(r"消息摘要|信息摘要|摘要算法|健康概览|数据摘要")
_SUMMARY_IN = 2500
"""Characters within which a summary begins."""
_FEW = 3
"""Numbered headings that make a list of contents unneeded."""


class Measured(NamedTuple):
    """Measures of one text."""

    characters: int
    sentence_characters: int | None
    contents: bool
    summary: bool
    unexplained: tuple[str, ...]


def measure(document: Document) -> Measured:
    """Measure a text: its characters without blanks, its sentences, and what helps to read it."""
    return Measured(
        characters=document.letters,
        sentence_characters=_mean_sentence(document),
        contents=_has_contents(document),
        summary=summary_at(document) is not None,
        unexplained=_unexplained(document.folded),
    )


def summary_at(document: Document) -> tuple[int, int] | None:
    """Find where a text begins with a summary or names a short version of itself."""
    folded = document.folded
    words = _SUMMARY_EN if language_of(document.text[:2000]) == "en" else _SUMMARY
    titles = [block for block in document.blocks if block.kind == "heading"]
    near = [(0, min(len(folded), _SUMMARY_IN)), *((block.start, block.end) for block in titles)]
    near += [(link.start, link.start + len(link.text)) for link in document.links]
    for start, end in near:
        for found in words.finditer(folded, start, end):
            if not _NO_SUMMARY.search(folded, max(0, found.start() - 4), found.end() + 4):
                return found.span()
    return None


def _mean_sentence(document: Document) -> int | None:
    """Give the mean length of what stands outside headings and tables; None where nothing does."""
    headings = {block.start for block in document.blocks if block.kind == "heading"}
    lengths = [
        sum(not character.isspace() for character in sentence.text)
        for sentence in sentences_of(document)
        if not sentence.cell and sentence.start not in headings
    ]
    return round(sum(lengths) / len(lengths)) if lengths else None


def _has_contents(document: Document) -> bool:
    folded = document.folded
    if _CONTENTS.search(folded):
        return True
    within = sum(link.href.partition("#")[2] != "" for link in document.links[:60])
    titles = (
        folded[block.start : block.end].lstrip()
        for block in document.blocks
        if block.kind == "heading" or (block.kind != "cell" and block.end - block.start <= 40)
    )
    return within > _FEW or sum(_NUMBERED.match(title) is not None for title in titles) >= _FEW


def _unexplained(folded: str) -> tuple[str, ...]:
    found = []
    for term, words in _TERMS.items():
        places = list(words.finditer(folded))
        if not places or _EXPLAINED[term].search(folded):
            continue
        if not any(
            _GLOSS_AFTER.match(folded, place.end())
            or _GLOSS_BEFORE.search(folded[max(0, place.start() - 40) : place.start()])
            for place in places
        ):
            found.append(term)
    return tuple(sorted(found))
