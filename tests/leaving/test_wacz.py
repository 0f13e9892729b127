"""WACZ: what is in it, its index against the records, and a viewer that is not ours."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import time
import zipfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.browser import find_chromium
from scanner.leaving.wacz import key
from tests.collect.website.rig import needs_chromium
from tests.leaving.holding import entry, site_case
from tests.leaving.test_exporting import export

PAGES = (
    entry("https://www.site.example/", b"<title>t</title>"),
    entry("https://site.example/b?z=1&a=2", b"{}", mime="application/json", _resourceType="xhr"),
    entry("https://site.example/p.png", None, mime="image/png", _resourceType="image"),
    entry("https://site.example/frame.html", None),
)


@pytest.fixture(scope="module")
def wacz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wacz")
    case = site_case(folder, *PAGES)
    export(case, folder / "site.wacz", "wacz", complete=True)
    return folder / "site.wacz"


def opened(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_package_lists_every_file_with_its_digest(wacz: Path) -> None:
    files = opened(wacz)
    package = json.loads(files["datapackage.json"])
    assert package["wacz_version"] == "1.1.1"
    assert package["mainPageUrl"] == "https://www.site.example/"
    assert {one["path"] for one in package["resources"]} == files.keys() - {
        "datapackage.json",
        "datapackage-digest.json",
    }
    for one in package["resources"]:
        data = files[one["path"]]
        assert one["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert one["bytes"] == len(data)
    told = json.loads(files["datapackage-digest.json"])
    assert told["hash"] == f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"


def test_the_index_points_to_each_answer(wacz: Path) -> None:
    from warcio.archiveiterator import ArchiveIterator

    files = opened(wacz)
    lines = files["indexes/index.cdx"].decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == len(PAGES)
    for line in lines:
        _, stamp, told = line.split(" ", 2)
        said = json.loads(told)
        at, length = int(said["offset"]), int(said["length"])
        data = files["archive/data.warc.gz"][at : at + length]
        (record,) = ArchiveIterator(io.BytesIO(data))
        assert record.rec_type == "response"
        assert record.rec_headers["WARC-Target-URI"] == said["url"]
        assert record.rec_headers["WARC-Payload-Digest"] == said["digest"]
        assert stamp == "20261001020000"
        gzip.decompress(data)


def test_pages_are_documents_whose_body_is_there(wacz: Path) -> None:
    lines = [json.loads(line) for line in opened(wacz)["pages/pages.jsonl"].splitlines()]
    assert lines[0]["format"] == "json-pages-1.0"
    assert [one["url"] for one in lines[1:]] == ["https://www.site.example/"]


def test_the_log_says_what_is_not_in_it(wacz: Path) -> None:
    log = json.loads(opened(wacz)["logs/mingjian.jsonl"])
    assert log["answers whose body was not kept"] == 2


def test_the_validator_of_its_authors_accepts_it(wacz: Path) -> None:
    theirs = pytest.importorskip("wacz.main", reason="pip install wacz, to have it validated")
    given = Namespace(file=str(wacz), verify_auth=False, verifier_url=None)
    assert theirs.validate_wacz(given) == 0


ADDRESSES = [
    "https://www.Site.Example/Path/?B=2&a=1&a=0#x",
    "http://site.example:8080/",
    "https://site.example:443/a/",
    "http://203.0.113.7/x?",
    "https://www2.site.example",
    "https://a.b.c.example/%E4%BD%A0?q=%20",
    "https://site.example/?&&a",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_keys_are_those_of_the_library_of_the_internet_archive(url: str) -> None:
    theirs: Any = pytest.importorskip("surt", reason="pip install surt, to compare keys")
    assert key(url) == theirs.surt(url)


def test_keys_by_hand() -> None:
    assert key("https://www.Site.Example/Path/?b=2&a=1") == "example,site)/path?a=1&b=2"
    assert key("http://site.example:8080/") == "example,site:8080)/"


@contextlib.contextmanager
def replayed(folder: Path, wacz: Path) -> Iterator[str]:
    """Let pywb, a viewer that is not ours, serve a collection."""
    wayback, manager = shutil.which("wayback"), shutil.which("wb-manager")
    if wayback is None or manager is None:
        pytest.skip("pywb is not here, to replay a page: pip install pywb, and put it on the PATH")
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for words in (["init", "court"], ["add", "--unpack-wacz", "court", str(wacz)]):
        subprocess.run([manager, *words], cwd=folder, env=env, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [wayback, "-b", "127.0.0.1", "-p", str(port)],
        cwd=folder,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(150):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/court"
    finally:
        server.terminate()
        server.wait(20)


@needs_chromium
def test_a_viewer_that_is_not_ours_replays_the_page(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    page = (
        b"<meta charset=utf-8><link rel=stylesheet href=/s.css><p id=a>\xe4\xb9\xa6\xe5\xba\x97</p>"
    )
    case = site_case(
        tmp_path,
        entry("https://site.example/", page),
        entry("https://site.example/s.css", b"#a{color:rgb(1, 2, 3)}", mime="text/css"),
    )
    export(case, tmp_path / "site.wacz", "wacz", complete=True)
    with replayed(tmp_path, tmp_path / "site.wacz") as home, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(find_chromium()), args=["--no-sandbox"]
        )
        tab = browser.new_page()
        tab.goto(f"{home}/20261001020000/https://site.example/", timeout=30_000)
        shown = tab.frame_locator("#replay_iframe").locator("#a")
        assert shown.inner_text() == "书店"
        colour = shown.evaluate("one => getComputedStyle(one).color")
        browser.close()
    assert colour == "rgb(1, 2, 3)"
