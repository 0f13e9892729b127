from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from scanner.collect.website.collector import KINDS as LOOKED_FOR
from scanner.collect.website.ground import (
    PAGE_KINDS,
    PHASE_KINDS,
    SHOWN_KINDS,
    addresses_in,
    outdated,
    tls_fault,
    unseen_pages,
    unseen_phase,
    unseen_whole,
)
from scanner.errors import NotAuditable
from scanner.facts import KINDS, fields_of
from scanner.fetch.addresses import parse_resolve
from scanner.fetch.client import Client, FetchError
from scanner.fetch.guard import Guard
from scanner.folder_site import _make_certificate
from scanner.model import Words
from tests.collect.website.rig import HOST, ground

WHY = Words("因故", "for a reason")


def test_every_kind_that_names_a_page_or_a_phase_and_comes_from_a_site_is_listed() -> None:
    """Else a page that could not be looked at would count as one that shows nothing."""
    looked_for = [KINDS[kind] for kind in LOOKED_FOR]
    by_page = {
        kind
        for kind, cls in zip(LOOKED_FOR, looked_for, strict=True)
        if "page" in cls.identity and not {"phase", "answer"} & set(cls.identity)
    }
    assert by_page - set(PAGE_KINDS) <= {"prompt.raised"}  # that one is listed by phase
    by_phase = {kind for kind in LOOKED_FOR if "phase" in KINDS[kind].identity}
    assert by_phase - set(PHASE_KINDS) <= {"consent.prompt"}


def test_scopes_name_fields_of_their_kinds() -> None:
    entries = [*unseen_pages(["https://a.test/x"], WHY), *unseen_phase("refused", WHY)]
    entries += unseen_whole(LOOKED_FOR, WHY)
    assert {entry.kind for entry in entries} >= set(LOOKED_FOR)
    for entry in entries:
        assert set(entry.scope) <= set(fields_of(entry.kind)), entry
        for name, values in entry.scope.items():
            choices = fields_of(entry.kind)[name].choices
            assert not choices or set(values) <= set(choices)


def test_no_pages_leave_nothing_unseen() -> None:
    assert not list(unseen_pages([], WHY))
    (scope,) = {tuple(entry.scope["page"]) for entry in unseen_pages(["b", "a", "b"], WHY)}
    assert scope == ("a", "b")
    shown = {one.kind for one in unseen_pages(["a"], WHY, kinds=SHOWN_KINDS)}
    assert {one.kind for one in unseen_pages(["a"], WHY)} - shown == {"page.visited"}


def test_only_the_answered_sessions_leave_an_answer_unseen() -> None:
    kinds = {
        phase: {one.kind for one in unseen_phase(phase, WHY)} for phase in ("first_load", "agreed")
    }
    assert kinds["agreed"] - kinds["first_load"] == {"consent.answered"}


@pytest.mark.parametrize(
    ("robots", "authorised", "named", "opens"),
    [
        (True, False, False, True),
        (False, False, False, False),
        (False, False, True, False),
        (False, True, False, True),
        (None, False, False, False),
        (None, False, True, True),
        (None, True, False, True),
    ],
)
def test_who_may_open_a_page(
    robots: bool | None, authorised: bool, named: bool, opens: bool
) -> None:
    here = ground(robots=robots, authorised=authorised)
    why = asyncio.run(here.may_open(f"http://{HOST}/a", named=named))
    assert (why is None) == opens


def test_whose_a_host_is() -> None:
    here = ground("https://www.shop.com.cn/a", resolve=("*=127.0.0.1",))
    assert (here.host, here.mapped) == ("www.shop.com.cn", True)
    assert here.site("https://m.shop.com.cn/") == here.site("http://shop.com.cn:8080/x")
    assert here.site("https://other.com.cn/") != here.site("http://shop.com.cn/")
    assert here.site("mailto:a@shop.com.cn") == ""
    assert here.party_of(HOST) == "first"
    assert here.party_of("nobody.com.cn") is None
    assert here.party_of("hm.baidu.com") == "third"


def test_a_list_of_addresses_is_read_or_said_to_be_none(tmp_path: Path) -> None:
    place = tmp_path / "list"
    place.write_bytes(b'{"addresses": ["https://a.test/", "x"]}')
    assert addresses_in(place, hint="name it") == ("https://a.test/", "x")
    place.write_bytes(b'{"addresses": [3]}')
    with pytest.raises(NotAuditable) as raised:
        addresses_in(place, hint="name it")
    assert raised.value.hint == "name it"


@pytest.mark.parametrize(
    ("oldest", "answers"),
    [(ssl.TLSVersion.TLSv1_1, True), (ssl.TLSVersion.TLSv1_2, False)],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_whether_a_server_still_speaks_old_tls_is_found_out(
    tmp_path: Path, oldest: ssl.TLSVersion, answers: bool
) -> None:
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    _make_certificate(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = oldest
    context.load_cert_chain(certificate, key)

    async def ask() -> bool:
        server = await asyncio.start_server(_hello, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        resolve = [parse_resolve(f"*=127.0.0.1:{port}")]
        async with server, Guard(resolve=resolve) as guard, Client(guard, trust=outdated()) as one:
            try:
                return (await one.get("https://old.test/")).status == 200
            except FetchError as error:
                fault = tls_fault(error)
        assert fault is not None
        return False

    assert asyncio.run(ask()) is answers


async def _hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()


def test_a_page_that_was_not_opened_may_let_people_register() -> None:
    """A walk of one page said that the duty to offer closing an account was met."""
    left = {one.kind for one in unseen_pages(["https://a.example/register"], WHY)}
    assert "account.registration" in left
