"""Facts of a website: its pages, forms and prompts, and what refusing and agreeing change."""

from __future__ import annotations

from typing import Literal

from scanner.facts.fact import Fact, Phase
from scanner.facts.traffic import Party

ClosingDemand = Literal[
    "hand_held_id",
    "id_photo",
    "id_number",
    "face",
    "bank_card",
    "letter",
    "visit",
    "phone_call",
    "all_products",
    "reason",
    "code",
    "password",
    "other",
]
Reward = Literal["money", "points", "lottery", "membership", "gift"]
NeededFor = Literal["entry", "login", "payment", "account", "other"]
PageKind = Literal[
    "home", "register", "login", "contact", "checkin", "consent", "policy", "agreement", "other"
]
FormPurpose = Literal[
    "register", "login", "contact", "checkin", "subscribe", "order", "search", "other"
]
ProofWay = Literal[
    "face",
    "fingerprint",
    "voiceprint",
    "password",
    "code",
    "card",
    "id_number",
    "photo",
    "staff",
    "other",
]
Certificate = Literal["valid", "expired", "self_signed", "wrong_name", "untrusted", "none"]


class SiteVisited(Fact, frozen=True, kw_only=True, tag="site.visited"):
    """A site answered and was looked at in a browser, as an officer would look at it."""

    identity = ("host",)
    channels = ("website",)

    host: str
    """Host of the first address."""
    title: str | None = None
    """Title of the first page."""
    language: Literal["zh-Hans", "zh-Hant", "en", "other"] | None = None
    """Main language of the first page."""
    mainland: bool | None = None
    """Whether it addresses people in mainland China: true when a sign of that was seen."""
    signs: tuple[str, ...] | None = None
    """The signs: filing number, .cn, simplified Chinese, phone of the mainland ..., sorted."""
    hosted_in: str | None = None
    """Country in which its address is registered or located, where the databases agree."""
    https_offered: bool | None = None
    """Whether it answers over TLS."""
    outdated_tls: bool | None = None
    """Whether it also answers by TLS 1.1 or older, which current browsers refuse."""
    http_redirects: bool | None = None
    """Whether an address without TLS leads to one with TLS; null where nobody answers there."""


class PageVisited(Fact, frozen=True, kw_only=True, tag="page.visited"):
    """A page of the site was opened."""

    identity = ("page",)
    channels = ("website",)

    page: str
    """Its address without query, personal values masked."""
    page_kind: PageKind | None = None
    """What it is for, by its words and forms."""
    status: int | None = None
    """Status of the answer."""
    clicks: int | None = None
    """Fewest clicks from the first page."""
    secure: bool | None = None
    """Whether it came over TLS."""
    certificate: Certificate | None = None
    """What the browser says of its certificate; none without TLS."""
    tls: str | None = None
    """Version of TLS, e.g. TLS 1.3; the empty text without TLS."""
    mixed: bool | None = None
    """Whether a page with TLS asks for parts without it, those that the browser blocks or asks for
    over TLS instead included."""
    asks_personal: bool | None = None
    """Whether it holds a form that asks for personal information."""
    phase: Phase | None = None
    """When."""


class ConsentPrompt(Fact, frozen=True, kw_only=True, tag="consent.prompt"):
    """Whether the user is asked to agree, and how: the dialog as it stood at load."""

    identity = ("phase", "page")
    channels = ("website", "device")

    present: bool
    """Whether a dialog or banner asks."""
    page: str | None = None
    """Where."""
    text: str | None = None
    """What it says, shortened."""
    accept: str | None = None
    """Words of the control that agrees; the empty text when there is none."""
    reject: str | None = None
    """Words of the control that refuses; the empty text when there is none."""
    accept_clicks: int | None = None
    """Clicks to agree."""
    reject_clicks: int | None = None
    """Clicks to refuse, by the shortest way found; null when no way was found."""
    equal_prominence: bool | None = None
    """Whether refusing is as visible as agreeing: size, contrast and kind of control."""
    blocking: bool | None = None
    """Whether it keeps the page from being used."""
    implied: bool | None = None
    """Whether it says that going on means agreeing."""
    policy_link: bool | None = None
    """Whether it links to the policy."""
    login: bool | None = None
    """Whether it is part of a page for logging in or registering, as a box beside the button."""
    scope_after_refusal: Literal["none", "basic", "full"] | None = None
    """What can be used after refusing: nothing, a browse-only mode, everything."""
    language: Literal["zh-Hans", "zh-Hant", "en", "other"] | None = None
    """Its language."""
    phase: Phase | None = None
    """When."""


