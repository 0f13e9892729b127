"""One look at the subject from the beginning, as often as a case wants it; and what it showed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from scanner.collection_file import Stated, records
from scanner.derive import derive
from scanner.evidence.vault import Vault
from scanner.facts import Fact, Origin, SiteVisited
from scanner.gather import gather
from scanner.gathered import Gathered, state
from scanner.knowledge import Knowledge
from scanner.model import CollectionRecord, Unseen, Visit
from scanner.personal.veil import Veil
from scanner.targets import AidKind


class Round(NamedTuple):
    """What one look brought, and when it began (ISO 8601 with offset)."""

    began: str
    gathered: Gathered
    facts: tuple[Fact, ...]
    unseen: tuple[Unseen, ...]


def look(
    targets: Sequence[str],
    vault: Vault,
    knowledge: Knowledge,
    say: Callable[[str], None],
    *,
    began: str,
    app_type: int | None,
    aids: Iterable[tuple[AidKind, Path]],
    policies: Sequence[tuple[Origin, str]],
    visit: Visit,
    veil: Veil,
) -> Round:
    """Look at the subject once, and join what was seen, without personal values; raises as gather
    does."""
    gathered = gather(targets, vault, knowledge, say, aids=aids, policies=policies, visit=visit)
    state(app_type, visit.retired, knowledge, gathered)
    gathered.facts = [veil.fact(fact) for fact in gathered.facts]
    gathered.unseen = [veil.unseen(one) for one in gathered.unseen]
    facts, unseen = derive(gathered.facts, gathered.unseen, knowledge)
    return Round(began, gathered, tuple(facts), tuple(unseen))


def best(rounds: Sequence[Round]) -> Round:
    """Give the first round that got to see its subject, else the first."""
    return next((each for each in rounds if _saw(each)), rounds[0])


def _saw(one: Round) -> bool:
    return one.gathered.subject is not None or any(
        isinstance(fact, SiteVisited) for fact in one.facts
    )


def vouched(stated: Iterable[Stated], rounds: Sequence[Round]) -> tuple[CollectionRecord, ...]:
    """Say what each record of collection covers, in all rounds together.

    Raises UsageError where one speaks of no source, or by the name of several.
    """
    named: dict[str, str] = {}
    descent: dict[str, set[str]] = {}
    theirs: set[str] = set()
    for one in rounds:
        named |= one.gathered.named
        for piece, roots in one.gathered.descent.items():
            descent.setdefault(piece, set()).update(roots)
        shown = (fact.source for fact in one.facts if not fact.source.captured)
        theirs |= {source.evidence for source in shown if source.evidence is not None}
    return records(stated, named, descent, theirs)


def saying_of(number: int, count: int, say: Callable[[str], None]) -> Callable[[str], None]:
    """Tell a waiting person of which round is spoken, where there are several."""
    return say if count == 1 else lambda text: say(f"{number}/{count} {text}")
