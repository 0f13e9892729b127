from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.apk import frameworks
from scanner.collect.apk.container import open_container
from scanner.collect.apk.frameworks import Found, framework_facts, frameworks_of, is_script
from scanner.facts import KINDS, AppFramework, Source, fields_of
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.knowledge.sdks import Framework
from scanner.model import Unseen
from tests.collect.apk.forge import File, apk

SCRIPT = b"function log(a) { return fetch('https://a.cn/' + a); }\n" * 40
HERMES = bytes.fromhex("c61fbc03c103191f") + SCRIPT
DENSE = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(99))
TABLE = (
    Framework(
        id="pages",
        title="Pages",
        readable=True,
        prefixes=("org.pages",),
        assets=("www/pages.js",),
        bundles=("assets/www/*",),
    ),
    Framework(
        id="compiled",
        title="Compiled",
        readable=False,
        prefixes=("io.compiled",),
        libraries=("libcompiled.so", "libother*.so"),
    ),
    Framework(id="classes", title="Classes", readable=False, prefixes=("org.classes", "x.y")),
    Framework(id="bundle", title="Bundle", readable=True, bundles=("assets/*.bundle",)),
    Framework(
        id="native",
        title="Native",
        readable=False,
        libraries=("libnative.so",),
        assets=("native.dat",),
    ),
    Framework(id="hidden", title="Hidden", readable=True, assets=("hidden.cfg",)),
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    whole = load_knowledge(rules_folder() / "lists")
    return msgspec.structs.replace(whole, frameworks=TABLE)


def look(
    tmp_path: Path,
    knowledge: Knowledge,
    *files: File,
    classes: Mapping[str, int] | None = None,
) -> list[Found]:
    path = tmp_path / "app.apk"
    path.write_bytes(apk(None, *files))
    with open_container(path, "app.apk") as container:
        return frameworks_of(container, lambda prefix: (classes or {}).get(prefix, 0), knowledge)


def brief(found: list[Found]) -> list[tuple[str, tuple[str, ...], bool | None]]:
    return [(one.framework.id, one.signs, one.searched) for one in found]


def test_classes_alone_show_a_framework_only_where_the_table_names_no_file(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    classes = {"org.pages": 9, "io.compiled": 1, "x.y": 3}
    found = look(tmp_path, knowledge, classes=classes)
    assert brief(found) == [("classes", ("x.y",), False)]
    assert look(tmp_path, knowledge) == []


@pytest.mark.parametrize(
    ("files", "classes", "shown"),
    [
        ([File("assets/www/pages.js", SCRIPT)], [], []),
        ([File("assets/www/pages.js", SCRIPT)], ["org.pages"], ["pages"]),
        ([File("assets/www/other.js", SCRIPT)], ["org.pages"], ["pages"]),
        ([File("lib/x86/libcompiled.so")], [], []),
        ([File("lib/x86/libcompiled.so")], ["io.compiled"], ["compiled"]),
        ([File("lib/x86/sub/libcompiled.so.txt")], ["io.compiled"], []),
        ([File("lib/x86/libnative.so")], [], ["native"]),
        ([File("assets/native.dat")], [], []),
        ([File("assets/x.bundle", SCRIPT)], [], ["bundle"]),
    ],
)
def test_two_kinds_of_evidence_are_asked_for_where_the_table_names_two(
    tmp_path: Path, knowledge: Knowledge, files: list[File], classes: list[str], shown: list[str]
) -> None:
    found = look(tmp_path, knowledge, *files, classes=dict.fromkeys(classes, 1))
    assert [one.framework.id for one in found] == shown


def test_signs_are_packages_and_the_first_file_of_each_pattern(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    found = look(
        tmp_path,
        knowledge,
        *(File(f"assets/www/{name}.js", SCRIPT) for name in ("a", "b", "pages")),
        *(File(f"lib/{abi}/libcompiled.so") for abi in ("x86", "arm64-v8a")),
        File("lib/x86/libother2.so"),
        classes={"org.pages": 1, "io.compiled": 2},
    )
    signs = ("io.compiled", "lib/arm64-v8a/libcompiled.so", "lib/x86/libother2.so")
    assert brief(found) == [
        ("pages", ("assets/www/a.js", "assets/www/pages.js", "org.pages"), True),
        ("compiled", signs, False),
    ]


@pytest.mark.parametrize(
    ("files", "searched"),
    [
        ([File("assets/a.bundle", SCRIPT)], True),
        ([File("assets/a.bundle", gzip.compress(SCRIPT))], True),
        ([File("assets/a.bundle", SCRIPT), File("assets/b.bundle", HERMES)], False),
        ([File("assets/a.bundle", SCRIPT), File("assets/b.bundle", DENSE)], False),
        ([File("assets/a.bundle", SCRIPT, size=9)], True),
        ([File("assets/a.bundle", SCRIPT), File("assets/b.bundle", SCRIPT, size=9**9)], False),
        ([File("assets/a.bundle", SCRIPT), File("assets/b.bundle", b"\x89PNG\0\0")], True),
        ([File("assets/a.bundle", b"\x89PNG\0\0")], None),
        ([File("assets/a.bundle", b"\x7fELF\0\0")], False),
    ],
)
def test_logic_was_searched_when_every_bundle_is_text(
    tmp_path: Path, knowledge: Knowledge, files: list[File], searched: bool | None
) -> None:
    ((name, _, answer),) = brief(look(tmp_path, knowledge, *files))
    assert (name, answer) == ("bundle", searched)


def test_a_framework_whose_bundles_are_not_there_is_unknown(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    found = look(tmp_path, knowledge, File("assets/hidden.cfg"))
    assert brief(found) == [("hidden", ("assets/hidden.cfg",), None)]


def test_bundles_past_the_limit_were_not_searched(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [File(f"assets/{name}.bundle", SCRIPT) for name in "abc"]
    monkeypatch.setattr(frameworks, "MAX_BUNDLES_TOTAL", 3 * len(SCRIPT))
    assert look(tmp_path, knowledge, *files)[0].searched is True
    monkeypatch.setattr(frameworks, "MAX_BUNDLES_TOTAL", 3 * len(SCRIPT) - 1)
    assert look(tmp_path, knowledge, *files)[0].searched is False


@pytest.mark.parametrize(
    ("data", "script"),
    [
        (SCRIPT, True),
        (b"", True),
        (b"var a", True),
        ("var 名 = '隐私政策';".encode() * 90, True),
        ("var 名 = '隐私政策';".encode("gb18030") * 90, True),
        ("var 名 = 1;".encode("utf-16") * 90, True),
        (SCRIPT + b"\x01", True),
        (HERMES, False),
        (bytes(byte ^ 0xFF for byte in HERMES), False),
        (bytes(byte ^ 0xA5 for byte in SCRIPT), False),
        (bytes(byte ^ b"key4"[place % 4] for place, byte in enumerate(SCRIPT)), False),
        (base64.b64encode(SCRIPT), False),
        (base64.encodebytes(SCRIPT), False),
        (SCRIPT.hex().encode(), False),
        (b"\2\0\5\0name\0" * 99, False),
        (b"PK\3\4" + SCRIPT, False),
        (DENSE, False),
    ],
)
def test_scripts_are_told_from_bytecode_and_cipher_text(data: bytes, script: bool) -> None:
    assert is_script(data) is script


@given(data=st.binary(max_size=2000))
def test_any_bytes_are_a_script_or_not(data: bytes) -> None:
    assert is_script(data) in (True, False)


@given(text=st.text(st.characters(codec="utf-8", min_codepoint=0x20, exclude_categories=["Cc"])))
def test_printable_text_with_a_call_is_a_script(text: str) -> None:
    assert is_script(("call(); " + text).encode()[:512].decode("utf-8", "ignore").encode())


@pytest.mark.parametrize("searched", [True, False, None])
def test_what_nobody_saw_is_said_for_each_framework(searched: bool | None) -> None:
    source = Source(evidence="0" * 64, at="app.apk")
    found = [
        Found(TABLE[0], ("assets/www/a.js", "org.pages"), searched),
        Found(TABLE[2], ("x.y",), searched),
    ]
    given = list(framework_facts(found, source))
    facts = [one for one in given if isinstance(one, AppFramework)]
    assert [(one.framework, one.signs, one.searched) for one in facts] == [
        ("pages", ("assets/www/a.js", "org.pages"), searched),
        ("classes", ("x.y",), searched),
    ]
    assert [one.source.at for one in facts] == ["assets/www/a.js", "app.apk"]
    unseen = [one for one in given if isinstance(one, Unseen)]
    kinds = {one.kind for one in unseen if "Pages" in one.reason.en and "Pages" in one.reason.zh}
    calls = {"data.accessed", "permission.requested", "sdk.present", "code.loaded", "app.started"}
    calls |= {"bridge.opened", "data.handed", "refusal.answered"}
    calls |= {"checkbox.found", "inducement.shown", "account.registration"}
    words = {"endpoint.embedded", "agreement.asked", "rights.offered"}
    assert kinds == (calls if searched else calls | words)
    for one in unseen:
        assert one.kind in KINDS
        assert set(one.scope) <= set(fields_of(one.kind))
        for name, values in one.scope.items():
            choices = fields_of(one.kind)[name].choices
            assert set(values) <= set(choices)
    assert len({one.reason.en for one in unseen}) == 2