class ConsentAnswered(Fact, frozen=True, kw_only=True, tag="consent.answered"):
    """The auditor pressed refuse or agree, and this is what the dialog did."""

    identity = ("answer", "page")
    channels = ("website", "device")

    answer: Literal["refused", "agreed"]
    """What was answered."""
    page: str | None = None
    """Where."""
    control: str | None = None
    """Words of the control that was pressed last."""
    clicks: int | None = None
    """Clicks that it took."""
    explicit: bool | None = None
    """Whether the control says so in words, as 拒绝 or 同意, or optional choices were taken back;
    false for 取消, 退出 and the like, which may mean less."""
    closed: bool | None = None
    """Whether the dialog went away."""
    asked_again: bool | None = None
    """Whether it asked again when the page was loaded anew in the same session."""
    phase: Phase | None = None
    """The phase that the answer opened."""


class CheckboxFound(Fact, frozen=True, kw_only=True, tag="checkbox.found"):
    """A box that can be ticked, with the words beside it."""

    identity = ("page", "label")
    channels = ("website", "device", "apk")

    label: str
    """The words beside it, shortened."""
    purpose: Literal["agreement", "marketing", "renewal", "sharing", "other"] | None = None
    """What ticking it grants, by these words."""
    checked_on_load: bool | None = None
    """Whether it was ticked before anybody touched it; of a package, whether its layout says so."""
    required: bool | None = None
    """Whether the form cannot be sent without it."""
    page: str | None = None
    """Where."""
    phase: Phase | None = None
    """When."""


class AgreementImplied(Fact, frozen=True, kw_only=True, tag="agreement.implied"):
    """Words say that signing in, registering or going on means agreeing, with no box to tick."""

    identity = ("page",)
    channels = ("website", "device")

    page: str
    """Where."""
    text: str
    """The words, shortened."""
    phase: Phase | None = None
    """When."""


class FormFound(Fact, frozen=True, kw_only=True, tag="form.found"):
    """A form that asks for personal information."""

    identity = ("page", "purpose", "action_host")
    channels = ("website",)

    page: str
    """Where."""
    purpose: FormPurpose | None = None
    """What it is for, by its words and fields."""
    action_host: str | None = None
    """Host to which it would be sent; the empty text when a script decides."""
    party: Party | None = None
    """Whose host that is."""
    secure: bool | None = None
    """Whether page and target both use TLS."""
    method: str | None = None
    """GET, POST, or the empty text when a script decides."""
    data_types: tuple[str, ...] | None = None
    """Kinds of personal information it asks for, sorted."""
    notice: bool | None = None
    """Whether words on the handling of the data, or a link to the policy, stand in its view."""
    agreement: Literal["box", "implied", "none"] | None = None
    """How agreeing is expressed: a box, words that say it is implied, or not at all."""
    submits_unticked: bool | None = None
    """Whether the form's own checks would let it go with the box left empty; never tried."""
    phase: Phase | None = None
    """When."""


class FormField(Fact, frozen=True, kw_only=True, tag="form.field"):
    """A field of a form, with the kind of personal information it asks for."""

    identity = ("page", "name", "data_type")
    channels = ("website",)

    page: str
    """Where."""
    name: str
    """Its name or label."""
    data_type: str | None = None
    """Kind of personal information; "none" when it asks for none that is known."""
    form_purpose: FormPurpose | None = None
    """What its form is for."""
    required: bool | None = None
    """Whether the form cannot be sent without it."""
    secure: bool | None = None
    """Whether page and target both use TLS."""
    action_host: str | None = None
    """Host to which it would be sent; the empty text when a script decides."""
    purpose_shown: bool | None = None
    """Whether words beside it say what it is needed for."""
    upload: bool | None = None
    """Whether it takes a picture, film or sound from a file or camera."""
    phase: Phase | None = None
    """When."""


