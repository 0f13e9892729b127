"""The one way out to the network as the auditor set it: who may be reached, and what is trusted."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Collection, Sequence
from pathlib import Path

from scanner.errors import UsageError
from scanner.fetch.addresses import parse_resolve
from scanner.fetch.client import Client
from scanner.fetch.guard import Guard
from scanner.model import Visit


@contextlib.asynccontextmanager
async def way_out(
    visit: Visit, *, own: Collection[str] = ()
) -> AsyncIterator[tuple[Guard, Client]]:
    """Open the one way to the network as the auditor set it, and what asks by that way.

    `own` are hosts that only a browser itself asks. Raises UsageError for what names no address or
    is no certificate.
    """
    guard = Guard(
        resolve=[parse_resolve(text) for text in visit.resolve],
        allow_private=visit.allow_private,
        own=own,
    )
    async with guard, Client(guard, trust=trusting(visit.trust)) as client:
        yield guard, client


def trusting(certificates: Sequence[Path]) -> ssl.SSLContext | None:
    """Give what to trust beside the usual roots; None where the auditor added nothing.

    Raises UsageError for a file that is no certificate.
    """
    if not certificates:
        return None
    context = ssl.create_default_context()
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for path in certificates:
        try:
            context.load_verify_locations(path)
        except OSError as error:  # an SSLError is one too
            wrong = isinstance(error, ssl.SSLError)
            said = "it is no certificate in PEM" if wrong else error.strerror
            raise UsageError(f"--trust {path}: {said}", hint="name a certificate (PEM)") from None
    return context
