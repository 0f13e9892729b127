"""The catalogue: all 41 behaviours, norms in force by date, nothing uncertain said as sure."""

from __future__ import annotations

import datetime
import os
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import Fault, RulebookError
from scanner.rulebook.catalog import SCHEMES, Behaviour, Catalog, Label, load_catalog

CATALOG = Path(__file__).parents[2] / "rules" / "catalog.yaml"
ITEMS = {"1": 4, "2": 4, "3": 9, "4": 6, "5": 3, "6": 5}


def regulations() -> str:
    """Give the reference text that the project did not make a part of itself, or skip."""
    named = os.environ.get("MINGJIAN_SHARED")
    beside = [folder / "shared" for folder in Path(__file__).resolve().parents]
    for folder in [Path(named)] if named else beside:
        if (folder / "regulations.md").is_file():
            return (folder / "regulations.md").read_text("utf-8")
    pytest.skip("no regulations.md on this machine; name its folder in MINGJIAN_SHARED")


def table(text: str, title: str) -> list[list[str]]:
    """Give the rows of the table below a title."""
    part = text[text.index(title) :]
    rows = re.findall(r"^\|(.+)\|$", part[: part.find("\n### ", 5)], re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(CATALOG)


def test_all_41_behaviours_are_listed_in_their_order(catalog: Catalog) -> None:
    listed = [f"cac-191-{group}.{item}" for group, n in ITEMS.items() for item in range(1, n + 1)]
    listed += [f"miit-164-{item}" for item in range(1, 11)]
    assert list(catalog.behaviours) == listed
    assert len(listed) == 41


def test_the_channels_are_those_of_the_reference(catalog: Catalog) -> None:
    text = regulations()
    words = {"P!": "proven", "P!*": "proven", "S": "suspected", "M": "manual"}
    channels = ("apk", "device", "website", "traffic", "policy")
    checked = 0
    for row in table(text, "### 2.1") + table(text, "### 2.3"):
        if not re.match(r"(CN191|MIIT164)-\d", row[0]):
            continue
        cells = zip(channels, row[2:7], strict=True)
        wanted = {name: words[cell] for name, cell in cells if cell != "–"}
        own = row[0].replace("CN191", "cac-191").replace("MIIT164", "miit-164")
        assert catalog.behaviours[own].channels == wanted, own
        checked += 1
    assert checked == 41


def numbers(listed: Behaviour, scheme: str) -> set[str]:
    """Give the numbers in another list, inherited or one of several."""
    return {*listed.schemes.get(scheme, ()), *listed.one_of.get(scheme, ())}


def test_the_crosswalk_is_that_of_the_reference(catalog: Catalog) -> None:
    checked = 0
    for row in table(regulations(), "### 2.6"):
        if not re.fullmatch(r"\d\.\d", row[0]):
            continue
        behaviour = catalog.behaviours[f"cac-191-{row[0]}"]
        assert numbers(behaviour, "miit-164") == set(re.findall(r"\d+", row[2])), row[0]
        circled = {str("①②③④⑤⑥⑦⑧".index(sign) + 1) for sign in row[3] if sign in "①②③④⑤⑥⑦⑧"}
        assert numbers(behaviour, "miit-337") == circled, row[0]
        parts = set(re.findall(r"\.(\d+)", row[4]))
        assert numbers(behaviour, "taf-078") == parts, row[0]
        noticed = {"SDK信息公示不到位": "5", "账号注销难": "7"}
        named = {number for words, number in noticed.items() if words in row[2]}
        assert named <= numbers(behaviour, "miit-notice"), row[0]
        weights = [word.lower() for word in row[5].split("/")]
        assert any(behaviour.severity.startswith(word) for word in weights), row[0]
        checked += 1
    assert checked == 31


def test_the_items_of_164_point_to_the_behaviours_of_the_reference(catalog: Catalog) -> None:
    for row in table(regulations(), "### 2.3"):
        if row[0].startswith("MIIT164-"):
            behaviour = catalog.behaviours[row[0].replace("MIIT164", "miit-164")]
            assert behaviour.title.zh == row[1].split(" (")[0]
            assert numbers(behaviour, "cac-191") == set(re.findall(r"\b\d\.\d\b", row[8]))


def test_what_is_one_of_several_is_inherited_by_nobody(catalog: Catalog) -> None:
    every: list[Behaviour | Label] = [*catalog.behaviours.values(), *catalog.labels.values()]
    for listed in every:
        assert not set(listed.schemes) & set(listed.one_of), listed.id
        assert catalog.schemes_of(listed.id) == listed.schemes
    assert catalog.schemes_of("pipl-51") == {}


def test_names_of_notices_and_tests_stand_under_the_numbers_of_the_reference(
    catalog: Catalog,
) -> None:
    titles = {name: label.title.zh for name, label in catalog.labels.items()}
    text = regulations()
    later = re.search(r"Later labels used in MIIT notices.*?: (.*?)\. Add rules", text)
    assert later is not None
    for number, words in enumerate(later[1].split(" · "), 1):
        assert titles[f"miit-notice-{number}"] == words
    assert [each.id for each in catalog.noticed()] == [f"miit-notice-{n}" for n in range(1, 9)]
    sizes = {scheme: sum(name.startswith(f"{scheme}-") for name in titles) for scheme in SCHEMES}
    assert sizes == {
        **{"cac-191": 0, "miit-164": 0, "miit-337": 8, "miit-notice": 8},
        **{"cverc": 16, "mps": 15, "taf-078": 10},
    }


def test_places_on_export_have_a_row(catalog: Catalog) -> None:
    assert list(catalog.provisions) == ["pipl-38", "pipl-39", "pipl-40", "xb-flow"]


def test_all_26_duties_are_listed_in_their_order(catalog: Catalog) -> None:
    assert list(catalog.duties) == [f"web-{number:02}" for number in range(1, 27)]
    for duty in catalog.duties.values():
        assert duty.basis
        assert all(each.norm in catalog.norms for each in duty.basis)
        assert "website" in duty.channels


def test_duties_weigh_and_show_what_the_reference_says(catalog: Catalog) -> None:
    words = {"P!": "proven", "S": "suspected", "M": "manual"}
    checked = 0
    for row in table(regulations(), "## 8. Website duties"):
        if not re.match(r"WEB-\d", row[0]):
            continue
        duty = catalog.duties[row[0].lower()]
        least = {word for sign, word in words.items() if re.search(rf"{sign}(?!\w)", row[-2])}
        if least:  # the row on export leaves it to its text
            # What only the policy's own text can show is no ceiling of the website channel.
            assert duty.channels["website"] in least | (
                {"manual"} if "policy" in duty.channels else set()
            ), row[0]
        levels = {"Med": "medium", "High": "high", "Low": "low", "Critical": "critical"}
        assert duty.severity in {levels[word] for word in re.findall("|".join(levels), row[-1])}
        checked += 1
    assert checked == 26


def test_a_behaviour_says_how_it_is_cited_and_under_what_it_is_printed(catalog: Catalog) -> None:
    one, two = catalog.behaviours["cac-191-4.6"], catalog.behaviours["miit-164-10"]
    assert (one.norm, one.item) == ("CN191", "4.6")
    assert (one.cite.zh, one.cite.en) == ("第四条第六项", "art. 4(6)")
    assert one.group.zh == "违反必要原则，收集与其提供的服务无关的个人信息"
    assert (two.cite.zh, two.cite.en) == ("第十项", "item 10")
    assert two.group == two.title


def test_every_behaviour_belongs_to_a_norm_in_force(catalog: Catalog) -> None:
    for behaviour in catalog.behaviours.values():
        assert catalog.norms[behaviour.norm].in_force(datetime.date(2026, 11, 22))


def test_the_cybersecurity_law_in_force_is_the_one_of_the_day(catalog: Catalog) -> None:
    old, new = catalog.norms["CSL-2017"], catalog.norms["CSL-2026"]
    for day, in_force in (
        (datetime.date(2017, 5, 31), (False, False)),
        (datetime.date(2017, 6, 1), (True, False)),
        (datetime.date(2025, 12, 31), (True, False)),
        (datetime.date(2026, 1, 1), (False, True)),
    ):
        assert (old.in_force(day), new.in_force(day)) == in_force


def test_a_draft_is_never_in_force_and_its_number_says_so(catalog: Catalog) -> None:
    draft = catalog.norms["DRAFT-2026"]
    assert not draft.in_force(datetime.date(2027, 1, 1))
    assert draft.number_printed().endswith("（待核）")


def test_a_number_to_be_checked_is_never_printed_as_certain(catalog: Catalog) -> None:
    assert catalog.norms["PIPL"].number_printed() == "主席令第九十一号"
    assert catalog.norms["XB-CERT"].number_printed().endswith("令第20号（待核）")
    for norm in catalog.norms.values():
        certain = norm.confidence == "high" and norm.status != "draft"
        assert ("待核" in norm.number_printed()) != certain


def test_what_the_reference_marks_as_medium_is_medium_here(catalog: Catalog) -> None:
    text = regulations()
    for section in ("### 1.1", "### 1.2", "### 1.3", "### 1.4"):
        for row in table(text, section):
            name = re.sub(r"^GB/T ", "GBT-", row[0].strip())
            norm = catalog.norms.get(name.replace("T/TAF ", "TAF-"))
            if norm is not None and re.search(r"\bM$|number M", row[-1]):
                assert norm.confidence == "medium", name


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("cac-191-1.1", True),
        ("cac-191-1.5", False),
        ("miit-164-10", True),
        ("miit-164-11", False),
        ("web-01", True),
        ("web-26", True),
        ("web-27", False),
        ("web-1", False),
        ("pol-28", True),
        ("pipl-51", True),
        ("PIPL-51", False),
        ("pipl-", False),
        ("pipl", False),
        ("pipl-051", False),
        ("csl-2026-43", True),
        ("csl-43", False),
        ("ndr-24", True),
        ("draft-2026-10", False),
        ("miit-notice-8", True),
        ("miit-notice-9", False),
        ("cverc-1", False),
        ("pipl-72", False),
        ("gbt-35273-2020-5.5", False),
        ("nothing-1", False),
        ("", False),
    ],
)
def test_categories(catalog: Catalog, word: str, known: bool) -> None:
    assert catalog.is_category(word) is known


