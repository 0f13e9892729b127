from __future__ import annotations

import msgspec
import pytest

from scanner.knowledge import Knowledge
from scanner.knowledge.trackers import index_hosts
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


@pytest.mark.parametrize(
    ("host", "recipient"),
    [
        ("utoken.umeng.com", "umeng-push"),  # a component's host below a tracker's
        ("x.utoken.umeng.com", "umeng-push"),
        ("www.umeng.com", "umeng-analytics"),
        ("ads.oppomobile.com", "oppo-ads"),  # a tracker's host below a component's
        ("push.oppomobile.com", "oppo-push"),
        ("pagead2.googlesyndication.com", "google-ads"),  # a tracker and a component share it
        ("bucket.qbox.me", ""),  # let to others, so not that component
        ("channel.api.duapp.com", "baidu-push"),  # a component that lives on such a name
    ],
)
def test_the_longest_host_names_the_recipient(known: Knowledge, host: str, recipient: str) -> None:
    assert Parties(["www.shop.test"], known).of(host).recipient == recipient


def test_every_component_with_a_host_of_its_own_is_a_recipient(known: Knowledge) -> None:
    """Facts of an app's code and of its traffic must name the same component by the same id."""
    parties = Parties(["www.shop.test"], known)
    trackers = {row.id for row in known.trackers.rows}
    missed = {
        (host, sdk.id)
        for sdk in known.sdks
        for host in sdk.domains
        if parties.of(f"a.{host}").recipient != sdk.id
    }
    assert {parties.of(f"a.{host}").recipient for host, _ in missed} <= trackers | {""}
    assert len(missed) < len(known.sdks) / 20, missed


def test_a_host_of_several_components_names_none_of_them(known: Knowledge) -> None:
    one, two = (
        msgspec.structs.replace(sdk, domains=("api.vendor.test", own))
        for sdk, own in zip(known.sdks[:2], ("one.vendor.test", "two.vendor.test"), strict=True)
    )
    shared = msgspec.structs.replace(known, trackers=index_hosts((), (one, two)))
    parties = Parties(["www.shop.test"], shared)
    assert parties.of("api.vendor.test").recipient == ""
    assert parties.of("api.vendor.test").vendor == one.vendor.id
    assert parties.of("x.one.vendor.test").recipient == one.id
    assert parties.of("two.vendor.test").recipient == two.id
