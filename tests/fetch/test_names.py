import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.fetch.names import is_local, literal_of, lookup, no_answer, tidy


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("Example.CN", "example.cn"),
        ("example.cn.", "example.cn"),
        ("[::1]", "::1"),
        ("0:0::1", "::1"),
        ("[2001:DB8:0::1]", "2001:db8::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0x7f000001", "0x7f000001"),
        ("例子.测试", "xn--fsqu00a.xn--0zwm56d"),
        ("faß.de", "xn--fa-hia.de"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("_dmarc.example.cn", "_dmarc.example.cn"),
        ("a" * 63 + ".cn", "a" * 63 + ".cn"),
    ],
)
def test_gives_one_normal_form(host: str, wanted: str) -> None:
    assert tidy(host) == wanted


@pytest.mark.parametrize(
    "host",
    ["", ".", "a..b", "a" * 64 + ".cn", "a." * 127 + "cn", "a b", "a/b", "a\0b", "[", "[a]", "a@b"],
)
def test_knows_what_is_no_host(host: str) -> None:
    assert tidy(host) is None


@given(st.text(max_size=300))
def test_is_stable(host: str) -> None:
    once = tidy(host)
    assert once is None or tidy(once) == once


def test_localhost_is_this_machine_whatever_the_dns_says() -> None:
    assert is_local("localhost")
    assert is_local("a.b.localhost")
    assert not is_local("notlocalhost")
    assert not is_local("localhost.cn")


def test_tells_literals_from_names() -> None:
    assert literal_of("10.0.0.1") == "10.0.0.1"
    assert literal_of("2130706433") is None


@pytest.mark.parametrize("host", ["0x7f000001", "2130706433", "127.1", "0177.0.0.1"])
def test_reads_numbers_as_the_system_does(host: str) -> None:
    assert asyncio.run(lookup(host)) == ["127.0.0.1"]


def test_a_dead_name_and_a_silent_dns_are_told_apart() -> None:
    dead = no_answer(socket.gaierror(socket.EAI_NONAME, "unknown"))
    silent = no_answer(socket.gaierror(socket.EAI_AGAIN, "later"))
    assert "no address" in dead.en
    assert "for now" in silent.en
    assert dead.zh != silent.zh


def test_an_unfit_name_is_an_ordinary_failure() -> None:
    with pytest.raises(OSError, match="encod"):
        asyncio.run(lookup("a..b"))
    with pytest.raises(OSError, match="encod"):
        asyncio.run(lookup("\udcff"))
