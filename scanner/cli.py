"""Words in, exit code out: the command line holds no logic of its own."""

from __future__ import annotations

import enum
import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

from scanner import __version__
from scanner.errors import MingjianError, RulebookError

if TYPE_CHECKING:
    from scanner.knowledge import Knowledge
    from scanner.model import Report, Tool
    from scanner.rulebook.rule import Rulebook

UNSURE_S = 5
"""How far a stated moment of consent is taken to be off where nothing is said of it, in seconds."""
FAULT_CODE = 70
"""Exit code for a fault of the program itself (EX_SOFTWARE of sysexits.h)."""
GARBAGE_THRESHOLD = 100_000
"""Objects between two searches for dead cycles: a run is short, and tables make many objects."""

app = typer.Typer(
    name="mingjian",
    help="明鉴 Mingjian: audit apps, sites and recorded traffic for privacy violations against "
    "rule files.\n\n"
    "Exit codes: 0 done; 1 findings at or above --fail-on; 2 wrong usage; 3 nothing could be "
    "audited; 4 rulebook refused; 5 evidence does not verify; 70 a fault of mingjian itself.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(
    help="The rules: list, show, check, new.", rich_markup_mode=None, no_args_is_help=True
)
app.add_typer(rules_app, name="rules")


class Language(enum.StrEnum):
    """Language of the talk and of the summary."""

    ZH = "zh"
    EN = "en"


class SubjectKind(enum.StrEnum):
    """What a recording of traffic is of."""

    APP = "app"
    SITE = "site"


class Format(enum.StrEnum):
    """Files that a report can be written to."""

    JSON = "json"
    HTML = "html"
    TEXT = "text"


