"""Pages with dialogs of many shapes, and a real Chromium to open them in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from playwright.async_api import Browser, Page, Playwright, async_playwright

from scanner.browser import find_chromium
from scanner.collect.website.consent import Answered, find_prompt, refuse
from scanner.collect.website.consent_survey import Prompt

SAID = "<script>window.said=[];window.say=w=>window.said.push(w)</script>"
PAGE = (
    "<!doctype html><meta charset=utf-8><title>t</title>" + SAID + "<h1>新闻</h1>"
    "<p>今天的新闻内容很多。</p>"
    * 3
    + "<p><a href=/privacy>隐私政策</a> <a href=/login>登录</a></p>"
)
TEXT = "我们使用 Cookie 和您的个人信息，请阅读并同意<a href=/privacy>《隐私政策》</a>。"
ENGLISH = "We use cookies. Please accept our <a href=/privacy>privacy policy</a>."
GONE = "this.closest('.d').remove()"


def button(words: str, what: str, *, tag: str = "button", more: str = "") -> str:
    return f"<{tag} {more} onclick=\"say('{what}');{GONE}\">{words}</{tag}>"


def dialog(text: str, *buttons: str, more: str = "role=dialog") -> str:
    style = "position:fixed;left:300px;top:200px;width:500px;background:#fff;border:1px solid"
    return f'<div class=d {more} style="{style}"><p>{text}</p>{"".join(buttons)}</div>'


def bar(text: str, *buttons: str, style: str = "position:fixed;bottom:0;left:0;right:0") -> str:
    return f'<div class=d style="{style};background:#eee">{text} {"".join(buttons)}</div>'


FRAME = """<iframe class=d style="position:fixed;left:200px;top:100px;width:600px;height:300px;
border:7px solid;padding:5px" srcdoc="<meta charset=utf-8><p>我们使用Cookie，请同意隐私政策</p>
<button onclick='parent.say(`no`);parent.document.querySelector(`.d`).remove()'>拒绝</button>
<button onclick='parent.say(`yes`);parent.document.querySelector(`.d`).remove()'>同意</button>
"></iframe>"""
YES, NO = button("同意", "yes"), button("不同意", "no")


class Shape(NamedTuple):
    name: str
    html: str
    accept: str | None = None
    refuse: str | None = None
    blocking: bool | None = None


