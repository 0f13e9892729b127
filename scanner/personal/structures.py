"""Structures taken apart into named values: JSON, forms, URLs, cookies, multipart, markup."""

from __future__ import annotations

import functools
import html
import itertools
import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from typing import Any, NamedTuple

from scanner.personal.keys import COMPANY, THING, kinds_of

Part = tuple[str, str | bytes]
"""Where a value stands in its structure, and the value."""

LONGEST_KEY = 80
MOST_SEGMENTS = 50
"""Segments of a path that are looked at each by itself: what one carries may be wrapped."""
MOST_FIELDS = 50_000
"""Values of one structure at most; the caller says that the rest was left."""


class Parts(NamedTuple):
    """A structure taken apart."""

    name: str
    """What it is, e.g. json."""
    parts: Iterable[Part]
    """Its values."""
    within: bool = False
    """Whether each value stands in it letter for letter."""


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object in order, with those that share a name."""


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Members, parse_int=str, parse_float=str, parse_constant=str
)
_SPACE = re.compile(r"[\s,;]*")
_GUARD = re.compile(r"\s*(?:\)\]\}'[,;]?|for\s?\(;;\);|while\s?\(1\);)\s*")
_CALLBACK = re.compile(r"\s*(?:/\*\*/)?\s*[\w.$\[\]]{1,80}\s*\(\s*(?=[{\[])")


def from_json(text: str) -> Parts | None:
    """Take JSON apart: one document, several in a row, or one in a call (JSONP).

    Numbers keep their digits as written; members that share a name are all given.
    """
    before = text[:1] != "{" and (_GUARD.match(text) or _CALLBACK.match(text))
    at = before.end() if before else 0
    documents: list[Any] = []
    try:
        while at < len(text) and len(documents) < MOST_FIELDS:
            document, at = _DECODER.raw_decode(text, at)
            documents.append(document)
            at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
            if text[at : at + 1] == ")":
                break
    except (ValueError, RecursionError):
        if at * 2 < len(text):
            return None
    if not documents:
        return None
    whole = documents[0] if len(documents) == 1 else documents
    return Parts("json", walk(whole), "\\" not in text) if isinstance(whole, list) else None


def walk(whole: Any) -> Iterator[Part]:
    """Give each scalar with its path, each telling name, and each pair that may be a position."""
    queue: list[tuple[str, Any]] = [("", whole)]
    while queue:
        path, value = queue.pop()
        if isinstance(value, _Members):
            yield from _of_object(path, value, queue)
        elif isinstance(value, dict):
            queue.append((path, _Members((_plain(k), v) for k, v in value.items())))
        elif not path and len(value) == 1 and isinstance(value[0], list | dict | tuple):
            queue.append((path, value[0]))
        else:
            begin = len(queue)
            if together := _together(value):
                yield path, together
            for number, inner in enumerate(value):
                if isinstance(inner, list | dict | tuple):
                    queue.append((f"{path}[{number}]", inner))
                elif inner is not None and not isinstance(inner, bool):
                    yield f"{path}[{number}]", _scalar(inner)
            queue[begin:] = queue[begin:][::-1]


_INNER = (list, dict, tuple)


def _of_object(path: str, members: _Members, queue: list[tuple[str, Any]]) -> list[Part]:
    dot = path + "." if path else ""
    found, begin = dict[str, str](), len(queue)
    parts = list[Part]()
    for key, value in members:
        if len(key) <= LONGEST_KEY:
            telling, position = _of_short_name(key)
        else:
            telling, position = _of_any_name(key)
        if telling:
            parts.append((dot + "(name)", key))
        if len(key) > LONGEST_KEY:
            key = key[:LONGEST_KEY]  # noqa: PLW2901 - only its beginning is shown
        if isinstance(value, str):
            parts.append((dot + key, value))
        elif isinstance(value, _INNER):
            queue.append((dot + key, value))
        elif value is not None and not isinstance(value, bool):
            parts.append((dot + key, _scalar(value)))
        if position:
            found |= _coordinate(position, value)
        if len(parts) > MOST_FIELDS:
            return parts
    if len(members) <= MOST_OF_A_PAIR and (pair := _said(members)):
        parts.append((dot + pair[0], pair[1]))
    queue[begin:] = queue[begin:][::-1]
    if len(found) == 2:
        parts.append(_position(path, found))
    return parts


MOST_OF_A_PAIR = 6
"""Members of an object that may be one name and one value."""
_NAMES = frozenset(
    ("key", "name", "k", "field", "type", "id", "code", "param", "property", "label")
)
_VALUES = frozenset(("value", "val", "v", "content", "data", "text"))


def _said(members: Sequence[tuple[str, Any]]) -> tuple[str, str | bytes] | None:
    """Give the name and the value of an object such as {"key": "imei", "value": "86..."}."""
    value = None
    for key, one in members:
        if key.lower() in _VALUES:
            value = one
            break
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    name = next((one for key, one in members if key.lower() in _NAMES), None)
    if not isinstance(name, str) or not 2 <= len(name) <= LONGEST_KEY or not kinds_of(name):
        return None
    return name, _scalar(value)


def _together(values: Sequence[Any]) -> str:
    """Give as one value what says more together than apart.

    Two or three decimals are a position, as GeoJSON writes it; names of packages, alone or each in
    an object, are the programs of a device.
    """
    if len(values) < 2:
        return ""
    if len(values) <= 3 and isinstance(values[0], str | float):
        written = [str(one) for one in values[:2]]
        if all(map(_DECIMAL.fullmatch, written)):
            return ",".join(written)
    packages = dict.fromkeys(itertools.chain.from_iterable(map(_packages, values[:MOST_PACKAGES])))
    return ",".join(packages) if len(packages) > 1 else ""


def _packages(value: Any) -> Iterator[str]:
    members: Iterable[tuple[Any, Any]] = value if isinstance(value, _Members) else ()
    if isinstance(value, dict):
        members = value.items()
    for one in (value,) if isinstance(value, str) else (inner for _, inner in members):
        if isinstance(one, str) and len(one) <= LONGEST_KEY and _PACKAGE.fullmatch(one):
            yield one


MOST_PACKAGES = 100
"""Members of a list that are looked at for names of packages."""
_DECIMAL = re.compile(r"-?\d{1,3}\.\d{2,17}")
_PACKAGE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-zA-Z][A-Za-z0-9_]*){1,8}")


def _scalar(value: Any) -> str | bytes:
    return value if isinstance(value, str | bytes) else str(value)


def _plain(key: Any) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)


_TELLING = re.compile(r"\d{6}|@|%|[A-Za-z0-9+/_\-]{24}|[\u4e00-\u9fff]{2}")
"""What makes the name of a member worth being looked at as a value."""
_NOWHERE = dict[str, str]()


def _of_name(key: str) -> tuple[bool, frozenset[str]]:
    """Say whether a name is worth being looked at itself, and which coordinate it names.

    Of a shop or a setting it names none, nor where it names both.
    """
    return _of_short_name(key) if len(key) <= LONGEST_KEY else _of_any_name(key)


def _of_any_name(key: str) -> tuple[bool, frozenset[str]]:
    telling = len(key) >= 6 and _TELLING.search(key) is not None
    kinds = kinds_of(key[:LONGEST_KEY])
    other = kinds >= _COORDINATES or kinds & {COMPANY, THING}
    return telling, frozenset() if other else kinds & _COORDINATES


_of_short_name = functools.lru_cache(maxsize=8192)(_of_any_name)


def _coordinate(kinds: frozenset[str], value: Any) -> dict[str, str]:
    """Give {latitude or longitude: value} where the value can be one."""
    if not isinstance(value, str | float | int) or len(str(value)) > 24:
        return _NOWHERE
    return dict.fromkeys(kinds, str(value))


def _with_position(parts: Iterable[Part]) -> Iterator[Part]:
    """Add latitude and longitude that stand in parts of their own as one value."""
    found = dict[str, str]()
    for key, value in parts:
        yield key, value
        if len(value) <= LONGEST_DEGREES and (named := _of_name(key[-LONGEST_KEY:])[1]):
            plain = value if isinstance(value, str) else value.decode("ascii", "replace")
            found |= _coordinate(named, plain)
    if len(found) == 2:
        yield _position("", found)


LONGEST_DEGREES = 24
"""Characters of a latitude or longitude at most."""
_COORDINATES = frozenset(["latitude", "longitude"])


def _position(path: str, found: dict[str, str]) -> Part:
    """Give latitude and longitude of one object as one value: apart they say nothing."""
    return f"{path}{{lat,lng}}", f"lat:{found['latitude']},lng:{found['longitude']}"


_FORM = re.compile(r"[^=&\s{}<>\"]{1,200}=[^&\s]*(?:&[^=&\s{}<>\"]{0,200}(?:=[^&\s]*)?)*")
_COOKIES = re.compile(r"[^=;,\s{}<>\"]{1,120}=[^;]*(?:;\s?[^=;,\s{}<>\"]{1,120}(?:=[^;]*)?)+;?\s?")
_URL = re.compile(
    r"(?:[a-zA-Z][a-zA-Z0-9+.\-]{1,20}://|\.{0,2}/|[\w.\-/]{1,200}\?)[^\s<>\"{}]*", re.ASCII
)


_ONE_FIELD = re.compile(r"[\w.\-\[\]%]{1,60}=(?!=|$)(?!.*[,;|]\s?\w{1,40}=).*", re.DOTALL)
"""A form of one field; lng=116.39,lat=39.90 is none."""


def from_form(text: str, *, declared: bool = False) -> Parts | None:
    """Take a form body, or the query of a URL, apart into its fields."""
    if "=" not in text or not (_FORM.fullmatch(text) or (declared and "=" in text)):
        return None
    if not declared and "&" not in text and not _ONE_FIELD.fullmatch(text):
        return None
    return Parts("form", _fields(text.split("&", MOST_FIELDS)), _is_verbatim(text))


def from_cookies(text: str) -> Parts | None:
    """Take the value of a Cookie header apart."""
    if ";" not in text or not _COOKIES.fullmatch(text):
        return None
    return Parts("cookie", _fields(re.split(r";\s?", text)), _is_verbatim(text))


def _is_verbatim(text: str) -> bool:
    return "%" not in text and "+" not in text


def _fields(pairs: list[str]) -> list[Part]:
    found = dict[str, str]()
    parts = list[Part]()
    for pair in pairs[:MOST_FIELDS]:
        name, _, value = pair.partition("=")
        key = urllib.parse.unquote_plus(name) if "%" in name or "+" in name else name
        key = key[:LONGEST_KEY]
        plain = value.replace("+", " ") if "+" in value else value
        if "%" in plain:
            raw = urllib.parse.unquote_to_bytes(plain)
            try:
                plain = raw.decode("utf-8")
            except UnicodeDecodeError:
                parts.append((key, raw))
                continue
        telling, position = _of_short_name(key)
        if position:
            found |= _coordinate(position, plain)
        parts.append((key, plain))
        if telling and not value and len(name) >= 6:
            parts.append(("(name)", key))
    if len(found) == 2:
        parts.append(_position("", found))
    return parts


def from_url(text: str) -> Parts | None:
    """Take a URL apart into its path, query and fragment."""
    if not ("?" in text or "://" in text[:24] or "#" in text) or not _URL.fullmatch(text):
        return None
    if "?" not in text and "#" not in text and not _BEFORE_PATH.match(text):
        return None  # an address inside a path: there is nothing to take off
    return parts_of_url(text)


def parts_of_url(text: str) -> Parts:
    """Take apart what is known to be a URL, whatever letters stand in it."""
    before, _, fragment = text.partition("#")
    address, _, query = before.partition("?")
    return Parts("url", _of_url(address, query, fragment), _is_verbatim(text))


_WRAPPED_SEGMENT = re.compile(r"[A-Za-z0-9+_\-=%]{12,}")
_BEFORE_PATH = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.\-]*:)?//[^/]*(?=/|$)")
_USER = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.\-]*:)?//([^/@]+)@")


def _of_url(address: str, query: str, fragment: str) -> Iterator[Part]:
    plain = urllib.parse.unquote(address) if "%" in address else address
    path = _BEFORE_PATH.sub("", plain)
    yield "(path)", path
    if "@" in address and (user := _USER.match(address)):
        yield "(user)", urllib.parse.unquote(user.group(1))
    written = path if plain is address else _BEFORE_PATH.sub("", address)
    for number, segment in enumerate(written.split("/", MOST_SEGMENTS)):
        if len(segment) >= 12 and _WRAPPED_SEGMENT.fullmatch(segment):
            yield f"(path)[{number}]", urllib.parse.unquote(segment)
    for piece in (query, fragment.partition("?")[2] or fragment):
        if "=" in piece:
            yield from _fields(piece.split("&", MOST_FIELDS))
        elif piece:
            yield "(query)", urllib.parse.unquote(piece)


# Multipart


def from_multipart(data: bytes, content_type: str) -> Parts | None:
    """Take a multipart body apart; the boundary is the declared one, or the first line."""
    boundary = _boundary(content_type)
    if not boundary:
        first = data.startswith(b"--") and _FIRST_LINE.match(data)
        boundary = first.group(1) if first else b""
    if not boundary or b"--" + boundary not in data:
        return None
    return Parts("multipart", _with_position(_sections(b"\n" + data, b"\n--" + boundary)))


_FIRST_LINE = re.compile(rb"--([\w'()+,./:=?\-]{4,74})\r?\n(?=[A-Za-z\-]+:)")


def _boundary(content_type: str) -> bytes:
    if "multipart/" not in content_type.lower():
        return b""
    message = Message()
    message["content-type"] = content_type.replace("\r", "").replace("\n", "")
    named = message.get_param("boundary")
    return named.encode("utf-8", "replace")[:200] if isinstance(named, str) else b""


_EXTENSION = re.compile(r"\.\w{1,8}$")
_FILE = re.compile(
    r"(?i)\.(?:txt|log|gz|zip|json|xml|html?|csv|bin|dat|db|tmp|trace|dmp|md|pdf|docx?|xlsx?|vcf"
    r"|jpe?g|png|gif|webp|heic|bmp|mp[34]|m4a|mov|amr|aac|wav|apk)$"
)
_MOST_WORDS = 20


def _words_of_file(name: str) -> Iterator[str]:
    """Give the words of a file's name without its ending, which is no part of them.

    An ending that names no kind of file may be the end of a domain.
    """
    stem = _EXTENSION.sub("", name)
    for word in stem.split(None, _MOST_WORDS)[:_MOST_WORDS] if stem != name else ():
        if _WRAPPED_SEGMENT.fullmatch(word) or (len(word) >= SHORTEST_WORD and _FILE.search(name)):
            yield word


SHORTEST_WORD = 6
"""Characters of a word in a file's name that is looked at by itself."""


