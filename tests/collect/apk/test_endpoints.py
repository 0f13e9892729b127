from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.child import Unreadable
from scanner.collect.apk import endpoints
from scanner.collect.apk.container import DEX_NAME, open_container
from scanner.collect.apk.endpoints import (
    MAX_URL,
    NAMESPACES,
    Address,
    Where,
    addresses_in,
    endpoint_facts,
    host_of,
    in_file,
    is_flooded,
    libraries_of,
    packed_addresses,
    place_of,
)
from scanner.errors import NotAuditable
from scanner.facts import EndpointEmbedded, Source
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.knowledge.trackers import index_hosts
from scanner.model import Unseen
from tests.collect.apk.forge import DEX, File, apk, container, table

CORPUS = os.environ.get("MINGJIAN_CORPUS", "")
DENSE = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(99))
ELF = b"\x7fELF\2\1\1" + bytes(57)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def urls(text: str | bytes, *, wide: bool = False) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [one.url for one in addresses_in(data, wide=wide)]


@pytest.mark.parametrize(
    ("text", "url", "host", "secure"),
    [
        ("http://api.shop.cn", "http://api.shop.cn", "api.shop.cn", False),
        ("HTTPS://API.Shop.CN/V1/Log", "https://api.shop.cn/V1/Log", "api.shop.cn", True),
        ("ws://push.shop.cn:8080/x", "ws://push.shop.cn:8080/x", "push.shop.cn", False),
        ("wss://push.shop.cn", "wss://push.shop.cn", "push.shop.cn", True),
        ("ftp://f.shop.cn/a", "ftp://f.shop.cn/a", "f.shop.cn", False),
        ("http://47.96.1.2:99999/x", "http://47.96.1.2", "47.96.1.2", False),
        ("http://47.96.1.2:8885/x", "http://47.96.1.2:8885/x", "47.96.1.2", False),
        ("http://[2400:3200::1]:80/", "http://[2400:3200::1]:80/", "2400:3200::1", False),
        ("https://me:pa%40ss@a.cn/x", "https://***@a.cn/x", "a.cn", True),
        ("https://a@b@a.cn", "https://***@a.cn", "a.cn", True),
        ("https://a.cn/x?token=1&u=2", "https://a.cn/x", "a.cn", True),
        ("https://a.cn?token=1", "https://a.cn", "a.cn", True),
        ("https://a.cn/x#id", "https://a.cn/x", "a.cn", True),
        ("https://a.cn/x;s=1", "https://a.cn/x", "a.cn", True),
        ("见 http://www.shop.cn。谢谢", "http://www.shop.cn", "www.shop.cn", False),
        ("打开http://www.shop.cn查看", "http://www.shop.cn", "www.shop.cn", False),
        ("see http://www.shop.cn.", "http://www.shop.cn", "www.shop.cn", False),
        ("http://例子.中国/x", "http://xn--fsqu00a.xn--fiqs8s/x", "xn--fsqu00a.xn--fiqs8s", False),
        ("http://例子.com查看", "http://xn--fsqu00a.com", "xn--fsqu00a.com", False),
        ("http://xn--fsq.xn--fiqs8s/", "http://xn--fsq.xn--fiqs8s/", "xn--fsq.xn--fiqs8s", False),
        ("http://my_bucket.oss.cn/", "http://my_bucket.oss.cn/", "my_bucket.oss.cn", False),
        ('{"u":"http:\\/\\/a.cn\\/b"}', "http://a.cn/b", "a.cn", False),
        ("https://a.cn%s", "https://a.cn", "a.cn", True),
        ("https://a.cn/{id}/x", "https://a.cn/", "a.cn", True),
        ("https://a.cn${path}", "https://a.cn", "a.cn", True),
        ("url(http://a.cn/x.png)", "http://a.cn/x.png", "a.cn", False),
        ("'http://a.cn/x','y'", "http://a.cn/x", "a.cn", False),
        ("xhttp://a.cn", "http://a.cn", "a.cn", False),
    ],
)
def test_addresses_are_read(text: str, url: str, host: str, secure: bool) -> None:
    data = text.encode()
    (found,) = addresses_in(data)
    assert found[:3] == (url, host, secure)
    assert data[found.offset :].lower().startswith(url.encode().partition(b":")[0] + b":")


