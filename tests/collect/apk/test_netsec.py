from __future__ import annotations

from pathlib import Path

import pytest

from scanner.facts import AppManifest
from tests.collect.apk.forge import (
    Attribute,
    File,
    Node,
    Ref,
    Seen,
    apk,
    axml,
    look_at,
    manifest,
    table,
)

CONFIG = "res/xml/network.xml"


def base(**attributes: Attribute) -> Node:
    return Node("base-config", dict(attributes))


def domain(name: str, *inner: Node, **attributes: Attribute) -> Node:
    return Node("domain-config", dict(attributes), [Node("domain", {}, [], name), *inner])


def anchors(*sources: str) -> Node:
    return Node("trust-anchors", {}, [Node("certificates", {"src": name}) for name in sources])


def seen_with(folder: Path, target: int, *config: Node, flag: bool | None = None) -> Seen:
    app: dict[str, Attribute] = {"android:networkSecurityConfig": Ref(0x7F010000)}
    if flag is not None:
        app["android:usesCleartextTraffic"] = flag
    document = axml(Node("network-security-config", {}, config))
    files = [File(CONFIG, document), File("resources.arsc", table({0x7F010000: CONFIG}))]
    root = manifest(app=app, sdk={"android:targetSdkVersion": target})
    return look_at(apk(root, *files), folder)


def fact_with(folder: Path, target: int, *config: Node, flag: bool | None = None) -> AppManifest:
    return seen_with(folder, target, *config, flag=flag).of(AppManifest)[0]


def test_a_config_that_differs_between_devices_is_unknown(tmp_path: Path) -> None:
    config = axml(Node("network-security-config", {}, [base(cleartextTrafficPermitted=False)]))
    files = [
        File(CONFIG, config),
        File("res/xml-v30/network.xml", config),
        File("resources.arsc", table({0x7F010000: {0: CONFIG, 30: "res/xml-v30/network.xml"}})),
    ]
    root = manifest(app={"android:networkSecurityConfig": Ref(0x7F010000)})
    seen = look_at(apk(root, *files), tmp_path)
    assert seen.of(AppManifest)[0].cleartext_permitted is None
    reasons = {one.field: one.reason.en for one in seen.unseen}
    assert "other devices" in reasons["cleartext_permitted"]


def test_a_flag_in_a_config_that_differs_between_devices_is_unknown(tmp_path: Path) -> None:
    config = axml(
        Node("network-security-config", {}, [base(cleartextTrafficPermitted=Ref(0x7F020000))])
    )
    values = table({0x7F010000: CONFIG, 0x7F020000: {0: False, 30: True}})
    root = manifest(app={"android:networkSecurityConfig": Ref(0x7F010000)})
    seen = look_at(apk(root, File(CONFIG, config), File("resources.arsc", values)), tmp_path)
    assert seen.of(AppManifest)[0].cleartext_permitted is None


@pytest.mark.parametrize(
    ("target", "flag", "permitted"),
    [(27, None, True), (28, None, False), (34, True, True), (20, False, False)],
)
def test_without_config_the_flag_or_the_level_decides(
    tmp_path: Path, target: int, flag: bool | None, permitted: bool
) -> None:
    app: dict[str, Attribute] = {} if flag is None else {"android:usesCleartextTraffic": flag}
    root = manifest(app=app, sdk={"android:targetSdkVersion": target})
    (fact,) = look_at(apk(root), tmp_path).of(AppManifest)
    assert fact.cleartext_permitted is permitted
    assert fact.cleartext_domains == ()
    assert fact.user_certificates_trusted is (target < 24)


@pytest.mark.parametrize(
    ("target", "config", "permitted"),
    [
        (34, [base(cleartextTrafficPermitted=True)], True),
        (27, [base(cleartextTrafficPermitted=False)], False),
        (34, [base(cleartextTrafficPermitted="true")], True),
        (34, [base()], False),
        (27, [], True),
    ],
)
def test_a_config_overrules_the_flag(
    tmp_path: Path, target: int, config: list[Node], permitted: bool
) -> None:
    fact = fact_with(tmp_path, target, *config, flag=not permitted)
    assert fact.cleartext_permitted is permitted


def test_domains_are_named_when_they_are_permitted_by_name(tmp_path: Path) -> None:
    fact = fact_with(
        tmp_path,
        34,
        domain("B.example.cn", cleartextTrafficPermitted=True),
        domain("no.example.cn", cleartextTrafficPermitted=False),
        domain("silent.example.cn"),
        domain(
            "outer.example.cn",
            domain("inner.example.cn"),
            domain("shut.example.cn", cleartextTrafficPermitted=False),
            cleartextTrafficPermitted=True,
        ),
    )
    assert fact.cleartext_permitted is False
    assert fact.cleartext_domains == ("b.example.cn", "inner.example.cn", "outer.example.cn")


@pytest.mark.parametrize(
    ("target", "config", "trusted"),
    [
        (34, [base()], False),
        (23, [base()], True),
        (23, [Node("base-config", {}, [anchors("system")])], False),
        (34, [Node("base-config", {}, [anchors("system", "user")])], True),
        (34, [Node("domain-config", {}, [anchors("user")])], True),
        (34, [Node("debug-overrides", {}, [anchors("user")])], False),
    ],
)
def test_user_certificates(tmp_path: Path, target: int, config: list[Node], trusted: bool) -> None:
    assert fact_with(tmp_path, target, *config).user_certificates_trusted is trusted


@pytest.mark.parametrize("config", [None, b"not a binary XML"])
def test_a_config_that_cannot_be_read_leaves_three_fields_unknown(
    tmp_path: Path, config: bytes | None
) -> None:
    files = [File("resources.arsc", table({0x7F010000: CONFIG}))]
    files += [] if config is None else [File(CONFIG, config)]
    root = manifest(app={"android:networkSecurityConfig": Ref(0x7F010000)})
    seen = look_at(apk(root, *files), tmp_path)
    (fact,) = seen.of(AppManifest)
    names = {"cleartext_permitted", "cleartext_domains", "user_certificates_trusted"}
    assert all(getattr(fact, name) is None for name in names)
    said = {one.field: one.reason.en for one in seen.unseen if one.kind == "app.manifest"}
    assert set(said) == names
    assert "network security config" in said["cleartext_permitted"]


def test_the_config_is_kept_with_a_readable_form(tmp_path: Path) -> None:
    seen = seen_with(tmp_path, 34, base(cleartextTrafficPermitted=True))
    kept = {one.name: one for one in seen.vault.entries()}
    readable = kept[CONFIG].readable
    assert readable is not None
    assert b'cleartextTrafficPermitted="true"' in seen.vault.open(readable)
