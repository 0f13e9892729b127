"""What a case could have shown: each reason for which its silence says nothing, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from scanner.compare.look import blind_to, by_id, other_text
from scanner.facts import (
    AppFramework,
    AppPacked,
    AppType,
    Channel,
    CheckboxFound,
    CodeLoaded,
    CookieSet,
    DataAccessed,
    DataSent,
    Fact,
    PageVisited,
    PermissionDeclared,
    PhaseBegan,
    PolicyDocument,
    RequestMade,
    SiteVisited,
    Source,
    WalkCompleted,
    fact_id,
)
from scanner.model import Collection, Unseen
from tests.compare.looks import REASON, sight, twins, watching

HERE = Source(evidence="aa" * 32, at="x")
HEADER = twins()[0].header


def access(**changes: Any) -> DataAccessed:
    given: dict[str, Any] = {"data_type": "imei", "api": "a.b.c", "owner": "app", "reach": "early"}
    return DataAccessed(source=HERE, **{"channel": "apk", "phase": "static"} | given | changes)


def reasons(
    fact: Fact,
    *facts: Fact,
    before: tuple[Fact, ...] = (),
    unseen: tuple[Unseen, ...] = (),
    channels: tuple[str, ...] = ("apk", "website", "device", "traffic", "policy"),
    same: bool = False,
) -> str:
    """Ask why a case of `facts` could not have shown `fact`, which another case shows."""
    other = sight([fact, *before], header=watching(HEADER, *channels, sha256="01" * 32))
    number = "01" if same else "02"
    case = sight(facts, unseen, header=watching(HEADER, *channels, sha256=number * 32))
    return " | ".join(each.en for each in blind_to(fact, case, other))


def test_where_it_was_looked_for_its_absence_counts() -> None:
    assert reasons(access()) == ""
    assert reasons(access(), access(api="other")) == ""


def test_a_channel_that_was_not_looked_at_shows_nothing() -> None:
    assert "did not look at this: package" in reasons(access(), channels=("policy",))


@pytest.mark.parametrize(
    ("scope", "blind"),
    [
        ({}, True),
        ({"data_type": ("imei",)}, True),
        ({"data_type": ("sms", None)}, True),
        ({"data_type": ("sms",)}, False),
        ({"channel": ("device",)}, False),
        ({"channel": ("apk",), "data_type": ("sms", "imei")}, True),
        ({"permission": ("x",)}, True),  # this fact does not say which permission
        ({"no_such_field": ("x",)}, True),
    ],
)
def test_what_was_left_unseen_counts_if_it_could_be_this(
    scope: dict[str, tuple[str | None, ...]], blind: bool
) -> None:
    entry = Unseen(kind="data.accessed", scope=scope, collector="t", reason=REASON)
    assert ("could not see it: not looked at" in reasons(access(), unseen=(entry,))) == blind
    other = replace(entry, kind="sdk.present")
    assert reasons(access(), unseen=(other,)) == ""


def test_an_observation_that_may_be_the_same_leaves_it_open() -> None:
    assert "may be the same" in reasons(access(), access(owner=None))
    assert reasons(access(), access(owner="umeng")) == ""
    assert reasons(access(), access(owner=None, data_type="sms")) == ""


def test_what_another_channel_says_is_not_the_same_seen_again() -> None:
    """A walk of one page called a finding of the register page mended: the policy spoke of it."""
    case = sight([access(channel="device")])
    assert case.has(access(channel="device"))
    assert not case.has(access(channel="apk"))


def test_the_same_file_cannot_have_changed() -> None:
    assert "very same file" in reasons(access(), same=True)


@pytest.mark.parametrize(
    ("hiding", "word"),
    [
        (AppPacked(source=HERE, channel="apk", packer="p"), "packed"),
        (CodeLoaded(source=HERE, channel="apk", api="x", reach="reachable"), "load further code"),
        (AppFramework(source=HERE, channel="apk", framework="flutter"), "framework"),
    ],
)
def test_code_that_went_out_of_sight_mends_nothing_in_code(hiding: Fact, word: str) -> None:
    assert word in reasons(access(), hiding)
    assert reasons(access(), hiding, before=(hiding,)) == ""
    declared = PermissionDeclared(source=HERE, channel="apk", permission="p")
    assert reasons(declared, hiding) == ""


def text(origin: Any, number: int = 1) -> PolicyDocument:
    at = Source(at="x", evidence=f"{number:02}" * 32)
    return PolicyDocument(source=at, channel="policy", url=f"{number}.html", origin=origin)


@pytest.mark.parametrize(
    ("before", "now", "doubted"),
    [
        ("given", ("given",), False),
        ("given", ("store", "given"), False),
        ("given", ("store",), True),
        ("store", ("given",), True),
        ("earlier", ("given",), True),
        ("given", (), True),
    ],
)
def test_another_text_of_the_policy_mends_nothing(
    before: str, now: tuple[str, ...], doubted: bool
) -> None:
    """Dropping --policy-before, or handing in the store's text alone, changed no policy."""
    read = text(before)
    other, case = sight([read]), sight([text(one, 2 + at) for at, one in enumerate(now)])
    assert bool(list(other_text(read, [read], case, other))) == doubted


