"""The page on checking: its commands are run as they stand, where there is no Python at all."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.evidence import certificates
from scanner.evidence.checking import CHECKING, SIGNATURE, TOKEN, Planned, page
from scanner.evidence.sealing import Sealing, prepared, seal
from tests.evidence import authority as others
from tests.evidence.authority import Issued, Root, Stamping


def now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamping]:
    with others.stamping(Root(tmp_path_factory.mktemp("tsa"), "TSA Root")) as server:
        yield server


@pytest.fixture(scope="module")
def who(tmp_path_factory: pytest.TempPathFactory) -> tuple[Root, Issued]:
    root = Root(tmp_path_factory.mktemp("pki"))
    return root, root.issue("Zhang San", kind="rsa")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "above" / "case"
    (folder / "evidence").mkdir(parents=True)
    (folder / "facts.jsonl").write_bytes(b"{}\n")
    (folder / "evidence" / ("a" * 64)).write_bytes(b"kept")
    return folder


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder that holds sha256sum and openssl, and nothing else."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("sha256sum", "openssl"):
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is missing: apt-get install coreutils openssl")
        (folder / name).symlink_to(found)
    return folder


def blocks(text: str) -> list[str]:
    """The blocks of commands of a page: what is set in by four spaces."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("    "):
            found[-1].append(line[4:])
        elif found[-1]:
            found.append([])
    return ["\n".join(block) for block in found if block]


def run(case: Path, tools: Path) -> list[subprocess.CompletedProcess[str]]:
    """Run every block of the page of a case as a person pastes it, in a shell of few means."""
    text = (case / CHECKING).read_text("utf-8")
    return [
        subprocess.run(
            ["/bin/sh", "-e", "-c", block],
            cwd=case,
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            check=False,
        )
        for block in blocks(text)
    ]


def sealed(case: Path, tsa: Stamping, who: tuple[Root, Issued] | None, *, stamped: bool) -> None:
    wish = Sealing(
        now=now,
        key=None if who is None else who[1].key,
        certificate=None if who is None else who[1].certificate,
        self_made=who is None,
        tsa=tsa.url if stamped else None,
        allow_private=True,
    )
    seal(case, {}, prepared(wish, b"before"))


@pytest.mark.parametrize("kind", ["plain", "self-made", "key", "stamped", "earlier"])
def test_its_commands_say_that_all_is_well_and_name_what_is_not(
    case: Path, tools: Path, tsa: Stamping, who: tuple[Root, Issued], kind: str
) -> None:
    if kind == "plain":
        seal(case, {})
    else:
        sealed(case, tsa, None if kind == "self-made" else who, stamped=kind != "key")
    if kind == "earlier":
        sealed(case, tsa, None, stamped=False)
    (case.parent / "ROOT.pem").write_bytes(who[0].pem.read_bytes())
    results = run(case, tools)
    assert [each.stderr for each in results if each.returncode] == []
    signed, stamped = (case / SIGNATURE).exists(), (case / TOKEN).exists()
    said = "".join(each.stderr + each.stdout for each in results)
    assert ("successful" in said) == signed
    assert ("Verification: OK" in said) == stamped
    for victim in sorted(path for path in case.rglob("*") if path.is_file()):
        before = victim.read_bytes()
        victim.write_bytes(before[:-2] + bytes([before[-2] ^ 1]) + before[-1:])
        assert any(each.returncode for each in run(case, tools)), victim
        victim.write_bytes(before)


@pytest.mark.parametrize("name", ["more", ".more", "evidence/.x", "seals/0001/x", "a/b/c/d"])
def test_what_no_list_names_is_found(case: Path, tools: Path, name: str) -> None:
    seal(case, {})
    assert not any(each.returncode for each in run(case, tools))
    (case / name).parent.mkdir(parents=True, exist_ok=True)
    (case / name).write_bytes(b"x")
    said = [each.stdout for each in run(case, tools) if each.returncode]
    assert len(said) == 2  # the page says everything in two languages
    assert all("WARNING: not listed" in each for each in said)


def test_it_tells_only_what_applies() -> None:
    plain = page(Planned()).decode()
    assert "cms -verify" not in plain
    assert "ts -verify" not in plain
    assert "本机时钟" in plain
    assert "local clock" in plain
    full = page(Planned("key", stamped=True, earlier=True)).decode()
    assert "ROOT.pem" in full
    assert "seals/" in full
    assert "local clock" not in full
    own = page(Planned("self-made")).decode()
    assert "不证明任何人的身份" in own
    assert "identifies nobody" in own
    assert "ROOT.pem" not in own
    assert plain.index("如何核验") < plain.index("How to check")
    for text in (plain, full, own):
        chinese, english = text.split("-" * 72)
        assert blocks(chinese) == blocks(english)
        assert max(map(len, text.splitlines())) < 110


def test_the_names_in_it_are_those_of_the_files(case: Path, tsa: Stamping) -> None:
    sealed(case, tsa, None, stamped=True)
    assert certificates.in_pem((case / "tsa.pem").read_bytes())
    assert certificates.in_pem((case / "signer.pem").read_bytes())
