from __future__ import annotations

import pytest

from scanner.knowledge import Knowledge
from scanner.parties import Parties


@pytest.mark.parametrize(
    ("own", "host", "party", "vendor", "recipient"),
    [
        ("www.shop.cn", "cdn.shop.cn", "first", "", ""),
        ("www.shop.cn", "shop.cn", "first", "", ""),
        ("www.shop.cn", "shop.com.cn", None, "", ""),
        ("www.shop.cn", "hm.baidu.com", "third", "baidu", "baidu-mobstat"),
        ("www.shop.cn", "www.google-analytics.com", "third", "google", "google-analytics"),
        ("www.baidu.com", "hm.baidu.com", "first", "baidu", "baidu-mobstat"),
        ("www.baidu.com", "cpro.baidustatic.com", None, "baidu", "baidu-union"),
        ("www.shop.cn", "unheard-of.test", None, "", ""),
        ("site.test", "other.test", None, "", ""),
        ("site.test", "site.test", "first", "", ""),
        ("one.oss-cn-beijing.aliyuncs.com", "one.oss-cn-beijing.aliyuncs.com", "first", None, ""),
    ],
)
def test_whose_a_host_is(
    known: Knowledge, own: str, host: str, party: str, vendor: str | None, recipient: str
) -> None:
    who = Parties([own], known).of(host)
    assert (who.party, who.recipient) == (party, recipient)
    assert vendor is None or who.vendor == vendor
    assert who.purposes == tuple(sorted(who.tracker.purposes if who.tracker else ()))


def test_tenants_of_one_cloud_are_strangers_and_nobody_is_the_cloud(known: Knowledge) -> None:
    """Somebody's bucket may be the subject's own: unknown, neither first nor third."""
    parties = Parties(["one.oss-cn-beijing.aliyuncs.com"], known)
    assert parties.of("two.oss-cn-beijing.aliyuncs.com").party is None
    arms = parties.of("arms-retcode.aliyuncs.com")
    assert (arms.party, arms.recipient) == ("third", "aliyun-arms")


def test_every_tracker_is_a_third_party_to_a_stranger(known: Knowledge) -> None:
    parties = Parties(["www.shop.test"], known)
    for host, row in known.trackers.by_host.items():
        who = parties.of(f"x.{host}")
        assert (who.party, who.tracker) == ("third", known.trackers.of_host(f"x.{host}")), row.id
