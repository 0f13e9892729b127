"""Facts of privacy policies: where one is offered, what it is, what it says, what it promises."""

from __future__ import annotations

from typing import Literal

from scanner.facts.fact import Fact, Phase
from scanner.facts.sites import PageKind

Language = Literal["zh-Hans", "zh-Hant", "en", "other"]


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
    language: Language | None = None
    """On a device: main language of the policy that opened; null where none did."""


Origin = Literal["given", "store", "package", "site", "earlier"]
"""Where a policy was got: handed in by the auditor, from a store's page, inside the package, from
the site; earlier: an older version to compare with."""
Part = Literal[
    "policy", "sdk_list", "data_list", "sharing_list", "children", "permissions", "other"
]
"""What a document is to the policy: itself, the list of SDKs, the list of what is collected
(已收集个人信息清单), of what is shared (与第三方共享个人信息清单), rules for children,
permissions of the device."""


class PolicyDocument(Fact, frozen=True, kw_only=True, tag="policy.document"):
    """A text that presents itself as a privacy policy, or as a part of one."""

    identity = ("channel", "url")
    channels = ("apk", "website", "policy")

    url: str
    """Its address, the entry inside the package, or the name of the file."""
    part: Part | None = None
    """What it is to the policy."""
    origin: Origin | None = None
    """Where it was got."""
    own: bool | None = None
    """Whether it is the subject's own; null where nobody knows, as for a text inside a package that
    an SDK may have brought."""
    whole: bool | None = None
    """Whether all of it was read: no part cut off, and no picture large enough to hold text."""
    pictures: int | None = None
    """Pictures in it that are large enough to hold text."""
    title: str | None = None
    """Its title."""
    language: Language | None = None
    """Main language of the text."""
    characters: int | None = None
    """Length of its visible text in characters, without spaces."""
    updated: str | None = None
    """Date of its version, as it states it (ISO 8601)."""
    effective: str | None = None
    """Date from which it is to apply, as it states it (ISO 8601)."""
    version: str | None = None
    """Version that it states; the empty text when it states none."""
    later: bool | None = None
    """Whether it is dated after what was observed of the subject, so that it may not have applied
    then; null where one of the dates is not known."""
    operator: str | None = None
    """The operator that the text names; the empty text when it names none."""
    font_px: int | None = None
    """Size of its letters in CSS pixels, rounded down: that of most of its text."""
    line_percent: int | None = None
    """Height of a line in percent of the size of its letters."""
    contrast_percent: int | None = None
    """Contrast of text and ground by WCAG 2, times 100: 450 is 4.5:1."""
    sentence_characters: int | None = None
    """Mean length of its sentences in characters."""
    contents: bool | None = None
    """Whether it has a table of contents or headings that are numbered."""
    summary: bool | None = None
    """Whether it begins with a summary, or names a short version."""
    unexplained: tuple[str, ...] | None = None
    """Technical terms (SDK, OAID, Cookie ...) that it uses and explains nowhere, sorted."""


Lack = Literal[
    "access",
    "afterwards",
    "alternative",
    "breach",
    "channel",
    "close",
    "closed_list",
    "company",
    "contact",
    "copy",
    "correct",
    "data_types",
    "date",
    "deceased",
    "delete",
    "effect",
    "emphasis",
    "entrusted",
    "guardian_consent",
    "kinds",
    "means",
    "measures",
    "merger",
    "necessity",
    "notice",
    "off_path",
    "operator",
    "path",
    "period",
    "place",
    "purpose",
    "recipient",
    "refusal",
    "rights",
    "separate_consent",
    "summary",
    "switch",
    "time",
    "within_law",
]
"""What the test of an element can find lacking, in words of our own: path is a way to do it, time
an answer within 15 working days, closed_list kinds in words of their own, within_law exceptions
that go no further than PIPL 13; rules/lists/policy-elements.yaml has words for each."""


