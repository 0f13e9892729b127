"""What was measured of a rule, in figures that a person can weigh."""

from __future__ import annotations

import math
from typing import NamedTuple

from scanner.model import Measured, Words

NOT_MEASURED = Words("未测量", "not measured")
SAME_HANDS = Words(
    "实测所用的输入由本项目自制，与规则出自同一作者，并且用于开发中的测试，规则已按它们修正；"
    "因此这些数字只说明规则做到其作者的本意，不能据以推断对其他应用和网站的表现。输入份数少时，比率的"
    "误差很大，请看份数和下限。",
    "The inputs were made by the hands that wrote the rules, and the rules were mended until they "
    "answered them: the figures say that a rule does what its authors meant, and allow no "
    "conclusion on other apps and sites. Where inputs are few, a rate may be far off: mind the "
    "counts and the lower bound.",
)
_Z = 1.96
"""Quantile of the normal distribution for 95 %."""


class Share(NamedTuple):
    """A part of a whole, and how low the true rate may lie."""

    part: int
    whole: int

    @property
    def least(self) -> float:
        """The lower end of Wilson's 95 % interval, 0 to 1."""
        n, z = self.whole, _Z
        p = self.part / n
        centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (centre - spread) / (1 + z * z / n))

    def __str__(self) -> str:
        return f"{self.part}/{self.whole} = {math.floor(100 * self.part / self.whole)}%"


def recall(measured: Measured) -> Share | None:
    """Give the share of the violating inputs that were found; None where there were none."""
    whole = measured.right + measured.missed
    return Share(measured.right, whole) if whole else None


def precision(measured: Measured) -> Share | None:
    """Give the share of the inputs found that do violate; None where nothing was found, or where no
    innocent input could have been accused."""
    whole = measured.right + measured.wrong
    return Share(measured.right, whole) if whole and measured.innocent else None


def said(share: Share | None) -> Words:
    """Say a share with its counts and its lower bound."""
    if share is None:
        return NOT_MEASURED
    least = math.floor(100 * share.least)
    return Words(f"{share}（95% 下限 {least}%）", f"{share} (95% bound {least}%)")
