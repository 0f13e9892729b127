"""The encoding of a text: as it is marked or declared, else guessed and tried for being language.

GB 18030 gives some text for nearly any bytes, so a guess counts only where it reads as Chinese.
"""

from __future__ import annotations

import codecs
import re

from scanner.child import Unreadable
from scanner.wording.fold import SIMPLIFIED

MAX_BYTES = 32 << 20
"""Bytes of a text that are decoded: 8 M characters of markup at four bytes each."""
COMMON_SHARE = 0.25
"""Share of the commonest characters from which wide characters are Chinese: 107 public texts have
0.47 to 0.77, Japanese, Korean and Russian ones read as GB 18030 or Big5 below 0.15."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 4096
"""Bytes by whose look text is told from other files."""
_JUDGED = 200_000
"""Characters by which a guess is judged."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED = re.compile(rb"""(?i)(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""")
_ALIKE = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
}
"""Names of encodings, and the wider ones that browsers read them as (WHATWG Encoding, 4.2)."""
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\ue000-\uf8ff]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"
    "过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心"
    "本前开但因只从想实日者意无力它与长把机十民第公此工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何"
    "电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治"
    "展息您隐私收集权服供户据享"
)
"""The commonest characters of modern Chinese (Jun Da's list of 2004, first 250), and the commonest
of policies."""


def decoded(data: bytes) -> str:
    """Decode a text: by its mark, as UTF-8, as it declares, as GB 18030 or Big5; else with losses.

    Lost characters stand as U+FFFD. Raises Unreadable for bytes that are no text, and for those
    whose encoding cannot be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    head = data[:_LOOKED_AT]
    if head.count(0) * 20 > len(head):
        return _wide(data)
    if len(_CONTROL.findall(head)) * 200 > len(head):
        raise Unreadable("不是文本文件", "it is no text")
    declared = _declared(data)
    for encoding in ("utf-8", *([declared] if declared else [])):
        text = _strictly(data, encoding)
        if text is not None:
            return text
    if text := _guessed(data):
        return text
    return _with_losses(data, ["utf-8", *([declared] if declared else []), "gb18030"])


def reads_as_chinese(text: str) -> bool:
    """Tell whether the wide characters of a text stand there as in Chinese."""
    wide = _WIDE.findall(text[:_JUDGED].translate(SIMPLIFIED))
    if not wide:
        return False
    return sum(one in _COMMON for one in wide) >= len(wide) * COMMON_SHARE


def _guessed(data: bytes) -> str | None:
    """Decode without loss by an encoding whose text reads as language; None where there is none."""
    for encoding in ("gb18030", "big5hkscs"):
        text = _strictly(data, encoding)
        if text is not None and reads_as_chinese(text):
            return text
    high = _HIGH.findall(data)
    single = sum(len(run) == 1 for run in high)
    if single * 10 >= len(high) * 9 and sum(map(len, high)) * 20 <= len(data):
        return _strictly(data, "cp1252")
    return None


def _with_losses(data: bytes, tries: list[str]) -> str:
    texts = [data.decode(encoding, "replace") for encoding in tries]
    best = min(texts, key=lambda text: text.count("\ufffd"))
    if best.count("\ufffd") * 10 > len(best):
        raise Unreadable("不是文本文件", "it is no text")
    if best is texts[-1] and tries[-1] not in tries[:-1] and not reads_as_chinese(best):
        raise Unreadable(
            "无法判断文本的编码，请另存为 UTF-8",
            "the encoding of the text cannot be told; save it as UTF-8",
        )
    return best


def _wide(data: bytes) -> str:
    """Decode UTF-16 without a mark, told by where the zero bytes stand."""
    head = data[:_LOOKED_AT]
    encoding = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    text = data.decode(encoding, "replace")
    odd = sum(not (one.isprintable() or one in "\r\n\t") for one in text[:1000])
    if odd * 20 > len(text[:1000]):
        raise Unreadable("不是文本文件", "it is no text")
    return text


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_LOOKED_AT])
    if not found:
        return None
    name = found.group(1).decode("ascii", "replace").lower()
    try:
        return codecs.lookup(_ALIKE.get(name, name)).name
    except LookupError:
        return None


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        return decoder.decode(data, final=len(data) < MAX_BYTES)
    except (UnicodeDecodeError, LookupError, AttributeError, TypeError):
        return None
