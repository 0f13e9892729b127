import contextlib
import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.fetch.addresses import Mapping, Resolve, forbidden, is_this_machine, parse_resolve

NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1
127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255
198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::ffff:8.8.8.8 ::ffff:127.0.0.1 ::ffff:0:10.0.0.1 ::8.8.8.8 ::7f00:1 64:ff9b::7f00:1
64:ff9b::808:808 64:ff9b:1::a00:1 100::1 100:0:0:1::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 3fff:fff::1
4000::1 5f00::1 8000::1 fc00::1 fd00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 2606:4700::1111%eth0
fec0::1 ff02::1 2606:4700::5efe:a00:1 2606:4700::200:5efe:c0a8:1
"""
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
114.114.114.114 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0
198.17.255.255 198.20.0.0 223.255.255.255 2606:4700::1111 2400:3200::1 240e::1 2001:4860:4860::8888
2003::1
"""


@pytest.mark.parametrize("ip", NOT_PUBLIC.split())
def test_names_what_is_not_public(ip: str) -> None:
    why = forbidden(ip)
    assert why is not None
    assert why.zh
    assert why.en


@pytest.mark.parametrize("ip", PUBLIC.split())
def test_lets_public_addresses_pass(ip: str) -> None:
    assert forbidden(ip) is None


@pytest.mark.parametrize(
    ("ip", "word"),
    [
        ("169.254.169.254", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("127.0.0.1", "loopback"),
        ("169.254.1.1", "link-local"),
        ("100.64.0.1", "NAT"),
        ("64:ff9b::a00:1", "NAT64 address that carries 10.0.0.1"),
        ("2002:c0a8:1::", "6to4 address that carries 192.168.0.1"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo address that carries 192.0.2.45"),
        ("::ffff:127.0.0.1", "IPv4-mapped address that carries 127.0.0.1"),
        ("0177.0.0.1", "not an IP address"),
    ],
)
def test_says_which_kind(ip: str, word: str) -> None:
    why = forbidden(ip)
    assert why is not None
    assert word in why.en


@given(st.ip_addresses())
@example(ipaddress.ip_address("192.0.0.9"))
def test_passes_nothing_that_python_does_not_hold_for_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if forbidden(str(address)) is None:
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_wrapping_never_makes_an_address_public(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for wrapped in (
        0xFFFF << 32 | number,
        0x0064FF9B << 96 | number,
        0x2002 << 112 | number << 80 | 1,
        0x20010000 << 96 | number ^ 0xFFFFFFFF,
    ):
        assert forbidden(str(ipaddress.IPv6Address(wrapped))) is not None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("example.cn=127.0.0.1", Resolve("example.cn", None, "127.0.0.1", None)),
        ("EXAMPLE.cn.:443=127.0.0.1:8443", Resolve("example.cn", 443, "127.0.0.1", 8443)),
        ("*=[::1]:8080", Resolve("*", None, "::1", 8080)),
        ("*:80=::1".replace("::1", "[::1]"), Resolve("*", 80, "::1", None)),
        ("[2001:DB8::1]:80=10.0.0.1", Resolve("2001:db8::1", 80, "10.0.0.1", None)),
        ("例子.测试=10.0.0.1", Resolve("xn--fsqu00a.xn--0zwm56d", None, "10.0.0.1", None)),
    ],
)
def test_reads_mappings(text: str, wanted: Resolve) -> None:
    assert parse_resolve(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.cn",
        "=127.0.0.1",
        "example.cn=",
        "example.cn=other.cn",
        "example.cn=127.0.0.1:0",
        "example.cn:99999=127.0.0.1",
        "example.cn:=127.0.0.1",
        "exa mple=127.0.0.1",
        "*.cn=127.0.0.1",
        "example.cn=127.0.0.1=1",
        "example.cn=::1",
        "a" * 300 + "=127.0.0.1",
        "example.cn:٣=127.0.0.1",
    ],
)
def test_refuses_other_forms_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_resolve(text)
    assert caught.value.hint


def test_the_closest_row_holds() -> None:
    near, far = Resolve("a.cn", 443, "10.0.0.1", None), Resolve("a.cn", None, "10.0.0.2", None)
    others, rest = Resolve("*", 443, "10.0.0.3", None), Resolve("*", None, "10.0.0.4", None)
    mapping = Mapping([rest, others, far, near, near])
    assert mapping.find("a.cn", 443) is near
    assert mapping.find("a.cn", 80) is far
    assert mapping.find("b.cn", 443) is others
    assert mapping.find("8.8.8.8", 80) is rest
    assert Mapping([near, others]).find("b.cn", 80) is None


def test_two_rows_for_one_host_are_an_error_of_the_call() -> None:
    rows = [parse_resolve("a.cn=127.0.0.1"), parse_resolve("A.cn=127.0.0.2")]
    with pytest.raises(UsageError):
        Mapping(rows)


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.9.9.9", "0.0.0.0", "::", "::1", "::ffff:7f00:1"])
def test_knows_what_leads_back_to_this_machine(ip: str) -> None:
    assert is_this_machine(ip)
    assert not is_this_machine("10.0.0.1")
    assert not is_this_machine("2001:db8::1")


@given(st.text(max_size=60))
def test_never_fails_otherwise(text: str) -> None:
    with contextlib.suppress(UsageError):
        parse_resolve(text)