SHAPES = [
    Shape("role dialog", dialog(TEXT, NO, YES), "同意", "不同意"),
    Shape("alertdialog", dialog(TEXT, NO, YES, more="role=alertdialog"), "同意", "不同意"),
    Shape("aria-modal", dialog(TEXT, NO, YES, more="aria-modal=true"), "同意", "不同意"),
    Shape("bare fixed box", dialog(TEXT, NO, YES, more=""), "同意", "不同意"),
    Shape(
        "dialog element",
        f"<dialog class=d open><p>{TEXT}</p>{NO}{YES}</dialog>",
        "同意",
        "不同意",
    ),
    Shape(
        "modal dialog element blocks",
        f"<dialog class=d id=m><p>{TEXT}</p>{NO}{YES}</dialog><script>m.showModal()</script>",
        "同意",
        "不同意",
        True,
    ),
    Shape("bar at the bottom", bar(TEXT, NO, YES), "同意", "不同意", False),
    Shape(
        "sticky bar at the top",
        bar(TEXT, NO, YES, style="position:sticky;top:0;z-index:9"),
        "同意",
        "不同意",
    ),
    Shape(
        "absolute with a high z-index",
        bar(TEXT, NO, YES, style="position:absolute;top:90px;left:9px;width:600px;z-index:999"),
        "同意",
        "不同意",
    ),
    Shape("in the flow of the page", bar(TEXT, NO, YES, style="padding:9px"), "同意", "不同意"),
    Shape(
        "sheet over all, dialog inside",
        '<div class=d style="position:fixed;inset:0;background:rgba(0,0,0,.5)">'
        f'<div style="margin:99px auto;width:400px;background:#fff">{TEXT}{NO}{YES}</div></div>',
        "同意",
        "不同意",
        True,
    ),
    Shape(
        "sheet beside the dialog",
        '<div style="position:fixed;inset:0;background:rgba(0,0,0,.5)"></div>'
        + dialog(TEXT, NO, YES),
        "同意",
        "不同意",
        True,
    ),
    Shape(
        "links as controls",
        dialog(
            TEXT,
            button("拒绝全部", "no", tag="a", more="href=javascript:;"),
            button("接受全部", "yes", tag="a", more="href=#"),
        ),
        "接受全部",
        "拒绝全部",
    ),
    Shape(
        "divs with a pointer",
        dialog(
            TEXT,
            '<div id=n style="cursor:pointer">暂不同意</div>',
            '<div id=y style="cursor:pointer">同意并继续</div>',
        )
        + "<script>n.addEventListener('click',()=>{say('no');n.closest('.d').remove()});"
        "y.addEventListener('click',()=>{say('yes');y.closest('.d').remove()})</script>",
        "同意并继续",
        "暂不同意",
    ),
    Shape(
        "spans without any sign of a control",
        dialog(TEXT, "<div><span id=n>不同意</span></div><div><span id=y>同意</span></div>")
        + "<script>n.addEventListener('click',()=>{say('no');n.closest('.d').remove()});"
        "y.addEventListener('click',()=>{say('yes');y.closest('.d').remove()})</script>",
        "同意",
        "不同意",
    ),
    Shape(
        "inputs as controls",
        dialog(
            TEXT,
            f"<input type=button value=拒绝 onclick=\"say('no');{GONE}\">",
            f"<input type=button value=同意 onclick=\"say('yes');{GONE}\">",
        ),
        "同意",
        "拒绝",
    ),
    Shape(
        "words split over spans",
        dialog(
            "我们使用<b>Coo</b><i>kie</i>和<span>隐</span><span>私</span>政策，请<em>同</em><em>意</em>",
            button("<span>不</span><span>同</span><b>意</b>", "no"),
            button("<span>同</span><span>意</span>", "yes"),
        ),
        "同意",
        "不同意",
    ),
    Shape(
        "the no stands in a pseudo-element",
        "<style>.x::before{content:'不'}</style>"
        + dialog(TEXT, button("同意", "no", more="class=x"), button("同意", "yes")),
        "同意",
        "不同意",
    ),
    Shape(
        "a no that nobody sees",
        dialog(TEXT, button("<span style='display:none'>不</span>同意", "yes")),
        "同意",
        None,
    ),
    Shape(
        "disagree contains agree",
        dialog(ENGLISH, button("I disagree", "no"), button("I agree", "yes")),
        "I agree",
        "I disagree",
    ),
    Shape("only accept", dialog(TEXT, button("同意并继续", "yes")), "同意并继续", None),
    Shape(
        "traditional",
        dialog(
            "本網站使用 Cookie，請閱讀並同意《隱私權政策》",
            button("僅接受必要 Cookie", "no"),
            button("全部接受", "yes"),
        ),
        "全部接受",
        "僅接受必要 Cookie",
    ),
    Shape(
        "English bar",
        bar(ENGLISH, button("Reject all", "no"), button("Accept all", "yes")),
        "Accept all",
        "Reject all",
    ),
    Shape(
        "continue without accepting",
        bar(
            ENGLISH,
            button("Continue without accepting →", "no", tag="a", more="href=#"),
            button("Agree & close", "yes"),
        ),
        "Agree & close",
        "Continue without accepting →",
    ),
    Shape(
        "refusal as a link in the sentence",
        bar(
            f"We use cookies, or you can {button('decline', 'no', tag='a', more='href=#')} optional"
            " ones.",
            button("Accept", "yes"),
        ),
        "Accept",
        "decline",
    ),
    Shape(
        "agree and browse only",
        dialog(TEXT, button("仅浏览", "no"), button("同意", "yes")),
        "同意",
        "仅浏览",
    ),
    Shape(
        "confirm and cancel where the text asks",
        dialog(
            "点击确定表示您同意《用户协议》和《隐私政策》",
            button("取消", "no"),
            button("确定", "yes"),
        ),
        "确定",
        "取消",
    ),
    Shape(
        "acknowledge named as agreeing",
        bar("本站使用Cookie。点击“我知道了”即表示您同意。", button("我知道了", "yes")),
        "我知道了",
        None,
    ),
    Shape(
        "acknowledge beside a refusal",
        bar("本站使用Cookie。", button("拒绝", "no"), button("知道了", "yes")),
        "知道了",
        "拒绝",
    ),
    Shape(
        "countdown",
        dialog(TEXT, button("不同意", "no"), button("同意（5s）", "yes")),
        "同意（5s）",
        "不同意",
    ),
    Shape(
        "refusal in prose only",
        dialog(
            "我们使用Cookie。如果您拒绝，部分功能将不可用。请同意《隐私政策》。",
            button("同意", "yes"),
        ),
        "同意",
        None,
    ),
    Shape(
        "agreeing link to the text itself",
        dialog(
            "请阅读<a href=/a>同意《隐私政策》</a>的全文，我们收集您的信息",
            button("同意《隐私政策》", "yes"),
            button("拒绝", "no"),
        ),
        "同意《隐私政策》",
        "拒绝",
    ),
    Shape(
        "cross that agrees",
        dialog(TEXT, button("×", "yes", more="aria-label=同意并关闭"), button("拒绝", "no")),
        "×",
        "拒绝",
    ),
    Shape(
        "cross that refuses",
        dialog(TEXT, button("×", "no", more='title="拒绝并关闭"'), button("同意", "yes")),
        "同意",
        "×",
    ),
    Shape(
        "icon without words",
        dialog(
            TEXT,
            button("<svg width=20 height=20><title>拒绝</title></svg>", "no"),
            button("同意", "yes"),
        ),
        "同意",
        "拒绝",
    ),
    Shape(
        "picture buttons",
        dialog(
            TEXT,
            button("<img alt=不同意 width=80 height=30>", "no"),
            button("<img alt=同意 width=80 height=30>", "yes"),
        ),
        "同意",
        "不同意",
    ),
    Shape(
        "open shadow root",
        "<x-consent></x-consent><script>const h=document.querySelector('x-consent');"
        "h.attachShadow({mode:'open'}).innerHTML="
        f"`{dialog(TEXT, NO, YES)}`</script>",
        "同意",
        "不同意",
    ),
    Shape(
        "slotted words",
        "<x-box><span slot=t>我们使用Cookie，请同意《隐私政策》</span>"
        "<b slot=n>拒绝</b><b slot=y>接受</b></x-box><script>"
        "document.querySelector('x-box').attachShadow({mode:'open'}).innerHTML=`"
        + dialog(
            "<slot name=t></slot>",
            button("<slot name=n></slot>", "no"),
            button("<slot name=y></slot>", "yes"),
        )
        + "`</script>",
        "接受",
        "拒绝",
    ),
    Shape("frame of the same origin", FRAME, "同意", "拒绝"),
    Shape(
        "long policy inside the dialog",
        dialog(
            '<div style="height:200px;overflow:auto">隐私政策'
            + "我们收集您的信息并说明如下。" * 400
            + "</div>",
            NO,
            YES,
        ),
        "同意",
        "不同意",
    ),
    Shape(
        "nested dialogs in an app that lies over all",
        '<div id=app style="position:absolute;inset:0;z-index:1">'
        + "<p>正文内容</p>" * 300
        + bar(TEXT, NO, YES)
        + "</div>",
        "同意",
        "不同意",
        False,
    ),
    Shape(
        "words and controls in parts of their own",
        bar(TEXT, style="position:fixed;bottom:60px;left:0;right:0")
        + f"<div class=d style='position:fixed;bottom:0;left:0;right:0'>{NO}{YES}</div>",
        "同意",
        "不同意",
    ),
    Shape(
        "a wall instead of a page",
        "<script>document.body.innerHTML=''</script><h2>服务协议与隐私政策</h2>"
        f"<div class=d><p>{TEXT}</p>{button('不同意并退出', 'no')}"
        f"{button('同意并进入', 'yes')}</div>",
        "同意并进入",
        "不同意并退出",
    ),
]