@pytest.mark.parametrize(
    "text",
    [
        "http://schemas.android.com/apk/res/android",
        "http://www.w3.org/2000/svg",
        "http://www.apache.org/licenses/LICENSE-2.0",
        "https://apache.org/xml/features/x",
        "http://xmlpull.org/v1/doc/features.html",
        "http://www.example.com/x",
        "https://api.example.org",
        "http://localhost:8080",
        "http://127.0.0.1:8080/x",
        "http://10.0.2.2/x",
        "http://0.0.0.0",
        "http://[::1]/",
        "http://203.0.113.9/",
        "http://239.255.255.250:1900",
        "https://%s/x",
        "https://{host}/x",
        "https://api.{env}.shop.cn/x",
        "https://img.cdn%d.shop.cn/x",
        "https://api.shop.${tld}/x",
        "https://your-domain.com/x",
        "https://api.yourcompany.com/x",
        "https://xxx.xxx.com/",
        "http://nas.local/",
        "http://intranet/",
        "http://256.1.1.1/",
        "http://1.2.3/",
        "http://-a.cn/",
        "http://a..cn/",
        "http://a.c1/",
        "http://" + "a" * 64 + ".cn/",
        "http://" + "a." * 127 + "cn/",
        "http://",
        "://a.cn",
        "file:///android_asset/x.html",
        "content://com.shop.cn/x",
        "market://details.cn",
        "sftp://a.cn",
        "news://a.cn",
        "http:/a.cn",
        "http://[2400::1::2]/",
        "http://。。/",
    ],
)
def test_names_placeholders_and_other_schemes_are_no_address(text: str) -> None:
    assert urls(f'"{text}"', wide=True) == []
    assert urls(text.encode("utf-16-le"), wide=True) == []


def test_the_same_hosts_are_addresses_where_they_do_not_name_anything() -> None:
    assert urls("http://www.apache.org/dist/x") == ["http://www.apache.org/dist/x"]
    assert urls("https://search.yahoo.com/search") == ["https://search.yahoo.com/search"]
    assert urls("ws://www.w3.org/") == ["ws://www.w3.org/"]
    for host, (prefixes, reason) in NAMESPACES.items():
        assert reason
        assert host == host.lower().removeprefix("www.")
        assert urls(f"http://sub.{host}") == [f"http://sub.{host}"]
        for prefix in prefixes:
            assert urls(f"http://{host}{prefix} ") == urls(f"http://www.{host}{prefix}") == []


def test_two_addresses_with_nothing_between_them() -> None:
    assert urls("http://a.cnhttps://b.cn/x") == ["http://a.cn", "https://b.cn/x"]
    assert urls("http://a.cn/go?u=https://b.cn/x") == ["http://a.cn/go", "https://b.cn/x"]


def test_wide_text_is_found_only_on_request() -> None:
    url = "http://a.shop.cn:81/x"
    for prefix in (b"", b"\1", b"\0", b"ab", b"abc"):
        data = prefix + url.encode("utf-16-le") + b"\0\0"
        assert urls(data) == []
        (found,) = addresses_in(data, wide=True)
        assert found == Address(url, "a.shop.cn", False, len(prefix))
    data = "看http://a.shop.cn看".encode("utf-16-le")
    assert [one[1:] for one in addresses_in(data, wide=True)] == [("a.shop.cn", False, 2)]


@pytest.mark.parametrize(
    "head",
    [
        bytes.fromhex("06082b0601050507300186"),
        bytes.fromhex("06082b0601050507300286"),
        bytes.fromhex("a01ba01986"),
        bytes.fromhex("06082b0601050507020116"),
    ],
)
def test_addresses_inside_certificates_are_not_the_app_s(head: bytes) -> None:
    url = b"http://crl.shop.cn/root"
    assert urls(head + bytes([len(url)]) + url + b"0") == []
    assert urls(head + b"\5" + url) == [url.decode()]
    assert urls(b"abcdefgh" + bytes([len(url)]) + url) == [url.decode()]


def test_a_real_certificate_holds_addresses_that_do_not_count() -> None:
    """Built by another hand: asn1crypto writes the extensions."""
    from asn1crypto import x509

    uri = x509.GeneralName("uniform_resource_identifier", "http://ocsp.shop.cn/a")
    access = x509.AuthorityInfoAccessSyntax(
        [{"access_method": "ocsp", "access_location": uri}]
    ).dump()
    points = x509.CRLDistributionPoints(
        [{"distribution_point": x509.DistributionPointName("full_name", [uri])}]
    ).dump()
    policies = x509.CertificatePolicies(
        [
            {
                "policy_identifier": "2.23.140.1.2.1",
                "policy_qualifiers": [
                    {
                        "policy_qualifier_id": "certification_practice_statement",
                        "qualifier": "http://cps.shop.cn",
                    }
                ],
            }
        ]
    ).dump()
    for extension in (access, points, policies):
        assert b"http://" in extension
        assert urls(extension) == []


