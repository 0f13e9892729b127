"""A comparison with every outcome, and texts that would like to do more than be read."""

from __future__ import annotations

import functools

from msgspec.structs import replace

from scanner.model import Change, Comparison, PassageChange, PolicyChange, Words
from tests.compare.looks import compared, look, twins, watching

SCRIPT = "<script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>"
FORMULA = "=cmd|' /C calc'!A0"
TURNED = "abc\u202egpj.exe\u200b\x1b[31m"
MARKED = "[x](http://evil.example) `a` | @all"
BREAK = "a\r\n]]>\nb"
EVIL = (SCRIPT, FORMULA, TURNED, MARKED, BREAK, "../../etc/passwd", "長" * 10_000)


@functools.cache
def made() -> Comparison:
    """Compare the twins so that every outcome occurs."""
    old, new = twins()
    keep = [f for f in old.facts if getattr(f, "permission", "").endswith("READ_LOGS")]
    found = compared(
        look(old.facts, old.unseen, header=watching(old.header, "apk", sha256="01" * 32)),
        look(
            [*(f for f in new.facts if f.__struct_config__.tag != "data.accessed"), *keep],
            [*new.unseen],
            header=replace(watching(new.header, "apk", "policy"), home="CN"),
        ),
    )
    first, *rest = found.findings
    unclear = replace(found.findings[-1], outcome="unclear", fingerprint="77" * 32)
    return replace(found, findings=(first, *rest, unclear))


@functools.cache
def hostile() -> Comparison:
    """Put hostile texts wherever a text may stand."""
    found = made()
    many = tuple(
        replace(
            found.findings[number],
            rule=text[:300],
            message=Words(text, text),
            title=Words(text, text),
            category=text[:200],
            reasons=(Words(text, text),),
        )
        for number, text in enumerate(EVIL)
    )
    half = replace(found.new, subject=replace(found.new.subject, name=SCRIPT + FORMULA, id=TURNED))
    return replace(
        found,
        new=half,
        notes=tuple(Words(text, text) for text in EVIL),
        findings=many,
        changes=tuple(
            Change(kind="host", item=text, change="added", details=(text,)) for text in EVIL
        ),
        policy=tuple(
            PolicyChange(what="third_party", item=text, change="changed", was=text, now=text)
            for text in EVIL
        ),
        passages=tuple(
            PassageChange(change="lost", document=text, evidence="00", at=text, text=text)
            for text in EVIL
        ),
    )
