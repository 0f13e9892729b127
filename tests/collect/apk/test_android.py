from __future__ import annotations

import struct

import pytest

from scanner.child import Unreadable
from scanner.collect.apk import android
from scanner.collect.apk.android import Table, Value, read_xml
from tests.collect.apk.forge import Node, Raw, Ref, axml, manifest, permission, table

android.quiet()


@pytest.mark.parametrize("utf8", [True, False])
def test_elements_come_in_reading_order_with_typed_values(utf8: bool) -> None:
    root = manifest(
        permission("CAMERA", maxSdkVersion=22),
        root={"android:versionName": "版本 1", "android:versionCode": -1},
        app={"android:debuggable": True, "android:label": Ref(0x7F010000)},
    )
    document = read_xml(axml(root, utf8=utf8))
    assert [(one.depth, one.tag) for one in document.elements] == [
        (0, "manifest"),
        (1, "uses-sdk"),
        (1, "uses-permission"),
        (1, "application"),
    ]
    top, _, asked, app = (one.attributes for one in document.elements)
    assert top["package"] == Value("text", "cn.example.app")
    assert top["android:versionName"].text == "版本 1"
    assert top["android:versionCode"] == Value("number", "-1", -1)
    assert asked["android:maxSdkVersion"].number == 22
    assert app["android:debuggable"] == Value("truth", "true", 1)
    assert app["android:label"] == Value("reference", "@7f010000", 0x7F010000)


def test_text_between_tags_is_kept() -> None:
    document = read_xml(axml(Node("a", {}, [Node("domain", {}, [], "example.cn")])))
    assert document.elements[1].text == "example.cn"


def test_longer_node_headers_lose_nothing() -> None:
    root = manifest(permission("CAMERA"))
    tricky, honest = read_xml(axml(root, header=32)), read_xml(axml(root))
    assert tricky.elements == honest.elements
    assert tricky.odd


def test_an_android_attribute_without_its_id_does_not_count() -> None:
    data = axml(Node("manifest", {"package": "a.b", "android:unknown": "x"}))
    assert "unbound:unknown" in read_xml(data).elements[0].attributes


def test_a_second_value_of_an_attribute_does_not_count_and_is_said() -> None:
    data = bytearray(axml(Node("application", {"android:debuggable": True, "android:label": "x"})))
    second = data.index(struct.pack("<2H", 0x102, 16)) + 16 + 20 + 20
    data[second + 4 : second + 8] = struct.pack("<I", 0)
    document = read_xml(bytes(data))
    assert document.elements[0].attributes["android:debuggable"].text == "true"
    assert "android:debuggable twice" in document.odd


def test_one_malformed_string_costs_only_itself() -> None:
    data = axml(Node("manifest", {"package": "a.b", "x": "unterminated"}))
    place = data.index("unterminated".encode("utf-16-le")) + 24
    document = read_xml(data[:place] + b"xx" + data[place + 2 :])
    assert document.elements[0].attributes["package"].text == "a.b"
    assert document.elements[0].attributes["x"].kind == "reference"
    assert any("malformed string" in one for one in document.odd)


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(android, "MAX_TOTAL_TEXT", 100)
    with pytest.raises(Unreadable):
        read_xml(axml(Node("a", {"x": "y" * 101})))


def test_references_are_followed_to_their_value() -> None:
    data = table({0x7F010000: Ref(0x7F010001), 0x7F010001: "名称", 0x7F020000: True})
    found = Table(data).resolve([0x7F010000, 0x7F020000, 0x7F090000, 0x01040000])
    assert found == {0x7F010000: Value("text", "名称"), 0x7F020000: Value("truth", "true", 1)}


def test_a_circle_of_references_ends() -> None:
    circle = table({0x7F010000: Ref(0x7F010001), 0x7F010001: Ref(0x7F010000)})
    assert Table(circle).resolve([0x7F010000]) == {}


def test_a_value_for_a_newer_device_is_preferred_and_marked() -> None:
    data = table({0x7F010000: {0: False, 19: True}, 0x7F010001: {0: True, 19: True}})
    assert Table(data).resolve([0x7F010000, 0x7F010001]) == {
        0x7F010000: Value("truth", "true", 1, varies=True),
        0x7F010001: Value("truth", "true", 1),
    }


def test_a_value_for_devices_that_do_not_exist_does_not_count() -> None:
    data = table({0x7F010000: {0: True, 37: False}, 0x7F010001: {10_000: False}})
    assert Table(data).resolve([0x7F010000, 0x7F010001]) == {0x7F010000: Value("truth", "true", 1)}


def test_a_reference_to_a_value_that_varies_varies() -> None:
    data = table({0x7F010000: Ref(0x7F010001), 0x7F010001: {0: False, 19: True}})
    assert Table(data).resolve([0x7F010000])[0x7F010000].varies


def test_floats_and_unknown_types_are_written_as_they_stand() -> None:
    data = axml(Node("a", {"x": Raw(5, 0x201)}))
    assert read_xml(data).elements[0].attributes["x"].kind == "other"
