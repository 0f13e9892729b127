"""Network addresses that stand in a package, in whatever file, and what they say of it.

An address that stands there says nothing of whether it is ever called. Names of XML vocabularies,
placeholders, and the addresses inside certificates look like addresses and are none.
"""

from __future__ import annotations

import heapq
import ipaddress
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec

from scanner.child import Unreadable
from scanner.collect.apk.container import DEX_NAME, MANIFEST, Container
from scanner.collect.apk.contents import (
    HEAD,
    hides,
    inflated,
    is_medium,
    not_plain,
    together,
)
from scanner.collect.apk.look import TABLE
from scanner.facts import EndpointEmbedded, Source
from scanner.knowledge import Knowledge
from scanner.model import Unseen, Words

MAX_HITS = 20_000
"""Places of one file and form that are looked at; a script bundle of 12 MB has about 3,000."""
MAX_URL = 400
"""Characters of an address that are kept."""
MAX_FACTS = 5_000
"""Facts of one package; large apps come to about 1,500."""
MAX_FILE_BYTES = 16 << 20
"""A script bundle of a large React Native app holds 5 to 12 MB."""
MAX_FILES_TOTAL = 256 << 20
"""Inflated bytes of all files together, apart from native libraries and the resource table."""
MAX_LIBRARY_BYTES = 128 << 20
"""A native library; web engines come to about 100 MB."""
MAX_LIBRARIES_TOTAL = 384 << 20
"""Inflated bytes of all native libraries together."""
ABIS = ("arm64-v8a", "armeabi-v7a", "armeabi", "x86_64", "x86")
"""Folders of native libraries, those of today's phones first."""

Place = Literal["dex", "resources", "assets", "native"]

_SECURE = {"https": True, "wss": True, "http": False, "ws": False, "ftp": False}
_SCHEME = re.compile(rb"(?i)(?:https?|wss?|ftp)\Z")
_OTHER_SCHEME = re.compile(rb"(?i)(?:news|[st]ftp)\Z")
"""Schemes of their own that end like one of ours."""
_LONGEST = 5
"""Letters of the longest scheme."""

_MAX_AUTHORITY = 600
"""Bytes of user, password, host and port that are looked at."""
MAX_PORT = 65_535
_WINDOW = _MAX_AUTHORITY + MAX_URL
_USER = re.compile(rb"[A-Za-z0-9\-._~!$&*+,;=:%%@]{1,%d}+" % _MAX_AUTHORITY)
_HOST = re.compile(rb"[A-Za-z0-9._-]{0,254}+")
_IPV6 = re.compile(rb"\[([0-9A-Fa-f:.]{2,45}+)\]")
_PORT = re.compile(rb":([0-9]{1,5}+)(?![0-9])")
_PATH = re.compile(rb"/[A-Za-z0-9\-._~!$&*+,=:@%%/]{0,%d}+" % MAX_URL)
_MORE_HOST = re.compile(
    rb"(?:%[0-9$]*+[A-Za-z]|\$?+\{[^{}\0\n]{0,64}+\}|<[^<>\0\n]{0,64}+>|\$[A-Za-z_]++)"
    rb"[A-Za-z0-9-]*+\.[A-Za-z]"
)
"""A place to be filled in at run time, after which the host goes on."""
_OPENS_GAP = b"%{$<*[("
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9]")
_WIDE_TOPS = (
    *("中国", "中國", "公司", "网络", "網絡", "香港", "台湾", "台灣", "网址", "商城", "集团"),
    *("政务", "公益", "在线", "中文网", "网店", "手机", "移动", "信息", "商标", "商店", "游戏"),
    *("我爱你", "广东", "佛山", "企业", "娱乐", "网站", "时尚", "餐厅", "рф", "한국", "みんな"),
)
"""Top-level domains in their own script, as far as they are met in Chinese apps."""
_WIDE_HOST = re.compile(
    r"(?:[\w-]{1,63}\.){1,8}(?:" + "|".join(_WIDE_TOPS) + r"|[A-Za-z]{2,24}(?![A-Za-z0-9-]))"
)

