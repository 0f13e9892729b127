"""Facts of an app: what its package declares and what its code can do."""

from __future__ import annotations

from typing import Literal

from scanner.facts.fact import Fact, Phase

Protection = Literal["normal", "dangerous", "special", "signature", "vendor", "custom"]
TrickName = Literal[
    "bogus-compression",
    "encryption-flag",
    "wrong-crc",
    "wrong-size",
    "duplicate-entry",
    "prepended-bytes",
    "truncated",
    "unsafe-name",
    "header-mismatch",
    "decoy-entry",
    "manifest-encoding",
]
Trigger = Literal["boot", "network", "unlock", "package", "power", "screen", "media", "telephony"]

Reach = Literal["early", "reachable", "unreached"]
Way = Literal[
    "call",
    "field",
    "address",
    "text",
    "command",
    "file",
    "reflection",
    "class",
    "callback",
]

UNLIMITED_API = 10_000
"""Android's own number for "no released level" (android.os.Build.VERSION_CODES.CUR_DEVELOPMENT)."""


class AppManifest(Fact, frozen=True, kw_only=True, tag="app.manifest"):
    """What the manifest of an Android package says of the app as a whole."""

    identity = ("package",)
    channels = ("apk",)

    package: str
    """Application id, e.g. cn.example.app."""
    version_name: str | None = None
    """Version shown to people, e.g. 2.4.1; the empty text when the manifest states none."""
    version_code: int | None = None
    """Version number that Android compares."""
    min_sdk: int | None = None
    """Lowest Android API level; 1 when the manifest states none (Android's default)."""
    target_sdk: int | None = None
    """API level whose rules the app asks for; min_sdk when none is stated (Android's default)."""
    sdk_codename: str | None = None
    """Preview codename given instead of a number for the target level; empty when there is none."""
    label: str | None = None
    """Name shown under the icon, in the default language; the empty text when there is none."""
    debuggable: bool | None = None
    """android:debuggable: whether anyone with a cable may read the app's private data."""
    allow_backup: bool | None = None
    """android:allowBackup, true by Android's default: private data may leave in a backup."""
    cleartext_permitted: bool | None = None
    """Whether traffic without TLS is permitted for hosts at large: network security config, else
    android:usesCleartextTraffic, else Android's default (permitted below target level 28)."""
    cleartext_domains: tuple[str, ...] | None = None
    """Hosts for which the network security config permits traffic without TLS by name."""
    user_certificates_trusted: bool | None = None
    """Whether certificates that a user added are trusted outside debug builds."""
    test_only: bool | None = None
    """android:testOnly: a build that no store should carry."""
    shared_user: str | None = None
    """android:sharedUserId; the empty text when there is none."""
    queries: tuple[str, ...] | None = None
    """Other packages, intents and providers that the app asks to see (<queries>), sorted."""
    built: str | None = None
    """Newest plausible day that the container gives for its files (ISO 8601), about when it was
    built; null where the tool that packed it wrote no real days."""


class AppSplit(Fact, frozen=True, kw_only=True, tag="app.split"):
    """A package that is only a part of an app: its manifest names the app and the part."""

    identity = ("package", "name")
    channels = ("apk",)

    package: str
    """Application id of the app that it belongs to."""
    name: str
    """Name of the part, e.g. config.zh or feature_map."""


class AppType(Fact, frozen=True, kw_only=True, tag="app.type"):
    """The type of the app among the 39 of 国信办秘字〔2021〕14号 art. 5, as the auditor stated."""

    identity = ("number",)
    channels = ("auditor",)

    number: int
    """Number of the type, 1 to 39."""
    name: str
    """Chinese name of the type."""


class AppSigner(Fact, frozen=True, kw_only=True, tag="app.signer"):
    """A certificate that a package carries as its signer's; the signature is not verified."""

    identity = ("sha256",)
    channels = ("apk",)

    sha256: str
    """SHA-256 (hex) of the certificate in DER."""
    subject: str | None = None
    """Distinguished name of the certificate's subject."""
    schemes: tuple[str, ...] | None = None
    """Signature schemes that carry this certificate: v1, v2, v3, v3.1."""


class AppPacked(Fact, frozen=True, kw_only=True, tag="app.packed"):
    """The app's code is wrapped by a packer, so that what it does cannot be read from the file."""

    identity = ("packer",)
    channels = ("apk",)

    packer: str
    """Id of the packer (rules/lists/packers.yaml)."""
    signs: tuple[str, ...] | None = None
    """The class names, libraries and assets that show it, sorted."""


