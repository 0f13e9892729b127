"""The page in a real Chromium: no request, no error, both languages, print, small screens."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace
from playwright.sync_api import Page, sync_playwright

from scanner.model import Report
from scanner.report import readers, render
from tests.report import example

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REPORTS = example.ALL


def html(report: Report) -> str:
    return render("html", report, example.open_evidence).decode()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-wqy-microhei")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Open a report as a file, and keep a list of everything the page should not do."""
    contexts = []

    def open_(report: Report, **options: Any) -> tuple[Page, list[str]]:
        file = tmp_path / "report.html"
        file.write_text(html(report), encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((file.as_uri(), "data:"))
                else faults.append(f"request: {request.url}")
            ),
        )
        page.goto(file.as_uri())
        return page, faults

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_asks_for_nothing_and_breaks_nowhere(opened: Any, name: str) -> None:
    page, faults = opened(REPORTS[name])
    assert page.title().startswith("个人信息保护检测报告")
    assert faults == []


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("name", ["rich", "hostile"])
def test_the_page_never_scrolls_sideways(opened: Any, name: str, width: int) -> None:
    page, _ = opened(REPORTS[name], viewport={"width": width, "height": 900})
    page.get_by_role("button", name="展开全部事实与证据").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_language_is_one_click_away(opened: Any) -> None:
    page, faults = opened(REPORTS["rich"])
    assert page.get_by_role("heading", name="检测到的涉嫌情形").is_visible()
    assert not page.get_by_text("Signs found", exact=True).first.is_visible()
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", name="Findings").is_visible()
    shown = page.inner_text("main")
    own = [line for line in shown.splitlines() if re.search(r"[\u4e00-\u9fff]", line)]
    assert not [line for line in own if "涉嫌" in line or "规则" in line]
    assert faults == []


def test_without_scripts_the_chinese_page_is_whole(opened: Any) -> None:
    page, _ = opened(REPORTS["rich"], java_script_enabled=False)
    assert page.get_by_role("heading", name="检测到的涉嫌情形").is_visible()
    assert page.get_by_role("button", name="English").count() == 0
    page.locator("details summary").first.click()
    assert page.get_by_text("targetSdkVersion").first.is_visible()


def test_a_finding_leads_to_its_fact_and_its_evidence(opened: Any) -> None:
    page, _ = opened(REPORTS["rich"])
    page.locator("article details summary").first.click()
    inside = page.locator("article details[open]").first
    assert "app.manifest" in inside.inner_text()
    assert "target_sdk" in inside.inner_text()
    links = {link.get_attribute("href") for link in inside.locator("a").all()}
    assert {f"evidence/{example.XML}", f"evidence/{example.TEXT}"} <= links
    assert "其他可能的解释" in page.locator("article").first.inner_text()


def test_it_prints_with_everything_open(opened: Any) -> None:
    page, faults = opened(REPORTS["rich"])
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(opened: Any, scheme: str) -> None:
    page, _ = opened(REPORTS["rich"], color_scheme=scheme)
    ratio = page.evaluate(
        """() => {
          const light = (text) => {
            const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((part) => {
              const value = Number(part) / 255;
              return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = (element) => {
            for (let at = element; at; at = at.parentElement) {
              const colour = getComputedStyle(at).backgroundColor;
              if (!/, 0\\)$|transparent/.test(colour)) return colour;
            }
            return getComputedStyle(document.documentElement).backgroundColor;
          };
          const says = (node) => node.nodeType === 3 && node.data.trim();
          const worst = [...document.querySelectorAll("main *")]
            .filter((each) => each.offsetParent && [...each.childNodes].some(says))
            .map((each) => {
              const [a, b] = [light(getComputedStyle(each).color), light(ground(each))];
              return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            });
          return Math.min(...worst);
        }"""
    )
    assert ratio >= 4.5  # WCAG 2.2, 1.4.3


def test_hostile_words_stay_words(opened: Any) -> None:
    page, faults = opened(REPORTS["hostile"])
    assert page.title() != "owned"
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert faults == []
    soup = BeautifulSoup(html(REPORTS["hostile"]), "html.parser")
    hrefs = [str(link["href"]) for link in soup.find_all(href=True)]
    assert all(re.match(r"#|data:,|evidence/[0-9a-f]{64}$", href) for href in hrefs)
    assert "\u202e" not in soup.get_text()


def test_places_on_the_page_are_named_once_and_every_link_arrives() -> None:
    for report in REPORTS.values():
        soup = BeautifulSoup(html(report), "html.parser")
        ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids))
        inner = {str(a["href"])[1:] for a in soup.find_all("a", href=re.compile("^#"))}
        assert inner <= set(ids)


def test_all_41_rows_and_the_sum_are_on_the_page() -> None:
    soup = BeautifulSoup(html(REPORTS["rich"]), "html.parser")
    text = soup.get_text()
    rows = {row.id for row in REPORTS["rich"].behaviours}
    section = soup.select_one("section[aria-labelledby=behaviours]")
    assert section is not None
    noticed = {row.title.zh for row in REPORTS["rich"].labels}
    assert len(rows) == 41
    assert len(section.find_all("tr")) - len(section.find_all("thead")) == 41 + len(noticed)
    assert all(title in section.get_text() for title in noticed)
    for line in REPORTS["rich"].score.deductions:
        assert line.category in text
    assert "100 − " in text
    assert "sha256sum -c manifest-sha256.txt" in text