_PLACEHOLDER_LABEL = re.compile(
    r"x{3,}|your[-_]?(?:own[-_]?)?(?:domain|host|hostname|server|site|app|company|website|url|api)"
    r"(?:[-_]?(?:name|here|id))?|(?:my|some)[-_]?domain|host[-_]?name|server[-_]?(?:name|ip)"
    r"|domain[-_]?name"
)
_RESERVED = (
    *("example.com", "example.org", "example.net", "example.edu", "domain.com"),
    *("test", "example", "invalid", "localhost", "local", "localdomain", "arpa"),
)
"""Names that lead nowhere by RFC 2606, 6761 and 6762, and one that everybody writes for them."""
_NOWHERE = tuple(
    ipaddress.ip_network(block)
    for block in (
        *("0.0.0.0/8", "127.0.0.0/8", "10.0.2.2/32", "10.0.3.2/32", "169.254.0.0/16"),
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        *("::/127", "2001:db8::/32", "fe80::/10", "ff00::/8"),
    )
)
"""The device itself, the hosts of emulators, links, documentation (RFC 5737, 3849), multicast."""

NAMESPACES: dict[str, tuple[tuple[str, ...], str]] = {
    "schemas.android.com": (("",), "XML names of Android's resources"),
    "w3.org": (("",), "XML, HTML, SVG and RDF names, DTDs"),
    "xmlpull.org": (("",), "names of the features of Android's XML parser"),
    "xml.org": (("/sax",), "names of the features of SAX"),
    "java.sun.com": (("",), "DTDs and XML names of Java"),
    "xmlns.jcp.org": (("",), "XML names of Java"),
    "javax.xml.xmlconstants": (("",), "names of the features of JAXP"),
    "apache.org": (("/licenses", "/xml/"), "text of a licence; names of the features of Xerces"),
    "xml.apache.org": (("",), "names of the features of Xalan and Xerces"),
    "gnu.org": (("/licenses",), "text of a licence"),
    "opensource.org": (("/licenses",), "text of a licence"),
    "creativecommons.org": (("",), "licences and their XML names"),
    "ns.adobe.com": (("",), "XMP names in pictures"),
    "ns.google.com": (("",), "XMP names in pictures"),
    "ns.useplus.org": (("",), "XMP names in pictures"),
    "iptc.org": (("/std",), "XMP names in pictures"),
    "cipa.jp": (("/exif",), "XMP names in pictures"),
    "purl.org": (("",), "RDF names"),
    "xmlns.com": (("",), "RDF names"),
    "ogp.me": (("/ns",), "RDF names"),
    "schema.org": (("",), "RDF names"),
    "json-schema.org": (("",), "names of the versions of JSON Schema"),
    "schemas.xmlsoap.org": (("",), "XML names of SOAP"),
    "schemas.microsoft.com": (("",), "XML names of Microsoft"),
    "schemas.openxmlformats.org": (("",), "XML names of Office documents"),
    "schemas.google.com": (("",), "XML names of Google's feeds"),
    "googleapis.com": (("/auth/",), "names of OAuth scopes"),
    "search.yahoo.com": (("/mrss",), "XML names of feeds"),
    "itunes.com": (("/dtds",), "XML names of feeds"),
    "topografix.com": (("/gpx",), "XML names of GPX"),
    "opengis.net": (("",), "XML names of maps"),
    "jabber.org": (("/protocol",), "XML names of XMPP"),
    "etherx.jabber.org": (("",), "XML names of XMPP"),
    "dashif.org": (("",), "names of schemes in DASH"),
    "unicode.org": (("/cldr",), "DTDs of locale data"),
    "openoffice.org": (("",), "XML names of Office documents"),
}
"""Hosts, with or without www., that stand in addresses which are names (all, or those whose path
begins so), and what they name. Nobody connects to a name."""

_HOST_TOPS = frozenset(("com", "cn", "net", "org", "hk", "tw"))
_NOT_FIRST = frozenset(
    (
        *("com", "cn", "org", "net", "edu", "gov", "io", "me", "cc", "tv", "top", "app", "xyz"),
        *("java", "javax", "jdk", "sun", "android", "androidx", "kotlin", "kotlinx", "dalvik"),
        *("de", "fr", "uk", "us", "jp", "kr", "ru", "hk", "tw", "eu", "co", "dev", "libcore"),
        *("okhttp", "okhttp3", "okio", "retrofit", "retrofit2", "rx", "dagger", "junit", "scala"),
        *("groovy", "ro", "persist", "sys", "gsm", "file", "user", "os", "http", "https", "line"),
    )
)
"""First words of packages and of system properties, in which words stand the other way round."""
_BARE = re.compile(r"((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z0-9]{1,24})(:[0-9]{1,5})?")
_MAX_BARE = 100
"""Characters; longer strings are no bare host."""