class FailOn(enum.StrEnum):
    """From which findings on the exit code is 1."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    PROVEN_CRITICAL = "proven-critical"
    PROVEN_HIGH = "proven-high"
    PROVEN_MEDIUM = "proven-medium"
    PROVEN_LOW = "proven-low"


class CaptureMode(enum.StrEnum):
    """How traffic reaches the proxy of a capture."""

    REGULAR = "regular"
    WIREGUARD = "wireguard"
    UPSTREAM = "upstream"


class CapturePhase(enum.StrEnum):
    """Phases in which a capture may begin."""

    INSTALLED = "installed"
    FIRST_LAUNCH = "first_launch"
    FIRST_LOAD = "first_load"
    CONSENT_SHOWN = "consent_shown"
    REFUSED = "refused"
    AGREED = "agreed"
    FOREGROUND = "foreground"
    BACKGROUND = "background"
    WITHDRAWN = "withdrawn"
    UPDATED = "updated"


Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="zh or en; by default what the locale says, else zh."),
]
RuleFolders = Annotated[
    list[Path] | None,
    typer.Option("--rules", "-r", help="A further folder of rule files; repeatable."),
]
Formats = Annotated[
    list[Format] | None,
    typer.Option(
        "--format", "-f", help="Report files beside report.json; repeatable. Default: html."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary and no progress.")]
Case = Annotated[Path, typer.Argument(help="A case folder that mingjian wrote.", metavar="CASE")]


@app.command()
def scan(
    target: Annotated[
        list[str],
        typer.Argument(
            help="An APK, XAPK or APKS; the address of a site; a folder of its pages; a picture of "
            "a QR code; traffic of either (a capture, HAR, mitmproxy flows); a privacy policy. "
            "Several are sources of one subject.",
            metavar="TARGET...",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The case folder to make.", metavar="CASE"),
    ] = None,
    formats: Formats = None,
    app_type: Annotated[
        str | None,
        typer.Option(help="Type among the 39 of 国信办秘字〔2021〕14号: number or name."),
    ] = None,
    home: Annotated[str, typer.Option(help="Country whose law applies, ISO 3166.")] = "CN",
    developer: Annotated[str | None, typer.Option(help="Developer or operator.")] = None,
    store: Annotated[str | None, typer.Option(help="Store the app was got from.")] = None,
    store_url: Annotated[str | None, typer.Option(help="Its page in that store.")] = None,
    channel: Annotated[str | None, typer.Option(help="Channel package.")] = None,
    obtained_at: Annotated[
        str | None, typer.Option(help="When it was got, ISO 8601, e.g. 2026-11-22T10:00:00+08:00.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="R8's or ProGuard's mapping.txt of your own app: real names return."),
    ] = None,
    dex: Annotated[
        Path | None,
        typer.Option(help="Folder with DEX files dumped from the running app, if it is packed."),
    ] = None,
    identity: Annotated[
        Path | None,
        typer.Option(
            help="Traffic: YAML with the values of the test device and person to search for, one "
            "`data_type: value` a line. It is kept in the case.",
            metavar="FILE",
        ),
    ] = None,
    consent_at: Annotated[
        str | None,
        typer.Option(
            help="Traffic: when consent was given, ISO 8601 with offset, and how far that may be "
            "off (5 s); what lies inside is undetermined. Captures of ours say it by marks.",
            metavar="TIME[±SECONDS]",
        ),
    ] = None,
    connections: Annotated[
        Path | None,
        typer.Option(
            help="Traffic: which app connected where, a CSV such as PCAPdroid's.", metavar="FILE"
        ),
    ] = None,
    package: Annotated[
        str | None,
        typer.Option(help="Traffic: package name of the app, where no APK says it."),
    ] = None,
    subject: Annotated[
        SubjectKind | None,
        typer.Option("--as", help="Traffic alone: whether it is of an app or of a site."),
    ] = None,
    digest_key: Annotated[
        Path | None,
        typer.Option(
            help="Traffic: file with a key (16 bytes or more) by which equal values get equal "
            "digests; it never enters the case.",
            metavar="FILE",
        ),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            help="The subject's privacy policy, as its users see it: a file (HTML, PDF, DOCX, "
            "Markdown, text) or an address, which is asked; repeatable.",
            metavar="FILE|URL",
        ),
    ] = None,
    store_policy: Annotated[
        list[str] | None,
        typer.Option(
            help="The policy to which its page in the store leads; held against --policy.",
            metavar="FILE|URL",
        ),
    ] = None,
    policy_before: Annotated[
        list[str] | None,
        typer.Option(help="An earlier version of the policy.", metavar="FILE|URL"),
    ] = None,
    fetch_policies: Annotated[
        bool,
        typer.Option(
            "--fetch-policies", help="Ask the addresses of policies that the package names."
        ),
    ] = False,
    dwell: Annotated[
        float,
        typer.Option(help="Sites: seconds that each session waits untouched.", min=0, max=600),
    ] = 5.0,
    pages: Annotated[
        int, typer.Option(help="Sites: most pages opened in the walk.", min=1, max=500)
    ] = 12,
    depth: Annotated[
        int, typer.Option(help="Sites: most clicks from the first page.", min=0, max=20)
    ] = 5,
    rate: Annotated[float, typer.Option(help="Sites: most pages a second.", min=0.01, max=5)] = 1.0,
    minutes: Annotated[
        float, typer.Option(help="Sites: longest time for all sessions.", min=0.1, max=240)
    ] = 10.0,
    first_party: Annotated[
        list[str] | None,
        typer.Option(
            help="Sites: a further host of the subject itself; repeatable.", metavar="HOST"
        ),
    ] = None,
    resolve: Annotated[
        list[str] | None,
        typer.Option(
            help="Sites: map a name, * for all, to an address, as for a site under test; "
            "repeatable.",
            metavar="HOST[:PORT]=ADDRESS[:PORT]",
        ),
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(help="Sites: a certificate (PEM) of a site under test.", metavar="FILE"),
    ] = None,
    vantage: Annotated[
        str | None,
        typer.Option(help="Sites: country from which your requests leave, ISO 3166."),
    ] = None,
    location_db: Annotated[
        list[Path] | None,
        typer.Option(help="Sites: a database of IP locations (MMDB) of yours.", metavar="FILE"),
    ] = None,
    session: Annotated[
        Path | None,
        typer.Option(
            help="Sites: a logged-in browser state as Playwright stores it; needs --authorised.",
            metavar="FILE",
        ),
    ] = None,
    browser: Annotated[
        Path | None, typer.Option(help="Sites: the Chromium to use.", metavar="PATH")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Sites: private addresses may be reached.")
    ] = False,
    authorised: Annotated[
        bool,
        typer.Option(
            "--authorised",
            help="You are entitled to go past robots.txt, to use a login, and to ask addresses "
            "found in a package.",
        ),
    ] = False,
    retired: Annotated[
        bool, typer.Option("--retired", help="The subject is said to be out of service.")
    ] = False,
    rules: RuleFolders = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Exit 1 from this severity on; proven-... counts no suspicion."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing case.")] = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Audit one subject into a case folder and print a summary."""
    from scanner.audit import Request, audit
    from scanner.model import Visit

    if session is not None and not authorised:
        _misused("--session without --authorised", "a login is used by those entitled to it only")
    agreed_at, within_s = _consent(consent_at)
    visit = Visit(
        home=_country(home, "--home"),
        vantage=None if vantage is None else _country(vantage, "--vantage"),
        first_party=tuple(host.lower() for host in first_party or ()),
        resolve=tuple(resolve or ()),
        allow_private=allow_private,
        authorised=authorised,
        retired=retired,
        dwell_s=dwell,
        pages=pages,
        depth=depth,
        rate=rate,
        minutes=minutes,
        session=session,
        trust=tuple(trust or ()),
        locations=tuple(location_db or ()),
        browser=browser,
        subject=None if subject is None else "apk" if subject is SubjectKind.APP else "website",
        package=_text(package),
        consent_at=agreed_at,
        consent_within_s=within_s,
        digest_key=digest_key,
        developer=_text(developer),
        fetch_policies=fetch_policies,
    )
    knowledge, book = _books(rules)
    request = Request(
        targets=target,
        visit=visit,
        app_type=knowledge.app_type(app_type).number if app_type is not None else None,
        developer=_text(developer),
        store=_text(store),
        store_url=_text(store_url),
        channel=_text(channel),
        obtained_at=_moment(obtained_at, "--obtained-at"),
        tool=_tool(),
        mapping=mapping,
        dex=dex,
        identity=identity,
        connections=connections,
        policies=[
            *(("given", word) for word in policy or ()),
            *(("store", word) for word in store_policy or ()),
            *(("earlier", word) for word in policy_before or ()),
        ],
    )
    destination = output or _default_case(target[0])
    report = audit(
        request,
        destination,
        book=book,
        knowledge=knowledge,
        formats_wanted=_wanted(formats),
        force=force,
        say=_say(quiet),
    )
    _finish(report, destination, fail_on, quiet, lang)


