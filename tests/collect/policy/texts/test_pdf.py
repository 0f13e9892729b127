from __future__ import annotations

import re

import pytest

from scanner.child import Unreadable
from scanner.collect.policy.texts import pdf
from tests.collect.policy.texts.paper import printed, words, written
from tests.collect.policy.texts.test_text import lines, reading, rows

NUMERALS = "一二三四五六七八九十"
PARAGRAPH = (
    "为了向您提供服务，我们会收集您的手机号码、位置信息与设备信息，并在法律法规规定的范围内使用。"
    "您可以随时撤回同意，撤回后我们将停止处理；如需了解更多，请访问隐私中心，或按下文方式联系我们。"
)
PAGE = "<title>示例隐私政策</title><h1>示例隐私政策</h1>" + "".join(
    f"<h2>{number}、我们如何处理第{place}类信息</h2><p>{PARAGRAPH}</p><p>（一）保存期限</p>"
    f'<p>账号注销后{place}日内删除，见<a href="https://a.example/{place}">说明</a>。</p>'
    for place, number in enumerate(NUMERALS)
)
SDKS = [
    [
        f"{number}号组件",
        f"第{number}科技有限公司",
        "推送消息及统计分析，帮助改进服务的质量与稳定性",
        "IMEI、MAC地址",
    ]
    for number in range(70)
]
TABLE = (
    "<h2>十一、第三方目录</h2><table><thead><tr><th>名称<th>公司<th>目的<th>信息</thead>"
    + "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in SDKS)
    + "</table><p>联系我们：privacy@a.example</p>"
)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_printed_policy_reads_as_the_page_it_was_printed_from() -> None:
    document = reading(printed(PAGE + TABLE, head="示例公司内部文件"))
    page = reading("<html>" + PAGE + TABLE)
    assert document.title == "示例隐私政策"
    assert squeezed(document.text) == squeezed(page.text)
    assert [line for line in lines(document) if PARAGRAPH[:8] in line] == [PARAGRAPH] * 10
    assert document.whole and not document.pictures


def test_headings_come_from_size_and_numbering() -> None:
    document = reading(printed(PAGE + TABLE, head="示例公司内部文件"))
    levels = {
        document.text[block.start : block.end]: block.level
        for block in document.blocks
        if block.kind == "heading"
    }
    assert levels["示例隐私政策"] == 1
    assert levels["三、我们如何处理第2类信息"] == 2
    assert levels["（一）保存期限"] == 3
    assert len(lines(document, "heading")) == 1 + 2 * 10 + 1


def test_a_table_over_several_pages_is_one() -> None:
    document = reading(printed(PAGE + TABLE, head="示例公司内部文件"))
    assert len(document.tables) == 1
    assert document.tables[0].title == "十一、第三方目录"
    assert document.tables[0].head == 1
    found = [[squeezed(cell) for cell in row] for row in rows(document)]
    assert found == [["名称", "公司", "目的", "信息"], *SDKS]


def test_merged_cells_are_repeated() -> None:
    table = """<table><tr><th>名称<th>目的<th>信息<tr><td rowspan=2>甲组件<td>推送<td>IMEI
    <tr><td colspan=2>统计与分析<tr><td>乙组件<td>地图<td>位置</table>"""
    assert rows(reading(printed(PAGE + table))) == [
        ["名称", "目的", "信息"],
        ["甲组件", "推送", "IMEI"],
        ["甲组件", "统计与分析", "统计与分析"],
        ["乙组件", "地图", "位置"],
    ]


def test_links_keep_their_address() -> None:
    links = reading(printed(PAGE + TABLE, head="示例公司内部文件")).links
    assert [(link.text, link.href) for link in links] == [
        ("说明", f"https://a.example/{place}") for place in range(10)
    ]


def test_text_set_in_latin_reads_in_order() -> None:
    content = words(
        (72, 700, 10, "We collect your phone number."),
        (72, 760, 20, "Privacy Policy"),
        (300, 640, 10, "right"),
        (72, 640, 10, "left"),
    )
    document = reading(written([content]))
    assert lines(document) == ["Privacy Policy", "We collect your phone number.", "left right"]
    assert document.blocks[0].kind == "heading"


def test_a_page_of_pictures_is_not_whole() -> None:
    scan = written([b"q 500 0 0 700 50 50 cm /P Do Q"] * 3, image=True)
    document = reading(scan)
    assert (document.text, document.pictures, document.whole) == ("", 3, False)
    icon = words((72, 700, 10, "We collect your phone number.")) + b"q 20 0 0 20 50 50 cm /P Do Q"
    assert reading(written([icon], image=True)).pictures == 0


def test_letters_drawn_as_outlines_are_pictures() -> None:
    curves = b"".join(b"%d 10 m %d 20 30 40 50 60 c S\n" % (x, x) for x in range(300))
    assert reading(written([curves])).pictures == 1


def test_an_encrypted_file_is_refused() -> None:
    encrypt = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (%b) /U (%b) >> /ID [(a) (a)]" % (
        b"o" * 32,
        b"u" * 32,
    )
    with pytest.raises(Unreadable, match="encrypted") as refused:
        reading(written([words((72, 700, 10, "secret"))], trailer=encrypt))
    assert "加密" in refused.value.reason.zh


def test_lying_tables_of_places_are_mended_or_refused() -> None:
    sound = written([words((72, 700, 10, "We collect your phone number."))])
    lying = re.sub(rb"\d{10} 00000 n", b"9999999999 00000 n", sound)
    with pytest.raises(Unreadable):
        reading(lying)
    cut = sound.replace(b"startxref\n", b"startxref\n99")
    assert reading(cut).text == "We collect your phone number."
    with pytest.raises(Unreadable):
        reading(b"%PDF-1.7\n" + b"nonsense " * 100)


def test_a_tree_of_pages_that_holds_itself_ends() -> None:
    sound = written([words((72, 700, 10, "once"))])
    assert b"/Kids [6 0 R]" in sound
    assert reading(sound.replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]")).text in {"", "once"}


def test_pages_without_end_are_bounded_and_named() -> None:
    many = written([words((72, 400, 10, "We collect."))], copies=30_000)
    document = reading(many)
    assert 0 < document.text.count("We collect.") <= pdf.MAX_PAGES
    assert ["too large" in each.en for each in document.unread] == [True]


def test_a_page_that_unpacks_without_end_is_named_and_the_others_are_read() -> None:
    sound = words((72, 700, 10, "We collect your phone number."))
    document = reading(written([sound, b"\n" * (1 << 28), sound]))
    assert document.text.count("We collect your phone number.") >= 1
    assert len(document.text) < 1000


def test_a_page_that_takes_too_long_is_named_and_the_others_are_read() -> None:
    sound = words((72, 700, 10, "We collect your phone number."))
    endless = b"BT /F 9 Tf 9 9 Td " + b"(a) Tj " * 300_000 + b"ET"
    document = reading(written([sound, endless, sound]))
    assert document.text.count("We collect your phone number.") == 2
    assert [each.en for each in document.unread] == ["unreadable pages: 2"]


def test_too_many_lines_are_named() -> None:
    strokes = b"".join(b"%d %d m %d 800 l S\n" % (x % 595, x % 800, x % 595) for x in range(4000))
    content = words((72, 700, 10, "We collect your phone number.")) + strokes
    document = reading(written([content]))
    assert "phone number" in document.text
    assert any("too many lines" in each.en for each in document.unread)
