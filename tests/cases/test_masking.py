"""No value of a person, planted wherever an input can hold one, stands in what a case says."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from scanner.case import REPORTS
from scanner.casework import again, leaving
from scanner.personal.hidden import Hidden
from scanner.report import FORMATS
from tests.cases.running import SCAN
from tests.collect.website.rig import needs_chromium
from tests.leaving.holding import TOOL

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
IDENTITY: Mapping[str, tuple[str, ...]] = {
    "phone": ("13812340001",),
    "name": ("欧阳测试",),
    "imei": ("001068000000006",),
    "android_id": ("5f0c1e7a9d3b2486",),
    "email": ("ceshi.ouyang@example.net",),
}
"""What the auditor put there."""
OTHERS: Mapping[str, tuple[str, ...]] = {
    "phone": ("13987650002", "15000000003"),
    "id_card": ("11010519491231002X",),
    "email": ("li.si.private@qq.com",),
    "bank_card": ("6222021234567890128",),
}
"""What nobody told of: a third person's."""
PLANTED: Mapping[str, tuple[str, ...]] = {
    kind: (*IDENTITY.get(kind, ()), *OTHERS.get(kind, ()))
    for kind in (*IDENTITY, *(kind for kind in OTHERS if kind not in IDENTITY))
}
VALUES = [value for many in PLANTED.values() for value in many]


def leaks(data: bytes) -> list[str]:
    """Name what of the planted values stands in a text: as it is, or in any spelling that the
    search knows of the identity's own."""
    text = data.decode("utf-8", "replace")
    plain = [value for value in VALUES if value in text or quote(value) in text]
    hidden = Hidden(IDENTITY)
    known = [line[:300] for line in text.split("\n") if hidden.text(line) != line]
    return plain + known


def planted_har(path: Path) -> Path:
    """Write a recording with every value in every place of an exchange."""
    entries = []
    for number, value in enumerate(VALUES):
        there = quote(value)
        wrapped = base64.b64encode(json.dumps({"tel": value}).encode()).decode()
        headers = [
            {"name": "Referer", "value": f"http://a.example/{there}?q={there}"},
            {"name": "Cookie", "value": f"u={there}; {there}=1"},
            {"name": f"X-{there}", "value": value},
            {"name": "Authorization", "value": f"Basic {wrapped}"},
            {"name": "Content-Type", "value": "application/json"},
        ]
        body = json.dumps({"phone": value, "user": {value: value}, "text": f"手机 {value}"})
        for url in (
            f"http://api{number}.example/u/{there}/x?phone={there}&{there}=1#{there}",
            f"http://h{number}-{re.sub('[^0-9a-z]', '-', value.lower())}.example/a/{value}",
            f"https://{there}:{there}@c{number}.example/;jsessionid={there}",
            f"http://ulogs.umeng.com/{wrapped}?d={quote(wrapped)}",
        ):
            entries.append(
                {
                    "startedDateTime": f"2026-10-01T10:00:{number:02}+08:00",
                    "request": {
                        "method": "POST",
                        "url": url,
                        "headers": headers,
                        "postData": {"mimeType": "application/json", "text": body},
                        "bodySize": len(body.encode()),
                    },
                    "response": {
                        "status": 200,
                        "headers": [
                            {"name": "Set-Cookie", "value": f"{there}={there}; Domain={there}"},
                            {"name": "Location", "value": f"http://b.example/{value}"},
                        ],
                        "content": {"mimeType": "application/json", "text": body},
                    },
                    "_initiator": {"url": f"http://s.example/{value}.js?x={value}"},
                    "_document": f"http://page.example/{value}",
                    "_error": f"failed for {value}",
                    "serverIPAddress": "203.0.113.9",
                }
            )
    pages = [{"id": "p", "title": f"http://t.example/{VALUES[0]}"}]
    log = {"version": "1.2", "pages": pages, "entries": entries}
    path.write_text(json.dumps({"log": log}, ensure_ascii=False), encoding="utf-8")
    return path


def planted_run(path: Path) -> Path:
    """Write a run on a phone with the values on its screens and among what hooks told."""
    said = " ".join(f"手机 {value} {value}" for value in VALUES)
    out = io.BytesIO()
    source = FIXTURES / "device" / "torch.zip"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".xml"):
                data = re.sub(
                    rb'text="([^"]+)"',
                    lambda found: b'text="' + found[1] + b" " + said.encode() + b'"',
                    data,
                )
            if name == "events.jsonl":
                data = data.replace(b'"resolver"', json.dumps(said).encode())
                data = data.replace(b'"thread": "main"', b'"thread": "%s"' % VALUES[0].encode())
            new.writestr(zipfile.ZipInfo(name), data)
    path.write_bytes(out.getvalue())
    return path


def planted_policy(path: Path) -> Path:
    """Write a policy in which a value of the test identity stands, and the operator's contact."""
    text = (FIXTURES / "policy" / "torch.html").read_text("utf-8")
    mine = " ".join(value for many in IDENTITY.values() for value in many)
    path.write_text(text.replace("</h1>", f"</h1><p>您好 {mine}，我们收集手机号。</p>", 1), "utf-8")
    return path


