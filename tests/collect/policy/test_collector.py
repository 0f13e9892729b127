"""The collector on policies of our own, from files and from a small server on loopback."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.policy.collector import CLAIMS, KINDS, collect
from scanner.collect.policy.getting import getting
from scanner.errors import NotAuditable
from scanner.facts import KINDS as ALL_KINDS
from scanner.facts import Fact, Origin, PolicyDocument, PolicyElement, identity_of, kind_of
from scanner.model import Evidence, Lead, PolicyText, Sighting, Target, Unseen, Visit
from tests.collect.website.rig import KNOWLEDGE, Kept, site

HOME = "http://shop.test/privacy"
OWN = """<h1>明鉴示例隐私政策</h1><p>更新日期：2025年3月1日</p>
<p>明鉴示例由明鉴示例（北京）科技有限公司运营。</p>
<h2>一、我们收集的个人信息</h2><p>为了完成注册，我们会收集您的手机号码。</p>
<p>我们不会向境外提供您的个人信息。</p><p>您使用导航功能时，我们会收集您的位置信息，用于规划路线。</p>"""
OWN += "<p>我们采取加密等措施保护您的个人信息安全。</p>" * 12
SDKS = """<h1>第三方SDK目录</h1><table><tr><th>SDK名称</th><th>第三方名称</th><th>使用目的</th>
<th>收集的个人信息</th></tr><tr><td>友盟统计SDK</td><td>友盟同欣（北京）科技有限公司</td><td>统计分析</td>
<td>设备Mac地址</td></tr></table><p>以上第三方SDK会收集个人信息，您可以查看第三方的隐私政策了解详情。</p>"""
SDKS += "<p>第三方SDK的名称、目的和收集的信息如上表所示。</p>" * 10
STRANGE = "<h1>某推送服务隐私政策</h1><p>某推送（深圳）有限公司运营。</p>" + (
    "<p>我们会收集您的通讯录个人信息。</p>" * 20
)


def html(*pieces: str) -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{''.join(pieces)}</body>"


def link(href: str, words: str = "第三方SDK目录") -> str:
    return f"<p>见<a href='{href}'>《{words}》</a></p>"


class Folder:
    """Texts that somebody handed in, and all that is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept = Kept()

    def file(
        self, name: str, data: str | bytes, origin: Origin = "given", address: str | None = None
    ) -> PolicyText:
        raw = data.encode() if isinstance(data, str) else data
        path = self.path / hashlib.sha256(name.encode()).hexdigest()
        path.write_bytes(raw)
        evidence = self.kept(raw, name=name, media_type="text/html")
        return PolicyText(origin=origin, path=path, evidence=evidence, address=address)

    def target(self, *texts: PolicyText, depth: int = 0, **visit: Any) -> Target:
        given: dict[str, Any] = {"names": ("明鉴示例",), "rate": 50.0}
        listed = self.path / "texts.json"
        listed.write_text("{}")
        evidence = Evidence(sha256="0" * 64, name="texts", media_type="application/json", size=2)
        return Target(
            kind="policy",
            path=listed,
            evidence=evidence,
            depth=depth,
            visit=Visit(**(given | visit)),
            texts=texts,
        )


class Read:
    """What the collector gave."""

    def __init__(self, sightings: list[Sighting]) -> None:
        assert not [one for one in sightings if isinstance(one, Lead)]
        self.facts = [one for one in sightings if isinstance(one, Fact)]
        self.gaps = [one for one in sightings if isinstance(one, Unseen)]

    def of(self, kind: str) -> list[Any]:
        return [one for one in self.facts if kind_of(one) == kind]

    def unseen(self, kind: str) -> list[Unseen]:
        return [one for one in self.gaps if one.kind == kind]

    @property
    def unseen_kinds(self) -> set[str]:
        return {one.kind for one in self.gaps}

    @property
    def documents(self) -> list[tuple[str, str | None, bool | None]]:
        return [(one.url, one.origin, one.own) for one in self.of("policy.document")]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def run(
    folder: Folder,
    *texts: PolicyText,
    pages: Mapping[str, Any] | None = None,
    depth: int = 0,
    **visit: Any,
) -> Read:
    with site(pages or {}) as served:
        given = {"resolve": (served.resolve,)} | visit
        target = folder.target(*texts, depth=depth, **given)
        return Read(list(collect(target, folder.kept, KNOWLEDGE, lambda _: None)))


def test_every_kind_of_the_channel_is_looked_for() -> None:
    assert set(KINDS) == {kind for kind, cls in ALL_KINDS.items() if "policy" in cls.channels}


