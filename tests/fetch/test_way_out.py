from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.fetch.client import FetchError
from scanner.fetch.way_out import trusting, way_out
from scanner.folder_site import serving
from scanner.model import Visit


def test_what_the_auditor_trusts_is_trusted_beside_the_usual(tmp_path: Path) -> None:
    assert trusting([]) is None
    (tmp_path / "index.html").write_text("x")
    with serving(tmp_path) as served:
        context = trusting([served.certificate])
        assert context is not None and context.verify_mode is ssl.CERT_REQUIRED
        assert len(context.get_ca_certs()) >= 0 and context.check_hostname
    for name, data in (("no.pem", b"no"), ("empty.pem", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UsageError, match="no certificate in PEM"):
            trusting([tmp_path / name])
    with pytest.raises(UsageError, match="No such file"):
        trusting([tmp_path / "nothing.pem"])


def test_the_way_out_is_as_the_auditor_set_it(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("x")

    async def ask(visit: Visit, host: str, *own: str) -> int | None:
        async with way_out(visit, own=own) as (guard, client):
            try:
                return (await client.get(f"https://{host}/")).status
            except FetchError:
                assert guard.connections
                return None

    with serving(tmp_path) as served:
        host = served.url.split("/")[2]
        trusting_it = Visit(resolve=served.resolve, trust=(served.certificate,))
        assert asyncio.run(ask(trusting_it, host)) == 200
        assert asyncio.run(ask(trusting_it, host, host)) is None
        assert asyncio.run(ask(Visit(resolve=served.resolve), host)) is None
