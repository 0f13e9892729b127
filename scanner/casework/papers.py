"""Papers about cases, written outside of them: the record of collection, the notice table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from scanner import case as cases
from scanner.casework.standing import acts_of, stored_report
from scanner.errors import UsageError
from scanner.evidence.vault import Vault
from scanner.model import Tool
from scanner.new_file import write_new
from scanner.report import as_csv, as_xlsx
from scanner.report.document.record import Held, Stated, origins, transcript
from scanner.report.words import Lang
from scanner.reporting import observed_on
from scanner.rulebook.catalog import Catalog
from scanner.rulebook.cited import norms_of_evidence


def record(
    folder: Path,
    destination: Path,
    stated: Stated,
    *,
    catalog: Catalog,
    made_at: str,
    lang: Lang = "zh",
    force: bool = False,
) -> str:
    """Write the record of how a case was collected to a file outside it, and give the digest of the
    case that it quotes; the case itself stays as it is."""
    report = stored_report(folder)
    header, facts, _ = cases.read_facts(folder)
    manifest = (folder / cases.MANIFEST).read_bytes()
    held = Held(
        report=report,
        acts=acts_of(folder),
        root=hashlib.sha256(manifest).hexdigest(),
        files=manifest.count(b"\n"),
        origins=origins(facts),
        norms=norms_of_evidence(catalog, observed_on(header)),
        open=Vault(folder / cases.EVIDENCE).open,
    )
    paper = transcript(held, stated, made_at=made_at, lang=lang)
    write_new({destination: paper}, force=force)
    return held.root


def notice_of(folders: Iterable[Path], file: Path, *, lang: Lang, tool: Tool) -> bytes:
    """Give the notice table of several cases, as CSV or XLSX by the name of the file.

    Every case must be byte for byte as it was sealed; none is changed.
    """
    reports = (stored_report(folder) for folder in cases.cases_in(folders))
    if file.suffix.lower() == ".csv":
        return as_csv.table(reports, lang)
    if file.suffix.lower() == ".xlsx":
        return as_xlsx.table(reports, lang, created=tool.started_at)
    raise UsageError(f"{file.name[:80]!r} is no table", hint="name a file.xlsx or a file.csv")
