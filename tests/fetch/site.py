"""A small web server on loopback, spoken by hand, so that tests can misbehave as sites do."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import hashlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Handler = Callable[[dict[str, str], asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Page = bytes | Handler

HTML = "text/html; charset=utf-8"


def answer(body: bytes, *lines: str, status: str = "200 OK", media_type: str = HTML) -> bytes:
    head = (f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(body)}")
    return "\r\n".join((*head, *lines, "", "")).encode() + body


def moved(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {to}", status=status)


class Site:
    """What was asked of the server, and where it listens."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self.pages = dict(pages)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.connections = 0
        self.port = 0

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(OSError, EOFError):
            while True:
                first = await reader.readexactly(1)
                if first == b"\x16":  # the first byte of TLS, which this server does not speak
                    writer.write(answer(b"", status="400 Bad Request"))
                    break
                text = first + await reader.readuntil(b"\r\n\r\n")
                head = text.decode("latin-1").split("\r\n")
                path = head[0].split(" ")[1]
                rows = (line.split(": ", 1) for line in head[1:] if ": " in line)
                headers = {row[0].lower(): row[1] for row in rows}
                self.asked.append((path, headers))
                missing = answer(b"nothing here", status="404 Not Found")
                page = self.pages.get(path.split("?")[0], missing)
                if isinstance(page, bytes):
                    writer.write(page)
                    await writer.drain()
                else:
                    await page(headers, reader, writer)
        writer.close()


@contextlib.asynccontextmanager
async def serving(
    pages: Mapping[str, Page], *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Site]:
    site = Site(pages)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(site.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def echo(
    headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """A WebSocket that sends back each short text frame (RFC 6455)."""
    key = headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
    lines = ("Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}")
    writer.write("\r\n".join(("HTTP/1.1 101 Switching Protocols", *lines, "", "")).encode())
    while True:
        first, second = await reader.readexactly(2)
        mask = await reader.readexactly(4)
        data = await reader.readexactly(second & 0x7F)
        if first & 0x0F == 8:
            raise EOFError
        text = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        writer.write(bytes([0x81, len(text)]) + text)
        await writer.drain()


class Authority:
    """A certificate authority of this test run, and the certificates it gives out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Root {folder.name}")])
        root = self._sign(self._name, self._key.public_key(), [], 30, authority=True)
        self.root = folder / "root.pem"
        self.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.root))

    def server(self, *hosts: str, days: int = 30, self_signed: bool = False) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        signer = key if self_signed else None
        made = self._sign(name, key.public_key(), list(hosts), days, signer=signer)
        path = self._folder / f"{len(list(self._folder.iterdir()))}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(
        self,
        name: x509.Name,
        public: ec.EllipticCurvePublicKey,
        hosts: list[str],
        days: int,
        *,
        authority: bool = False,
        signer: ec.EllipticCurvePrivateKey | None = None,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name if signer is None else name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=60))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if hosts:
            names: list[x509.GeneralName] = [
                x509.IPAddress(ipaddress.ip_address(host))
                if host[0].isdigit()
                else x509.DNSName(host)
                for host in hosts
            ]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(signer or self._key, hashes.SHA256())
