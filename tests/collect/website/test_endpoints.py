from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.collect.website.endpoints import MOST_ASKED, collect
from scanner.errors import NotAuditable
from scanner.facts import EndpointAnswered
from scanner.fetch.flags import OWN_HOSTS
from scanner.model import Site, Target, Unseen, Visit
from tests.collect.website.rig import KNOWLEDGE, Kept, site


def ask(folder: Path, addresses: tuple[str, ...], *resolve: str) -> tuple[list[Any], Kept]:
    kept = Kept()
    data = msgspec.json.encode(Site(addresses=addresses))
    place = folder / "list"
    place.write_bytes(data)
    evidence = kept(data, name="list", media_type="application/json")
    visit = Visit(resolve=resolve, rate=1000.0)
    target = Target(kind="endpoints", path=place, evidence=evidence, visit=visit)
    return list(collect(target, kept, KNOWLEDGE, lambda _: None)), kept


def error(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(503)
    handler.send_header("Content-Length", "4")
    handler.end_headers()
    handler.wfile.write(b"busy")


def test_each_address_is_asked_once_and_what_answered_is_kept(tmp_path: Path) -> None:
    with socket.socket() as nobody, site({"/api": "{}", "/busy": error}) as served:
        nobody.bind(("127.0.0.1", 0))
        addresses = (
            "http://api.app.test/api?token=1234567890",
            "http://busy.app.test/busy",
            "http://closed.app.test/",
            "mailto:nobody@app.test",
        )
        found, kept = ask(
            tmp_path,
            addresses,
            f"api.app.test=127.0.0.1:{served.port}",
            f"busy.app.test=127.0.0.1:{served.port}",
            f"closed.app.test=127.0.0.1:{nobody.getsockname()[1]}",
        )
    facts = {one.host: one for one in found if isinstance(one, EndpointAnswered)}
    assert {host: fact.status for host, fact in facts.items()} == {
        "api.app.test": 200,
        "busy.app.test": 503,
    }
    assert facts["api.app.test"].url == "http://api.app.test/api"
    assert facts["api.app.test"].source.mapped
    assert kept.data[str(facts["busy.app.test"].source.evidence)] == b"busy"
    unseen = [one for one in found if isinstance(one, Unseen)]
    assert [one.scope["host"] for one in unseen] == [("closed.app.test",)]
    assert all(one.reason.zh and one.reason.en for one in unseen)
    assert [path for _, path, _ in served.asked] == ["/api?token=1234567890", "/busy"]


def test_a_private_address_is_not_asked(tmp_path: Path) -> None:
    with site({"/": "x"}) as served:
        found, _ = ask(tmp_path, (f"http://127.0.0.1:{served.port}/",))
        assert not served.asked
    (unseen,) = found
    assert isinstance(unseen, Unseen) and unseen.scope == {"host": ("127.0.0.1",)}


def test_addresses_beyond_the_bound_are_named_as_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.collect.website.endpoints.MOST_ASKED", 1)
    assert MOST_ASKED > 1
    with site({"/": "x"}) as served:
        found, _ = ask(
            tmp_path, ("http://a.test/", "http://b.test/", "http://c.test/"), served.resolve
        )
    assert [type(one) for one in found] == [EndpointAnswered, Unseen]
    assert found[1].reason.en == "2 more addresses were not asked"


def test_the_hosts_of_a_browser_are_asked_like_others(tmp_path: Path) -> None:
    """An app may well use a host that our browser may not ask of its own accord."""
    host = sorted(OWN_HOSTS)[0]
    with site({"/": "x"}) as served:
        (fact,) = ask(tmp_path, (f"http://{host}/",), f"{host}=127.0.0.1:{served.port}")[0]
    assert isinstance(fact, EndpointAnswered) and fact.host == host


@pytest.mark.parametrize("data", [b"", b"{", b'{"addresses": 3}', b"[]", b"\xff"])
def test_what_is_no_list_is_said(data: bytes, tmp_path: Path) -> None:
    kept = Kept()
    place = tmp_path / "list"
    place.write_bytes(data)
    evidence = kept(data, name="list", media_type="application/json")
    with pytest.raises(NotAuditable):
        list(
            collect(Target(kind="endpoints", path=place, evidence=evidence), kept, KNOWLEDGE, print)
        )