def test_lengths_and_numbers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    (long,) = addresses_in(b"http://a.cn/" + b"x" * 9999)
    assert len(long.url) == MAX_URL
    assert urls(b"http://" + b"u" * 500 + b"@a.cn/x") == ["http://***@a.cn/x"]
    monkeypatch.setattr(endpoints, "MAX_HITS", 3)
    assert len(urls(b"http://a.cn " * 9)) == 3
    assert not is_flooded(b"http://a.cn " * 3)
    assert is_flooded(b"http://a.cn " * 4)
    assert is_flooded("http://a.cn ".encode("utf-16-le") * 4)
    assert is_flooded(b"http:\\/\\/a.cn " * 4)


@pytest.mark.parametrize(
    "piece",
    [
        *(b"://", b"http://", b"http://a.", b"http://a@", b"http://a.bb@", b"http://a.bb{"),
        *(
            b":\\/\\/",
            "http://例.例".encode(),
            b"http://[::",
            b"ftp://%s",
            b"h\0t\0t\0p\0:\0/\0/\0",
        ),
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(piece: bytes) -> None:
    """Counted in calls, not in seconds: each place is looked at once, within its window."""
    data = piece * (2_000_000 // len(piece))
    assert len(urls(data, wide=True)) <= 3 * endpoints.MAX_HITS


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("api.shop.cn", "api.shop.cn"),
        ("www.shop.com.cn", "www.shop.com.cn"),
        ("shop.com", "shop.com"),
        ("log.shop.com:8080", "log.shop.com"),
        ("47.96.1.2:8080", "47.96.1.2"),
    ],
)
def test_a_bare_host_is_a_whole_string(text: str, host: str) -> None:
    assert host_of(text) == Address(text, host, None, 0)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "com.shop.cn",
            "cn.shop.com",
            "org.apache.http.conn",
            "java.net",
            "javax.net",
            "android.net",
        ),
        *("a.b", "index.html", "user.name", "kotlin.io", "api.shop.io", "4.1.2.5", "Shop.com"),
        *("api.shop.cn ", "a@shop.com", "example.com", "www.example.org", "-a.com", "a-.com", ""),
        *("999.96.1.2:80", "www.w3.org", "xxx.com", "ro.net", "." * 90, "a." * 60 + "com", ".com"),
    ],
)
def test_names_of_packages_files_and_properties_are_no_host(text: str) -> None:
    assert host_of(text) is None


# A slow reader of the same, written another way: cut into runs of URL letters, then urllib.
_STOP = re.compile(r"[\x00-\x20\x7f\ufffd\"'<>`\\^|{}()\[\]]|[^\x00-\x7f]")


def reference(text: str) -> set[tuple[str, bool]]:
    hosts = set()
    for scheme in ("http", "https", "ws", "wss", "ftp"):
        secure = scheme in ("https", "wss")
        place = text.find(scheme + "://")
        while place >= 0:
            rest = _STOP.split(text[place:], maxsplit=1)[0]
            host = (urlsplit(rest).netloc.rpartition("@")[2].partition(":")[0]).lower()
            hosts.add((host.rstrip("."), secure))
            place = text.find(scheme + "://", place + 1)
    return {(host, secure) for host, secure in hosts if host.endswith((".cn", ".com"))}


LABELS = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True).filter(lambda s: not set(s) <= {"x"})
HOSTS = st.builds(
    lambda labels, top: ".".join([*labels, top]),
    st.lists(LABELS, min_size=1, max_size=3),
    st.sampled_from(["cn", "com"]),
)
URLS = st.builds(
    lambda scheme, user, host, port, path: f"{scheme}://{user}{host}{port}{path}",
    st.sampled_from(["http", "https", "ws", "wss", "ftp", "HTTP", "Https"]),
    st.sampled_from(["", "", "me@", "me:pw@"]),
    HOSTS,
    st.sampled_from(["", ":80", ":8443"]),
    st.from_regex(r"(/[a-z0-9_%-]{0,8}){0,3}", fullmatch=True),
)


