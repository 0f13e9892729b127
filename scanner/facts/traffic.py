"""Facts of traffic: what left a device or a browser, to whom, and in which phase.

A proxy, a HAR file and our own browser sessions give the same kinds; the channel tells them apart.
"""

from __future__ import annotations

from typing import Literal

from scanner.facts.fact import Fact, Phase

Party = Literal["first", "third"]
"""first: the subject's own; third: a vendor's by our tables. Null is unknown: a host that is
neither may be the operator's own storage, gateway or sister domain."""


class RequestMade(Fact, frozen=True, kw_only=True, tag="request.made"):
    """A request went out to a host; one fact stands for all requests of the same kind."""

    identity = ("host", "path", "phase")
    channels = ("website", "traffic")

    host: str
    """Host asked, lower case."""
    path: str
    """Path of the address, without query; what differs from visit to visit is masked."""
    method: str | None = None
    """Method, e.g. GET or POST; WS for a WebSocket."""
    party: Party | None = None
    """Whose host it is; null when unknown."""
    vendor: str | None = None
    """Id of the vendor to whom the host belongs by the tables; the empty text when to none."""
    recipient: str | None = None
    """Id of the tracker or component to which it belongs; the empty text when to none."""
    purposes: tuple[str, ...] | None = None
    """What that tracker is for by the table: analytics, ads, replay ..., sorted."""
    identifies: bool | None = None
    """Whether it carried an identifier of this browser or device that the table knows or that
    looks like one."""
    phase: Phase | None = None
    """When."""
    phase_span: str | None = None
    """When that phase began and ended by the marks of a capture or the auditor's word, and how far
    that may be off; empty ends are open."""
    resource_type: str | None = None
    """What asked for it: document, script, image, xhr, fetch, ping, websocket ..."""
    initiator: str | None = None
    """Address of the script or page that caused it; the empty text when the browser itself did."""
    status: int | None = None
    """Status of the answer; 0 when there was none."""
    secure: bool | None = None
    """Whether it went over TLS."""
    mixed: bool | None = None
    """True for a request without TLS from a page with TLS."""
    count: int | None = None
    """How many such requests there were."""
    opaque: bool | None = None
    """Whether its body or messages hold a part that cannot be read: encrypted, or of a form that is
    not known."""
    by_subject: bool | None = None
    """True when the subject itself sent it, by a list of connections or its own session; null when
    nobody saw who did, so that another app may have."""
    attributed_by: Literal["connections", "control", "session"] | None = None
    """On whose word: a list of connections or sockets, a run without the app that does not show
    it, or our own session; null when nobody's."""


class EndpointContacted(Fact, frozen=True, kw_only=True, tag="endpoint.contacted"):
    """A connection to a host was made, with the address that was really reached."""

    identity = ("host", "phase")
    channels = ("website", "traffic", "device")

    host: str
    """Host, lower case."""
    ip: str | None = None
    """Address connected to."""
    country: str | None = None
    """Country in which that address is registered or located, ISO 3166; HK, MO and TW by name."""
    basis: Literal["location", "registry"] | None = None
    """What the country rests on: a source of locations, or registries (the operator's country)."""
    agreed: bool | None = None
    """Whether the databases agree."""
    answers: tuple[str, ...] | None = None
    """What each database answered: its name, a colon, and the code."""
    anycast: bool | None = None
    """True for an address that is announced in many countries at once."""
    outside_home: bool | None = None
    """Whether it lies outside the jurisdiction audited for; null where that cannot be said: no
    agreement, anycast, a reserved or mapped address, or a vantage outside it or unknown."""
    party: Party | None = None
    """Whose host it is; null when unknown."""
    vendor: str | None = None
    """Id of its vendor; the empty text when none is known."""
    recipient: str | None = None
    """Id of the tracker or component; the empty text when none is known."""
    phase: Phase | None = None
    """When."""
    via: Literal["direct", "mapped", "proxy"] | None = None
    """How it was reached: by its public name, by an address that the auditor gave, by a proxy."""
    secure: bool | None = None
    """Whether every request to it went over TLS."""
    sender: str | None = None
    """On a device: package of the app that opened the connection; the empty text when unknown."""
    by_subject: bool | None = None
    """On a device: whether it was the audited app, as in request.made."""
    protocol: str | None = None
    """On a device: what it spoke, e.g. TLS or QUIC."""
    bytes_sent: int | None = None
    """On a device: bytes that left over such connections."""
    recorded: bool | None = None
    """On a device: whether a recording of traffic in this case looked into it; null where there is
    none, or its times cannot be held against it."""


