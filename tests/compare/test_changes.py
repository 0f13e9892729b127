"""What came and went, counted another way: by sets of the facts themselves."""

from __future__ import annotations

from msgspec.structs import replace

from scanner.compare.changes import changes
from scanner.facts import DataAccessed, DataSent, PermissionDeclared, SdkPresent, Source
from scanner.model import Unseen
from tests.compare.looks import REASON, sight, twins, watching

OLD, NEW = twins()
HERE = Source(evidence="aa" * 32, at="x")


def test_the_permissions_of_the_twins_are_those_of_their_manifests() -> None:
    found = changes(
        sight(OLD.facts, OLD.unseen, header=OLD.header),
        sight(NEW.facts, NEW.unseen, header=NEW.header),
    )
    before, now = (
        {fact.permission for fact in side.facts if isinstance(fact, PermissionDeclared)}
        for side in (OLD, NEW)
    )
    told = {(one.change, one.item) for one in found if one.kind == "permission"}
    assert told == {("added", name) for name in now - before} | {
        ("removed", name) for name in before - now
    }
    assert ("removed", "android.permission.READ_SMS") in told
    assert not any(one.doubts for one in found if one.kind == "permission")


def sent(data_type: str, host: str, **more: str) -> DataSent:
    return DataSent(source=HERE, channel="traffic", data_type=data_type, host=host, **more)  # type: ignore[arg-type]


def test_a_kind_of_data_that_goes_to_another_host_is_a_new_flow() -> None:
    header = watching(OLD.header, "traffic")
    old = sight([sent("imei", "a.cn", phase="agreed")], header=header)
    new = sight(
        [sent("imei", "a.cn", phase="agreed"), sent("imei", "b.cn", phase="first_launch")],
        header=header,
    )
    found = {(one.kind, one.item): one for one in changes(old, new)}
    assert found.keys() == {
        ("host", "b.cn"),
        ("flow", "imei → b.cn"),
        ("early", "imei → b.cn"),
    }
    assert {one.change for one in found.values()} == {"added"}


def test_what_nobody_could_see_before_is_not_called_new() -> None:
    sdk = SdkPresent(
        source=HERE, channel="apk", sdk="s", family="f", name="n", vendor="v", evidence=("classes",)
    )
    packed = Unseen(kind="sdk.present", scope={"channel": ("apk",)}, collector="apk", reason=REASON)
    header = watching(OLD.header, "apk")
    new = sight([sdk], header=replace(header, subject=replace(header.subject, sha256="9" * 64)))
    (sure,) = changes(sight([], header=header), new)
    (unsure,) = changes(sight([], [packed], header=header), new)
    assert (sure.kind, sure.item, sure.change, sure.doubts) == ("sdk", "s", "added", ())
    assert "not looked at" in unsure.doubts[0].en


def test_an_access_is_early_only_where_nothing_guards_it() -> None:
    def access(**more: object) -> DataAccessed:
        return DataAccessed(
            source=HERE,
            channel="apk",
            data_type="imei",
            api="x",
            owner="app",
            **more,  # type: ignore[arg-type]
        )

    header = watching(OLD.header, "apk")
    other = watching(OLD.header, "apk", sha256="11" * 32)
    early = sight([access(reach="early", guarded=False)], header=other)
    for before, doubted in (
        (access(reach="early", guarded=True), False),
        (access(reach="reachable"), False),
        (access(reach="early"), True),
        (access(), True),
    ):
        found = [
            one for one in changes(sight([before], header=header), early) if one.kind == "early"
        ]
        assert [bool(one.doubts) for one in found] == [doubted]
