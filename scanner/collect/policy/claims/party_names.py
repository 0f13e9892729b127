"""Which components and trackers a text names: by their names, their house, their maker, a host."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from scanner.collect.policy.claims.party_spellings import (
    DROPPED,
    bare,
    company_key,
    houses_of,
    makers_of,
    own_names,
    plain,
    stem,
    without_brackets,
)
from scanner.knowledge import Knowledge, Sdk, Trackers

By = Literal["name", "family", "vendor", "domain"]


class Named(NamedTuple):
    """A component or tracker that words stand for."""

    recipient: str
    """Its id; the empty text when only its maker is known."""
    vendor: str
    """Id of its maker."""
    by: By
    """What resolved it."""


class Mention(NamedTuple):
    """Words of a text that name components or trackers."""

    start: int
    end: int
    named: tuple[Named, ...]
    weak: bool
    """Whether the words mean other things too, and those around them do not say what."""
    plain: bool
    """Whether the name means other things too, whatever stands around it."""


class _Name(NamedTuple):
    key: str
    named: tuple[Named, ...]
    weak: int
    """0 for a name that means nothing else, 1 for one that needs SDK near it, 2 right behind it."""
    brand: str = ""
    """Id of the vendor of which this is the brand, when no component is called so."""


_FILLED = 120
"""Longest cell that a name can fill, in characters."""
_LATIN = re.compile(r"[a-z0-9]")
_HOST = re.compile(r"(?<![a-z0-9@.-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,18}(?![a-z0-9-]|\.[a-z0-9])")
_IN_ADDRESS = re.compile(r"(?:\.|//)[a-z0-9/_?=&%:.-]*$")
_PACKAGE = re.compile(r"(?<![a-z0-9_.$/:-])[a-z][a-z0-9_]{0,40}(?:\.[a-z][a-z0-9_]{0,40}){1,8}")

_AMBIGUOUS = frozenset(
    " ".join(
        (
            "微信 wechat qq 手q 抖音 微博 新浪微博 weibo 新浪 银联 中国银联 云闪付 支付宝",
            "alipay 京东 快手 招商银行 个数 数数 百川 慧眼 灯塔 开普勒 有米 小盾 小沃 比目",
            "极光 脸书 推特 增长分析 移动认证 号码认证服务 人脸核身 实人认证 智齿 畅言",
            "华为移动服务 中国信通院 即时通信im 站长统计 opensdk facebook twitter instagram",
            "youtube tiktok paypal linkedin pinterest reddit stripe adjust branch segment",
            "heap singular amplitude clarity beacon sentry airship braze intercom kochava",
            "crisp plausible human fingerprint line snap text square unity naver mob share",
            "map oppo vivo honor huawei xiaomi webtrends nielsen material",
        )
    ).split()
)
"""Names that people also know as apps, means of payment, makers of phones, or plain words."""

_AFTER = re.compile(
    r"[^。;;\n]{0,40}?(?:sdk|开发工具包|软件开发包|开放平台|插件|组件|push|推送服务|统计服务)"
)
_BEHIND = re.compile(r"[\s-]{0,2}(?:的|开源)?(?:第三方)?(?:sdk|开发工具包|插件|组件)")
_BEFORE = re.compile(
    r"(?:sdk|开发工具包|插件)[^。;\n]{0,8}$"
    r"|(?:sdk|开发工具包)(?:名称|列表|清单|目录)?\s?(?:分别)?(?:有|包括|包含|如|例如|为|:|,|\()[^。;\n]{0,60}$"
)

_BEHIND_SDK = 75
"""Characters before a name in which SDK may begin the list that it stands in."""
_USE = re.compile(r"[^。;、,:)\"”“\n]{0,16}?sdk|[^。;、,:)\"”“\n]{0,6}")
_COMPANY = re.compile(r"[\u4e00-\u9fff()]{1,20}?公司")
"""What behind a brand makes it the beginning of a company's name."""
_AND = re.compile(r"\s?[/、和及与]\s?")
_GENERAL = re.compile(r"[\s+-]*(?:开放平台|系列|相关|第三方|渠道|安卓|android|等)*[\s-]*sdk.{0,3}")
"""What may stand between a brand and SDK when all that it makes is meant."""

