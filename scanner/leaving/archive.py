"""The traffic of a case as WARC 1.1 (ISO 28500:2017), for viewers that are not ours.

Every byte of a record was recorded, or is said to be otherwise: an answer whose body was not kept
has none here either, and says so (WARC-Truncated, and a metadata record beside it). Bodies stand
as the recorder gave them, taken out of their compression, and the headers say so: what they said
before stands under X-Archive-Orig-.
"""

from __future__ import annotations

import datetime
import io
import ipaddress
import re
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import quote, urlsplit

from scanner.capture_file import Mark
from scanner.errors import EvidenceError, NotAuditable
from scanner.exchange import Exchange, Headers, moment
from scanner.leaving.holdings import Holding
from scanner.model import Evidence
from scanner.recordings.recording import BEGIN, read

FILE = "data.warc.gz"
"""Name of the archive inside a WACZ."""
_NAMESPACE = uuid.UUID("0d1f2a52-5d3b-5a0e-9b61-6f2f7a3f2a10")
"""Ours: the same record has the same id on every run."""
_CHANGED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}", re.ASCII)
_UNFIT = re.compile(r"[\x00-\x1f\x7f]+")
_METHOD = re.compile(r"[A-Z]{1,20}", re.ASCII)
_SAFE = "%:/?#[]@!$&'()*+,;=~-._|"
_REDIRECT = range(300, 400)


class Archived(NamedTuple):
    """An answer in the archive, as an index lists it."""

    url: str
    moment: datetime.datetime
    """When it was asked for, in UTC."""
    mime: str
    status: int
    digest: str
    offset: int
    length: int
    page: bool
    """Whether it is a document that a person saw, or may have seen."""


class Counted(NamedTuple):
    """What went into the archive, and what could not."""

    answers: tuple[Archived, ...]
    requests: int
    without_body: int
    """Answers whose body was not kept."""
    unanswered: int
    pictures: int
    left: tuple[str, ...]
    """What could not go in, in plain words."""


def write_warc(
    out: BinaryIO,
    case_path: Callable[[str], Path],
    holdings: Iterable[Holding],
    *,
    observed_at: str,
    about: dict[str, str],
) -> Counted:
    """Write every recording of a case into one archive, each record compressed by itself.

    `case_path` gives where evidence lies; `observed_at` stands for moments that a recording does
    not tell; `about` is what the warcinfo says. The same case gives the same bytes. Raises
    EvidenceError where there is no recording to be written.
    """
    begun = moment(observed_at)
    if begun is None:
        raise EvidenceError(
            "the case says no time at which it was made", hint="get the case again, whole"
        )
    writer = _Archive(out, begun)
    writer.info(about)
    found = list(holdings)
    recordings = [one.entry for one in found if one.kind == "traffic"]
    for entry in recordings:
        writer.recording(entry, case_path(entry.sha256))
    if not writer.requests:
        raise EvidenceError(
            "the case holds no recording of exchanges that could be replayed",
            hint="bagit and zip take any case; warc and wacz want traffic that was not purged",
        )
    for one in found:
        if one.kind == "picture" and one.entry.media_type.startswith("image/"):
            writer.picture(one.entry, case_path(one.entry.sha256))
    return writer.counted()


