"""The add-on of mitmproxy that turns what passes into records, each when it ends."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import msgspec

from scanner.capture_file import Caught, Passed
from scanner.exchange import Exchange, Passage
from scanner.recordings.flow_state import (
    bracketed,
    exchange_of,
    name_in_hello,
    passage_of,
)
from scanner.recordings.har_entry import LONGEST_NOTE

if TYPE_CHECKING:
    from mitmproxy.connection import Client, Connection
    from mitmproxy.dns import DNSFlow
    from mitmproxy.flow import Flow
    from mitmproxy.http import HTTPFlow
    from mitmproxy.proxy.layer import NextLayer
    from mitmproxy.proxy.server_hooks import ServerConnectionHookData
    from mitmproxy.tcp import TCPFlow
    from mitmproxy.tls import TlsData
    from mitmproxy.udp import UDPFlow

MAX_BODY = 16 << 20
"""Bytes of a body that is kept at most; a longer one passes and counts as not recorded."""
MAX_HELD = 16 << 20
"""Bytes of the messages of one WebSocket that are held until they are written, with the rest
following as another exchange: a socket may stay open for days."""
MAX_HELD_MESSAGES = 20_000
"""Messages of one WebSocket that are held, likewise."""
AT_ONCE_S = 1.0
"""Seconds after TLS was agreed within which a client that leaves without a word has refused:
apps that pin certificates compare them then, and hang up (OkHttp's CertificatePinner)."""
ONBOARDING = "mitm.it"
"""Host at which mitmproxy itself hands out its certificate."""
STOPPED = "the capture was ended while this was under way"
_OTHER_TLS = re.compile(
    r"Cannot parse ClientHello|unsupported.protocol|no.shared.cipher|no.suitable|wrong.version"
    r"|inappropriate.fallback|agree on a TLS version|closed early",
    re.IGNORECASE,
)
"""What mitmproxy says where TLS failed before any certificate was looked at."""
_QUIC_REFUSED = re.compile(r"certificate|unknown.?ca|crypto|alert", re.IGNORECASE)

Keep = Callable[[Caught | Passed], bool]


class Recorder:
    """Hears of every connection and request, and hands on what is to be written."""

    name = "mingjian"

    def __init__(self, keep: Keep) -> None:
        """Take who keeps a record; False from there means that it could not be kept."""
        self._keep = keep
        self._open: dict[str, Flow] = {}
        self._bodies: dict[tuple[str, bool], _Body] = {}
        self._sent: dict[str, int] = {}
        self._silent: dict[str, Passage] = {}
        self.dropped = 0
        """Exchanges and connections that could not be kept."""

    # HTTP

    def requestheaders(self, flow: HTTPFlow) -> None:
        """A request begins."""
        self._speaks(flow)
        self._open[flow.id] = flow
        kind = flow.request.headers.get("content-type", "").lower()
        if kind.startswith("application/grpc") and not flow.request.stream:
            flow.request.stream = self._body(flow, request=True)  # the answer may begin before

    def request(self, flow: HTTPFlow) -> None:
        """A request is whole; it may have been answered by then."""
        self._refill(flow, request=True)
        if flow.response is not None and flow.request.pretty_host == ONBOARDING:
            self._forget(flow)  # the proxy's own page: nothing left
        elif flow.response is not None and flow.response.timestamp_end is not None:
            self.response(flow)

    def responseheaders(self, flow: HTTPFlow) -> None:
        """An answer begins; it goes on as it comes, so that endless ones do not stick."""
        if flow.response is None:
            return
        if flow.response.status_code != 101 and not flow.response.stream:
            flow.response.stream = self._body(flow, request=False)

    def response(self, flow: HTTPFlow) -> None:
        """An answer is whole."""
        self._refill(flow, request=False)
        if flow.websocket is None and flow.request.timestamp_end is not None:
            self._finish(flow)

    def error(self, flow: HTTPFlow) -> None:
        """A request failed: the server could not be reached, or somebody hung up."""
        self._refill(flow, request=True)
        self._refill(flow, request=False)
        self._finish(flow)

    def websocket_message(self, flow: HTTPFlow) -> None:
        """A message passed."""
        if flow.websocket is None:
            return
        messages = flow.websocket.messages
        held = self._sent.get(flow.id, 0) + len(messages[-1].content)
        self._sent[flow.id] = held
        if held > MAX_HELD or len(messages) > MAX_HELD_MESSAGES:
            self._write(flow)
            messages.clear()
            self._sent[flow.id] = 0

    def websocket_end(self, flow: HTTPFlow) -> None:
        """A WebSocket was closed."""
        self._finish(flow)

    def http_connect(self, flow: HTTPFlow) -> None:
        """A client asks for a way to a server."""
        self._speaks(flow)
        self._open[flow.id] = flow

    def http_connected(self, flow: HTTPFlow) -> None:
        """It has that way; what passes on it comes as flows of its own."""
        self._forget(flow)

    def http_connect_error(self, flow: HTTPFlow) -> None:
        """There is no way to that server; the answer that the proxy made up is no answer."""
        error = flow.server_conn.error or "the proxy could not connect"
        self._forget(flow)
        self._write(flow, response=None, error={"msg": error, "timestamp": time.time()})

    # Other connections

    def tcp_start(self, flow: TCPFlow) -> None:
        """A connection that is no HTTP begins."""
        self._speaks(flow)
        self._open[flow.id] = flow

    def tcp_message(self, flow: TCPFlow) -> None:
        """Bytes passed; they are counted and not held."""
        self._count(flow)

    def tcp_end(self, flow: TCPFlow) -> None:
        """It ended."""
        self._finish(flow)

    def tcp_error(self, flow: TCPFlow) -> None:
        """It failed."""
        self._finish(flow)

    def udp_start(self, flow: UDPFlow) -> None:
        """Datagrams that are no QUIC begin to pass."""
        self._speaks(flow)
        self._open[flow.id] = flow

    def udp_message(self, flow: UDPFlow) -> None:
        """A datagram passed; it is counted and not held."""
        self._count(flow)

    def udp_end(self, flow: UDPFlow) -> None:
        """They ended."""
        self._finish(flow)

    def udp_error(self, flow: UDPFlow) -> None:
        """They failed."""
        self._finish(flow)

    def dns_request(self, flow: DNSFlow) -> None:
        """A question for an address."""
        self._open[flow.id] = flow

    def dns_response(self, flow: DNSFlow) -> None:
        """It was answered."""
        self._finish(flow)

    def dns_error(self, flow: DNSFlow) -> None:
        """It was not."""
        self._finish(flow)

    # What cannot be looked into

    def next_layer(self, nextlayer: NextLayer) -> None:
        """The proxy decided what to take a connection for; perhaps to let it through unopened."""
        from mitmproxy.proxy.layers import TCPLayer, UDPLayer  # noqa: PLC0415

        if isinstance(nextlayer.layer, TCPLayer | UDPLayer) and nextlayer.layer.flow is None:
            context = nextlayer.context
            name = name_in_hello(cast(Any, nextlayer).data_client())
            self._silent.pop(context.client.id, None)
            self._pass(_passage("unopened", name, context.client, context.server))

    def tls_established_client(self, data: TlsData) -> None:
        """A client accepted the proxy's certificate, or will hang up now."""
        name = data.conn.sni or ""
        self._silent[data.conn.id] = _passage("refused", name, data.conn, data.context.server)

    def tls_failed_client(self, data: TlsData) -> None:
        """A client and the proxy could not agree on TLS."""
        self._silent.pop(data.conn.id, None)
        error = data.conn.error or ""
        kind = "tcp" if _OTHER_TLS.search(error) else "refused"
        if data.conn.transport_protocol == "udp" and not _QUIC_REFUSED.search(error):
            kind = "quic"
        self._pass(_passage(kind, data.conn.sni or "", data.conn, data.context.server))

    def client_disconnected(self, client: Client) -> None:
        """A client is gone; one that agreed on TLS, said nothing and left at once has refused."""
        silent = self._silent.pop(client.id, None)
        if silent is not None and client.timestamp_tls_setup is not None:
            ended = client.timestamp_end or 0.0
            if ended - client.timestamp_tls_setup < AT_ONCE_S:
                self._pass(silent)

    def server_connect_error(self, data: ServerConnectionHookData) -> None:
        """A server could not be reached; where no request says so, this does."""
        from mitmproxy.proxy.mode_specs import WireGuardMode  # noqa: PLC0415

        if not isinstance(data.client.proxy_mode, WireGuardMode):
            return  # there the request or the question for a way is kept with its error
        if any(flow.client_conn is data.client for flow in self._open.values()):
            return
        host, port, *_ = data.server.address or ("", 0)
        seen = passage_of(_ends(data.client, data.server), "", "tcp", data.server.timestamp_start)
        exchange = Exchange(
            url=f"{'http' if port == 80 else 'https'}://{bracketed(host)}:{port}/",
            method="CONNECT",
            started=seen.started,
            at="",
            status=0,
            via="direct",
            client=seen.client,
            error=(data.server.error or "the proxy could not connect")[:LONGEST_NOTE],
        )
        self._hand(Caught(exchange=exchange))

    # The end

    def finish(self) -> None:
        """Write all that is under way, and take nothing more."""
        for flow in list(self._open.values()):
            request = getattr(flow, "request", None)
            if flow.type == "http" and request is not None:
                self._refill(flow, request=True)
                self._refill(flow, request=False)
            self._finish(flow, stopped=True)
        self._silent.clear()
        self._keep = lambda _: True  # what still ends now was written as under way, or began after

    def _finish(self, flow: Flow, *, stopped: bool = False) -> None:
        if flow.id not in self._open:
            return
        sent = self._sent.get(flow.id, 0)
        self._forget(flow)
        under_way = stopped and flow.type == "http" and getattr(flow, "websocket", None) is None
        if under_way and flow.error is None:
            self._write(flow, error={"msg": STOPPED, "timestamp": time.time()})
        else:
            self._write(flow, sent=sent)

    def _forget(self, flow: Flow) -> None:
        self._open.pop(flow.id, None)
        self._sent.pop(flow.id, None)
        for request in (True, False):
            self._bodies.pop((flow.id, request), None)

    def _write(self, flow: Flow, *, sent: int = 0, **altered: Any) -> None:
        try:
            one = exchange_of({**flow.get_state(), **altered}, at="")
        except Exception:  # whatever a stranger sent, the capture goes on
            self.dropped += 1
            return
        if isinstance(one, Exchange):
            self._hand(Caught(exchange=one))
        else:
            counted = flow.type in ("tcp", "udp")
            self._pass(msgspec.structs.replace(one, sent=sent) if counted else one)

    def _pass(self, passage: Passage) -> None:
        self._hand(Passed(passage=passage))

    def _hand(self, record: Caught | Passed) -> None:
        try:
            kept = self._keep(record)
        except Exception:  # a record of no form must not stop the next
            kept = False
        self.dropped += not kept

    def _speaks(self, flow: Flow) -> None:
        self._silent.pop(flow.client_conn.id, None)

    def _count(self, flow: TCPFlow | UDPFlow) -> None:
        last = flow.messages[-1]
        if last.from_client:
            self._sent[flow.id] = self._sent.get(flow.id, 0) + len(last.content)
        flow.messages.clear()

    def _body(self, flow: HTTPFlow, *, request: bool) -> _Body:
        body = self._bodies[flow.id, request] = _Body()
        return body

    def _refill(self, flow: Flow, *, request: bool) -> None:
        """Put a body that was handed on as it came where a body is looked for."""
        body = self._bodies.pop((flow.id, request), None)
        message: Any = getattr(flow, "request" if request else "response", None)
        if body is not None and message is not None and message.data.content is None:
            message.data.content = body.kept


class _Body:
    """Hands on a body piece by piece and keeps a copy of what is not too long."""

    def __init__(self) -> None:
        self._held: bytearray | None = bytearray()

    def __call__(self, data: bytes) -> bytes:
        if self._held is not None:
            self._held += data
            if len(self._held) > MAX_BODY:
                self._held = None
        return data

    @property
    def kept(self) -> bytes | None:
        return None if self._held is None else bytes(self._held)


def _ends(client: Connection, server: Connection) -> dict[str, Any]:
    return {"client_conn": client.get_state(), "server_conn": server.get_state()}


def _passage(kind: Any, name: str, client: Connection, server: Connection) -> Passage:
    one = passage_of(_ends(client, server), "", kind, name=name)
    return msgspec.structs.replace(one, host=one.host.lower().rstrip(".") or "?")
