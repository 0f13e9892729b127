"""What an entry of a HAR file says, member by member.

An entry that keeps to the form is read at one go. Else every member is read by itself: one that is
missing, or is not what it should be, is unknown and costs nothing else.
"""

from __future__ import annotations

import functools
import json
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from scanner.model import Words

MAX_LIST = 2 << 20
"""Bytes of one list of headers, cookies, fields or calls at most; servers refuse far shorter."""
MAX_MENDED = 8 << 20
"""Bytes of an entry with slips at most: to mend them it must be read as a whole."""

T = TypeVar("T")
Raw = msgspec.Raw
NULL = msgspec.Raw(b"null")
_BAD = (msgspec.MsgspecError, RecursionError, ValueError)
"""What reading may raise: no JSON, another form, too deep, no UTF-8."""


class Pair(msgspec.Struct, gc=False):
    """A header, or a field of a form."""

    name: str
    value: str = ""


class Param(Pair, gc=False):
    """A field of a form, which may name a file."""

    file: str = msgspec.field(default="", name="fileName")


class Body(msgspec.Struct, gc=False):
    """What a request or an answer carried."""

    text: str | None = None
    encoding: str | None = None
    mime: str | None = msgspec.field(default=None, name="mimeType")
    fields: Raw = msgspec.field(default=NULL, name="params")
    base64: str | None = msgspec.field(default=None, name="_postDataBase64")


class Request(msgspec.Struct, gc=False):
    """What was asked."""

    url: str | None = None
    method: str | None = None
    headers: list[Pair] | None = None
    cookies: Raw = NULL
    body: Body | None = msgspec.field(default=None, name="postData")
    body_base64: str | None = msgspec.field(default=None, name="_postDataBase64")
    size: float | None = msgspec.field(default=None, name="bodySize")


class Response(msgspec.Struct, gc=False):
    """What came back."""

    status: float | None = None
    headers: list[Pair] | None = None
    cookies: Raw = NULL
    content: Body | None = None
    error: str | None = msgspec.field(default=None, name="_error")


class Timings(msgspec.Struct, gc=False):
    """How many milliseconds each step took; less than 0 where it is not known or was not taken."""

    blocked: float | None = None
    dns: float | None = None
    connect: float | None = None
    send: float | None = None
    wait: float | None = None


class Security(msgspec.Struct, gc=False):
    """How a connection was protected (Playwright)."""

    protocol: str | None = None


class Entry(msgspec.Struct, gc=False):
    """A request with its answer, as the file has it."""

    request: Request | None = None
    response: Response | None = None
    started: str | None = msgspec.field(default=None, name="startedDateTime")
    timings: Timings | None = None
    ip: str | None = msgspec.field(default=None, name="serverIPAddress")
    connection: str | None = None
    page: str | None = msgspec.field(default=None, name="pageref")
    resource_type: str | None = msgspec.field(default=None, name="_resourceType")
    initiator: Raw = msgspec.field(default=NULL, name="_initiator")
    document: str | None = msgspec.field(default=None, name="_document")
    document_url: str | None = msgspec.field(default=None, name="_documentURL")
    via: str | None = msgspec.field(default=None, name="_via")
    error: str | None = msgspec.field(default=None, name="_error")
    messages: Raw = msgspec.field(default=NULL, name="_webSocketMessages")
    from_cache: str | None = msgspec.field(default=None, name="_fromCache")
    from_worker: bool | None = msgspec.field(default=None, name="_fetchedViaServiceWorker")
    client_address: str | None = msgspec.field(default=None, name="_clientAddress")
    client_port: float | None = msgspec.field(default=None, name="_clientPort")
    security: Security | None = msgspec.field(default=None, name="_securityDetails")
    protocol: str | None = msgspec.field(default=None, name="_protocol")


