"""Rules that only these fixtures offend: each fires on them, and is silent on what comes near."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.model import Report
from tests.cases.running import Done, scan
from tests.cases.test_sites import needs_chromium
from tests.samples import APKS, COMPLIANT, case

FIXTURES = APKS.parent
sys.path.insert(0, str(FIXTURES))
import fired  # noqa: E402

Fired = dict[str, str]
Run = Callable[[str], Fired]


def fired_in(report: Report) -> Fired:
    return {one.rule: str(one.certainty) for one in report.rulings if one.verdict == "violated"}


def fired_by(done: Done) -> Fired:
    assert done.code == 0, done.said
    return {
        one["rule"]: one["certainty"]
        for one in done.report["rulings"]
        if one["verdict"] == "violated"
    }


def room(folder: Path, jobs: Callable[[Path], Iterator[fired.Job]]) -> Run:
    """Give what audits a job of a room by its name."""
    words = dict(jobs(folder / "inputs"))
    return lambda name: fired_by(scan(folder / name, *words[name]))


UNSIGNED = {"unsigned-package": "suspected"}
"""What every package of fixtures/code gives, since none of them is signed."""
PAIRS: dict[str, tuple[str, ...]] = {
    "ads-switch": ("ads-with-install-permission", "ads-without-switch"),
    "bound-services": ("accessibility-service", "notification-listener"),
    "cleartext-allowed": ("cleartext-endpoint", "cleartext-permitted"),
    "process-list": ("early-process-list",),
    "unknown-library": ("unidentified-code",),
}


@pytest.mark.parametrize("pattern", PAIRS)
def test_a_pair_of_code_fires_its_rules_and_its_twin_none(pattern: str, tmp_path: Path) -> None:
    pair = FIXTURES / "code" / pattern
    violating = fired_in(case(tmp_path / "v", pair / "violating.apk", app_type=None))
    compliant = fired_in(case(tmp_path / "c", pair / "compliant.apk", app_type=None))
    assert violating == UNSIGNED | dict.fromkeys(PAIRS[pattern], "suspected")
    assert compliant == UNSIGNED


BUILD = dict.fromkeys(
    ("cleartext-domains", "signed-v1-only", "test-only-build", "user-certificates-trusted"),
    "suspected",
)
"""What the package of the weather app gives by itself, whatever lies beside it."""


def test_the_weather_app_is_built_wrongly_and_the_torch_done_right_is_not(tmp_path: Path) -> None:
    weather = fired_in(case(tmp_path / "w", APKS / "weather.apk", app_type=None))
    assert weather == BUILD | {"policy-not-simplified-chinese": "suspected"}
    assert not weather.keys() & fired_in(case(tmp_path / "c", COMPLIANT)).keys()


@pytest.fixture(scope="module")
def weather(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return room(tmp_path_factory.mktemp("weather"), fired.weather)


SENT = {
    "identifier-before-consent": "suspected",
    "identifier-sent-after-refusal": "suspected",
    "identifier-sent-too-often": "suspected",
    "list-sent-again": "suspected",
    "location-sent-in-background": "suspected",
    "location-sent-too-often": "suspected",
    "opaque-body-before-consent": "suspected",
    "person-data-to-advertiser": "suspected",
    "sent-abroad": "proven",
    "sent-abroad-by-registry": "suspected",
    "sent-after-refusal": "proven",
    "sent-in-address": "proven",
    "third-party-before-consent": "suspected",
}
"""What the weather app's traffic gives, with a policy beside it or without."""
BARE = dict.fromkeys(
    (
        *("policy-lacks-list-of-data", "policy-silent-on-children", "policy-silent-on-officer"),
        *("policy-silent-on-succession", "policy-without-summary"),
    ),
    "suspected",
)
"""What only informs on short policies."""
AGAINST_POLICY = {
    "background-despite-promise": "proven",
    "contacted-not-in-policy": "suspected",
    "data-sent-not-in-policy": "proven",
    "export-despite-promise": "proven",
    "export-not-in-policy": "suspected",
    "identified-despite-promise": "proven",
    "kind-not-listed-for-recipient": "suspected",
    "policy-lacks-list-of-sharing": "suspected",
    "recipient-not-in-policy": "proven",
    "sdk-despite-promise": "suspected",
    "sdk-named-by-company-only": "suspected",
    "sdk-not-in-policy": "proven",
    "sensitive-data-unmarked": "suspected",
    "sent-beyond-policy": "proven",
    "shared-despite-promise": "suspected",
}


def test_traffic_with_marks_fires_what_a_har_cannot_show(weather: Run) -> None:
    assert weather("traffic") == SENT | {"sent-to-third-party": "suspected"}
    assert weather("traffic-mended") == {}


def test_the_weather_app_does_the_opposite_of_what_its_policy_says(weather: Run) -> None:
    assert weather("app") == SENT | AGAINST_POLICY | BARE | BUILD
    assert weather("app-mended") == BARE | BUILD | {"policy-changed": "suspected"}


def test_a_strangers_policy_is_known_by_its_operator_and_by_what_it_names(weather: Run) -> None:
    found = weather("strangers-policy")
    assert found.keys() > BUILD.keys()
    assert found.keys() - BUILD.keys() == {
        *("contacted-not-in-policy", "data-sent-not-in-policy", "policy-changed"),
        *("policy-changed-under-same-date", "policy-names-more-than-seen"),
        *("policy-operator-not-developer", "policy-operator-not-signer"),
        *("sdk-despite-promise", "sdk-not-in-policy"),
    }


def test_a_policy_in_english_alone_is_found_where_a_run_shows_no_other(tmp_path: Path) -> None:
    runs = room(tmp_path, fired.recordings)
    assert runs("silent-english")["policy-text-not-simplified-chinese"] == "suspected"


@needs_chromium
def test_a_policy_is_held_against_the_pages_of_the_site_that_it_is_of(tmp_path: Path) -> None:
    club = room(tmp_path, fired.club)
    assert club("lacking") == dict.fromkeys(
        (
            *("children-addressed-without-guardian", "policy-operator-not-developer-of-site"),
            *("policy-silent-on-children", "policy-silent-on-cookies"),
            *("policy-without-deletion-on-site", "policy-without-withdrawal-on-site"),
            *("profiling-without-way-off-on-site", "use-taken-for-agreement"),
            "use-after-change-taken-for-agreement",
        ),
        "suspected",
    )
    assert club("hard") == {"hard-account-closing-on-site": "suspected"}
    assert club("anothers") == {"policy-of-another-site": "suspected"}
    assert club("sound") == {}


def test_a_server_that_answers_for_an_app_out_of_service_is_found(tmp_path: Path) -> None:
    asked = room(tmp_path, fired.retired)
    assert asked("answers")["retired-endpoint-answers"] == "suspected"
    assert "retired-endpoint-answers" not in asked("gone")
