from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.apk import policy as room
from scanner.facts import PolicyDocument, PolicyLink
from tests.collect.apk.forge import (
    DEX,
    File,
    Node,
    Ref,
    Seen,
    activity,
    apk,
    axml,
    container,
    look_at,
    manifest,
    table,
)
from tests.collect.apk.test_policy_text import POLICY

PAGE = f"<html><title>隐私政策</title><body><p>{POLICY}</p></body></html>".encode()


def links(seen: Seen) -> list[tuple[str, str, str]]:
    return [(one.page, one.href or "", one.text or "") for one in seen.of(PolicyLink)]


def pages_unseen(seen: Seen) -> list[object]:
    return [one.scope["page"] for one in seen.unseen_of("policy.link")]


def test_links_are_found_in_every_place(tmp_path: Path) -> None:
    meta = Node("meta-data", {"android:name": "POLICY", "android:value": "https://a.cn/privacy"})
    seen = look_at(
        container(
            [
                File("AndroidManifest.xml", axml(manifest(inside=[meta]))),
                File("classes.dex", DEX + "《隐私政策》\0https://a.cn/yszc\0".encode()),
                File("classes2.dex", DEX + b"https://b.cn/privacy.html\0"),
                File("resources.arsc", table({0x7F010000: "用户协议和隐私政策"})),
                File("assets/www/app.js", b'open("https://c.cn/privacy_policy")'),
                File("classes.dex.dat", "隐私声明".encode()),
            ]
        ),
        tmp_path,
    )
    assert links(seen) == [
        ("assets", "https://c.cn/privacy_policy", ""),
        ("dex", "", "隐私政策"),
        ("dex", "https://a.cn/yszc", ""),
        ("dex", "https://b.cn/privacy.html", ""),
        ("manifest", "https://a.cn/privacy", ""),
        ("resources", "", "隐私政策"),
    ]
    assert not pages_unseen(seen)
    places = {one.page: one.source.at for one in seen.of(PolicyLink)}
    assert places["manifest"] == "manifest/application/meta-data[1]@android:value"
    assert places["assets"].startswith("assets/www/app.js+0x")


def test_a_bundled_policy_is_a_document_and_a_lead(tmp_path: Path) -> None:
    seen = look_at(apk(None, File("assets/privacy.html", PAGE)), tmp_path)
    (fact,) = seen.of(PolicyDocument)
    assert (fact.url, fact.language, fact.updated) == (
        "assets/privacy.html",
        "zh-Hans",
        "2024-03-05",
    )
    assert fact.operator == "示例（北京）科技有限公司"
    assert fact.characters is not None
    assert fact.characters >= len(POLICY)
    (lead,) = seen.leads
    assert (lead.kind, lead.evidence.media_type) == ("policy", "text/html")
    assert seen.vault.open(lead.evidence.sha256) == PAGE
    assert fact.source.evidence == lead.evidence.sha256


def test_a_page_that_only_links_to_a_policy_is_no_document(tmp_path: Path) -> None:
    seen = look_at(apk(None, File("assets/a.html", "<a>隐私政策</a>".encode())), tmp_path)
    assert links(seen) == [("assets", "", "隐私政策")]
    assert not seen.of(PolicyDocument)


def test_no_word_anywhere_is_no_fact_and_nothing_unseen(tmp_path: Path) -> None:
    seen = look_at(apk(), tmp_path)
    assert not seen.of(PolicyLink)
    assert not seen.unseen_of("policy.link")


@pytest.mark.parametrize(
    ("files", "page"),
    [
        ([File("classes2.dex", b"encrypted")], "dex"),
        ([File("lib/arm64-v8a/libjiagu_a64.so", b"x")], "dex"),
        ([File("lib/arm64-v8a/libapp.so", b"x")], "native"),
        ([File("lib/arm64-v8a/libil2cpp.so", b"x")], "native"),
        ([File("assets/index.android.bundle", room._HERMES + b"x")], "assets"),
        ([File("assets/a.html", b"x", method=0, size=9 << 20)], "assets"),
        ([File("resources.arsc", b"x", method=0, size=99 << 20)], "resources"),
    ],
)
def test_what_cannot_be_searched_is_unseen(tmp_path: Path, files: list[File], page: str) -> None:
    assert pages_unseen(look_at(apk(None, *files), tmp_path)) == [(page,)]


def test_an_oversized_asset_is_unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_ASSET_BYTES", 10)
    seen = look_at(apk(None, File("assets/privacy.html", PAGE)), tmp_path)
    assert pages_unseen(seen) == [("assets",)]
    assert len(seen.unseen_of("policy.document")) == 1


def test_components_without_code_are_unseen(tmp_path: Path) -> None:
    root = manifest(inside=[activity(".Main")])
    data = container([File("AndroidManifest.xml", axml(root))])
    assert pages_unseen(look_at(data, tmp_path)) == [("dex",)]


def test_the_words_of_a_reference_are_found_in_the_manifest(tmp_path: Path) -> None:
    root = manifest(app={"android:label": Ref(0x7F010000)})
    values = table({0x7F010000: "隐私政策查看器"})
    seen = look_at(apk(root, File("resources.arsc", values)), tmp_path)
    assert ("manifest", "", "隐私政策") in links(seen)


def test_links_are_limited_per_place(tmp_path: Path) -> None:
    many = b"\0".join(b"https://a.cn/%d/privacy" % n for n in range(99))
    seen = look_at(apk(None, File("assets/a.js", many)), tmp_path)
    assert len(seen.of(PolicyLink)) == room.MAX_LINKS_PER_PAGE
