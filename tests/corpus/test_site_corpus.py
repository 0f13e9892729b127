from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.collect.website.rig import needs_chromium
from tests.corpus import compare_sites
from tests.corpus.compare_sites import Audited, requests, source_of, unseen_on

FOLDER = os.environ.get("MINGJIAN_CORPUS", "")


@needs_chromium
@pytest.mark.skipif(not FOLDER, reason="MINGJIAN_CORPUS does not name the folder of the corpus")
def test_requests_equal_what_the_servers_were_asked(capsys: pytest.CaptureFixture[str]) -> None:
    folders = [str(path) for path in sorted((Path(FOLDER) / "webrepos").glob("*")) if path.is_dir()]
    code = compare_sites.main([*folders, "--pages", "8"])
    assert code == 0, capsys.readouterr().out


def test_a_folder_without_pages_is_no_success(tmp_path: Path) -> None:
    assert compare_sites.main([str(tmp_path)]) == 1


def audited(told: list[str], asked: list[str], *unseen: dict[str, object]) -> Audited:
    facts = [{"kind": "request.made", "host": "a.example", "path": path} for path in told]
    log = [("GET", "a.example", path) for path in asked]
    return Audited(0, 1.0, "", facts, list(unseen), {}, log, [])


@pytest.mark.parametrize(
    ("told", "asked", "missed", "invented"),
    [
        (["/a.js"], ["/a.js?x=1", "/robots.txt", "/"], [], []),
        (["/n/*/a.js"], ["/n/20260101/a.js"], [], []),
        ([], ["/a.js"], ["/a.js"], []),
        (["/a.js"], [], [], ["/a.js"]),
        (["/%E9%9A%90.html"], ["/%E9%9A%90.html"], [], []),
        (["/n/*/b.js"], ["/n/20260101/a.js"], ["/n/20260101/a.js"], ["/n/*/b.js"]),
    ],
)
def test_requests_are_compared_both_ways(
    told: list[str], asked: list[str], missed: list[str], invented: list[str]
) -> None:
    less, more = requests(audited(told, asked))
    assert less == {("a.example", path) for path in missed}
    assert more == {("a.example", path) for path in invented}


def test_what_the_source_of_a_page_holds() -> None:
    page = source_of(
        "/p.html",
        "<script src=//hm.baidu.com/h.js></script><a href=/y>隐私政策</a>"
        "<input type=hidden name=t><input type=tel name=phone><textarea name=m></textarea>"
        "<p>京ICP备 12345678号-2</p><script>'京ICP备87654321号'</script>".encode(),
    )
    assert page.hosts == {"hm.baidu.com"}
    assert page.policies == ("隐私政策",)
    assert page.fields == ("tel phone", "textarea m")
    assert page.filings == {"京ICP备12345678号-2"}


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ({"page": ["http://a.example/f.html"]}, True),
        ({"page": ["http://a.example/g.html"]}, False),
        ({}, True),
    ],
)
def test_what_is_said_to_be_unseen(scope: dict[str, object], said: bool) -> None:
    row: dict[str, object] = {"unseen": "form.field", "scope": scope}
    assert unseen_on(audited([], [], row), "form.field", "/f.html") is said
    assert unseen_on(audited([], [], row), "policy.link", "/f.html") is False