class CookieSet(Fact, frozen=True, kw_only=True, tag="cookie.set"):
    """A cookie was set, or was to be set and the browser refused it."""

    identity = ("name", "domain", "phase")
    channels = ("website", "traffic")

    name: str
    """Name of the cookie."""
    domain: str
    """Domain for which it is set, without leading dot."""
    party: Party | None = None
    """Whose domain it is."""
    vendor: str | None = None
    """Id of the vendor; the empty text when none is known."""
    recipient: str | None = None
    """Id of the tracker or component; the empty text when none is known."""
    lifetime_days: int | None = None
    """How long it is to live, in whole days; 0 for the session only."""
    identifier: bool | None = None
    """Whether the value can tell this browser from others, by its length and make."""
    via: Literal["header", "script"] | None = None
    """Set by an answer of a server or by a script."""
    setter: str | None = None
    """Address of the answer or of the script that set it, without query."""
    kept: bool | None = None
    """False when the browser refused to keep it."""
    phase: Phase | None = None
    """When."""


class IdentifierSent(Fact, frozen=True, kw_only=True, tag="identifier.sent"):
    """An identifier of this browser or device went out: a cookie or stored id."""

    identity = ("name", "host", "phase")
    channels = ("website", "traffic")

    name: str
    """Name of the cookie or field."""
    host: str
    """Host that received it."""
    party: Party | None = None
    """Whose host it is."""
    vendor: str | None = None
    """Id of its vendor; the empty text when none is known."""
    recipient: str | None = None
    """Id of the tracker or component; the empty text when none is known."""
    purposes: tuple[str, ...] | None = None
    """What that tracker is for by the table, sorted."""
    carrier: Literal["cookie", "url", "body", "header"] | None = None
    """What carried it."""
    secure: bool | None = None
    """Whether it went over TLS."""
    outside_home: bool | None = None
    """Whether the receiver lies outside the jurisdiction audited for, as in endpoint.contacted."""
    by_subject: bool | None = None
    """True when the subject itself sent it, as in request.made."""
    attributed_by: Literal["connections", "control", "session"] | None = None
    """On whose word: a list of connections or sockets, a run without the app that does not show
    it, or our own session; null when nobody's."""
    phase: Phase | None = None
    """When."""
    phase_span: str | None = None
    """When that phase began and ended by the marks of a capture or the auditor's word, and how far
    that may be off; empty ends are open."""


class DataSent(Fact, frozen=True, kw_only=True, tag="data.sent"):
    """Personal information went out: a known value, or one that has its form and check digits."""

    identity = ("data_type", "host", "place", "phase")
    channels = ("website", "traffic")

    data_type: str
    """Kind of personal information (rules/lists/data-types.yaml)."""
    host: str
    """Host that received it."""
    party: Party | None = None
    """Whose host it is."""
    own_site: bool | None = None
    """Whether the host lies under a name of the subject's own, whoever runs it otherwise."""
    vendor: str | None = None
    """Id of its vendor; the empty text when none is known."""
    recipient: str | None = None
    """Id of the tracker or component; the empty text when none is known."""
    sender: str | None = None
    """Who sent it: address of the script, or package of the app; the empty text when unknown."""
    by_subject: bool | None = None
    """True when the subject itself sent it, as in request.made."""
    attributed_by: Literal["connections", "control", "session"] | None = None
    """On whose word: a list of connections or sockets, a run without the app that does not show
    it, or our own session; null when nobody's."""
    surface: Literal["native", "web", "mini-program"] | None = None
    """Where it was sent from."""
    place: Literal["url", "referer", "header", "cookie", "body", "websocket"] | None = None
    """Where in the request it stands."""
    field: str | None = None
    """Where in that, e.g. json:user.phone or offset 17."""
    before_submit: bool | None = None
    """True when it was typed into a form that nobody submitted."""
    matched_by: Literal["known", "pattern"] | None = None
    """known: a value that the auditor put there; pattern: it has the form of such a value."""
    confidence: Literal["certain", "likely"] | None = None
    """certain: a known value that is not found by chance; likely: a short one, or by its form."""
    encoding: str | None = None
    """How it was wrapped, e.g. plain, base64, sha256, gzip+json."""
    secure: bool | None = None
    """Whether it went over TLS."""
    country: str | None = None
    """Country of the address that received it."""
    outside_home: bool | None = None
    """Whether the receiver lies outside the jurisdiction audited for, as in endpoint.contacted."""
    value_masked: str | None = None
    """The value with its telling part hidden."""
    keyed_digest: str | None = None
    """HMAC-SHA-256 of the value (hex) with a key outside the case; equal values have equal ones."""
    expected_for_type: bool | None = None
    """Whether an app of the stated type may reasonably need this kind, by the permissions that open
    it."""
    personalised: bool | None = None
    """What the same request says of personalised ads or contents: false where it says that they are
    switched off; null where it says nothing."""
    permission_state: Literal["granted", "denied", "coarse"] | None = None
    """How the permission for this kind stood on the phone all through the run; coarse: only about
    where."""
    phase: Phase | None = None
    """When."""
    phase_span: str | None = None
    """When that phase began and ended by the marks of a capture or the auditor's word, and how far
    that may be off; empty ends are open."""