NONE = {
    "nothing": "",
    "hidden by display": dialog(TEXT, NO, YES).replace("position", "display:none;position"),
    "hidden behind its parent": f"<div style='display:none'>{dialog(TEXT, NO, YES)}</div>",
    "hidden by visibility": dialog(TEXT, NO, YES).replace("position", "visibility:hidden;position"),
    "hidden by opacity": dialog(TEXT, NO, YES).replace("position", "opacity:0;position"),
    "below the window": dialog(TEXT, NO, YES).replace("top:200px", "top:2000px"),
    "left of the window": dialog(TEXT, NO, YES).replace("left:300px", "left:-900px"),
    "folded to nothing": dialog(TEXT, NO, YES).replace(
        "position", "height:0;overflow:hidden;border:0;position"
    ),
    "closed dialog element": f"<dialog>{TEXT}{NO}{YES}</dialog>",
    "hidden frame": FRAME.replace("position", "display:none;position"),
    "newsletter": dialog(
        "Subscribe to our newsletter! By subscribing you agree to our privacy policy.",
        "<input type=email>",
        button("Subscribe", "x"),
        button("No thanks", "x"),
    ),
    "age gate": dialog(
        "您是否已满18周岁？进入即同意用户协议", button("是", "x"), button("否", "x")
    ),
    "login dialog": dialog(
        "登录即代表同意<a href=/p>《用户协议》</a><a href=/q>《隐私政策》</a>",
        "<input type=tel placeholder=手机号><input type=password>",
        button("登录", "x"),
        button("×", "x"),
    ),
    "login dialog that agrees and signs in": dialog(
        "欢迎登录 《隐私政策》", "<input type=tel>", button("同意并登录", "x"), button("取消", "x")
    ),
    "return of goods": dialog(
        "退款申请，详见用户协议", button("拒绝退款", "x"), button("同意退款", "x")
    ),
    "friendship beside a notice": bar("<a href=/p>隐私政策</a>")
    + dialog("张三想加您为好友", button("拒绝", "x"), button("同意", "x")),
    "choice of city": dialog(
        "当前定位城市：北京，是否切换到上海？", button("取消", "x"), button("确定", "x")
    ),
    "old browser": bar(
        "您的浏览器版本过低，建议升级浏览器。", button("我知道了", "x"), button("×", "x")
    ),
    "advertisement": dialog("广告 年终大促 全场五折", button("立即抢购", "x"), button("关闭", "x")),
    "app download": bar("下载App，体验更好", button("打开", "x"), button("继续使用网页版", "x")),
    "notification primer": dialog(
        "Allow us to send you notifications?", button("Allow", "x"), button("Later", "x")
    ),
    "footer with links": bar(
        "<a href=/p>隐私政策</a> | <a href=/t>用户协议</a> | <a href=/c>Cookie设置</a>"
    ),
    "article about consent": "<p>个人信息处理者应当取得同意。用户可以拒绝。隐私政策应当公开。</p>"
    "<a href=/1>同意的形式</a> <a href=/2>如何拒绝Cookie</a>",
    "customer service": bar("在线客服 隐私政策", button("发送", "x"), button("关闭", "x")),
}