class FilingShown(Fact, frozen=True, kw_only=True, tag="filing.shown"):
    """A number of a filing or licence that the site shows."""

    identity = ("scheme", "number")
    channels = ("website", "device")

    scheme: Literal["icp", "licence", "police", "app", "mini_program"]
    """icp: filing of the site; licence: telecom business licence; police: 公安备案; app and
    mini_program: filing of one of these."""
    number: str
    """The number as shown, without spaces."""
    linked: bool | None = None
    """Whether it links to the register concerned."""
    href: str | None = None
    """The address it links to; the empty text when none."""
    page: str | None = None
    """Where."""


class PromptRaised(Fact, frozen=True, kw_only=True, tag="prompt.raised"):
    """A page asked the browser for a device, a place or the right to notify."""

    identity = ("prompt", "page")
    channels = ("website",)

    prompt: Literal[
        "geolocation", "notification", "camera", "microphone", "screen", "clipboard", "sensors"
    ]
    """What it asked for."""
    gesture: bool | None = None
    """Whether the user had just clicked."""
    script: str | None = None
    """Address of the script that asked."""
    line: int | None = None
    """Line in it."""
    party: Party | None = None
    """Whose script it is."""
    vendor: str | None = None
    """Id of its vendor; the empty text when none is known."""
    page: str | None = None
    """Where."""
    phase: Phase | None = None
    """When."""


class FingerprintRead(Fact, frozen=True, kw_only=True, tag="fingerprint.read"):
    """A script read what tells one device from another: drawing, sound, fonts, graphics chip."""

    identity = ("api", "script", "phase")
    channels = ("website",)

    api: Literal["canvas", "webgl", "audio", "fonts", "webrtc", "devices"]
    """What was read."""
    script: str | None = None
    """Address of the script, without query."""
    line: int | None = None
    """Line in it."""
    party: Party | None = None
    """Whose script it is."""
    vendor: str | None = None
    """Id of its vendor; the empty text when none is known."""
    recipient: str | None = None
    """Id of the tracker; the empty text when none is known."""
    page: str | None = None
    """Where."""
    phase: Phase | None = None
    """When."""


class StorageWritten(Fact, frozen=True, kw_only=True, tag="storage.written"):
    """A script stored something in the browser, beside cookies."""

    identity = ("name", "domain", "storage", "phase")
    channels = ("website",)

    name: str
    """Key under which it is stored."""
    domain: str
    """Host of the page or frame."""
    storage: Literal["local", "session", "indexed"] | None = None
    """Which store; session ends with the tab."""
    party: Party | None = None
    """Whose script wrote it."""
    vendor: str | None = None
    """Id of its vendor; the empty text when none is known."""
    recipient: str | None = None
    """Id of the tracker; the empty text when none is known."""
    identifier: bool | None = None
    """Whether the value can tell this browser from others."""
    setter: str | None = None
    """Address of the script that wrote it."""
    phase: Phase | None = None
    """When."""


class PageExposed(Fact, frozen=True, kw_only=True, tag="page.exposed"):
    """Personal information of other people stands where anybody can read it."""

    identity = ("data_type", "page", "surface")
    channels = ("website",)

    data_type: str
    """Kind of personal information."""
    page: str
    """Where, without query."""
    surface: Literal["page", "json", "script", "listing", "document"] | None = None
    """What holds it: page as shown, answer to a script, script, list of files, or a file."""
    count: int | None = None
    """How many different values."""
    sure: bool | None = None
    """Whether check digits or the words beside it bear it out."""
    value_masked: str | None = None
    """The first value with its telling part hidden."""


class RightsOffered(Fact, frozen=True, kw_only=True, tag="rights.offered"):
    """A way for people to exercise a right, as far as the pages show it."""

    identity = ("right", "page")
    channels = ("website", "device", "policy", "apk")

    right: Literal[
        "access", "correct", "delete", "close_account", "withdraw", "complain", "push_off"
    ]
    """Which right."""
    text: str | None = None
    """The words."""
    page: str | None = None
    """Where."""
    steps: int | None = None
    """Clicks from the first page."""
    path: str | None = None
    """The way that a policy describes, e.g. 我的-设置-账号与安全, or an address or number to write
    to; the empty text when it describes none."""