def test_what_a_finding_needs_of_the_policy_is_the_present_text() -> None:
    """An access that the policy does not tell of stands on the policy as well; an earlier version
    that lay beside it decides nothing."""
    given, earlier = text("given"), text("earlier", 2)
    other = sight([access(), given, earlier])
    stands = [access(), given, earlier]
    assert not list(other_text(access(), stands, sight([text("given", 3)]), other))
    assert list(other_text(access(), stands, sight([text("store", 3)]), other))
    assert not list(other_text(access(), [access()], sight([]), other))


def test_what_the_auditor_states_is_no_observation() -> None:
    stated = AppType(source=HERE, channel="auditor", number=1, name="x")
    assert "auditor's own word" in reasons(stated)


def page(name: str) -> PageVisited:
    return PageVisited(source=HERE, channel="website", page=name)


def walk(screens: int = 5, depth: int = 2, **more: Any) -> WalkCompleted:
    given: dict[str, Any] = {"channel": "website", "surface": "web", "complete": False}
    return WalkCompleted(source=HERE, screens=screens, depth=depth, **given | more)


BOX = CheckboxFound(source=HERE, channel="website", label="x", page="https://a/b")
SITE = SiteVisited(source=HERE, channel="website", host="a")


@pytest.mark.parametrize(
    ("now", "blind"),
    [
        ((page("https://a/b"),), False),
        ((page("https://a/c"), walk()), True),
        ((page("https://a/c"), walk(complete=True)), False),
        ((page("https://a/c"), walk(complete=True, depth=1)), True),
        ((), True),
    ],
)
def test_a_page_must_be_opened_again_or_the_whole_site_walked(
    now: tuple[Fact, ...], blind: bool
) -> None:
    assert bool(reasons(BOX, *now, before=(page("https://a/b"), walk()))) == blind


@pytest.mark.parametrize(
    ("before", "now", "blind"),
    [
        (walk(), walk(), False),
        (walk(), walk(screens=4), True),
        (walk(), walk(depth=1), True),
        (walk(complete=True), walk(screens=9), True),
        (walk(complete=True), walk(screens=3, complete=True), False),
        (walk(logged_in=True), walk(logged_in=False), True),
        (walk(), None, True),
        (None, None, False),
    ],
)
def test_a_smaller_walk_over_a_site_shows_less(
    before: WalkCompleted | None, now: WalkCompleted | None, blind: bool
) -> None:
    cookie = CookieSet(source=HERE, channel="website", name="n", domain="d")
    found = reasons(cookie, *([now] if now else []), before=(before,) if before else ())
    assert bool(found) == blind


def test_a_phase_of_a_site_must_be_recorded_again() -> None:
    cookie = CookieSet(source=HERE, channel="website", name="n", domain="d", phase="refused")
    request = RequestMade(source=HERE, channel="website", host="a", path="/", phase="refused")
    assert "no record of that phase" in reasons(cookie, before=(request,))
    assert reasons(cookie, request, before=(request,)) == ""


def sent(phase: str | None, channel: Channel = "traffic") -> DataSent:
    given: dict[str, Any] = {"phase": phase}
    return DataSent(source=HERE, channel=channel, data_type="imei", host="a.cn", **given)


def asked(path: str, phase: str | None, channel: Channel = "traffic") -> RequestMade:
    given: dict[str, Any] = {"phase": phase}
    return RequestMade(source=HERE, channel=channel, host="a.cn", path=path, **given)


def test_what_happens_by_itself_is_gone_when_its_phase_was_recorded_again() -> None:
    before = asked("/login", "first_launch")
    assert "no record" in reasons(sent("first_launch"), before=(before,))
    assert reasons(sent("first_launch"), asked("/x", "first_launch"), before=(before,)) == ""


def test_what_needs_a_function_is_gone_only_when_that_was_used_again() -> None:
    before = (asked("/login", "agreed"), asked("/home", "agreed"))
    assert "same functions" in reasons(sent("agreed"), asked("/home", "agreed"), before=before)
    assert reasons(sent("agreed"), *before, before=before) == ""
    wider = walk(channel="device", surface="native")
    assert reasons(sent("agreed"), asked("/home", "agreed"), wider, before=(*before, wider)) == ""


def test_a_phase_of_a_run_must_be_run_again() -> None:
    began = PhaseBegan(source=HERE, channel="device", phase="first_launch", number=1)
    read = access(channel="device", phase="first_launch")
    assert "no record of that phase" in reasons(read, before=(began,))
    assert reasons(read, began, before=(began,)) == ""


def test_fewer_runs_show_less() -> None:
    fact = sent("first_launch")
    three = replace(watching(HEADER, "traffic"), collection=Collection(runs=3))
    other = sight([fact], header=three)
    case = sight([], header=watching(HEADER, "traffic"))
    assert "ran 1 of 3 times" in " ".join(each.en for each in blind_to(fact, case, other))


def test_facts_are_found_by_their_ids() -> None:
    assert by_id((access(), BOX)) == {fact_id(access()): access(), fact_id(BOX): BOX}
