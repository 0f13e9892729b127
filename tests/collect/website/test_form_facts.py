from __future__ import annotations

from typing import Any

import msgspec
import pytest

from scanner.collect.website.form import Box, Field, Form
from scanner.collect.website.form_facts import form_facts
from scanner.facts import (
    AccountRegistration,
    AgreementImplied,
    CheckboxFound,
    Fact,
    FormField,
    FormFound,
    identity_of,
)
from scanner.facts.traffic import Party
from scanner.model import Unseen
from tests.collect.website.pages import view

FIELD = Field(
    name="mobile",
    label="手机号",
    data_type="phone",
    required=True,
    purpose_shown=False,
    upload=False,
    path="form > input",
    frame=0,
    control="text",
)
BOX = Box(
    label="我已阅读并同意《隐私政策》",
    purpose="agreement",
    checked=True,
    required=None,
    path="form > label",
    frame=0,
)
FORM = Form(
    purpose="register",
    method="POST",
    action="https://api.site.test/r?a=1",
    path="form",
    frame=0,
    fields=(FIELD,),
    boxes=(),
    notice=False,
    agreement="none",
    implied_text="",
    submits_unticked=None,
    text="",
)


def party_of(host: str) -> Party | None:
    return "first" if host.endswith("site.test") else "third"


def form(**changes: Any) -> Form:
    return msgspec.structs.replace(FORM, **changes)


def said(words: str) -> Form:
    return form(fields=(), agreement="implied", implied_text=words, standalone=True)


def field(**changes: Any) -> Field:
    return msgspec.structs.replace(FIELD, **changes)


def facts_of(*forms: Form, text: str = "", url: str = "https://www.site.test/a?q=1") -> list[Fact]:
    told = form_facts(forms, view(text, url=url), party_of=party_of)
    return [one for one in told if isinstance(one, Fact)]


def kinds(facts: list[Fact]) -> list[type[Fact]]:
    return [type(fact) for fact in facts]


def test_a_form_and_its_fields() -> None:
    found, asked, account = facts_of(form())
    assert isinstance(found, FormFound)
    assert isinstance(asked, FormField)
    assert isinstance(account, AccountRegistration)
    assert (found.page, found.action_host, found.party) == (
        "https://www.site.test/a",
        "api.site.test",
        "first",
    )
    assert (found.secure, found.method, found.data_types) == (True, "POST", ("phone",))
    assert (asked.data_type, asked.required, asked.purpose_shown) == ("phone", True, False)
    assert account.method == "phone"
    assert found.source.evidence == "0" * 64
    assert found.source.at == "form"


@pytest.mark.parametrize(
    ("url", "action", "secure", "host", "party"),
    [
        ("https://a.test/", "https://b.test/r", True, "b.test", "third"),
        ("https://a.test/", "http://b.test/r", False, "b.test", "third"),
        ("http://a.test/", "https://b.test/r", False, "b.test", "third"),
        ("https://a.test/", "", None, "", None),
        ("http://a.test/", "", False, "", None),
    ],
)
def test_where_it_goes_and_whether_that_is_secure(
    url: str, action: str, secure: bool | None, host: str, party: str | None
) -> None:
    found = facts_of(form(action=action), url=url)[0]
    assert isinstance(found, FormFound)
    assert (found.secure, found.action_host, found.party) == (secure, host, party)
    assert found.method == ("POST" if host else "")


@pytest.mark.parametrize(
    ("url", "changes", "secure"),
    [
        ("https://a.test/", {"action": "http://b.test/r"}, False),
        ("https://a.test/", {"action": "http://b.test/r", "scripted": True}, None),
        ("https://a.test/", {"action": "http://b.test/r", "upgraded": True}, None),
        ("https://a.test/", {"action": "http://a.test/r"}, False),
        ("http://a.test/", {"action": "http://a.test/r", "scripted": True}, False),
    ],
)
def test_a_target_that_may_be_changed(
    url: str, changes: dict[str, Any], secure: bool | None
) -> None:
    found = facts_of(form(**changes), url=url)[0]
    assert isinstance(found, FormFound)
    assert found.secure is secure


def test_what_may_be_a_box_leaves_all_open() -> None:
    told = list(form_facts([form(agreement=None), FORM], view(), party_of=party_of))
    unseen = {one.kind for one in told if isinstance(one, Unseen)}
    assert unseen == {"agreement.implied", "checkbox.found"}
    (found,) = (one for one in told if isinstance(one, FormFound))
    assert found.agreement is None


