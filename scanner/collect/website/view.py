"""A page as it stood at one moment, and where a fact about it can be looked up."""

from __future__ import annotations

from typing import NamedTuple

from scanner.exchange import address, shown
from scanner.facts import Phase, Source


class View(NamedTuple):
    """One page at one moment, with its bytes kept."""

    url: str
    """Its address as the browser shows it."""
    html: str
    """The document as the scripts had made it by then."""
    text: str
    """The words that it shows."""
    evidence: str
    """SHA-256 of the kept document."""
    time: str
    """When it stood so (ISO 8601 with offset)."""
    phase: Phase
    """In which session."""
    title: str = ""
    """Its title."""
    clicks: int | None = 0
    """Fewest clicks from the first page; None for an address that no walk led to."""
    hsts: bool = False
    """Whether the answer told browsers to ask this host over TLS only (RFC 6797)."""
    mapped: bool = False
    """Whether the auditor mapped names to addresses."""

    @property
    def page(self) -> str:
        """The address as facts name it."""
        return shown(self.url)

    @property
    def host(self) -> str:
        """Host of the address, lower case."""
        parts = address(self.url)
        return parts.host if parts else ""

    @property
    def secure(self) -> bool:
        """Whether the page came over TLS."""
        parts = address(self.url)
        return parts is not None and parts.secure

    def source(self, at: str = "") -> Source:
        """Say where a fact about this page can be looked up: the place is a CSS path or words."""
        return Source(evidence=self.evidence, at=at, time=self.time, mapped=self.mapped)


def page_key(url: str) -> str:
    """Give what makes an address the same page: its fragment only where it is a script's route."""
    plain, _, place = url.partition("#")
    if place.startswith(("/", "!/")):
        return url
    return plain.rstrip("/") if plain.count("/") > 3 else plain