class PackageTampered(Fact, frozen=True, kw_only=True, tag="package.tampered"):
    """The container is built in a way that hides things from tools though Android may accept it."""

    identity = ("trick", "entry")
    channels = ("apk",)

    trick: TrickName
    """Which trick it is."""
    entry: str | None = None
    """Name of the ZIP entry concerned; the empty text when it is the container as a whole."""


class PermissionDeclared(Fact, frozen=True, kw_only=True, tag="permission.declared"):
    """The manifest declares that the app may ask for, or gets, a permission."""

    identity = ("permission",)
    channels = ("apk",)

    permission: str
    """Full name, e.g. android.permission.CAMERA."""
    group: str | None = None
    """Group in which it is shown to people (TC260-PG-20204A), e.g. location; "none" if none."""
    protection: Protection | None = None
    """How Android grants it: normal at install, dangerous by a prompt, special by a settings page,
    signature never to a stranger's app, vendor on some makers' systems, custom by another app."""
    data_type: str | None = None
    """Kind of personal information that it opens (rules/lists/data-types.yaml); "none" if none."""
    max_sdk: int | None = None
    """Last API level for which it is declared (android:maxSdkVersion); 10000 when unlimited."""
    min_sdk: int | None = None
    """First API level for which it is declared: 23 for uses-permission-sdk-23, else 1."""
    implied: bool | None = None
    """True when Android adds it because of another permission or an old target level."""
    used: bool | None = None
    """Whether code that needs it was found."""
    expected_for_type: bool | None = None
    """Whether an app of the stated type may reasonably need it (rules/lists/app-types.yaml)."""


class ComponentExported(Fact, frozen=True, kw_only=True, tag="component.exported"):
    """A part of the app that other apps on the device can start or read."""

    identity = ("type", "name")
    channels = ("apk",)

    type: Literal["activity", "service", "receiver", "provider"]
    """Which kind of component it is; an activity alias counts as activity."""
    name: str
    """Full class name."""
    permission: str | None = None
    """Permission that a caller must hold; the empty text when none is asked."""
    permission_protection: (
        Literal["normal", "dangerous", "special", "signature", "vendor", "custom", "none"] | None
    ) = None
    """How that permission is granted; "none" when no permission is asked."""
    actions: tuple[str, ...] | None = None
    """Actions of its intent filters, sorted."""
    launcher: bool | None = None
    """True for a screen that the launcher shows, which has to be exported."""


class AutostartRegistered(Fact, frozen=True, kw_only=True, tag="autostart.registered"):
    """The manifest registers a receiver, so that an event starts the app without the user."""

    identity = ("name",)
    channels = ("apk",)

    name: str
    """Full class name of the receiver."""
    triggers: tuple[Trigger, ...]
    """What starts it, sorted."""
    actions: tuple[str, ...] | None = None
    """The broadcast actions concerned, sorted."""


class AppFramework(Fact, frozen=True, kw_only=True, tag="app.framework"):
    """The app is built on a framework that keeps its logic outside the DEX files."""

    identity = ("framework",)
    channels = ("apk",)

    framework: str
    """Id of the framework (rules/lists/frameworks.yaml), e.g. uni-app."""
    signs: tuple[str, ...] | None = None
    """Packages of classes, libraries and assets that show it, sorted."""
    searched: bool | None = None
    """True when the files that hold the logic are text and were searched for words."""


class SdkPresent(Fact, frozen=True, kw_only=True, tag="sdk.present"):
    """A third-party component that the table knows is in the package, not merely named there."""

    identity = ("sdk",)
    channels = ("apk",)

    sdk: str
    """Id of the component (rules/lists/sdks.yaml), e.g. umeng-push."""
    family: str
    """One word per house of components, e.g. umeng."""
    name: str
    """Name of the component."""
    vendor: str
    """Id of its vendor."""
    country: str | None = None
    """Where the vendor is at home, ISO 3166."""
    version: str | None = None
    """Version that the package states."""
    purposes: tuple[str, ...] | None = None
    """What apps use it for: ads, analytics, push ..., sorted."""
    evidence: tuple[Literal["classes", "components", "native", "assets"], ...]
    """What shows it, sorted."""
    prefix: str | None = None
    """The package under which its classes were found; the empty text when none were."""
    collects_personal_info: bool | None = None
    """Whether its maker says that it takes personal information."""
    auto_start: bool | None = None
    """Whether the manifest lets Android start it before any screen (provider or initialiser)."""
    gated: bool | None = None
    """Whether the app uses a way of its maker to hold it back until the user agrees."""
    reach: Reach | None = None
    """Where the app's own code starts it: early is before any screen where a user could agree."""
    ads_switch: bool | None = None
    """Whether the app calls its switch for personalised ads; null where the table knows none."""


