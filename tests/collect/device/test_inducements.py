from pathlib import Path

from scanner.collect.device.inducements import facts_of
from scanner.collect.device.walked import Walked
from scanner.facts import InducementShown
from scanner.knowledge import load_knowledge, rules_folder
from tests.collect.device.recordings import node, recording, screen, walk

KNOWN = load_knowledge(rules_folder() / "lists")


def told(folder: Path, tree: str) -> list[InducementShown]:
    return list(facts_of(Walked(recording(folder, walk([(0.0, tree)]))), KNOWN))


def test_a_field_beside_a_reward(tmp_path: Path) -> None:
    page = screen(
        node("福利"),
        node("认证即领红包"),
        node("请输入身份证号", "EditText"),
        node("提交", "Button"),
    )
    (found,) = told(tmp_path, page)
    assert (found.reward, found.data_types, found.sensitive) == ("money", ("id_card",), True)


def test_a_phone_number_is_told_and_not_sensitive(tmp_path: Path) -> None:
    page = screen(node("福利"), node("填写手机号领优惠券"), node("提交", "Button"))
    (found,) = told(tmp_path, page)
    assert (found.data_types, found.sensitive) == (("phone",), False)


def test_a_menu_on_which_both_stand_is_no_bargain(tmp_path: Path) -> None:
    rows = [node(f"功能{name}", "Button") for name in "甲乙丙丁戊己庚辛"]
    page = screen(node("我的"), node("签到领积分"), node("实名认证", "Button"), *rows)
    assert told(tmp_path, page) == []


def test_a_reward_that_asks_for_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, screen(node("福利"), node("签到领积分"), node("去签到", "Button"))) == []
