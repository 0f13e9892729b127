"""Which hosts are one site: registered domains, tenants of shared hosts, and what is neither."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from scanner.knowledge import Knowledge
from scanner.knowledge.sites import site_of


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.shop.cn", "shop.cn"),
        ("shop.cn", "shop.cn"),
        ("A.B.Shop.COM.CN.", "shop.com.cn"),
        ("www.beijing.gov.cn", "beijing.gov.cn"),
        ("hm.baidu.com", "baidu.com"),
        ("www.xn--fiqs8s.xn--fiqs8s", "xn--fiqs8s.xn--fiqs8s"),
        ("me.github.io", "me.github.io"),
        ("a.me.github.io", "me.github.io"),
        ("github.io", "github.io"),
        ("com.cn", "com.cn"),
        ("d1.cloudfront.net", "d1.cloudfront.net"),
        ("bucket.oss-cn-hangzhou.aliyuncs.com", "bucket.oss-cn-hangzhou.aliyuncs.com"),
        ("x.bucket.oss-cn-hangzhou.aliyuncs.com", "bucket.oss-cn-hangzhou.aliyuncs.com"),
        ("oss-cn-hangzhou.aliyuncs.com", "oss-cn-hangzhou.aliyuncs.com"),
        ("dypnsapi.aliyuncs.com", "aliyuncs.com"),
        ("a-125.cos.ap-guangzhou.myqcloud.com", "a-125.cos.ap-guangzhou.myqcloud.com"),
        ("a-125.cosgz.myqcloud.com", "a-125.cosgz.myqcloud.com"),
        ("b.obs.cn-north-4.myhuaweicloud.com", "b.obs.cn-north-4.myhuaweicloud.com"),
        ("b.bj.bcebos.com", "b.bj.bcebos.com"),
        ("me.gitee.io", "me.gitee.io"),
        ("env-1.tcloudbaseapp.com", "env-1.tcloudbaseapp.com"),
        ("abc.hn-bkt.clouddn.com", "abc.hn-bkt.clouddn.com"),
        ("com1.z0.glb.clouddn.com", "com1.z0.glb.clouddn.com"),
        ("7xabc.com1.z0.glb.clouddn.com", "7xabc.com1.z0.glb.clouddn.com"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("localhost", "localhost"),
        ("www.shop.test", "www.shop.test"),
        ("shop.test", "shop.test"),
        ("", ""),
    ],
)
def test_the_site_of_a_host(known: Knowledge, host: str, site: str) -> None:
    assert site_of(host, known.sets["shared-hosts"]) == site


def test_two_tenants_are_strangers_only_where_the_list_says_so(known: Knowledge) -> None:
    one, two = "a.oss-cn-beijing.aliyuncs.com", "b.oss-cn-beijing.aliyuncs.com"
    shared = known.sets["shared-hosts"]
    assert site_of(one, shared) != site_of(two, shared)
    assert site_of(one, set()) == site_of(two, set()) == "aliyuncs.com"
    assert site_of("x.a.shop.cn", {"a.shop.cn"}) == "x.a.shop.cn"
    assert site_of("x.a.shop.cn", {"*.shop.cn"}) == "x.a.shop.cn"
    assert site_of("x.a.b.shop.cn", {"*.shop.cn"}) == "a.b.shop.cn"
    assert site_of("x.a.shop.cn", {"a.*.cn", "a.shop+cn"}) == "x.a.shop.cn"


def test_a_shared_suffix_has_its_form_and_says_more_than_the_public_list(known: Knowledge) -> None:
    public = PublicSuffixList()
    for suffix in known.sets["shared-hosts"]:
        assert re.fullmatch(r"[a-z0-9*-]+(\.[a-z0-9*-]+)*\.[a-z]+", suffix), suffix
        filled = suffix.replace("*", "cn-a")
        assert public.publicsuffix(filled) != filled, suffix
        assert site_of(f"tenant.{filled}", known.sets["shared-hosts"]) == f"tenant.{filled}"


@given(st.text(max_size=300))
def test_any_text_has_a_site_that_is_its_end(host: str) -> None:
    site = site_of(host, frozenset({"shop.cn", "*.shop.cn"}))
    assert host.lower().rstrip(".").endswith(site)


def test_a_name_that_is_too_long_is_looked_up_nowhere() -> None:
    host = "a." * 200_000 + "cn"
    assert site_of(host, {"a.cn"}) == host


def test_who_needs_no_site_pays_nothing_for_the_list() -> None:
    code = "import sys, scanner.knowledge.sites; print('publicsuffixlist' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
