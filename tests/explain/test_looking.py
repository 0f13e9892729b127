from __future__ import annotations

import json
import subprocess
from pathlib import Path

from scanner.explain.looking import check, commands
from scanner.report.viewer import Excerpt, Request, Viewer
from tests.report.viewer.kept_bytes import torch


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    words = ["bash", "-o", "pipefail", "-c", command]
    return subprocess.run(words, cwd=folder, check=False, capture_output=True)


def test_the_commands_show_the_very_bytes_to_anybody() -> None:
    """Each is run by a shell in the case folder, with nothing of ours."""
    report, opened, folder = torch()
    viewer = Viewer(report, opened)
    forms = set()
    for fact in report.facts.values():
        source = fact["source"]
        assert isinstance(source, dict)
        for view in viewer.shown(fact):
            for command in commands(view, viewer.kept, source.get("evidence")):
                run = subprocess.run(
                    ["bash", "-o", "pipefail", "-c", command],
                    cwd=folder,
                    check=False,
                    capture_output=True,
                )
                assert run.returncode in (0, 141), command
                if isinstance(view, Request):
                    forms.add("request")
                    text = run.stdout.decode("utf-8", "replace")
                    entry, _ = json.JSONDecoder().raw_decode(text)
                    assert entry["request"]["method"] == view.method
                elif isinstance(view, Excerpt):
                    forms.add(view.form)
                    if view.form == "code":
                        shown = run.stdout.split(b"  ")[0].split(b": ")[1]
                        assert shown.decode() == view.words.split("  ")[0]
                    if view.form == "manifest":
                        assert run.stdout.decode() == view.words + "\n"
                    if view.form == "policy":
                        first = view.words.split()[0]
                        assert first[:10] in run.stdout.decode()
                    if view.form == "record":
                        assert b'"' in run.stdout or b":" in run.stdout
                else:
                    forms.add("screen")
                    assert b"<hierarchy" in run.stdout
    assert forms == {"request", "code", "manifest", "policy", "record", "screen"}


def test_the_digest_is_that_of_sha256sum() -> None:
    report, _, folder = torch()
    for entry in report.evidence:
        run = subprocess.run(
            ["bash", "-c", check(entry.sha256)],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )
        assert run.stdout.split()[0] == entry.sha256


def test_a_hostile_name_stays_one_word_of_the_shell() -> None:
    report, opened, _ = torch()
    kept = Viewer(report, opened).kept
    view = Excerpt("record", "a" * 64, "x'; touch /tmp/owned; '.jsonl", 3, None, "", "w", "")
    (command,) = commands(view, kept, None)
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {command.partition(' | ')[0]}"],
        check=False,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert words == ["unzip", "-p", f"evidence/{'a' * 64}", "x'; touch /tmp/owned; '.jsonl"]
    assert check("../../etc/passwd") == "sha256sum evidence/?"
