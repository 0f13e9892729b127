from __future__ import annotations

import msgspec
import pytest

from scanner.collect.website.demands import (
    SENSITIVE,
    closing_facts,
    closing_unread,
    inducement_facts,
)
from scanner.collect.website.form import Field, Form
from scanner.collect.website.links import Link
from tests.collect.website.pages import BARE_FORM, view
from tests.collect.website.rig import KNOWLEDGE


def field(data_type: str, label: str = "", *, required: bool | None = None) -> Field:
    return Field(
        name=label or data_type,
        label=label,
        data_type=data_type,
        required=required,
        purpose_shown=None,
        upload=False,
        path=f"form > {data_type}",
        frame=0,
        control="text",
    )


def form(*fields: Field, text: str = "") -> Form:
    return msgspec.structs.replace(BARE_FORM, fields=fields, text=text)


def test_sensitive_kinds_are_of_the_table() -> None:
    assert set(KNOWLEDGE.data_types) >= SENSITIVE


def test_a_reward_beside_a_field_for_papers_is_told_with_what_the_form_asks() -> None:
    asks = form(field("name"), field("id_card"), text="实名领50元红包\n姓名\n身份证号")
    (fact,) = inducement_facts([asks], view())
    assert (fact.reward, fact.text) == ("money", "实名领50元红包")
    assert fact.data_types == ("id_card", "name")


def test_a_reward_for_a_phone_number_or_elsewhere_on_the_page_is_none() -> None:
    phone = form(field("phone"), text="留下手机号领取优惠券")
    plain = form(field("id_card"), text="身份证号")
    assert not list(inducement_facts([phone, plain], view("领50元红包")))


def closing(text: str, *fields: Field, kind: str = "other") -> dict[str, bool | None]:
    page = view(text, title="注销账号")
    told = closing_facts([form(*fields)], page, kind)  # type: ignore[arg-type]
    return {fact.demand: fact.required for fact in told}


def test_closing_asks_by_fields_and_by_words() -> None:
    got = closing(
        "注销账号\n须邮寄书面申请",
        field("id_card_photo", "手持身份证照片", required=True),
        field("face"),
        field("none", "短信验证码", required=True),
        field("password", required=True),
        field("name", required=True),
    )
    assert got == {
        "hand_held_id": True,
        "face": None,
        "code": True,
        "password": True,
        "letter": None,
    }


def test_what_need_not_be_filled_in_is_not_asked_for() -> None:
    assert closing("注销账号\n请填写身份证号", field("id_card", required=False)) == {}
    assert closing("注销账号\n请填写身份证号") == {"id_number": None}


def test_a_field_tells_whether_it_must_be_filled_in_and_words_do_not() -> None:
    asked = closing("注销账号\n须填写身份证号", field("id_card", "身份证号", required=True))
    assert asked == {"id_number": True}


@pytest.mark.parametrize("kind", ["policy", "agreement", "home"])
def test_a_document_that_speaks_of_closing_closes_nothing(kind: str) -> None:
    assert closing("须邮寄书面申请", field("face", required=True), kind=kind) == {}


def test_another_page_closes_nothing() -> None:
    page = view("实名认证", title="实名认证")
    assert not list(closing_facts([form(field("face", required=True))], page, "other"))


def test_a_control_that_may_close_an_account_is_left_alone_and_said_to_be() -> None:
    close = Link("https://s.test/close", "注销账号", "a", True, False, (0, 0, 9, 9), 0, False)
    about = close._replace(text="关于我们")
    (gap,) = closing_unread([about, close, close], view())
    assert (gap.kind, gap.scope) == ("closing.demanded", {"page": ("https://s.test/close",)})
    assert not list(closing_unread([about, close._replace(visible=False)], view()))