def test_standards_are_marked(catalog: Catalog) -> None:
    standards = {norm.id for norm in catalog.norms.values() if norm.kind == "standard"}
    assert standards >= {"GBT-35273-2020", "GBT-45574-2025", "TC260-PG-20204A", "TAF-078"}
    assert not standards & {"PIPL", "CN191", "CN14", "NDR", "MIIT164"}


def test_the_norms_that_rules_name_are_there(catalog: Catalog) -> None:
    named = """PIPL DSL CC MINOR ECL FRAUD CRIM NDR MNR ISM MPS33 MII33 MIIT24 MIIT20 CHILD ALGO
    APPINFO POPUP ADS XB-FLOW XB-SA XB-SCC XB-CERT AUDIT FACE CN191 CN14 MIIT337 MIIT164 MIIT292
    MIIT26 MIIT105 MIIT407 DRAFT-2026"""
    assert set(named.split()) <= set(catalog.norms)


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("confidence: high", "confidence: sure", "confidence: 'sure'", "known here: high, medium"),
        ("kind: law", "kind: low", "kind: 'low'", "did you mean law?"),
        ("valid_from: 2021-11-01", "valid_from: 2021-13-01", "valid_from: '2021-13-01'", "write"),
        ("valid_to: 2025-12-31", "valid_to: 2015-12-31", "valid_to: before valid_from", "correct"),
        ("    valid_to: 2025-12-31\n", "", "CSL-2017: superseded", "valid_to"),
        ("  PIPL:", "  Pipl:", "norms: 'Pipl' cannot be an id", "capital"),
        ("norm: CN191", "norm: CN119", "norm: 'CN119'", "did you mean CN191"),
        ("apk: suspected", "apk: suspect", "apk: 'suspect'", "did you mean suspected?"),
        ("apk: suspected", "app: suspected", "channels: unknown key 'app'", "apk"),
        ("severity: high", "severity: hihg", "severity: 'hihg'", "did you mean high?"),
        ('miit-164: ["1"]', 'miit-164: ["11"]', "schemes: there is no 'miit-164-11'", "miit-164-1"),
        ('miit-337: ["1"]', 'miit-336: ["1"]', "schemes: unknown key 'miit-336'", "miit-337"),
        ("  pipl-38:", "  pipl-99:", "provisions: 'pipl-99' is in no norm", "pipl-9"),
        ("        one_of:", "        oneof:", "cac-191-1.3: unknown key 'oneof'", "one_of"),
        ('"1.1":', '"1.11":', "items: '1.11' is no number", "1.1"),
        ("pol: 28", "pol: many", "pol: 'many'", "from 1 to 99"),
        ('"01":', '"1":', "duties: '1' is no number", "01"),
        ("[{doc: ISM", "[{doc: ISN", "basis.doc: 'ISN'", "did you mean ISM"),
        ("{website: manual}", "{web: manual}", "channels: unknown key 'web'", "website"),
        ("version:", "versions:", "catalogue: unknown key 'versions'", "did you mean version"),
    ],
)
def test_faults_are_named_with_place_and_hint(
    tmp_path: Path, old: str, new: str, message: str, hint: str
) -> None:
    text = CATALOG.read_text("utf-8")
    assert old in text
    path = tmp_path / "catalog.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_catalog(path)
    fits = [each for each in caught.value.faults if each.message.startswith(message)]
    assert fits, [str(each) for each in caught.value.faults]
    assert hint in fits[0].hint
    assert fits[0].file == str(path)
    assert fits[0].line > 1