class AccountRegistration(Fact, frozen=True, kw_only=True, tag="account.registration"):
    """People can register an account."""

    identity = ("method",)
    channels = ("website", "device", "policy", "apk")

    method: Literal["phone", "email", "account", "third_party", "other"]
    """By what."""
    page: str | None = None
    """Where."""


class RecommendationShown(Fact, frozen=True, kw_only=True, tag="recommendation.shown"):
    """The pages present contents as chosen for this person."""

    identity = ("page",)
    channels = ("website", "device")

    page: str
    """Where."""
    text: str | None = None
    """The words, e.g. 猜你喜欢."""


class AppPushed(Fact, frozen=True, kw_only=True, tag="app.pushed"):
    """A page, or a screen of an app, pushes people into an app."""

    identity = ("page", "way")
    channels = ("website", "device")

    page: str
    """Where."""
    way: Literal["auto_download", "scheme_jump", "content_locked", "invited"]
    """A file that comes by itself, a jump into an app, contents held back, or mere advice."""
    text: str | None = None
    """The words or the address."""
    gesture: bool | None = None
    """Whether the user had clicked for it."""
    offered: bool | None = None
    """Whether the control that was pressed says that it downloads or opens something; null where
    none was pressed."""
    asked: bool | None = None
    """Whether people could still say no before anything was downloaded or opened."""


class PopupShown(Fact, frozen=True, kw_only=True, tag="popup.shown"):
    """Something lies over the page that asks for no consent."""

    identity = ("page", "text")
    channels = ("website", "device")

    page: str
    """Where."""
    text: str
    """Its words, shortened."""
    closable: bool | None = None
    """Whether a control to close it was found."""
    advertisement: bool | None = None
    """Whether it looks like advertising."""
    marked: bool | None = None
    """Whether the word 广告 or the like marks it."""
    close_dp: int | None = None
    """On a device: the shorter side of the control that closes it, in units of 1/160 inch (dp);
    null where the recording does not tell the density of the screen."""
    close_after_s: int | None = None
    """On a device: seconds for which it surely stood before that control came; 0 where it was there
    at once."""


BODY = ("face", "fingerprint", "voiceprint")
"""Ways by which people prove who they are that are kinds of personal information themselves."""


class VerificationOffered(Fact, frozen=True, kw_only=True, tag="verification.offered"):
    """A page or screen lets people in, pay or go on only after proving who they are."""

    identity = ("page",)
    channels = ("website", "device")

    page: str
    """Where."""
    ways: tuple[ProofWay, ...]
    """The ways that it offers, sorted; code: sent to a phone or address, or a QR code; card: a card
    or ticket; photo: a picture that a person compares; staff: asking somebody."""
    needed_for: NeededFor | None = None
    """What it is asked for; account: closing one or changing its data."""
    understood: bool | None = None
    """Whether every control there was understood; else a further way may stand among them."""
    text: str | None = None
    """The words, shortened."""
    phase: Phase | None = None
    """When."""

    @property
    def data_type(self) -> str | None:
        """The kind of personal information that a face, a fingerprint or a voice is; None else."""
        return next((way for way in BODY if way in self.ways), None)


class InducementShown(Fact, frozen=True, kw_only=True, tag="inducement.shown"):
    """A reward is held out on the page or screen that asks for personal information."""

    identity = ("page", "reward")
    channels = ("apk", "website", "device")

    page: str
    """Where; of a package the file or resource."""
    reward: Reward
    """What is held out."""
    data_types: tuple[str, ...] | None = None
    """Kinds of personal information asked for there, sorted."""
    sensitive: bool | None = None
    """Whether one of them is sensitive by GB/T 35273-2020 or GB/T 45574-2025."""
    text: str | None = None
    """The words, shortened."""
    phase: Phase | None = None
    """When."""


class ClosingDemanded(Fact, frozen=True, kw_only=True, tag="closing.demanded"):
    """The page or screen that closes an account asks for something before it does."""

    identity = ("demand", "page")
    channels = ("website", "device")

    demand: ClosingDemand
    """What it asks for; code and password are what any service may ask for."""
    required: bool | None = None
    """Whether the account is not closed without it."""
    page: str | None = None
    """Where."""
    text: str | None = None
    """The words, shortened."""


