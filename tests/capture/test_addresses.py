from __future__ import annotations

import socket

import pytest

from scanner.capture.addresses import is_local, own_addresses, reachable, shown


def test_its_own_addresses_can_be_bound_and_typed() -> None:
    own = own_addresses()
    if not own:
        pytest.skip("this machine has no address but its loopback")
    assert len(own) == len(set(own))
    for ip in own:
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        with socket.socket(family) as one:
            one.bind((ip, 0))  # the system lets nobody bind what is another machine's
        assert not ip.startswith(("127.", "fe80:", "169.254."))
        assert "%" not in ip


def test_who_listens_everywhere_is_reached_at_each_address_of_its_kind() -> None:
    four = [ip for ip in own_addresses() if ":" not in ip]
    six = [ip for ip in own_addresses() if ":" in ip]
    both = [("0.0.0.0", 8080), ("::", 8080)]
    assert reachable(both) == tuple((ip, 8080) for ip in [*four, *six])
    assert reachable(both[:1]) == tuple((ip, 8080) for ip in four)
    assert reachable(both[1:]) == tuple((ip, 8080) for ip in six)
    named = [("192.0.2.7", 1), ("fe80::1%eth0", 2), ("192.0.2.7", 1)]
    assert reachable(named) == (("192.0.2.7", 1), ("fe80::1", 2))


@pytest.mark.parametrize(
    ("hosts", "local"),
    [
        (["127.0.0.1"], True),
        (["127.0.0.1", "::1"], True),
        (["127.0.0.1", "192.0.2.7"], False),
        (["a.example"], False),
        ([], False),
    ],
)
def test_loopback_is_for_this_machine_alone(hosts: list[str], local: bool) -> None:
    assert is_local([(host, 8080) for host in hosts]) == local


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    assert shown(("::1", 8151)) == "[::1]:8151"
    assert shown(("192.0.2.7", 80)) == "192.0.2.7:80"