def test_a_policy_with_its_list_gives_facts_and_nothing_unseen_but_comparisons(
    folder: Folder,
) -> None:
    pages = {"/privacy": html(OWN, link("/sdk")), "/sdk": html(SDKS)}
    read = run(folder, PolicyText(origin="given", address=HOME), pages=pages)
    assert read.documents == [(HOME, "given", True), ("http://shop.test/sdk", "given", True)]
    assert read.unseen_kinds == {"policy.difference"}
    assert {one.scope["between"] for one in read.gaps} == {("versions",), ("places",)}
    assert {one.data_type for one in read.of("policy.data_item")} >= {"phone"}
    assert [one.promise for one in read.of("policy.promise")] == ["no_export"]
    assert read.of("policy.third_party")
    assert len(read.of("policy.element")) == 28
    assert len({identity_of(one) for one in read.facts}) == len(read.facts)
    for fact in read.facts:
        assert fact.channel == "policy"
        assert fact.source.mapped and fact.source.captured
        entry = folder.kept.entries[fact.source.evidence or ""]
        assert entry.readable in folder.kept.data
        if quote := getattr(fact, "quote", None):
            text = folder.kept.data[entry.readable or ""].decode()
            assert quote.removesuffix("…") in " ".join(text.split())


def test_the_same_texts_give_the_same_facts(folder: Folder) -> None:
    texts = [folder.file("p.html", html(OWN)), folder.file("sdk.html", html(SDKS))]
    one, two = run(folder, *texts), run(folder, *texts)
    assert (one.facts, one.gaps) == (two.facts, two.gaps)
    assert not any(fact.source.captured or fact.source.mapped for fact in one.facts)
    assert [fact.part for fact in one.of("policy.document")] == ["policy", "sdk_list"]


def test_a_list_that_could_not_be_opened_is_unseen_and_takes_back_what_lacks(
    folder: Folder,
) -> None:
    read = run(
        folder,
        PolicyText(origin="given", address=HOME),
        pages={"/privacy": html(OWN, link("/sdk"))},
    )
    (gap,) = read.unseen("policy.third_party")
    assert "第三方SDK目录" in gap.reason.zh and "http://shop.test/sdk" in gap.reason.en
    assert gap.scope == {"channel": ("policy",)}
    (gap,) = read.unseen("policy.element")
    doubted = set(gap.scope["element"])
    assert "pol-12" in doubted
    elements = {one.element: one for one in read.of("policy.element")}
    assert all(elements[name].present is not False for name in doubted if name in elements)
    assert any(one.present is False for name, one in elements.items() if name not in doubted)
    assert not read.unseen("policy.permission")
    handed = run(
        folder,
        PolicyText(origin="given", address=HOME),
        folder.file("sdk.html", html(SDKS)),
        pages={"/privacy": html(OWN, link("/sdk"))},
    )
    assert not handed.unseen("policy.third_party")


def test_of_a_text_of_nobody_knows_whom_only_the_document_is_a_fact(folder: Folder) -> None:
    read = run(folder, folder.file("assets/privacy.html", html(STRANGE), "package"), depth=1)
    assert read.documents == [("assets/privacy.html", "package", None)]
    assert len(read.facts) == 1
    assert read.unseen_kinds == {*CLAIMS, "policy.difference"}
    (gap,) = read.unseen("policy.data_item")
    assert "--policy" in gap.reason.zh and "assets/privacy.html" in gap.reason.en


def test_beside_an_own_text_a_strange_one_takes_nothing_away(folder: Folder) -> None:
    texts = [
        folder.file("assets/privacy.html", html(OWN), "package"),
        folder.file("assets/push.html", html(STRANGE), "package"),
    ]
    read = run(folder, *texts, depth=1)
    assert ("assets/push.html", "package", None) in read.documents
    assert ("assets/privacy.html", "package", True) in read.documents
    assert read.unseen_kinds == {"policy.difference"}
    assert "contacts" not in {one.data_type for one in read.of("policy.data_item")}


def test_an_earlier_version_and_the_stores_text_are_compared(folder: Folder) -> None:
    earlier = OWN.replace("我们不会向境外提供您的个人信息。", "")
    read = run(
        folder,
        folder.file("now.html", html(OWN)),
        folder.file("before.html", html(earlier), "earlier"),
        folder.file("store.html", html(earlier), "store"),
    )
    assert not read.unseen("policy.difference")
    found = {(one.between, one.what, one.change) for one in read.of("policy.difference")}
    assert {("versions", "promise", "added"), ("places", "promise", "added")} <= found
    assert {origin for _, origin, _ in read.documents} == {"given", "earlier", "store"}


def test_without_an_own_text_the_stores_is_read(folder: Folder) -> None:
    read = run(folder, folder.file("store.html", html(OWN), "store"))
    assert read.of("policy.promise")
    assert {one.scope.get("between") for one in read.unseen("policy.difference")} == {
        ("versions",),
        ("places",),
    }


