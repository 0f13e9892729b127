"""How often each rule fires on a folder of APKs, for the annex of the rule author's manual.

Run: python tests/corpus/fire_rates.py FOLDER [FOLDER ...]
Each app is judged without a type, as type 38 and as type 35 (which is allowed the fewest
permissions). A rule that fires on more than 60 % of a market-like sample should only inform.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from scanner.derive import derive
from scanner.errors import MingjianError
from scanner.evidence.vault import Vault
from scanner.gather import gather
from scanner.gathered import Gathered, state
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.rulebook.judge import judge
from scanner.rulebook.load import load_rulebook
from scanner.rulebook.rule import Rulebook

TYPES = (None, 38, 35)


def fired(gathered: Gathered, app_type: int | None, known: Knowledge, book: Rulebook) -> list[str]:
    """Give the rules that are violated when the auditor states this type."""
    mine = deepcopy(gathered)
    state(app_type, False, known, mine)
    facts, unseen = derive(mine.facts, mine.unseen, known)
    on = datetime.date(2026, 11, 22)
    rulings = judge(book, facts, unseen, subject_kind="apk", observed_on=on)
    return [ruling.rule for ruling in rulings if ruling.verdict == "violated"]


def main() -> None:
    known = load_knowledge(rules_folder() / "lists")
    book = load_rulebook([rules_folder()], known)
    paths = sorted(path for folder in sys.argv[1:] for path in Path(folder).rglob("*.apk"))
    counts = {app_type: Counter[str]() for app_type in TYPES}
    audited = 0
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            try:
                gathered = gather([str(path)], Vault(Path(folder)), known, lambda _: None)
            except MingjianError as error:
                print(f"not audited: {path.name}: {error}", file=sys.stderr)
                continue
        audited += 1
        for app_type, counter in counts.items():
            counter.update(fired(gathered, app_type, known, book))
    print(f"{audited} apps; columns: no type, 38, 35")
    for rule in book.rules:
        ceiling = "manual" if rule.shape is None else "suspected"
        if "proven" in rule.certainty.values():
            ceiling = "proven"
        cells = ["–"] * 3 if rule.shape is None else [str(counts[each][rule.id]) for each in TYPES]
        row = " | ".join([f"`{rule.id}`", rule.category, rule.severity, ceiling, *cells])
        print(f"| {row} |")


if __name__ == "__main__":
    main()
