"""Where personal information goes: which kind, from whom, to whom, in which country, and when.

Drawn from the facts of the report alone; what no fact says is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from scanner.facts import DataSent, EndpointContacted, Fact, IdentifierSent, fact_id
from scanner.geo.countries import country_name
from scanner.model import Report, Words
from scanner.report.words import visible

OWN_REGIONS = frozenset({"HK", "MO", "TW"})
"""Parts of China with a jurisdiction of their own, drawn apart from both home and abroad."""
MOST_NAMES = 8
"""Names of identifiers that one line of the table says."""
MOST_FACTS = 4
"""Ids of facts that one line of the table says."""
STATES: dict[str, Words] = {
    "before": Words("征得同意之前", "before consent"),
    "refused": Words("拒绝或撤回之后", "after a refusal or withdrawal"),
    "agreed": Words("同意之后", "after consent"),
    "use": Words("使用中，是否已同意未载明", "in use, consent not stated"),
    "unknown": Words("时间先后未知", "when is unknown"),
    "code": Words("仅见于代码，是否运行未知", "in code only, whether it runs is unknown"),
}
"""When something went, as far as consent is concerned; the most telling first."""
ZONES: dict[str, Words] = {
    "home": Words("境内", "within the jurisdiction"),
    "region": Words("港澳台地区", "Hong Kong, Macao, Taiwan (China)"),
    "abroad": Words("境外", "abroad"),
    "unknown": Words("是否境外未知", "unknown whether abroad"),
    "read": Words("仅见读取", "only read"),
}
"""Where a recipient is, as far as the facts say."""
_STATE = {
    "installed": "before",
    "first_launch": "before",
    "first_load": "before",
    "consent_shown": "before",
    "refused": "refused",
    "withdrawn": "refused",
    "agreed": "agreed",
    "foreground": "use",
    "background": "use",
    "updated": "use",
    "static": "code",
}
UNKNOWN = Words("未知", "unknown")
NOTHING = Words("", "")
_APP = Words("应用（自身或其内的 SDK，未分辨）", "the app (itself or an SDK in it, not told apart)")
_SITE = Words("网站的页面", "pages of the site")
_UNSAID_SCRIPT = Words("页面（由哪个脚本发出未知）", "page (by which script is unknown)")
_UNSAID_APP = Words(
    "未知（不能确定由被检测应用发出）", "unknown (not certain that the app sent it)"
)
_OWN_CODE = Words("应用自身的代码", "the app's own code")
_UNSAID_CODE = Words("归属未知的代码", "code of unknown owner")
_IDENTIFIER = Words("浏览器或设备标识符", "identifiers of the browser or device")
_NOT_SEEN = Words("读取之后的去向未知", "where it goes from there is unknown")


class Source(NamedTuple):
    """Who sends or reads."""

    kind: str
    """app, page, script, sdk, other or unknown; code where only reading was seen."""
    name: Words


class Recipient(NamedTuple):
    """Who receives, and where."""

    name: Words
    """What the tables call it; empty where they do not know it."""
    host: str
    """Empty where nothing was seen to leave."""
    country: Words
    """The country, with what that rests on."""
    zone: str
    """One of ZONES."""


_NOBODY = Recipient(NOTHING, "", _NOT_SEEN, "read")


class Flow(NamedTuple):
    """One kind of information on its way from one source to one recipient at one time."""

    source: Source
    data: str
    """Id of the kind; empty for identifiers."""
    name: Words
    """What it is called."""
    recipient: Recipient
    state: str
    """One of STATES."""
    secure: bool | None
    """Whether every such sending went over TLS."""
    names: tuple[str, ...]
    """Names of the identifiers."""
    facts: tuple[str, ...]
    """Ids of the facts that say so."""


def needed(facts: Sequence[Fact]) -> set[str]:
    """Give the ids of the facts that the report holds for this: what was sent, and the connections
    to the hosts that received it."""
    sent = [fact for fact in facts if isinstance(fact, DataSent | IdentifierSent)]
    hosts = {fact.host for fact in sent}
    reached = (fact for fact in facts if isinstance(fact, EndpointContacted) and fact.host in hosts)
    return {fact_id(fact) for fact in (*sent, *reached)}


def flows(report: Report) -> tuple[Flow, ...]:
    """Give every flow that the facts of a report show, the most telling first."""
    endpoints = _endpoints(report)
    found: dict[tuple[Source, str, Recipient, str], list[tuple[str, dict[str, object]]]] = {}
    for id_, fact in report.facts.items():
        kind = fact.get("kind")
        if kind in ("data.sent", "identifier.sent"):
            key = (
                _sender(report, fact),
                _text(fact, "data_type"),
                _recipient(report, fact, endpoints),
                _STATE.get(_text(fact, "phase"), "unknown"),
            )
        elif kind == "data.accessed" and fact.get("by_subject") is not False:
            key = (
                _reader(report, fact),
                _text(fact, "data_type"),
                _NOBODY,
                _STATE.get(_text(fact, "phase"), "unknown"),
            )
        else:
            continue
        found.setdefault(key, []).append((id_, fact))
    made = (_flow(report, key, facts) for key, facts in found.items())
    return tuple(sorted(made, key=_weight))


def _flow(
    report: Report,
    key: tuple[Source, str, Recipient, str],
    facts: list[tuple[str, dict[str, object]]],
) -> Flow:
    source, data, recipient, state = key
    secure = [fact.get("secure") for _, fact in facts]
    return Flow(
        source=source,
        data=data,
        name=_called(report, "data_type", data) if data else _IDENTIFIER,
        recipient=recipient,
        state=state,
        secure=False if False in secure else True if set(secure) == {True} else None,
        names=tuple(sorted({name for _, fact in facts if (name := _text(fact, "name"))})),
        facts=tuple(sorted(id_ for id_, _ in facts)),
    )


def _weight(flow: Flow) -> tuple[object, ...]:
    """Put what left before what was only read, then by when, where and from whom."""
    zones, states = list(ZONES), list(STATES)
    return (
        flow.recipient.zone == "read",
        states.index(flow.state),
        -zones.index(flow.recipient.zone),
        (flow.source.kind, flow.source.name.zh),
        flow.data,
        (flow.recipient.host, flow.recipient.name.zh, flow.recipient.country.zh),
    )


def _sender(report: Report, fact: dict[str, object]) -> Source:
    """Say who sent it: never the app or the site where nobody saw who did."""
    sender, own = _text(fact, "sender"), fact.get("by_subject")
    if sender.startswith(("http://", "https://")):
        host = _host(sender)
        site = report.subject.id
        if report.subject.kind == "website" and (host == site or host.endswith(f".{site}")):
            return Source("page", _SITE)
        return Source("script", Words(f"脚本，来自 {visible(host)}", f"script of {visible(host)}"))
    if fact.get("channel") == "website":
        return Source("page", _UNSAID_SCRIPT)
    if own is True:
        return Source("page", _SITE) if report.subject.kind == "website" else Source("app", _APP)
    if own is False and sender:
        name = visible(sender)
        return Source("other", Words(f"其他应用 {name}", f"another app, {name}"))
    return Source("unknown", _UNSAID_APP if report.subject.kind == "apk" else UNKNOWN)


def _reader(report: Report, fact: dict[str, object]) -> Source:
    owner = _text(fact, "owner")
    if owner == "app":
        return Source("code", _OWN_CODE)
    if not owner:
        return Source("code", _UNSAID_CODE)
    name = _called(report, "recipient", owner)
    return Source("sdk", Words(f"SDK {name.zh}", f"SDK {name.en}"))


def _recipient(
    report: Report, fact: dict[str, object], endpoints: dict[str, list[dict[str, object]]]
) -> Recipient:
    host = _text(fact, "host")
    id_ = _text(fact, "recipient")
    known = endpoints.get(host, [])
    told = _text(fact, "country")
    countries = {told} if told else {one for each in known if (one := _text(each, "country"))}
    outside = fact.get("outside_home")
    if outside is None and len({each.get("outside_home") for each in known}) == 1:
        outside = known[0].get("outside_home")
    zone = "unknown" if outside is None else "abroad" if outside else "home"
    if outside and report.home == "CN" and countries and countries <= OWN_REGIONS:
        zone = "region"
    name = _called(report, "recipient", id_) if id_ else NOTHING
    return Recipient(name, host, _country(countries, known), zone)


def _country(countries: set[str], known: list[dict[str, object]]) -> Words:
    """Name the country with what it rests on: a registry tells for whom an address is registered,
    never where the machine stands."""
    anycast = any(each.get("anycast") is True for each in known)
    more = Words("，任播地址", ", anycast") if anycast else Words("", "")
    if not countries:
        return Words(f"国家或地区未知{more.zh}", f"country unknown{more.en}")
    names = [country_name(visible(code)) for code in sorted(countries)]
    bases = {each.get("basis") for each in known if _text(each, "country") in countries}
    zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
    if bases == {"location"}:
        return Words(f"所在地：{zh}{more.zh}", f"located in {en}{more.en}")
    if "registry" in bases:
        return Words(f"登记地：{zh}{more.zh}", f"registered for {en}{more.en}")
    return Words(f"{zh}（依据未载明）{more.zh}", f"{en} (basis not stated){more.en}")


def _endpoints(report: Report) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for fact in report.facts.values():
        if fact.get("kind") == "endpoint.contacted":
            found.setdefault(_text(fact, "host"), []).append(fact)
    return found


def _called(report: Report, field: str, value: str) -> Words:
    return report.names.get(f"{field}-{value}") or Words(visible(value), visible(value))


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _text(fact: dict[str, object], field: str) -> str:
    value = fact.get(field)
    return value if isinstance(value, str) else ""
