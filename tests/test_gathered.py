"""What nobody looked for is unseen, and what the auditor stated is a fact."""

from __future__ import annotations

import hashlib
from pathlib import Path

from scanner import gather as room
from scanner.evidence.vault import Vault
from scanner.facts import (
    KINDS,
    AppManifest,
    AppType,
    EndpointAnswered,
    EndpointEmbedded,
    ServiceRetired,
    Source,
)
from scanner.gather import gather
from scanner.gathered import NOT_WATCHED, Gathered, identity_of, state
from scanner.model import CHANNELS, Evidence, Visit
from tests.samples import KNOWLEDGE, VIOLATING


def gathered(tmp_path: Path, *paths: Path) -> Gathered:
    return gather(
        [str(path) for path in paths], Vault(tmp_path / "evidence"), KNOWLEDGE, lambda _: None
    )


def test_every_kind_is_unseen_in_every_channel_that_nobody_watched(tmp_path: Path) -> None:
    found = gathered(tmp_path, VIOLATING)
    state(None, False, KNOWLEDGE, found)
    whole = {
        (entry.kind, channel)
        for entry in found.unseen
        if entry.field is None and entry.scope.keys() == {"channel"}
        for channel in entry.scope["channel"]
    }
    for kind, cls in KINDS.items():
        for channel in cls.channels:
            if channel not in ("apk", "auditor") and kind not in NOT_WATCHED:
                assert ((kind, channel) in whole) is (channel in CHANNELS["apk"])
    assert any(entry.field == "expected_for_type" for entry in found.unseen)


def test_the_type_that_the_auditor_stated_is_a_fact(tmp_path: Path) -> None:
    found = gathered(tmp_path, VIOLATING)
    state(38, False, KNOWLEDGE, found)
    (stated,) = [fact for fact in found.facts if isinstance(fact, AppType)]
    assert (stated.number, stated.name, stated.channel) == (38, "实用工具", "auditor")
    assert not any(entry.kind == "app.type" for entry in found.unseen)


def test_a_retired_app_is_stated_and_its_addresses_are_asked_only_with_authority(
    tmp_path: Path,
) -> None:
    found = Gathered()
    found.facts.append(
        EndpointEmbedded(
            source=Source(), channel="apk", url="https://api.example.cn/v1", host="api.example.cn"
        )
    )
    vault = Vault(tmp_path / "evidence")
    room._ask_endpoints(Visit(retired=True), vault, KNOWLEDGE, found, lambda _: None)
    state(38, True, KNOWLEDGE, found)
    assert any(isinstance(fact, ServiceRetired) for fact in found.facts)
    assert not any(isinstance(fact, EndpointAnswered) for fact in found.facts)
    (unasked,) = [entry for entry in found.unseen if entry.kind == "endpoint.answered"]
    assert "--authorised" in unasked.reason.en


def test_who_the_subject_is_comes_from_its_manifest_and_else_from_the_auditor() -> None:
    file = Evidence(sha256="0" * 64, size=1, name="a.apk", media_type="application/zip")
    manifest = AppManifest(
        source=Source(at="AndroidManifest.xml"), channel="apk", package="cn.a", version_name="1.2"
    )
    assert identity_of("apk", file, [manifest], "cn.b")["id"] == "cn.a"
    assert identity_of("apk", file, [manifest], None)["version"] == "1.2 (?)"
    assert identity_of("apk", file, [], "cn.b")["id"] == "cn.b"
    assert identity_of("website", file, [manifest], None)["name"] == "a.apk"


def kept(data: bytes, *, name: str, media_type: str, readable: str | None = None) -> Evidence:
    digest = hashlib.sha256(data).hexdigest()
    return Evidence(
        sha256=digest, name=name, media_type=media_type, size=len(data), readable=readable
    )


def test_a_piece_came_out_of_all_that_it_was_found_in() -> None:
    found = Gathered()
    found.name(kept(b"a", name="a.zip", media_type="x/y"))
    found.name(None)
    a = hashlib.sha256(b"a").hexdigest()
    assert (found.named, found.descent) == ({a: "a.zip"}, {a: {a}})
    for root in (a, "b" * 64):
        found.keeping(kept, [root])(b"inner", name="inner", media_type="x/y")
    found.keeping(kept, [])(b"of nobody", name="x", media_type="x/y")
    inner = hashlib.sha256(b"inner").hexdigest()
    assert found.descent == {a: {a}, inner: {a, "b" * 64}}