class PolicyElement(Fact, frozen=True, kw_only=True, tag="policy.element"):
    """One element that a policy owes, looked for in its whole text and its lists together."""

    identity = ("element",)
    channels = ("policy",)

    element: str
    """Id of the element, pol-01 to pol-28."""
    mentioned: bool | None = None
    """Whether words for it stand anywhere."""
    present: bool | None = None
    """Whether what stands there is adequate: it passes the test of its value."""
    lacks: tuple[Lack, ...] | None = None
    """What the test of its value did not find, sorted; empty when nothing lacks."""
    quote: str | None = None
    """The words that show it, at most 120 characters; the empty text when there are none."""


DataUse = Literal["collected", "shared"]


class PolicyDataItem(Fact, frozen=True, kw_only=True, tag="policy.data_item"):
    """A kind of personal information that the policy says is collected or shared."""

    identity = ("data_type", "use")
    channels = ("policy",)

    data_type: str
    """Kind of personal information (rules/lists/data-types.yaml); a broad word gives one fact for
    every kind that it covers."""
    use: DataUse
    """collected: by the subject itself; shared: handed to others, or taken by their SDKs."""
    word: str | None = None
    """The word of the policy, e.g. 设备信息."""
    purpose: str | None = None
    """What for, at most 120 characters; the empty text when none is bound to it."""
    condition: str | None = None
    """When, e.g. 当您使用导航时; the empty text when always."""
    optional: bool | None = None
    """Whether the policy says that it may be refused."""
    vague: bool | None = None
    """Whether only a broad word covers it, or its list ends in 等 or 包括但不限于."""
    sensitive_2020: bool | None = None
    """Whether the kind is sensitive by GB/T 35273-2020; null where that is not settled."""
    sensitive_2025: bool | None = None
    """Whether it is sensitive by GB/T 45574-2025; null where that is not settled."""
    expected_for_type: bool | None = None
    """Whether an app of the stated type may reasonably need a permission that opens this kind; null
    without a stated type, where the table cannot say, and for kinds that people type in."""
    quote: str | None = None
    """The sentence or row, at most 120 characters."""


class PolicyThirdParty(Fact, frozen=True, kw_only=True, tag="policy.third_party"):
    """A third party, or a component of one, that the policy names as a recipient."""

    identity = ("recipient", "name")
    channels = ("policy",)

    recipient: str
    """Id of the component or tracker (rules/lists); the empty text when the tables know none."""
    name: str
    """The name that the policy gives."""
    vendor: str | None = None
    """Id of the vendor; the empty text when the tables know none."""
    by: Literal["name", "family", "vendor", "domain"] | None = None
    """What resolved it: its own name, the name of its house of SDKs, its company, its host."""
    company: str | None = None
    """The company that the policy names for it; the empty text when none."""
    purpose: str | None = None
    """What for; the empty text when none is stated."""
    data_types: tuple[str, ...] | None = None
    """Kinds of personal information that the policy lists for it, sorted; empty when none."""
    means: str | None = None
    """How it collects or receives; the empty text when that is not stated."""
    contact: bool | None = None
    """Whether a contact or an address of its own policy stands there."""
    listed_in: Literal["table", "list", "text"] | None = None
    """What it stands in."""
    vague: bool | None = None
    """Whether its list of data ends in 等 or 包括但不限于, or only its company is named."""
    quote: str | None = None
    """The row or sentence, at most 120 characters."""


class PolicyPermission(Fact, frozen=True, kw_only=True, tag="policy.permission"):
    """A permission of the device that the policy names."""

    identity = ("group",)
    channels = ("policy",)

    group: str
    """Group in which Android shows it: camera, location, contacts ..."""
    purpose: str | None = None
    """What for; the empty text when none is stated."""
    off_path: bool | None = None
    """Whether the policy says how to turn it off."""
    quote: str | None = None
    """The sentence or row, at most 120 characters."""


Promise = Literal[
    "no_export",
    "stored_at_home",
    "not_collected",
    "no_sharing",
    "no_sale",
    "only_in_use",
    "only_after_consent",
    "off_by_default",
    "encrypted_in_transit",
    "anonymous_only",
    "no_sdk",
]
"""no_export: not provided abroad; stored_at_home: stored within the country; not_collected: this
kind is not taken; no_sharing, no_sale; only_in_use: only while the function or app is in use;
only_after_consent; off_by_default; encrypted_in_transit; anonymous_only: only what identifies
nobody; no_sdk: no third-party components."""


