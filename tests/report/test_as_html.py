"""The page in a real Chromium: no request, no error, both languages, print, small screens."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace
from playwright.sync_api import Page, sync_playwright

from scanner.model import Qualification, Report
from scanner.report import outline, persons, readers, render
from scanner.report.words import Lang
from tests.report import example, scenes

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REPORTS = example.ALL


def html(report: Report, lang: Lang = "zh") -> str:
    return render("html", report, example.open_evidence, lang=lang).decode()


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

    def open_(report: Report, lang: Lang = "zh", **options: Any) -> tuple[Page, list[str]]:
        file = tmp_path / "report.html"
        file.write_text(html(report, lang), encoding="utf-8")
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
    assert page.title().startswith("个人信息保护检测记录")
    assert faults == []


def test_it_is_a_test_report_only_where_a_qualification_is_stated() -> None:
    assert "检测报告" not in html(REPORTS["rich"])
    stated = replace(REPORTS["rich"], qualification=Qualification(number="CMA 170000000000"))
    assert "<title>个人信息保护检测报告" in html(stated)


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


def test_on_paper_findings_are_listed_and_what_was_opened_is_printed(
    opened: Any, tmp_path: Path
) -> None:
    page, faults = opened(REPORTS["rich"])
    shut = words_of(page.pdf(prefer_css_page_size=True), tmp_path)
    assert "检测到导出组件" in shut
    assert "ACTION_1" not in shut  # of a fact that nobody opened
    assert re.search(r"示例商城\s.*SHA-256 9f86d081884c7d65…", shut)
    assert re.search(r"\d+ / \d+", shut)
    page.get_by_role("button", name="展开全部事实与证据").click()
    assert "target_sdk" in words_of(page.pdf(prefer_css_page_size=True), tmp_path)
    assert faults == []


def test_the_paper_of_a_procurator_holds_every_fact(opened: Any, tmp_path: Path) -> None:
    page, _ = opened(REPORTS["procurator"])
    assert page.locator("article details:not([open])").count() == 0
    assert "target_sdk" in words_of(page.pdf(prefer_css_page_size=True), tmp_path)


def test_a_filter_takes_nothing_from_the_paper(opened: Any, tmp_path: Path) -> None:
    page, _ = opened(REPORTS["rich"])
    page.get_by_label("文字").fill("no such words anywhere")
    assert page.locator("article.rule:visible").count() == 0
    assert "检测到导出组件" in words_of(page.pdf(prefer_css_page_size=True), tmp_path)


def words_of(pdf: bytes, folder: Path) -> str:
    """Read a PDF with a reader that is not ours."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: apt-get install poppler-utils")
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


