"""What the scanner says of inputs whose answer is known: a tool that cannot find what is there, or
finds what is not, says so before anybody relies on it.

The inputs are of the project's own making and come with the program. They are looked at in this
process and in a place of their own; nothing of it is kept but the answer.
"""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from scanner.errors import MingjianError
from scanner.evidence.vault import Vault
from scanner.knowledge import Knowledge
from scanner.model import SelfTest, TargetKind, Visit
from scanner.personal.veil import Veil
from scanner.rounds import look
from scanner.rulebook.judge import judge
from scanner.rulebook.rule import Rulebook

LIST = "self_test.json"
"""File that says of each input what must be found in it."""
LONGEST = 1 << 20
"""Bytes of that file and of an input at most; the largest has some 20,000."""


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An input whose answer is known, as the list describes it."""

    name: str
    """What it is called."""
    file: str
    """Its path beside the list."""
    sha256: str
    """SHA-256 of its bytes."""
    violating: bool
    """Whether it was made to violate; else to be clean."""
    expected: tuple[str, ...]
    """Rules that must find something in it."""
    app_type: int | None = None
    """Type of the app, as an auditor would state it."""
    subject: TargetKind | None = None
    """Whose recording or text it is."""
    package: str | None = None
    """Package name of the app."""
    first_party: tuple[str, ...] = ()
    """Hosts of the subject itself."""
    consent_at: str | None = None
    """When consent was given."""
    aids: dict[Literal["identity", "connections"], str] = {}
    """Files that an auditor would hand in beside it, by what they are."""


def inputs_folder() -> Path:
    """Give the folder of the inputs: those of this installation, or of the checkout it runs from.

    Where neither is there the folder that should be there is given.
    """
    package = Path(__file__).resolve().parent
    folders = (package / "_selftest", package.parent / "fixtures")
    return next((each for each in folders if (each / LIST).is_file()), folders[0])


def self_test(
    book: Rulebook,
    knowledge: Knowledge,
    day: datetime.date,
    *,
    folder: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[SelfTest, ...]:
    """Look at each input as if it were audited on that day, and hold the answer against the list.

    Our own rules answer alone, as they stand: those of further folders have no list. Nothing is
    raised: what cannot be looked at did not pass.
    """
    say("self-test")
    place = inputs_folder() if folder is None else folder
    ours = replace(book, rules=tuple(rule for rule in book.rules if not rule.folder))
    try:
        listed = msgspec.json.decode(_bytes(place / LIST), type=tuple[Input, ...])
    except (OSError, ValueError) as error:
        return (_failed(LIST, f"the list cannot be read: {error}"),)
    if not any(one.violating for one in listed) or all(one.violating for one in listed):
        return (_failed(LIST, "the list lacks inputs of one kind"),)
    return tuple(_tested(one, place, ours, knowledge, day) for one in listed)


def _tested(
    one: Input, folder: Path, book: Rulebook, knowledge: Knowledge, day: datetime.date
) -> SelfTest:
    """Look at one input; whatever goes wrong is its answer."""
    sha256, error = "", ""
    found: tuple[str, ...] = ()
    try:
        sha256 = hashlib.sha256(_bytes(folder / one.file)).hexdigest()
        found = _found(one, folder, book, knowledge, day)
    except MingjianError as wrong:
        error = str(wrong)
    except Exception as wrong:  # a fault of ours is what is looked for here
        error = type(wrong).__name__
    if not error and sha256 != one.sha256:
        error = "the input was altered"
    right = set(one.expected) <= set(found) if one.violating else not found
    return SelfTest(
        fixture=one.name,
        sha256=sha256,
        violating=one.violating,
        expected=one.expected,
        found=found,
        passed=right and not error,
        error=error,
    )


def _found(
    one: Input, folder: Path, book: Rulebook, knowledge: Knowledge, day: datetime.date
) -> tuple[str, ...]:
    """Give the rules that accuse an input of something; what only informs does not count."""
    visit = Visit(
        subject=one.subject,
        package=one.package,
        first_party=one.first_party,
        consent_at=one.consent_at,
        consent_within_s=5.0 if one.consent_at else 0.0,
    )
    with tempfile.TemporaryDirectory(prefix="mingjian-") as place:
        seen = look(
            [str(folder / one.file)],
            Vault(Path(place) / "evidence"),
            knowledge,
            lambda _: None,
            began="",
            veil=Veil({}),
            app_type=one.app_type,
            aids=[(kind, folder / name) for kind, name in one.aids.items()],
            policies=(),
            visit=visit,
        )
        rulings = judge(
            book, seen.facts, seen.unseen, subject_kind=seen.gathered.kind, observed_on=day
        )
    return tuple(sorted(each.rule for each in rulings if each.findings and each.severity != "info"))


def _failed(name: str, why: str) -> SelfTest:
    return SelfTest(
        fixture=name, sha256="", violating=True, expected=(), found=(), passed=False, error=why
    )


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise ValueError(f"{path.name} is longer than {LONGEST} bytes")
    return data
