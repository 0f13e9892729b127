"""The verbs that drive a phone, and the form of what they record."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import Lang, Language, Quiet, app, language, plain_text

CAPTURE = (sys.executable, "-c", "from scanner.cli import main; main()", "capture")
"""How the capture beside a run is started."""

device_app = typer.Typer(
    help="A phone over adb: run an app and record it; the form of such recordings.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.add_typer(device_app, name="device")


@device_app.command()
def run(
    apk: Annotated[Path, typer.Argument(help="The app, as one APK.", metavar="APK")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="Folder of the recording, made anew.", metavar="FOLDER"
        ),
    ],
    adb: Annotated[
        str | None,
        typer.Option(
            help="The adb server. Default: ANDROID_ADB_SERVER_ADDRESS and "
            "ANDROID_ADB_SERVER_PORT, else 127.0.0.1:5037.",
            metavar="HOST:PORT",
        ),
    ] = None,
    serial: Annotated[
        str | None, typer.Option(help="The phone, where several are connected.", metavar="NUMBER")
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option(
            help="Steps in place of your hand: a YAML list of `tap: 同意`, `tap: {id: agree}`, "
            "`tap: {x: 5, y: 9}`, `wait: 60`, `swipe: up`, `mark: agreed` (a phase, after the "
            "tap that begins it), `function: 扫一扫`, `note: ...`, back, home, launch, stop, "
            "screen_off, screen_on. A tap waits for its control, 10 s or `within: 30`; "
            "`optional: true` goes on without it.",
            metavar="FILE",
        ),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option("--for", help="End after so many seconds.", metavar="SECONDS"),
    ] = None,
    capture: Annotated[
        bool,
        typer.Option(
            "--capture", help="Record the traffic too; the phone's proxy is set and put back."
        ),
    ] = False,
    hooks: Annotated[
        bool,
        typer.Option("--hooks", help="Watch the app's calls with Frida (the phone needs it)."),
    ] = False,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Take an app of that name off first, with all its data."),
    ] = False,
    uninstall: Annotated[
        bool, typer.Option("--uninstall", help="Take the app off at the end.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Do not begin on a phone that is not clean.")
    ] = False,
    who: Annotated[
        list[str] | None, typer.Option(help="Who makes the run; repeatable.", metavar="NAME")
    ] = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Run an app on your own phone and record screens, taps, permissions and connections.

    Use the phone by hand, or give a script. Mark phases by key, or by lines on standard input;
    q, or a line `quit`, ends the run, and so does the end of the script. Ctrl-C breaks it off:
    what was recorded stays, without a manifest.
    """
    from scanner.device.plan import Plan
    from scanner.device.session import run_device

    chinese = language(lang) is Language.ZH
    flags = ("--lang", language(lang).value, *(("-q",) if quiet else ()))
    plan = Plan(
        apk=apk,
        output=output,
        adb=adb,
        serial=plain_text(serial),
        replace=replace,
        uninstall=uninstall,
        strict=strict,
        script=script,
        seconds=seconds,
        capture=(*CAPTURE, *flags) if capture else None,
        who=tuple(map(str, map(plain_text, who or ()))),
    )
    hooker = None
    if hooks:
        from scanner.device import agent
        from scanner.knowledge import load_knowledge, rules_folder

        hooker = agent.hooker(load_knowledge(rules_folder() / "lists"))
    run_device(
        plan,
        hooker=hooker,
        chinese=chinese,
        quiet=quiet,
        source=sys.stdin.fileno() if sys.stdin is not None else None,
        tell=(lambda _: None) if quiet else typer.echo,
    )


@device_app.command()
def schema() -> None:
    """Print the form of a recording as JSON Schema, for other programs that write one."""
    from scanner.device_file import schema as form

    typer.echo(json.dumps(form(), ensure_ascii=False, indent=2))
