"""The verbs seal and verify as a person meets them, and the law that no change goes unnamed."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.casework.again import report_again
from scanner.casework.sealing import seal_case
from scanner.cli import main
from scanner.evidence.digests import shown
from scanner.evidence.sealing import Sealing
from tests.cli.running import complaint, mingjian
from tests.evidence import authority as others
from tests.evidence.authority import Issued, Root, Stamping
from tests.samples import COMPLIANT, case, request


def now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamping]:
    with others.stamping(Root(tmp_path_factory.mktemp("tsa"), "TSA Root")) as server:
        yield server


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Root:
    return Root(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def who(pki: Root) -> Issued:
    return pki.issue("Zhang San")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "case"
    case(folder, COMPLIANT)
    return folder


@pytest.fixture
def copy(plain: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plain, tmp_path / "case"))


@pytest.fixture(scope="module")
def sealed(
    plain: Path, tsa: Stamping, who: Issued, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A case that was signed and stamped twice, with a report in between."""
    folder = Path(shutil.copytree(plain, tmp_path_factory.mktemp("sealed") / "case"))
    wish = Sealing(
        now=now, key=who.key, certificate=who.certificate, tsa=tsa.url, allow_private=True
    )
    seal_case(folder, wish, tool=request().tool)
    report_again(folder, formats_wanted=["text"], tool=request().tool)
    seal_case(folder, wish, tool=request().tool)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def verified(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run `mingjian verify` in this process: its exit code and what it says."""
    out, err = io.StringIO(), io.StringIO()
    before, sys.argv = sys.argv, ["mingjian", "verify", str(folder), "--lang", "en", *words]
    code: object = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.argv = before
    assert isinstance(code, int)
    return code, out.getvalue(), err.getvalue()


def files(folder: Path) -> list[str]:
    return sorted(
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
    )


BYTES = ("flip", "drop", "insert", "swap", "cut", "append", "lines")
FILES = ("gone", "add", "rename", "exchange", "link", "pipe", "folder", "double")


def _altered(data: st.DataObject, kind: str, before: bytes) -> bytes:
    """Change one place of some bytes, so that they are other bytes than before."""
    at = data.draw(st.integers(0, max(len(before) - 1, 0)))
    byte = bytes([data.draw(st.integers(0, 255))])
    lines = before.splitlines(keepends=True)
    if kind == "flip":
        return before[:at] + bytes([before[at] ^ data.draw(st.integers(1, 255))]) + before[at + 1 :]
    if kind == "drop":
        return before[:at] + before[at + 1 :]
    if kind == "swap":
        return before[:at] + before[at : at + 2][::-1] + before[at + 2 :]
    if kind == "cut":
        return before[:at]
    if kind == "append":
        return before + byte
    if kind == "lines" and len(lines) > 1:
        place = data.draw(st.integers(0, len(lines) - 2))
        lines[place], lines[place + 1] = lines[place + 1], lines[place]
        return b"".join(lines)
    return before[:at] + byte + before[at:]


@contextlib.contextmanager
def changed(folder: Path, data: st.DataObject) -> Iterator[set[str]]:
    """Change one thing in a case, give the names that must be named, and undo it."""
    kind = data.draw(st.sampled_from([*BYTES * 2, *FILES]))
    name = data.draw(st.sampled_from(files(folder)))
    place, aside = folder / name, folder.parent / "aside"
    before = place.read_bytes()
    if kind in BYTES:
        after = _altered(data, kind, before)
        place.write_bytes(after)
        try:
            yield {name} if after != before else set()
        finally:
            place.write_bytes(before)
        return
    new = data.draw(
        st.sampled_from(["", "evidence/", "seals/0001/", "seals/", "new/"])
    ) + data.draw(
        st.sampled_from(["added", ".hidden", "=cmd|x", "new\nline", "截\u202e图", "n" * 200])
    )
    if kind in ("add", "rename", "double"):
        (folder / new).parent.mkdir(exist_ok=True)
    if kind == "add":
        (folder / new).write_bytes(data.draw(st.binary(max_size=3)))
        named = {new}
    elif kind == "double":
        (folder / new).write_bytes(before)
        named = {new}
    elif kind == "rename":
        place.rename(folder / new)
        named = {name, new}
    elif kind == "exchange":
        other = data.draw(st.sampled_from(files(folder)))
        second = (folder / other).read_bytes()
        place.write_bytes(second)
        (folder / other).write_bytes(before)
        named = {name, other} if before != second else set()
    else:
        place.rename(aside)
        named = {name}
        if kind == "link":
            place.symlink_to(aside)
        elif kind == "pipe":
            os.mkfifo(place)
        elif kind == "folder":
            place.mkdir()
    try:
        yield named
    finally:
        if kind in ("add", "double"):
            (folder / new).unlink()
        elif kind == "rename":
            (folder / new).rename(place)
        elif kind == "exchange":
            place.write_bytes(before)
            (folder / other).write_bytes(second)
        else:
            if kind == "folder":
                place.rmdir()
            elif kind != "gone":
                place.unlink()
            aside.rename(place)
        with contextlib.suppress(OSError):
            (folder / "new").rmdir()


@settings(
    max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_any_one_change_of_a_sealed_case_is_named(sealed: Path, data: st.DataObject) -> None:
    with changed(sealed, data) as named:
        code, out, err = verified(sealed)
    assert "Traceback" not in err
    if not named:
        assert code == 0, err
        return
    assert code == 5, (named, out, err)
    assert out == ""
    for name in named:
        assert shown(name)[:290] in err, (name, err)


def test_the_case_of_the_law_is_whole(sealed: Path, pki: Root, tsa: Stamping) -> None:
    code, out, err = verified(sealed, "--trust", str(pki.pem), "--tsa-trust", str(tsa.root.pem))
    assert (code, err) == (0, "")
    assert "Zhang San" in out
    assert "Test TSA" in out
    assert "earlier seals: 1" in out
    assert "4 acts" in out
    code, out, err = verified(sealed, "--sm3")
    assert code == 0
    assert "SHA-256 and SM3" in out


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "seal-sha256.txt", "custody.jsonl"])
def test_a_real_process_ends_with_five(sealed: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(sealed, tmp_path / "case"))
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:9] + bytes([data[9] ^ 1]) + data[10:])
    run = mingjian("verify", folder)
    assert run.returncode == 5
    assert name in complaint(run)


def test_a_case_is_sealed_by_nobody_in_particular_unless_somebody_is_named(copy: Path) -> None:
    run = mingjian("seal", copy, "--lang", "en")
    assert run.returncode == 0, run.stderr
    assert "identifies nobody" in run.stdout
    assert "local clock" in run.stdout
    run = mingjian("verify", copy, "--format", "json")
    data = json.loads(run.stdout)
    assert data["whole"] is True
    assert data["seal"]["signature"]["self_made"] is True
    assert data["seal"]["stamp"] is None
    assert data["last_act"]["deed"] == "sealed"
    assert data["last_act"]["details"] == {"signature": "self-made"}


def test_a_key_and_an_authority_are_told_and_the_clock_is_logged(
    copy: Path, pki: Root, who: Issued, tsa: Stamping
) -> None:
    words = ("--sign-key", who.key, "--sign-cert", who.certificate, "--tsa", tsa.url)
    run = mingjian("seal", copy, *words, "--tsa-trust", tsa.root.pem, "--by", "李四")
    assert run.returncode == 2
    assert "--allow-private" in complaint(run)
    assert mingjian("verify", copy, "-q").returncode == 0
    run = mingjian("seal", copy, *words, "--tsa-trust", tsa.root.pem, "--allow-private", "-q")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    data = json.loads(mingjian("verify", copy, "-f", "json").stdout)
    clock = data["last_act"]["clock"]
    assert abs(clock["offset_s"]) <= clock["within_s"]
    assert "Test TSA" in clock["compared_with"]


def test_a_judgement_can_be_signed_and_stays_one_act_with_its_seal(copy: Path, who: Issued) -> None:
    words = ("--sign-key", who.key, "--sign-cert", who.certificate)
    run = mingjian("judge", copy, "-q", *words)
    assert run.returncode == 0, run.stderr
    data = json.loads(mingjian("verify", copy, "-f", "json").stdout)
    assert data["acts"] == 3
    assert "Zhang San" in data["seal"]["signature"]["subject"]


def test_a_scan_can_be_signed_and_one_that_cannot_still_stands(tmp_path: Path, who: Issued) -> None:
    target = tmp_path / "case"
    run = mingjian("scan", COMPLIANT, "-q", "-o", target, "--sign-key", who.key)
    assert run.returncode == 2
    assert "no certificate" in complaint(run)
    assert not target.exists()
    run = mingjian("scan", COMPLIANT, "-q", "-o", target, "--tsa", "http://127.0.0.1:1/")
    assert run.returncode == 2
    assert "the case stands, without that seal" in run.stderr
    assert mingjian("verify", target, "-q").returncode == 0
    target = tmp_path / "second"
    run = mingjian("scan", COMPLIANT, "-q", "-o", target, "--self-signed")
    assert run.returncode == 0, run.stderr
    assert (target / "signer.pem").exists()


def test_what_is_asked_for_and_not_shown_ends_with_five(copy: Path, pki: Root) -> None:
    run = mingjian("verify", copy, "--trust", pki.pem)
    assert run.returncode == 5
    assert "this seal has none" in complaint(run)
    assert mingjian("seal", copy, "-q").returncode == 0
    run = mingjian("verify", copy, "--trust", pki.pem, "-f", "json")
    assert run.returncode == 5
    data = json.loads(run.stdout)
    assert [each["what"] for each in data["wrong"]] == ["unproven"]


def test_settings_say_who_signs_and_a_command_only_from_a_file_that_was_named(
    copy: Path, who: Issued, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    (here / "keys").mkdir(parents=True)
    shutil.copy(who.key, here / "keys" / "key.pem")
    shutil.copy(who.certificate, here / "keys" / "cert.pem")
    file = here / "mingjian.toml"
    file.write_text('sign-key = "keys/key.pem"\nsign-cert = "keys/cert.pem"\n')
    run = mingjian("seal", copy, "--lang", "en", cwd=here)
    assert "Zhang San" in run.stdout, run.stderr
    run = mingjian("seal", copy, "--self-signed", "--lang", "en", cwd=here)
    assert "identifies nobody" in run.stdout, run.stderr
    touched = tmp_path / "touched"
    file.write_text(f'sign-with = "touch {touched}"\n')
    run = mingjian("seal", copy, cwd=here)
    assert run.returncode == 2
    assert "sign-with" in complaint(run)
    assert not touched.exists()
    run = mingjian("seal", copy, "--config", file, cwd=here)
    assert run.returncode == 2
    assert "no CMS" in complaint(run)
    assert touched.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--self-signed", "--sign-with", "true"), "only one can sign"),
        (("--sign-cert", "x.pem"), "--sign-cert without a key"),
        (("--sign-pass", "x"), "--sign-pass without a key"),
        (("--tsa-trust", "x.pem"), "--tsa-trust without --tsa"),
        (("--sign-key", "none.pem"), "none.pem"),
        (("--sign-with", ""), "--sign-with: no command"),
    ],
)
def test_words_that_do_not_fit_are_refused(copy: Path, words: tuple[str, ...], said: str) -> None:
    run = mingjian("seal", copy, *words)
    assert run.returncode == 2
    assert said in complaint(run)
    assert mingjian("verify", copy, "-q").returncode == 0


def test_a_locked_key_is_unlocked_by_a_file(copy: Path, who: Issued, tmp_path: Path) -> None:
    locked, word = tmp_path / "locked.pem", tmp_path / "word"
    words = ("-topk8", "-in", who.key, "-out", locked, "-passout", "pass:open")
    others.openssl("pkcs8", *words)
    word.write_text("open\n")
    given = ("--sign-key", locked, "--sign-cert", who.certificate)
    run = mingjian("seal", copy, *given)
    assert run.returncode == 2
    assert "is locked" in complaint(run)
    assert mingjian("seal", copy, *given, "--sign-pass", word, "-q").returncode == 0


def test_verbs_refuse_what_is_no_case(tmp_path: Path) -> None:
    for verb in ("seal", "verify"):
        run = mingjian(verb, tmp_path / "none")
        assert run.returncode == 2
        assert complaint(run)
