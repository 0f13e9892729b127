"""Services on web pages: which hosts the table names, whose they are, how rows are read."""

from __future__ import annotations

import re
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from scanner.errors import RulebookError
from scanner.knowledge import Knowledge, Tracker, load_knowledge
from scanner.knowledge.trackers import index_hosts, upwards
from tests.knowledge.conftest import LISTS, Edit, refused

MISSED = """hm.baidu.com cnzz.com mmstat.com tanx.com growingio.com zhugeio.com talkingdata.com
pos.baidu.com cpro.baidustatic.com ulogs.umeng.com mon.snssdk.com aegis.qq.com gdt.qq.com 51.la
geetest.com fengkongcloud.com dun.163.com meiqia.com 53kf.com qiyukf.com datasink.sensorsdata.cn
s.360.cn pb.sogou.com huichuan.sm.cn beacon.sina.com.cn wlog.kuaishou.com mercury.jd.com
oceanengine.com pangolin-sdk-toutiao.com www.google-analytics.com www.googletagmanager.com
googleads.g.doubleclick.net connect.facebook.net analytics.tiktok.com www.clarity.ms
edge.fullstory.com script.hotjar.com cdn.mouseflow.com px.ads.linkedin.com static.ads-twitter.com
bat.bing.com dis.criteo.com mc.yandex.ru cdn.segment.com api2.amplitude.com heapanalytics.com
o1.ingest.sentry.io bam.nr-data.net browser-intake-datadoghq.com onesignal.com js.hs-scripts.com
widget.intercom.io static.zdassets.com static.cloudflareinsights.com dpm.demdex.net x.matomo.cloud
wa.appsflyer.com api-js.mixpanel.com"""
"""Hosts that auditors of web sites meet most, of which foreign lists miss many."""
ORDINARY = """JSESSIONID PHPSESSID ASP.NET_SessionId session sessionid sid uid user_id userid token
csrftoken XSRF-TOKEN lang locale theme id visitor guest cart consent agree uuid remember_me login
username SERVERID acw_tc __cfduid cf_clearance wordpress_logged_in_a"""
"""Names of cookies that any site may choose."""


def named(known: Knowledge, host: str) -> str | None:
    found = known.trackers.of_host(host)
    return found.id if found else None


def test_the_hosts_that_auditors_meet_are_named(known: Knowledge) -> None:
    assert [host for host in MISSED.split() if named(known, host) is None] == []


def test_enough_hosts_of_both_sides_are_named(known: Knowledge) -> None:
    counts = Counter(
        "CN" if row.vendor.country == "CN" else "foreign"
        for row in known.trackers.rows
        for _ in row.hosts
    )
    assert counts["CN"] >= 110
    assert counts["foreign"] >= 90


def test_a_host_stands_once_and_only_where_it_says_more_than_a_host_above_it(
    known: Knowledge,
) -> None:
    hosts = {host: row for row in known.trackers.rows for host in row.hosts}
    assert len(hosts) == sum(len(row.hosts) for row in known.trackers.rows)
    assert len({row.id for row in known.trackers.rows}) == len(known.trackers.rows)
    for host, row in hosts.items():
        above = list(upwards(host))[1:]
        assert row not in [hosts.get(name) for name in above], host


def test_no_host_is_a_suffix_below_which_strangers_live(known: Knowledge) -> None:
    suffixes = PublicSuffixList(accept_unknown=False)
    for row in known.trackers.rows:
        for host in row.hosts:
            assert suffixes.publicsuffix(host) not in (None, host), host
            assert host not in known.sets["shared-hosts"], host


def test_every_vendor_that_the_table_adds_is_used_and_said_once(known: Knowledge) -> None:
    text = (LISTS / "trackers.yaml").read_text("utf-8")
    listed = re.findall(r"^  ([a-z0-9-]+): \{zh: .*country: ", text, re.MULTILINE)
    used = {row.vendor.id for row in known.trackers.rows}
    others = {sdk.vendor.id for sdk in known.sdks}
    assert len(listed) == len(set(listed))
    assert set(listed) == used - others
    assert set(known.trackers.vendors) == used | others
    for kind in ("zh", "en"):
        names = [getattr(one.title, kind).casefold() for one in known.trackers.vendors.values()]
        assert [name for name, times in Counter(names).items() if times > 1] == []


def test_rows_agree_with_the_table_of_components(known: Knowledge) -> None:
    components = {sdk.id: sdk for sdk in known.sdks}
    same = [row for row in known.trackers.rows if row.id in components]
    assert len(same) > 60
    for row in same:
        assert row.vendor is components[row.id].vendor, row.id
    for sdk in known.sdks:
        for host in sdk.domains:
            assert known.trackers.vendor_of_host(host) == sdk.vendor.id, host


def test_what_a_row_says_hangs_together(known: Knowledge) -> None:
    for row in known.trackers.rows:
        assert row.hosts, row.id
        assert row.purposes, row.id
        assert not ("replay" in row.purposes and not row.replay), row.id
        assert not (row.cookies and row.identifies is False), row.id
    assert known.unconfirmed["trackers"] == {"vendor", "hosts", "identifies", "cookies", "replay"}
    assert known.sets["trackers"] == {row.id for row in known.trackers.rows}


def test_a_name_of_a_cookie_gives_one_maker_away(known: Knowledge) -> None:
    patterns = [(name, row.id) for row in known.trackers.rows for name in row.cookies]
    assert len({name for name, _ in patterns}) == len(patterns) > 150
    for name, whose in patterns:
        assert len(name.strip("*?")) >= 3, whose
        assert not [one for one in ORDINARY.split() if fnmatchcase(one, name)], name


