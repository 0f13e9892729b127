"""The settings file: what it may say, and where it says what it may not."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.config import Change, Config, find, read
from scanner.errors import UsageError

CHOICES = {"fail-on": ("high", "never"), "lang": ("zh", "en"), "formats": ("json", "html")}
WHOLE = """\
profile = "procurator"
app-type = 38
home = "KH"
fail-on = "high"
lang = "en"
formats = ["html", "json"]
rule-folders = ["ours"]
rules-trust = "office.pem"
baseline = "accepted.toml"
sign-key = "keys/sign.pem"
sign-cert = "cert.pem"
sign-with = "card --sign"
tsa = "https://tsa.example/"
tsa-trust = "tsa.pem"

[rules.debuggable-build]
severity = "low"
reason = "our builds  are signed\\nelsewhere"

[rules."backup-allowed"]  # switched off
enabled = false
reason = "不适用"
"""


def written(folder: Path, text: str, name: str = "mingjian.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_whole_file_is_read_as_it_is_meant(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE)
    assert read(path, CHOICES) == Config(
        file="mingjian.toml",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        texts={
            "profile": "procurator",
            "fail-on": "high",
            "lang": "en",
            "app-type": "38",
            "home": "KH",
            "sign-with": "card --sign",
            "tsa": "https://tsa.example/",
        },
        paths={
            "sign-key": tmp_path / "keys/sign.pem",
            "sign-cert": tmp_path / "cert.pem",
            "tsa-trust": tmp_path / "tsa.pem",
        },
        formats=("html", "json"),
        folders=(tmp_path / "ours",),
        trust=tmp_path / "office.pem",
        baseline=tmp_path / "accepted.toml",
        changes=(
            Change(
                "debuggable-build", "low", "our builds are signed elsewhere", "mingjian.toml:16"
            ),
            Change("backup-allowed", None, "不适用", "mingjian.toml:20"),
        ),
    )


def test_the_same_stands_in_a_table_of_pyproject(tmp_path: Path) -> None:
    lines = ["[project]", 'name = "x"', "[tool.mingjian]"]
    inner = WHOLE.replace("[rules.", "[tool.mingjian.rules.")
    path = written(tmp_path, "\n".join([*lines, inner]), "pyproject.toml")
    own = read(written(tmp_path, WHOLE), CHOICES)
    theirs = read(path, CHOICES)
    assert (theirs.texts, theirs.formats, theirs.folders) == (own.texts, own.formats, own.folders)
    assert [each[:3] for each in theirs.changes] == [each[:3] for each in own.changes]
    assert theirs.changes[0].at == "pyproject.toml:19"


def test_our_own_file_is_found_first_and_that_of_others_only_where_it_speaks_of_us(
    tmp_path: Path,
) -> None:
    assert find(tmp_path) is None
    for text in ("[project]\nname = 'x'", "[tool]\nmingjian = 1", "no toml [["):
        written(tmp_path, text, "pyproject.toml")
        assert find(tmp_path) is None
    project = written(tmp_path, "[tool.mingjian]\n", "pyproject.toml")
    assert find(tmp_path) == project
    assert find(tmp_path) != written(tmp_path, "")
    assert find(tmp_path) == tmp_path / "mingjian.toml"


@pytest.mark.parametrize("broken", ["\ufeff[tool.mingjian]\n", "[tool.mingjian]\nlang = ["])
def test_what_speaks_of_us_is_found_even_where_it_cannot_be_read(
    tmp_path: Path, broken: str
) -> None:
    assert find(tmp_path) is None
    project = written(tmp_path, broken, "pyproject.toml")
    assert find(tmp_path) == project


def test_a_file_of_settings_that_is_none_is_refused_and_never_passed_over(tmp_path: Path) -> None:
    for make in (Path.mkdir, os.mkfifo, lambda path: path.symlink_to(tmp_path / "nowhere")):
        own = tmp_path / "mingjian.toml"
        make(own)
        assert find(tmp_path) == own
        with pytest.raises(UsageError, match=r"mingjian\.toml: (no plain file|No such file)"):
            read(own, {})
        own.rmdir() if own.is_dir() else own.unlink()


WRONGS = {
    'profle = "developer"': ("mingjian.toml:1: unknown key 'profle'", "profile"),
    '\nprofile = "prosecutor"': ("mingjian.toml:2: profile: 'prosecutor'", "procurator"),
    'lang = "de"': ("mingjian.toml:1: lang: 'de'", "one of: zh, en"),
    "lang = 5": ("mingjian.toml:1: lang is no word", "lang ="),
    'fail-on = "hihg"': ("mingjian.toml:1: fail-on: 'hihg'", "high"),
    'home = "China"': ("mingjian.toml:1: home: 'China'", "CN"),
    "app-type = true": ("mingjian.toml:1: app-type is no word", "app-type ="),
    'formats = "html"': ("mingjian.toml:1: formats is no list", "formats ="),
    'formats = ["pdf"]': ("mingjian.toml:1: formats: 'pdf'", "one of: json, html"),
    'rule-folders = [""]': ("mingjian.toml:1: rule-folders is no list", "rule-folders ="),
    'rules = ["ours"]': ("mingjian.toml:1: rules is no table", "rule-folders"),
    'rules.a = "low"': ("mingjian.toml:1: rules.a is no table", "[rules.a]"),
    '\n[rules.a]\nseverity = "low"': ("mingjian.toml:2: rules.a: no reason", "every report"),
    '[rules.a]\nseverity = "low"\nreason = " "': ("mingjian.toml:1: rules.a: no reason", "reason"),
    '[rules.a]\nreason = "us"': ("mingjian.toml:1: rules.a: one change", "enabled"),
    '[rules.a]\nreason = "us"\nenabled = true': (
        "mingjian.toml:1: rules.a: one change",
        "false",
    ),
    '[rules.a]\nreason = "us"\nenabled = 0': ("mingjian.toml:1: rules.a: one change", "false"),
    '[rules.a]\nreason = "us"\nenabled = false\nseverity = "low"': (
        "mingjian.toml:1: rules.a: one change",
        "enabled",
    ),
    '[rules.a]\nreason = "us"\nseverity = "lwo"': ("mingjian.toml:3: severity: 'lwo'", "low"),
    '[rules.a]\nreason = "us"\ncertainty = "proven"': (
        "mingjian.toml:3: unknown key 'certainty'",
        "severity",
    ),
    'rules = {a = {severity = "low"}}': ("mingjian.toml: rules.a: no reason", "reason"),
    f'[rules.a]\nseverity = "low"\nreason = "{"x" * 501}"': (
        "mingjian.toml:3: rules.a: the reason is too long",
        "500",
    ),
    "profile = \nlang = 1": ("mingjian.toml: Invalid value (at line 1", "toml"),
    "a = " + "[" * 100_000: ("mingjian.toml: ", ""),
    "x = " + "9" * 10_000: ("mingjian.toml: ", ""),
}


@pytest.mark.parametrize("text", WRONGS, ids=lambda text: text[:40])
def test_what_cannot_be_meant_is_refused_in_its_place_with_a_hint(
    tmp_path: Path, text: str
) -> None:
    message, hint = WRONGS[text]
    with pytest.raises(UsageError) as refused:
        read(written(tmp_path, text), CHOICES)
    assert str(refused.value).startswith(message)
    assert hint in refused.value.hint
    assert len(str(refused.value)) < 400


def test_what_is_no_file_of_settings_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    with large.open("wb") as sparse:
        sparse.truncate(10 * 1024**3)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'home = "\xff"')
    project = written(tmp_path, "[project]\n", "pyproject.toml")
    for path in (tmp_path / "none.toml", tmp_path, large, latin, project):
        with pytest.raises(UsageError):
            read(path, CHOICES)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=200), st.text("[]rules.a=\"'\n{},# severityfalse", max_size=80))
)
def test_no_bytes_break_it(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "mingjian.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        changes = read(path, CHOICES).changes
    except UsageError:
        changes = ()
    assert all(change.reason for change in changes)
