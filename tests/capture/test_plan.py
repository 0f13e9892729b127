from __future__ import annotations

from pathlib import Path

import pytest

from scanner.capture.plan import PORTS, Mode, Plan
from scanner.errors import UsageError

FILE = Path("a.capture")


@pytest.mark.parametrize(
    ("mode", "address", "everywhere"),
    [("regular", "127.0.0.1", False), ("upstream", "127.0.0.1", False), ("wireguard", "", True)],
)
def test_only_a_tunnel_is_open_to_others_by_itself(
    mode: Mode, address: str, everywhere: bool
) -> None:
    plan = Plan(FILE, mode=mode)
    assert (plan.address, plan.everywhere, plan.number) == (address, everywhere, PORTS[mode])


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::"])
def test_all_addresses_are_known_as_such(host: str) -> None:
    assert Plan(FILE, host=host, port=0).everywhere
    assert Plan(FILE, host=host, port=0).number == 0


@pytest.mark.parametrize(
    "plan",
    [
        Plan(FILE, mode="upstream"),
        Plan(FILE, upstream="http://a:1"),
        Plan(FILE, mode="upstream", upstream="a:1"),
        Plan(FILE, mode="upstream", upstream="http://user:word@a:1"),
        Plan(FILE, mode="upstream", upstream="http://a:1/path"),
        Plan(FILE, mode="upstream", upstream="http://a b"),
        Plan(FILE, mode="upstream", upstream="http://a:99999"),
        Plan(FILE, mode="upstream", upstream="http://[::1]:0/"),
        Plan(FILE, certificates=Path(__file__)),
        Plan(FILE, ignore_hosts=("ok", "(")),
    ],
)
def test_what_does_not_fit_together_is_refused(plan: Plan) -> None:
    with pytest.raises(UsageError):
        plan.check()


@pytest.mark.parametrize("url", ["http://a:1", "https://proxy.example/", "http://[::1]:8080"])
def test_proxies_beyond_are_named_by_their_address(url: str) -> None:
    Plan(FILE, mode="upstream", upstream=url).check()
