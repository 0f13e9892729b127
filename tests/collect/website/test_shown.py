from __future__ import annotations

import pytest

from scanner.collect.website.links import Link
from scanner.collect.website.shown import (
    app_push_facts,
    change_facts,
    mainland_signs,
    minors_signs,
    recommendation_facts,
    rights_facts,
)
from tests.collect.website.pages import view


def link(text: str, href: str = "", *, visible: bool = True) -> Link:
    return Link(href, text, "a", visible, False, (0, 0, 9, 9), 0, False)


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("注销账号", "close_account"),
        ("账户注销", "close_account"),
        ("Delete my account", "close_account"),
        ("撤回同意", "withdraw"),
        ("授权管理", "withdraw"),
        ("关闭个性化推荐", "push_off"),
        ("个性化广告设置", "push_off"),
        ("删除个人信息", "delete"),
        ("清除浏览记录", "delete"),
        ("下载个人信息副本", "access"),
        ("个人信息查询", "access"),
        ("修改资料", "correct"),
        ("投诉举报", "complain"),
        ("在线客服", "complain"),
        ("联系我们", "complain"),
        ("Contact us", "complain"),
    ],
)
def test_rights(words: str, right: str) -> None:
    by_link = list(rights_facts(view(), [link(words)], 2))
    by_line = list(rights_facts(view(f"首页\n{words}\n关于"), [], 2))
    assert [(fact.right, fact.steps) for fact in by_link] == [(right, 2)]
    assert [fact.right for fact in by_line] == [right]


@pytest.mark.parametrize(
    "words",
    [
        "您可以在设置中注销账号、撤回同意，或者联系我们的客服删除您的个人信息。",
        "商标注销登记",
        "公司注销公告",
        "投诉排行榜",
        "个性化定制",
        "修改密码",
        "删除",
        "首页",
    ],
)
def test_near_misses_of_rights(words: str) -> None:
    assert not list(rights_facts(view(words), [link(words)], 1))


def test_a_right_is_told_once_and_by_what_can_be_seen() -> None:
    facts = list(rights_facts(view("注销账号"), [link("注销账号"), link("账号注销")], 0))
    assert len(facts) == 1
    assert not list(rights_facts(view(), [link("注销账号", visible=False)], 0))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("猜你喜欢", True),
        ("为您推荐", True),
        ("您可能感兴趣的内容", True),
        ("你可能还喜欢", True),
        ("Recommended for you", True),
        ("编辑推荐", False),
        ("热门推荐", False),
        ("看了又看", False),
        ("个性化推荐设置", False),
        ("关闭个性化推荐", False),
        ("我们会根据您的浏览记录为您推荐您可能感兴趣的内容，您可以在设置中关闭。", False),
        ("", False),
    ],
)
def test_recommendations(words: str, told: bool) -> None:
    facts = list(recommendation_facts(view(f"首页\n{words}\n新闻")))
    assert [fact.text for fact in facts] == ([words] if told else [])


@pytest.mark.parametrize(
    ("title", "lines", "signs"),
    [
        ("少儿英语启蒙", (), ("启蒙", "少儿")),
        ("某网", ("小学数学", "家长学堂", "小学语文"), ("家长", "小学")),
        ("Kids games", (), ("kids",)),
        ("某网", ("儿童座椅",), ()),
        ("某网", ("儿童隐私政策", "未成年人模式", "青少年模式", "儿童个人信息保护规则"), ()),
        ("某网", ("新闻", "体育", "财经"), ()),
    ],
)
def test_minors(title: str, lines: tuple[str, ...], signs: tuple[str, ...]) -> None:
    assert minors_signs(view("\n".join(lines), title=title), []) == signs


HANS = "我们为您提供优质的产品与服务，欢迎来电咨询，让您满意是我们的责任"
HANT = "我們為您提供優質的產品與服務，歡迎來電諮詢，讓您滿意是我們的責任"


