"""A request as it went out, with what it carried taken out of its wrappings and hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from scanner.exchange import Exchange, Headers, Passage, address
from scanner.personal.layers import Layer, layers_of, pieces, url_pieces
from scanner.personal.masking import masked
from scanner.personal.shown import secret, veiled
from scanner.personal.veil import formed
from scanner.recordings.parts import as_written
from scanner.recordings.place import PLACE
from scanner.report.viewer.views import Field, Request

MOST_FIELDS = 40
"""Values shown of each part of a request; those of which a fact speaks first."""
LONGEST_VALUE = 200
"""Characters of one value that are shown."""
LONGEST_NAME = 120
"""Characters of the place of one value that are shown."""
MOST_BODY = 1 << 20
"""Bytes of a body that are taken apart to be shown."""
LONGEST_ADDRESS = 8_192
"""Characters of an address that are read; servers take no longer one."""
MOST_MESSAGES = 20
"""Messages of a WebSocket that are shown."""
ANSWERS = frozenset(("data.returned", "page.exposed", "package.fetched", "endpoint.answered"))
"""Kinds of fact that speak of what came back."""
_SECRET = re.compile(r"auth|token|secret|session|passw|signature|api-?key|credential|csrf", re.I)
_SHOWN = frozenset(
    (
        *("host", "content-type", "content-length", "content-encoding", "user-agent", "origin"),
        *("referer", "cookie", "authorization", "x-requested-with", "dnt", "sec-gpc", "accept"),
    )
)
"""Headers of every browser that are shown; its other ones say nothing of the request."""
_ORDINARY = re.compile(r"accept-|sec-|if-|cache-control$|connection$|pragma$|upgrade|te$|priority$")
Veil = Callable[[str, str], str]


def request(
    exchange: Exchange | Passage,
    evidence: str,
    fact: Mapping[str, object],
    without_known: Callable[[str], str],
) -> Request:
    """Give an exchange as it is shown for a fact; `without_known` hides known values."""
    place = PLACE.fullmatch(exchange.at)
    offset = int(place[3]) if place else 0
    if isinstance(exchange, Passage):
        return _closed(exchange, evidence, offset, without_known)
    return _Shower(exchange, fact, without_known).request(evidence, offset)


def _closed(
    passage: Passage, evidence: str, offset: int, without_known: Callable[[str], str]
) -> Request:
    host = without_known(formed(passage.host[:255]))
    return Request(
        *(evidence, passage.at, offset, passage.kind, "", host, (passage.ip or "")[:45]),
        *(passage.started[:40], None, passage.kind in ("refused", "quic"), (), (), ()),
        *(passage.sent, (), (), 0),
    )


class _Shower:
    def __init__(
        self, exchange: Exchange, fact: Mapping[str, object], without_known: Callable[[str], str]
    ) -> None:
        self.exchange = exchange
        self.fact = fact
        self.known = without_known
        self.left_out = 0
        self.answers = fact.get("kind") in ANSWERS

    def request(self, evidence: str, offset: int) -> Request:
        one = self.exchange
        parts = address(one.url)
        query = self._fields(
            "url", layers_of(url_pieces(one.url.partition("#")[0][:LONGEST_ADDRESS]))
        )
        query = tuple(field for field in query if field.name != "url:(path)")
        headers = self._headers(one.request_headers)
        body = self._fields("body", self._body(one.request_body, one.request_headers))
        body += self._fields("websocket", self._messages())
        answer: tuple[Field, ...] = ()
        if self.answers:
            answer = self._fields("answer", self._body(one.response_body, one.response_headers))
        host = self._named(parts.host) if parts else ""
        return Request(
            evidence=evidence,
            at=one.at,
            offset=offset,
            method=one.method[:20],
            url=self._address(one.url),
            host=host,
            ip=(one.ip or "")[:45],
            time=one.started[:40],
            status=one.status,
            secure=bool(parts and parts.secure),
            query=query,
            headers=headers,
            body=body,
            body_size=None if one.request_body is None else len(one.request_body),
            answer_headers=self._headers(one.response_headers, answer=True),
            answer=answer,
            left_out=self.left_out,
        )

    def _address(self, url: str) -> str:
        parts = address(url[:LONGEST_ADDRESS])
        if parts is None:
            return self._veiled(url[:LONGEST_VALUE], "")
        host = f"[{parts.host}]" if ":" in parts.host else self._named(parts.host)
        port = "" if parts.port is None else f":{parts.port}"
        steps = (self._veiled(step, "") for step in parts.path.split("/"))
        return f"{parts.scheme}://{host}{port}" + "/".join(steps)

    def _body(self, data: bytes | None, headers: Headers) -> Iterator[Layer]:
        if not data:
            return iter(())
        said = {name.lower(): value for name, value in headers}
        inside = pieces(
            data[:MOST_BODY],
            content_type=said.get("content-type", ""),
            content_encoding=said.get("content-encoding", ""),
        )
        return layers_of(inside)

    def _messages(self) -> Iterator[Layer]:
        sent = [message for message in self.exchange.messages if message.sent]
        self.left_out += max(0, len(sent) - MOST_MESSAGES)
        for message in sent[:MOST_MESSAGES]:
            yield from layers_of(pieces(message.data[:MOST_BODY]))

    def _fields(self, part: str, found: Iterable[Layer]) -> tuple[Field, ...]:
        fields = []
        for layer in found:
            pointed = self._is_pointed(part, layer.path)
            value = self._veiled(layer.text, layer.path, pointed=pointed)
            name = self._veiled(layer.path[:LONGEST_NAME], "") or part
            fields.append(Field(name, value, layer.wrapped, pointed))
        fields.sort(key=lambda field: not field.pointed)
        self.left_out += max(0, len(fields) - MOST_FIELDS)
        return tuple(fields[:MOST_FIELDS])

    def _headers(self, headers: Headers, *, answer: bool = False) -> tuple[Field, ...]:
        fields = []
        for name, value in headers:
            low = name.lower()
            pointed = not answer and self._is_pointed("header", name)
            if _ORDINARY.match(low) and low not in _SHOWN and not pointed:
                continue
            fields.append(
                Field(
                    self._named(name[:LONGEST_NAME]), self._header(low, value, pointed), (), pointed
                )
            )
        fields.sort(key=lambda field: not field.pointed)
        self.left_out += max(0, len(fields) - MOST_FIELDS)
        return tuple(fields[:MOST_FIELDS])

    def _header(self, name: str, value: str, pointed: bool) -> str:
        value = as_written(value)
        if name in ("cookie", "set-cookie"):
            return self._cookies(value, own=name == "cookie")
        if name in ("authorization", "proxy-authorization"):
            scheme, _, rest = value.partition(" ")
            return f"{scheme[:20]} {secret(rest)}" if rest else secret(value)
        if _SECRET.search(name):
            return secret(value)
        if name in ("referer", "location", "origin"):
            return self._address(value.partition("?")[0]) + ("?…" if "?" in value else "")
        return self._veiled(value, name if pointed else "", pointed=pointed)

    def _cookies(self, value: str, *, own: bool) -> str:
        """Give the names of cookies; of a new one also how long and for whom it stays."""
        parts = value[:LONGEST_ADDRESS].split(";")
        told = []
        for number, part in enumerate(parts[:MOST_FIELDS]):
            name, equals, said = part.strip().partition("=")
            if own or number == 0:
                told.append(f"{self._veiled(name, '')}{equals}{secret(said) if said else ''}")
            else:
                told.append(self._named(part.strip()[:LONGEST_NAME]))
        return "; ".join(told)

    def _is_pointed(self, part: str, path: str) -> bool:
        """Say whether the fact speaks of the value at a place."""
        fact = self.fact
        field, name = fact.get("field"), fact.get("name")
        if isinstance(field, str) and field and field == path:
            if self.answers:
                return part == "answer"
            place = fact.get("place")
            return place is None or place == part or part in ("url", "body", "websocket")
        if part == "header" and isinstance(field, str) and field.lower() == path.lower():
            return True
        if fact.get("kind") == "identifier.sent" and isinstance(name, str) and name:
            return path.rpartition(":")[2] == name or path.rpartition(".")[2] == name
        return False

    def _named(self, name: str) -> str:
        """Give a name, of a host or of a header, in which a person's number may stand."""
        return self.known(formed(name))

    def _veiled(self, text: str, key: str, *, pointed: bool = False) -> str:
        cut = text[:LONGEST_VALUE]
        shown = veiled(cut, key)
        if pointed and shown == cut:  # a kind of value that nothing but the finding recognises
            kind = self.fact.get("data_type")
            shown = masked(kind if isinstance(kind, str) else "", cut)
        shown = self.known(shown)
        return shown + ("…" if len(text) > LONGEST_VALUE else "")
