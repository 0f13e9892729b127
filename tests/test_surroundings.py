"""What could have changed what was seen: held against what openssl, sha256 and the kernel say."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import surroundings as room
from scanner.model import OWN_ESTIMATE, Surroundings
from scanner.surroundings import Places, around, clock_of, machine

AT = "2026-11-22T10:00:00+08:00"


def seen(folder: Path, hosts: str = "", resolvers: str = "", **environment: str) -> Surroundings:
    (folder / "hosts").write_text(hosts, "utf-8")
    (folder / "resolv.conf").write_text(resolvers, "utf-8")
    places = Places(resolvers=folder / "resolv.conf", hosts=folder / "hosts")
    return around(AT, environment=environment, places=places)


def test_proxies_are_named_without_who_logs_in_there(tmp_path: Path) -> None:
    found = seen(
        tmp_path,
        HTTPS_PROXY="http://wang:geheim@proxy.example:8080/x",
        http_proxy="proxy.example:3128",
        all_proxy="socks5://[2001:db8::1]:1080",
        no_proxy="localhost,.example",
        HOME="/root",
    )
    assert found.proxies == (
        "http_proxy=proxy.example:3128",
        "HTTPS_PROXY=http://…@proxy.example:8080",
        "all_proxy=socks5://[2001:db8::1]:1080",
        "no_proxy=localhost,.example",
    )


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=20))
def test_no_password_of_a_proxy_is_ever_repeated(login: str, host: str) -> None:
    secret = "Wq7-Zx9"
    for proxy in (f"http://{login}:{secret}@{host}", f"{login}:{secret}@{host}"):
        assert secret not in room._without_password(proxy)


def test_name_servers_and_entries_beyond_the_machine_itself_are_listed(tmp_path: Path) -> None:
    own = socket.gethostname()
    hosts = f"""127.0.0.1 localhost
::1 ip6-localhost ip6-loopback
127.0.1.1 {own}
203.0.113.9 shop.example www.shop.example # staged
127.0.0.1 tracker.example
"""
    found = seen(tmp_path, hosts, "# by hand\nsearch a\nnameserver 192.0.2.1\nnameserver fe80::1\n")
    assert found.resolvers == ("192.0.2.1", "fe80::1")
    assert found.hosts == (
        "shop.example = 203.0.113.9",
        "www.shop.example = 203.0.113.9",
        "tracker.example = 127.0.0.1",
    )
    assert found.hosts_sha256 == hashlib.sha256(hosts.encode()).hexdigest()


def test_a_renamed_localhost_is_no_usual_entry(tmp_path: Path) -> None:
    assert seen(tmp_path, "203.0.113.9 localhost\n").hosts == ("localhost = 203.0.113.9",)


def test_what_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    places = Places(resolvers=tmp_path / "pipe", hosts=tmp_path / "none")
    found = around(AT, environment={}, places=places)
    assert (found.resolvers, found.hosts, found.hosts_sha256) == ((), (), None)
    long = tmp_path / "long"
    long.write_bytes(b"1.2.3.4 a.example\n" * (room.LONGEST // 18 + 1))
    found = around(AT, environment={}, places=Places(resolvers=long, hosts=long))
    assert found.hosts_sha256 is None


@given(st.binary(max_size=300))
def test_any_bytes_can_stand_in_a_table(data: bytes) -> None:
    for line in (*room._mapped(data), *room._resolvers(data)):
        assert line == " ".join(line.split())
        line.encode()


def test_root_certificates_are_those_that_openssl_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = ssl.get_default_verify_paths().cafile
    openssl = shutil.which("openssl")
    if bundle is None or openssl is None:
        pytest.skip("openssl and its certificates are not here")
    monkeypatch.setitem(__import__("sys").modules, "certifi", None)
    run = subprocess.run(
        [openssl, "storeutl", "-noout", "-certs", bundle], capture_output=True, check=True
    )
    told = re.search(rb"Total found: (\d+)", run.stdout)
    ders = {
        base64.b64decode(body)
        for body in re.findall(
            r"BEGIN CERTIFICATE-----(.*?)-----END", Path(bundle).read_text("utf-8"), re.DOTALL
        )
    }
    found = around(AT, environment={})
    assert told is not None
    assert found.roots == int(told[1]) == len(ders)
    each = b"".join(hashlib.sha256(one).digest() for one in sorted(ders))
    assert found.roots_sha256 == hashlib.sha256(each).hexdigest()


def test_one_more_root_certificate_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    before = around(AT, environment={})
    known = list(room._roots())
    monkeypatch.setattr(room, "_roots", lambda: iter([*known, b"another"]))
    after = around(AT, environment={})
    assert after.roots == (before.roots or 0) + 1
    assert after.roots_sha256 != before.roots_sha256


ASK_KERNEL = r"""
#include <stdio.h>
#include <sys/timex.h>
int main(void) {
  struct timex t = {0};
  int state = adjtimex(&t);
  printf("%d %d %ld\n", state, (t.status & STA_UNSYNC) != 0, t.maxerror);
  return 0;
}
"""


def test_the_kernel_says_the_same_to_a_program_in_c(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler is here")
    (tmp_path / "ask.c").write_text(ASK_KERNEL, "utf-8")
    subprocess.run([compiler, "-o", tmp_path / "ask", tmp_path / "ask.c"], check=True)
    run = subprocess.run([tmp_path / "ask"], capture_output=True, text=True, check=True)
    state, unheld, most_us = map(int, run.stdout.split())
    told = room._kernel()
    if state < 0:
        assert told is None
        return
    assert told is not None
    assert told[0] == (state != 5 and not unheld)
    assert told[1] == pytest.approx(most_us / 1e6, rel=0.5, abs=0.1)  # it grows as time passes


@pytest.mark.parametrize(
    ("told", "held", "within"),
    [(None, None, None), ((False, 16.0), False, None), ((True, 0.25), True, 0.25)],
)
def test_the_clock_is_as_the_system_says(
    monkeypatch: pytest.MonkeyPatch,
    told: tuple[bool, float] | None,
    held: bool | None,
    within: float | None,
) -> None:
    monkeypatch.setattr(room, "_kernel", lambda: told)
    clock = clock_of(AT)
    assert (clock.at, clock.synchronised, clock.within_s) == (AT, held, within)
    assert clock.offset_s is None
    assert clock.compared_with == ("" if told is None else OWN_ESTIMATE)


def test_the_machine_has_a_name_and_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine().startswith(socket.gethostname())

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert machine() == f"{socket.gethostname()} ({os.getuid()})"
