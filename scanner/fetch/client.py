"""Asks for single files, such as robots.txt or a policy, through the guard like everything else."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import zlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple, Self

import msgspec

from scanner import __version__
from scanner.fetch.guard import MIB, Connection, Guard
from scanner.fetch.names import tidy
from scanner.model import Words

if TYPE_CHECKING:
    import httpx

PRODUCT = "Mingjian"
AGENT = f"{PRODUCT}/{__version__} (privacy compliance audit)"
"""What the scanner calls itself when it asks without a browser."""
MOST = 8 * MIB
"""Bytes of one answer after decompression, our choice: policies have some hundred thousand."""
MAX_HOPS = 10
"""Redirects in a row; browsers stop at 20, RFC 9309 wants at least five followed."""
MAX_CODINGS = 2
"""Compressions one inside the other that are undone."""
_HEADERS = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
_TIMEOUT_S = 30.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SENT_ON = frozenset({307, 308})
"""Redirects that ask for the same body again, elsewhere."""
_MAX_PORT = 65535
_PORTS = {"http": 80, "https": 443}
_CHUNK = 64 * 1024
_TLS = {
    9: Words("TLS 证书尚未生效", "the TLS certificate is not valid yet"),
    10: Words("TLS 证书已过期", "the TLS certificate has expired"),
    18: Words("TLS 证书为自签名", "the TLS certificate is self-signed"),
    19: Words("TLS 证书链含不受信任的自签名根证书", "the TLS chain ends in an untrusted root"),
    20: Words("TLS 证书的签发者不受信任", "the issuer of the TLS certificate is not trusted"),
    21: Words("TLS 证书链不完整", "the chain of the TLS certificate is incomplete"),
    23: Words("TLS 证书已被吊销", "the TLS certificate was revoked"),
    62: Words("TLS 证书与主机名不符", "the TLS certificate is for another host name"),
    64: Words("TLS 证书与 IP 地址不符", "the TLS certificate is for another IP address"),
}
"""What OpenSSL's numbers for a refused certificate mean (x509_vfy.h)."""


class FetchError(Exception):
    """Nothing was got; `reason` says why, in words for the report."""

    def __init__(self, reason: Words) -> None:
        super().__init__(reason.en)
        self.reason = reason


class Reply(msgspec.Struct, frozen=True):
    """What a server answered in the end."""

    url: str
    """Where the answer came from, after redirects."""
    status: int
    """HTTP status code."""
    headers: tuple[tuple[str, str], ...]
    """Header lines as they came, names in lower case."""
    body: bytes
    """The body, decompressed."""
    cut: bool
    """The body is longer than what was kept."""
    ip: str | None
    """The address that answered; None if it is not known."""
    hops: tuple[str, ...]
    """The addresses asked before, each of which led on."""

    def header(self, name: str) -> str | None:
        """Give the first header of a name."""
        return next((value for key, value in self.headers if key == name.lower()), None)


class _Sent(NamedTuple):
    """What a request carries."""

    body: bytes
    media_type: str


