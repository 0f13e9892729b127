from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.collect.website.logged_in import secrets_in, without_secrets
from scanner.errors import UsageError


def test_values_that_let_somebody_in_are_found_the_longest_first(tmp_path: Path) -> None:
    state = {
        "cookies": [{"value": "zh-CN"}, {"value": "token-1"}, {"value": "token-1"}],
        "origins": [{"localStorage": [{"value": "token-1-and-more"}]}, {}],
    }
    (tmp_path / "state").write_text(json.dumps(state))
    assert secrets_in(tmp_path / "state") == ["token-1-and-more", "token-1"]
    assert secrets_in(None) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"3", b"\xff", b'{"cookies": [1]}', b'{"origins": 3}', b'{"cookies": [{}]}'],
)
def test_what_is_no_state_is_said(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(data)
    for name in ("state", "none"):
        with pytest.raises(UsageError, match="holds no browser state"):
            secrets_in(tmp_path / name)


def test_values_are_hidden_in_each_form_in_which_they_are_written() -> None:
    secret = 'a/b="登录"'
    data = f"plain {secret}; json {json.dumps(secret)}; url a%2Fb%3D%22%E7%99%BB%E5%BD%95%22; rest"
    hidden = without_secrets(data.encode(), [secret])
    assert hidden == (b'plain [session value]; json "[session value]"; url [session value]; rest')
    assert without_secrets(data.encode(), []) == data.encode()