class DataFrequency(Fact, frozen=True, kw_only=True, tag="data.frequency"):
    """How often one kind of personal information went to one host in one phase."""

    identity = ("data_type", "host", "phase")
    channels = ("website", "traffic")

    data_type: str
    """Kind of personal information (rules/lists/data-types.yaml)."""
    host: str
    """Host that received it."""
    party: Party | None = None
    """Whose host it is."""
    recipient: str | None = None
    """Id of the tracker or component; the empty text when none is known."""
    by_subject: bool | None = None
    """True when the subject itself sent all of it, as in request.made."""
    count: int | None = None
    """In how many requests."""
    per_minute: int | None = None
    """In how many requests at most within any 60 seconds; null where they have no time."""
    phase: Phase | None = None
    """When."""


class DataReturned(Fact, frozen=True, kw_only=True, tag="data.returned"):
    """A server gave back what it knows of the test person, after consent or account was ended."""

    identity = ("data_type", "host", "phase")
    channels = ("traffic",)

    data_type: str
    """Kind of personal information (rules/lists/data-types.yaml)."""
    host: str
    """Host that answered."""
    party: Party | None = None
    """Whose host it is."""
    own_site: bool | None = None
    """Whether the host lies under a name of the subject's own, whoever runs it otherwise."""
    by_subject: bool | None = None
    """True when the subject itself had asked, as in request.made."""
    attributed_by: Literal["connections", "control", "session"] | None = None
    """On whose word: a list of connections or sockets, a run without the app, or our session."""
    told_anew: bool | None = None
    """Whether the same value had been sent in that phase before, so that the server may just have
    learnt it again."""
    confidence: Literal["certain", "likely"] | None = None
    """certain: a value that is not found by chance; likely: a short one."""
    field: str | None = None
    """Where in the answer, e.g. json:user.phone."""
    encoding: str | None = None
    """How it was wrapped, as in data.sent."""
    value_masked: str | None = None
    """The value with its telling part hidden."""
    phase: Phase | None = None
    """When."""
    phase_span: str | None = None
    """When that phase began and ended by the marks of a capture, and how far that may be off."""


class PackageFetched(Fact, frozen=True, kw_only=True, tag="package.fetched"):
    """An app was downloaded: an answer that is an Android package."""

    identity = ("host", "path", "phase")
    channels = ("traffic",)

    host: str
    """Host that gave it."""
    path: str
    """Path of the address, without query; what differs from visit to visit is masked."""
    party: Party | None = None
    """Whose host it is."""
    own_site: bool | None = None
    """Whether the host lies under a name of the subject's own, whoever runs it otherwise."""
    told_by: Literal["content", "type", "name"] | None = None
    """What tells that it is one: its bytes, the media type of the answer, or the address alone."""
    by_subject: bool | None = None
    """True when the subject itself had asked, as in request.made."""
    attributed_by: Literal["connections", "control", "session"] | None = None
    """On whose word: a list of connections or sockets, a run without the app, or our session."""
    phase: Phase | None = None
    """When."""
    phase_span: str | None = None
    """When that phase began and ended by the marks of a capture, and how far that may be off."""