class PolicyPromise(Fact, frozen=True, kw_only=True, tag="policy.promise"):
    """Something that the policy promises and that an observation could contradict."""

    identity = ("promise", "data_type")
    channels = ("policy",)

    promise: Promise
    """What is promised."""
    data_type: str
    """Kind of personal information of which it speaks; the empty text for all of it."""
    condition: str | None = None
    """Under what condition it stops to hold, e.g. 未经您同意; the empty text when under none."""
    plain: bool | None = None
    """Whether its sentence says this and nothing else: no further clause, quotation, version,
    place, time or part of the service that a program could misread."""
    quote: str | None = None
    """The sentence, at most 120 characters."""


class PolicyPeriod(Fact, frozen=True, kw_only=True, tag="policy.period"):
    """A period that the policy states."""

    identity = ("subject", "days", "working_days")
    channels = ("policy",)

    subject: Literal[
        "retention", "response", "correction", "deletion", "account_closing", "complaint", "access"
    ]
    """What it is the period of; response: an answer to requests in general."""
    days: int | None = None
    """Its length in days, a month counting as 30 and a year as 365; null for one without number."""
    working_days: bool | None = None
    """Whether these are working days."""
    endless: bool | None = None
    """Whether it is to last for ever or without stated end (永久保存, 长期保存)."""
    quote: str | None = None
    """The sentence, at most 120 characters."""


class PolicyExport(Fact, frozen=True, kw_only=True, tag="policy.export"):
    """A passage that says that personal information goes abroad (PIPL 39 asks for five items)."""

    identity = ("recipient", "name")
    channels = ("policy",)

    name: str
    """Name of the recipient abroad; the empty text when none is named."""
    recipient: str | None = None
    """Id of the component or tracker; the empty text when the tables know none."""
    country: str | None = None
    """Country that is named, ISO 3166; the empty text when none."""
    contact: bool | None = None
    """Whether a contact of the recipient stands there."""
    purpose: bool | None = None
    """Whether purposes stand there."""
    means: bool | None = None
    """Whether means of handling stand there."""
    kinds: bool | None = None
    """Whether kinds of personal information stand there."""
    rights: bool | None = None
    """Whether it says how people exercise their rights against the recipient."""
    separate_consent: bool | None = None
    """Whether it speaks of separate consent."""
    quote: str | None = None
    """The passage, at most 120 characters."""


class PolicyMention(Fact, frozen=True, kw_only=True, tag="policy.mention"):
    """A word for a kind of data or for a third party stands in the policy, whatever is said of it.

    Where a word stands that no claim was read from, its absence cannot be proven.
    """

    identity = ("data_type", "recipient")
    channels = ("policy",)

    data_type: str
    """Kind of personal information; the empty text where a third party is named."""
    recipient: str
    """Id of the component or tracker; the empty text where a kind is named."""
    quote: str | None = None
    """The words, at most 120 characters."""


Cue = Literal[
    "use_is_consent",
    "change_by_use",
    "open_list",
    "change_without_notice",
    "no_liability",
    "kept_for_ever",
    "last_word",
    "placeholder",
    "other_subject",
    "wide_exceptions",
    "hard_closing",
    "refused_for_choice",
    "refused_for_policy",
    "refused_for_change",
    "improve_only",
    "use_beyond_scope",
    "blanket_sharing",
    "kept_after_closing",
    "reward_for_data",
]
"""use_is_consent: using it counts as consent; change_by_use: going on using it counts as consent to
a changed text; open_list: a list of kinds of data ends in 等 or 包括但不限于 (detail: the words);
change_without_notice; no_liability: none for breaches; kept_for_ever; last_word: 最终解释权;
placeholder: a gap of a template was never filled; other_subject: it names itself the policy of
another app or company; wide_exceptions: exceptions from consent beyond PIPL 13; hard_closing:
closing an account asks for what no closing needs; refused_for_choice: whoever refuses a permission
or data that a service as a whole seldom needs cannot use it at all; refused_for_policy: whoever
does not agree to the policy must stop using it; refused_for_change: so must who does not agree to a
change or to what a new function asks; improve_only: people must give information whose only stated
purpose is improving, pushing or research; use_beyond_scope: it keeps the right to use information
for other or commercial purposes; blanket_sharing: the text takes the consent to provide information
to others for given; kept_after_closing: information is kept after the account is closed, and no law
is named for it; reward_for_data: a reward for information."""