def _sections(data: bytes, mark: bytes) -> Iterator[Part]:
    for count, section in enumerate(data.split(mark)[1:MOST_FIELDS]):
        if section.startswith(b"--"):
            return
        head, _, body = section.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
        words = head.decode("utf-8", "replace")
        name = re.search(r'(?i)[;\s]name="?([^";\r\n]{1,200})', words)
        key = (name.group(1) if name else f"part {count}")[:LONGEST_KEY]
        file = re.search(r'(?i)[;\s]filename\*?="?([^";\r\n]{1,1000})', words)
        if file:
            for word in (*_words_of_file(file.group(1)), file.group(1)):
                yield f"{key} (file name)", word
        yield key, body.removesuffix(b"\n").removesuffix(b"\r")


# Markup

_TAG = re.compile(r"<(?:(!--|!\[CDATA\[)|([?!/]?[A-Za-z][\w:.\-]{0,60})([^<>]{0,20000})>)")
_ATTRIBUTE = re.compile(r"""([A-Za-z_:@][\w:.\-]{0,60})\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_INLINE = frozenset(
    {
        *("b", "i", "u", "em", "strong", "font", "mark", "small", "span", "s", "q", "cite"),
        *("code", "var", "sub", "sup", "wbr"),
    }
)
_SPEAKS = re.compile(r"\d{5}|@|%|[\u4e00-\u9fff]|[A-Za-z0-9+/_\-]{16}|[=?][^&=]{6}")
"""What makes the value of an attribute worth being looked at."""


_HTML = re.compile(r"(?i)<(?:!doctype html|html|head|body|div|p|a|span|table|script|input)\b")


def from_markup(text: str) -> Parts | None:
    """Take HTML or XML apart: the text as read, each script, comment and telling attribute.

    In XML, text between a tag and its end is a value by the name of the tag.
    """
    if not re.search(r"(?i)<[?!/]?[a-z][^<>]{0,2000}>", text[:20_000]):
        return None
    is_html = _HTML.search(text[:20_000])
    if is_html:
        return Parts("html", _marked(text, xml=False))
    return Parts("xml", _with_position(_marked(text, xml=True)))


def _marked(text: str, *, xml: bool) -> Iterator[Part]:
    reading: list[str] = []
    opened, key, at, aside = "", "", 0, 0
    endless = set[str]()
    while match := _TAG.search(text, at):
        between, at = text[at : match.start()], match.end()
        special, name, attributes = match.groups()
        name = (name or "").lower()
        if between.strip():
            plain = html.unescape(between)
            if xml and opened and name == "/" + opened:
                yield (
                    (key if opened in _PLAIN_TAGS and key else opened)[:LONGEST_KEY],
                    plain.strip(),
                )
                key = plain.strip() if opened == "key" else ""
            else:
                reading.append(plain)
        end = _ENDS.get(special or name)
        if end and end not in endless:
            stop = text.find(end, at) if end != "</script" else _script_end(text, at)
            if stop < 0:
                endless.add(end)
            else:
                aside += 1
                named = opened if special == "![CDATA[" else ""
                yield named or f"({_ASIDE[special or name]} {aside})", text[at:stop]
                at = stop + len(end) if special else stop
        if name:
            reading.append("" if name.lstrip("/") in _INLINE else "\n")
            opened = "" if name.startswith("/") else name
            if opened in _PLAIN_TAGS and (said := _NAME_OF_TAG.search(attributes or "")):
                key = said.group(1)
            if attributes and "=" in attributes:
                yield from _attributes(name, attributes)
    reading.append(html.unescape(text[at:]))
    whole = re.sub(r"[ \t\r\f\v]+", " ", "".join(reading))
    yield "(text)", re.sub(r" ?\n[ \n]*", "\n", whole).strip()


_PLAIN_TAGS = frozenset(("string", "integer", "real", "int", "long", "float", "data", "value"))
"""Tags that say nothing themselves: in lists of preferences a key names the value."""
_NAME_OF_TAG = re.compile(r"""\bname\s*=\s*["']([^"']{1,80})["']""")
_ENDS = {"!--": "-->", "![CDATA[": "]]>", "script": "</script", "style": "</style"}
_ASIDE = {"!--": "comment", "![CDATA[": "data", "script": "script", "style": "style"}
_SCRIPT_END = re.compile("</script", re.IGNORECASE)


def _script_end(text: str, at: int) -> int:
    match = _SCRIPT_END.search(text, at)
    return match.start() if match else -1


def _attributes(tag: str, written: str) -> Iterator[Part]:
    if not _SPEAKS.search(written):
        return
    found = {n.lower(): html.unescape(v.strip("\"'")) for n, v in _ATTRIBUTE.findall(written)}
    field = found.get("name") or found.get("id") or tag
    for name, value in found.items():
        if name in ("class", "style", "id", "name") or not _SPEAKS.search(value):
            continue
        if name in ("value", "content"):
            yield field[:LONGEST_KEY], value
        elif value.startswith(("tel:", "mailto:", "sms:")):
            scheme, _, rest = value.partition(":")
            yield f"{tag}.{scheme}", urllib.parse.unquote(rest.partition("?")[0])
        else:
            yield f"{tag}.{name}"[:LONGEST_KEY], value