@pytest.mark.parametrize("page", [None, html("<p>请登录后查看隐私政策</p>")])
def test_an_address_that_gives_no_policy_is_unseen(
    folder: Folder, page: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getting, "MOST_DRAWN", 0)
    pages = {} if page is None else {"/privacy": page}
    read = run(folder, PolicyText(origin="given", address=HOME), pages=pages)
    assert read.facts == []
    assert read.unseen_kinds == set(KINDS)
    assert all(HOME in one.reason.en for one in read.unseen("policy.element"))


def test_a_file_that_cannot_be_read_is_no_policy_where_the_auditor_named_it(
    folder: Folder,
) -> None:
    text = folder.file("p.png", b"\x89PNG\r\n\x1a\n" + bytes(99))
    with pytest.raises(NotAuditable, match=r"p\.png"):
        run(folder, text)
    read = run(folder, text, depth=1)
    assert read.facts == [] and read.unseen_kinds == set(KINDS)


def test_a_text_that_speaks_of_something_else_is_read_all_the_same(folder: Folder) -> None:
    read = run(folder, folder.file("p.txt", "今天的天气很好，适合出门散步。" * 20))
    assert [one.own for one in read.of("policy.document")] == [True]
    assert {one.present for one in read.of("policy.element")} <= {False, None, True}
    assert not read.of("policy.data_item")


def test_pictures_of_text_are_unseen_and_not_absent(folder: Folder) -> None:
    page = html("<h1>隐私政策</h1>", "<img src=a.png width=900 height=4000>" * 3)
    read = run(folder, folder.file("p.html", page))
    assert set(CLAIMS) <= read.unseen_kinds
    assert "图片" in read.unseen("policy.data_item")[0].reason.zh
    elements = [one for one in read.facts if isinstance(one, PolicyElement)]
    assert elements and not [one for one in elements if one.present is False]


def test_two_documents_are_never_called_the_same(folder: Folder) -> None:
    pages = {
        "/privacy": html(OWN, link("/doc?id=1"), link("/doc?id=2", "已收集个人信息清单")),
        "/doc": html(SDKS, "<p>收集的个人信息</p>" * 30),
    }

    def either(handler: Any) -> None:
        data = (html(SDKS, "<p>收集的个人信息</p>" * 30, handler.path)).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    read = run(folder, PolicyText(origin="given", address=HOME), pages=pages | {"/doc": either})
    urls = [one.url for one in read.facts if isinstance(one, PolicyDocument)]
    assert urls == [HOME, "http://shop.test/doc", "http://shop.test/doc (2)"]


def test_a_list_that_was_found_by_itself_is_the_list_that_the_policy_links(
    folder: Folder,
) -> None:
    texts = [
        folder.file(
            "list", html(SDKS.replace("第三方SDK目录", "说明")), "site", "http://shop.test/l"
        ),
        folder.file("policy", html(OWN, link("/l")), "site", HOME),
    ]
    read = run(folder, *texts, depth=1, first_party=("shop.test",))
    parts = {one.url: one.part for one in read.of("policy.document")}
    assert parts == {"http://shop.test/l": "sdk_list", HOME: "policy"}
    assert read.unseen_kinds == {"policy.difference"}


@pytest.mark.parametrize("there", [True, False])
def test_a_page_that_only_leads_to_the_policy_is_not_held_against_it(
    folder: Folder, there: bool
) -> None:
    hub = html(
        "<h1>隐私中心</h1><p>在这里了解我们如何保护您的隐私与个人信息。</p>" * 5,
        link("/p", "隐私政策"),
    )
    pages = {"/privacy": hub, **({"/p": html(OWN)} if there else {})}
    read = run(folder, PolicyText(origin="given", address=HOME), pages=pages)
    assert bool(read.of("policy.promise")) is there
    assert (set(CLAIMS) <= read.unseen_kinds) is not there
    lacking = [one for one in read.of("policy.element") if one.present is False]
    assert bool(lacking) is there


def test_nothing_to_read_is_unseen(folder: Folder) -> None:
    read = run(folder)
    assert read.facts == [] and read.unseen_kinds == set(KINDS)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("第三方SDK列表请在App内“设置-关于-第三方清单”中查看。", "policy.third_party"),
        ("与第三方共享个人信息清单见附件二。", "policy.third_party"),
        ("本政策所列第三方SDK清单见下表。", None),
    ],
)
def test_a_list_that_is_said_to_stand_elsewhere_is_unseen(
    folder: Folder, said: str, kind: str | None
) -> None:
    table = SDKS if kind is None else ""
    read = run(folder, folder.file("p.html", html(OWN, f"<p>{said}</p>", table)))
    if kind is None:
        assert read.unseen_kinds == {"policy.difference"}
        return
    told = [one for one in read.unseen(kind) if said[:10] in one.reason.zh]
    assert told and {"policy.mention", "policy.element"} <= read.unseen_kinds
    listed = {one.element: one for one in read.of("policy.element")}
    assert listed["pol-12"].present is not False
