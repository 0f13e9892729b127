from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Measured, Words
from scanner.report.measures import NOT_MEASURED, Share, precision, recall, said


def measured(right: int = 0, missed: int = 0, wrong: int = 0, innocent: int = 0) -> Measured:
    return Measured(right=right, missed=missed, wrong=wrong, innocent=innocent, on=Words("甲", "a"))


def test_recall_and_precision_are_shares_of_inputs() -> None:
    one = measured(right=8, missed=2, wrong=1, innocent=40)
    assert (recall(one), precision(one)) == (Share(8, 10), Share(8, 9))
    assert said(recall(one)).zh.startswith("8/10 = 80%（95% 下限 4")
    assert said(precision(one)).en.startswith("8/9 = 88% (95% bound ")


@pytest.mark.parametrize(
    ("one", "has_recall", "has_precision"),
    [
        (measured(innocent=9), False, False),
        (measured(wrong=1, innocent=9), False, True),
        (measured(missed=3), True, False),
        (measured(right=3), True, False),
    ],
)
def test_what_was_not_measured_is_no_figure(
    one: Measured, has_recall: bool, has_precision: bool
) -> None:
    assert (recall(one) is not None) is has_recall
    assert (precision(one) is not None) is has_precision
    assert said(None) == NOT_MEASURED


@pytest.mark.parametrize(
    ("share", "least"),
    [
        (Share(3, 3), 0.4385),
        (Share(1, 1), 0.2065),
        (Share(8, 10), 0.4902),
        (Share(95, 100), 0.8882),
    ],
)
def test_the_lower_bound_is_wilsons(share: Share, least: float) -> None:
    """Figures of the interval as tables print them (Wilson 1927, z = 1.96)."""
    assert share.least == pytest.approx(least, abs=0.0005)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_lower_bound_never_flatters(part: int, whole: int) -> None:
    part = min(part, whole)
    share = Share(part, whole)
    assert 0 <= share.least <= part / whole + 1e-9
    assert Share(whole, whole).least < 1
