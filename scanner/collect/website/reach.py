"""How a site is reached: with TLS or without, and by which of its versions."""

from __future__ import annotations

import re

from scanner.collect.website.ground import outdated, tls_fault
from scanner.collect.website.view import View
from scanner.exchange import address
from scanner.fetch.client import Client, FetchError, Reply
from scanner.fetch.guard import Guard

LONGEST_LEAD = 65_536
"""Bytes of a page without TLS that are searched for what leads on from it."""
LEADS_ON = re.compile(
    r"http-equiv\s*=\s*[\"']?refresh|\blocation(?:\.(?:href|protocol))?\s*=(?!=)"
    r"|\blocation(?:\.(?:replace|assign)|\[)|\bprotocol\b",
    re.IGNORECASE,
)
"""What in a page leads to another one, as far as its bytes show it."""


async def other_scheme(
    client: Client, view: View, *, started_plain: bool
) -> tuple[bool | None, bool | None]:
    """Ask once under the other scheme: is TLS offered, and does plain HTTP lead to it?

    `started_plain`: the visit began at an address without TLS.
    """
    parts = address(view.url)
    if parts is None or parts.port is not None:
        return (parts.secure if parts else None), None
    plain = f"http://{parts.host}/"
    try:
        reply = await client.get(
            plain if parts.secure else f"https://{parts.host}/", most=LONGEST_LEAD
        )
    except FetchError:
        return (True, None) if parts.secure else (False, None)
    if not parts.secure:
        return reply.url.startswith("https:"), False if started_plain else None
    return True, leads_to_tls(reply)


async def outdated_tls(guard: Guard, view: View) -> bool | None:
    """Ask once by TLS 1.1 or older; None where the server gives no clear answer."""
    parts = address(view.url)
    if parts is None or not parts.secure:
        return None
    async with Client(guard, trust=outdated()) as client:
        try:
            await client.get(f"https://{view.url.split('/')[2]}/", most=1024)
        except FetchError as error:
            return None if tls_fault(error) is None else False
    return True


def leads_to_tls(reply: Reply) -> bool | None:
    """Say whether plain HTTP led on to TLS; None for an answer that is no page of its own."""
    if reply.url.startswith("https:"):
        return True
    page = "html" in (reply.header("content-type") or "").lower() and bool(reply.body.strip())
    onward = reply.header("refresh") or LEADS_ON.search(reply.body.decode("utf-8", "replace"))
    return False if 200 <= reply.status < 300 and page and not onward else None
