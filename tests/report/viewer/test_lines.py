from __future__ import annotations

from scanner.model import Words
from scanner.report.viewer import (
    Box,
    CallPath,
    Excerpt,
    Field,
    Picture,
    Request,
    Step,
    Unshown,
    lines,
)

BODY = Field("json:p", "13***", ("gzip", "json"), True)
REQUEST = Request(
    *("a" * 64, "entry 1, byte 2", 2, "POST", "https://a.example/x", "a.example", "", "", 200),
    *(True, (Field("url:q", "1", ("url",), False),), (), (BODY,), 99, (), (), 3),
)


def test_each_view_is_told_in_both_languages() -> None:
    told = "\n".join(lines(REQUEST, "zh"))
    assert "POST https://a.example/x" in told
    assert "→ json:p: 13***  [gzip > json]" in told
    assert "另有 3 项" in told and "99 字节" in told
    english = "\n".join(lines(REQUEST, "en"))
    assert "99 bytes" in english and "<- 200" in english
    assert "no answer" in "\n".join(lines(REQUEST._replace(status=0), "en"))
    path = CallPath((Step("a.b", "app"), Step("c.d", None)), "e.f", False)
    assert lines(path, "en") == ("a.b  (the app)", "  → c.d  (owner unknown)", "    → e.f")
    picture = Picture("", "", 9, 8, (Box(1, 2, 3, 4, "accept: x"),))
    assert lines(picture, "en")[1] == "  [1,2][3,4] accept: x"
    assert lines(Unshown(None, "here", Words("无", "none")), "zh") == ("无：here",)


def test_code_and_manifest_name_their_place() -> None:
    code = Excerpt("code", "a" * 64, "classes.dex", None, 32, "La;->b()V", "6e10", "")
    assert lines(code, "en")[0] == "code classes.dex +0x20"
    manifest = Excerpt("manifest", "a" * 64, "", 7, None, "<a>", "<b\n x>", "</a>")
    assert lines(manifest, "zh") == (
        "清单文件 第 7 行",
        "    <a>",
        "  > <b",
        "  >  x>",
        "    </a>",
    )