class _Archive:
    def __init__(self, out: BinaryIO, begun: datetime.datetime) -> None:
        from warcio.utils import Digester  # noqa: PLC0415 - wanted by few
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415

        class Writer(WARCWriter):  # type: ignore[misc]
            @staticmethod
            def _create_digester() -> object:
                return Digester("sha256")

        self._out = out
        self._writer = Writer(out, gzip=True, warc_version="1.1")
        self._begun = begun
        self._info_id = ""
        self._count = 0
        self.requests = 0
        self._answers: list[Archived] = []
        self._without_body = self._unanswered = self._pictures = 0
        self._left: dict[str, int] = {}

    def counted(self) -> Counted:
        left = tuple(f"{count} x {why}" for why, count in sorted(self._left.items()))
        return Counted(
            tuple(self._answers),
            self.requests,
            self._without_body,
            self._unanswered,
            self._pictures,
            left,
        )

    def info(self, about: dict[str, str]) -> None:
        """Say by what and of what the archive is made."""
        text = "".join(f"{label}: {_one_line(words)}\r\n" for label, words in about.items())
        headers = {"WARC-Date": _utc(self._begun), "WARC-Filename": FILE}
        self._info_id = self._write("", "warcinfo", text.encode(), headers)

    def recording(self, entry: Evidence, path: Path) -> None:
        """Write the exchanges of one recording; what is no exchange is counted."""
        if not path.is_file():
            self._miss(f"recording {entry.sha256} is not in the case any more")
            return
        with path.open("rb") as stream:
            begin = stream.read(BEGIN)
        try:
            for one in read(path, begin):
                if isinstance(one, Exchange):
                    self._exchange(one, entry)
                elif not isinstance(one, Mark):
                    self._miss("connections or entries of which no content was recorded")
        except NotAuditable:
            self._miss("files beside the traffic that hold no exchanges")

    def picture(self, entry: Evidence, path: Path) -> None:
        """Write a picture of a screen beside the traffic."""
        if not path.is_file():
            self._miss(f"picture {entry.sha256} is not in the case any more")
            return
        headers = {"WARC-Date": _utc(self._begun), "WARC-Warcinfo-ID": self._info_id}
        type_ = entry.media_type if _TOKEN.fullmatch(entry.media_type.replace("/", "")) else ""
        self._write(
            f"urn:sha256:{entry.sha256}",
            "resource",
            path.read_bytes(),
            headers,
            type_=type_ or "application/octet-stream",
        )
        self._pictures += 1

    def _exchange(self, one: Exchange, entry: Evidence) -> None:
        url = _address(one.url)
        if url is None:
            self._miss("addresses that are not of the web")
            return
        at = moment(one.started)
        when = at or self._begun
        common = {
            "WARC-Date": _utc(when),
            "WARC-Warcinfo-ID": self._info_id,
            **({"WARC-IP-Address": ip} if (ip := _ip(one.ip)) else {}),
        }
        self.requests += 1
        words = {"evidence": entry.sha256, "place": one.at}
        if at is None:
            words["time"] = "not recorded; the date is that of the case"
        if one.method == "WS":
            words["messages"] = f"{len(one.messages)} recorded, not written here"
        answered = bool(one.status) and one.status is not None
        body_there = one.response_body is not None
        if not answered:
            words["answer"] = f"none recorded{f': {one.error}' if one.error else ''}"
            self._unanswered += 1
        elif not body_there and _may_have_body(one):
            words["answer"] = "its body was not kept; nothing stands in its place"
            self._without_body += 1
        if one.cached:
            words["source"] = "answered by a cache on the machine"
        concurrent = self._answer(one, url, when, common) if answered else None
        linked = common | ({"WARC-Concurrent-To": concurrent} if concurrent else {})
        asked = self._request(one, url, linked)
        self._metadata(url, common | {"WARC-Concurrent-To": concurrent or asked}, words)

    def _answer(
        self, one: Exchange, url: str, when: datetime.datetime, common: dict[str, str]
    ) -> str:
        from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415

        status = one.status or 0
        body = one.response_body or b""
        headers = _headers_of(one.response_headers, len(body))
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = ""
        http = StatusAndHeaders(f"{status} {phrase}".strip(), headers, protocol="HTTP/1.1")
        cut = one.response_body is None and _may_have_body(one)
        own = common | ({"WARC-Truncated": "unspecified"} if cut else {})
        offset = self._out.tell()
        name, digest = self._written(url, "response", body, own, http=http)
        mime = (one.mime or "").partition(";")[0].strip().lower()
        self._answers.append(
            Archived(
                url=url,
                moment=when.astimezone(datetime.UTC),
                mime=mime if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", mime) else "unk",
                status=status,
                digest=digest,
                offset=offset,
                length=self._out.tell() - offset,
                page=_is_page(one, mime, cut=cut),
            )
        )
        return name

    def _request(self, one: Exchange, url: str, common: dict[str, str]) -> str:
        from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415

        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        method = "GET" if one.method == "WS" else one.method
        method = method if _METHOD.fullmatch(method) else "GET"
        body = one.request_body or b""
        headers = _headers_of(one.request_headers, len(body) if body else None)
        if not any(name.lower() == "host" for name, _ in headers):
            headers.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
        http = StatusAndHeaders(f"{method} {path} HTTP/1.1", headers, is_http_request=True)
        cut = one.request_body is None or one.partial
        own = common | ({"WARC-Truncated": "unspecified"} if cut else {})
        return self._write(url, "request", body, own, http=http)

    def _metadata(self, url: str, common: dict[str, str], words: dict[str, str]) -> None:
        text = "".join(f"{label}: {_one_line(said)}\r\n" for label, said in words.items())
        self._write(url, "metadata", text.encode(), common)

    def _write(
        self,
        url: str,
        kind: str,
        body: bytes,
        headers: dict[str, str],
        *,
        http: object = None,
        type_: str = "",
    ) -> str:
        return self._written(url, kind, body, headers, http=http, type_=type_)[0]

    def _written(
        self,
        url: str,
        kind: str,
        body: bytes,
        headers: dict[str, str],
        *,
        http: object = None,
        type_: str = "",
    ) -> tuple[str, str]:
        """Write one record, and give its id and the digest of its payload."""
        self._count += 1
        name = uuid.uuid5(_NAMESPACE, f"{self._count} {kind} {url} {sorted(headers.items())}")
        identity = f"<urn:uuid:{name}>"
        headers = {"WARC-Record-ID": identity, **{k: v for k, v in headers.items() if v}}
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=type_,
            warc_headers_dict=headers,
            http_headers=http,
        )
        self._writer.write_record(record)
        return identity, str(record.rec_headers.get_header("WARC-Payload-Digest") or "")

    def _miss(self, why: str) -> None:
        self._left[why] = self._left.get(why, 0) + 1


