"""What a person is shown of kept bytes, as data that any format can draw.

Every text in here has its personal values hidden already. Digests name kept evidence; sizes and
rectangles are pixels of the picture that they lie on, offsets are bytes of the evidence.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from scanner.model import Words


class Excerpt(NamedTuple):
    """A stretch of a text, or of code, with what stands around it."""

    form: Literal["policy", "manifest", "page", "record", "code"]
    """What it is taken from: a policy's visible text, an app's manifest, the document of a page, a
    line of a recording, an instruction."""
    evidence: str
    """SHA-256 of the bytes in which exactly this stands."""
    member: str
    """File inside them, where they are an archive; empty else."""
    line: int | None
    """Line of the text, counted from 1."""
    start: int | None
    """First character of the words (of a policy or page), else the first byte (of code)."""
    before: str
    words: str
    """What the fact speaks of."""
    after: str


class Field(NamedTuple):
    """One value that a request or an answer carried."""

    name: str
    """Where it stood, e.g. json:user.phone, or the name of the header."""
    value: str
    """The value, its telling part hidden."""
    wrapped: tuple[str, ...]
    """What it was wrapped in, outermost first, e.g. ("gzip", "json")."""
    pointed: bool
    """Whether the fact speaks of this one."""


class Request(NamedTuple):
    """A request and what came back, or a connection that nobody could look into."""

    evidence: str
    """SHA-256 of the recording."""
    at: str
    """Place in it, e.g. entry 5, byte 2857."""
    offset: int
    """Byte at which it begins."""
    method: str
    """GET, POST ...; for a connection what is known of it: tcp, dns, refused ..."""
    url: str
    """Address without its query."""
    host: str
    ip: str
    """Address connected to; empty where unknown."""
    time: str
    """When it began (ISO 8601); empty where unknown."""
    status: int | None
    """Status of the answer; 0 when there was none."""
    secure: bool
    """Whether it went over TLS."""
    query: tuple[Field, ...]
    headers: tuple[Field, ...]
    body: tuple[Field, ...]
    """What it carried, taken out of its wrappings; messages of a WebSocket too."""
    body_size: int | None
    """Bytes of the body; null where it was not recorded."""
    answer_headers: tuple[Field, ...]
    answer: tuple[Field, ...]
    """What came back, where the fact speaks of that."""
    left_out: int
    """Values that are not shown, because they are too many."""


class Step(NamedTuple):
    """A method on the way from the system to the access."""

    name: str
    """Dotted class and method."""
    owner: str | None
    """app, system, the id of a component, or null where nobody knows."""


class CallPath(NamedTuple):
    """Who called whom, the first caller first."""

    steps: tuple[Step, ...]
    api: str
    """What the last of them called; empty where the fact does not say."""
    observed: bool
    """Whether it was seen to run; else code can."""


class Box(NamedTuple):
    """A rectangle on a picture."""

    left: int
    top: int
    right: int
    bottom: int
    label: str
    """What it marks."""


class Picture(NamedTuple):
    """A picture of a screen or page, with the elements marked of which the fact speaks."""

    sha256: str
    """The kept picture; empty where none was taken and only the tree says where things stood."""
    media_type: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    covered: tuple[Box, ...] = ()
    """Elements that show values of persons: a format covers them in the picture itself."""
    member: str = ""
    """File inside the evidence of the fact that says where things stood."""


class Unshown(NamedTuple):
    """Bytes that cannot be shown here, and where they are to be looked up."""

    evidence: str | None
    at: str
    why: Words


View = Excerpt | Request | CallPath | Picture | Unshown
