"""A form as a person sees it: its fields, its boxes, and how agreeing is expressed."""

from __future__ import annotations

from typing import Literal

import msgspec

from scanner.facts import FormPurpose
from scanner.wording.boxes import BoxPurpose

Agreement = Literal["box", "implied", "none"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be filled in that a person can see."""

    name: str
    """Its name in the document, else its label; shortened."""
    label: str
    """The words beside it."""
    data_type: str
    """Kind of personal information asked for; "none" when none is known."""
    required: bool | None
    """Whether the form cannot be sent without it; null where the form marks nothing."""
    purpose_shown: bool | None
    """Whether words beside it say what it is for; null where they are too general to say."""
    upload: bool
    """Whether it takes a picture, film or sound from a file or camera."""
    path: str
    """CSS path inside its frame; " >>> " enters a shadow root."""
    frame: int
    """Number of its frame in page.frames."""
    control: str
    """text, tel, email, password, textarea, select, radio, file, date, editable ..."""
    longest: int = -1
    """Characters that it takes at most; -1 where it does not say."""
    locked: bool = False
    """Whether it can only be filled by choosing, or not at all."""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A box that can be ticked."""

    label: str
    """The words beside it."""
    purpose: BoxPurpose
    """What ticking it grants, by these words."""
    checked: bool | None
    """Whether it is ticked; null where its look alone would tell."""
    required: bool | None
    """Whether the form cannot be sent without it; null where a script may decide."""
    path: str
    """CSS path inside its frame."""
    frame: int
    """Number of its frame in page.frames."""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that are sent together."""

    purpose: FormPurpose
    """What it is for."""
    method: str
    """GET, POST, or the empty text when a script decides."""
    action: str
    """Absolute address to which it would be sent; the empty text when a script decides."""
    path: str
    """CSS path of what holds it."""
    frame: int
    """Number of its frame in page.frames."""
    fields: tuple[Field, ...]
    """Its fields, boxes aside."""
    boxes: tuple[Box, ...]
    """Its boxes."""
    notice: bool
    """Whether words on the handling of the data, or a link to the policy, stand in its view."""
    agreement: Agreement | None
    """How agreeing is expressed; null where something beside the words may be a box."""
    implied_text: str
    """The words that say that going on means agreeing; the empty text when there are none."""
    submits_unticked: bool | None
    """Whether its own checks would let it go with the agreement box left empty."""
    text: str
    """Words in it and beside it."""
    unshown: tuple[str, ...] = ()
    """Kinds asked for by fields that wait for a click: such a form has no fields here."""
    standalone: bool = False
    """Whether it holds only words or boxes that stand in no form."""
    frame_host: str = ""
    """Host of the frame inside the page that it stands in; the empty text for the page itself."""
    scripted: bool = False
    """Whether a script may decide where it goes; asked for targets without TLS only."""
    upgraded: bool = False
    """Whether the page tells browsers to use TLS wherever it names an address without."""

    @property
    def data_types(self) -> tuple[str, ...]:
        """Kinds of personal information it asks for, sorted."""
        return tuple(sorted({field.data_type for field in self.fields} - {"none"}))
