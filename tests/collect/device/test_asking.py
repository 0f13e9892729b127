from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.device.asking import boxes_of, controls_of, prompt_on
from scanner.collect.device.recorded import Look
from tests.collect.device.recordings import APP, Drawn, node, recording, screen, walk

RULES = "请您阅读并同意《用户协议》和《隐私政策》"


def look(folder: Path, *nodes: Drawn, package: str = APP) -> Look:
    return recording(folder, walk([(1, screen(*nodes, package=package))])).looks[0]


@pytest.mark.parametrize(
    ("texts", "buttons", "accept", "refuse"),
    [
        (["个人信息保护提示", RULES], ["不同意", "同意并继续"], "同意并继续", "不同意"),
        (["温馨提示", RULES], ["暂不使用", "同意"], "同意", "暂不使用"),
        ([RULES], ["仅浏览", "同意"], "同意", "仅浏览"),
        ([RULES], ["确定"], "确定", None),
        (["隱私權政策提示", "請閱讀並同意《隱私政策》"], ["不同意", "同意"], "同意", "不同意"),
        (["We value your Privacy Policy"], ["Decline", "Accept"], "Accept", "Decline"),
    ],
)
def test_a_dialog_asks_with_its_controls(
    tmp_path: Path, texts: list[str], buttons: list[str], accept: str, refuse: str | None
) -> None:
    drawn = [*map(node, texts), *(node(words, "Button") for words in buttons)]
    prompt = prompt_on(look(tmp_path, *drawn), APP)
    assert prompt is not None and prompt.accept is not None
    assert prompt.accept.words == accept
    assert (prompt.refuse.words if prompt.refuse else None) == refuse
    assert not prompt.login


@pytest.mark.parametrize(
    "drawn",
    [
        [node("需要位置权限，用于推荐附近门店"), node("允许", "Button"), node("拒绝", "Button")],
        [node("隐私提示：需要相机权限用于扫码"), node("去开启", "Button"), node("取消", "Button")],
        [node("设置"), node("隐私政策", clickable=True), node("撤回同意", clickable=True)],
        [node("隐私政策"), node("本政策说明我们如何收集您的个人信息。" * 40)],
        [node("首页"), node("同意退款", "Button")],
        [node("发现新版本"), node("立即更新", "Button"), node("取消", "Button")],
    ],
)
def test_what_asks_for_something_else_asks_for_no_consent(
    tmp_path: Path, drawn: list[Drawn]
) -> None:
    assert prompt_on(look(tmp_path, *drawn), APP) is None


def test_a_screen_of_another_app_asks_nothing_for_this_one(tmp_path: Path) -> None:
    drawn = (node(RULES), node("同意", "Button"), node("不同意", "Button"))
    assert prompt_on(look(tmp_path, *drawn, package="cn.other.app"), APP) is None
    assert prompt_on(look(tmp_path, *drawn), APP) is not None


def test_a_login_page_asks_by_its_box(tmp_path: Path) -> None:
    label = "我已阅读并同意《用户协议》《隐私政策》"
    fields = [node("登录"), node("", "EditText"), node("登录", "Button")]
    prompt = prompt_on(look(tmp_path, *fields, node(label, "CheckBox")), APP)
    assert prompt is not None and prompt.login and prompt.accept is not None
    assert prompt.accept.words == "登录" and prompt.refuse is None
    assert [box.ticked for box in prompt.boxes] == [False]
    plain = prompt_on(look(tmp_path, *fields, node("《隐私政策》", clickable=True)), APP)
    assert plain is None  # a link alone asks nothing


def test_a_button_of_several_parts_is_one_control(tmp_path: Path) -> None:
    inner = node("同意", "TextView", (400, 2000, 600, 2060))
    holder = node("", "LinearLayout", (100, 1980, 900, 2080), inner, clickable=True)
    found = controls_of(look(tmp_path, holder).nodes)
    assert [(one.words, one.node.kind) for one in found] == [
        ("同意", "android.widget.LinearLayout")
    ]


def test_the_words_of_a_box_stand_in_its_row_or_below_it(tmp_path: Path) -> None:
    split = [
        node("", "CheckBox", (40, 400, 100, 460)),
        node("我已阅读并同意", "TextView", (110, 400, 400, 460)),
        node("《隐私政策》", "TextView", (400, 400, 600, 460)),
        node("登录", "Button", (40, 600, 1000, 700)),
    ]
    left = [
        node("接收营销短信", "TextView", (40, 800, 400, 860)),
        node("", "Switch", (900, 800, 1000, 860)),
    ]
    below = [
        node("", "CheckBox", (40, 1000, 100, 1060)),
        node("同意共享给合作伙伴", "TextView", (40, 1070, 500, 1120)),
    ]
    found = boxes_of(look(tmp_path, *split, *left, *below).nodes)
    labels = [box.label for box in found]
    assert labels == ["我已阅读并同意《隐私政策》", "接收营销短信", "同意共享给合作伙伴"]


def test_of_a_drawn_tick_nobody_knows_whether_it_is_set(tmp_path: Path) -> None:
    drawn = [
        node("", "ImageView", (40, 400, 100, 460), clickable=True, id=f"{APP}:id/iv_check"),
        node("我已阅读并同意《隐私政策》", "TextView", (110, 400, 700, 460)),
    ]
    assert [box.ticked for box in boxes_of(look(tmp_path, *drawn).nodes)] == [None]


def test_a_policy_named_in_english_leads_to_it_as_a_title_does(tmp_path: Path) -> None:
    buttons = [node("Disagree", "Button"), node("Agree", "Button")]
    for text, leads in (
        ("Please read our Privacy Policy and agree to it.", True),
        ("Please agree to our terms of use.", False),
    ):
        found = prompt_on(look(tmp_path, node("Welcome"), node(text), *buttons), APP)
        assert found is not None and found.policy_link is leads


def test_what_urges_to_read_asks_by_whatever_goes_on(tmp_path: Path) -> None:
    text = node("请您仔细阅读《用户协议》和《隐私政策》。")
    few = [text, node("退出", "Button"), node("开启旅程", "Button")]
    found = prompt_on(look(tmp_path, *few), APP)
    assert found is not None and found.accept is None
    page = [text, *(node(w, "Button") for w in ("外卖", "打车", "电影", "我的", "搜索"))]
    assert prompt_on(look(tmp_path, *page), APP) is None
    more = [text, node("不同意", "Button"), node("同意并登录", "Button")]
    found = prompt_on(look(tmp_path, *more), APP)
    assert found is not None and found.accept is not None and found.accept.words == "同意并登录"
