from __future__ import annotations

import pytest

from scanner.collect.policy.claims.promise_plain_english import is_plain_english
from scanner.facts import Promise

DATA = "\0"


@pytest.mark.parametrize(
    ("promise", "words", "expected"),
    [
        ("not_collected", f"we do not collect or read your {DATA}, {DATA} and {DATA}", True),
        ("not_collected", f"we don't collect your {DATA}", True),
        ("not_collected", f"we collect your {DATA}", False),
        ("not_collected", f"we cannot promise not to collect your {DATA}", False),
        ("not_collected", f"we do not collect your {DATA} from children", False),
        ("not_collected", f"partners do not collect your {DATA}", False),
        ("no_sharing", "we never share your personal information with any third party", True),
        ("no_sharing", "we do not share your data with third parties other than google", False),
        ("only_after_consent", "we do not collect any personal information before you agree", True),
        ("only_after_consent", "we do not collect personal information after you agree", False),
        ("encrypted_in_transit", "we encrypt your data in transit using tls", True),
        ("encrypted_in_transit", "we do not encrypt your data in transit", False),
        ("off_by_default", "we do", False),
    ],
)
def test_every_word_must_be_of_the_promise(promise: Promise, words: str, expected: bool) -> None:
    assert is_plain_english(promise, words, DATA) is expected