_PURPOSES: Mapping[str, re.Pattern[str]] = {
    purpose: re.compile(words)
    for purpose, words in {
        "push": r"推送|push|消息通道|厂商通道",
        "analytics": r"统计|分析|analytic|埋点",
        "crash": r"崩溃|异常监控|性能监控|crash|apm",
        "ads": r"广告|联盟|变现|(?<![a-z])ads?(?![a-z])|advert",
        "map": r"地图|(?<![a-z])maps?(?![a-z])",
        "location": r"定位|location",
        "login": r"登[录陆]|号码认证|login|sign-?in",
        "share": r"分享|share",
        "payment": r"支付|收银|(?<![a-z])pay|付款",
        "im": r"即时通[信讯]|(?<![a-z])im(?![a-z])",
        "rtc": r"音视频|rtc",
        "face": r"人脸|实人|活体|核身",
        "voice": r"语音",
        "risk": r"风控|反欺诈|验证码|设备指纹",
        "update": r"更新|升级|热修复",
        "webview": r"浏览服务|内核",
        "device-id": r"oaid|设备标识",
    }.items()
}
"""Words by which a brand and one of its uses are told: 小米 and 推送."""


class PartyNames:
    """Finds names of components and trackers in folded texts."""

    def __init__(self, sdks: tuple[Sdk, ...], trackers: Trackers, data_words: frozenset[str]):
        self._sdks = {sdk.id: sdk for sdk in sdks}
        self._trackers = trackers
        self._prefixes = {prefix.lower(): sdk for sdk in sdks for prefix in sdk.prefixes}
        self._makers = makers_of(sdks, trackers)
        self._delivering = {
            row.id for row in trackers.rows if set(row.purposes) <= {"library", "fonts"}
        }
        """Hosts of files, where the texts of others lie too."""
        self._brands = tuple(key for key in self._makers if len(key) <= 12)
        names, whole, self._seams = own_names(sdks, trackers)
        houses = houses_of(names, self._sdks)
        self._by_start: dict[str, list[_Name]] = {}
        self._by_key: dict[str, _Name] = {}
        for key, ids in names.items():
            named = self._with_house(stem(key), ids, houses)
            word = key in data_words or all(self._is_library(one) for one in ids)
            weak = 2 if word else int(_is_weak(key) or key not in whole)
            self._add(_Name(key, named, weak))
        for key, vendor in self._makers.items():
            if key not in names and not key.endswith("公司"):
                self._add(_Name(key, (), 1, vendor))
        for same in self._by_start.values():
            same.sort(key=lambda name: -len(name.key))

    def _add(self, name: _Name) -> None:
        self._by_key[name.key] = name
        self._by_start.setdefault(name.key[:2], []).append(name)

    def _is_library(self, recipient: str) -> bool:
        sdk = self._sdks.get(recipient)
        return sdk is not None and sdk.purposes == ("library",)

    def _with_house(
        self, key: str, ids: Iterable[str], houses: Mapping[str, tuple[str, ...]]
    ) -> tuple[Named, ...]:
        """Give what a name stands for, and what comes with it: the house, or its common base."""
        own = tuple(dict.fromkeys(ids))
        house = houses.get(key, ())
        more = [one for one in house if one not in own and not self._is_library(one)]
        if not more:
            bases = (one for house in houses.values() if set(own) & set(house) for one in house)
            more = [
                one for one in dict.fromkeys(bases) if one not in own and self._is_base(one, own)
            ]
        return tuple(Named(one, self._vendor(one), "name") for one in own) + tuple(
            Named(one, self._vendor(one), "family") for one in more
        )

    def _is_base(self, recipient: str, beside: Iterable[str]) -> bool:
        """Tell the common base of a house, which every other of its components brings."""
        sdk = self._sdks.get(recipient)
        return (
            sdk is not None
            and "platform" in sdk.purposes
            and any(self._vendor(one) == sdk.vendor.id for one in beside)
        )

    def _vendor(self, recipient: str) -> str:
        sdk = self._sdks.get(recipient)
        if sdk is not None:
            return sdk.vendor.id
        return next((row.vendor.id for row in self._trackers.rows if row.id == recipient), "")

    def mentions(self, text: str, *, cell: bool = False) -> list[Mention]:
        """Find names in a folded text, the longest at each place; brands only with their use.

        In a cell that is to hold a name, a name that fills it counts whatever it is.
        """
        squeezed, places = _squeeze(text)
        found: list[Mention] = []
        at = 0
        while at < len(squeezed):
            name = next(self._names_at(squeezed, places, at), None)
            if name is None:
                at += 1
                continue
            start, end = places[at], places[at + len(name.key) - 1] + 1
            fills = cell and _fills(text, start, end)
            named, stretch = name.named, end
            if name.brand:
                named, stretch = self._of_brand(name.brand, text, end, cell=cell)
            weak = name.weak and not (fills or (name.brand and named))
            if named:
                weak = bool(weak and not _is_near(text, start, end, name.weak))
                found.append(Mention(start, stretch, named, weak, bool(name.weak)))
            at += len(name.key)
        return found

    def _names_at(self, squeezed: str, places: list[int], at: int) -> Iterator[_Name]:
        for name in self._by_start.get(squeezed[at : at + 2], ()):
            end = at + len(name.key)
            if (
                squeezed.startswith(name.key, at)
                and _stands_alone(squeezed, places, at, end)
                and self._holds_together(name.key, squeezed, places, at)
            ):
                yield name

    def _holds_together(self, key: str, squeezed: str, places: list[int], at: int) -> bool:
        """Say whether Latin words are parted only where a spelling of the name is: no "a map"."""
        return all(
            places[one] == places[one - 1] + 1
            or not (_LATIN.match(squeezed[one - 1]) and _LATIN.match(squeezed[one]))
            or one - at in self._seams.get(key, ())
            for one in range(at + 1, at + len(key))
        )

    def _of_brand(
        self, vendor: str, text: str, end: int, *, cell: bool
    ) -> tuple[tuple[Named, ...], int]:
        """Read 小米推送, OPPO 联盟广告SDK or 华为/小米推送: a brand, and what it is used for."""
        last = self._last_brand(text, end)
        if _COMPANY.match(text, last):
            return (), end
        use = _USE.match(text, last)
        words = text[last : last + 40] if cell else use.group() if use else ""
        stop = end if last > end else last + len(words)
        rows = self._of_vendor(vendor, words)
        if rows:
            return tuple(Named(one, vendor, "family") for one in rows), stop
        if "sdk" not in words:
            return (), end
        if _GENERAL.fullmatch(words):
            return self.of_vendor(vendor), stop
        return (Named("", vendor, "vendor"),), stop

    def _last_brand(self, text: str, end: int) -> int:
        """Find the end of the last of several brands that share what follows them."""
        for _ in range(8):
            mark = _AND.match(text, end)
            if mark is None:
                break
            word = text[mark.end() : mark.end() + 12]
            key = max((one for one in self._brands if word.startswith(one)), key=len, default="")
            if not key:
                break
            end = mark.end() + len(key)
        return end

    def _of_vendor(self, vendor: str, words: str) -> list[str]:
        uses = {purpose for purpose, pattern in _PURPOSES.items() if pattern.search(words)}
        return [
            sdk.id
            for sdk in self._sdks.values()
            if sdk.vendor.id == vendor and uses & set(sdk.purposes)
        ]

    def of_cell(self, text: str, vendor: str = "") -> tuple[Named, ...]:
        """Resolve a folded text that is to be a name, such as a cell or the title of an entry.

        What is called by its own name counts before all that a maker has. A name that means other
        things too gives way to another maker (`vendor`) that stands beside it.
        """
        found: dict[str, Named] = {}
        for mention in self.mentions(text, cell=True):
            makers = {one.vendor for one in mention.named}
            if mention.weak or (mention.plain and vendor and vendor not in makers):
                continue
            for one in mention.named:
                if one.recipient not in found or one.by == "name":
                    found[one.recipient] = one
        exact = tuple(one for one in found.values() if one.by != "vendor")
        return exact or self._of_maker(text, vendor) or tuple(found.values())

    def _of_maker(self, text: str, vendor: str) -> tuple[Named, ...]:
        """Resolve 游戏联运SDK beside its maker OPPO: as if the brand stood before it."""
        name = bare(text)
        for key, owner in self._makers.items():
            if vendor and owner == vendor and name and not key.endswith("公司"):
                found = self._by_key.get(key + name)
                if found:
                    return found.named
        return ()

    def of_vendor(self, vendor: str, words: str = "") -> tuple[Named, ...]:
        """Give all that a maker has and that takes something; with words, what they speak of."""
        rows = self._of_vendor(vendor, words) if words else []
        if not words:
            rows = [
                sdk.id
                for sdk in self._sdks.values()
                if sdk.vendor.id == vendor and (sdk.collects or sdk.purposes != ("library",))
            ]
        return tuple(Named(one, vendor, "vendor") for one in rows)

    def vendor_of(self, company: str) -> str:
        """Find the maker that a folded name of a company means; the empty text when none is known.

        Of several names inside it the longest counts.
        """
        plain = company_key(company)
        found = [
            (len(key), vendor)
            for key, vendor in self._makers.items()
            if key in plain and _is_whole(key, plain)
        ]
        return max(found)[1] if found else ""

    def is_maker(self, name: str) -> bool:
        """Say whether a folded name is that of a maker and nothing more: 腾讯, Unity."""
        return stem(company_key(bare(name))) in self._makers

    def of_hosts(self, text: str) -> tuple[Named, ...]:
        """Resolve hosts and packages of classes that stand in a folded text."""
        found = {
            one: Named(one, self._vendor(one), "domain")
            for _, _, one in self.addresses(text)
            if one not in self._delivering and not self._is_library(one)
        }
        return tuple(found.values())

    def addresses(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Give place and recipient of hosts, and then of packages, in a folded text."""
        for host in _HOST.finditer(text):
            one = self._trackers.recipient_of_host(host.group())
            if one:
                yield host.start(), host.end(), one
        for package in _PACKAGE.finditer(text):
            labels = package.group().split(".")
            for count in range(len(labels), 1, -1):
                sdk = self._prefixes.get(".".join(labels[:count]))
                if sdk is not None and sdk.purposes != ("library",):
                    yield package.start(), package.end(), sdk.id
                    break

    @functools.cached_property
    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Give all whom a spelling can mean: by name or house, or all that a maker has."""
        found: dict[str, set[str]] = {}
        for key, name in self._by_key.items():
            found.setdefault(key, set()).update(one.recipient for one in name.named)
        made: dict[str, set[str]] = {}
        for one in self._sdks.values():
            made.setdefault(one.vendor.id, set()).add(one.id)
        for row in self._trackers.rows:
            made.setdefault(row.vendor.id, set()).add(row.id)
        for key, vendor in self._makers.items():
            found.setdefault(plain(key), set()).update(made.get(vendor, ()))
        return {key: tuple(sorted(ids - {""})) for key, ids in found.items() if len(key) > 1}


def party_names(knowledge: Knowledge) -> PartyNames:
    """Give the finder of names for a set of tables; made once for each."""
    return _made_once(_Tables(knowledge))


class _Tables:
    """Tables as a key: the same only as themselves."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tables) and other.knowledge is self.knowledge

    def __hash__(self) -> int:
        return id(self.knowledge)


@functools.lru_cache(maxsize=4)
def _made_once(tables: _Tables) -> PartyNames:
    known = tables.knowledge
    words = frozenset(plain(word) for kind in known.data_types.values() for word in kind.synonyms)
    return PartyNames(known.sdks, known.trackers, words)


def _squeeze(text: str) -> tuple[str, list[int]]:
    places = [at for at, one in enumerate(text) if one not in DROPPED]
    return "".join([text[at] for at in places]), places


def _is_near(text: str, start: int, end: int, weak: int) -> bool:
    """Say whether words beside an ambiguous name tell that it is a component."""
    if weak > 1:
        return _BEHIND.match(text, end) is not None
    before = text[max(0, start - _BEHIND_SDK) : start]
    return _AFTER.match(text, end) is not None or _BEFORE.search(before) is not None


def _fills(text: str, start: int, end: int) -> bool:
    if len(text) > _FILLED:
        return False
    around = text[:start] + "\0" + text[end:]
    return bare(around) in ("\0", "\0+") or bare(without_brackets(around)) in ("\0", "\0+")


def _stands_alone(squeezed: str, places: list[int], start: int, end: int) -> bool:
    """Say whether a name in Latin letters is no part of a longer word."""
    first, last = squeezed[start], squeezed[end - 1]
    if first.isascii() and first.isalnum() and start and places[start - 1] + 1 == places[start]:
        before = squeezed[start - 1]
        if before.isascii() and (before.isalnum() or before in ".@"):
            return False
        if before == "/" and _IN_ADDRESS.search(squeezed[max(0, start - 60) : start]):
            return False
    if last.isascii() and last.isalnum() and end < len(squeezed):
        after = squeezed[end]
        if places[end - 1] + 1 == places[end] and after.isascii() and after.isalnum():
            return squeezed.startswith(("sdk", "push"), end)
        if after == "." and squeezed[end + 1 : end + 2].isascii():
            return not squeezed[end + 1 : end + 2].isalnum()
    return True


def _is_whole(key: str, text: str) -> bool:
    if not key.isascii():
        return True
    return re.search(rf"(?<![a-z0-9]){re.escape(key)}(?![a-z0-9])", text) is not None


def _is_weak(key: str) -> bool:
    return (key.isascii() and len(key.rstrip("+")) <= 3) or key in _AMBIGUOUS
