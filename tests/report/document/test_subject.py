from __future__ import annotations

from msgspec.structs import replace

from scanner.facts import EndpointContacted, FilingShown, Source, canonical, fact_id
from scanner.model import Clock, Collection, Report, SelfTest, Surroundings
from scanner.report.document import subject
from scanner.report.document.numbered import numbered
from scanner.report.document.paper import Paper
from tests.report.document.reading import cells, texts
from tests.report.document.test_paper import paper
from tests.report.example import open_evidence, rich, site

AT = "2026-11-22T10:00:00+08:00"


def identity(report: Report) -> str:
    one = paper()
    subject.identity(one, report, open_evidence, numbered(report))
    return texts(one.file())


def surroundings(report: Report) -> Paper:
    one = paper()
    subject.surroundings(one, report)
    return one


def with_facts(report: Report, *facts: FilingShown | EndpointContacted) -> Report:
    import msgspec

    new = {fact_id(fact): msgspec.json.decode(canonical(fact)) for fact in facts}
    return replace(report, facts={**report.facts, **new})


def test_an_app_is_known_by_its_digest_its_signers_and_its_source() -> None:
    report = rich()
    said = identity(report)
    for value in (report.subject.sha256, *report.subject.signers, report.subject.id):
        assert value in said
    assert "minSdk 19 · targetSdk 22" in said
    assert "证据1" in said
    assert f"{report.subject.size:,} 字节" in said
    assert "本工具未核实" in said
    sm3 = "ab" * 32
    assert sm3 not in said
    assert sm3 in identity(replace(report, subject=replace(report.subject, sm3=sm3)))


def test_what_nobody_stated_reads_so() -> None:
    bare = replace(rich().subject, developer=None, store=None, store_url=None, obtained_at=None)
    assert identity(replace(rich(), subject=bare)).count("未说明") == 4


def test_a_site_tells_where_it_was_reached_and_what_it_files() -> None:
    reached = EndpointContacted(
        source=Source(),
        channel="website",
        host="www.example.cn",
        ip="203.0.113.7",
        country="CN",
        party="first",
        via="direct",
    )
    other = EndpointContacted(
        source=Source(), channel="website", host="t.example.com", ip="198.51.100.1", party="third"
    )
    filing = FilingShown(
        source=Source(), channel="website", scheme="icp", number="京ICP备00000000号"
    )
    said = identity(with_facts(site(), reached, other, filing))
    assert "www.example.cn → 203.0.113.7 · CN" in said
    assert "198.51.100.1" not in said
    assert "ICP: 京ICP备00000000号" in said


def test_without_a_check_of_the_surroundings_the_paper_says_so() -> None:
    said = texts(surroundings(rich()).file())
    assert "本案未记录检测前后的环境清洁性检查" in said
    assert "本案未记录工具自检" in said
    assert rich().rulebook.digest in said


def test_surroundings_stand_before_and_after() -> None:
    clock = Clock(at=AT, synchronised=True, offset_s=-0.4, within_s=0.1, compared_with="时间源")
    before = Surroundings(
        clock=clock,
        proxies=("http://p:8080",),
        resolvers=("203.0.113.53",),
        hosts=("a=1",),
        hosts_sha256="a" * 64,
        roots=140,
        roots_sha256="b" * 64,
        egress="203.0.113.9",
    )
    after = Surroundings(clock=Clock(at=AT))
    test = SelfTest(
        fixture="violating",
        sha256="c" * 64,
        violating=True,
        expected=("x",),
        found=(),
        passed=False,
    )
    collection = Collection(before=before, after=after, self_tests=(test,), runs=3, machine="m-1")
    data = surroundings(replace(rich(), collection=collection)).file()
    rows = {row[0]: row[1:] for row in cells(data) if len(row) == 3}
    assert rows["时钟"][0] == f"{AT}\n系统称与时间服务器同步\n较 时间源 快 -0.4 ± 0.1 秒"
    assert rows["时钟"][1] == f"{AT}\n系统未说明是否同步\n未与其他时钟比对"
    assert rows["代理"] == ["http://p:8080", "无"]
    assert rows["根证书"] == ["140\n" + "b" * 64, "未知"]
    assert "不符" in texts(data)
    assert "3 次" in texts(data)