class _Answer(NamedTuple):
    """One answer, redirect or not."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cut: bool
    ip: str | None
    further: str | None


class Client:
    """Asks over a guard: no cookies, no account, one address at a time, everything bounded."""

    def __init__(
        self, guard: Guard, *, trust: ssl.SSLContext | None = None, timeout_s: float = _TIMEOUT_S
    ) -> None:
        """`trust` stands in for the usual root certificates; `timeout_s` bounds a whole call."""
        self._guard = guard
        self._trust = trust
        self._timeout_s = timeout_s
        self._http: httpx.AsyncHTTPTransport | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close what connections are left."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def get(self, url: str, *, most: int = MOST, method: str = "GET") -> Reply:
        """Ask for an address and follow where it leads; a body over `most` bytes comes cut.

        Raises FetchError where there is no answer: name, address, connection, certificate, time,
        endless redirect, something that is not HTTP.
        """
        return await self._asked(url, method, most, None)

    async def post(self, url: str, body: bytes, *, media_type: str, most: int = MOST) -> Reply:
        """Hand bytes to an address, and give its answer; a body over `most` bytes comes cut.

        Raises FetchError as `get` does, also where it leads elsewhere without asking for the bytes
        again.
        """
        return await self._asked(url, "POST", most, _Sent(body, media_type))

    async def _asked(self, url: str, method: str, most: int, sent: _Sent | None) -> Reply:
        hops: list[str] = []
        url = url.partition("#")[0]
        try:
            async with asyncio.timeout(self._timeout_s):
                while True:
                    answer = await self._once(url, method, most, sent)
                    if answer.further is None:
                        break
                    if sent is not None and answer.status not in _SENT_ON:
                        said = Words("重定向到别处", "it leads elsewhere")
                        raise FetchError(said)
                    hops.append(url)
                    _check_hops(hops, answer.further)
                    url = answer.further.partition("#")[0]
                    method = _next_method(answer.status, method)
        except TimeoutError:
            seconds = f"{self._timeout_s:g}"
            raise FetchError(
                Words(f"{seconds} 秒内未完成", f"not done within {seconds} seconds")
            ) from None
        return Reply(
            url, answer.status, answer.headers, answer.body, answer.cut, answer.ip, tuple(hops)
        )

    async def _once(self, url: str, method: str, most: int, sent: _Sent | None) -> _Answer:
        import httpx  # noqa: PLC0415 - takes a tenth of a second

        before = datetime.datetime.now(datetime.UTC)
        host, port = "", 0
        try:
            asked = httpx.URL(url)
            if asked.scheme not in _PORTS or not asked.raw_host:
                raise FetchError(Words("不是网址", "not an http or https address"))
            host, port = asked.raw_host.decode("ascii"), asked.port or _PORTS[asked.scheme]
            if tidy(host) is None:
                raise FetchError(Words("不是有效的主机名", "not a valid host name"))
            if not 1 <= port <= _MAX_PORT:
                raise FetchError(Words(f"没有端口 {port}", f"there is no port {port}"))
            request = _request(method, asked, sent)
            response = await self._opened().handle_async_request(request)
            try:
                return await self._read(response, asked, most)
            finally:
                await response.aclose()
        except httpx.InvalidURL:
            raise FetchError(Words("网址格式不正确", "the address is malformed")) from None
        except (httpx.HTTPError, OSError, ValueError) as error:
            tried = self._guard.peer(host, port, before) if host else None
            raise FetchError(_reason(error, tried)) from error

    async def _read(self, response: httpx.Response, asked: httpx.URL, most: int) -> _Answer:
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in response.headers.raw
        )
        further = None
        location = response.headers.get("location")
        if response.status_code in _REDIRECTS and location is not None:
            further = _joined(asked, location)
        source = response.extensions["network_stream"].get_extra_info("client_addr")
        connection = self._guard.from_source(int(source[1])) if source else None
        codings = _codings(response.headers.get_list("content-encoding", split_commas=True))
        body, cut = b"", False
        if further is None:
            body, cut = await _bounded(response.aiter_raw(_CHUNK), codings, most)
        ip = connection.ip if connection is not None else None
        return _Answer(response.status_code, headers, body, cut, ip, further)

    def _opened(self) -> httpx.AsyncHTTPTransport:
        """Give httpx's lowest layer: it knows no cookies, no log-in and no redirects."""
        if self._http is None:
            import httpx  # noqa: PLC0415

            self._http = httpx.AsyncHTTPTransport(
                proxy=self._guard.url,
                verify=True if self._trust is None else self._trust,
                trust_env=False,
            )
        return self._http


def _request(method: str, url: httpx.URL, sent: _Sent | None) -> httpx.Request:
    import httpx  # noqa: PLC0415

    if sent is None:
        return httpx.Request(method, url, headers=_HEADERS)
    headers = {**_HEADERS, "Content-Type": sent.media_type}
    return httpx.Request(method, url, headers=headers, content=sent.body)


