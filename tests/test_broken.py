from __future__ import annotations

from scanner.broken import broken_off, too_large, too_many


def test_each_reason_names_the_place_and_whether_the_rest_is_lost() -> None:
    assert too_many(7).rest
    assert "7" in too_many(7).reason.zh
    large = too_large("entry 3", 48 << 20)
    assert (large.at, large.rest) == ("entry 3", False)
    assert "48 MB" in large.reason.en
    ended, other = (broken_off("entry 9", 4096, 8, ended=one) for one in (True, False))
    assert ended.rest
    assert other.rest
    assert ended.reason != other.reason
    for one in (ended, other):
        assert "4096" in one.reason.zh
        assert "8 entries" in one.reason.en