class Window:
    """A running Chromium that opens one page after another, each for one piece of work."""

    def __enter__(self) -> Window:
        self.runner = asyncio.Runner()
        self.playwright, self.chromium = self.runner.run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.run(self.chromium.close())
        self.runner.run(self.playwright.stop())
        self.runner.close()

    async def _start(self) -> tuple[Playwright, Browser]:
        playwright = await async_playwright().start()
        flags = ["--no-sandbox", "--site-per-process"]
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        return playwright, chromium

    def look(self, html: str, work: Callable[[Page], Awaitable[Any]] = find_prompt) -> Any:
        """Open a page with these contents, or at this address, and do some work with it."""
        return self.runner.run(self.opened(html, work))

    async def opened(self, html: str, work: Callable[[Page], Awaitable[Any]]) -> Any:
        page = await self.chromium.new_page(viewport={"width": 1366, "height": 768})
        try:
            if html.startswith("http://"):
                await page.goto(html)
            else:
                await page.set_content(PAGE + html, wait_until="commit")
            return await work(page)
        finally:
            await page.close()

    def answer(self, html: str, do: Any = refuse) -> tuple[Answered | None, list[str]]:
        """Find the dialog of a page, answer it, and give what its controls say was pressed."""
        _, answered, pressed = self.look(html, answering(do))
        return answered, pressed


def answering(do: Any) -> Callable[[Page], Awaitable[tuple[Prompt, Answered | None, list[str]]]]:
    async def work(page: Page) -> tuple[Prompt, Answered | None, list[str]]:
        prompt = await find_prompt(page, seconds=3)
        assert prompt is not None
        return prompt, await do(page, prompt), list(await page.evaluate("window.said"))

    return work
