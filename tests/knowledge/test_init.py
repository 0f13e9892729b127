"""The tables of rules/lists: what they hold, how faults are told, that they agree with AOSP."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import knowledge as module
from scanner.errors import Fault, RulebookError, UsageError
from scanner.knowledge import Knowledge, load_knowledge, rules_folder

LISTS = Path(__file__).parent.parent / "rules" / "lists"
EDITED = ("permissions", "app-types", "data-types", "packers", "before-consent")


def shared() -> Path:
    """Find the folder of inputs that the project did not make, or skip."""
    named = os.environ.get("MINGJIAN_SHARED")
    beside = [folder / "shared" for folder in Path(__file__).resolve().parents]
    for folder in [Path(named)] if named else beside:
        if (folder / "corpus").is_dir():
            return folder
    pytest.skip("no corpus on this machine; name its folder in MINGJIAN_SHARED to check against it")


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load_knowledge(LISTS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LISTS, tmp_path / "lists"))


Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(copy: Path) -> Edit:
    def change(name: str, old: str, new: str) -> None:
        path = copy / f"{name}.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def test_the_tables_are_whole(known: Knowledge) -> None:
    assert len(known.permissions) > 1100
    assert list(known.app_types) == list(range(1, 40))
    assert sum(not kind.necessary for kind in known.app_types.values()) == 13
    assert [number for number, kind in known.app_types.items() if not kind.needs] == [38]
    assert {packer.id for packer in known.packers} >= {"qihoo-jiagu", "tencent-legu", "bangcle"}
    assert re.fullmatch(r"[0-9a-f]{64}", known.digest)


CONTRACT = """imei meid imsi iccid serial android_id oaid aaid mac ssid bssid ip location_precise
location_coarse cell phone name id_card passport bank_card email address birth_date plate account
contacts sms call_log calendar photos files clipboard installed_apps running_apps sensors face
fingerprint voiceprint audio video screen notifications health browsing search device_model
carrier"""


def test_the_kinds_of_data_that_outsiders_rely_on_are_there(known: Knowledge) -> None:
    assert set(CONTRACT.split()) <= set(known.data_types)
    assert "none" not in known.data_types


@pytest.mark.parametrize(
    ("level", "kinds"),
    [
        (4, "face fingerprint health id_card_photo location_precise track contacts sms bank_card"),
        (3, "id_card imei mac serial iccid installed_apps clipboard phone"),
        (2, "android_id oaid aaid email plate"),
        (1, "ip device_model carrier location_coarse"),
    ],
)
def test_levels_of_data(known: Knowledge, level: int, kinds: str) -> None:
    assert {known.data_types[kind].level for kind in kinds.split()} == {level}


def test_a_general_word_covers_no_general_word_and_no_identifier_hides_in_device_information(
    known: Knowledge,
) -> None:
    for kind in known.data_types.values():
        assert not any(known.data_types[covered].covers for covered in kind.covers)
    assert "imei" not in known.data_types["device_info"].covers


def test_no_word_names_two_kinds_of_data(known: Knowledge) -> None:
    words = [word.casefold() for kind in known.data_types.values() for word in kind.synonyms]
    assert sorted(words) == sorted(set(words))


def test_a_permission_opens_known_data_of_the_reading_that_the_data_has(known: Knowledge) -> None:
    for row in known.permissions.values():
        if row.data_type == "none":
            assert (row.sensitive_2020, row.sensitive_2025) == (False, False)
            continue
        kind = known.data_types[row.data_type]
        for own, its in (
            (row.sensitive_2020, kind.sensitive_2020),
            (row.sensitive_2025, kind.sensitive_2025),
        ):
            assert own is its or None in (own, its), row.name


def test_lists_for_rules_name_what_the_tables_know(known: Knowledge) -> None:
    assert known.sets["before-consent"] == {"first_launch", "first_load", "consent_shown"}
    assert known.sets["unneeded-permissions"] <= known.sets["permissions"]
    assert known.sets["app-list-permissions"] <= known.sets["permissions"]
    assert "38" in known.sets["app-types"]
    assert "imei" in known.sets["data-types"]
    assert "qihoo-jiagu" in known.sets["packers"]


def test_unneeded_permissions_are_never_ones_that_a_person_grants(known: Knowledge) -> None:
    granted = {known.permissions[name].protection for name in known.sets["unneeded-permissions"]}
    assert granted <= {"signature", "normal"}


def test_what_rests_on_judgement_is_marked(known: Knowledge) -> None:
    assert known.unconfirmed["permissions"] == {"need", "types", "arguable"}
    assert known.unconfirmed["app-types"] == {"needs", "arguable"}


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


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("1", 1),
        (" 38 ", 38),
        ("网络直播", 27),
        ("女性", 21),
        ("News", 30),
        ("E-MAIL", None),
        ("mail and c", 25),
        ("mail and", None),
        ("网络", None),
        ("1x", None),
        ("0", None),
        ("40", None),
        ("", None),
        ("直播", None),
    ],
)
def test_a_type_is_found_by_number_or_name(
    known: Knowledge, words: str, number: int | None
) -> None:
    if number is None:
        with pytest.raises(UsageError) as caught:
            known.app_type(words)
        assert caught.value.hint
    else:
        assert known.app_type(words).number == number


def test_a_wrong_name_of_a_type_brings_the_nearest(known: Knowledge) -> None:
    with pytest.raises(UsageError, match="several types of app called '网络'") as caught:
        known.app_type("网络")
    assert "2 网络约车 (ride hailing)" in caught.value.hint
    with pytest.raises(UsageError, match="no type of app called '直播'") as caught:
        known.app_type("直播")
    assert caught.value.hint == "did you mean: 27 网络直播 (live streaming)"
    with pytest.raises(UsageError) as caught:
        known.app_type("brwoser")
    assert "32 浏览器 (browser)" in caught.value.hint


@given(st.text(max_size=20))
def test_any_words_give_a_type_or_a_usage_error(words: str) -> None:
    hint = ""
    try:
        number = load_once().app_type(words).number
    except UsageError as error:
        number, hint = 0, error.hint
    assert number in range(1, 40) or hint


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
        ("permissions", "group: camera", "group: camra", "group: 'camra'", "did you mean camera?"),
        ("permissions", "data: photos", "data: fotos", "data: 'fotos'", "did you mean photos?"),
        ("permissions", "need: C", "need: Q", "need: 'Q'", "known here"),
        ("permissions", "protection: dangerous", "protection: danger", "protection:", "dangerous"),
        ("permissions", "types: [25]", "types: [40]", "types: '40'", "from 1 to 39"),
        ("permissions", "arguable: any", "arguable: all", "arguable: 'all'", "[a, b]"),
        ("permissions", "2025: null", "2025: maybe", "2025: 'maybe'", "true or false"),
        ("permissions", ", 2025: null", "", "row: data, 2020 and 2025", "all three or none"),
        ("permissions", "2020: null, ", "", "row: data, 2020 and 2025", "all three or none"),
        ("permissions", "[CAMERA]", "[READ_SMS]", "'android.permission.READ_SMS' stands", "line"),
        ("permissions", "[CAMERA]", "[CAM ERA]", "names: 'CAM ERA'", "full name"),
        ("permissions", "ACCESS_SURFACE_FLINGER", "CAMERA", "'android.permission.CAMERA'", "line"),
        ("permissions", "since: 16", "since: sixteen", "since: 'sixteen'", "from 1 to 36"),
        ("permissions", "vendor:\n", "vendors:\n", "permissions: unknown key", "vendor?"),
        ("app-types", "  39:", "  40:", "types: missing 39", "39"),
        ("app-types", "  39:", "  x:", "types: 'x' cannot be an id", "neighbours"),
        ("app-types", "needs: [L,", "needs: [Q,", "needs: 'Q'", "known here"),
        ("app-types", "necessary: []", "necessary: none", "necessary: 'none'", "[a, b]"),
        ("data-types", "level: 3", "level: 5", "level: '5'", "from 1 to 4"),
        ("data-types", "covers: [imei", "covers: [imie", "covers: 'imie'", "imei"),
        ("data-types", "family: device", "family: devise", "family: 'devise'", "device"),
        ("data-types", "  imei: {", "  none: {", "none means no data", "another id"),
        ("packers", "assets: []", "asset: []", "alibaba-mobisec: unknown key", "assets?"),
        ("before-consent", "values:", "value:", "before-consent: unknown key", "values?"),
        ("before-consent", "first_load", "first_launch", "values: 'first_launch' stands", "once"),
    ],
)
def test_faults_are_named_with_place_and_hint(
    copy: Path, edit: Edit, name: str, old: str, new: str, message: str, hint: str
) -> None:
    edit(name, old, new)
    with pytest.raises(RulebookError) as caught:
        load_knowledge(copy)
    lines = (copy / f"{name}.yaml").read_text("utf-8").splitlines()
    fits = [each for each in caught.value.faults if each.message.startswith(message)]
    assert fits, [str(each) for each in caught.value.faults]
    assert hint in fits[0].hint
    assert fits[0].file == str(copy / f"{name}.yaml")
    assert 1 <= fits[0].line <= len(lines)
    assert 1 <= fits[0].column <= len(lines[fits[0].line - 1]) + 1


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
    monkeypatch.setattr(module, "__file__", str(package / "knowledge.py"))
    with pytest.raises(RulebookError, match="1 fault"):
        rules_folder()
    (package / "_rules" / "lists").mkdir(parents=True)
    assert rules_folder() == package / "_rules"


def grant(levels: str) -> set[str]:
    """Say which of our words may stand for what AOSP writes, e.g. signature|privileged|appop."""
    base, *flags = levels.split("|")
    if base in {"internal", "role", "module", "system"}:
        base = "signature"
    return {base, "special"} if "appop" in flags else {base}


def aosp() -> dict[str, list[str]]:
    """Give AOSP's own words for each permission, at the older level and at the newer."""
    words: dict[str, list[str]] = {}
    for level in (29, 36):
        path = shared() / "corpus" / "permissions" / f"aosp_permissions_{level}.json"
        for name, entry in json.loads(path.read_bytes())["permissions"].items():
            words.setdefault(name, []).append(entry["protectionLevel"])
    return words


