"""Facts of a device run: what hooks, screens, permission states and processes of a phone showed."""

from __future__ import annotations

from typing import Literal

from scanner.facts.fact import Fact, Phase

ScreenKind = Literal[
    "consent", "permission", "policy", "login", "main", "settings", "system", "other"
]


class DeviceRun(Fact, frozen=True, kw_only=True, tag="device.run"):
    """A run of the app on a phone, by the word of whoever recorded it."""

    identity = ("package",)
    channels = ("device",)

    package: str
    """Application id of the app that was run."""
    version: str | None = None
    """Version that was run."""
    version_before: str | None = None
    """Version that was run before an update within the run; the empty text for no update."""
    app_sha256: str | None = None
    """SHA-256 of the APK that was run."""
    same_build: bool | None = None
    """Whether it is the very package that was audited; null where nobody says which was run."""
    model: str | None = None
    """Model of the phone."""
    build: str | None = None
    """Build of its system."""
    api_level: int | None = None
    """Its Android API level."""
    emulator: bool | None = None
    """Whether it was an emulator."""
    clean_install: bool | None = None
    """Whether the app started for the first time, by the recorder's word."""
    ended: str | None = None
    """When the run ended (ISO 8601)."""
    clock_within_ms: int | None = None
    """How far the times of different clocks may be off against each other, in milliseconds; null
    where two clocks were never set against each other."""
    proxy: str | None = None
    """Proxy that was set on the phone; the empty text for none."""
    hook_modules: tuple[str, ...] | None = None
    """Frameworks on the phone that hook into apps, before or after the run, sorted."""
    user_certificates: tuple[str, ...] | None = None
    """Certificate authorities that a person had added, before or after the run, sorted."""
    tools: tuple[str, ...] | None = None
    """Programs that took part, each with its version, sorted."""
    who: tuple[str, ...] | None = None
    """Who made the run."""


class PhaseBegan(Fact, frozen=True, kw_only=True, tag="phase.began"):
    """From this moment on the run was in another phase."""

    identity = ("number", "phase")
    channels = ("device",)

    number: int
    """Which one of the run, from 1."""
    phase: Phase | None = None
    """The phase that begins; null where nobody can say which."""
    cause: Literal["launch", "screen", "tap", "mark", "process", "update"] | None = None
    """What shows it."""
    words: str | None = None
    """Words of the control that was tapped, or of the mark."""
    within_ms: int | None = None
    """How far the moment may be off, in milliseconds; what lies as near belongs to no phase, save
    that nothing of the app runs before its first launch, and what came before the first answer came
    before it wherever the question appeared."""


class ScreenShown(Fact, frozen=True, kw_only=True, tag="screen.shown"):
    """A screen that the app, or the system for it, showed."""

    identity = ("screen", "phase")
    channels = ("device",)

    screen: str
    """What it is called in this case: its activity and its heading."""
    screen_kind: ScreenKind | None = None
    """What it is; main: can be used without an answer to anything."""
    text: str | None = None
    """What it says, shortened, telling numbers hidden."""
    controls: tuple[str, ...] | None = None
    """Words of what can be tapped, in the order of the screen."""
    activity: str | None = None
    """Class of the screen."""
    taps: int | None = None
    """Fewest taps from the first screen that can be used."""
    picture: str | None = None
    """SHA-256 of its kept picture; the empty text when there is none."""
    of_subject: bool | None = None
    """Whether the app itself showed it, by the package of its tree."""
    phase: Phase | None = None
    """When."""


class PermissionPrompted(Fact, frozen=True, kw_only=True, tag="permission.prompted"):
    """The system asked the user for a permission in the name of the app."""

    identity = ("group", "phase")
    channels = ("device",)

    group: str
    """Group of the permission, as in permission.declared, e.g. location."""
    data_type: str | None = None
    """Kind of personal information that it opens; "none" if none."""
    text: str | None = None
    """Words of the dialog."""
    purpose_shown: bool | None = None
    """Whether the app said what for, before the dialog or together with it; null where the screens
    before it were not seen."""
    purpose: str | None = None
    """The words by which it did, shortened; the empty text when none were shown."""
    app_beside: bool | None = None
    """Whether the tree that shows the dialog holds the app's own window too, so that words beside
    the dialog would have been seen; UIAutomator writes the active window only unless told."""
    purpose_plain: bool | None = None
    """False where these words would fit anything (为了更好的服务)."""
    function_started: bool | None = None
    """Whether the user had just started a function, by a tap on a control of the app that is
    neither an answer to it nor mere going on; null where taps were not recorded."""
    answer: Literal["granted", "denied", "once"] | None = None
    """What the user answered."""
    together: int | None = None
    """How many groups were asked for one after the other, with no function started between."""
    times: int | None = None
    """How often this group was asked for in this phase."""
    asked_by: str | None = None
    """Whose code asked, by the stack: app, or the id of a component; null when unknown."""
    by_subject: bool | None = None
    """Whether the dialog names the app, or the app was in the foreground."""
    expected_for_type: bool | None = None
    """Whether an app of the stated type may reasonably need it."""
    phase: Phase | None = None
    """When."""
    phase_span: str | None = None
    """When that phase began and ended, and how far that may be off; empty ends are open."""