class SdkUnidentified(Fact, frozen=True, kw_only=True, tag="sdk.unidentified"):
    """Code that is neither the app's own, by its package, nor of a component in the table."""

    identity = ("prefix",)
    channels = ("apk",)

    prefix: str
    """Package of the classes, e.g. com.example.tracker."""
    classes: int
    """How many classes it holds."""


class DataAccessed(Fact, frozen=True, kw_only=True, tag="data.accessed"):
    """The code holds a way to personal information, or, on a device, a hook saw it being used."""

    identity = ("data_type", "api", "owner", "phase")
    channels = ("apk", "device")

    data_type: str
    """Kind of personal information (rules/lists/data-types.yaml)."""
    api: str
    """The call, field, address or command, e.g. android.telephony.TelephonyManager.getImei."""
    way: Way | None = None
    """How the code gets at it."""
    owner: str | None = None
    """Whose code it is: app, or the id of a third-party component; null when unknown."""
    caller: str | None = None
    """Class and method, e.g. cn.example.Imei.read."""
    reach: Reach | None = None
    """early: runs before any screen where a user could agree; reachable: later, by some event;
    unreached: nothing found that runs it."""
    guarded: bool | None = None
    """Whether every early way to it passes a test of a stored consent flag."""
    path: tuple[str, ...] | None = None
    """The way from what Android starts to the caller: classes and methods, in order."""
    permission: str | None = None
    """Permission that opens it: the first of its permissions that the manifest declares, else
    the first; the empty text when it needs none."""
    expected_for_type: bool | None = None
    """Whether an app of the stated type may reasonably need that permission."""
    phase: Phase | None = None
    """When: static for what only stands in the code."""
    phase_span: str | None = None
    """On a device: when that phase began and ended, and how far that may be off."""
    count: int | None = None
    """On a device: how often in this phase."""
    per_minute: int | None = None
    """On a device: how often at most within any 60 seconds."""
    answered: Literal["value", "empty", "denied", "error"] | None = None
    """On a device: what it gave, the most telling answer of all; null where nobody recorded it."""
    permission_state: Literal["granted", "denied", "coarse"] | None = None
    """On a device: how the permission stood at that moment; coarse: only about where."""
    function_started: bool | None = None
    """On a device: whether the auditor had started a function, by a mark, that may still have been
    at work; null where nobody made marks."""
    wrapped: bool | None = None
    """On a device: whether a framework that wraps Android called it on its own account, as for a
    text field; null where no stack was recorded."""
    by_subject: bool | None = None
    """On a device: whether the audited app did it, by user id or package; null where nobody says,
    or nobody says which build was run."""
    interval_ms: int | None = None
    """In code: the shortest time, in milliseconds, between two answers on where
    the device is; 86400000, a day, for whatever asks once; null where no constant tells it."""


class PermissionRequested(Fact, frozen=True, kw_only=True, tag="permission.requested"):
    """The app asks the user for permissions: one request, as it stands in the code."""

    identity = ("permissions", "owner")
    channels = ("apk", "device")

    permissions: tuple[str, ...]
    """Full names, sorted."""
    groups: tuple[str, ...] | None = None
    """Their groups that open personal information, sorted."""
    group_count: int | None = None
    """Number of these groups."""
    owner: str | None = None
    """Whose code it is: app, or the id of a third-party component; null when unknown."""
    caller: str | None = None
    """Class and method."""
    reach: Reach | None = None
    """Where the request stands, as in data.accessed."""
    guarded: bool | None = None
    """Whether every early way to it passes a test of a stored consent flag."""
    path: tuple[str, ...] | None = None
    """The way from what Android starts to the caller."""
    phase: Phase | None = None
    """When: static for what only stands in the code."""
    again: Literal["return", "launch", "none"] | None = None
    """What brings it up again by itself, through plain calls: each return to the first screen, each
    start of the app, or nothing that was found; null where the screen may close after a refusal, or
    is one that people may have to open each time."""
    denial_tested: bool | None = None
    """Whether that way tests if the user refused before: Android's own answer to that, or something
    stored; null where there is no way, or a test cannot be told."""


