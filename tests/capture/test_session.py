from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import os
import pty
import re
import resource
import select
import signal
import socket
import ssl
import subprocess
import sys
import termios
import time
from pathlib import Path

import httpx
import msgspec
import pytest
from playwright.async_api import async_playwright

from scanner.browser import BrowserMissing, find_chromium
from scanner.capture.addresses import own_addresses, shown
from scanner.capture.recorder import MAX_BODY, STOPPED
from scanner.capture_file import BadLine, Begin, End, read_capture
from scanner.collect.traffic.phases import Phases
from scanner.connections import read_connections
from scanner.exchange import moment
from scanner.recordings.recording import listens
from tests.capture.running import (
    COMMAND,
    LONGEST_S,
    Running,
    capturing,
    chain_holds,
    refused,
    trusting,
    tunnel,
    until,
    web_socket,
)
from tests.fetch.site import Authority, Page, answer, echo, serving

PHONE = b'{"phone": "13812345678", "n": 1}'


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate authority of mitmproxy, made once."""
    folder: Path = tmp_path_factory.mktemp("certificates")
    return folder


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def client(run: Running, certificates: Path) -> httpx.AsyncClient:
    return httpx.AsyncClient(proxy=run.proxy, verify=trusting(certificates), trust_env=False)


def test_all_that_passes_is_kept(tmp_path: Path, certificates: Path, authority: Authority) -> None:
    async def go(run: Running) -> tuple[int, int]:
        pages: dict[str, Page] = {
            "/a": answer(b"hello", "Set-Cookie: a=1", "Set-Cookie: b=2"),
            "/ws": echo,
        }
        tls = authority.server("localhost", "127.0.0.1")
        async with serving(pages) as plain, serving(pages, tls=tls) as secure:
            port = await asyncio.to_thread(lambda: run.port)
            async with client(run, certificates) as web:
                first = await web.get(f"http://127.0.0.1:{plain.port}/a?uid=7")
                await asyncio.to_thread(run.say, "agreed")
                url = f"https://localhost:{secure.port}/a"
                second = await web.post(url, content=PHONE, headers={"Cookie": "s=1"})
            assert (first.text, second.text) == ("hello", "hello")
            texts = await web_socket(port, f"127.0.0.1:{plain.port}", b"one", b"two")
            assert texts == [b"one", b"two"]
            await asyncio.to_thread(run.written, b'"WS"')
            return plain.port, secure.port

    with capturing(tmp_path, certificates, "--insecure-upstream", "--phase", "first_launch") as run:
        plain, secure = asyncio.run(go(run))
        summary = run.stop()
        said = "\n".join(run.said)
    assert run.process.returncode == 0, said

    first, second, third = run.exchanges
    assert (first.url, first.method, first.status) == (
        f"http://127.0.0.1:{plain}/a?uid=7",
        "GET",
        200,
    )
    cookies = [value for name, value in first.response_headers if name == "Set-Cookie"]
    assert (cookies, first.response_body, first.tls) == (["a=1", "b=2"], b"hello", "")
    assert (second.url, second.request_body) == (f"https://localhost:{secure}/a", PHONE)
    assert (second.tls, second.via, second.ip) == ("TLSv1.3", "direct", "127.0.0.1")
    assert (third.method, third.url) == ("WS", f"http://127.0.0.1:{plain}/ws")
    assert [(one.sent, one.data) for one in third.messages] == [
        (True, b"one"),
        (False, b"one"),
        (True, b"two"),
        (False, b"two"),
    ]

    begin, end = run.lines[0].record, run.lines[-1].record
    assert isinstance(begin, Begin)
    assert isinstance(end, End)
    made = ssl.PEM_cert_to_DER_cert((certificates / "mitmproxy-ca-cert.pem").read_text())
    assert begin.certificate == hashlib.sha256(made).hexdigest()
    assert (end.records, end.dropped) == (len(run.lines) - 1, 0)
    assert [mark.phase for mark in run.marks] == ["first_launch", "agreed"]
    assert str(moment(first.started)) < run.marks[1].time < second.started

    assert chain_holds(run.file)
    digest, _, record = run.file.read_bytes().splitlines()[0].partition(b" ")
    told = subprocess.run(["sha256sum"], input=b"0" * 64 + record, capture_output=True, check=True)
    assert told.stdout.split()[0] == digest
    assert hashlib.sha256(run.file.read_bytes()).hexdigest() in summary
    assert run.file.stat().st_mode & 0o777 == 0o600

    assert re.search(r"exchanges +3\n", summary)
    assert re.search(r"marks +2  .* first_launch, .* agreed\n", summary)
    assert said.count("private address") == 2  # one line for each of the two hosts
    assert "138****5678" in said
    assert "13812345678" not in said


def test_what_a_client_refuses_is_named(
    tmp_path: Path, certificates: Path, authority: Authority
) -> None:
    async def go(run: Running) -> int:
        tls = authority.server("localhost", "127.0.0.1")
        async with serving({"/": answer(b"x")}, tls=tls) as site:
            port = await asyncio.to_thread(lambda: run.port)
            pinned = httpx.AsyncClient(proxy=run.proxy, verify=authority.trust(), trust_env=False)
            async with pinned:
                with pytest.raises(httpx.ConnectError):
                    await pinned.get(f"https://localhost:{site.port}/")
            _, writer = await tunnel(port, f"127.0.0.1:{site.port}")
            await writer.start_tls(trusting(certificates), server_hostname="pins.example")
            writer.close()  # as an app does that compares the certificate by itself
            await asyncio.to_thread(run.written, b"pins.example")
            return site.port

    with capturing(tmp_path, certificates, "--insecure-upstream") as run:
        port = asyncio.run(go(run))
        summary = run.stop(signal.SIGTERM)
    assert run.process.returncode == 0
    assert not run.exchanges
    seen = [(one.kind, one.host, one.port) for one in run.passages]
    assert seen == [("refused", "localhost", port), ("refused", "pins.example", port)]
    assert all(one.client and moment(one.started) for one in run.passages)
    assert re.search(r"unseen +2 .*\n +localhost ×1\n +pins.example ×1\n", summary)
    assert len([line for line in run.said if "refused the proxy's certificate" in line]) == 2


def test_what_cannot_be_reached_is_kept_with_its_reason(
    tmp_path: Path, certificates: Path, authority: Authority
) -> None:
    closed = free_port()

    async def go(run: Running) -> int:
        async with serving({"/": answer(b"x")}, tls=authority.server("127.0.0.1")) as site:
            async with client(run, certificates) as web:
                answered = await web.get(f"http://127.0.0.1:{closed}/lost?q=1")
                assert answered.status_code == 502
                with pytest.raises(httpx.ProxyError):
                    await web.get(f"https://127.0.0.1:{closed}/")
                answered = await web.get(f"https://127.0.0.1:{site.port}/")  # of no known authority
                assert answered.status_code == 502
            return site.port

    with capturing(tmp_path, certificates) as run:
        asyncio.run(go(run))
        summary = run.stop()
    assert re.search(r"no answer +3\n", summary)
    assert "--insecure-upstream" in summary
    assert len([line for line in run.said if "  ! " in line]) == 2  # one of them came twice
    lost, way, untrusted = run.exchanges
    assert (lost.method, lost.status, lost.url[-9:]) == ("GET", 0, "/lost?q=1")
    assert (way.method, way.status, way.url) == ("CONNECT", 0, f"https://127.0.0.1:{closed}/")
    assert lost.error == way.error == f"[Errno 111] Connect call failed ('127.0.0.1', {closed})"
    assert lost.ip is way.ip is None
    assert "certificate" in (untrusted.error or "").lower()


def test_what_is_to_be_let_through_is_noted_and_not_opened(
    tmp_path: Path, certificates: Path, authority: Authority
) -> None:
    async def go(run: Running) -> int:
        async with serving({"/": answer(b"x")}, tls=authority.server("localhost")) as site:
            web = httpx.AsyncClient(proxy=run.proxy, verify=authority.trust(), trust_env=False)
            async with web:
                answered = await web.get(f"https://localhost:{site.port}/")
            assert answered.text == "x"
            return site.port

    with capturing(tmp_path, certificates, "--ignore-host", "^localhost:") as run:
        port = asyncio.run(go(run))
        run.stop()
    assert not run.exchanges
    (one,) = run.passages
    assert (one.kind, one.host, one.port) == ("unopened", "localhost", port)


def test_other_protocols_are_noted_with_their_size(tmp_path: Path, certificates: Path) -> None:
    async def go(run: Running) -> None:
        async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"* OK IMAP ready\r\n")
            await reader.read(5)
            writer.close()

        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        async with server:
            to = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            reader, writer = await tunnel(await asyncio.to_thread(lambda: run.port), to)
            assert (await reader.readline()).startswith(b"* OK")
            writer.write(b"a1 X\n")
            assert await reader.read() == b""
            writer.close()
        await asyncio.to_thread(run.written, b'"tcp"')

    with capturing(tmp_path, certificates) as run:
        asyncio.run(go(run))
        run.stop()
    (one,) = run.passages
    assert (one.kind, one.host, one.sent) == ("tcp", "127.0.0.1", 5)


def test_long_bodies_pass_and_are_not_held(tmp_path: Path, certificates: Path) -> None:
    long = b"x" * (MAX_BODY + 1)

    async def sink(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        got = await reader.readexactly(int(headers["content-length"]))
        writer.write(answer(str(len(got)).encode()))

    async def endless(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        writer.write(head + b"Transfer-Encoding: chunked\r\n\r\n6\r\ndata:1\r\n")
        await asyncio.sleep(LONGEST_S)

    async def go(run: Running) -> None:
        pages: dict[str, Page] = {"/long": answer(long), "/up": sink, "/live": endless}
        async with serving(pages) as site, client(run, certificates) as web:
            base = f"http://127.0.0.1:{site.port}"
            assert len((await web.get(f"{base}/long", timeout=30)).content) == len(long)
            up = await web.post(f"{base}/up", content=long, timeout=30)
            assert up.text == str(len(long))
            async with web.stream("GET", f"{base}/live") as live:
                first = await asyncio.wait_for(anext(live.aiter_raw()), 5)
                assert first == b"data:1"  # it came, though the answer never ends
                await asyncio.to_thread(run.stop)

    with capturing(tmp_path, certificates) as run:
        asyncio.run(go(run))
    down, up, live = run.exchanges
    assert (down.status, down.response_body) == (200, None)
    assert (up.request_body, up.response_body) == (None, str(len(long)).encode())
    assert (live.status, live.response_body, live.error) == (200, b"data:1", STOPPED)


def test_a_browser_goes_through(tmp_path: Path, certificates: Path, authority: Authority) -> None:
    try:
        chromium = find_chromium()
    except BrowserMissing:
        pytest.skip("no Chromium on this machine")
    page = b"<script>fetch('/ping', {method: 'POST', body: 'mail=li.hua@example.cn'})</script>hi"

    async def go(run: Running) -> int:
        pages = {"/": answer(page), "/ping": answer(b"pong")}
        async with serving(pages, tls=authority.server("localhost")) as site:
            async with async_playwright() as play:
                browser = await play.chromium.launch(
                    executable_path=chromium,
                    args=["--no-sandbox", "--proxy-bypass-list=<-loopback>"],
                    proxy={"server": await asyncio.to_thread(lambda: run.proxy)},
                )
                context = await browser.new_context(ignore_https_errors=True)
                tab = await context.new_page()
                async with tab.expect_response("**/ping"):
                    await tab.goto(f"https://localhost:{site.port}/")
                await asyncio.to_thread(run.written, b"/ping")
                await browser.close()
            return site.port

    with capturing(tmp_path, certificates, "--insecure-upstream") as run:
        port = asyncio.run(go(run))
        summary = run.stop()
        said = "\n".join(run.said)
    asked = {one.url: one for one in run.exchanges}
    ping = asked[f"https://localhost:{port}/ping"]
    assert asked[f"https://localhost:{port}/"].response_body == page
    assert (ping.method, ping.request_body) == ("POST", b"mail=li.hua@example.cn")
    assert chain_holds(run.file)
    assert "li.hua@" not in said + summary


def test_a_second_proxy_stands_behind(
    tmp_path: Path, certificates: Path, authority: Authority
) -> None:
    async def go(near: Running, far: Running) -> None:
        async with serving({"/": answer(b"x")}, tls=authority.server("localhost")) as site:
            async with client(near, certificates) as web:
                answered = await web.get(f"https://localhost:{site.port}/via")
            assert answered.status_code == 404
            assert site.paths == ["/via"]

    (tmp_path / "far").mkdir()
    with capturing(tmp_path / "far", certificates, "--insecure-upstream") as far:
        options = ("--mode", "upstream", "--upstream", far.proxy, "--insecure-upstream")
        with capturing(tmp_path, certificates, *options) as near:
            asyncio.run(go(near, far))
            near.stop()
        far.stop()
    (one,), (same,) = near.exchanges, far.exchanges
    assert (one.url, one.via, one.ip) == (same.url, "proxy", None)
    assert (same.via, same.ip) == ("direct", "127.0.0.1")


def test_the_tunnel_says_how_to_come_in(tmp_path: Path, certificates: Path) -> None:
    options = ("--mode", "wireguard", "--host", "127.0.0.1", "--port", str(free_port(udp=True)))
    with capturing(tmp_path, certificates, *options) as run:
        until(lambda: run.process.poll() is not None or "keys stay in" in "\n".join(run.said))
        if run.process.poll() is not None:
            pytest.skip("this machine lets nobody open the tunnel: " + " ".join(run.said))
        run.say("refused")
        run.stop()
    said = "\n".join(run.said)
    assert run.process.returncode == 0
    assert re.search(r"\[Interface\]\nPrivateKey = \S{44}\n", said)
    assert f"Endpoint = 127.0.0.1:{options[-1]}" in said
    keys = certificates / "wireguard.conf"
    assert keys.stat().st_mode & 0o777 == 0o600
    begin = run.lines[0].record
    assert isinstance(begin, Begin)
    assert begin.mode == "wireguard"


def test_killed_it_leaves_what_came_before(tmp_path: Path, certificates: Path) -> None:
    async def go(run: Running) -> None:
        async with serving({"/": answer(b"x")}) as site, client(run, certificates) as web:
            for number in range(5):
                await web.get(f"http://127.0.0.1:{site.port}/{number}")
            await asyncio.to_thread(run.written, b"/4")

    with capturing(tmp_path, certificates) as run:
        asyncio.run(go(run))
        run.process.kill()
        run.process.wait()
    assert len(run.exchanges) == 5
    assert chain_holds(run.file)
    assert not isinstance(run.lines[-1].record, End)
    whole = run.file.read_bytes()
    run.file.write_bytes(whole[:-20])
    with run.file.open("rb") as stream, pytest.raises(BadLine) as broken:
        list(read_capture(stream))
    assert (broken.value.number, broken.value.why) == (6, "cut")


@pytest.mark.parametrize("breaks_off", [False, True])
def test_a_request_that_crosses_a_mark_is_in_neither_phase(
    tmp_path: Path, certificates: Path, breaks_off: bool
) -> None:
    """It opens before the mark, sends its data after it, and is never whole."""
    begin = (
        b"POST http://127.0.0.1:%d/up HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )

    async def go(run: Running) -> None:
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            received.write(await reader.readuntil(b"imei=1\r\n"))
            done.set()
            await reader.read()
            writer.close()

        done = asyncio.Event()
        server = await asyncio.start_server(take, "127.0.0.1", 0)
        async with server:
            port = await asyncio.to_thread(lambda: run.port)
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begin % server.sockets[0].getsockname()[1])
            await writer.drain()
            await asyncio.sleep(0.5)
            await asyncio.to_thread(run.say, "agreed")
            writer.write(b"6\r\nimei=1\r\n")
            await asyncio.wait_for(done.wait(), LONGEST_S)
            if breaks_off:
                writer.close()
                await asyncio.to_thread(run.written, b"/up")
            else:
                await asyncio.to_thread(run.stop)
                writer.close()

    received = io.BytesIO()
    with capturing(tmp_path, certificates, "--phase", "first_launch") as run:
        asyncio.run(go(run))
        if breaks_off:
            run.stop()
    assert b"imei=1" in received.getvalue()
    (one,) = run.exchanges
    assert (one.url[-3:], one.request_body) == ("/up", b"imei=1")
    assert (one.error == STOPPED) is not breaks_off
    assert one.started < run.marks[1].time < (one.ended or "")
    phases = Phases()
    for mark in run.marks:
        marked = moment(mark.time)
        assert marked is not None
        phases.mark(marked, mark.phase)
    assert phases.of(one) is None
    assert phases.of(msgspec.structs.replace(one, ended=None)) == "first_launch"


def test_a_phone_finds_the_proxy_and_its_list_is_understood(
    tmp_path: Path, certificates: Path
) -> None:
    own = own_addresses()
    if not own:
        pytest.skip("this machine has no address but its loopback")
    options = ("--host", "0.0.0.0", "--port", str(free_port()))
    with capturing(tmp_path, certificates, *options) as run:
        asyncio.run(ask_through(run.port))
        run.stop()
    said = "\n".join(run.said)
    places = [(ip, int(options[-1])) for ip in own]
    for place in places:
        assert shown(place) in run.said[0]
    assert "0.0.0.0:" not in said
    assert ":::" not in said
    assert f"host name {own[0]}, port {options[-1]}" in said
    assert "only programs on this machine" not in said

    begin, (one,) = run.lines[0].record, run.exchanges
    assert isinstance(begin, Begin)
    assert list(begin.listens) == places
    assert listens(run.file, run.file.read_bytes()[:4096]) == begin.listens
    rows = tmp_path / "list.csv"
    rows.write_text(
        "DstIp,DstPort,PackageName,Info,BytesSent,FirstSeen,LastSeen\n"
        f"{own[0]},{options[-1]},cn.example.app,127.0.0.1,9,{one.started},{one.started}\n"
        f"{own[0]},{options[-1]},cn.example.app,shop.test,9,{one.started},{one.started}\n"
    )
    found = read_connections(rows)
    assert len(list(found.of("cn.example.app"))) == 2
    found.proxied(begin.listens)
    assert list(found.of("cn.example.app")) == []
    owner = found.owner("shop.test", None, 443, one.client, moment(one.started))
    assert owner == "cn.example.app"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_who_listens_for_this_machine_alone_says_so(
    tmp_path: Path, certificates: Path, host: str
) -> None:
    with capturing(tmp_path, certificates, "--host", host, "--lang", "zh") as run:
        run.heard("证书：")
        run.stop()
    said = "\n".join(run.said)
    if "cannot listen" in said:
        pytest.skip("this machine has no IPv6")
    assert ("代理地址 [::1]:" if ":" in host else "代理地址 127.0.0.1:") in said
    assert "--host" in said
    assert "主机名填" not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("force", [False, True])
def test_stopped_while_it_starts_it_leaves_what_was_there(
    tmp_path: Path, certificates: Path, number: int, force: bool
) -> None:
    file = tmp_path / "a.capture"
    if force:
        file.write_bytes(b"old")
    lines = (
        "import os, scanner.capture.session as session",
        "class Proxy(session.Proxy):",
        "    def __init__(self, *given):",
        f"        os.kill(os.getpid(), {int(number)})",
        "        super().__init__(*given)",
        "session.Proxy = Proxy",
        "from scanner.cli import main",
        "main()",
    )
    options = ["-o", str(file), "--certificates", str(certificates), "--port", "0"]
    options += ["--force"] * force
    words = [sys.executable, "-c", "\n".join(lines), *COMMAND[3:], *options]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert (done.returncode, done.stdout) == (128 + number, "")
    assert done.stderr == "stopped before it began; nothing was written.\n"
    assert file.exists() == force
    assert not force or file.read_bytes() == b"old"


def test_a_full_disk_ends_it_and_says_so(tmp_path: Path, certificates: Path) -> None:
    async def go(run: Running) -> None:
        pages = {"/small": answer(b"x"), "/big": answer(b"x" * 60_000)}
        async with serving(pages) as site, client(run, certificates) as web:
            assert (await web.get(f"http://127.0.0.1:{site.port}/small")).text == "x"
            assert len((await web.get(f"http://127.0.0.1:{site.port}/big")).content) == 60_000

    with capturing(tmp_path, certificates) as run:
        run.heard("the proxy is at")
        resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, (20_000, 20_000))
        asyncio.run(go(run))
        summary = run.ended()
    assert run.process.returncode == 2
    assert hashlib.sha256(run.file.read_bytes()).hexdigest() in summary
    assert re.search(r"exchanges +1\n", summary)
    assert "mingjian scan" in summary
    assert "File too large" in run.said[-2]
    with run.file.open("rb") as stream, pytest.raises(BadLine) as broken:
        list(read_capture(stream))
    assert (broken.value.number, broken.value.why) == (3, "cut")


@pytest.mark.parametrize("signals", [1, 2])
def test_a_terminal_that_takes_nothing_holds_nothing_up(
    tmp_path: Path, certificates: Path, signals: int
) -> None:
    """Nobody reads stderr: marks and requests are kept; a second signal ends the waiting."""
    file = tmp_path / "traffic.capture"
    port = free_port()
    words = (*COMMAND, "-o", file, "--certificates", certificates, "--port", str(port))
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        until(lambda: file.exists() and file.stat().st_size)
        process.stdin.write(b"what?\n" * 2_000 + b"agreed\n")
        process.stdin.flush()
        until(lambda: b'"agreed"' in file.read_bytes())
        asyncio.run(ask_through(port))
        until(lambda: b"/kept" in file.read_bytes())
        process.send_signal(signal.SIGINT)
        until(lambda: b'"end"' in file.read_bytes())
        began = time.monotonic()
        if signals == 2:
            process.send_signal(signal.SIGINT)
            assert process.wait(LONGEST_S) == 130
            assert time.monotonic() - began < 1
        else:
            assert process.wait(LONGEST_S) == 0
            assert process.stdout is not None
            assert b"mingjian scan" in process.stdout.read()
        assert process.stderr is not None
        process.stderr.close()


async def ask_through(port: int) -> None:
    async with serving({}) as site:
        proxy = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(proxy=proxy, trust_env=False) as web:
            await web.get(f"http://127.0.0.1:{site.port}/kept")


def test_keys_mark_and_the_terminal_is_given_back(tmp_path: Path, certificates: Path) -> None:
    file = tmp_path / "traffic.capture"
    words = (*COMMAND, "-o", file, "--certificates", certificates, "--port", "0")
    child, terminal = pty.fork()
    if child == 0:
        os.execv(words[0], [str(word) for word in words])
    before = termios.tcgetattr(terminal)
    said = b""

    def hear(words: bytes) -> None:
        nonlocal said
        while words not in said:
            assert select.select([terminal], [], [], LONGEST_S)[0], said
            said += os.read(terminal, 4096)

    hear(b"keys mark the phase")
    until(lambda: termios.tcgetattr(terminal)[3] & termios.ICANON == 0)
    for key, phase in ((b"f", b"first_launch"), (b"c", b"consent_shown"), (b"R", b"refused")):
        os.write(terminal, key)
        hear(b"== " + phase + b" ==")
    os.write(terminal, b"\x1b[A?xr")
    hear(b"refused has been the phase since")
    os.write(terminal, b"q")
    hear(b"mingjian scan")
    after = termios.tcgetattr(terminal)
    with contextlib.suppress(OSError):
        os.read(terminal, 4096)
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert after == before
    with file.open("rb") as stream:
        records = [line.record for line in read_capture(stream)]
    assert [getattr(one, "phase", None) for one in records[1:-1]] == [
        "first_launch",
        "consent_shown",
        "refused",
    ]


def test_lines_may_end_and_the_capture_goes_on(tmp_path: Path, certificates: Path) -> None:
    with capturing(tmp_path, certificates) as run:
        run.say("consent_shown")
        assert run.process.stdin is not None
        run.process.stdin.write(b"\xff\xfe no phase \x1b[2J\nbackground")
        run.process.stdin.close()
        run.heard("== background ==")
        asyncio.run(ask_through(run.port))
        run.stop()
    assert [one.phase for one in run.marks] == ["consent_shown", "background"]
    assert len(run.exchanges) == 1
    assert not any("\x1b" in line for line in run.said)


def test_known_values_are_found_live(tmp_path: Path, certificates: Path) -> None:
    identity = tmp_path / "identity.yaml"
    identity.write_text("oaid: 8f2b1c9e-77aa-4d21-9c0e-5b1f0e3a6d42\n")
    digest = hashlib.md5(b"8f2b1c9e-77aa-4d21-9c0e-5b1f0e3a6d42").hexdigest()

    async def go(run: Running) -> None:
        async with serving({}) as site, client(run, certificates) as web:
            for _ in range(3):
                await web.get(f"http://127.0.0.1:{site.port}/?x={digest}")

    with capturing(tmp_path, certificates, "--identity", str(identity)) as run:
        asyncio.run(go(run))
        run.heard("md5")
        run.stop()
    assert len([line for line in run.said if "md5" in line and "known value" in line]) == 1
    assert not any("8f2b1c9e-77aa" in line for line in run.said)


def test_quiet_is_quiet_but_warns(tmp_path: Path, certificates: Path) -> None:
    port = free_port()
    with capturing(tmp_path, certificates, "-q", "--host", "0.0.0.0", "--port", str(port)) as run:
        until(lambda: run.file.exists() and run.file.stat().st_size)
        asyncio.run(ask_through(port))
        run.written(b"/kept")
        assert run.stop() == ""
    (line,) = run.said
    assert "listening on all addresses" in line


def test_what_cannot_begin_says_why_in_one_line(tmp_path: Path, certificates: Path) -> None:
    file, there = str(tmp_path / "x.capture"), tmp_path / "there"
    there.write_bytes(b"old")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "mitmproxy-ca.pem").write_text("no certificate")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        base = ("--certificates", str(certificates), "--port", port)
        cases = {
            "is there already": ("-o", str(there), *base),
            "is taken by another program": ("-o", file, *base),
            "is no folder": ("-o", str(tmp_path / "none" / "x"), *base),
            "is no plain file": ("-o", "/dev/full", "--force", *base),
            "go together": ("-o", file, "--upstream", "http://a:1"),
            "is no address of a proxy": (
                *("-o", file, "--mode", "upstream", "--upstream", "http://u:p@a:1"),
            ),
            "--ignore-host": ("-o", file, "--ignore-host", "("),
            "cannot listen": ("-o", file, "--host", "192.0.2.1", *base),
            "the certificates in": (
                "-o",
                file,
                "--certificates",
                str(tmp_path / "broken"),
                "--port",
                "0",
            ),
            "--identity": ("-o", file, "--identity", str(tmp_path / "none.yaml")),
        }
        for words, options in cases.items():
            done = refused(*options)
            assert (done.returncode, done.stdout) == (2, ""), done
            assert words in done.stderr
            assert done.stderr.count("\n") == 2
            assert done.stderr.startswith("mingjian: ")
    assert there.read_bytes() == b"old"
    assert not Path(file).exists()


def test_a_file_is_replaced_only_when_asked(tmp_path: Path, certificates: Path) -> None:
    (tmp_path / "traffic.capture").write_bytes(b"old")
    with capturing(tmp_path, certificates, "--force") as run:
        run.heard("the proxy is at")
        assert run.stop(signal.SIGHUP)
    assert [type(line.record) for line in run.lines] == [Begin, End]


def free_port(*, udp: bool = False) -> int:
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
