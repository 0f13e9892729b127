"""How long a page with many findings takes to be written, to open in Chromium, and to filter.

Prints the size of the file, the seconds until the page stands and has painted, and the seconds
from a key or a choice in the filter until the page shows the answer. Three openings are said.
Run: python tests/bench/bench_html.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from playwright.sync_api import Page, sync_playwright

from scanner.report import render
from tests.report import example, scenes

COUNTS = (1000, 5000, 10000)
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
ANSWER = """([name, value]) => new Promise((done) => {
  const began = performance.now();
  const field = document.querySelector(`.filter [name=${name}]`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""


def measure(page: Page, address: str) -> str:
    """Open a page and ask its filter; give the seconds."""
    openings = []
    for _ in range(3):
        page.goto("about:blank")
        began = time.perf_counter()
        page.goto(address)
        page.evaluate(PAINTED)
        openings.append(time.perf_counter() - began)
    parts = ["open " + " / ".join(f"{one:.2f}" for one in openings) + " s"]
    for name, value in (
        ("words", "h4"),
        ("words", "h4321.example"),
        ("words", ""),
        ("severity", "critical"),
        ("severity", ""),
    ):
        seconds = page.evaluate(ANSWER, [name, value]) / 1000
        shown = page.inner_text("[data-shown]")
        parts.append(f"{name}={value!r} {seconds:.2f} s ({shown})")
    return ", ".join(parts)


def main() -> None:
    """Measure pages of several sizes."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium here")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for count in COUNTS:
            began = time.perf_counter()
            data = render("html", scenes.many(count), example.open_evidence)
            written = time.perf_counter() - began
            file = Path(folder) / f"{count}.html"
            file.write_bytes(data)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            said = measure(page, file.as_uri())
            print(f"{count} findings: {len(data) / 1e6:.1f} MB, written in {written:.1f} s, {said}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
