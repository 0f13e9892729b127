"""Facts of privacy policies: where one is offered, and what it is."""

from __future__ import annotations

from typing import Literal

from scanner.facts.fact import Fact
from scanner.facts.sites import PageKind


class PolicyLink(Fact, frozen=True, kw_only=True, tag="policy.link"):
    """Words or an address that lead to a privacy policy."""

    identity = ("channel", "page", "href", "subject")
    channels = ("apk", "website", "device")

    page: str
    """Where it stands; inside an APK one of manifest, resources, assets, dex, native."""
    href: str | None = None
    """The address; the empty text when only the words (隐私政策 and the like) were found."""
    text: str | None = None
    """The words that were found."""
    clicks: int | None = None
    """Taps or clicks from the first screen."""
    reachable: bool | None = None
    """Whether the policy behind it opened."""
    subject: Literal["privacy", "agreement", "children", "sdk_list", "data_list"] | None = None
    """What it leads to, by its words; agreement: terms of use, which are no privacy policy."""
    opens: Literal["page", "dialog", "download", "nothing"] | None = None
    """What a click on it does; dialog: a box drawn by a script, with no address of its own."""
    page_kind: PageKind | None = None
    """What the page is for on which it stands."""


class PolicyDocument(Fact, frozen=True, kw_only=True, tag="policy.document"):
    """A text that presents itself as a privacy policy."""

    identity = ("channel", "url")
    channels = ("apk", "website", "policy")

    url: str
    """Its address, or the entry inside the package."""
    language: Literal["zh-Hans", "zh-Hant", "en", "other"] | None = None
    """Main language of the text."""
    characters: int | None = None
    """Length of its visible text in characters."""
    updated: str | None = None
    """Date of version or effect that the text states (ISO 8601)."""
    operator: str | None = None
    """The operator that the text names."""
    font_px: int | None = None
    """Size of its letters in CSS pixels, rounded down: that of most of its text."""
    line_percent: int | None = None
    """Height of a line in percent of the size of its letters."""
    contrast_percent: int | None = None
    """Contrast of text and ground by WCAG 2, times 100: 450 is 4.5:1."""
