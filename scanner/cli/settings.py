"""What the call leaves open: the file of settings fills it in, and the report says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli.app import FailOn, Format, Language, Profile, books, misused

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.knowledge import Knowledge
    from scanner.model import Baseline, Choices, Qualification
    from scanner.rulebook.rule import Rulebook


class Judging(NamedTuple):
    """What a verb that judges works with."""

    knowledge: Knowledge
    book: Rulebook
    choices: Choices
    fail_on: FailOn | None


class Settings:
    """The words of a call, and behind them those of a file; each use of the file is noted."""

    def __init__(self, named: Path | None) -> None:
        from scanner.config import Config, find, read

        self.named = named is not None
        path = named if named is not None else find(Path())
        words: dict[str, Sequence[str]] = {
            "fail-on": list(FailOn),
            "lang": list(Language),
            "formats": list(Format),
        }
        self.config: Config = Config() if path is None else read(path, words)
        self.used: list[str] = []

    def word(self, key: str, given: str | None) -> str | None:
        """Give one setting: as the call says, else as the file does."""
        if given is not None or key not in self.config.texts:
            return given
        self.used.append(f"{key} = {self.config.texts[key]}")
        return self.config.texts[key]

    def path(self, key: str, given: Path | None) -> Path | None:
        """Give one file: as the call says, else as the settings do."""
        if given is not None or key not in self.config.paths:
            return given
        self.used.append(f"{key} = {self.config.paths[key].name}")
        return self.config.paths[key]

    def command(self, key: str) -> str | None:
        """Give a command that is to be run, from settings that the call names only: a file that
        merely lies in the folder may be somebody else's."""
        if key not in self.config.texts:
            return None
        if not self.named:
            hint = f"name the file, so that it is yours: --config {self.config.file}"
            misused(f"{self.config.file} has a command to be run: {key}", hint)
        return self.word(key, None)

    def lang(self, given: Language | None) -> Language | None:
        """Give the language."""
        word = self.word("lang", given)
        return None if word is None else Language(word)

    def formats(self, given: list[Format] | None) -> list[Format] | None:
        """Give the formats."""
        if given or not self.config.formats:
            return given
        self.used.append(f"formats = {', '.join(self.config.formats)}")
        return [Format(each) for each in self.config.formats]

    def fail_on(self, given: FailOn | None) -> FailOn | None:
        """Give from what on the call fails, where the call or the file says it."""
        level = self.word("fail-on", given)
        return None if level is None else FailOn(level)

    def baseline(self, given: Path | None) -> Baseline | None:
        """Give the findings that are accepted for a while."""
        from scanner.baseline import read

        if given is None and self.config.baseline is not None:
            given = self.config.baseline
            self.used.append(f"baseline = {given.name}")
        return None if given is None else read(given)

    def judging(
        self,
        profile: Profile | None,
        rules: list[Path] | None,
        trust: Path | None,
        fail_on: FailOn | None,
        baseline: Path | None = None,
        qualification: Qualification | None = None,
    ) -> Judging:
        """Give the rulebook as the organisation wants it, and from what on the call fails."""
        from scanner.model import Choices
        from scanner.model import Settings as Behind
        from scanner.profiles import PROFILES
        from scanner.rulebook.overrides import override

        if trust is not None and not (rules or self.config.folders):
            misused("--rules-trust without --rules", "name the folder that is signed: -r FOLDER")
        if not rules and self.config.folders:
            rules = list(self.config.folders)
            self.used.append(f"rule-folders = {', '.join(each.name for each in rules)}")
        if trust is None and self.config.trust is not None and rules:
            trust = self.config.trust
            self.used.append(f"rules-trust = {trust.name}")
        knowledge, book = books(rules, trust, proofs=False)
        named = self.word("profile", profile)
        who = None if named is None else Profile(named)
        level = self.word("fail-on", fail_on)
        if level is None and who is not None:
            level = PROFILES[who.value].fail_on
        held = self.baseline(baseline)
        file, sha256 = self.config.file, self.config.sha256
        choices = Choices(
            profile=None if who is None else who.value,
            overrides=tuple(
                override(
                    *(book, change.rule, change.severity, change.reason),
                    file=file,
                    sha256=sha256,
                    at=change.at,
                )
                for change in self.config.changes
            ),
            baseline=held,
            settings=Behind(file=file, sha256=sha256, used=tuple(self.used)) if file else None,
            qualification=qualification,
        )
        return Judging(knowledge, book, choices, None if level is None else FailOn(level))