@pytest.mark.parametrize(
    ("host", "own"),
    [("", True), ("www.site.test", True), ("sso.site.test", True), ("widget.test", False)],
)
def test_frames_of_others_are_no_facts_of_the_site(host: str, own: bool) -> None:
    one = form(frame_host=host, boxes=(BOX,), agreement="implied", implied_text="登录即同意协议")
    told = list(form_facts([one], view(), party_of=party_of))
    assert (FormFound in [type(fact) for fact in told]) is own
    unseen = [fact for fact in told if isinstance(fact, Unseen)]
    assert all("widget.test" in fact.reason.zh for fact in unseen)
    assert (len(unseen) == 0) is own
    assert own or len(unseen) == len(told) == 5


def test_a_form_that_asks_for_nobody_is_none() -> None:
    assert facts_of(form(fields=(field(data_type="none"),))) == []


def test_twins_are_told_once_at_their_worst() -> None:
    email = field(name="email", data_type="email", purpose_shown=True)
    again = form(fields=(field(purpose_shown=None, required=None), email), notice=True)
    found, *asked = (
        fact for fact in facts_of(again, FORM) if isinstance(fact, FormFound | FormField)
    )
    assert isinstance(found, FormFound)
    assert (found.notice, found.data_types) == (False, ("email", "phone"))
    told = {
        (fact.name, fact.purpose_shown, fact.required)
        for fact in asked
        if isinstance(fact, FormField)
    }
    assert told == {("mobile", False, True), ("email", True, True)}


def test_boxes_that_grant_and_all_boxes_of_asking_forms() -> None:
    other = msgspec.structs.replace(BOX, label="记住我", purpose="other", checked=False)
    asking = facts_of(form(boxes=(BOX, other)))
    idle = facts_of(form(fields=(), boxes=(BOX, other)))
    assert [box.label for box in asking if isinstance(box, CheckboxFound)] == [BOX.label, "记住我"]
    (box,) = (fact for fact in idle if isinstance(fact, CheckboxFound))
    assert (box.label, box.checked_on_load) == (BOX.label, True)


def test_the_same_box_twice_is_one_fact() -> None:
    empty = msgspec.structs.replace(BOX, checked=False)
    (box,) = (f for f in facts_of(form(boxes=(empty, BOX))) if isinstance(f, CheckboxFound))
    assert box.checked_on_load is True


@pytest.mark.parametrize(
    ("forms", "text", "implied"),
    [
        ((form(agreement="implied", implied_text="登录即代表同意《隐私政策》"),), "", True),
        ((form(), said("登录即代表同意《用户协议》")), "", True),
        ((said("扫码登录即代表同意《用户协议》"),), "", True),
        ((said("使用本网站即表示您接受我们的隐私政策"),), "", True),
        ((form(agreement="box", boxes=(BOX,)), said("登录即代表同意《用户协议》")), "", False),
        ((form(agreement=None), said("登录即代表同意《用户协议》")), "", False),
        ((form(),), "登录即代表同意《用户协议》", False),
        ((said("您的注册、登录、使用等行为将视为对本协议的接受"),), "", False),
        ((said("By registering you agree to be bound by these Terms of Service"),), "", False),
        ((said("注册即视为同意本用户协议"), said("登录即代表同意《用户协议》")), "", True),
    ],
)
def test_implied_agreement(forms: tuple[Form, ...], text: str, implied: bool) -> None:
    assert (AgreementImplied in kinds(facts_of(*forms, text=text))) is implied


@pytest.mark.parametrize(
    ("one", "methods"),
    [
        (form(), {"phone"}),
        (form(fields=(FIELD, field(data_type="email"))), {"phone", "email"}),
        (form(fields=(field(data_type="account"), field(data_type="password"))), {"account"}),
        (form(fields=(field(data_type="name"),)), {"other"}),
        (form(purpose="login"), set()),
        (form(purpose="login", text="未注册手机号将自动创建账号"), {"phone"}),
        (form(text="微信登录"), {"phone", "third_party"}),
        (form(purpose="contact"), set()),
    ],
)
def test_by_what_people_register(one: Form, methods: set[str]) -> None:
    facts = facts_of(one)
    assert {fact.method for fact in facts if isinstance(fact, AccountRegistration)} == methods


@pytest.mark.parametrize(
    ("waiting", "unseen"),
    [
        ((), set()),
        (("health",), {"form.found", "form.field", "checkbox.found"}),
        (
            ("password", "phone"),
            {"form.found", "form.field", "checkbox.found", "account.registration"},
        ),
    ],
)
def test_forms_that_wait_for_a_click_are_unseen(waiting: tuple[str, ...], unseen: set[str]) -> None:
    hidden = form(fields=(), unshown=waiting)
    told = list(form_facts((FORM, hidden), view(), party_of=party_of))
    assert {one.kind for one in told if isinstance(one, Unseen)} == unseen
    assert FormFound in [type(one) for one in told]


def test_each_identity_stands_once() -> None:
    facts = facts_of(
        form(), form(), form(boxes=(BOX,)), form(agreement="implied", implied_text="x")
    )
    keys = [identity_of(fact) for fact in facts]
    assert len(keys) == len(set(keys))
