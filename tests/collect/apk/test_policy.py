from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from scanner.collect.apk import policy as room
from scanner.facts import PolicyDocument, PolicyLink
from tests.collect.apk.dexforge import Class, Field, dex
from tests.collect.apk.forge import (
    DEX,
    Attribute,
    File,
    Node,
    Ref,
    Seen,
    activity,
    apk,
    axml,
    coded,
    container,
    look_at,
    manifest,
    table,
)
from tests.collect.apk.test_policy_text import POLICY

DENSE = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(99))
"""Bytes as random as encrypted ones."""
PAGE = f"<html><title>隐私政策</title><body><p>{POLICY}</p></body></html>".encode()


def code(*texts: str) -> bytes:
    """A DEX file in which texts stand."""
    fields = tuple(Field(f"t{number}", text=text) for number, text in enumerate(texts))
    return dex(Class("cn.example.Texts", fields=fields))


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
                File("classes.dex", code("《隐私政策》", "https://a.cn/yszc")),
                File("classes2.dex", code("https://b.cn/privacy.html")),
                File("resources.arsc", table({0x7F010000: "用户协议和隐私政策"})),
                File("assets/www/app.js", b'open("https://c.cn/privacy_policy")'),
                File("META-INF/notes.txt", "隐私声明".encode()),
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
    assert places["dex"].startswith("classes2.dex+0x")


def test_the_place_of_a_link_in_code_is_where_its_bytes_stand(tmp_path: Path) -> None:
    data = code("https://a.cn/privacy")
    (link,) = look_at(coded(None, data), tmp_path).of(PolicyLink)
    name, _, offset = (link.source.at or "").partition("+")
    assert name == "classes.dex"
    assert data[int(offset, 16) :].startswith(b"https://a.cn/privacy\0")


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


@pytest.mark.parametrize(
    ("name", "data", "page"),
    [
        ("res/layout/about.xml", axml(Node("TextView", {"android:text": "《隐私政策》"})), None),
        ("res/aB.xml", axml(Node("a", {"x": "https://a.cn/privacy"}), utf8=True), None),
        ("r/a", axml(Node("a", {"x": "https://a.cn/privacy"})), None),
        ("assets/about.xml", "隐私政策".encode(), "assets"),
        ("assets/strings.lua", "隐私政策".encode("utf-16-le"), "assets"),
        ("assets/odd.dat", b"\1" + "https://a.cn/privacy".encode("utf-16-le"), "assets"),
        ("assets/marked", b"\xfe\xff" + "隐私政策".encode("utf-16-be"), "assets"),
        ("res/raw/about", "隐私政策".encode("gb18030"), "assets"),
        ("config.properties", b"name=\\u9690\\u79c1\\u653f\\u7b56", "assets"),
        ("assets/texts.gz", gzip.compress("隐私政策".encode(), mtime=0), "assets"),
        ("assets/words.db", b"SQLite format 3\0" + "隐私政策".encode(), "assets"),
        ("assets/plugin.jar", b"PK\3\4stored " + "隐私政策".encode(), "assets"),
    ],
)
def test_words_are_found_wherever_they_lie(
    tmp_path: Path, name: str, data: bytes, page: str | None
) -> None:
    seen = look_at(apk(None, File(name, data)), tmp_path)
    assert [one[0] for one in links(seen)] == [page or "resources"]
    assert not pages_unseen(seen)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("assets/policy.pdf", b"%PDF-1.7 x"),
        ("assets/plugin.jar", b"PK\3\4x"),
        ("assets/more.dex", DEX),
        ("assets/bin/Data/Managed/Assembly-CSharp.dll", b"MZ\x90\0"),
        ("assets/data.unity3d", b"UnityFS\0"),
        ("assets/texts.gz", b"\x1f\x8b\x08broken"),
        ("assets/encrypted", DENSE),
        ("somewhere/encrypted.png", DENSE),
    ],
)
def test_a_file_that_hides_its_words_is_unseen(tmp_path: Path, name: str, data: bytes) -> None:
    seen = look_at(apk(None, File(name, data)), tmp_path)
    (unseen,) = seen.unseen_of("policy.link")
    assert unseen.scope == {"channel": ("apk",), "page": ("assets",)}
    assert name in unseen.reason.en


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("assets/ic_privacy.png", b"\x89PNG\r\n\x1a\n" + DENSE),
        ("assets/font", b"\0\1\0\0\0" + DENSE),
        ("assets/film.bin", bytes(4) + b"ftyp" + DENSE),
        ("assets/libnative.so", b"\x7fELF" + DENSE),
        ("lib/arm64-v8a/libnative.so", DENSE),
        ("assets/keys.bks", DENSE),
        ("assets/dexopt/baseline.prof", DENSE),
        ("META-INF/CERT.RSA", DENSE),
        ("res/layout/a.xml", axml(Node("a", {"x": "com.google.PrivacyPolicyActivity"}))),
        ("assets/sdk/privacy/icon.json", b"{}"),
        ("assets/folder/", b""),
        ("DebugProbesKt.bin", b"\xca\xfe\xba\xbe\0\0\0\x32"),
    ],
)
def test_what_holds_no_words_is_neither_link_nor_unseen(
    tmp_path: Path, name: str, data: bytes
) -> None:
    seen = look_at(apk(None, File(name, data)), tmp_path)
    assert not links(seen)
    assert not pages_unseen(seen)


