"""One seal of a case: who signed it, when it was stamped, and whether the reader's trust is met."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import msgspec

from scanner.evidence import certificates, cms, stamping
from scanner.evidence.checking import SIGNATURE, SIGNER, TOKEN
from scanner.evidence.cms import Standing
from scanner.evidence.lists import MANIFEST
from scanner.model import Words

What = Literal["altered", "missing", "added", "unproven"]
"""altered: other bytes, or no plain file; missing: listed, not there; added: not listed; unproven:
nothing is known to be altered, but what the caller demands is not shown."""


class Discrepancy(NamedTuple):
    """One file that is not as it was sealed."""

    path: str
    """Path inside the case folder; what a terminal would obey stands there as escapes."""
    what: What
    why: str = ""
    """What more is known."""

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" + (f" ({self.why})" if self.why else "")


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature over a manifest, as far as it could be checked."""

    standing: Standing
    """holds: it fits the manifest and the certificate; fails; unverified: it could not be checked
    here."""
    why: Words
    """Why not, where it does not hold."""
    subject: str
    """Whom the certificate names; anybody may write any name into one."""
    sha256: str
    """SHA-256 of the certificate (DER), empty where none was found."""
    self_made: bool
    """The certificate vouches for itself, so that it identifies nobody."""
    trusted: bool | None
    """Whether it leads to a certificate that the reader trusts; null where none was named."""
    distrust: Words | None = None
    """Why it does not."""
    signed_at: str | None = None
    """When, as the signer's own clock said."""


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A time stamp, as far as it could be checked."""

    standing: Standing
    """As of a signature."""
    why: Words
    """Why not, where it does not hold."""
    over: Literal["signature", "manifest"]
    """What it is over."""
    at: str | None
    """The authority's time (ISO 8601)."""
    within_s: float
    """How far that may be off, as the authority says, in seconds."""
    authority: str
    """Whom the authority's certificate names."""
    sha256: str
    """SHA-256 of that certificate (DER), empty where none was found."""
    trusted: bool | None
    """Whether it leads to a certificate that the reader trusts; null where none was named."""
    distrust: Words | None = None
    """Why it does not."""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """One seal of a case: the one that holds, or one that was superseded."""

    folder: str
    """Where it stands inside the case; empty for the one that holds."""
    manifest: str
    """SHA-256 of its manifest."""
    signature: Signature | None
    """Who signed it; null where nobody did."""
    stamp: Stamp | None
    """When it was stamped; null where it was not."""


class Reader(NamedTuple):
    """Whom a reader trusts, and what the reader knows of a case from its custody log."""

    trust: Sequence[bytes] = ()
    """Certificates (DER) of which one must vouch for the signer."""
    tsa_trust: Sequence[bytes] = ()
    """Certificates (DER) of which one must vouch for the time-stamping authority."""
    now: datetime.datetime = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    """The moment at which a signer's certificate has to be valid where no trusted stamp gives one;
    it matters where somebody is trusted, and only there."""
    sm3: bool = False
    """Whether to compute SM3 beside SHA-256."""
    custody: bytes = b""
    """The custody log."""
    removed: frozenset[str] = frozenset()
    """SHA-256 of evidence that an act took out, as that log says."""
    promised: frozenset[str] = frozenset()
    """Files that the last act says it made, such as a signature."""
    seals: int | None = None
    """How many signed or stamped seals that log tells of; None where it tells nothing."""


Open = Callable[[str], bytes | None]
"""How a file of a case is read by name: None for one missing, too long, or no plain file."""


def seal_in(
    opened: Open, folder: str, reader: Reader, *, demanded: bool
) -> tuple[Seal, list[Discrepancy]]:
    """Read one seal: who signed it, and when it was stamped.

    What is `demanded` is that those whom the reader trusts vouch for it.
    """
    manifest = opened(f"{folder}{MANIFEST}") or b""
    signed, token = opened(f"{folder}{SIGNATURE}"), opened(f"{folder}{TOKEN}")
    stamp, when = None, None
    if token is not None:
        over = manifest if signed is None else signed
        roots = reader.tsa_trust
        result = stamping.checked(token, over, roots)
        stamp = _stamp(result, roots, "manifest" if signed is None else "signature")
        sure = stamp.standing == "holds" and stamp.trusted
        when = result.at if sure else None
    signature = None
    if signed is not None:
        known = certificates.in_pem(opened(f"{folder}{SIGNER}") or b"")
        checked = cms.checked(signed, manifest, known)
        signature = _signature(checked, known, reader.trust, when or reader.now)
    seal = Seal(
        folder=folder.rstrip("/"),
        manifest=hashlib.sha256(manifest).hexdigest(),
        signature=signature,
        stamp=stamp,
    )
    wrong = _fails(signature, f"{folder}{SIGNATURE}") + _fails(stamp, f"{folder}{TOKEN}")
    if demanded and not wrong:
        wrong += _unshown(signature, reader.trust, SIGNATURE, "--trust")
        wrong += _unshown(stamp, reader.tsa_trust, TOKEN, "--tsa-trust")
    return seal, wrong


def _fails(one: Signature | Stamp | None, name: str) -> list[Discrepancy]:
    if one is None or one.standing != "fails":
        return []
    return [Discrepancy(name, "altered", one.why.en)]


def _unshown(
    one: Signature | Stamp | None, roots: Sequence[bytes], name: str, option: str
) -> list[Discrepancy]:
    """Say that somebody whom the reader trusts is not shown to stand behind the seal."""
    if not roots:
        return []
    if one is None:
        return [Discrepancy(name, "unproven", f"{option} asks for it, and this seal has none")]
    if one.standing == "unverified":
        return [Discrepancy(name, "unproven", f"it could not be verified here: {one.why.en}")]
    if one.distrust is not None:
        return [Discrepancy(name, "unproven", f"{option}: {one.distrust.en}")]
    return []


def _signature(
    checked: cms.Checked, known: Sequence[bytes], roots: Sequence[bytes], at: datetime.datetime
) -> Signature:
    certificate = checked.certificate
    distrust = None
    if roots:
        distrust = Words("未附签名者证书", "the certificate of the signer is not there")
        if certificate is not None:
            others = [*known, *checked.certificates]
            distrust = certificates.untrusted(certificate, others, roots, at)
    holds = checked.standing == "holds"
    return Signature(
        standing=checked.standing,
        why=checked.why,
        subject="" if certificate is None else certificates.subject(certificate),
        sha256="" if certificate is None else hashlib.sha256(certificate).hexdigest(),
        self_made=certificate is not None and certificates.self_made(certificate),
        trusted=None if not roots else holds and distrust is None,
        distrust=distrust,
        signed_at=checked.signed_at,
    )


def _stamp(
    result: stamping.Stamped, roots: Sequence[bytes], over: Literal["signature", "manifest"]
) -> Stamp:
    certificate = result.certificate
    holds = result.standing == "holds"
    return Stamp(
        standing=result.standing,
        why=result.why,
        over=over,
        at=None if result.at is None else result.at.isoformat(),
        within_s=result.within_s,
        authority="" if certificate is None else certificates.subject(certificate),
        sha256="" if certificate is None else hashlib.sha256(certificate).hexdigest(),
        trusted=None if not roots else holds and result.untrusted is None,
        distrust=result.untrusted,
    )
