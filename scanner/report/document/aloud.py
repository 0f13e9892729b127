"""A digest short enough to be read aloud on video, and the words to read."""

from __future__ import annotations

from scanner.model import Words

DIGITS = 16
"""Digits that are read: 64 bits."""
_GROUP = 4
_CHINESE = "零一二三四五六七八九甲乙丙丁戊己"
_ENGLISH = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"),
)

STRENGTH = Words(
    "短码是完整校验值的前 16 位（64 比特），只用于口头核对：要另造一份短码相同的案卷，平均须试约 "
    "1.8×10¹⁹ 次，偶然相同可以忽略；但有意者若事先准备两份不同的案卷，约 4×10⁹ 次尝试即可使其短码"
    "相同。因此认定同一性以完整校验值为准，短码不能代替它。",
    "The short form is the first 16 digits (64 bits) of the digest, to be compared by ear. Making "
    "another case with the same short form takes some 1.8×10¹⁹ tries, and chance can be left "
    "aside; but whoever prepares two different cases beforehand gets the same short form in some "
    "4×10⁹ tries. What decides is the whole digest; the short form does not take its place.",
)


def short(digest: str) -> str:
    """Give the first 16 digits of a digest in groups of four."""
    head = digest[:DIGITS].lower()
    return " ".join(head[at : at + _GROUP] for at in range(0, len(head), _GROUP))


def words(digest: str) -> Words:
    """Give the words in which the short form is read: in Chinese the letters a to f are read as the
    first six heavenly stems, since B, D and E sound alike."""
    groups = short(digest).split()
    chinese = "，".join("".join(_CHINESE[int(digit, 16)] for digit in group) for group in groups)
    english = ", ".join(" ".join(_ENGLISH[int(digit, 16)] for digit in group) for group in groups)
    return Words(chinese, english)