def _headers_of(given: Headers, length: int | None) -> list[tuple[str, str]]:
    """Give headers that fit the bytes beside them; what they said otherwise stays as it was said.

    A name or value that would break the lines of a header is mended: no input writes a header here.
    """
    found = []
    for name, value in given:
        if _TOKEN.fullmatch(name):
            kept = f"X-Archive-Orig-{name}" if name.lower() in _CHANGED else name
            found.append((kept, _one_line(value)))
    if length is not None:
        found.append(("Content-Length", str(length)))
    return found


def _one_line(words: str) -> str:
    return _UNFIT.sub(" ", words).strip()


def _address(url: str) -> str | None:
    """Give an address in the letters that an address may have; None for what is none of the web."""
    bare = quote(_UNFIT.sub("", url).encode("utf-8", "surrogatepass"), safe=_SAFE)
    bare = bare.partition("#")[0]
    scheme, _, rest = bare.partition("://")
    scheme = {"ws": "http", "wss": "https"}.get(scheme.lower(), scheme.lower())
    try:
        host = urlsplit(f"{scheme}://{rest}").hostname
    except ValueError:
        return None
    return f"{scheme}://{rest}" if scheme in ("http", "https") and host else None


def _ip(said: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(said or ""))
    except ValueError:
        return None


def _utc(when: datetime.datetime) -> str:
    utc = when.astimezone(datetime.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06}Z"


def _may_have_body(one: Exchange) -> bool:
    return one.method not in ("HEAD", "WS") and one.status not in (204, 304)


def _is_page(one: Exchange, mime: str, *, cut: bool) -> bool:
    """Say whether an answer is a document, as far as the recording tells."""
    if cut or one.status != HTTPStatus.OK or mime not in ("text/html", "application/xhtml+xml"):
        return False
    return one.resource_type in (None, "document")