@app.command()
def capture(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The capture file to write.", metavar="FILE")
    ],
    mode: Annotated[
        CaptureMode,
        typer.Option(help="A proxy that the device is set to; a tunnel; a proxy before another."),
    ] = CaptureMode.REGULAR,
    host: Annotated[
        str | None,
        typer.Option(
            help="Address to listen on, 0.0.0.0 for all: a phone needs one that it reaches. "
            "Default: 127.0.0.1; wireguard: all."
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            help="Port to listen on, 0 for a free one. Default: 8080; wireguard: 51820.",
            min=0,
            max=65535,
        ),
    ] = None,
    upstream: Annotated[
        str | None,
        typer.Option(help="--mode upstream: the proxy beyond, http://host:port.", metavar="URL"),
    ] = None,
    certificates: Annotated[
        Path | None,
        typer.Option(help="Folder of the certificate. Default: mitmproxy's own.", metavar="FOLDER"),
    ] = None,
    ignore_host: Annotated[
        list[str] | None,
        typer.Option(
            help="Let through unopened what matches, as host:port; repeatable.", metavar="REGEX"
        ),
    ] = None,
    insecure_upstream: Annotated[
        bool,
        typer.Option("--insecure-upstream", help="Servers may show any certificate: tests only."),
    ] = False,
    phase: Annotated[
        CapturePhase | None, typer.Option(help="Phase at the start; by default none yet.")
    ] = None,
    identity: Annotated[
        Path | None,
        typer.Option(
            help="What the test device and person are (YAML, kind: value), to be searched live.",
            metavar="FILE",
        ),
    ] = None,
    first_party: Annotated[
        list[str] | None,
        typer.Option(help="A host of the subject itself; repeatable.", metavar="HOST"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Record traffic as it passes through a proxy, with the phases that you mark by key or line."""
    from scanner.capture.plan import CERTIFICATES, Plan
    from scanner.capture.session import capture
    from scanner.knowledge import load_knowledge, rules_folder

    plan = Plan(
        output=output,
        force=force,
        mode=mode.value,
        host=host,
        port=port,
        upstream=upstream,
        certificates=certificates or CERTIFICATES,
        ignore_hosts=tuple(ignore_host or ()),
        insecure_upstream=insecure_upstream,
        phase=None if phase is None else phase.value,
    )
    capture(
        plan,
        load_knowledge(rules_folder() / "lists"),
        identity=identity,
        first_party=tuple(host.lower() for host in first_party or ()),
        chinese=_language(lang) is Language.ZH,
        quiet=quiet,
        tell=_say_nothing if quiet else typer.echo,
    )


def _say_nothing(_: str) -> None:
    pass


@app.command()
def judge(
    case: Case,
    formats: Formats = None,
    rules: RuleFolders = None,
    fail_on: Annotated[FailOn | None, typer.Option(help="As for scan.")] = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Judge the stored facts of a case again, with the rules of today; the target is not needed."""
    from scanner.audit import judge_again

    knowledge, book = _books(rules)
    wanted = _wanted(formats)
    report = judge_again(case, book=book, knowledge=knowledge, tool=_tool(), formats_wanted=wanted)
    _finish(report, case, fail_on, quiet, lang)


@app.command()
def report(case: Case, formats: Formats = None, quiet: Quiet = False, lang: Lang = None) -> None:
    """Write the report of a case again, in the formats wanted; nothing is judged."""
    from scanner.audit import report_again

    _finish(report_again(case, formats_wanted=_wanted(formats)), case, None, quiet, lang)


@app.command()
def verify(case: Case, quiet: Quiet = False) -> None:
    """Check a case against its manifest, byte for byte."""
    from scanner.audit import check

    check(case)
    if not quiet:
        typer.echo(f"{case}: every file is as it was sealed")


@app.command()
def facts(
    kind: Annotated[str | None, typer.Argument(help="One kind only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print the vocabulary: every kind of fact that a rule can speak of, field by field."""
    from scanner.rulebook.describe import vocabulary

    typer.echo(vocabulary(kind, as_json=as_json), nl=False)


@rules_app.command("list")
def rules_list(
    rules: RuleFolders = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Lang = None,
) -> None:
    """List every rule: id, behaviour, severity, ceiling, title."""
    from scanner.rulebook.describe import listing

    typer.echo(listing(_books(rules)[1], _language(lang), as_json=as_json), nl=False)


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(help="Id of a rule.", metavar="ID")],
    rules: RuleFolders = None,
    lang: Lang = None,
) -> None:
    """Show one rule: what it demands, on which norms, with its examples."""
    from scanner.rulebook.describe import showing

    typer.echo(showing(_books(rules)[1], rule, _language(lang)), nl=False)


@rules_app.command("check")
def rules_check(rules: RuleFolders = None, quiet: Quiet = False) -> None:
    """Read every rule, judge its examples, and name each clause that no example pins."""
    from scanner.rulebook.proof import prove

    _, book = _books(rules)
    doubts = prove(book)
    if doubts:
        raise RulebookError(doubts)
    if not quiet:
        examples = sum(len(each.examples) for each in book.rules)
        typer.echo(f"{len(book.rules)} rules, {examples} examples: each clause is pinned")


@rules_app.command("new")
def rules_new(
    rule: Annotated[str, typer.Argument(help="Id of the rule: words joined by hyphens.")],
    folder: Annotated[
        Path, typer.Option("--into", help="Folder to write ID.yaml into.", metavar="FOLDER")
    ] = Path(),
) -> None:
    """Write a new rule file that works, to be changed into yours."""
    from scanner.rulebook.describe import new_rule

    typer.echo(f"{new_rule(rule, folder)}: now change it, then: mingjian rules check -r {folder}")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mingjian {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every error that a person can mend ends in one line and a hint."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        app()
    except RulebookError as error:
        for fault in error.faults:
            typer.echo(f"{fault}\n    {fault.hint}", err=True)
        sys.exit(_complain(error))
    except MingjianError as error:
        sys.exit(_complain(error))
    except OSError as error:
        why = error.strerror or type(error).__name__
        said = f"{error.filename}: {why}" if error.filename else why
        hint = "see that there is room, and that you may read and write there"
        sys.exit(_complain(MingjianError(said, hint=hint)))
    except KeyboardInterrupt:
        typer.echo("stopped; nothing was left behind", err=True)
        sys.exit(130)
    except SystemExit as end:
        sys.exit(_code(end))
    except Exception as error:
        sys.exit(_fault(error))
    finally:
        gc.freeze()  # all ends with the process; a last search of it for cycles helps nobody


def _stop(number: int, _frame: object) -> None:
    """End as an exception does, so that what was begun is cleared away."""
    sys.exit(128 + number)


def _code(end: SystemExit) -> str | int | None:
    """Give the exit code; what Typer ends with 1 by itself would pass for findings."""
    told: BaseException | None = end.__context__
    if end.code == 1 and isinstance(told, typer.Abort):
        return _fault(told.__cause__ or told)
    if end.code == 1 and isinstance(told, BrokenPipeError):
        return 128 + signal.SIGPIPE
    return end.code


def _fault(error: BaseException) -> int:
    """Own up to a fault that nobody foresaw; what it says of the input stays unsaid."""
    if os.environ.get("MINGJIAN_DEBUG"):
        raise error
    said = f"this is a fault of mingjian: {type(error).__name__}; please report it"
    _complain(MingjianError(said, hint="send what it says when run with MINGJIAN_DEBUG=1"))
    return FAULT_CODE


def _complain(error: MingjianError) -> int:
    typer.echo(f"mingjian: {error}\n  hint: {error.hint}", err=True)
    return error.exit_code


def _books(folders: list[Path] | None) -> tuple[Knowledge, Rulebook]:
    from scanner.knowledge import load_knowledge, rules_folder
    from scanner.rulebook.load import load_rulebook

    own = rules_folder()
    knowledge = load_knowledge(own / "lists")
    return knowledge, load_rulebook([own, *(folders or [])], knowledge)


def _wanted(formats: list[Format] | None) -> list[str]:
    return [each.value for each in formats or [Format.HTML]]


def _say(quiet: bool) -> Callable[[str], None]:
    if quiet or not _terminal(sys.stderr):
        return lambda _: None
    return lambda text: typer.echo(f"… {text}", err=True)


def _terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _language(lang: Language | None) -> Language:
    if lang is not None:
        return lang
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return Language.EN if locale.startswith("en") else Language.ZH


def _misused(what: str, hint: str) -> NoReturn:
    from scanner.errors import UsageError

    raise UsageError(what, hint=hint)


def _country(code: str, option: str) -> str:
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        _misused(f"{option} {code} is no country code", "two letters, e.g. CN")
    return code.upper()


def _text(words: str | None) -> str | None:
    from scanner.tool import plain

    return None if words is None else plain(words)


def _moment(text: str | None, option: str) -> str | None:
    import datetime

    if text is None:
        return None
    try:
        return datetime.datetime.fromisoformat(text).astimezone().isoformat()
    except (ValueError, OverflowError):
        hint = "write ISO 8601, e.g. 2026-11-22T10:00:00+08:00"
        _misused(f"{option} {text} is no time", hint)


def _consent(text: str | None) -> tuple[str | None, float]:
    """Take apart a moment and how far it may be off, in seconds."""
    import re

    time, _, off = (text or "").replace("+-", "±").partition("±")
    if off and not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", off):
        _misused(f"--consent-at {text}: {off} is no number of seconds", "write e.g. ±5")
    moment = _moment(time.strip() if text is not None else None, "--consent-at")
    if moment is not None and not re.search(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$", time.strip()):
        _misused(f"--consent-at {text} names no time zone", "e.g. 2026-11-22T10:00:00+08:00±5")
    return moment, float(off or UNSURE_S)


def _tool() -> Tool:
    import datetime

    from scanner.tool import this_tool

    return this_tool(sys.argv[1:], datetime.datetime.now().astimezone())


def _default_case(target: str) -> Path:
    from scanner.exchange import address

    site = address(target)
    return Path(f"mingjian-case-{site.host if site else Path(target).stem}")


def _finish(
    report: Report, case: Path, fail_on: FailOn | None, quiet: bool, lang: Language | None
) -> None:
    if not quiet:
        _print_summary(report, case, lang)
    readable = [source for source in report.sources if source.readable]
    if not readable or not (report.subject.id or any(s.channel == "traffic" for s in readable)):
        raise typer.Exit(3)
    if fail_on is not None and _reached(report, fail_on.value):
        raise typer.Exit(1)


def _print_summary(report: Report, case: Path, lang: Language | None) -> None:
    from scanner.report import render

    def unopened(digest: str) -> bytes:
        raise AssertionError(digest)

    colour = _terminal(sys.stdout) and "NO_COLOR" not in os.environ
    place = str(case / "report.html")
    text = render("text", report, unopened, lang=_language(lang).value, colour=colour, place=place)
    typer.echo(text.decode(), nl=False)


def _reached(report: Report, threshold: str) -> bool:
    order = ("critical", "high", "medium", "low")
    proven, level = threshold.startswith("proven-"), threshold.removeprefix("proven-")
    counted = order[: order.index(level) + 1]
    return any(
        finding.certainty == "proven" or not proven
        for ruling in report.rulings
        if ruling.severity in counted and not ruling.advisory
        for finding in ruling.findings
    )
