from __future__ import annotations

from lxml import etree, html

from scanner.facts import Source
from scanner.report.viewer.kept import Kept
from scanner.report.viewer.texts import Texts, element_lines
from tests.report.viewer.kept_bytes import Made, torch, zipped

PAGE = """<html><head><title>店</title><style>.a{}</style></head><body>
<h1>注册账号</h1><form><label>手机 <input name="m" value="13912345678"></label>
<label>甲 <input type="checkbox" checked> 我同意</label></form><p>猜你喜欢</p></body></html>"""


def texts(made: Made) -> Texts:
    return Texts(Kept(made.report(), made.open))


def test_an_element_is_that_which_xpath_finds() -> None:
    made = Made()
    digest = made.keep(PAGE.encode(), "text/html")
    at = "html > body > form:nth-of-type(1) > label:nth-of-type(2) > input:nth-of-type(1)"
    found = texts(made).page(Source(evidence=digest, at=at))
    other = html.document_fromstring(PAGE).xpath("/html/body/form[1]/label[2]/input[1]")[0]
    assert found is not None
    assert found.words == etree.tostring(other, method="html", with_tail=False).decode()
    assert (found.before, found.after, found.line) == ("甲", "我同意", 3)


def test_numbers_in_a_page_are_hidden() -> None:
    made = Made()
    digest = made.keep(PAGE.encode(), "text/html")
    at = "html > body > form > label > input"
    found = texts(made).page(Source(evidence=digest, at=at))
    assert found is not None
    assert "13912345678" not in found.words
    assert 'name="m"' in found.words


def test_a_policy_shows_how_its_operator_is_reached_and_not_the_test_person() -> None:
    made = Made()
    made.keep("phone: '13900112233'\nname: 欧阳靖宇\n".encode(), "application/yaml")
    text = "测试人欧阳靖宇 13900112233。我们收集位置信息。投诉电话 13812345678，13900112233"
    readable = made.keep(text.encode(), "text/plain")
    digest = made.keep(b"<html>", "text/html", readable=readable)
    begin = text.index("我们")
    found = texts(made).policy(Source(evidence=digest, at=f"text {begin}-{begin + 8}, line 1"))
    assert found is not None
    assert found.words == "我们收集位置信息"
    assert "13812345678" in found.after
    assert not any(one in repr(found) for one in ("13900112233", "欧阳靖宇"))


def test_names_beside_numbers_of_persons_are_hidden_too() -> None:
    made = Made()
    row = "<tr><td>欧阳靖宇</td><td>13812345678</td></tr>"
    digest = made.keep(f"<body><h1>获奖名单</h1><table>{row}</table></body>".encode(), "text/html")
    for at in ("", "获奖名单", "html > body > table:nth-of-type(1)"):
        found = texts(made).page(Source(evidence=digest, at=at))
        assert found is not None
        assert "获奖名单" in repr(found)
        assert "欧阳靖宇" not in repr(found) and "13812345678" not in repr(found)


def test_words_and_whole_pages_are_found_without_scripts() -> None:
    made = Made()
    digest = made.keep(PAGE.encode(), "text/html")
    found = texts(made).page(Source(evidence=digest, at="猜你喜欢"))
    assert found is not None
    assert found.words == "猜你喜欢"
    assert found.before.endswith("我同意")
    whole = texts(made).page(Source(evidence=digest))
    assert whole is not None and whole.words.startswith("店 注册账号")
    assert texts(made).page(Source(evidence=digest, at="nowhere on it")) is None


def test_elements_of_the_manifest_are_those_that_an_xml_parser_counts() -> None:
    report, opened, _ = torch()
    entry = next(e for e in report.evidence if e.name == "AndroidManifest.xml")
    text = opened(entry.readable or "").decode()
    plain = text.replace("android:0", "android_0").replace("android:", "").encode()
    root = etree.fromstring(plain)
    lines = tuple(text.split("\n"))
    checked = 0
    for element in root.iter():
        steps, at = [], element
        while at is not None:
            same = [
                one
                for one in (at.getparent() if at.getparent() is not None else [at])
                if one.tag == at.tag
            ]
            steps.append(
                f"{at.tag}[{same.index(at) + 1}]" if at.getparent() is not None else at.tag
            )
            at = at.getparent()
        found = element_lines(lines, "/".join(reversed(steps)))
        assert found is not None
        assert found[0] + 1 == element.sourceline - len(element.attrib), steps
        checked += 1
    assert checked > 40
    assert element_lines(lines, "manifest/application/receiver[99]") is None
    assert element_lines(lines, "manifest/../x") is None


def test_lines_of_a_run_keep_their_moment_and_hide_the_rest() -> None:
    made = Made()
    line = b'{"time": 1790820055.25, "x": 540, "args": ["13912345678"], "phone": "13912345678"}\n'
    digest = made.keep(zipped({"run/taps.jsonl": b"{}\n" + line}), "application/zip")
    found = texts(made).recorded(Source(evidence=digest, at="taps.jsonl line 2"))
    assert found is not None
    assert (found.member, found.line) == ("taps.jsonl", 2)
    assert '"time": 1790820055.25, "x": 540' in found.words
    assert "13912345678" not in found.words
    assert texts(made).recorded(Source(evidence=digest, at="taps.jsonl line 3")) is None
    assert texts(made).recorded(Source(evidence=digest, at="other.jsonl line 1")) is None


def test_events_of_a_session_are_found_by_their_number() -> None:
    made = Made()
    digest = made.keep(b'{"events": [{"what": "a"}, {"what": "b"}]}', "application/json")
    found = texts(made).recorded(Source(evidence=digest, at="events 1"))
    assert found is not None and found.words == '{"what": "b"}'
    assert texts(made).recorded(Source(evidence=digest, at="events 2")) is None