_NOT_ITS_OWN = re.compile(
    r"(?is)META-INF/(?:[^/]+\.(?:rsa|dsa|ec|sf|mf)|maven/.*)|assets/dexopt/baseline\.profm?"
)
"""Certificates, records of the build, profiles of code: their addresses are not the app's."""
_LIBRARY = re.compile(r"lib/([^/]+)/([^/]+\.so)")
_KEY_STORES = (".bks", ".jks", ".p12", ".pfx", ".keystore")
"""Dense without being packed text."""
_COMPILED_XML = b"\3\0\x08\0"
_ELF = b"\x7fELF"
_HERMES = b"\xc6\x1f\xbc\x03\xc1\x03\x19\x1f"
_SHORTEST = len("ftp://a.cn")
_ZIP_RECORD = re.compile(rb"PK(?:\x01\x02|\x03\x04|\x05\x06|\x07\x08)")
_CPS = bytes.fromhex("2b06010505070201")
"""Object id of a pointer to a certificate's policy."""


class Address(NamedTuple):
    """An address as it stands in bytes, without what may be secret in it, and how far into them."""

    url: str
    host: str
    secure: bool | None
    offset: int


class Where(NamedTuple):
    """An address, the place in the package where it stands, and whose code or file that is."""

    place: Place
    at: str
    owner: str | None
    address: Address


def addresses_in(data: bytes, *, wide: bool = False) -> Iterator[Address]:
    """Find http, https, ws, wss and ftp addresses in order; `wide` looks for UTF-16LE as well.

    Query and fragment are cut off and user names masked, since both may hold secrets. Slashes
    may be escaped as in JSON. At most MAX_HITS places per form are looked at (`is_flooded`).
    """
    forms = [_plain(data), _escaped(data)]
    if wide:
        forms.append(_wide(data))
    yield from heapq.merge(*forms, key=lambda one: one.offset)


def is_flooded(data: bytes) -> bool:
    """Tell whether bytes hold more places than `addresses_in` looks at."""
    signs = (b"://", b":\\/\\/", b":\0/\0/\0")
    return any(data.count(sign) > MAX_HITS for sign in signs)


def host_of(text: str) -> Address | None:
    """Take a whole string for a bare host, with or without port, where it can hardly be else.

    Names of packages and files look alike: only common top-level domains count, and an IPv4
    address only with a port.
    """
    match = _BARE.fullmatch(text) if 4 <= len(text) <= _MAX_BARE else None
    if match is None:
        return None
    host = str(match.group(1))
    labels = host.split(".")
    if labels[-1].isdigit():
        if not match.group(2):
            return None
    elif labels[-1] not in _HOST_TOPS or labels[0] in _NOT_FIRST:
        return None
    if not _is_host(host) or _is_nowhere(host) or _is_name(host, ""):
        return None
    return Address(text, host, None, 0)


def _places(data: bytes, sign: bytes) -> Iterator[int]:
    place = -1
    for _ in range(MAX_HITS):
        place = data.find(sign, place + 1)
        if place < 0:
            return
        yield place


def _plain(data: bytes) -> Iterator[Address]:
    for place in _places(data, b"://"):
        start = place + 3
        found = _address(data[max(0, place - _LONGEST) : place], data[start : start + _WINDOW])
        if found and not _in_certificate(data, place - len(found.scheme)):
            yield found.at(place - len(found.scheme))


def _escaped(data: bytes) -> Iterator[Address]:
    for place in _places(data, b":\\/\\/"):
        rest = data[place + 5 : place + 5 + _WINDOW].replace(b"\\/", b"/")
        if found := _address(data[max(0, place - _LONGEST) : place], rest):
            yield found.at(place - len(found.scheme))


