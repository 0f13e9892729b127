"""Compare what the APK collector says of a folder of APKs with what aapt and apksigner say.

    python tests/corpus/compare_apks.py FOLDER [--truth FILE]

FOLDER holds the APKs under the names of the truth file, with or without the leading "apk/".
Prints counts per field and every difference; exit code 1 when there is one. Where aapt failed
(aapt_rc is not 0) values are not compared, but the collector must not fail there either.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanner.collect.apk.child import Child
from scanner.collect.apk.collector import collect
from scanner.collect.apk.container import open_container
from scanner.collect.apk.look import look
from scanner.collect.apk.manifest import Manifest
from scanner.errors import NotAuditable
from scanner.evidence.vault import Vault
from scanner.facts import AppManifest, AppSigner, PermissionDeclared
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.model import Sighting, Target, Unseen

Truth = dict[str, Any]


class Seen(NamedTuple):
    """What the collector says of one APK."""

    sightings: list[Sighting]
    manifest: Manifest | None
    seconds: float

    @property
    def app(self) -> AppManifest | None:
        return next((one for one in self.sightings if isinstance(one, AppManifest)), None)


class Compared(NamedTuple):
    """The outcome for a whole folder."""

    counts: Counter[str]
    differences: list[str]
    failures: list[str]
    times: list[tuple[float, str]]


def see(path: Path, vault: Vault, knowledge: Knowledge) -> Seen:
    evidence = vault.keep_file(
        path, name=path.name, media_type="application/vnd.android.package-archive"
    )
    target = Target(kind="apk", path=path, evidence=evidence)
    start = _cpu()
    sightings = list(collect(target, vault.keep, knowledge, lambda _: None))
    seconds = _cpu() - start
    with open_container(path, path.name) as container, Child() as child:
        return Seen(sightings, look(container, child).manifest, seconds)


def _cpu() -> float:
    own, child = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime


def _flag(truth: Truth, name: str, default: bool) -> bool | None:
    """Read a flag as aapt dumps it; a resource reference is not resolved there, so null."""
    stated = truth["application_flags"].get(name)
    if stated is None:
        return default
    return None if stated.startswith("@") else not stated.endswith("0x0")


def _cleartext(truth: Truth) -> bool | None:
    """Without a network security config the flag decides, and by default the target level."""
    if "networkSecurityConfig" in truth["application_flags"]:
        return None
    target = int(truth["targetSdk"] or truth["minSdk"] or 1)
    return _flag(truth, "usesCleartextTraffic", target < 28)


def _components(truth: Truth) -> dict[str, list[str]]:
    """aapt prints class names as written; Android completes short ones with the package."""
    package = truth["package"]

    def full(name: str) -> str:
        if name.startswith("."):
            return str(package + name)
        return name if "." in name else f"{package}.{name}"

    return {kind: sorted(map(full, names)) for kind, names in truth["components"].items()}


def _own_components(manifest: Manifest) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {
        kind: [] for kind in ("activity", "provider", "receiver", "service")
    }
    for one in manifest.components:
        if not one.alias:
            found[one.type].append(one.name)
    return {kind: sorted(names) for kind, names in found.items()}


def _permissions(seen: Seen, manifest: Manifest, *, sdk23: bool) -> list[str]:
    only_sdk23 = {one.name for one in manifest.permissions if one.sdk23}
    facts = [one for one in seen.sightings if isinstance(one, PermissionDeclared)]
    return [one.permission for one in facts if (one.permission in only_sdk23) == sdk23]


Reader = Callable[[Truth, Seen, Manifest], tuple[object, object]]

FIELDS: dict[str, Reader] = {
    "package": lambda t, s, m: (t["package"], m.package),
    # aapt prints nothing where the manifest states none; Android then uses 0
    "versionCode": lambda t, s, m: (int(t["versionCode"] or 0), m.version_code),
    "versionName": lambda t, s, m: (t["versionName"] or "", m.version_name),
    # aapt prints nothing where none is stated; Android then uses 1, and the minimum as target
    "minSdk": lambda t, s, m: (int(t["minSdk"] or 1), m.min_sdk),
    "targetSdk": lambda t, s, m: (int(t["targetSdk"] or t["minSdk"] or 1), m.target_sdk),
    "label": lambda t, s, m: (t["label"] or "", m.label),
    "debuggable": lambda t, s, m: (t["debuggable"], m.debuggable),
    "allowBackup": lambda t, s, m: (_flag(t, "allowBackup", True), m.allow_backup),
    "cleartext": lambda t, s, m: (_cleartext(t), s.app.cleartext_permitted if s.app else None),
    # aapt lists implied permissions among the others
    "permissions": lambda t, s, m: (sorted(t["permissions"]), _permissions(s, m, sdk23=False)),
    "permissions_sdk23": lambda t, s, m: (
        sorted(t["permissions_sdk23"]),
        _permissions(s, m, sdk23=True),
    ),
    "components": lambda t, s, m: (_components(t), _own_components(m)),
    "meta_data": lambda t, s, m: (sorted(t["meta_data"]), list(m.meta_data)),
    "native_code": lambda t, s, m: (
        sorted(abi.strip("'") for line in t["native_code"] for abi in line.split()),
        list(m.abis),
    ),
}


KNOWN = {
    ("apk/edge/Apktool__issue1730.apk", "label"): (
        "aapt prints a label per locale of resources.arsc, which is empty; the label is plain text"
    ),
    ("apk/edge/jadx__resources-only.apk", "permissions"): (
        "aapt implies old permissions for a split that states no level; its base decides"
    ),
}
"""Differences in which the truth is the one that is wrong, with the reason."""


def compare(folder: Path, truths: dict[str, Truth], knowledge: Knowledge) -> Compared:
    """Compare every APK of the folder that the truth names."""
    outcome = Compared(Counter(), [], [], [])
    with tempfile.TemporaryDirectory() as scratch:
        vault = Vault(Path(scratch))
        for name, path in _present(folder, truths):
            try:
                seen = see(path, vault, knowledge)
            except NotAuditable as error:
                outcome.counts["refused"] += 1
                print(f"{name}: refused: {error}")
                if truths[name]["aapt_rc"] == 0:
                    outcome.differences.append(f"{name}: refused: {error}")
                continue
            except Exception as error:
                outcome.failures.append(f"{name}: {error!r}")
                continue
            outcome.times.append((seen.seconds, name))
            _compare_one(name, truths[name], seen, outcome)
    return outcome


def _present(folder: Path, truths: dict[str, Truth]) -> Iterator[tuple[str, Path]]:
    for name in sorted(truths):
        for path in (folder / name, folder / name.removeprefix("apk/")):
            if path.is_file():
                yield name, path
                break


def _compare_one(name: str, truth: Truth, seen: Seen, outcome: Compared) -> None:
    app, manifest = seen.app, seen.manifest
    outcome.counts["APKs"] += 1
    if truth["aapt_rc"] != 0:
        outcome.counts["aapt failed"] += 1
        whole = {one.kind for one in seen.sightings if isinstance(one, Unseen) and not one.field}
        if app is None and "app.manifest" not in whole:
            outcome.differences.append(f"{name}: no app.manifest, and no reason said")
        return
    if manifest is None or (app is None and not manifest.split):
        reasons = [one.reason.en for one in seen.sightings if isinstance(one, Unseen)]
        outcome.differences.append(f"{name}: no app.manifest: {reasons[:1]}")
        return
    for field, read in FIELDS.items():
        expected, found = read(truth, seen, manifest)
        if expected is None or (manifest.split and found is None):
            continue  # a split states no levels, and they are not assumed
        outcome.counts[f"{field} compared"] += 1
        if expected != found and (name, field) in KNOWN:
            outcome.counts[f"{field} known to differ"] += 1
        elif expected != found:
            outcome.counts[f"{field} DIFFERS"] += 1
            outcome.differences.append(f"{name}: {field}: truth {expected!r}, found {found!r}")
    if truth.get("cert_sha256"):
        # apksigner prints one signer, ours are all that any scheme carries (rotated keys)
        outcome.counts["cert_sha256 compared"] += 1
        signers = [one.sha256 for one in seen.sightings if isinstance(one, AppSigner)]
        if truth["cert_sha256"] not in signers:
            outcome.differences.append(
                f"{name}: cert_sha256: {truth['cert_sha256']} not in {signers}"
            )


def print_outcome(outcome: Compared) -> None:
    for key, count in sorted(outcome.counts.items()):
        print(f"{count:6} {key}")
    times = sorted(outcome.times, reverse=True)
    print(f"CPU seconds of collect(): {sum(t for t, _ in times):.1f} in all, slowest:")
    for seconds, name in times[:5]:
        print(f"{seconds:8.2f} {name}")
    for who, words in ((resource.RUSAGE_SELF, "own"), (resource.RUSAGE_CHILDREN, "child")):
        print(f"{resource.getrusage(who).ru_maxrss // 1024:6} MB at most, {words} process")
    for line in (*outcome.differences, *outcome.failures):
        print(line)


def truth_file() -> Path | None:
    """Find the truth: by MINGJIAN_TRUTH, else beside the checkout."""
    beside = Path(__file__).parents[2].parent / "shared" / "corpus" / "truth"
    folder = Path(os.environ.get("MINGJIAN_TRUTH", beside))
    path = folder / "apk_oracle.json" if folder.is_dir() else folder
    return path if path.is_file() else None


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, default=truth_file())
    options = parser.parse_args(words)
    if options.truth is None:
        parser.error("no truth file: give --truth FILE or set MINGJIAN_TRUTH")
    truths = json.loads(options.truth.read_text("utf-8"))
    outcome = compare(options.folder, truths, load_knowledge(rules_folder() / "lists"))
    print_outcome(outcome)
    return 1 if outcome.differences or outcome.failures or not outcome.times else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
