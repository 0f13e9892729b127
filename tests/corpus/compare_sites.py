"""Compare what an audit tells of sites on this machine with their source and with what they asked.

    python tests/corpus/compare_sites.py FOLDER [FOLDER ...] [--pages 8] [--keep CASES]

Each FOLDER is one site: its files are served on loopback under every name, with and without TLS,
and the real command audits it with all names mapped there, so nothing leaves this machine. What
the server was asked is the truth for requests; the source of each page, read by another parser, is
that for links, filing numbers and fields (a hint, since a page may hide what it holds). Prints
what was found, missed (said to be unseen, or not said) and invented, every violation, the seconds
taken, and processes left behind. Exit code 1 where a request was missed or invented without a
word, where an audit failed or left processes, or where nothing was compared.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import http.server
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup

LONGEST_S = 300.0
"""Seconds after which an audit counts as hanging."""
SLOW_S = 60.0
MOST_PAGES = 200
TRACKERS = {
    "baidu-tongji": re.compile(r"(^|\.)hm\.baidu\.com$"),
    "cnzz": re.compile(r"(^|\.)(cnzz\.com|umeng\.com)$"),
    "google-analytics": re.compile(r"(^|\.)(google-analytics|googletagmanager)\.com$"),
    "google-ads": re.compile(r"(^|\.)(doubleclick\.net|googlesyndication\.com)$"),
    "facebook": re.compile(r"(^|\.)facebook\.(com|net)$"),
    "youtube": re.compile(r"(^|\.)youtube(-nocookie)?\.com$"),
}
"""Hosts of well-known trackers, written down apart from the lists of the project."""
POLICY = re.compile(r"隐私|privacy", re.IGNORECASE)
FILING = re.compile(r"[\u4e00-\u9fff]ICP[备证]\s?\d{6,10}号?(?:-\d+)?|公网安备\s?\d{13,14}号")
PERSONAL = re.compile(
    r"phone|mobile|tel\b|email|passw|手机|电话|邮箱|密码|姓名|身份证", re.IGNORECASE
)
SILENT_TYPES = frozenset(["hidden", "submit", "button", "reset", "image", "checkbox", "radio"])

Asked = tuple[str, str, str]


class Server(http.server.ThreadingHTTPServer):
    """Serves one folder under every name, with TLS where the first byte asks for it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder: Path, certificate: Path) -> None:
        self.asked: list[Asked] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(30)
        with contextlib.suppress(OSError):
            if request.recv(1, socket.MSG_PEEK) == b"\x16":
                request = self.context.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Handler(http.server.SimpleHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def note(self) -> None:
        host = (self.headers.get("Host") or "").partition(":")[0]
        self.server.asked.append((self.command, host, self.path))

    def do_GET(self) -> None:
        self.note()
        super().do_GET()

    def do_HEAD(self) -> None:
        self.note()
        super().do_HEAD()

    def do_POST(self) -> None:
        self.note()
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 10_000_000))
        self.send_response(204)
        self.end_headers()

    do_PUT = do_POST
    do_OPTIONS = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        pass


def certificate(folder: Path) -> Path:
    """Make a certificate with its key in one file; the audit is told to trust it."""
    path = folder / "loopback.pem"
    key = folder / "key.pem"
    names = "subjectAltName=DNS:*.example,DNS:localhost"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=loopback", "-addext", names, "-keyout", str(key), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + key.read_text())
    return path


class Page(NamedTuple):
    """What the source of a page holds."""

    path: str
    hosts: frozenset[str]
    """Hosts that stand in it."""
    policies: tuple[str, ...]
    """Words of its links to a policy."""
    filings: frozenset[str]
    fields: tuple[str, ...]
    """Its fields by type and name."""


def source_of(path: str, data: bytes) -> Page:
    """Read the source of a page by another parser than the browser's."""
    soup = BeautifulSoup(data, "html.parser")
    text = data.decode("utf-8", "replace")
    links = [" ".join(link.get_text().split()) for link in soup.find_all("a")]
    fields = []
    for field in soup.find_all(["input", "textarea", "select"]):
        kind = str(field.get("type") or "text").lower() if field.name == "input" else field.name
        if kind not in SILENT_TYPES:
            name = field.get("name") or field.get("id") or field.get("placeholder") or ""
            fields.append(f"{kind} {name} {field.get('placeholder') or ''}".strip())
    for silent in soup.find_all(["script", "style"]):
        silent.decompose()
    return Page(
        path=path,
        hosts=frozenset(re.findall(r"//([a-z0-9.-]+\.[a-z]{2,})", text)),
        policies=tuple(words for words in links if words and POLICY.search(words)),
        filings=frozenset("".join(one.split()) for one in FILING.findall(soup.get_text())),
        fields=tuple(fields),
    )