class PermissionReasked(Fact, frozen=True, kw_only=True, tag="permission.reasked"):
    """A permission, or consent, was asked for again after the user had refused it."""

    identity = ("group",)
    channels = ("device",)

    group: str
    """Group of the permission; "consent" for the consent prompt itself."""
    times: int
    """How often it was asked for after the first refusal."""
    within_hours: int | None = None
    """Hours from the first refusal to the last asking, rounded up."""
    function_started: bool | None = None
    """Whether each time the user had just started a function; false if not even once."""
    every_launch: bool | None = None
    """Whether it came at every start of the app after the refusal, of at least two."""
    by_subject: bool | None = None
    """As in permission.prompted."""


class SettingChanged(Fact, frozen=True, kw_only=True, tag="setting.changed"):
    """A permission or a privacy switch stood otherwise afterwards than before."""

    identity = ("setting", "name")
    channels = ("device",)

    setting: Literal["permission", "appop", "switch"]
    """A permission or operation as Android keeps it, or a switch on a screen of the app."""
    name: str
    """Its name, or the words beside the switch."""
    data_type: str | None = None
    """Kind of personal information that it opens; "none" if none."""
    before: str
    """How it stood, e.g. denied or off."""
    after: str
    """How it stood afterwards, e.g. granted or on."""
    opened: bool | None = None
    """Whether it now lets the app have more than before."""
    by_user: bool | None = None
    """Whether the user's own taps account for it; null where taps were not recorded."""
    over: Literal["update", "relaunch", "run"] | None = None
    """What lay between."""


class FunctionRefused(Fact, frozen=True, kw_only=True, tag="function.refused"):
    """After the user had refused something, the app, or a function of it, could not be used."""

    identity = ("refusal", "group", "outcome")
    channels = ("device",)

    refusal: Literal["permission", "consent", "data"]
    """What was refused: a permission, consent to the rules, or other personal information."""
    group: str
    """Group of the refused permission; "none" where it was no permission."""
    data_type: str | None = None
    """Kind of personal information that was refused; "none" where that cannot be named."""
    outcome: Literal["exited", "looped", "blocked"]
    """The app ended; it asked the same over and over; or no screen that can be used was reached."""
    after_ms: int | None = None
    """Milliseconds from the refusal to the end of the app; null for another outcome."""
    times: int | None = None
    """How often the same was asked in a row."""
    function: str | None = None
    """What was refused, in words; the empty text for the app as a whole."""
    worked_before: bool | None = None
    """Whether the same could be used earlier, in the version before an update."""
    new_permission: bool | None = None
    """Whether the version before the update did not ask for that permission."""
    login_demanded: bool | None = None
    """Whether what stood instead was a demand to log in."""
    crashed: bool | None = None
    """Whether the system says that the app failed rather than ended."""
    by_user: bool | None = None
    """Whether the auditor left the app; null where that cannot be told."""
    by_subject: bool | None = None
    """Whether it was the audited app."""
    expected_for_type: bool | None = None
    """Whether an app of the stated type may reasonably need that permission."""
    phase: Phase | None = None
    """When."""


class ProcessStarted(Fact, frozen=True, kw_only=True, tag="process.started"):
    """Android started a process of the app, or of another app on its behalf."""

    identity = ("package", "trigger", "started_by")
    channels = ("device",)

    package: str
    """Application id of the app whose process was started."""
    trigger: Literal[
        "user", "boot", "broadcast", "service", "provider", "app", "own", "restored", "other"
    ]
    """What started it: the user, the end of booting, another broadcast, a service or provider of
    its own, another app; own: a process of the app that was running; restored: Android, which had
    ended it for want of memory; or something else."""
    started_by: str
    """Application id of the app that had it started; the empty text for the system."""
    process: str | None = None
    """Name of the process."""
    component: str | None = None
    """What was to be run in it."""
    count: int | None = None
    """How often."""
    in_ten_minutes: int | None = None
    """How often at most within any ten minutes."""
    by_subject: bool | None = None
    """Whether the app itself was started, or had another app started."""
    phase: Phase | None = None
    """When."""


class WindowJumped(Fact, frozen=True, kw_only=True, tag="window.jumped"):
    """A splash screen or a window over the app led people elsewhere."""

    identity = ("page", "cause", "led_to")
    channels = ("device",)

    page: str
    """Over which screen it lay."""
    cause: Literal["tap", "shake", "slide"]
    """What was done: a tap, moving the phone, or sliding a finger."""
    led_to: Literal["app", "store", "page"]
    """What came: another app, one that sells or installs apps, or another page."""
    text: str | None = None
    """Words of the window, shortened."""
    on_control: bool | None = None
    """Whether a tap fell on a control whose words say what it does; null for no tap, or where that
    cannot be told."""
    told: bool | None = None
    """Whether the window says that what was done leads on, e.g. 摇一摇 or 上滑."""
    acceleration: int | None = None
    """Greatest acceleration of the phone, in cm/s2, rounded up."""
    turned: int | None = None
    """Angle by which the phone was turned, in degrees, rounded up."""
    lasted_ms: int | None = None
    """How long the phone was moved, in milliseconds, rounded up."""
    by_subject: bool | None = None
    """Whether the audited app showed the window."""
    phase: Phase | None = None
    """When."""


class AccountRestored(Fact, frozen=True, kw_only=True, tag="account.restored"):
    """After an account had been closed a screen showed again what had been kept in it."""

    identity = ("data_type", "page")
    channels = ("device",)

    data_type: str
    """Kind of personal information."""
    page: str
    """Where it stood after the closing."""
    logged_in_again: bool | None = None
    """Whether a login lay between."""
    by_subject: bool | None = None
    """Whether the audited app showed it."""