def _wide(data: bytes) -> Iterator[Address]:
    """Find addresses in UTF-16LE; what is ASCII in UTF-16BE shows as well."""
    for place in _places(data, b":\0/\0/\0"):
        before = data[max(place % 2, place - 2 * _LONGEST) : place]
        letters = bytes(
            low if high == 0 else 0 for low, high in zip(before[::2], before[1::2], strict=True)
        )
        rest = data[place + 6 : place + 6 + 2 * _WINDOW].decode("utf-16-le", "replace")
        if found := _address(letters, rest.encode("utf-8", "replace")):
            yield found.at(place - 2 * len(found.scheme))


class _Parts(NamedTuple):
    """An address, and its scheme in lower case."""

    scheme: str
    url: str
    host: str

    def at(self, offset: int) -> Address:
        return Address(self.url, self.host, _SECURE[self.scheme], offset)


def _address(before: bytes, rest: bytes) -> _Parts | None:
    match = _SCHEME.search(before)
    if match is None or _OTHER_SCHEME.search(before):
        return None
    scheme = match.group().lower().decode("ascii")
    start = 0
    if (run := _USER.match(rest)) and (at := run.group().rfind(b"@")) >= 0:
        start = at + 1
    host, end = _host(rest, start)
    if not host or _is_nowhere(host):
        return None
    url = f"{scheme}://{'***@' if start else ''}{f'[{host}]' if ':' in host else host}"
    if (port := _PORT.match(rest, end)) and 0 < int(port.group(1)) <= MAX_PORT:
        url, end = url + port.group().decode("ascii"), port.end()
    match = _PATH.match(rest, end)
    path = match.group().decode("ascii") if match else ""
    if scheme.startswith("http") and _is_name(host, path):
        return None
    return _Parts(scheme, (url + path)[:MAX_URL].rstrip(".,:!*&=$+~-"), host)


def _host(rest: bytes, start: int) -> tuple[str, int]:
    """Read a host; give it in lower case and where it ends, or the empty text for none."""
    if match := _IPV6.match(rest, start):
        try:
            return str(ipaddress.IPv6Address(match.group(1).decode("ascii"))), match.end()
        except ValueError:
            return "", start
    match = _HOST.match(rest, start)
    end = match.end() if match else start
    if rest[end : end + 3] == b"://" and (next_one := _SCHEME.search(rest[start:end])):
        end = start + next_one.start()  # two addresses with nothing between them
    text = rest[start:end].decode("ascii").lower()
    follower = rest[end : end + 1]
    if follower and follower in _OPENS_GAP and (not _is_host(text) or _MORE_HOST.match(rest, end)):
        return "", start
    if follower >= b"\x80" and not _is_host(text):
        wide, length = _wide_host(rest[start : start + _MAX_AUTHORITY])
        if wide:
            return wide, start + length
    host = text.rstrip(".-_")
    return (host, end) if _is_host(host) else ("", start)


def _wide_host(raw: bytes) -> tuple[str, int]:
    """Read a host in its own script; give it in ASCII (Punycode), and its length in bytes."""
    match = _WIDE_HOST.match(raw.decode("utf-8", "ignore"))
    if match is None:
        return "", 0
    try:
        host = match.group().encode("idna").decode("ascii").lower()
    except UnicodeError:
        return "", 0
    return (host, len(match.group().encode())) if _is_host(host) else ("", 0)


def _is_host(host: str) -> bool:
    """Tell whether it has the form of a name in the DNS with a top-level domain, or of an IPv4."""
    labels = host.split(".")
    if len(labels) < 2 or len(host) > 253:
        return False
    if labels[-1].isdigit():
        return _ip(host) is not None
    return _TOP_LABEL.fullmatch(labels[-1]) is not None and all(map(_LABEL.fullmatch, labels))


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_nowhere(host: str) -> bool:
    """Tell whether it is a placeholder, a reserved name, or the device itself."""
    if ":" in host or host[-1].isdigit():
        address = _ip(host)
        return address is not None and any(address in block for block in _NOWHERE)
    labels = host.split(".")
    return (
        ".".join(labels[-2:]) in _RESERVED
        or labels[-1] in _RESERVED
        or any(map(_PLACEHOLDER_LABEL.fullmatch, labels[:-1]))
    )