def test_every_permission_of_aosp_is_granted_as_aosp_says(known: Knowledge) -> None:
    theirs = aosp()
    assert len(theirs) > 1000
    wrong = {}
    for name, levels in theirs.items():
        ours = known.permissions[name].protection if name in known.permissions else "missing"
        # Only the system binds these services; which of them a person hands to an app of her
        # choice (an input method, a reader of notifications) AOSP writes nowhere.
        chosen = ours == "special" and ".BIND_" in name and levels[-1].startswith("signature")
        if ours not in grant(levels[-1]) and not chosen:
            wrong[name] = (ours, levels)
    assert wrong == {}


def test_what_a_prompt_grants_is_what_aosp_calls_dangerous_and_has_a_group(
    known: Knowledge,
) -> None:
    dangerous = {name for name, levels in aosp().items() if "dangerous" in levels[-1].split("|")}
    ours = {name for name, row in known.permissions.items() if row.protection == "dangerous"}
    health = {name for name in ours if name.startswith("android.permission.health.")}
    assert ours - health == dangerous
    assert all(known.permissions[name].group != "none" for name in ours)


def test_types_and_their_permissions_are_those_of_the_reference(known: Knowledge) -> None:
    path = shared() / "regulations.md"
    if not path.is_file():
        pytest.skip(f"no {path} on this machine")
    whole = path.read_text("utf-8")
    text = whole[whole.index("### 1.7") : whole.index("## 2. ")]
    types = re.findall(r"^\| (\d+) \| (\S+) [^|]*\| [^|]* \| (.+?) \|$", text, re.MULTILINE)
    assert {int(number): name for number, name, _ in types} == {
        number: kind.zh for number, kind in known.app_types.items()
    }
    for number, _, necessary in types:
        assert (necessary == "—") == (not known.app_types[int(number)].necessary)
    codes = re.search(r"^(1 L l B M N H · .+)\.$", whole, re.MULTILINE)
    assert codes is not None
    for entry in codes[1].split(" · "):
        number, _, words = entry.partition(" ")
        kind = known.app_types[int(number)]
        if kind.number != 38:
            wanted = set(re.sub(r"\(.*?\)", "", words).split())
            assert set(kind.needs) - {"l"} == wanted - {"l"}, number
            assert ("l" in kind.needs) == bool({"l", "L"} & wanted), number