class RefusalAnswered(Fact, frozen=True, kw_only=True, tag="refusal.answered"):
    """The code answers the refusal of a permission by ending the app, or the screen, at once."""

    identity = ("ends", "permissions", "owner")
    channels = ("apk",)

    caller: str
    """Class and method that Android tells of the refusal."""
    ends: Literal["app", "screen"]
    """What it ends: the app, or a screen that is not the first one."""
    permissions: tuple[str, ...] | None = None
    """Full names of the permissions that the same class asks for, sorted; null where these cannot
    be told."""
    group_count: int | None = None
    """Number of their groups that open personal information."""
    owner: str | None = None
    """Whose code it is: app, or the id of a third-party component; null when unknown."""
    reach: Reach | None = None
    """Whether anything leads to that class, as in data.accessed."""
    expected_for_type: bool | None = None
    """Whether an app of the stated type may reasonably need one of them."""


class DataHanded(Fact, frozen=True, kw_only=True, tag="data.handed"):
    """The code hands personal information to somebody else's code, app or page."""

    identity = ("data_type", "handed_by", "receiver")
    channels = ("apk",)

    data_type: str
    """Kind of personal information (rules/lists/data-types.yaml)."""
    handed_by: Literal["call", "extra", "address", "script"]
    """call of a component's interface; extra: what an Intent for another app carries; address that
    opens another app or mini program; script: an object that scripts of pages may ask."""
    receiver: str
    """Id of the component, package or scheme of the app, or name that scripts use."""
    api: str | None = None
    """The call."""
    owner: str | None = None
    """Whose code it is: app, or the id of a third-party component; null when unknown."""
    caller: str | None = None
    """Class and method."""
    reach: Reach | None = None
    """Where the call stands, as in data.accessed."""
    guarded: bool | None = None
    """Whether every early way to it passes a test of a stored consent flag."""


class AgreementAsked(Fact, frozen=True, kw_only=True, tag="agreement.asked"):
    """Words that ask people to agree to something stand in the package."""

    identity = ("page", "text")
    channels = ("apk",)

    page: str
    """Where: dex, resources or assets."""
    text: str
    """The words that were found, or the component that asks."""


class EndpointEmbedded(Fact, frozen=True, kw_only=True, tag="endpoint.embedded"):
    """An address on the network that stands in the package."""

    identity = ("host", "secure", "owner")
    channels = ("apk",)

    url: str
    """The address as it stands there; the first of several on one host."""
    host: str
    """Its host, lower case."""
    secure: bool | None = None
    """False for http, ws and ftp; true for https and wss; null for a host without scheme."""
    owner: str | None = None
    """Whose code names it: app, or the id of a third-party component; null when unknown."""
    vendor: str | None = None
    """Id of the vendor to whom the host belongs by the table; the empty text when to none."""
    place: Literal["dex", "resources", "assets", "native"] | None = None
    """Where it stands."""


class CodeLoaded(Fact, frozen=True, kw_only=True, tag="code.loaded"):
    """The app can load further code while it runs, which nobody saw."""

    identity = ("api", "owner")
    channels = ("apk", "device")

    api: str
    """The call, e.g. dalvik.system.DexClassLoader.<init>."""
    owner: str | None = None
    """Whose code it is."""
    caller: str | None = None
    """Class and method."""
    reach: Reach | None = None
    """Where the call stands, as in data.accessed."""


class BridgeOpened(Fact, frozen=True, kw_only=True, tag="bridge.opened"):
    """The app opens its own code to the scripts of web pages that it shows."""

    identity = ("name", "owner")
    channels = ("apk", "device")

    name: str | None = None
    """Name under which scripts see it; null when it is made at run time."""
    api: str
    """The call."""
    owner: str | None = None
    """Whose code it is."""
    caller: str | None = None
    """Class and method."""
    reach: Reach | None = None
    """Where the call stands, as in data.accessed."""


class AppStarted(Fact, frozen=True, kw_only=True, tag="app.started"):
    """The code starts a part of another app."""

    identity = ("package", "owner")
    channels = ("apk", "device")

    package: str
    """Application id of the other app."""
    api: str | None = None
    """The call that starts it."""
    owner: str | None = None
    """Whose code it is: app, or the id of a third-party component; null when unknown."""
    caller: str | None = None
    """Class and method."""
    reach: Reach | None = None
    """Where the call stands, as in data.accessed."""
    guarded: bool | None = None
    """Whether every early way to it passes a test of a stored consent flag."""
    path: tuple[str, ...] | None = None
    """The way from what Android starts to the caller."""
