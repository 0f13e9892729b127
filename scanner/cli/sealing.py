"""The verbs that seal a case and check its seal, and the options of sealing that others share."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from scanner.cli.app import (
    Case,
    ConfigFile,
    Lang,
    Language,
    Quiet,
    app,
    language,
    misused,
    plain_text,
    terminal,
    tool_now,
)
from scanner.cli.settings import Settings

if TYPE_CHECKING:
    from scanner.casework.standing import CaseVerified
    from scanner.evidence.sealing import Sealing

SignKey = Annotated[
    Path | None,
    typer.Option(
        help="Sign the case with this key: PEM, or PKCS #12 with its certificate.", metavar="FILE"
    ),
]
SignCert = Annotated[
    Path | None,
    typer.Option(
        help="The certificate of that key (PEM), with those between it and its root.",
        metavar="FILE",
    ),
]
SignPass = Annotated[
    Path | None,
    typer.Option(
        help="File whose first line unlocks the key; else you are asked. Never on the call itself.",
        metavar="FILE",
    ),
]
SelfSigned = Annotated[
    bool,
    typer.Option(
        "--self-signed",
        help="Sign with a key made for this seal and thrown away: it identifies nobody, and shows "
        "later changes only.",
    ),
]
SignWith = Annotated[
    str | None,
    typer.Option(
        help="Sign with a command, as for a token or an SM2 card: it gets the manifest on its "
        "input and writes a detached CMS signature, DER or PEM. No shell.",
        metavar="COMMAND",
    ),
]
Tsa = Annotated[
    str | None,
    typer.Option(
        help="Have the seal stamped by this authority (RFC 3161); it gets a digest, nothing else.",
        metavar="URL",
    ),
]
TsaTrust = Annotated[
    Path | None,
    typer.Option(help="A certificate (PEM) that must vouch for that authority.", metavar="CERT"),
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="The authority may stand at a private address.")
]


class VerifyFormat(enum.StrEnum):
    """How the result of a verification is printed."""

    TEXT = "text"
    JSON = "json"


class SealWords(NamedTuple):
    """What a call says of sealing."""

    sign_key: Path | None
    sign_cert: Path | None
    sign_pass: Path | None
    self_signed: bool
    sign_with: str | None
    tsa: str | None
    tsa_trust: Path | None
    allow_private: bool


def sealing_of(settings: Settings, words: SealWords) -> Sealing | None:
    """Give how a case is to be sealed, as the call and the settings say; None where neither does.

    What the call says of signing stands in place of all that the settings say of it.
    """
    sealing = _sealing(settings, words)
    asked = (sealing.key, sealing.command, sealing.tsa, sealing.self_made or None)
    return None if asked == (None, None, None, None) else sealing


def _sealing(settings: Settings, words: SealWords) -> Sealing:
    import datetime
    import functools

    from scanner.evidence.sealing import Sealing

    key, certificate, command = words.sign_key, words.sign_cert, words.sign_with
    if key is None and command is None and not words.self_signed:
        key = settings.path("sign-key", None)
        command = None if key else settings.command("sign-with")
    if key is not None or command is not None:
        certificate = settings.path("sign-cert", certificate)
    elif certificate is not None:
        misused("--sign-cert without a key", "name the key too: --sign-key FILE")
    if words.sign_pass is not None and not key:
        misused("--sign-pass without a key", "name the key that it unlocks: --sign-key FILE")
    tsa, tsa_trust = settings.word("tsa", words.tsa), words.tsa_trust
    if tsa is not None:
        tsa_trust = settings.path("tsa-trust", tsa_trust)
    elif tsa_trust is not None:
        misused("--tsa-trust without --tsa", "name the authority: --tsa URL")
    return Sealing(
        now=lambda: datetime.datetime.now().astimezone(),
        key=key,
        certificate=certificate,
        passphrase=functools.cache(lambda: _passphrase(words.sign_pass, key)),
        self_made=words.self_signed,
        command=command,
        tsa=tsa,
        tsa_trust=() if tsa_trust is None else (tsa_trust,),
        allow_private=words.allow_private,
        tell=lambda said: typer.echo(f"note: {said}", err=True),
    )


def _passphrase(file: Path | None, key: Path | None) -> bytes | None:
    import getpass
    import sys

    if file is not None:
        with file.open("rb") as opened:
            return opened.readline(10_000).rstrip(b"\r\n")
    if not terminal(sys.stdin):
        return None
    return getpass.getpass(f"passphrase of {plain_text(key.name) if key else 'the key'}: ").encode()


@app.command()
def seal(
    case: Case,
    sign_key: SignKey = None,
    sign_cert: SignCert = None,
    sign_pass: SignPass = None,
    self_signed: SelfSigned = False,
    sign_with: SignWith = None,
    tsa: Tsa = None,
    tsa_trust: TsaTrust = None,
    allow_private: AllowPrivate = False,
    by: Annotated[
        list[str] | None, typer.Option(help="Who seals it, by name; repeatable.", metavar="NAME")
    ] = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Sign a case, and have it stamped: by --self-signed where nothing else is said.

    Nothing of the case is altered but its seal and its custody log; a seal that it bore is kept.
    """
    from scanner.casework.sealing import seal_case
    from scanner.casework.standing import verified

    settings = Settings(config)
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
    sealing = _sealing(settings, words)
    if sealing.key is None and sealing.command is None:
        sealing = sealing._replace(self_made=True)
    names = [plain_text(each) or "" for each in by or ()]
    seal_case(case, sealing, tool=tool_now(), by=names)
    if not quiet:
        chinese = language(settings.lang(lang)) is Language.ZH
        _print_lines(case, verified(case), chinese=chinese)


