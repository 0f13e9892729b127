from pathlib import Path

import pytest

from scanner.collect.device.offers import facts_of
from scanner.collect.device.walked import Walked
from scanner.facts import AccountRegistration, Fact, RecommendationShown, RightsOffered
from tests.collect.device.recordings import Drawn, node, recording, screen, walk
from tests.collect.device.test_papers import POLICY


def told(folder: Path, *trees: str) -> list[Fact]:
    shown = [(number * 10.0, tree) for number, tree in enumerate(trees)]
    return list(facts_of(Walked(recording(folder, walk(shown)))))


def rights(facts: list[Fact]) -> dict[str, str | None]:
    return {fact.right: fact.text for fact in facts if isinstance(fact, RightsOffered)}


def methods(facts: list[Fact]) -> list[str]:
    return [fact.method for fact in facts if isinstance(fact, AccountRegistration)]


def test_rights_are_told_once_for_each_screen(tmp_path: Path) -> None:
    shown = screen(node("设置"), node("注销账号", "Button"), node("意见反馈"), node("注销账号"))
    found = told(tmp_path, shown, shown)
    assert rights(found) == {"close_account": "注销账号", "complain": "意见反馈"}
    assert len(found) == 2


def test_a_switch_beside_which_recommendations_stand_turns_them_off(tmp_path: Path) -> None:
    row = node("", "LinearLayout", None, node("个性化内容推荐"), node("", "Switch", checked=True))
    assert rights(told(tmp_path, screen(node("设置"), row))) == {"push_off": "个性化内容推荐"}
    alone = screen(node("首页"), node("个性化内容推荐"), node("看看", "Button"))
    assert rights(told(tmp_path, alone)) == {}


def test_a_menu_and_the_text_of_a_policy_offer_nothing(tmp_path: Path) -> None:
    menu = screen(node("我的"), node("隐私设置", "Button"))
    paper = screen(node("隐私政策"), *(node(line) for line in POLICY.split("\n")), node("注销账号"))
    assert rights(told(tmp_path, menu, paper)) == {}


def test_contents_chosen_for_one(tmp_path: Path) -> None:
    shown = screen(node("首页"), node("猜你喜欢"), node("为你推荐"), node("商品", "Button"))
    found = [one for one in told(tmp_path, shown) if isinstance(one, RecommendationShown)]
    assert [(one.text, one.page) for one in found] == [("猜你喜欢", "MainActivity 首页")]


FIELD = node("请输入手机号", "EditText")
CODE = node("获取验证码", "Button")
LOGIN = node("登录", "Button")


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([FIELD, CODE, LOGIN], ["phone"]),
        ([node("本机号码一键登录", "Button")], ["phone"]),
        ([FIELD, CODE, LOGIN, node("微信登录", "Button")], ["phone", "third_party"]),
        ([node("请输入邮箱", "EditText"), node("注册", "Button")], ["email"]),
        (
            [node("用户名", "EditText"), node("密码", "EditText"), node("注册", "Button")],
            ["account"],
        ),
        ([node("员工账号", "EditText"), node("", "EditText", password=True), LOGIN], []),
        ([node("企业邮箱", "EditText"), node("", "EditText", password=True), LOGIN], []),
        ([node("首页"), node("注册会员享优惠", "Button"), node("微信群", "Button")], []),
    ],
)
def test_by_what_accounts_can_be_opened(
    tmp_path: Path, nodes: list[Drawn], expected: list[str]
) -> None:
    assert methods(told(tmp_path, screen(*nodes))) == expected


def test_the_name_of_a_switch_presents_nothing(tmp_path: Path) -> None:
    row = node("", "LinearLayout", None, node("个性化推荐"), node("", "Switch", checked=True))
    found = told(tmp_path, screen(node("隐私"), row), screen(node("设置"), node("为你推荐")))
    assert not [one for one in found if isinstance(one, RecommendationShown)]


def test_what_cannot_be_read_and_other_apps_offer_nothing(tmp_path: Path) -> None:
    blind = screen(node("", "android.view.View", (0, 0, 1080, 2400), clickable=True))
    other = screen(node("设置"), node("注销账号", "Button"), package="com.android.settings")
    assert told(tmp_path, blind, other) == []


@pytest.mark.parametrize("words", ["为你推荐", "定制化内容推送", "猜你喜欢", "個性化廣告"])
def test_on_screens_of_privacy_a_switch_turns_off_what_its_words_name(
    tmp_path: Path, words: str
) -> None:
    beside = node(words, bounds=(60, 900, 800, 1000))
    switch = node("开启", "Switch", (900, 900, 1020, 1000), checked=True)
    found = told(tmp_path, screen(node("隐私与内容"), beside, switch))
    assert rights(found) == {"push_off": words}
    assert not [one for one in found if isinstance(one, RecommendationShown)]
    assert rights(told(tmp_path, screen(node("隐私设置"), node(words, "Button")))) == {
        "push_off": words
    }


def test_elsewhere_what_names_recommendations_may_head_them(tmp_path: Path) -> None:
    tab = node("为你推荐", "CheckBox")
    found = told(tmp_path, screen(node("首页"), tab, node("商品", "Button")))
    assert rights(found) == {}
    assert [one for one in found if isinstance(one, RecommendationShown)]


def test_a_switch_for_the_look_of_the_app_turns_nothing_off(tmp_path: Path) -> None:
    row = node("", "LinearLayout", None, node("个性化主题"), node("", "Switch", checked=True))
    assert rights(told(tmp_path, screen(node("设置"), row))) == {}


def test_a_policy_offers_nothing_but_a_way_to_complain(tmp_path: Path) -> None:
    paper = screen(
        node("隐私政策"), *(node(line) for line in POLICY.split("\n")), node("来信 a@b.example")
    )
    assert set(rights(told(tmp_path, paper))) == {"complain"}
