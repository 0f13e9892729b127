"""The verb that audits: what a person says of a subject, taken word by word."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import (
    BaselineFile,
    ConfigFile,
    FailOn,
    Formats,
    Lang,
    Qualified,
    Quiet,
    Reader,
    RuleFolders,
    RulesTrust,
    app,
    finish,
    misused,
    plain_text,
    qualified,
    saying,
    wanted,
    writing,
)
from scanner.cli.collecting import (
    Authority,
    CollectedAt,
    Collectors,
    Records,
    Runs,
    Stated,
    TimeServer,
    Trial,
    VantageAddress,
    Witnesses,
    collecting,
    is_wanted,
    tried,
)
from scanner.cli.comparing import FailOnNew, NewKinds, new_since, ready
from scanner.cli.sealing import (
    SealWords,
    SelfSigned,
    SignCert,
    SignKey,
    SignPass,
    SignWith,
    Tsa,
    TsaTrust,
    sealing_of,
)
from scanner.cli.settings import Settings

UNSURE_S = 5
"""How far a stated moment of consent is taken to be off where nothing is said of it, in seconds."""


class SubjectKind(enum.StrEnum):
    """What a recording of traffic is of."""

    APP = "app"
    SITE = "site"


@app.command()
def scan(
    target: Annotated[
        list[str],
        typer.Argument(
            help="An APK, XAPK or APKS; the address of a site; a folder of its pages; a picture of "
            "a QR code; traffic of either (a capture, HAR, mitmproxy flows); a recording of a run "
            "on a phone (a folder, a zip, what a hooking tool wrote); a privacy policy. Several "
            "are sources of one subject.",
            metavar="TARGET...",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The case folder to make.", metavar="CASE"),
    ] = None,
    formats: Formats = None,
    profile: Reader = None,
    qualification: Qualified = None,
    app_type: Annotated[
        str | None,
        typer.Option(
            help="Type among the 39 of 国信办秘字〔2021〕14号: number or name; mingjian types."
        ),
    ] = None,
    home: Annotated[
        str | None, typer.Option(help="Country whose law applies, ISO 3166. Default: CN.")
    ] = None,
    developer: Annotated[str | None, typer.Option(help="Developer or operator.")] = None,
    store: Annotated[str | None, typer.Option(help="Store the app was got from.")] = None,
    store_url: Annotated[str | None, typer.Option(help="Its page in that store.")] = None,
    store_category: Annotated[
        str | None, typer.Option(help="How that store files it, in the store's words.")
    ] = None,
    users: Annotated[
        str | None,
        typer.Option(help="How many people use it, with the source of the figure."),
    ] = None,
    channel: Annotated[str | None, typer.Option(help="Channel package.")] = None,
    obtained_at: Annotated[
        str | None, typer.Option(help="When it was got, ISO 8601, e.g. 2026-11-22T10:00:00+08:00.")
    ] = None,
    retain_until: Annotated[
        str | None,
        typer.Option(
            help="The last day on which raw traffic, recordings and pictures are kept; after it "
            "report and verify say so, and mingjian purge takes them out.",
            metavar="DATE",
        ),
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
    control: Annotated[
        Path | None,
        typer.Option(
            help="Traffic: what the same phone sent without the app (a capture, HAR, mitmproxy "
            "flows): what stands there too is not laid to the app.",
            metavar="FILE",
        ),
    ] = None,
    package: Annotated[
        str | None,
        typer.Option(help="Traffic: package name of the app, where no APK says it."),
    ] = None,
    subject: Annotated[
        SubjectKind | None,
        typer.Option(
            "--as", help="Traffic or a policy alone: whether it is of an app or of a site."
        ),
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
            "--fetch-policies",
            help="Ask the addresses of policies that the package names, and of lists that a policy "
            "in a file or a package leads to; else nobody is asked for these.",
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
    rate: Annotated[
        float, typer.Option(help="Sites, policies: most pages a second.", min=0.01, max=5)
    ] = 1.0,
    minutes: Annotated[
        float,
        typer.Option(help="Sites, policies: longest time for all sessions.", min=0.1, max=240),
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
            help="Sites, policies: map a name, * for all, to an address, as for a site under test; "
            "repeatable.",
            metavar="HOST[:PORT]=ADDRESS[:PORT]",
        ),
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            help="Sites, policies: a certificate (PEM) of a site under test.", metavar="FILE"
        ),
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
        Path | None, typer.Option(help="Sites, policies: the Chromium to use.", metavar="PATH")
    ] = None,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Sites, policies: private addresses may be reached."),
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
    collector: Collectors = None,
    witness: Witnesses = None,
    authority: Authority = None,
    place: CollectedAt = None,
    vantage_address: VantageAddress = None,
    time_server: TimeServer = None,
    runs: Runs = None,
    self_test: Trial = None,
    collection_record: Records = None,
    rules: RuleFolders = None,
    rules_trust: RulesTrust = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Exit 1 from this severity on; proven-... counts no suspicion."),
    ] = None,
    sign_key: SignKey = None,
    sign_cert: SignCert = None,
    sign_pass: SignPass = None,
    self_signed: SelfSigned = False,
    sign_with: SignWith = None,
    tsa: Tsa = None,
    tsa_trust: TsaTrust = None,
    baseline: BaselineFile = None,
    fail_on_new: FailOnNew = None,
    new_kinds: NewKinds = None,
    config: ConfigFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing case.")] = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Audit one subject into a case folder and print a summary."""
    from scanner.audit import Request, audit
    from scanner.errors import MingjianError
    from scanner.evidence.sealing import signer_of
    from scanner.leaving.purging import day
    from scanner.model import Visit

    if session is not None and not authorised:
        misused("--session without --authorised", "a login is used by those entitled to it only")
    settings = Settings(config)
    lang, formats = settings.lang(lang), settings.formats(formats)
    app_type = settings.word("app-type", app_type)
    agreed_at, within_s = _consent(consent_at)
    visit = Visit(
        home=_country(settings.word("home", home) or "CN", "--home"),
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
        package=plain_text(package),
        consent_at=agreed_at,
        consent_within_s=within_s,
        digest_key=digest_key,
        developer=plain_text(developer),
        fetch_policies=fetch_policies,
    )
    how, tool = collecting(
        Stated(
            collectors=collector,
            witnesses=witness,
            authority=authority,
            place=place,
            egress=vantage_address,
            time_server=time_server,
            runs=runs,
            records=collection_record,
            allow_private=allow_private,
        ),
        settings,
    )
    words = SealWords(
        sign_key,
        sign_cert,
        sign_pass,
        self_signed,
        sign_with,
        tsa,
        tsa_trust,
        allow_private,
    )
    sealing = sealing_of(settings, words)
    if sealing is not None:
        signer_of(sealing)  # a key that cannot be used is to be heard of before the work, not after
    judging = settings.judging(
        profile, rules, rules_trust, fail_on, baseline, qualified(qualification)
    )
    kind = None if app_type is None else judging.knowledge.app_type(app_type)
    if is_wanted(self_test, judging.choices.profile):
        how = how._replace(
            self_tests=tried(judging.book, judging.knowledge, tool.started_at, saying(quiet))
        )
    request = Request(
        targets=target,
        visit=visit,
        app_type=None if kind is None else kind.number,
        developer=plain_text(developer),
        store=plain_text(store),
        store_url=plain_text(store_url),
        store_category=plain_text(store_category),
        users=plain_text(users),
        channel=plain_text(channel),
        obtained_at=_moment(obtained_at, "--obtained-at"),
        tool=tool,
        collecting=how,
        retain_until=None if retain_until is None else day(retain_until, "--retain-until"),
        mapping=mapping,
        dex=dex,
        identity=identity,
        connections=connections,
        control=control,
        policies=[
            *(("given", word) for word in policy or ()),
            *(("store", word) for word in store_policy or ()),
            *(("earlier", word) for word in policy_before or ()),
        ],
    )
    destination = output or _default_case(target[0])
    ready(fail_on_new, destination)
    report = audit(
        request,
        destination,
        book=judging.book,
        knowledge=judging.knowledge,
        formats_wanted=wanted(formats),
        choices=judging.choices,
        options=writing(lang, judging.fail_on),
        force=force,
        say=saying(quiet),
    )
    if sealing is not None:
        from scanner.casework.sealing import seal_case

        try:
            seal_case(destination, sealing, tool=request.tool)
        except MingjianError:
            typer.echo(f"{destination}: the case stands, without that seal", err=True)
            raise
    news = new_since(fail_on_new, destination, new_kinds, judging, lang)
    finish(report, destination, judging.fail_on, quiet, lang, judging.choices.baseline, news)


def _country(code: str, option: str) -> str:
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        misused(f"{option} {code} is no country code", "two letters, e.g. CN")
    return code.upper()


def _moment(text: str | None, option: str) -> str | None:
    import datetime

    if text is None:
        return None
    try:
        return datetime.datetime.fromisoformat(text).astimezone().isoformat()
    except (ValueError, OverflowError):
        hint = "write ISO 8601, e.g. 2026-11-22T10:00:00+08:00"
        misused(f"{option} {text} is no time", hint)


def _consent(text: str | None) -> tuple[str | None, float]:
    """Take apart a moment and how far it may be off, in seconds."""
    import re

    time, _, off = (text or "").replace("+-", "±").partition("±")
    if off and not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", off):
        misused(f"--consent-at {text}: {off} is no number of seconds", "write e.g. ±5")
    moment = _moment(time.strip() if text is not None else None, "--consent-at")
    if moment is not None and not re.search(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$", time.strip()):
        misused(f"--consent-at {text} names no time zone", "e.g. 2026-11-22T10:00:00+08:00±5")
    return moment, float(off or UNSURE_S)


def _default_case(target: str) -> Path:
    from scanner.exchange import address

    site = address(target)
    return Path(f"mingjian-case-{site.host if site else Path(target).stem}")