class HandoverOffered(Fact, frozen=True, kw_only=True, tag="handover.offered"):
    """A control leads on into the app, mini-program or login of somebody else."""

    identity = ("page", "way", "host")
    channels = ("website", "device")

    page: str
    """Where."""
    way: Literal["login", "mini_program", "app"]
    """Into what: a login by another's account, a mini-program, or an app."""
    host: str
    """Host, or scheme of the address, to which it leads."""
    text: str | None = None
    """Words of the control, shortened."""
    data_types: tuple[str, ...] | None = None
    """Kinds of personal information that the address hands over, sorted."""
    broad: bool | None = None
    """Whether a login asks for more than who somebody is, by the scope in its address; null for
    scopes that are not known."""
    notice: bool | None = None
    """Whether words on the page say what is handed over or to whom."""


class ChangeTold(Fact, frozen=True, kw_only=True, tag="change.told"):
    """A page tells people that the privacy policy changed."""

    identity = ("page",)
    channels = ("website",)

    page: str
    """Where."""
    text: str | None = None
    """The words, shortened."""


class StoreListing(Fact, frozen=True, kw_only=True, tag="store.listing"):
    """A page offers one app for download and describes it, as app stores do."""

    identity = ("page",)
    channels = ("website",)

    page: str
    """Where."""
    app: str | None = None
    """What the app is called there, shortened."""
    store: bool | None = None
    """Whether the site calls itself a store, and so offers apps of others; null where its name does
    not tell."""
    developer: bool | None = None
    """Whether it says who makes or runs the app."""
    version: bool | None = None
    """Whether it says which version it is."""
    permissions: bool | None = None
    """Whether it lists the permissions, or leads to such a list."""
    policy: bool | None = None
    """Whether it links to the app's privacy policy; null where words of one lead nowhere."""
    updated: bool | None = None
    """Whether it says when the app was last updated."""
    folded: bool | None = None
    """Whether a control would unfold more; what such a page does not show is null here."""


class MinorsAddressed(Fact, frozen=True, kw_only=True, tag="minors.addressed"):
    """The pages speak to children or to their parents about children."""

    identity = ("host",)
    channels = ("website", "device")

    host: str
    """Host of the site."""
    signs: tuple[str, ...]
    """The words, sorted."""


class WalkCompleted(Fact, frozen=True, kw_only=True, tag="walk.completed"):
    """How far the pages or screens were walked: what absence on them is worth."""

    identity = ("surface",)
    channels = ("website", "device")

    surface: Literal["web", "native", "mini-program"]
    """What was walked."""
    screens: int
    """Pages or screens opened."""
    depth: int
    """Most clicks from the first one."""
    complete: bool
    """True when nothing within the depth was left out for want of time or number."""
    logged_in: bool | None = None
    """Whether the walk went on behind a login."""
    understood: bool | None = None
    """Whether the words of every control on the screens for account, security and privacy told
    what it does; null where no such screen was read, or nobody looked."""


class ServiceRetired(Fact, frozen=True, kw_only=True, tag="service.retired"):
    """The auditor states that the subject is out of service."""

    identity = ("channel",)
    channels = ("auditor",)

    stated: bool = True
    """Always true; without the statement there is no such fact."""


class EndpointAnswered(Fact, frozen=True, kw_only=True, tag="endpoint.answered"):
    """An address that stands in the package was asked once, and answered."""

    identity = ("host",)
    channels = ("website",)

    host: str
    """Host asked."""
    url: str | None = None
    """The address, without query."""
    status: int | None = None
    """Status of the answer."""
    country: str | None = None
    """Country of the address, where the databases agree."""


class ScanVantage(Fact, frozen=True, kw_only=True, tag="scan.vantage"):
    """From where the look was taken, and by which clock."""

    identity = ("channel",)
    channels = ("website", "traffic", "device")

    country: str | None = None
    """Country from which the requests left, ISO 3166; null when unknown."""
    stated: bool | None = None
    """True when the auditor stated it, false when it was read off this machine's address."""
    inside_home: bool | None = None
    """Whether it lies in the jurisdiction audited for."""
    proxy: bool | None = None
    """Whether a proxy of the network stood between."""
    clock_offset_s: int | None = None
    """This machine's clock less that of the servers' answers, in seconds."""
    mapped: bool | None = None
    """Whether the auditor mapped names to addresses."""
