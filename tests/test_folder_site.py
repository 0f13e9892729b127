from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.folder_site import SITE, Served, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    (pages / "sub").mkdir(parents=True)
    (pages / "index.html").write_text("<p>首页</p>", "utf-8")
    (pages / "sub" / "a.html").write_text("a", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    return pages


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    with serving(folder) as it:
        yield it


def ports(served: Served) -> dict[str, int]:
    return {
        one.partition("=")[0].partition(":")[2]: int(one.rpartition(":")[2])
        for one in served.resolve
    }


def ask(served: Served, path: str, *, name: str = SITE) -> tuple[int, bytes]:
    context = ssl.create_default_context(cafile=str(served.certificate))
    with (
        socket.create_connection(("127.0.0.1", ports(served)["443"]), 5) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        secure.sendall(f"GET {path} HTTP/1.0\r\nHost: {name}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(secure)
        answer.begin()
        return answer.status, answer.read()


def test_the_pages_stand_over_tls_under_their_name(served: Served) -> None:
    assert served.url == f"https://{SITE}/"
    assert ask(served, "/") == (200, "<p>首页</p>".encode())
    assert ask(served, "/sub/a.html?x=1")[0] == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(served, "/", name="other.test")


@pytest.mark.parametrize(
    "path", ["/sub/", "/nothing", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"]
)
def test_nothing_beside_the_pages_is_shown(served: Served, path: str) -> None:
    status, body = ask(served, path)
    assert status == 404
    assert b"secret" not in body.replace(path.encode(), b"")


def test_without_tls_every_address_leads_to_the_one_with(served: Served) -> None:
    asked = http.client.HTTPConnection("127.0.0.1", ports(served)["80"], timeout=5)
    asked.request("GET", "/sub/a.html?x=1")
    answer = asked.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{SITE}/sub/a.html?x=1")


def test_who_does_not_shake_hands_holds_up_nobody(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", ports(served)["443"]), 5) as silent:
        silent.send(b"\x16")
        assert ask(served, "/")[0] == 200


def test_afterwards_nothing_is_left(folder: Path) -> None:
    with serving(folder) as served:
        port = ports(served)["443"]
    assert not served.certificate.parent.exists()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 1):
        pass


def test_a_folder_without_a_first_page_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no first page"), serving(tmp_path):
        pass