class Unreadable(Exception):  # noqa: N818 - it names the state of an entry
    """An entry of which nothing can be used, and why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Words(zh, en)


_WHOLE = msgspec.json.Decoder(Entry)


def read_entry(data: bytes | Raw) -> Entry:
    """Read an entry; raises Unreadable for what is no object, and for lists too large to be one."""
    if len(data) <= MAX_LIST:
        try:
            return _WHOLE.decode(data)
        except _BAD:
            pass
    found = carefully(data, Entry)
    if found is None and len(data) <= MAX_MENDED:
        found = carefully(_mended(bytes(data)), Entry)
    if found is None:
        raise Unreadable("不是有效的 HAR 条目", "it is no valid entry of a HAR")
    return found


def carefully(data: bytes | Raw, kind: type[T]) -> T | None:
    """Read an object member by member; None for what is no object."""
    form, kinds = _members(kind)  # type: ignore[arg-type]
    parts = _decoded(data, form)
    if parts is None:
        return None
    read = {name: _member(getattr(parts, name), of) for name, of in kinds.items()}
    return kind(**{name: value for name, value in read.items() if value is not None})


def take(raw: Raw, kind: type[T]) -> T | None:
    """Read a member as what it should be; None when it is missing or something else."""
    if raw == NULL:
        return None
    found = _decoded(raw, kind)
    if found is None and kind is str:  # halves of characters, which other readers forgive
        found = _decoded(_mended(bytes(raw)), kind)
    return found


def listed(raw: Raw, kind: type[T]) -> list[T]:
    """Read a list; elements that are something else are left out, headers and fields of forms only
    where they have no name. Raises Unreadable.
    """
    if len(raw) > MAX_LIST:
        raise Unreadable("头部或字段列表过大", "a list of headers or fields is too large")
    whole = take(raw, list[kind])  # type: ignore[valid-type]
    if whole is not None:
        return whole
    each: Any = (take(one, kind) for one in take(raw, list[Raw]) or ())
    if issubclass(kind, Pair):
        each = (_pair(one, kind) for one in take(raw, list[Raw]) or ())
    return [one for one in each if one is not None]


def _pair(raw: Raw, kind: type[Pair]) -> Pair | None:
    """Read a header or field of which a part is something else; numbers and the like as written."""
    parts = _decoded(raw, _members(kind)[0])
    if parts is None or take(parts.name, str) is None:
        return None
    return kind(**{one: _written(getattr(parts, one)) for one in kind.__struct_fields__})


def _written(raw: Raw) -> str:
    if raw == NULL:
        return ""
    said = take(raw, str)
    return bytes(raw).decode("utf-8", "replace") if said is None else said


def _member(raw: Raw, kind: Any) -> Any:
    if kind is Raw:
        return raw
    if raw == NULL:
        return None
    if get_origin(kind) is list:
        return listed(raw, *get_args(kind))
    return carefully(raw, kind) if issubclass(kind, msgspec.Struct) else take(raw, kind)


@functools.cache
def _members(kind: Any) -> tuple[type[Any], dict[str, Any]]:
    """Give an object of the same names whose members are not read yet, and what each should be."""
    fields = msgspec.structs.fields(kind)
    form = msgspec.defstruct(
        kind.__name__, [(one.name, Raw, NULL) for one in fields], rename=_names(fields)
    )
    return form, {one.name: (get_args(one.type) or (one.type,))[0] for one in fields}


def _names(fields: tuple[Any, ...]) -> dict[str, str]:
    return {one.name: one.encode_name for one in fields}


def _decoded(data: bytes | Raw, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(data, type=kind)
    except _BAD:
        return None


def _mended(data: bytes) -> bytes:
    """Write JSON anew without slips that other readers forgive: bytes that are no UTF-8, NaN, raw
    line breaks; nothing where that is no JSON either.
    """
    try:
        value = json.loads(
            data.decode("utf-8", "replace"),
            strict=False,
            parse_constant=lambda _: None,
            parse_int=lambda digits: int(digits) if len(digits) < 40 else None,
            parse_float=lambda digits: float(digits[:40]) if "e" not in digits.lower() else None,
        )
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    except (RecursionError, ValueError):
        return b""
