"""Personal information in paths of addresses."""

from __future__ import annotations

import pytest

from scanner.personal.paths import find_in_path

MADE_UP_ID = "11010519491231002X"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"/user/{MADE_UP_ID}/info", ("id_card", MADE_UP_ID)),
        ("/v1/check/zhangsan@163.com", ("email", "zhangsan@163.com")),
        ("/v1/check/zhangsan%40163.com/", ("email", "zhangsan@163.com")),
        ("/bind/mobile/13912345678", ("phone", "13912345678")),
        ("/device/imei/861234567890127/x", ("imei", "861234567890127")),
    ],
)
def test_segments_that_tell(path: str, found: tuple[str, str]) -> None:
    assert found in [(one.data_type, one.value) for one in find_in_path(path, year=2026)]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "/",
            "/order/13912345678",
            "/item/861234567890127",
            "/npm/vue@2.6.14/dist/vue.min.js",
        ),
        *("/gh/user/repo@1.0.beta/x", "/mobile/index.html", "/img/icon@2x.png", "/13912345678.jpg"),
        "/shop_phone/13912345678",
    ],
)
def test_segments_that_tell_nothing(path: str) -> None:
    assert not list(find_in_path(path, year=2026))


def test_many_segments_are_bounded() -> None:
    path = "/a" * 100_000 + f"/{MADE_UP_ID}"
    assert not list(find_in_path(path, year=2026))
