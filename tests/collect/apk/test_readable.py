from __future__ import annotations

import xml.etree.ElementTree as ET

from scanner.collect.apk.android import Document, Element, Value
from scanner.collect.apk.readable import MAX_INDENT, readable_xml


def test_a_document_is_indented_and_references_are_explained() -> None:
    document = Document(
        [
            Element(0, "manifest", {"package": Value("text", 'a"b<c>')}),
            Element(1, "application", {"label": Value("reference", "@7f010000", 0x7F010000)}),
            Element(2, "domain", {}, "a & b"),
            Element(1, "queries", {"x": Value("reference", "@7f010001", 0x7F010001)}),
        ],
        (),
    )
    text = readable_xml(document, {0x7F010000: Value("text", "名称")})
    root = ET.fromstring(text)
    assert [child.tag for child in root] == ["application", "queries"]
    assert root.attrib["package"] == 'a"b<c>'
    assert root[0].attrib["label"] == "名称 (@7f010000)"
    assert root[1].attrib["x"] == "@7f010001"
    assert (root[0][0].text or "").strip() == "a & b"
    assert "\n  <application" in text.decode()


def test_control_characters_and_depth_do_no_harm() -> None:
    elements = [Element(n, "a\x01", {"b\0": Value("text", "c\x1b\ud800")}) for n in range(500)]
    text = readable_xml(Document(elements, ()), {}).decode()
    assert "\x1b" not in text
    assert max(len(line) - len(line.lstrip()) for line in text.splitlines()) <= 2 * MAX_INDENT
