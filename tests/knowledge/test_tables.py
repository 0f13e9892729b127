"""Permissions, types of app, kinds of data, packers: what they hold, that they agree with AOSP."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scanner.knowledge import Knowledge
from tests.knowledge.conftest import Edit, refused, shared


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


def test_unneeded_permissions_are_never_ones_that_a_person_grants(known: Knowledge) -> None:
    granted = {known.permissions[name].protection for name in known.sets["unneeded-permissions"]}
    assert granted <= {"signature", "normal"}


def test_what_rests_on_judgement_is_marked(known: Knowledge) -> None:
    assert known.unconfirmed["permissions"] == {"need", "types", "arguable"}
    assert known.unconfirmed["app-types"] == {"needs", "arguable", "words"}


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
        (
            "app-types",
            "necessary: [位置信息",
            "necessary: [位置信",
            "necessary: '位置信' has",
            "add it",
        ),
        ("app-types", "necessary: []", "necessary: none", "necessary: 'none'", "[a, b]"),
        ("data-types", "level: 3", "level: 5", "level: '5'", "from 1 to 4"),
        ("data-types", "covers: [imei", "covers: [imie", "covers: 'imie'", "imei"),
        ("data-types", "family: device", "family: devise", "family: 'devise'", "device"),
        ("data-types", "  imei: {", "  none: {", "none means no data", "another id"),
        ("packers", "assets: []", "asset: []", "alibaba-mobisec: unknown key", "assets?"),
    ],
)
def test_faults_are_named_with_place_and_hint(
    copy: Path, edit: Edit, name: str, old: str, new: str, message: str, hint: str
) -> None:
    edit(name, old, new)
    refused(copy, name, message, hint)


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