def test_a_grade_of_u_shows_no_number() -> None:
    soup = BeautifulSoup(html(REPORTS["blind"]), "html.parser")
    result = soup.find(id="result")
    assert result is not None
    assert "无法判断" in result.get_text()
    assert "/ 100" not in result.get_text()


def test_an_information_is_no_suspicion() -> None:
    first, *others = REPORTS["rich"].rulings
    report = replace(REPORTS["rich"], rulings=(replace(first, severity="info"), *others))
    soup = BeautifulSoup(html(report), "html.parser")
    notes = soup.find(id="notes")
    assert notes is not None
    article = notes.find_next("article")
    assert article is not None
    assert "有关条款" in article.get_text()
    assert "涉嫌属于" not in article.get_text().replace("涉嫌属于《认定方法》", "")


def test_a_number_to_be_checked_and_a_standard_say_so() -> None:
    text = BeautifulSoup(html(REPORTS["rich"]), "html.parser").get_text()
    assert "待核" in text
    assert "推荐性标准，作技术依据" in text


def test_a_website_shows_its_sessions_its_duties_and_its_screens(opened: Any) -> None:
    page, faults = opened(example.site())
    assert faults == []
    sizes = page.eval_on_selector_all(
        ".pictures img", "all => all.map(one => [one.naturalWidth, one.naturalHeight])"
    )
    assert sizes == [[64, 40], [64, 40]]
    text = page.inner_text("main")
    for words in ("首次加载，未作操作", "同意之后", "未进行", "同意控件按下后页面崩溃", "仅必要"):
        assert words in text
    headings = page.eval_on_selector_all("#behaviours ~ h3", "all => all.map(h => h.innerText)")
    assert [words for words in headings if "26 项义务" in words] == headings[:1]
    tables = page.eval_on_selector_all(
        "#behaviours ~ table", "all => all.map(one => one.tBodies[0].rows.length)"
    )
    assert tables == [26, 31, 10, 2]
    assert "https://m.example.cn/" in page.inner_text("header")
    assert "类推" in text


def test_an_app_shows_none_of_it() -> None:
    text = BeautifulSoup(html(example.rich()), "html.parser").get_text()
    for words in ("三次会话", "26 项义务", "检测地址", "类推"):
        assert words not in text


def test_values_are_said_in_words_beside_their_id(opened: Any) -> None:
    page, _ = opened(example.site())
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    said = page.inner_text(".fact")
    assert re.search(r"拒绝之后\s*refused", said)
    assert "按检测人员指定的地址" in said


def test_the_table_of_a_regulator_leads_and_holds_proven_findings_only(opened: Any) -> None:
    page, _ = opened(REPORTS["regulator"])
    main = page.locator("main").inner_text()
    assert main.index("所涉问题") < main.index("高风险")
    table = page.locator("section[aria-labelledby=reader] tbody tr")
    proven = {one.ruling.rule for one in readers.issues(REPORTS["regulator"])}
    assert table.count() == len(proven) == 1
    assert "示例科技（北京）有限公司" in table.first.inner_text()
    assert "复核人签字" in page.locator("section[aria-labelledby=reader]").inner_text()
    for article in page.locator("article.rule").all():
        said = article.inner_text()
        issue = any(f"{rule}" in said.split() for rule in proven)
        info = "of-info" in (article.get_attribute("class") or "")
        assert ("初筛线索" in said) == (not issue and not info)


def test_the_page_of_a_procurator_hides_nothing_and_says_what_is_lacking(opened: Any) -> None:
    page, _ = opened(REPORTS["procurator"])
    assert page.locator("article details:not([open])").count() == 0
    lead = page.locator("section[aria-labelledby=reader]").inner_text()
    lacking = [each.option for each in REPORTS["procurator"].required if not each.given]
    assert lead.count("必需，尚缺") == len(lacking)
    assert {"--users", "--app-type", "--collector"} <= set(lacking)
    assert all(option in lead for option in lacking)
    held = [
        said
        for said in page.locator("article").all_inner_texts()
        if "由他人提供；" in said or readers.HELD_BACK.zh in said
    ]
    assert len(held) == 1
    assert readers.HELD_BACK.zh in held[0]


def test_the_page_of_a_developer_begins_with_what_to_change(opened: Any) -> None:
    page, _ = opened(REPORTS["developer"])
    lead = page.locator("section[aria-labelledby=reader]").inner_text()
    found = readers.remedies(REPORTS["developer"])
    assert found
    assert all(one.words.zh in lead for one in found)


def test_what_the_organisation_changed_stands_where_the_range_is_told() -> None:
    for name in ("regulator", "procurator", "developer"):
        page = html(REPORTS[name])
        looked = page[page.index('id="looked"') : page.index('id="findings"')]
        for said in ("collected-before-consent", "contacts-unexpected", "试点期间不用", "12" * 32):
            assert said in looked
        assert "应用名称中有“商城”" in looked
        assert "policy-hard-to-read" in looked
        assert readers.DISABLED.zh in page
        assert "56" * 32 in page
        assert "签名已核验" in page
    plain = html(REPORTS["rich"])
    assert not any(said in plain for said in ('id="overrides"', 'id="reader"', 'id="type"'))
