"""Time stamps (RFC 3161): asked of an authority that the user names, and checked offline later.

The stamp is over the signature where there is one, else over the manifest. What the authority
answered is kept as it came, so that `openssl ts -verify` reads it too.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scanner.errors import UsageError
from scanner.evidence import certificates, cms
from scanner.evidence.cms import LARGEST, Standing
from scanner.evidence.digests import shown, sm3
from scanner.fetch.client import Client, FetchError, Reply
from scanner.fetch.guard import Guard
from scanner.model import Clock, Words

QUERY = "application/timestamp-query"
TIMEOUT_S = 30.0
"""Longest wait for the whole answer of an authority."""
GRANTED = ("granted", "granted_with_mods")
_HASHES = {
    "2.16.840.1.101.3.4.2.1": lambda data: hashlib.sha256(data).digest(),
    "2.16.840.1.101.3.4.2.2": lambda data: hashlib.sha384(data).digest(),
    "2.16.840.1.101.3.4.2.3": lambda data: hashlib.sha512(data).digest(),
    "1.2.156.10197.1.401": lambda data: bytes.fromhex(sm3(data)),
}
"""Digest of the stamped bytes by its object identifier; the last is SM3 (GB/T 33560)."""
_ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)

Now = Callable[[], datetime.datetime]
"""How the clock of this machine is read, with its offset from UTC."""


class Stamped(NamedTuple):
    """What is known of a stamp."""

    standing: Standing
    why: Words
    """Why not, where it does not hold."""
    at: datetime.datetime | None = None
    """The authority's time."""
    within_s: float = 0.0
    """How far that time may be off, as the authority says, in seconds."""
    certificate: bytes | None = None
    """The authority's certificate (DER)."""
    certificates: tuple[bytes, ...] = ()
    """All certificates that came with it (DER)."""
    untrusted: Words | None = None
    """Why the authority is none of those that the reader trusts; None where it is, or where no
    root was named."""


class _Token(NamedTuple):
    at: datetime.datetime
    within_s: float
    imprint: bytes
    algorithm: str
    nonce: int | None
    signed: bytes


def checked(
    response: bytes, data: bytes, roots: Sequence[bytes] = (), *, nonce: int | None = None
) -> Stamped:
    """Check an authority's answer against the bytes that it is to be over."""
    try:
        token = _read(response)
    except _ODD:
        return Stamped("unverified", cms.UNREADABLE)
    if token is None:
        return Stamped("fails", Words("时间戳机构拒绝了请求", "the authority declined to stamp"))
    result = _over(token, data, nonce)
    if result.standing != "holds":
        return result
    objection = _unfit(result.certificate) or _objection(response, data, result.certificates)
    if objection is not None:
        result = result._replace(standing="unverified", why=objection)
    return result._replace(untrusted=_distrust(result, response, data, roots) if roots else None)


def _distrust(
    result: Stamped, response: bytes, data: bytes, roots: Sequence[bytes]
) -> Words | None:
    """Say why none of the roots vouches for an authority, at the time of its stamp."""
    if result.certificate is None or result.at is None:
        return Words("未附机构证书", "the certificate of the authority is not there")
    others = result.certificates
    return certificates.untrusted(result.certificate, others, roots, result.at) or _objection(
        response, data, roots
    )


def _unfit(certificate: bytes | None) -> Words | None:
    """Say why a certificate is not for time stamping, and for nothing else (RFC 3161, 2.3)."""
    from asn1crypto import x509  # noqa: PLC0415

    try:
        loaded = x509.Certificate.load(certificate or b"")
        use = loaded.extended_key_usage_value
        critical = "extended_key_usage" in loaded.critical_extensions
        if use is not None and critical and use.native == ["time_stamping"]:
            return None
    except _ODD:
        return cms.UNREADABLE
    return Words("证书不是时间戳专用证书", "its certificate is not one for time stamping alone")


def _over(token: _Token, data: bytes, nonce: int | None) -> Stamped:
    """Check what a token is over, whether it answers a request, and its signature."""
    result = Stamped("holds", Words("", ""), token.at, token.within_s)
    hashed = _HASHES.get(token.algorithm)
    if hashed is None:
        name = token.algorithm[:40]
        said = Words(f"摘要算法 {name} 本工具不能核验", f"digest algorithm {name}")
        return result._replace(standing="unverified", why=said)
    if hashed(data) != token.imprint:
        said = Words("时间戳所盖的不是这些数据", "it is over other bytes")
        return result._replace(standing="fails", why=said)
    if nonce is not None and token.nonce != nonce:
        said = Words("随机数与请求不符", "its nonce is not that asked for")
        return result._replace(standing="fails", why=said)
    by = cms.checked(token.signed, None)
    return result._replace(
        standing=by.standing, why=by.why, certificate=by.certificate, certificates=by.certificates
    )


def _read(response: bytes) -> _Token | None:
    from asn1crypto import parser, tsp  # noqa: PLC0415

    # The status first: where it declines there is no token, and the rest cannot be read.
    status = tsp.PKIStatusInfo.load(parser.parse(response, strict=True)[4])
    if status["status"].native not in GRANTED:
        return None
    answer = tsp.TimeStampResp.load(response, strict=True)
    token = answer["time_stamp_token"]
    info = token["content"]["encap_content_info"]["content"].parsed
    at, accuracy = info["gen_time"].native, info["accuracy"].native or {}
    within = (
        (accuracy.get("seconds") or 0)
        + (accuracy.get("millis") or 0) / 1_000
        + (accuracy.get("micros") or 0) / 1_000_000
    )
    if not isinstance(at, datetime.datetime) or at.tzinfo is None:
        raise ValueError("no time")
    imprint = info["message_imprint"]
    return _Token(
        at,
        float(within),
        bytes(imprint["hashed_message"].native),
        str(imprint["hash_algorithm"]["algorithm"].dotted),
        info["nonce"].native,
        token.dump(),
    )


