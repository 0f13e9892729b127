"""Words and layouts of a whole package: what is found, and what could not be looked for."""

from __future__ import annotations

from pathlib import Path

from scanner.collect.apk.screens import LAYOUT_KINDS
from scanner.collect.apk.shown import WORD_KINDS
from scanner.facts import AccountRegistration, AgreementAsked, CheckboxFound, RightsOffered
from tests.collect.apk.dexforge import Class, Method, dex
from tests.collect.apk.forge import File, Node, Ref, apk, axml, coded, look_at, table
from tests.samples import KNOWLEDGE

LAYOUT = axml(
    Node(
        "LinearLayout",
        {},
        [
            Node("CheckBox", {"android:text": Ref(0x7F010000), "android:checked": True}),
            Node("CheckBox", {"android:text": Ref(0x7F010000)}),
            Node("Button", {"android:text": "注册"}),
            Node("EditText", {"android:inputType": 0x81}),
        ],
    )
)
TABLE = File("resources.arsc", table({0x7F010000: "同意《隐私政策》"}), method=0)


def test_words_of_strings_code_and_pages_and_the_boxes_of_layouts(tmp_path: Path) -> None:
    code = Method("go", "()V", 'const-string v0, "注销账号"\nreturn-void')
    page = File("assets/www/a.html", "<p>我同意</p>".encode())
    files = [TABLE, page, File("res/layout/a.xml", LAYOUT)]
    seen = look_at(coded(None, dex(Class("cn.a.B", (code,))), files=files), tmp_path)
    assert {(one.page, one.text) for one in seen.of(AgreementAsked)} == {
        ("resources", "同意"),
        ("assets", "同意"),
    }
    (closing,) = seen.of(RightsOffered)
    assert (closing.right, closing.page, closing.text) == ("close_account", "dex", "注销账号")
    ticked = [one for one in seen.of(CheckboxFound) if one.checked_on_load]
    assert [(one.label, one.page) for one in ticked] == [("同意《隐私政策》", "res/layout/a.xml")]
    assert {one.field for one in seen.unseen if one.kind == "checkbox.found"} == {"checked_on_load"}
    assert [one.method for one in seen.of(AccountRegistration)] == ["account"]
    assert not seen.unseen_of("agreement.asked")


def test_of_rights_only_closing_is_looked_for(tmp_path: Path) -> None:
    (entry,) = look_at(apk(), tmp_path).unseen_of("rights.offered")
    assert "close_account" not in entry.scope["right"]
    assert "access" in entry.scope["right"]


def test_a_bare_word_leaves_closing_open(tmp_path: Path) -> None:
    seen = look_at(apk(None, File("assets/a.txt", "注销".encode())), tmp_path)
    assert not seen.of(RightsOffered)
    scopes = [one.scope.get("right") for one in seen.unseen_of("rights.offered")]
    assert ("close_account",) in scopes


def test_licences_of_libraries_ask_nobody(tmp_path: Path) -> None:
    text = b"By using the Work you agree to the terms."
    seen = look_at(apk(None, File("assets/LICENSE.txt", text), File("LICENSES", text)), tmp_path)
    assert not seen.of(AgreementAsked)


def test_where_a_file_hides_its_words_absence_says_nothing(tmp_path: Path) -> None:
    packed = File("assets/pages.bin", b"PK\3\4" + bytes(range(256)) * 4)
    seen = look_at(apk(None, packed), tmp_path)
    for kind in WORD_KINDS:
        assert any(one.scope.get("page") == ("assets",) for one in seen.unseen_of(kind)), kind


def test_packed_code_hides_words_too(tmp_path: Path) -> None:
    seen = look_at(apk(None, File("lib/arm64-v8a/libjiagu.so", b"\x7fELF")), tmp_path)
    assert seen.unseen_of("agreement.asked")


def test_a_damaged_layout_is_said(tmp_path: Path) -> None:
    seen = look_at(apk(None, TABLE, File("res/layout/a.xml", LAYOUT[:-30])), tmp_path)
    for kind in LAYOUT_KINDS:
        (entry,) = seen.unseen_of(kind)
        assert "res/layout/a.xml" in entry.reason.en


def test_screens_of_a_framework_lie_elsewhere(tmp_path: Path) -> None:
    library = File("lib/arm64-v8a/libflutter.so", b"\x7fELF")
    asset = File("assets/flutter_assets/AssetManifest.json", b"{}")
    engine = Class("io.flutter.embedding.engine.FlutterEngine", (Method("go"),))
    data = coded(None, dex(engine), files=[library, asset])
    seen = look_at(data, tmp_path, knowledge=KNOWLEDGE)
    for kind in (*WORD_KINDS, *LAYOUT_KINDS):
        assert any("Flutter" in one.reason.en for one in seen.unseen_of(kind)), kind
