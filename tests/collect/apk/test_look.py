from __future__ import annotations

from scanner.collect.apk.child import Child
from scanner.collect.apk.container import MANIFEST, Container
from scanner.collect.apk.look import TABLE, look
from scanner.collect.apk.records import MemoryBytes
from tests.collect.apk.forge import File, Ref, apk, axml, container, manifest, table

ROOT = manifest(app={"android:label": Ref(0x7F010000)})


def opened(data: bytes) -> Container:
    return Container(MemoryBytes(data), "app.apk")


def test_manifest_and_table_are_read_together() -> None:
    with Child() as child:
        seen = look(opened(apk(ROOT, File(TABLE, table({0x7F010000: "名称"})))), child)
    assert seen.manifest is not None
    assert seen.manifest.label == "名称"
    assert seen.failure is None


def test_a_broken_table_leaves_the_manifest_readable() -> None:
    with Child() as child:
        seen = look(opened(apk(ROOT, File(TABLE, table({0x7F010000: "名称"})[:50]))), child)
    assert seen.manifest is not None
    assert seen.manifest.label is None
    assert seen.manifest.package == "cn.example.app"


def test_an_odd_encoding_is_reported_once_read() -> None:
    box = opened(container([File(MANIFEST, axml(manifest(), header=24))]))
    with Child() as child:
        assert look(box, child).manifest is not None
    assert [(one.trick, one.entry) for one in box.tricks] == [("manifest-encoding", MANIFEST)]


def test_an_unreadable_manifest_is_a_reason() -> None:
    with Child() as child:
        seen = look(opened(container([File(MANIFEST, b"nonsense")])), child)
    assert seen.manifest is None
    assert seen.failure is not None
