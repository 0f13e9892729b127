"""The files by which a project has itself audited: settings, and one file for its pipeline."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from scanner.errors import UsageError
from scanner.new_file import write_new

FOLDER = Path(__file__).parent / "templates"
SETTINGS = "mingjian.toml"
PLACES: Mapping[str, str] = {
    "github": ".github/workflows/mingjian.yml",
    "gitlab": ".gitlab/mingjian.gitlab-ci.yml",
    "pre-commit": ".pre-commit-config.yaml",
}
"""Where the file of each pipeline stands in a project."""


def set_up(
    folder: Path, pipeline: str, *, force: bool = False, settings: bool = True
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write these files into a project, and give those written and those that were there and stay.

    With `force` these give way. Without `settings`, those of the project stand elsewhere, and none
    are written that would hide them. Raises UsageError where nothing is left to write, or nothing
    can be written.
    """
    files = files_for(pipeline)
    kept = tuple(
        name
        for name in files
        if (name == SETTINGS and not settings) or (not force and os.path.lexists(folder / name))
    )
    wanted = {folder / name: data for name, data in files.items() if name not in kept}
    if not wanted:
        said = f"{' and '.join(kept)} already there"
        raise UsageError(said, hint="edit what is there, or --force to replace it")
    write_new(wanted, force=force)
    return tuple(name for name in files if name not in kept), kept


def files_for(pipeline: str) -> dict[str, bytes]:
    """Give the files of a project that uses this pipeline, by their places; none is settings only.

    Raises KeyError for a pipeline that is not known.
    """
    files = {SETTINGS: (FOLDER / SETTINGS).read_bytes()}
    if pipeline != "none":
        files[PLACES[pipeline]] = (FOLDER / Path(PLACES[pipeline]).name.lstrip(".")).read_bytes()
    return files