@app.command()
def verify(
    case: Case,
    sm3: Annotated[
        bool, typer.Option("--sm3", help="Compute SM3 beside SHA-256; takes several times as long.")
    ] = False,
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            help="Exit 5 unless the case is signed, and this certificate (PEM) vouches for the "
            "signer; repeatable.",
            metavar="CERT",
        ),
    ] = None,
    tsa_trust: Annotated[
        list[Path] | None,
        typer.Option(
            help="Exit 5 unless the case is stamped, and this certificate (PEM) vouches for the "
            "authority; repeatable.",
            metavar="CERT",
        ),
    ] = None,
    form: Annotated[
        VerifyFormat, typer.Option("--format", "-f", help="How to print the result.")
    ] = VerifyFormat.TEXT,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Check a case against its lists, byte for byte, and say what its seal says; offline."""
    import datetime

    from scanner.casework.standing import refuse, verified
    from scanner.evidence.telling import as_json, unverified

    found = verified(
        case,
        now=datetime.datetime.now().astimezone(),
        trust=trust or (),
        tsa_trust=tsa_trust or (),
        sm3=sm3,
    )
    wrong = found.verified.wrong
    if form is VerifyFormat.JSON:
        typer.echo(as_json(found.verified, found.acts, found.left_out).decode(), nl=False)
    if len(wrong) > 20:
        typer.echo("\n".join(map(str, wrong)), err=True)
    refuse(case, wrong)
    chinese = language(lang) is Language.ZH
    for words in unverified(found.verified):
        typer.echo(words.said(chinese=chinese), err=True)
    if form is VerifyFormat.TEXT and not quiet:
        _print_lines(case, found, chinese=chinese)


def _print_lines(case: Path, found: CaseVerified, *, chinese: bool) -> None:
    import datetime

    from scanner.casework.standing import remarks
    from scanner.evidence.telling import told

    typer.echo(f"{plain_text(str(case))}:")
    away = remarks(case, found, datetime.datetime.now().astimezone().date().isoformat())
    for words in told(found.verified, found.acts, away, left_out=len(found.left_out)):
        typer.echo(f"  {words.said(chinese=chinese)}")