class Audited(NamedTuple):
    """An audit of one site, and what its server was asked meanwhile."""

    code: int
    seconds: float
    said: str
    facts: list[dict[str, Any]]
    unseen: list[dict[str, Any]]
    report: dict[str, Any]
    asked: list[Asked]
    left: list[str]
    """Processes that outlived the audit."""


def pages_of(folder: Path, most: int) -> list[str]:
    """Give the paths of a site's pages, the first being the one in front."""
    found = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix in (".html", ".htm") and ".git" not in path.parts
    )
    found.sort(key=lambda path: (path != "index.html", path.count("/"), path))
    return ["/" + path for path in found[:most]]


def audit(folder: Path, paths: Sequence[str], pem: Path, case: Path, *flags: str) -> Audited:
    """Audit a site by the real command, with every name mapped to a server of its files."""
    server = Server(folder, pem)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") + ".example"
    urls = [f"http://{host}{quote(path)}" for path in paths]
    urls[0] = urls[0].removesuffix("index.html")
    mingjian = str(Path(sys.executable).parent / "mingjian")
    command = [mingjian, "scan", *urls, "-o", str(case), "--force"]
    command += ["--resolve", f"*=127.0.0.1:{server.server_address[1]}", "--trust", str(pem)]
    command += ["--dwell", "1", "--rate", "5", "--lang", "en", "-q", "-f", "json", *flags]
    begun = time.monotonic()
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        said = run.communicate(timeout=LONGEST_S)[0].decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, 9)
        said = "hangs: " + run.communicate()[0].decode("utf-8", "replace")
    seconds = time.monotonic() - begun
    time.sleep(1.0)
    left = list(_processes_of(run.pid))
    server.shutdown()
    server.server_close()
    rows = []
    if (case / "facts.jsonl").exists():
        lines = (case / "facts.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
    return Audited(
        code=run.returncode,
        seconds=seconds,
        said=said,
        facts=[row for row in rows if "kind" in row],
        unseen=[row for row in rows if "unseen" in row],
        report=json.loads((case / "report.json").read_text("utf-8")) if rows else {},
        asked=server.asked,
        left=left,
    )


def _processes_of(session: int) -> Iterator[str]:
    """Give the processes of a session that still run (Linux)."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = stat.read_text("utf-8", "replace").partition("(")[2].rpartition(")")
            state, _, _, sid = rest.split()[:4]
            if int(sid) == session and state != "Z":
                yield f"{stat.parent.name} {name}"


def requests(audited: Audited) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Give what only the server knows and what only the report tells: host and path, each."""
    plain = {(host, unquote(urlsplit(path).path)) for _, host, path in audited.asked}
    # What the audit asks for by itself: the rules for robots, and the other scheme of the site.
    own = {"/robots.txt", "/favicon.ico", "/"}
    truth = {one for one in plain if one[1] not in own or not one[0].endswith(".example")}
    told = {
        (fact["host"], unquote(fact["path"]))
        for fact in audited.facts
        if fact["kind"] == "request.made"
    }
    missed = {one for one in truth if not any(_same(other, one) for other in told)}
    invented = {one for one in told if not any(_same(one, other) for other in plain)}
    return missed, invented


def _same(told: tuple[str, str], asked: tuple[str, str]) -> bool:
    """Say whether a report tells of this request; what may be personal is masked there."""
    if told[0] != asked[0]:
        return False
    parts = (re.escape(part) for part in re.split(r"\*+|…", told[1]))
    return bool(re.fullmatch(".*".join(parts), asked[1]))


def unseen_on(audited: Audited, kind: str, page: str) -> bool:
    """Say whether the report says that this kind was not seen on this page."""
    for row in audited.unseen:
        pages = (row.get("scope") or {}).get("page")
        if row["unseen"] == kind and (pages is None or any(_names(one, page) for one in pages)):
            return True
    return False


def _names(address: str, path: str) -> bool:
    """Say whether an address of a report is that of this path, whose numbers it may mask."""
    told = unquote(urlsplit(address).path)
    return any(_same(("", told), ("", one)) for one in (path, path.removesuffix("index.html")))


def compare(folder: Path, pem: Path, case: Path, most: int) -> bool:
    """Audit one site, print the comparison, and say whether nothing was missed without a word."""
    paths = pages_of(folder, most)
    audited = audit(folder, paths, pem, case, "--pages", str(most), "--authorised")
    print(f"\n== {folder.name}: {len(paths)} pages named, {audited.seconds:.0f} s")
    trouble = audited.code not in (0,) or "Traceback" in audited.said or bool(audited.left)
    if trouble:
        print(f"  FAILED: code {audited.code}, left {audited.left}: {audited.said[-2000:]}")
    if audited.seconds > SLOW_S:
        print(f"  slow: {audited.seconds:.0f} s")
    missed, invented = requests(audited)
    count = sum(fact["kind"] == "request.made" for fact in audited.facts)
    print(f"  requests: {count} told, missed {sorted(missed)}, invented {sorted(invented)}")
    _trackers(audited, folder, paths)
    for path in paths:
        _page(audited, source_of(path, (folder / path[1:]).read_bytes()))
    for kind in ("fingerprint.read", "storage.written", "cookie.set", "data.sent", "prompt.raised"):
        for fact in audited.facts:
            if fact["kind"] == kind:
                print(f"  {kind}: {_short(fact)}")
    for ruling in audited.report.get("rulings", ()):
        if ruling["verdict"] == "violated":
            for finding in ruling["findings"]:
                print(
                    f"  {finding['certainty']}: {ruling['rule']}: {finding['message']['en'][:200]}"
                )
    return not trouble and not missed and not invented


def _trackers(audited: Audited, folder: Path, paths: Sequence[str]) -> None:
    named = set[str]()
    for path in paths:
        named |= source_of(path, (folder / path[1:]).read_bytes()).hosts
    asked = {host for _, host, _ in audited.asked}
    told = {
        fact["host"]: fact.get("recipient") or fact.get("vendor")
        for fact in audited.facts
        if fact["kind"] == "request.made"
    }
    for name, pattern in TRACKERS.items():
        in_source = sorted(host for host in named if pattern.search(host))
        in_log = sorted(host for host in asked if pattern.search(host))
        if in_source or in_log:
            said = {host: told.get(host, "MISSED") for host in in_log}
            print(f"  tracker {name}: in source {in_source}, asked {in_log}, told as {said}")
    unnamed = sorted(host for host in told if not told[host] and not host.endswith(".example"))
    print(f"  hosts without a name: {unnamed}")


def _page(audited: Audited, page: Page) -> None:
    def here(kind: str) -> list[dict[str, Any]]:
        return [
            fact
            for fact in audited.facts
            if fact["kind"] == kind and _names(fact.get("page") or "", page.path)
        ]

    visited = here("page.visited")
    rows = [f"visited {bool(visited)}"]
    if page.policies:
        found = {fact.get("text") for fact in here("policy.link")}
        rows.append(f"policy links in source {set(page.policies)}, told {found}")
    elif here("policy.link"):
        rows.append(f"policy links told only: {[fact['text'] for fact in here('policy.link')]}")
    fields = here("form.field")
    if page.fields or fields:
        said = [f"{fact['name']}={fact.get('data_type')}" for fact in fields]
        rows.append(f"fields in source {list(page.fields)}, told {said}")
        asking = [field for field in page.fields if PERSONAL.search(field)]
        if asking and not any(PERSONAL.search(fact["name"]) for fact in fields):
            unseen = unseen_on(audited, "form.field", page.path)
            rows.append("said unseen" if unseen else f"SILENT on {asking}")
    filings = here("filing.shown")
    if page.filings or filings:
        rows.append(f"filings in source {set(page.filings)}, told {[f['number'] for f in filings]}")
    if len(rows) > 1 or not visited:
        print(f"  {page.path}: " + "; ".join(rows))


def _short(fact: dict[str, Any]) -> str:
    dull = {"kind", "channel", "source"}
    return " ".join(f"{key}={value}" for key, value in fact.items() if key not in dull)[:300]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare every folder named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args(arguments)
    good = True
    compared = 0
    with tempfile.TemporaryDirectory() as scratch:
        pem = certificate(Path(scratch))
        for folder in chosen.folders:
            if not pages_of(folder, 1):
                continue
            case = (chosen.keep or Path(scratch)) / folder.name
            good = compare(folder, pem, case, chosen.pages) and good
            compared += 1
    print(f"\nsites compared: {compared}")
    return 0 if good and compared else 1


if __name__ == "__main__":
    sys.exit(main())