def known(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return not endpoints._is_nowhere(host) and host.removeprefix("www.") not in NAMESPACES


@given(url=URLS.filter(known), before=st.binary(max_size=40), after=st.binary(max_size=40))
@example(url="http://a.cn", before=b"\x86", after=b"")
def test_an_address_is_found_wherever_it_stands(url: str, before: bytes, after: bytes) -> None:
    data = before + b"\0" + url.encode() + b"\0" + after
    parts = urlsplit(url)
    found = [one for one in addresses_in(data) if one.offset == len(before) + 1]
    assert [(one.host, one.secure) for one in found] == [
        (parts.hostname, parts.scheme.lower() in ("https", "wss"))
    ]
    wide = before + b"\0\0" + url.encode("utf-16-le") + b"\0\0" + after
    offsets = {one.offset: one for one in addresses_in(wide, wide=True)}
    assert offsets[len(before) + 2].host == parts.hostname
    assert all(
        "me" not in one.url.partition("//")[2].partition("@")[0] for one in found if "@" in url
    )


@given(
    pieces=st.lists(
        st.one_of(
            URLS.filter(known), st.text(max_size=9), st.sampled_from([" ", "/", "@", "。", "."])
        ),
        max_size=8,
    )
)
def test_a_slow_reader_finds_the_same_hosts(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = {(one.host, one.secure) for one in addresses_in(text.encode("utf-8", "replace"))}
    fast = {one for one in found if one[0].endswith((".cn", ".com"))}
    slow = reference(_lower_schemes(text))
    assert fast == {one for one in slow if known(f"http://{one[0]}")}


def _lower_schemes(text: str) -> str:
    return re.sub(r"(?i)(https?|wss?|ftp)://", lambda match: match.group().lower(), text)


@settings(max_examples=300)
@given(data=st.one_of(st.binary(max_size=200), st.text("htps:/.@%{}[]\\\0x界1?", max_size=60)))
def test_arbitrary_bytes_never_raise(data: bytes | str) -> None:
    raw = data.encode() if isinstance(data, str) else data
    for one in addresses_in(raw, wide=True):
        assert 0 <= one.offset < len(raw)
        assert one.host == one.host.lower()
        assert one.host.isascii()
        assert one.url.isascii()
        assert one.url.isprintable()
        assert len(one.url) <= MAX_URL
    host_of(data if isinstance(data, str) else data.decode("latin-1"))


def where(url: str, at: str = "x", owner: str | None = None) -> Where:
    (address,) = addresses_in(url.encode())
    return Where("assets", at, owner, address)


def facts(found: Iterable[Where], knowledge: Knowledge) -> list[EndpointEmbedded]:
    given = endpoint_facts(found, knowledge, Source(evidence="0" * 64, at="app.apk"))
    return [one for one in given if isinstance(one, EndpointEmbedded)]


def test_one_fact_per_host_scheme_and_owner(knowledge: Knowledge) -> None:
    found = [
        where("http://b.cn/2", "second"),
        where("http://b.cn/1", "third"),
        where("https://b.cn/1"),
        where("http://b.cn/1", owner="app"),
        where("http://a.cn/"),
    ]
    given = facts(found, knowledge)
    assert [(one.host, one.secure, one.owner, one.url) for one in given] == [
        ("a.cn", False, None, "http://a.cn/"),
        ("b.cn", False, None, "http://b.cn/2"),
        ("b.cn", False, "app", "http://b.cn/1"),
        ("b.cn", True, None, "https://b.cn/1"),
    ]
    assert given[1].source == Source(evidence="0" * 64, at="second")
    assert {one.vendor for one in given} == {""}


@pytest.mark.parametrize(
    ("host", "vendor"),
    [
        ("shop.cn", "long"),
        ("a.b.shop.cn", "short"),
        ("b.shop.cn", "short"),
        ("xshop.cn", ""),
        ("shop.cn.com", ""),
        ("cn.net", ""),
    ],
)
def test_the_longest_domain_tells_the_vendor(knowledge: Knowledge, host: str, vendor: str) -> None:
    sdk = knowledge.sdks[0]
    sdks = tuple(
        msgspec.structs.replace(
            sdk, domains=(domain,), vendor=msgspec.structs.replace(sdk.vendor, id=name)
        )
        for domain, name in (("shop.cn", "long"), ("b.shop.cn", "short"), ("shop.cn", "other"))
    )
    table_of = msgspec.structs.replace(knowledge, trackers=index_hosts((), sdks))
    assert [one.vendor for one in facts([where(f"http://{host}")], table_of)] == [vendor]


def test_too_many_facts_are_cut_and_said(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "MAX_FACTS", 2)
    found = [where(f"https://{name}.cn") for name in "abc"] + [where("http://z.cn")]
    *kept, unseen = endpoint_facts(found, knowledge, Source())
    assert [getattr(one, "host", None) for one in kept] == ["a.cn", "z.cn"]
    assert isinstance(unseen, Unseen)
    assert (unseen.kind, unseen.scope) == ("endpoint.embedded", {"channel": ("apk",)})
    assert "2" in unseen.reason.zh
    assert "2" in unseen.reason.en


def look(
    tmp_path: Path, data: bytes, table_bytes: bytes | None = None, skip: tuple[str, ...] = ()
) -> tuple[dict[str, tuple[str, str | None]], list[Unseen]]:
    path = tmp_path / "app.apk"
    path.write_bytes(data)
    with open_container(path, "app.apk") as opened:
        found, unseen = packed_addresses(
            opened, table_bytes, skip, lambda name: f"lib:{name}", lambda name: f"file:{name}"
        )
    return {f"{one.at}={one.address.url}": (one.place, one.owner) for one in found}, unseen


def test_every_file_is_searched_but_code_media_and_signatures(tmp_path: Path) -> None:
    url = b"x http://a.cn/1 "
    data = apk(
        None,
        File("assets/a.js", url),
        File("assets/b.json.gz", gzip.compress(url)),
        File("assets/c.txt", "x http://a.cn/1".encode("utf-16")),
        File("assets/d.txt", b"\xfe\xff" + "x http://a.cn/1".encode("utf-16-be")),
        File("res/raw/e", url),
        File("res/xml/f.xml", url),
        File("assets/hidden/libx.so", ELF + url),
        File("assets/g.png", b"\x89PNG" + url),
        File("lib/arm64-v8a/libh.so", ELF + url),
        File("lib/armeabi-v7a/libh.so", ELF + url),
        File("META-INF/CERT.RSA", url),
        File("META-INF/channel", url),
        File("classes2.dex", DEX + url),
        File("assets/skipped", url),
    )
    found, unseen = look(tmp_path, data, skip=("assets/skipped",))
    assert found == {
        "META-INF/channel+0x2=http://a.cn/1": ("assets", "file:META-INF/channel"),
        "assets/a.js+0x2=http://a.cn/1": ("assets", "file:assets/a.js"),
        "assets/b.json.gz+0x2=http://a.cn/1": ("assets", "file:assets/b.json.gz"),
        "assets/c.txt+0x6=http://a.cn/1": ("assets", "file:assets/c.txt"),
        "assets/d.txt+0x5=http://a.cn/1": ("assets", "file:assets/d.txt"),
        "assets/hidden/libx.so+0x42=http://a.cn/1": ("native", "lib:assets/hidden/libx.so"),
        "lib/arm64-v8a/libh.so+0x42=http://a.cn/1": ("native", "lib:lib/arm64-v8a/libh.so"),
        "res/raw/e+0x2=http://a.cn/1": ("assets", "file:res/raw/e"),
        "res/xml/f.xml+0x2=http://a.cn/1": ("resources", "file:res/xml/f.xml"),
    }
    assert unseen == []


def test_the_resource_table_is_handed_in(tmp_path: Path) -> None:
    strings = table({0x7F010000: "https://a.cn/x", 0x7F010001: "http://b.cn"})
    data = apk(None, File("resources.arsc", strings))
    found, unseen = look(tmp_path, data, strings)
    assert {name.partition("=")[2] for name in found} == {"https://a.cn/x", "http://b.cn"}
    assert set(found.values()) == {("resources", None)}
    assert not unseen
    found, unseen = look(tmp_path, data)
    assert not found
    assert [one.scope["place"] for one in unseen] == [("resources",)]
    assert look(tmp_path, apk()) == ({}, [])


def test_what_cannot_be_read_is_unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hermes = bytes.fromhex("c61fbc03c103191f") + b"https://a.cnnext"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inner:
        inner.writestr("x", "http://a.cn")
    data = apk(
        None,
        File("assets/a.bin", DENSE),
        File("assets/index.android.bundle", hermes),
        File("assets/keys.bks", DENSE),
        File("assets/z.zip", archive.getvalue()),
        File("lib/x86/libpacked.so", ELF + DENSE),
        File("lib/x86/libbroken.so", ELF, size=9999),
        File("res/xml/cut.xml", b"x" * 99, size=9_999_999_999 & 0xFFFFFFFF),
    )
    found, unseen = look(tmp_path, data)
    assert [name.partition("=")[2] for name in found] == ["http://a.cn"]
    assert all(one.kind == "endpoint.embedded" and one.collector == "apk" for one in unseen)
    said = {one.scope["place"][0]: one.reason.en for one in unseen}
    assert set(said) == {"assets", "native", "resources"}
    texts = " ".join(one.reason.en for one in unseen)
    for name in ("a.bin", "index.android.bundle", "z.zip", "libpacked.so", "cut.xml"):
        assert name in texts
    assert "keys.bks" not in texts
    assert all(one.scope["channel"] == ("apk",) for one in unseen)


def test_limits_become_unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = apk(
        None,
        *(File(f"assets/{n}.txt", b"x" * 99 + b" http://a.cn") for n in range(6)),
        *(File(f"lib/x86/lib{n}.so", ELF * 9) for n in range(2)),
    )
    monkeypatch.setattr(endpoints, "MAX_HITS", 0)
    found, unseen = look(tmp_path, data)
    assert not found
    assert "and 3 more" in unseen[0].reason.en
    monkeypatch.undo()
    monkeypatch.setattr(endpoints, "MAX_FILES_TOTAL", 1200)
    monkeypatch.setattr(endpoints, "MAX_LIBRARIES_TOTAL", 600)
    found, unseen = look(tmp_path, data)
    assert 0 < len(found) < 6
    assert [one.scope["place"] for one in unseen] == [("assets",), ("native",)]


def test_each_library_is_searched_for_one_processor(tmp_path: Path) -> None:
    names = ["x86/liba.so", "armeabi/liba.so", "mips/libb.so", "x86_64/libb.so", "mips/libc.so"]
    path = tmp_path / "app.apk"
    path.write_bytes(container([File(f"lib/{name}", ELF) for name in names]))
    with open_container(path, "app.apk") as opened:
        assert libraries_of(opened) == [
            "lib/armeabi/liba.so",
            "lib/mips/libc.so",
            "lib/x86_64/libb.so",
        ]


@pytest.mark.parametrize(
    ("name", "head", "place"),
    [
        ("lib/x86/liba.so", b"", "native"),
        ("assets/liba.so", ELF, "native"),
        ("AndroidManifest.xml", b"", "resources"),
        ("resources.arsc", b"", "resources"),
        ("res/a", b"\3\0\x08\0", "resources"),
        ("res/raw/a.xml", b"", "assets"),
        ("assets/a.xml", b"", "assets"),
        ("r/a.txt", b"", "assets"),
    ],
)
def test_places(name: str, head: bytes, place: str) -> None:
    assert place_of(name, head) == place


def test_a_file_gives_its_addresses_with_their_places() -> None:
    (found,) = in_file("assets/a.js", b"1 http://a.cn", "sdk")
    assert found == Where("assets", "assets/a.js+0x2", "sdk", found.address)


@pytest.mark.skipif(not CORPUS, reason="MINGJIAN_CORPUS does not name the folder of the APK corpus")
def test_androguard_s_strings_hold_the_same_hosts() -> None:
    """Reads every string of every DEX file with androguard, and each alone with urllib."""
    from androguard.core.dex import DEX as ORACLE
    from loguru import logger

    logger.disable("androguard")
    compared = 0
    for path in sorted(Path(CORPUS).rglob("*.apk")):
        for name, data in dex_files(path):
            try:
                strings = {str(one) for one in ORACLE(data).get_strings()}
            except Exception:  # what the oracle cannot read says nothing
                continue
            wanted = {
                one
                for text in strings
                for one in reference(_lower_schemes(text))
                if known(f"http://{one[0]}") and "%" not in text and "{" not in text
            }
            found = {(one.host, one.secure) for one in addresses_in(data)}
            missing = {one for one in wanted - found if valid(one[0])}
            assert not missing, f"{path.name} {name}"
            compared += len(wanted)
    assert compared > 0


def valid(host: str) -> bool:
    return re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]+", host) is not None


def dex_files(path: Path) -> list[tuple[str, bytes]]:
    files = []
    try:
        with open_container(path, path.name) as opened:
            for name in opened.names(DEX_NAME):
                try:
                    files.append((name, opened.read(name, 64 << 20)))
                except Unreadable:
                    continue
    except NotAuditable:
        return []
    return files