def test_a_foreign_maker_stays_foreign_on_its_hosts_for_china(known: Knowledge) -> None:
    checked = 0
    for row in known.trackers.rows:
        for host in row.hosts:
            if host.partition(".")[0].endswith("-cn") and row.vendor.id == "google":
                checked += 1
    assert checked >= 5
    assert named(known, "www.google-analytics-cn.com") == "google-analytics"
    assert known.trackers.vendor_of_host("www.google-analytics-cn.com") == "google"
    assert known.trackers.vendors["google"].country == "US"


@pytest.mark.parametrize(
    ("host", "tracker", "vendor"),
    [
        ("hm.baidu.com", "baidu-mobstat", "baidu"),
        ("HM.Baidu.com.", "baidu-mobstat", "baidu"),
        ("xhm.baidu.com", None, None),
        ("hm.baidu.com.cn", None, None),
        ("baidu.com", None, None),
        ("s13.cnzz.com", "cnzz", "umeng"),
        ("mon.snssdk.com", "volcengine-apm", "volcengine"),
        ("other.snssdk.com", "bytedance-api", "bytedance"),
        ("verizon.tt.omtrdc.net", "adobe-target", "adobe"),
        ("verizon.sc.omtrdc.net", "adobe-analytics", "adobe"),
        ("push.meizu.com", None, "meizu"),
        ("api-push.meizu.com", None, "meizu"),
        ("1.2.3.4", None, None),
        ("::1", None, None),
        ("[2001:db8::1]", None, None),
        ("localhost", None, None),
        ("", None, None),
        (".", None, None),
        ("a." * 200 + "hm.baidu.com", None, None),
    ],
)
def test_the_longest_suffix_at_a_label_says_whose_a_host_is(
    known: Knowledge, host: str, tracker: str | None, vendor: str | None
) -> None:
    assert named(known, host) == tracker
    assert known.trackers.vendor_of_host(host) == vendor


def test_an_index_of_few_rows_answers_for_them(known: Knowledge) -> None:
    google, baidu = known.trackers.vendors["google"], known.trackers.vendors["baidu"]
    wide = Tracker(id="wide", name="W", vendor=google, hosts=("a.cn",), purposes=("ads",))
    deep = Tracker(id="deep", name="D", vendor=baidu, hosts=("b.a.cn",), purposes=("ads",))
    trackers = index_hosts((wide, deep), ())
    assert trackers.of_host("x.b.a.cn") is deep
    assert trackers.of_host("x.c.a.cn") is wide
    assert trackers.vendor_of_host("b.a.cn") == "baidu"
    assert set(trackers.vendors) == {"google", "baidu"}
    assert index_hosts((), ()).of_host("a.cn") is None


@given(st.text(max_size=300))
def test_any_text_is_a_host_or_none(host: str) -> None:
    names = list(upwards(host))
    assert len(names) <= 254
    assert all(name and names[0].endswith(name) for name in names)


def test_what_the_browser_calls_for_itself_is_listed(known: Knowledge) -> None:
    own = known.sets["browser-hosts"]
    assert {
        "update.googleapis.com",
        "clients2.google.com",
        "optimizationguide-pa.googleapis.com",
    } <= own
    assert not own & {"accounts.google.com", "www.google.com", "ajax.googleapis.com"}
    for host in own:
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host), host
        assert host not in {name for row in known.trackers.rows for name in row.hosts}, host


@pytest.mark.parametrize(
    ("name", "old", "new", "message", "hint"),
    [
        ("trackers", "vendor: baidu,", "vendor: baido,", "vendor: 'baido'", "baidu"),
        ("trackers", "purposes: ads,", "purposes: ad,", "purposes: 'ad' is none", "neighbours"),
        ("trackers", "hm.baidu.com", "HM.baidu.com", "hosts: 'HM.baidu.com'", "neighbours"),
        ("trackers", "hm.baidu.com", "1.2.3.4", "hosts: '1.2.3.4'", "neighbours"),
        ("trackers", "hm.baidu.com", "com", "hosts: 'com'", "neighbours"),
        ("trackers", "hm.baidu.com ", "hm.baidu.com hm.baidu.com ", "hosts: a word", "once"),
        ("trackers", "qiao.baidu.com", "hm.baidu.com", "baidu-qiao: hm.baidu.com belongs", "two"),
        ("trackers", "hosts: cnzz.com", "hosts: jpush.cn", "cnzz: jpush.cn belongs to aurora", ""),
        ("trackers", "cookies: CNZZ", "cookies: C;ZZ", "cookies: 'C;ZZDATA*'", "neighbours"),
        ("trackers", "identifies: true", "identifies: yes", "identifies: 'yes'", "true or false"),
        ("trackers", "replay: true", "replay: maybe", "replay: 'maybe'", "true or false"),
        ("trackers", "purposes: analytics, ", "", "baidu-mobstat: missing purposes", "missing"),
        ("trackers", "  la51: {zh", "  baidu: {zh", "vendors: baidu stands", "once"),
        ("trackers", "  la51: {zh", "  la51: {cn", "la51: unknown key", "zh"),
        ("trackers", "  cnzz:", "  cn zz:", "trackers: 'cn zz' cannot be an id", "neighbours"),
    ],
)
def test_faults_are_named_with_place_and_hint(
    copy: Path, edit: Edit, name: str, old: str, new: str, message: str, hint: str
) -> None:
    edit(name, old, new)
    refused(copy, name, message, hint)


def test_an_unreadable_table_of_components_brings_no_faults_of_trackers(copy: Path) -> None:
    (copy / "sdks.yaml").write_text("{")
    with pytest.raises(RulebookError) as caught:
        load_knowledge(copy)
    assert [Path(fault.file).name for fault in caught.value.faults] == ["sdks.yaml"]