def _is_name(host: str, path: str) -> bool:
    """Tell whether the address is a name of a vocabulary, to which nobody connects."""
    known = NAMESPACES.get(host.removeprefix("www."))
    return known is not None and path.lower().startswith(known[0])


def _in_certificate(data: bytes, start: int) -> bool:
    """Tell whether an address stands in an X.509 certificate: where to ask for its status.

    Before it stand a tag and its length; before these the end of the object id of an access
    method, the head of a distribution point, or the object id of a policy pointer (RFC 5280).
    """
    if start < 4 or not _SHORTEST <= data[start - 1] < 0x80:
        return False
    length, tag = data[start - 1], data[start - 2]
    if tag == 0x86:
        outer = data[start - 4 : start - 2]
        return outer in (b"\x30\1", b"\x30\2") or (
            outer[0] == 0xA0 and length + 2 <= outer[1] < 0x80
        )
    return tag == 0x16 and data.endswith(_CPS, 0, start - 2)


def endpoint_facts(
    found: Iterable[Where], knowledge: Knowledge, source: Source
) -> Iterator[EndpointEmbedded | Unseen]:
    """Give one fact per host, scheme and owner, sorted, with the first address of each.

    Past MAX_FACTS those without TLS are kept first, and the rest is said to be unseen.
    """
    firsts: dict[tuple[str, bool | None, str | None], Where] = {}
    for where in found:
        address = where.address
        firsts.setdefault((address.host, address.secure, where.owner), where)
    keys = sorted(firsts, key=lambda key: (key[1] is not False, key[0], str(key[1]), key[2] or ""))
    kept = sorted(keys[:MAX_FACTS], key=lambda key: (key[0], str(key[1]), key[2] or ""))
    for key in kept:
        where = firsts[key]
        yield EndpointEmbedded(
            source=msgspec.structs.replace(source, at=where.at),
            channel="apk",
            url=where.address.url,
            host=where.address.host,
            secure=where.address.secure,
            owner=where.owner,
            vendor=knowledge.trackers.vendor_of_host(where.address.host) or "",
            place=where.place,
        )
    if len(keys) > MAX_FACTS:
        more = len(keys) - MAX_FACTS
        yield _unseen(
            None,
            Words(
                zh=f"地址过多，另有 {more} 个未列出",
                en=f"too many addresses; {more} are not listed",
            ),
        )


def in_file(name: str, data: bytes, owner: str | None = None) -> Iterator[Where]:
    """Give the addresses in one file of a package that is no DEX file."""
    place = place_of(name, data[:HEAD])
    if data[:2] == b"\xfe\xff":
        data = data.decode("utf-16-be", "replace").encode("utf-8", "replace")
    if data.startswith(b"PK"):
        data = _ZIP_RECORD.sub(bytes(4), data)  # they follow what is stored without a gap
    if data.startswith(_HERMES):
        return  # its strings stand there without ends, so that a host would swallow what follows
    for address in addresses_in(data, wide=True):
        yield Where(place, f"{name}+0x{address.offset:x}", owner, address)


def place_of(name: str, head: bytes) -> Place:
    """Say what a file of a package counts as, by its name and first bytes."""
    if head.startswith(_ELF) or _LIBRARY.fullmatch(name):
        return "native"
    if name in (MANIFEST, TABLE):
        return "resources"
    if name.startswith(("assets/", "res/raw/")):
        return "assets"
    return "resources" if head.startswith(_COMPILED_XML) or name.endswith(".xml") else "assets"


def _nobody(_: str) -> str | None:
    return None


def packed_addresses(
    container: Container,
    table: bytes | None,
    skip: Collection[str] = (),
    owner_of_library: Callable[[str], str | None] = _nobody,
    owner_of_asset: Callable[[str], str | None] = _nobody,
) -> tuple[list[Where], list[Unseen]]:
    """Give the addresses in every file but the DEX files, and what could not be searched.

    `table` is the content of resources.arsc, null where it could not be read; `skip` names files
    to leave out. Both owner functions get the name of a file. Of a native library that comes for
    several kinds of processor one build is searched, the first in the order of ABIS, since the
    others are the same code. Pictures, sound and fonts hold no addresses.
    """
    search = _Search(container)
    if table is not None:
        search.add(TABLE, table, None)
    elif TABLE in container.entries and TABLE not in skip:
        reason = Words(zh="资源表无法读取", en="the resource table could not be read")
        search.broken.setdefault("resources", []).append(reason)
    for name in libraries_of(container):
        if name not in skip:
            search.library(name, owner_of_library(name))
    for name in container.names(r"(?s).*"):
        if name not in skip and not _is_elsewhere(name):
            search.file(name, owner_of_library, owner_of_asset)
    return search.found, list(search.unseen())