def test_many_files_that_hide_their_words_are_one_unseen(tmp_path: Path) -> None:
    files = [File(f"assets/{n}.zip", b"PK\3\4") for n in range(5)]
    (unseen,) = look_at(apk(None, *files), tmp_path).unseen_of("policy.link")
    assert unseen.reason.en.startswith("assets/0.zip, assets/1.zip, assets/2.zip and 2 more: ")


def test_many_broken_files_are_one_unseen_per_page(tmp_path: Path) -> None:
    files = [
        File(f"{folder}/{n}.xml", b"x", method=0, size=9 << 20)
        for folder in ("assets", "res")
        for n in range(5)
    ]
    unseen = look_at(apk(None, *files), tmp_path).unseen_of("policy.link")
    assert [one.scope["page"] for one in unseen] == [("assets",), ("resources",)]
    assert all("and 2 more files" in one.reason.en for one in unseen)


@pytest.mark.parametrize(
    "name", ["隐私政策.pdf", "privacy_policy.pdf", "yinsi_v2.html", "PrivacyPolicy.png"]
)
def test_a_file_named_as_a_policy_is_a_link(tmp_path: Path, name: str) -> None:
    seen = look_at(apk(None, File(f"assets/legal/{name}", b"\x89PNG")), tmp_path)
    assert links(seen) == [("assets", "", name)]
    assert seen.of(PolicyLink)[0].source.at == f"assets/legal/{name}"


@pytest.mark.parametrize(
    ("names", "app", "unseen"),
    [
        ([], {}, True),
        ([], {"android:hasCode": False}, False),
        (["classes2.dex"], {"android:hasCode": False}, True),
        (["classes.dex"], {}, False),
    ],
)
def test_code_that_is_not_there_is_unseen(
    tmp_path: Path, names: list[str], app: dict[str, Attribute], unseen: bool
) -> None:
    root = File("AndroidManifest.xml", axml(manifest(app=app)))
    data = container([root, *(File(name, DEX) for name in names)])
    assert pages_unseen(look_at(data, tmp_path)) == [("dex",)] * unseen


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


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("assets/隐私政策.pdf", b"%PDF-1.7 x", "application/pdf"),
        ("res/raw/privacy_policy.docx", b"PK\3\4x", None),
        ("assets/privacy_policy.md", b"# Policy", "text/markdown"),
        ("assets/yinsi.txt", "很短".encode(), "text/plain"),
    ],
)
def test_a_file_that_is_named_as_a_policy_is_a_lead(
    tmp_path: Path, name: str, data: bytes, media_type: str | None
) -> None:
    seen = look_at(apk(None, File(name, data)), tmp_path)
    (lead,) = seen.leads
    assert (lead.kind, lead.evidence.name) == ("policy", name)
    assert media_type in (None, lead.evidence.media_type)
    assert seen.vault.open(lead.evidence.sha256) == data
    assert not seen.of(PolicyDocument)


def test_lists_are_leads_beside_a_policy_only(tmp_path: Path) -> None:
    lists = (File("assets/sdk_list.html", b"<p>SDK"), File("assets/other.html", b"<p>x"))
    assert not look_at(apk(None, *lists), tmp_path).leads
    seen = look_at(apk(None, File("assets/privacy.html", PAGE), *lists), tmp_path)
    assert [one.evidence.name for one in seen.leads] == [
        "assets/privacy.html",
        "assets/sdk_list.html",
    ]
