"""All tables as one value: questions they answer, their digest, how faults are told."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import knowledge as module
from scanner.errors import Fault, RulebookError
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from tests.knowledge.conftest import LISTS, Edit, refused

EDITED = (
    *("permissions", "app-types", "data-types", "packers", "before-consent"),
    *("sdks", "trackers", "frameworks"),
)


def test_lists_for_rules_name_what_the_tables_know(known: Knowledge) -> None:
    assert known.sets["before-consent"] == {"first_launch", "first_load", "consent_shown"}
    assert known.sets["unneeded-permissions"] <= known.sets["permissions"]
    assert known.sets["app-list-permissions"] <= known.sets["permissions"]
    assert "38" in known.sets["app-types"]
    assert "imei" in known.sets["data-types"]
    assert "qihoo-jiagu" in known.sets["packers"]
    assert "baidu-mobstat" in known.sets["trackers"]


ANDROID = "android.permission."


@pytest.mark.parametrize(
    ("permission", "app_type", "expected"),
    [
        (ANDROID + "CAMERA", 36, True),
        (ANDROID + "CAMERA", 30, None),
        (ANDROID + "READ_CONTACTS", 3, True),
        (ANDROID + "READ_CONTACTS", 33, None),
        (ANDROID + "READ_CONTACTS", 35, False),
        (ANDROID + "ACCESS_COARSE_LOCATION", 22, True),
        (ANDROID + "ACCESS_FINE_LOCATION", 12, None),
        (ANDROID + "ACCESS_BACKGROUND_LOCATION", 1, True),
        (ANDROID + "ACCESS_BACKGROUND_LOCATION", 8, None),
        (ANDROID + "ACCESS_BACKGROUND_LOCATION", 6, False),
        (ANDROID + "READ_PHONE_STATE", 30, False),
        (ANDROID + "READ_PHONE_STATE", 24, None),
        (ANDROID + "BODY_SENSORS", 15, True),
        (ANDROID + "SYSTEM_ALERT_WINDOW", 38, True),
        (ANDROID + "SYSTEM_ALERT_WINDOW", 30, False),
        (ANDROID + "MANAGE_EXTERNAL_STORAGE", 38, None),
        (ANDROID + "REQUEST_INSTALL_PACKAGES", 37, True),
        (ANDROID + "REQUEST_INSTALL_PACKAGES", 30, None),
        (ANDROID + "QUERY_ALL_PACKAGES", 34, True),
        (ANDROID + "QUERY_ALL_PACKAGES", 18, False),
        (ANDROID + "POST_NOTIFICATIONS", 38, None),
        (ANDROID + "READ_CONTACTS", 38, False),
        (ANDROID + "READ_PHONE_STATE", 38, False),
        (ANDROID + "INTERNET", 1, None),
        (ANDROID + "ACCESS_WIFI_STATE", 1, None),
        ("cn.example.permission.OWN", 1, None),
        (ANDROID + "CAMERA", 40, None),
    ],
)
def test_what_an_app_of_a_type_may_need(
    known: Knowledge, permission: str, app_type: int, expected: bool | None
) -> None:
    assert known.expects(permission, app_type) is expected


def test_every_type_may_notify(known: Knowledge) -> None:
    asked = {known.expects(ANDROID + "POST_NOTIFICATIONS", number) for number in known.app_types}
    assert asked == {True, None}


def load_once(memo: list[Knowledge] = []) -> Knowledge:  # noqa: B006 - read once for all examples
    if not memo:
        memo.append(load_knowledge(LISTS))
    return memo[0]


def test_tables_cannot_be_changed(known: Knowledge) -> None:
    with pytest.raises(TypeError):
        known.sets["before-consent"] = frozenset()  # type: ignore[index]
    with pytest.raises(AttributeError):
        known.permissions[ANDROID + "CAMERA"].group = "none"  # type: ignore[misc]


def test_the_digest_stands_for_names_and_bytes(known: Knowledge, copy: Path) -> None:
    assert load_knowledge(copy).digest == known.digest
    (copy / ".before-consent.yaml.swp.yaml").write_text("a note of an editor")
    (copy / "README.md").write_text("no list")
    assert load_knowledge(copy).digest == known.digest
    (copy / "before-consent.yaml").rename(copy / "before.yaml")
    renamed = load_knowledge(copy)
    assert renamed.digest != known.digest
    assert "before-consent" not in renamed.sets
    with (copy / "before.yaml").open("a") as stream:
        stream.write("# a remark\n")
    assert load_knowledge(copy).digest != renamed.digest


@pytest.mark.parametrize(
    ("name", "old", "new", "message", "hint"),
    [
        ("before-consent", "values:", "value:", "before-consent: unknown key", "values?"),
        ("before-consent", "first_load", "first_launch", "values: 'first_launch' stands", "once"),
    ],
)
def test_faults_are_named_with_place_and_hint(
    copy: Path, edit: Edit, name: str, old: str, new: str, message: str, hint: str
) -> None:
    edit(name, old, new)
    refused(copy, name, message, hint)


def test_all_faults_of_all_files_come_at_once_in_reading_order(copy: Path, edit: Edit) -> None:
    edit("permissions", "group: camera", "group: camra")
    edit("permissions", "need: D", "need: Q")
    edit("packers", "assets: []", "assets: no")
    (copy / "empty.yaml").write_text("# nothing\n")
    (copy / "folder.yaml").mkdir()
    (copy / "app-types.yaml").unlink()
    with pytest.raises(RulebookError) as caught:
        load_knowledge(copy)
    faults = caught.value.faults
    named = {Path(fault.file).name for fault in faults}
    assert named >= {"permissions.yaml", "packers.yaml", "empty.yaml", "folder.yaml"}
    assert any("the table is missing" in fault.message for fault in faults)
    assert list(faults) == sorted(faults)


@pytest.mark.parametrize("name", ["app-types", "data-types"])
def test_a_table_that_cannot_be_read_brings_no_faults_of_others(copy: Path, name: str) -> None:
    (copy / f"{name}.yaml").write_text("{")
    with pytest.raises(RulebookError) as caught:
        load_knowledge(copy)
    assert [Path(fault.file).name for fault in caught.value.faults] == [f"{name}.yaml"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as caught:
        load_knowledge(tmp_path / "none")
    assert "cannot be read" in str(caught.value.faults[0])


def test_a_huge_file_is_refused_without_being_read(copy: Path) -> None:
    with (copy / "huge.yaml").open("wb") as stream:
        stream.truncate(10 << 30)
    with pytest.raises(RulebookError) as caught:
        load_knowledge(copy)
    assert [Path(fault.file).name for fault in caught.value.faults] == ["huge.yaml"]


def load_or_refuse(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lists = Path(shutil.copytree(LISTS, Path(folder) / "lists"))
        (lists / f"{name}.yaml").write_bytes(data)
        answer: Knowledge | tuple[Fault, ...]
        try:
            answer = load_knowledge(lists)
        except RulebookError as error:
            answer = error.faults
    assert answer
    assert isinstance(answer, Knowledge) or all(each.hint and each.line > 0 for each in answer)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(EDITED), st.binary(max_size=300))
def test_arbitrary_bytes_give_tables_or_a_rulebook_error(name: str, data: bytes) -> None:
    load_or_refuse(name, data)


pieces = st.sampled_from(
    ["null", "[", "]", "{", "}", "a: b", "- ", "\n", " ", "&a ", "*a", "9", "é"]
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(EDITED), st.floats(0, 1), st.integers(0, 30), st.lists(pieces, max_size=4))
def test_damaged_tables_give_tables_or_a_rulebook_error(
    name: str, where: float, cut: int, piece: list[str]
) -> None:
    data = (LISTS / f"{name}.yaml").read_bytes()
    at = int(where * len(data))
    load_or_refuse(name, data[:at] + "".join(piece).encode() + data[at + cut :])


def test_the_rules_are_found_in_a_checkout_and_in_a_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rules_folder() == LISTS.parent
    package = tmp_path / "scanner"
    monkeypatch.setattr(module, "__file__", str(package / "knowledge" / "__init__.py"))
    with pytest.raises(RulebookError, match="1 fault"):
        rules_folder()
    (package / "_rules" / "lists").mkdir(parents=True)
    assert rules_folder() == package / "_rules"
