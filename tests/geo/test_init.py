"""Where an address is: what the databases say together, and what they leave open."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.geo import MAX_KEPT, Answer, Geo, Place, load_geo, outside
from scanner.geo.addresses import Networks, parse
from scanner.geo.ranges import Basis
from scanner.knowledge import rules_folder
from scanner.strict_yaml import parse as parse_yaml
from tests.geo.forge import mmdb

LIST = rules_folder() / "lists" / "anycast-networks.yaml"


def anycast() -> list[str]:
    import yaml

    values = yaml.safe_load(LIST.read_text("utf-8"))["values"]
    assert isinstance(values, list)
    return values


@pytest.fixture(scope="module")
def geo() -> Geo:
    return load_geo(anycast=anycast())


def located(tmp_path: Path, name: str = "mine", **rows: str) -> Path:
    """A database of locations; its networks are /24, written 1_2_3."""
    path = tmp_path / f"{name}.mmdb"
    networks = {
        f"{key.strip('n').replace('_', '.')}.0/24": {"country": {"iso_code": code}}
        for key, code in rows.items()
    }
    path.write_bytes(mmdb(networks, database_type="Mine-Country"))
    return path


def words(place: Place) -> list[str | None]:
    return [answer.country for answer in place.answers]


@pytest.mark.parametrize(
    ("ip", "said"),
    [
        ("119.29.29.29", ["HK", "CN"]),
        ("114.114.114.114", ["CN", "US"]),
        ("43.132.0.1", ["HK", "CN"]),
    ],
)
def test_databases_that_contradict_each_other_decide_nothing(
    geo: Geo, ip: str, said: list[str]
) -> None:
    place = geo.place(ip)
    assert words(place) == said
    assert (place.kind, place.country, place.basis, place.agreed) == ("public", None, None, False)


@pytest.mark.parametrize(
    ("ip", "country"),
    [
        ("202.112.0.1", "CN"),
        ("180.76.76.76", "CN"),
        ("240e::1", "CN"),
        ("2409:8000::1", "CN"),
        ("147.8.2.58", "HK"),
        ("140.112.8.116", "TW"),
        ("18.9.22.69", "US"),
    ],
)
def test_registries_that_agree_say_where_an_address_is_registered(
    geo: Geo, ip: str, country: str
) -> None:
    place = geo.place(ip)
    assert (place.kind, place.country, place.basis, place.agreed) == (
        *("public", country, "registry"),
        True,
    )
    assert [answer.basis for answer in place.answers] == ["registry", "registry"]


def test_every_answer_says_when_its_database_was_built_and_under_which_licence(geo: Geo) -> None:
    for answer, origin in zip(geo.place("18.9.22.69").answers, geo.sources, strict=True):
        assert (answer.source, answer.built) == (origin.name, origin.built)
        assert (answer.licence, answer.basis) == (origin.licence, origin.basis)
        assert origin.built >= "2026-06-17"
        assert origin.package
        assert len(origin.sha256) == 64
        assert origin.credit or not origin.licence.startswith("CC-BY")


@pytest.mark.parametrize(
    "ip",
    ["::ffff:119.29.29.29", "[::ffff:771d:1d1d]", "64:ff9b::771d:1d1d", "2002:771d:1d1d::1"],
)
def test_an_address_that_only_carries_another_is_that_other(geo: Geo, ip: str) -> None:
    assert geo.place(ip) == geo.place("119.29.29.29")


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.0.0.8", "198.18.0.7", "100.64.1.1", "192.0.2.1", "::1", "fe80::1%en0"),
        *("2001:db8::1", "2001:0:4136::1", "::ffff:192.168.1.1", "2002:0a00:0001::1"),
        *("", "example.com", "8.8.8.8:443", "8.8.8.8, 1.1.1.1", "\ud800", "9" * 200),
    ],
)
def test_where_nobody_public_is_found_no_database_is_asked(geo: Geo, ip: str) -> None:
    place = geo.place(ip)
    assert (place.kind, place.country, place.basis, place.agreed) == ("reserved", None, None, None)
    assert place.answers == ()
    assert len(place.ip) <= 64
    assert place.ip.isprintable()


@pytest.mark.parametrize(
    "ip",
    [
        *("1.1.1.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "223.5.5.5", "104.16.0.0"),
        *("104.23.255.255", "151.101.1.69", "172.67.1.1", "185.199.108.153", "75.2.60.5"),
        *("2606:4700::1111", "2001:4860:4860::8888", "::ffff:1.1.1.1"),
    ],
)
def test_anycast_is_marked(geo: Geo, ip: str) -> None:
    place = geo.place(ip)
    assert place.kind == "anycast"
    assert place.basis in (None, "registry")
    assert len(place.answers) == 2


@pytest.mark.parametrize("ip", ["1.1.2.1", "104.15.255.255", "104.32.0.0", "8.8.9.1", "23.32.1.1"])
def test_what_is_beside_anycast_is_not(geo: Geo, ip: str) -> None:
    assert geo.place(ip).kind == "public"


def test_the_list_of_anycast_networks_is_one_that_the_rulebook_reads() -> None:
    node, faults = parse_yaml(LIST.read_bytes(), LIST.name)
    assert node is not None
    assert not faults
    networks = anycast()
    assert len(networks) == len(set(networks))
    assert all(isinstance(network, str) for network in networks)
    reserved = parse("10.0.0.1")
    assert reserved is not None
    assert reserved not in Networks(networks)


def test_a_location_outweighs_registries_and_their_words_stay(tmp_path: Path) -> None:
    geo = load_geo([located(tmp_path, n119_29_29="CN", n18_9_22="SG", n43_132_0="HK")])
    place = geo.place("119.29.29.29")
    assert words(place) == ["HK", "CN", "CN"]
    assert (place.country, place.basis, place.agreed) == ("CN", "location", False)
    place = geo.place("18.9.22.69")
    assert words(place) == ["US", "US", "SG"]
    assert (place.country, place.basis, place.agreed) == ("SG", "location", False)
    place = geo.place("202.112.0.1")
    assert words(place) == ["CN", "CN", None]
    assert (place.country, place.basis, place.agreed) == ("CN", "registry", True)


def test_locations_that_contradict_each_other_decide_nothing(tmp_path: Path) -> None:
    one = located(tmp_path, "one", n18_9_22="SG")
    two = located(tmp_path, "two", n18_9_22="US")
    place = load_geo([one, two]).place("18.9.22.69")
    assert words(place) == ["US", "US", "SG", "US"]
    assert (place.country, place.basis, place.agreed) == (None, None, False)


def test_no_location_is_believed_on_anycast(tmp_path: Path) -> None:
    path = located(tmp_path, n8_8_8="CN")
    place = load_geo([path], anycast=["8.8.8.0/24"]).place("8.8.8.8")
    assert words(place) == ["US", "US", "CN"]
    assert (place.kind, place.country, place.basis) == ("anycast", "US", "registry")
    assert load_geo([path]).place("8.8.8.8").country == "CN"


def test_a_database_of_the_user_is_named_among_the_sources(tmp_path: Path) -> None:
    origin = load_geo([located(tmp_path, "GeoLite2-Country", n1_2_3="CN")]).sources[-1]
    assert (origin.name, origin.basis) == ("GeoLite2-Country (Mine-Country)", "location")
    assert (origin.built, origin.licence, origin.package) == ("2026-06-17", "", "")


def test_a_file_that_is_no_database_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "no.mmdb").write_bytes(b"no")
    with pytest.raises(UsageError, match=r"no\.mmdb") as raised:
        load_geo([tmp_path / "no.mmdb"])
    assert ".mmdb" in raised.value.hint


def test_a_network_written_wrongly_is_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match=r"10\.0\.0\.1/8") as raised:
        load_geo(anycast=["10.0.0.1/8"])
    assert "192.0.2.0/24" in raised.value.hint


SAID = st.lists(
    st.tuples(st.sampled_from([None, "CN", "US", "HK"]), st.sampled_from(["location", "registry"])),
    max_size=4,
)


@given(SAID, st.booleans())
def test_a_country_is_named_only_where_its_grounds_are(
    said: list[tuple[str | None, Basis]], many: bool
) -> None:
    from scanner.geo import _verdict

    answers = [
        Answer(source="made", country=country, basis=basis, built="2026-06-17", licence="")
        for country, basis in said
    ]
    for order in itertools.permutations(answers):
        country, basis, agreed = _verdict(order, many)
        heard = [(code, rests) for code, rests in said if code]
        at = {code for code, rests in heard if rests == "location"}
        by = [code for code, rests in heard if rests == "registry"]
        if basis == "location":
            assert at == {country}
            assert not many
        elif basis == "registry":
            assert set(by) == {country}
            assert len(by) > 1
            assert many or not at
        else:
            assert country is None
        if agreed:
            assert country
            assert all(code == country for code in by)
        assert (agreed is None) == (len(heard if not many else by) < 2 and (many or not at))


@pytest.mark.parametrize(
    ("country", "home", "said"),
    [
        ("CN", "CN", False),
        *((code, "CN", True) for code in ("HK", "MO", "TW", "US", "KH")),
        ("CN", "KH", True),
        ("KH", "kh", False),
        ("CN", "HK", True),
        (None, "CN", None),
        ("EU", "CN", None),
        ("US", "XX", None),
    ],
)
def test_outside_is_what_is_not_the_home(country: str | None, home: str, said: bool | None) -> None:
    assert outside(country, home) is said


def test_places_are_kept_but_not_without_end(geo: Geo) -> None:
    assert geo.place("18.9.22.69") is geo.place("18.9.22.69")
    fresh = load_geo()
    for number in range(MAX_KEPT + 10):
        fresh.place(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(fresh._places) <= MAX_KEPT