def test_all_faults_come_at_once_in_reading_order(tmp_path: Path) -> None:
    text = CATALOG.read_text("utf-8").replace("kind: law", "kind: low").replace("pol: 28", "pol: 0")
    path = tmp_path / "catalog.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_catalog(path)
    assert len(caught.value.faults) > 5
    assert list(caught.value.faults) == sorted(caught.value.faults)


@pytest.mark.parametrize("content", [None, b"", b"- a\n", b"\xff"])
def test_a_catalogue_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "catalog.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RulebookError) as caught:
        load_catalog(path)
    assert caught.value.faults


def load_or_refuse(data: bytes) -> None:
    answer: Catalog | tuple[Fault, ...]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.yaml"
        path.write_bytes(data)
        try:
            answer = load_catalog(path)
        except RulebookError as error:
            answer = error.faults
    assert answer
    assert isinstance(answer, Catalog) or all(each.hint and each.line > 0 for each in answer)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_give_a_catalogue_or_a_rulebook_error(data: bytes) -> None:
    load_or_refuse(data)


pieces = st.sampled_from(
    ["null", "[", "]", "{", "}", "a: b", "- ", "\n", " ", "&a ", "*a", "9", "é"]
)


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 1), st.integers(0, 30), st.lists(pieces, max_size=4))
def test_a_damaged_catalogue_gives_a_catalogue_or_a_rulebook_error(
    where: float, cut: int, piece: list[str]
) -> None:
    data = CATALOG.read_bytes()
    at = int(where * len(data))
    load_or_refuse(data[:at] + "".join(piece).encode() + data[at + cut :])