class PolicyWording(Fact, frozen=True, kw_only=True, tag="policy.wording"):
    """Words of a policy that speak against it."""

    identity = ("cue", "quote")
    channels = ("policy",)

    cue: Cue
    """What they are."""
    detail: str | None = None
    """What exactly, e.g. the other company, or what closing asks for; the empty text when there is
    no more to say."""
    data_type: str | None = None
    """Kind of personal information that they concern; the empty text for none."""
    quote: str | None = None
    """The words, at most 120 characters."""


class PolicyOperator(Fact, frozen=True, kw_only=True, tag="policy.operator"):
    """The operator that the policy names, and whether others name the same."""

    identity = ("name",)
    channels = ("policy",)

    name: str
    """Its name."""
    credit_code: str | None = None
    """Its unified social credit code; the empty text when none is stated."""
    as_developer: bool | None = None
    """Whether it is the developer that the auditor stated; null where none was, or the two cannot
    be compared, as a Chinese name with an English one."""
    as_signer: bool | None = None
    """Whether the certificate of the package names the same organisation; null likewise."""
    quote: str | None = None
    """The words, at most 120 characters."""


class PolicyDifference(Fact, frozen=True, kw_only=True, tag="policy.difference"):
    """Something that one text of the policy says and another does not."""

    identity = ("between", "what", "item", "change")
    channels = ("policy",)

    between: Literal["versions", "places"]
    """versions: an earlier and the present one; places: the store's text and the app's own."""
    what: Literal["data_item", "third_party", "purpose", "promise", "period", "permission"]
    """What kind of statement differs."""
    item: str
    """Which: kind of data, id or name of a third party, promise ..."""
    change: Literal["added", "removed", "changed"]
    """Seen from the earlier text, or from the store's."""
    quote: str | None = None
    """The words in the text that has them, at most 120 characters."""


class PromiseBroken(Fact, frozen=True, kw_only=True, tag="promise.broken"):
    """Something was observed that a promise of the policy says does not happen."""

    identity = ("promise", "data_type", "host", "phase")
    channels = ("apk", "website", "traffic", "device")

    promise: Promise
    """The promise."""
    data_type: str
    """Kind of personal information concerned; the empty text when none in particular."""
    observed: str
    """Kind of the fact that contradicts it, e.g. data.sent."""
    host: str | None = None
    """Host that received it; the empty text when none did."""
    recipient: str | None = None
    """Id of the component or tracker concerned; the empty text when none."""
    phase: Phase | None = None
    """When."""
    conditional: bool | None = None
    """Whether the promise holds under a condition only, so that a person must look."""
    vague: bool | None = None
    """Whether it is not plain that the promise means this kind: a wider word is narrowed by others
    beside it, as in 设备识别码（IMEI）, or no kind is named and only places can be meant."""
    seen: Literal["code", "read", "sent"] | None = None
    """code: it stands in the code; read: a run read it; sent: it left."""
    by_subject: bool | None = None
    """True when the subject itself sent it; null when nobody saw who did."""
    known: bool | None = None
    """Whether a value that the auditor put there was found, and not only one of its form."""
    plain: bool | None = None
    """Whether the promise is plain, and the policy does not elsewhere disclose what was seen."""
    later: bool | None = None
    """Whether the text that promises is dated after what was observed, as in policy.document."""
    quote: str | None = None
    """The words of the promise."""
    derived_from: tuple[str, ...] = ()
    """Ids of the two facts: the promise, and what contradicts it."""