def _objection(response: bytes, data: bytes, roots: Sequence[bytes]) -> Words | None:
    """Say what rfc3161-client has against an answer; None where it has nothing.

    It asks for a root that vouches for itself; where there is none, it is not asked.
    """
    from cryptography import x509  # noqa: PLC0415
    from rfc3161_client import VerifierBuilder, decode_timestamp_response  # noqa: PLC0415

    anchors = [each for each in roots if certificates.self_made(each)]
    if not anchors:
        return None
    try:
        builder = VerifierBuilder(roots=[x509.load_der_x509_certificate(each) for each in anchors])
        builder.build().verify_message(decode_timestamp_response(_in_order(response)), data)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of its Rust part is no Exception
        said = shown(str(error))[:120] or type(error).__name__
        return Words(f"rfc3161-client 未予通过：{said}", f"rfc3161-client does not pass it: {said}")
    return None


def _in_order(response: bytes) -> bytes:
    """Write an answer with its sets in the order that DER demands.

    Many authorities, `openssl ts` among them, put their certificates in another order, which
    rfc3161-client refuses to read. No signature is over that order.
    """
    from asn1crypto import cms as asn1  # noqa: PLC0415
    from asn1crypto import tsp  # noqa: PLC0415

    answer = tsp.TimeStampResp.load(response, strict=True)
    signed = answer["time_stamp_token"]["content"]
    for name, kind in (("certificates", asn1.CertificateSet), ("crls", asn1.RevocationInfoChoices)):
        if signed[name]:
            signed[name] = kind(sorted(signed[name], key=lambda each: bytes(each.dump())))
    return bytes(answer.dump())


class Answer(NamedTuple):
    """What an authority answered, checked, and how this machine's clock stands to its time."""

    response: bytes
    stamped: Stamped
    clock: Clock


def stamp(
    url: str, data: bytes, *, now: Now, roots: Sequence[bytes], allow_private: bool
) -> Answer:
    """Have bytes stamped by the authority at an address.

    Raises UsageError where it cannot be reached, declines, or answers with anything but a stamp
    over these bytes for this request, or where it is none that `roots` vouch for.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415

    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    before = now()
    try:
        reply = asyncio.run(_handed_in(url, request.as_bytes(), allow_private))
    except FetchError as error:
        raise _refused(url, error.reason.en) from None
    after = now()
    if reply.status != 200:
        raise _refused(url, f"it answered with HTTP status {reply.status}")
    if reply.cut:
        raise _refused(url, f"it answered with over {LARGEST} bytes")
    stamped = checked(reply.body, data, roots, nonce=request.nonce)
    if stamped.at is None:
        declined = stamped.standing == "fails"
        raise _refused(url, stamped.why.en if declined else "its answer is no time stamp")
    if stamped.standing == "fails":
        raise _refused(url, stamped.why.en)
    if stamped.untrusted is not None:
        raise _refused(url, f"it is none of --tsa-trust: {stamped.untrusted.en}")
    return Answer(reply.body, stamped, _clock(url, (before, after), stamped, stamped.at))


async def _handed_in(url: str, query: bytes, allow_private: bool) -> Reply:
    async with (
        Guard(allow_private=allow_private) as guard,
        Client(guard, timeout_s=TIMEOUT_S) as client,
    ):
        return await client.post(url, query, media_type=QUERY, most=LARGEST)


def _clock(
    url: str,
    asked: tuple[datetime.datetime, datetime.datetime],
    stamped: Stamped,
    at: datetime.datetime,
) -> Clock:
    """Compare this machine's clock, before and after, with the authority's time between them."""
    before, after = asked
    # In whole seconds, what came behind the point was left out.
    rest = 0.0 if at.microsecond else 0.5
    half = (after - before) / 2
    offset = (before + half - at).total_seconds() - rest
    within = abs(half.total_seconds()) + stamped.within_s + rest
    name = certificates.subject(stamped.certificate) if stamped.certificate else ""
    return Clock(
        at=after.isoformat(timespec="milliseconds"),
        offset_s=round(offset, 3),
        within_s=round(within, 3),
        compared_with=f"RFC 3161 {host_of(url)}" + (f" ({name})" if name else ""),
    )


def host_of(url: str) -> str:
    """Give the host of an address, without any name or password before it."""
    try:
        parts = urlsplit(url)
        return shown(parts.netloc.rpartition("@")[2])
    except ValueError:
        return "?"


def _refused(url: str, why: str) -> UsageError:
    return UsageError(
        f"--tsa {host_of(url)}: {why}",
        hint="nothing was changed by it; ask again later: mingjian seal CASE --tsa URL",
    )


def certificates_of(stamped: Stamped) -> list[Any]:
    """Give the authority's certificate first, then the others that came with its stamp."""
    first = [] if stamped.certificate is None else [stamped.certificate]
    return first + [each for each in stamped.certificates if each not in first]