CONTRAST = """() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const value = Number(part) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const clear = /, 0\\)$|transparent|none/;
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!clear.test(colour)) return colour;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  const says = (node) => node.nodeType === 3 && node.data.trim();
  const faults = [];
  for (const each of document.querySelectorAll("body *")) {
    const drawn = each instanceof SVGElement;
    if (!each.getClientRects().length || !each.checkVisibility()) continue;
    if (!(drawn ? each.closest("text") === each : [...each.childNodes].some(says))) continue;
    const style = getComputedStyle(each);
    const [a, b] = [light(drawn ? style.fill : style.color), light(ground(each))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faults.push(`${each.tagName} ${each.className} ${ratio.toFixed(2)}`);
  }
  return faults;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["together", "site"])
def test_words_stand_out_from_their_ground(opened: Any, name: str, scheme: str) -> None:
    report = scenes.together() if name == "together" else example.site()
    page, _ = opened(report, color_scheme=scheme)
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    assert page.evaluate(CONTRAST) == []  # WCAG 2.2, 1.4.3


def test_every_control_shows_that_it_has_the_focus(opened: Any) -> None:
    page, _ = opened(scenes.together())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").endswith("skip")
    assert page.evaluate("document.activeElement.getBoundingClientRect().width") > 40
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        tag, line = page.evaluate(
            "() => [document.activeElement.tagName, "
            "getComputedStyle(document.activeElement).outlineStyle]"
        )
        seen.add(tag)
        assert line != "none", tag
    assert {"A", "SUMMARY", "SELECT", "INPUT"} <= seen


@pytest.mark.parametrize("name", REPORTS)
def test_headings_and_landmarks_are_in_order(name: str) -> None:
    soup = BeautifulSoup(html(REPORTS[name]), "html.parser")
    levels = [int(str(tag.name)[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for landmark in ("header", "main", "footer", "nav"):
        assert len(soup.find_all(landmark)) == 1
    for section in soup.find_all("section"):
        assert soup.find(id=str(section["aria-labelledby"])) is not None
    for field in soup.find_all(["select", "input"]):
        assert field.find_parent("label") is not None


def test_what_was_looked_at_is_told_first() -> None:
    for name in REPORTS:
        page = html(REPORTS[name])
        main = page[page.index("<main") :]
        ids = re.findall(r' id="([a-z]+)"', main)
        assert ids.index("looked") < min(ids.index(one) for one in ("findings", "result"))
        assert ids[:2] == ["main", "looked"]


def test_the_counts_are_those_of_the_rules_and_do_not_overlap() -> None:
    for name in REPORTS:
        page = html(REPORTS[name])
        listed = page[page.index('<ul class="counts">') :]
        counts = [int(one) for one in re.findall(r"<b>(\d+)</b>", listed[: listed.index("</ul>")])]
        tally = outline.tally(REPORTS[name])
        assert counts == [len(part) for part in tally]
        hidden = [
            one
            for one in REPORTS[name].rulings
            if one.verdict == "not_applicable" and one not in tally.not_applicable
        ]
        assert sum(counts) == len(REPORTS[name].rulings) - len(hidden)


def test_it_opens_in_the_language_that_was_asked_for(opened: Any) -> None:
    page, faults = opened(REPORTS["rich"], "en")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title().startswith("Personal information audit record")
    assert page.get_by_role("heading", name="Findings").is_visible()
    page.get_by_role("button", name="中文").click()
    assert page.title().startswith("个人信息保护检测记录")
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    assert faults == []
    plain, _ = opened(REPORTS["rich"], "en", java_script_enabled=False)
    assert plain.get_by_role("heading", name="Findings").is_visible()


def test_the_filter_shows_what_fits_and_says_how_many(opened: Any) -> None:
    report = scenes.many(240)
    page, faults = opened(report)
    status = page.get_by_role("status")

    def shown() -> int:
        count: int = page.locator("article.rule:visible .findings > li:visible").count()
        assert f"{count} / 240" in " ".join(status.inner_text().split())
        return count

    def expected(**wanted: str) -> int:
        return sum(
            len(one.findings)
            for one in report.rulings
            if all(getattr(one, name) == value for name, value in wanted.items())
        )

    page.get_by_label("级别").select_option("critical")
    assert shown() == expected(severity="critical")
    page.get_by_label("确定性").select_option("suspected")
    assert shown() == expected(severity="critical", certainty="suspected")
    page.get_by_label("类别").select_option("cac-191-3")
    assert shown() == expected(severity="critical", certainty="suspected", category="cac-191-3.1")
    page.get_by_role("button", name="清除").click()
    page.wait_for_function("document.querySelector('[data-shown]').textContent === '240'")
    page.get_by_label("文字").fill("H17.Example")  # in the message, in whatever case
    assert shown() == 1
    page.get_by_label("文字").fill("json:device.field23")  # in a fact that stands on one line
    assert shown() == len([n for n in range(240) if f"field{n}".startswith("field23")])
    page.get_by_label("文字").fill("第 7 条规则")
    assert shown() == 4
    page.get_by_label("通道").select_option("traffic")
    assert shown() == 4
    assert page.locator(".category:visible").count() == 1
    assert faults == []


def test_a_link_to_a_finding_that_is_filtered_away_brings_it_back(opened: Any) -> None:
    page, _ = opened(REPORTS["rich"])
    page.get_by_label("文字").fill("nothing has these words")
    page.evaluate("location.hash = '#f1'")
    page.locator("#f1 details[open]").wait_for()
    assert page.locator("#f1").is_visible()


def test_verdicts_of_program_and_persons_stand_side_by_side(opened: Any) -> None:
    report = scenes.decided()
    page, faults = opened(report)
    findings = [one for ruling in report.rulings for one in ruling.findings]
    table = page.locator("table.opinions")
    text = table.inner_text()
    for words in ("事实已证实", "张三", "李四", "王五", "赵六", "本报告已不含此项", "确认", "否定"):
        assert words in text
    assert persons.CHECKED["defer"].zh in text
    links = {str(one.get_attribute("href")) for one in table.locator("a").all()}
    assert f"evidence/{example.TEXT}" in links  # attached, and kept
    assert f"evidence/{scenes.NOTE}" not in links  # attached, and gone
    assert scenes.NOTE in text
    assert text.count(persons.TWICE.zh) == 1
    accepted = page.locator("table.accepted").inner_text()
    for words in ("下一版本移除", "安全组", "2026-06-30", "已接受", "2026-01-31", "已过期"):
        assert words in accepted
    summaries = page.locator("article summary").all_inner_texts()
    assert sum("2/3 次" in one for one in summaries) == 1
    assert sum("已接受" in one for one in summaries) == 1
    assert page.get_by_text("本报告含个人信息原值").is_visible()
    shown = page.locator(".findings > li").count()
    assert shown == len(findings)  # an accepted finding is never hidden
    by_hand = page.locator("section[aria-labelledby=manual]").inner_text()
    assert "王五" in by_hand
    assert faults == []


def test_where_data_goes_is_drawn_and_told(opened: Any) -> None:
    page, faults = opened(scenes.flowing())
    picture = page.locator("svg.flow")
    assert picture.locator("path.stream").count() == len(scenes.FLOWS) - 4  # four are connections
    drawn = picture.evaluate(
        "one => [...one.querySelectorAll('tspan')].filter((each) => "
        "getComputedStyle(each).display !== 'none').map((each) => each.textContent).join()"
    )
    for words in ("港澳台地区", "登记地：中国香港", "所在地：中国", "仅见读取", "友盟+ 统计"):
        assert words in drawn
    assert "registered for" not in drawn
    page.get_by_text("以文字列出").first.click()
    rows = page.locator("section[aria-labelledby=flow] tbody tr").all_inner_texts()
    assert len(rows) == len(scenes.FLOWS) - 4
    (first,) = [row for row in rows if "stat.example.cn" in row]
    for words in ("国际移动设备识别码（IMEI）", "征得同意之前", "未加密", "境内"):
        assert words in first
    assert faults == []
    assert 'id="flow"' not in html(REPORTS["rich"])


def test_articles_are_cited_as_lawyers_cite_them() -> None:
    norms = tuple(
        replace(one, id="CN191") if one.id == "CAC-191" else one for one in REPORTS["rich"].norms
    )
    rulings = tuple(
        replace(
            one,
            basis=tuple(
                replace(place, norm="CN191") if place.norm == "CAC-191" else place
                for place in one.basis
            ),
        )
        for one in REPORTS["rich"].rulings
    )
    text = html(replace(REPORTS["rich"], norms=norms, rulings=rulings))
    assert "《App违法违规收集使用个人信息行为认定方法》第四条第六项" in text
    assert "《中华人民共和国个人信息保护法》第五十一条" in text
    assert "条目 4.6" not in text


HOSTILE = dict(scenes.hostile())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_inert_wherever_they_stand(opened: Any, name: str) -> None:
    page, faults = opened(HOSTILE[name], viewport={"width": 390, "height": 800})
    title = page.title()
    assert title.startswith("个人信息保护检测记录")
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    page.get_by_label("文字").fill("<script>")
    page.get_by_label("文字").fill("")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="中文").click()
    page.wait_for_timeout(50)
    assert page.title() == title
    assert faults == []
    assert page.locator("script").count() == 1
    assert page.locator("style").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_role("heading", name="看了什么，没看什么").is_visible()
    hrefs = page.eval_on_selector_all("[href]", "all => all.map(one => one.getAttribute('href'))")
    assert all(re.match(r"#[a-z]+\d*$|data:|evidence/[0-9a-f]{64}$", one) for one in hrefs)
    said = page.inner_text("body")
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200b\x1b]", said)
    if "long" not in name:
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


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
