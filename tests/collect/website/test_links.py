"""Links in a real Chromium; their words and their order by tables of cases and near misses."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
import pytest
from playwright.async_api import Page

from scanner.browser import Unanswered
from scanner.collect.website.form import Form
from scanner.collect.website.links import (
    MOST_LINKS,
    SPARE_LINKS,
    Link,
    doubtful_links,
    doubtful_policy,
    page_kind,
    policy_subject,
    read_links,
)
from scanner.facts import FormPurpose
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.model import Words
from tests.collect.website.pages import BARE_FORM, Served, served, view


@pytest.fixture(scope="module")
def tab() -> Iterator[Served]:
    with served() as one:
        yield one


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def links_of(tab: Served, html: str) -> list[Link]:
    return tab.see(html, read_links)


def by_text(links: list[Link]) -> dict[str, Link]:
    return {link.text: link for link in links}


# What is read


def test_anchors_with_their_words_and_places(tab: Served) -> None:
    links = by_text(
        links_of(
            tab,
            "<a href='/a'>甲 <b>乙</b></a><a href='b?x=1#y' target=_blank>丙</a>"
            "<a href=c><img src=x alt='图'></a><a href=d aria-label='标'></a>"
            "<a href=e title='题'></a>"
            "<a href='#'>空</a><a href='javascript:void(0)'>脚本</a><a href='f.zip' download>存</a>"
            "<a name=anchor>无</a><map><area href=g alt='域'></map>",
        )
    )
    home = tab.home
    assert links["甲 乙"].href == f"{home}/a"
    assert links["丙"].href == f"{home}/b?x=1#y"
    assert links["丙"].opens_new
    assert not links["甲 乙"].opens_new
    assert links["图"].href == f"{home}/c"
    assert (links["标"].href, links["题"].href) == (f"{home}/d", f"{home}/e")
    assert links["空"].href == links["脚本"].href == ""
    assert links["存"].download
    assert links["域"].href == f"{home}/g"
    assert "无" not in links


@pytest.mark.parametrize(
    ("style", "visible"),
    [
        ("", True),
        ("display:none", False),
        ("visibility:hidden", False),
        ("opacity:0", False),
        ("position:absolute;left:-9999px", False),
        ("position:absolute;top:4000px", True),
        ("display:inline-block;width:0;height:0;overflow:hidden", False),
    ],
)
def test_whether_a_person_can_see_it(tab: Served, style: str, visible: bool) -> None:
    (link,) = links_of(tab, f"<div><a href=/p style='{style}'>隐私政策</a></div>")
    assert link.visible is visible


def test_a_link_around_a_floating_picture_is_visible(tab: Served) -> None:
    style = "float:left;width:90px;height:20px;display:block"
    html = f"<a href=/p><span style='{style}'>隐私政策</span></a>"
    assert links_of(tab, html)[0].visible


def test_what_scripts_made_clickable_counts_where_its_words_tell(tab: Served) -> None:
    links = links_of(
        tab,
        "<div onclick='x()'>隐私政策</div><span role=link>用户协议</span>"
        "<b style='cursor:pointer'>注销账号</b>"
        "<div style='cursor:pointer'><p><span>儿童隐私保护</span></p></div><button>登录</button>"
        "<p>本页说明隐私政策</p><div onclick='x()'>今日新闻</div><a>隐私声明</a>"
        "<label>协议 <a href=/x>隐私条款</a></label>",
    )
    texts = [link.text for link in links]
    assert sorted(texts) == sorted(
        ["隐私政策", "用户协议", "注销账号", "儿童隐私保护", "登录", "隐私条款"]
    )
    assert {link.href for link in links if link.text != "隐私条款"} == {""}


def test_shadow_roots_and_frames_are_read(tab: Served) -> None:
    tab.pages["/inner"] = "<a href=/deep>内部隐私政策</a>"
    links = by_text(
        links_of(
            tab,
            "<x-foot></x-foot><iframe src=/inner></iframe>"
            "<iframe src=/inner style='display:none'></iframe>"
            "<script>customElements.define('x-foot', class extends HTMLElement {constructor()"
            "{super();this.attachShadow({mode:'open'}).innerHTML='<p><x-in></x-in>';}});"
            "customElements.define('x-in', class extends HTMLElement {constructor(){super();"
            "this.attachShadow({mode:'open'}).innerHTML='<a href=/s>影子隐私政策</a>';}});"
            "</script>",
        )
    )
    shadow = links["影子隐私政策"]
    assert (shadow.frame, shadow.visible) == (0, True)
    assert shadow.path.count(" >>> ") == 2
    framed = [link for link in links_of_again(tab) if link.text == "内部隐私政策"]
    assert {(link.frame, link.visible) for link in framed} == {(1, True), (2, False)}


def links_of_again(tab: Served) -> list[Link]:
    return links_of(tab, tab.pages["/page"])


def test_the_path_leads_back_to_the_element(tab: Served) -> None:
    async def look(page: Page) -> list[str | None]:
        links = await read_links(page)
        return [await page.locator(f"css={link.path}").text_content() for link in links]

    html = "<ul>" + "".join(f"<li><a href=/{n}>n{n}</a><b></b>" for n in range(30)) + "</ul>"
    assert tab.see(html, look) == [f"n{n}" for n in range(30)]


def test_the_foot_of_a_page(tab: Served) -> None:
    links = by_text(
        links_of(
            tab,
            "<a href=/1>头</a><div style='height:3000px'></div><a href=/2>底</a>"
            "<div class='site-footer'><a href=/3>脚</a></div>",
        )
    )
    assert [links[text].footer for text in ("头", "底", "脚")] == [False, True, True]


# Hostile pages


def test_a_hundred_thousand_links_are_bounded_and_the_policy_still_found(tab: Served) -> None:
    html = (
        "<div id=d hidden></div><footer><a href=/privacy>隐私政策</a></footer><script>let h='';"
        "for(let i=0;i<100000;i++)h+=`<a href=/${i}>${i}</a>`;d.innerHTML=h</script>"
    )

    async def look(page: Page) -> tuple[list[Link], list[Words], float]:
        unread: list[Words] = []
        begin = time.monotonic()
        links = await read_links(page, unread=unread)
        seconds = time.monotonic() - begin
        with pytest.raises(Unanswered):
            await read_links(page)
        return links, unread, seconds

    links, unread, seconds = tab.see(html, look)
    assert len(links) <= MOST_LINKS + SPARE_LINKS
    assert unread
    assert seconds < 8
    assert "隐私政策" in {link.text for link in links}


def test_cycles_traps_and_clobbered_names_do_not_stop_it(tab: Served) -> None:
    links = links_of(
        tab,
        "<div id=a></div><form id=f><input name=parentNode><input name=getAttribute>"
        "<input name=firstChild><a href=/in>表内</a></form><a id=t href=/t>隐私政策</a><script>"
        "const r=a.attachShadow({mode:'open'});r.innerHTML='<a href=/s>影</a>';"
        "Object.defineProperty(a,'shadowRoot',{get(){throw 1}});"
        "Object.defineProperty(document.body,'shadowRoot',{get(){return document}});"
        "Object.defineProperty(t,'innerText',{get(){throw 1}});"
        "Object.defineProperty(t,'textContent',{get(){throw 1}});"
        "</script>",
    )
    assert {link.text for link in links} == {"表内", "影", "隐私政策"}


@pytest.mark.parametrize(
    "script",
    [
        "Array.prototype.push = () => { throw new Error('no') }",
        "document.createTreeWalker = () => null",
        "Element.prototype.getBoundingClientRect = () => { while (true); }",
        "Element.prototype.getBoundingClientRect = () => ({left:'x',top:{},width:[]})",
        "String.prototype.slice = () => 7; String.prototype.toWellFormed = () => '\\\"'",
    ],
)
def test_a_page_that_works_against_us_is_unanswered(tab: Served, script: str) -> None:
    with pytest.raises(Unanswered) as failed:
        tab.see(f"<a href=/p>隐私政策</a><script>{script}</script>", read_links)
    assert failed.value.reason.zh


def test_a_page_with_its_own_json_is_read(tab: Served) -> None:
    script = (
        "for (const kind of [Array, String, Number, Object]) kind.prototype.toJSON = () => '[]';"
        "JSON.stringify = () => 'no'"
    )
    html = f'<a href=/p>隐私"政策\\</a><a href=/q>\U0001f600隐私</a><script>{script}</script>'
    assert [link.text for link in links_of(tab, html)] == ['隐私"政策\\', "\U0001f600隐私"]


def test_reading_changes_nothing(tab: Served) -> None:
    async def look(page: Page) -> tuple[str, str, list[str]]:
        keys = "() => Object.getOwnPropertyNames(window).sort()"
        names = await page.evaluate(keys)
        before = await page.content()
        await read_links(page)
        assert await page.evaluate(keys) == names
        return before, await page.content(), names

    before, after, _ = tab.see("<a href=/p onclick='x()'>隐私政策</a>", look)
    assert before == after


# What words mean

PRIVACY = [
    "隐私政策",
    "隐私权政策",
    "隐私声明",
    "隐私条款",
    "隐私协议",
    "隐私保护政策",
    "隐私保护指引",
    "隐私权保护声明",
    "隐私说明",
    "隐私须知",
    "隐私通知",
    "隐私与安全",
    "隐私安全",
    "隐私保护",
    "隐私权",
    "隐私",
    "隐私中心",
    "《隐私政策》",
    "用户隐私协议",
    "个人信息保护政策",
    "个人信息处理规则",
    "个人信息保护声明",
    "个人信息收集使用规则",
    "法律声明及隐私权政策",
    "隐私和Cookie政策",
    "私隱政策",
    "隱私權政策",
    "個人資料收集聲明",
    "用户个人信息保护政策",
    "隐私政策（2026版）",
    "网站隐私声明",
    "关于更新《隐私政策》的公告",
    "Privacy",
    "Privacy Policy",
    "Privacy Notice",
    "Privacy Statement",
    "Privacy Protection",
    "Privacy Protection Statement",
    "Privacy & Cookies",
    "Your Privacy",
    "Data Protection Policy",
    "我已阅读并同意《用户服务协议》和《隐私政策》",
]
AGREEMENT = [
    "用户协议",
    "服务条款",
    "使用条款",
    "用户服务协议",
    "会员协议",
    "注册协议",
    "平台服务协议",
    "用户注册协议",
    "网站使用协议",
    "《某某用户协议》",
    "Terms of Service",
    "Terms and Conditions",
    "Terms",
    "User Agreement",
    "EULA",
]
CHILDREN = [
    "儿童隐私政策",
    "儿童个人信息保护规则",
    "未成年人隐私保护指引",
    "未成年人个人信息保护规则",
    "儿童隐私保护声明及监护人须知",
    "Children's Privacy Policy",
]
SDKS = [
    "第三方SDK目录",
    "第三方SDK列表",
    "第三方信息共享清单",
    "与第三方共享个人信息清单",
    "SDK清单",
    "合作方共享信息清单",
    "个人信息共享清单",
    "接入第三方SDK说明",
]
DATA = [
    "个人信息收集清单",
    "已收集个人信息清单",
    "收集个人信息明示清单",
    "用户信息收集清单",
    "个人信息清单",
]
NONE = [
    "首页",
    "联系我们",
    "关于我们",
    "法律声明",
    "版权声明",
    "免责声明",
    "Cookie政策",
    "隐私设置",
    "Privacy settings",
    "隐私浏览器",
    "防窥膜 Privacy screen",
    "中华人民共和国个人信息保护法",
    "个人信息保护法解读",
    "工信部通报38款App隐私政策不完善",
    "如何写隐私政策",
    "《个人信息保护政策》解读",
    "保护隐私的10个方法",
    "隐私部位护理",
    "未成年人保护专区",
    "青少年模式",
    "儿童读物",
    "收费清单",
    "采购清单",
    "课程目录",
    "第三方支付",
    "权限清单",
    "采购合同",
    "政策法规",
    "政策文件",
    "服务指南",
    "个人信息",
    "修改个人信息",
    "信息公开目录",
    "公司与某某签订战略合作协议",
    "服务协议签订仪式",
    "产品说明书",
    "隐私政策生成器",
    "Privacy mode",
    "[Privacy Protections Tests]",
    "Privacy Protection Tools",
]


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        *((words, "privacy") for words in PRIVACY),
        *((words, "agreement") for words in AGREEMENT),
        *((words, "children") for words in CHILDREN),
        *((words, "sdk_list") for words in SDKS),
        *((words, "data_list") for words in DATA),
        *((words, None) for words in NONE),
    ],
)
def test_each_word_and_its_near_misses(words: str, subject: str | None) -> None:
    assert policy_subject(words, "https://www.site.test/x") == subject


@pytest.mark.parametrize(
    ("words", "href", "subject"),
    [
        ("", "https://a.test/privacy", "privacy"),
        ("更多", "https://a.test/legal/privacy-policy.html", "privacy"),
        ("查看详情", "https://a.test/user/yszc.htm", "privacy"),
        ("", "https://a.test/docs/privacyPolicy_zh.html", "privacy"),
        ("防窥膜", "https://a.test/privacy", None),
        ("", "https://a.test/privacy-screen", None),
        ("", "https://a.test/x?next=/privacy", None),
        ("", "https://privacy.a.test/", None),
        ("", "http://[broken", None),
        ("", "", None),
    ],
)
def test_the_address_tells_only_where_the_words_do_not(
    words: str, href: str, subject: str | None
) -> None:
    assert policy_subject(words, href) == subject


# What a page is for


def form(purpose: FormPurpose) -> Form:
    return msgspec.structs.replace(BARE_FORM, purpose=purpose)


POLICY = "隐私政策\n" + "我们按照法律处理您的个人信息。" * 60


@pytest.mark.parametrize(
    ("url", "title", "text", "purposes", "kind"),
    [
        ("https://a.test/", "某网", "", (), "home"),
        ("https://a.test/index.html", "登录", "", ("login",), "home"),
        ("https://a.test/#/", "某网", "", (), "home"),
        ("https://a.test/#/login", "某网", "", ("login",), "login"),
        ("https://a.test/?p=2", "某网", "", (), "other"),
        ("https://a.test/u", "用户注册", "", ("search", "register"), "register"),
        ("https://a.test/u", "会员登录 - 某网", "", (), "login"),
        ("https://a.test/login", "某网", "手机号登录\n忘记密码", (), "login"),
        ("https://a.test/news/login", "某网", "今日新闻\n天气", (), "other"),
        ("https://a.test/contact", "联系我们", "", ("search",), "contact"),
        ("https://a.test/form", "来访登记", "", ("checkin",), "checkin"),
        ("https://a.test/p", "隐私政策 - 某网", POLICY, (), "policy"),
        ("https://a.test/p", "某网", POLICY, (), "policy"),
        ("https://a.test/p", "隐私政策", "空", (), "other"),
        ("https://a.test/p", "用户协议 - 某网", "用户协议\n" + "条款。" * 300, (), "agreement"),
        ("https://a.test/n", "新闻", "要闻\n" + "报道。" * 300, (), "other"),
        ("about:blank", "", "", (), "other"),
    ],
)
def test_page_kind(
    url: str, title: str, text: str, purposes: tuple[FormPurpose, ...], kind: str
) -> None:
    assert page_kind(url, title, text, [form(purpose) for purpose in purposes]) == kind


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        *((text, "privacy") for text in ("隐私申明", "个人隐私", "隐私制度", "隐私保密协议")),
        *((text, "privacy") for text in ("用户信息保护说明", "信息收集与使用规则")),
        *((text, "privacy") for text in ("个人信息授权协议", "用户须知及隐私")),
        *((text, None) for text in ("信息公开制度", "信息安全制度", "数据处理条例", "信息保护")),
    ],
)
def test_more_names_of_policies(text: str, subject: str | None) -> None:
    assert policy_subject(text, "") == subject


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("关于个人信息的事项", True),
        ("隐私设置", True),
        ("Privacy matters", True),
        ("隐私政策", False),
        ("关于我们", False),
        ("某公司侵犯个人信息被通报，专家解读其中的三大问题", False),
    ],
)
def test_unknown_names_leave_a_doubt(text: str, doubt: bool) -> None:
    assert doubtful_policy(text) is doubt
    one = Link("/x", text, "a", True, True, (0, 0, 9, 9), 0, False)
    told = list(doubtful_links([one], view()))
    assert [(note.kind, note.scope) for note in told] == (
        [("policy.link", {"page": ("https://www.site.test/a",)})] if doubt else []
    )


def test_numbers_of_filings_that_a_script_opens_are_links(tab: Served) -> None:
    links = links_of(tab, "<span onclick='go()'>京ICP备12345678号</span><span>京ICP备1号</span>")
    assert [(link.text, link.href) for link in links] == [("京ICP备12345678号", "")]