def identity_file(path: Path) -> Path:
    lines = [f"{kind}: ['{many[0]}']" for kind, many in IDENTITY.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def scanned(folder: Path, *words: object) -> tuple[Path, bytes]:
    case = folder / "case"
    command = [*SCAN, *map(str, words), "-o", str(case), "--force", "-f", "html", "-f", "text"]
    run = subprocess.run(command, capture_output=True, timeout=300, check=False)
    assert case.is_dir(), run.stderr
    assert run.returncode in (0, 3), run.stderr
    return case, run.stdout + run.stderr


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("planted")
    return scanned(
        folder,
        FIXTURES / "apk" / "violating.apk",
        planted_run(folder / "run.zip"),
        planted_har(folder / f"traffic {VALUES[0]}.har"),
        *("--identity", identity_file(folder / "identity.yaml")),
        *("--policy", planted_policy(folder / "policy.html")),
        *("--app-type", "38", "--first-party", "api0.example"),
        *("--store-url", f"https://store.example/app?phone={VALUES[1]}"),
    )


def said_by(case: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(case.iterdir()):
        if path.is_file():
            yield path.name, path.read_bytes()


def test_the_values_are_really_there(app: tuple[Path, bytes]) -> None:
    case, _ = app
    raw = b"".join(path.read_bytes() for path in (case / "evidence").iterdir())
    with zipfile.ZipFile(case.parent / "run.zip") as run:
        raw += b"".join(run.read(name) for name in run.namelist())
    assert all(value.encode() in raw for value in VALUES)
    facts = [json.loads(line) for line in (case / "facts.jsonl").read_bytes().splitlines()[1:]]
    sent = {fact["data_type"] for fact in facts if fact.get("kind") == "data.sent"}
    assert {"phone", "id_card", "email", "bank_card", "imei"} <= sent
    assert any(fact.get("kind") == "screen.shown" and "手机" in fact["text"] for fact in facts)


@pytest.mark.parametrize("name", ["facts.jsonl", "custody.jsonl", "report.json", "report.html"])
def test_no_file_of_the_case_holds_one(app: tuple[Path, bytes], name: str) -> None:
    assert leaks(dict(said_by(app[0]))[name]) == []


def test_the_talk_holds_none(app: tuple[Path, bytes]) -> None:
    assert leaks(app[1]) == []


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_format_holds_one(app: tuple[Path, bytes], form: str) -> None:
    case, _ = app
    again.report_again(case, formats_wanted=[form], tool=TOOL)
    data = (case / REPORTS[form]).read_bytes()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    assert leaks(data) == []


def test_the_copy_for_circulation_holds_none(app: tuple[Path, bytes], tmp_path: Path) -> None:
    case, _ = app
    leaving.export(case, tmp_path / "bag", form="bagit", complete=False, tool=TOOL)
    for path in (tmp_path / "bag").rglob("*"):
        if path.is_file():
            assert leaks(path.read_bytes()) == [], path.name


def test_what_an_operator_publishes_of_itself_stays(app: tuple[Path, bytes]) -> None:
    """A complaint address that a policy names is what the law wants published."""
    policy = (FIXTURES / "policy" / "torch.html").read_text("utf-8")
    (mailbox,) = set(re.findall(r"[\w.]+@[\w.]+\w", policy))
    facts = (app[0] / "facts.jsonl").read_text("utf-8")
    assert mailbox in facts


@needs_chromium
def test_a_site_that_shows_and_sends_values_has_none_of_them_repeated(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    others = [value for many in OTHERS.values() for value in many]
    said = " ".join(f"手机 {value}" for value in others)
    links = "".join(f'<a href="/u/{quote(v)}.html?phone={quote(v)}">{v}</a>' for v in others)
    calls = "".join(f"fetch('/track/{quote(v)}?tel={quote(v)}');" for v in others)
    (site / "index.html").write_text(
        f"<!doctype html><html lang=zh><meta charset=utf-8><title>订单 电话 {others[0]}</title>"
        f"<h1>{said}</h1>{links}<form><label>{said}<input name='{others[0]}'></label></form>"
        f"<label><input type=checkbox checked> 同意 {said}</label>"
        f"<div role=dialog><p>我们使用 Cookie，{said}</p><button>同意 {others[0]}</button>"
        f"<button>拒绝 {others[1]}</button></div>"
        f"<script>{calls}document.cookie='{quote(others[0])}=1';"
        f"localStorage['{others[0]}']='{others[1]}';</script>",
        encoding="utf-8",
    )
    (tmp_path / "out").mkdir()
    case, talk = scanned(tmp_path / "out", site, "--dwell", "1")
    assert leaks(talk) == []
    for name, data in said_by(case):
        if name != "report.html":
            assert leaks(data) == [], name