@pytest.mark.parametrize(
    ("text", "url", "signs"),
    [
        (HANS, "https://a.test/", ("zh-Hans",)),
        (HANS, "https://a.com.cn/", (".cn", "zh-Hans")),
        (HANS + "\n京ICP备12345678号", "https://a.test/", ("filing", "zh-Hans")),
        (HANS + "\n热线 400-800-1234", "https://a.test/", ("phone", "zh-Hans")),
        (HANS + "\n￥199 起", "https://a.test/", ("currency", "zh-Hans")),
        (HANT, "https://a.hk/", ()),
        (HANT + "\n公司名稱：甲乙丙丁有限公司 ￥199", "https://a.tw/", ()),
        (
            "Our office is at Pudong, please call us for the best offer of all",
            "https://a.test/",
            (),
        ),
        (
            "Call +86 10 1234 5678 and ask for the sales office, we will help",
            "https://a.test/",
            ("phone",),
        ),
        ("", "https://cn.evil.test/", ()),
    ],
)
def test_mainland(text: str, url: str, signs: tuple[str, ...]) -> None:
    assert mainland_signs(view(text, url=url), []) == signs


def test_a_link_to_the_register_is_a_sign() -> None:
    links = [link("", "https://beian.miit.gov.cn/"), link("x", "https://www.a.test/")]
    assert mainland_signs(view(), links) == ("register",)


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("打开App阅读全文", "content_locked"),
        ("下载APP查看更多", "content_locked"),
        ("前往客户端查看完整内容", "content_locked"),
        ("剩余内容请下载App后查看", "content_locked"),
        ("Continue in app", "content_locked"),
        ("去App看", "content_locked"),
        ("您有权随时在应用内查看、编辑或删除您的创作数据。", None),
        ("可登录客户端查看您的订单", None),
        ("下载App", "invited"),
        ("扫码下载客户端", "invited"),
        ("Android版下载", "invited"),
        ("Get the app", "invited"),
        ("展开阅读全文", None),
        (
            "我们的App由专业团队开发，您可以阅读全文了解更多关于产品的一切信息、历史和今后的打算以及联系方式",
            None,
        ),
        ("应用场景", None),
    ],
)
def test_pushes_into_an_app(words: str, way: str | None) -> None:
    by_link = [fact.way for fact in app_push_facts(view(), [link(words)])]
    by_line = [fact.way for fact in app_push_facts(view(words), [])]
    assert by_link == by_line == ([way] if way else [])


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('<meta http-equiv="refresh" content="0; url=/dl/app.apk">', ("auto_download", False)),
        ("<iframe src='https://a.test/x.apk?c=1' hidden></iframe>", ("auto_download", False)),
        (
            '<iframe style="display:none" src="weixin://dl/business"></iframe>',
            ("scheme_jump", False),
        ),
        ("<meta http-equiv=refresh content='3;url=https://a.test/'>", None),
        ("<iframe src='about:blank'></iframe>", None),
        ("<a href='/dl/app.apk'>x</a>", None),
    ],
)
def test_what_comes_by_itself(html: str, told: tuple[str, bool] | None) -> None:
    facts = [(fact.way, fact.gesture) for fact in app_push_facts(view(html=html), [])]
    assert facts == ([told] if told else [])


def test_a_link_to_a_package_is_mere_advice() -> None:
    for href in ("https://a.test/x.apk", "myapp://open", "intent://x#Intent;end"):
        (fact,) = app_push_facts(view(), [link("立即体验", href)])
        assert fact.way == "invited"
    for href in ("mailto:a@b.test", "tel:1", "javascript:x()", "https://a.test/x"):
        assert not list(app_push_facts(view(), [link("立即体验", href)]))


@pytest.mark.parametrize(
    "words",
    [
        "关于更新隐私政策的通知",
        "我们的《隐私政策》已更新，请查看",
        "隐私政策修订公告",
        "We updated our privacy policy",
        "隐私政策有新版本了",
        "新版隐私政策已上线，变化如下",
    ],
)
def test_a_page_tells_that_the_policy_changed(words: str) -> None:
    (fact,) = change_facts(view(f"首页\n{words}\n{words}"))
    assert fact.text == words


@pytest.mark.parametrize(
    "words",
    [
        "隐私政策",
        "隐私政策更新日期：2026年1月1日",
        "更新日期：2026年1月1日",
        "隐私政策更新频率：不定期",
        "商品价格调整通知",
        "七、隐私政策的更新",
        "9. 隐私政策的更新",
        "如隐私政策变更"
        + "，我们会以弹窗方式通知您，并在您同意后按照更新后的政策处理您的个人信息" * 2,
    ],
)
def test_what_tells_of_no_change(words: str) -> None:
    assert not list(change_facts(view(words)))