def libraries_of(container: Container) -> list[str]:
    """Give the native libraries, each once: for the first processor of ABIS it comes for."""
    chosen: dict[str, str] = {}
    matches = [_LIBRARY.fullmatch(name) for name in container.names(_LIBRARY)]
    known = {abi: rank for rank, abi in enumerate(ABIS)}
    for match in sorted(
        filter(None, matches), key=lambda match: (known.get(match[1], len(ABIS)), match[0])
    ):
        chosen.setdefault(match[2], match[0])
    return sorted(chosen.values())


def _is_elsewhere(name: str) -> bool:
    return (
        name == TABLE
        or name.endswith("/")
        or DEX_NAME.fullmatch(name) is not None
        or _LIBRARY.fullmatch(name) is not None
        or _NOT_ITS_OWN.fullmatch(name) is not None
    )


class _Search:
    """One walk through the files of one package."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.found: list[Where] = []
        self.hidden: dict[Place, list[str]] = {}
        self.broken: dict[Place, list[Words]] = {}
        self.left = MAX_FILES_TOTAL
        self.libraries_left = MAX_LIBRARIES_TOTAL

    def add(self, name: str, data: bytes, owner: str | None) -> None:
        firsts: dict[tuple[str, bool | None], Where] = {}
        for where in in_file(name, data, owner):
            firsts.setdefault((where.address.host, where.address.secure), where)
        self.found += firsts.values()
        if is_flooded(data):
            self.broken.setdefault(place_of(name, data[:HEAD]), []).append(
                Words(
                    zh=f"{name} 中的地址过多，只查看了前 {MAX_HITS} 处",
                    en=f"{name} holds too many addresses; only the first {MAX_HITS} were looked at",
                )
            )

    def library(self, name: str, owner: str | None) -> None:
        try:
            data = self.container.read(name, min(MAX_LIBRARY_BYTES, self.libraries_left))
        except Unreadable as error:
            self.broken.setdefault("native", []).append(error.reason)
            return
        self.libraries_left -= len(data)
        self.add(name, data, owner)
        if hides(self.container.opaque, name, data):
            self.hidden.setdefault("native", []).append(name)

    def file(
        self,
        name: str,
        owner_of_library: Callable[[str], str | None],
        owner_of_asset: Callable[[str], str | None],
    ) -> None:
        head = self.container.head(name, HEAD)
        if head.startswith(_ELF):
            self.library(name, owner_of_library(name))
            return
        if is_medium(head):
            return
        place = place_of(name, head)
        try:
            data = self.container.read(name, min(MAX_FILE_BYTES, self.left))
        except Unreadable as error:
            self.broken.setdefault(place, []).append(error.reason)
            return
        plain = inflated(data, min(MAX_FILE_BYTES, self.left))
        self.left -= len(data) if plain is None else max(len(data), len(plain))
        data = data if plain is None else plain
        self.add(name, data, owner_of_asset(name))
        dense = not name.endswith(_KEY_STORES) and hides(self.container.opaque, name, data)
        if dense or data.startswith(_HERMES):
            self.hidden.setdefault(place, []).append(name)

    def unseen(self) -> Iterator[Unseen]:
        for place, names in sorted(self.hidden.items()):
            yield _unseen(place, not_plain(names, "地址", "addresses"))
        for place, reasons in sorted(self.broken.items()):
            yield _unseen(place, together(reasons))


def _unseen(place: Place | None, reason: Words) -> Unseen:
    scope: dict[str, tuple[str | int | bool | None, ...]] = {"channel": ("apk",)}
    if place is not None:
        scope["place"] = (place,)
    return Unseen(kind="endpoint.embedded", scope=scope, collector="apk", reason=reason)
