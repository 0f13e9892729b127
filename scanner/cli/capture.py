"""The verb that records traffic."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import Lang, Language, Quiet, app, language


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
        chinese=language(lang) is Language.ZH,
        quiet=quiet,
        tell=_say_nothing if quiet else typer.echo,
    )


def _say_nothing(_: str) -> None:
    pass