def _joined(url: httpx.URL, location: str) -> str:
    """Give where a redirect leads; what cannot be read as an address stays as it is."""
    import httpx  # noqa: PLC0415

    try:
        return str(url.join(location))
    except (httpx.InvalidURL, ValueError):
        return location


def _check_hops(hops: list[str], further: str) -> None:
    if len(hops) > MAX_HOPS:
        said = Words(f"重定向超过 {MAX_HOPS} 次", f"more than {MAX_HOPS} redirects")
        raise FetchError(said)
    if not further.startswith(("http://", "https://")):
        shown = further[:80]
        raise FetchError(Words(f"重定向到非网址 {shown}", f"redirected to {shown}, no web address"))


def _next_method(status: int, method: str) -> str:
    """Browsers ask on with GET after 303, and after 301 and 302 when they had sent something."""
    if method == "HEAD" or status in {307, 308}:
        return method
    return "GET"


def _codings(names: list[str]) -> list[str]:
    """Give the compressions to undo, the last applied first; raises FetchError for others."""
    codings = [name.strip().lower() for name in names]
    codings = [name for name in reversed(codings) if name not in {"", "identity"}]
    if len(codings) > MAX_CODINGS or not set(codings) <= {"gzip", "x-gzip", "deflate"}:
        shown = ", ".join(codings)[:80]
        raise FetchError(Words(f"无法解压 {shown}", f"cannot decompress {shown}"))
    return codings


async def _bounded(
    chunks: AsyncIterator[bytes], codings: list[str], most: int
) -> tuple[bytes, bool]:
    """Read and decompress at most `most` bytes; whether there was more."""
    body = bytearray()
    layers = [_Inflate(coding) for coding in codings]
    try:
        async for chunk in chunks:
            data = chunk
            for layer in layers:
                data = layer.feed(data, most + 1)
            body += data
            if len(body) > most or any(layer.more for layer in layers):
                return bytes(body[:most]), True
    except zlib.error:
        raise FetchError(Words("压缩数据已损坏", "the compressed body is damaged")) from None
    if any(not layer.whole for layer in layers) and body:
        return bytes(body), True
    return bytes(body), False


class _Inflate:
    """Undoes one layer of compression, never giving out more than it is asked for."""

    def __init__(self, coding: str) -> None:
        self._raw = coding == "deflate"
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._begun = False

    @property
    def more(self) -> bool:
        """There is more in it than was asked for."""
        return bool(self._stream.unconsumed_tail)

    @property
    def whole(self) -> bool:
        """The end of the compressed data was reached."""
        return self._stream.eof

    def feed(self, data: bytes, most: int) -> bytes:
        """Decompress further bytes, at most `most` at once."""
        if not self._begun and data:
            self._begun = True
            if (
                self._raw and int.from_bytes(data[:2], "big") % 31
            ):  # servers that leave out the zlib header
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._stream.decompress(data, most)


def _reason(error: Exception, tried: Connection | None) -> Words:
    """Say why there was no answer; what the guard knows of the connection comes first."""
    if tried is not None:
        known = tried.refused or tried.failed or tried.cut
        if known is not None:
            return known
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            number, said = cause.verify_code, cause.verify_message
            other = Words(f"TLS 证书无效：{said}", f"the TLS certificate is refused: {said}")
            return _TLS.get(number, other)
        if isinstance(cause, ssl.SSLError):
            said = (cause.reason or "TLS").replace("_", " ").lower()
            return Words(f"TLS 连接失败：{said}", f"TLS failed: {said}")
        cause = cause.__cause__ or cause.__context__
    if type(error).__name__ in {"RemoteProtocolError", "DecodingError"}:
        return Words("服务器的回答不是完整的 HTTP", "the answer is not complete HTTP")
    return Words("连接中断", "the connection broke off")
