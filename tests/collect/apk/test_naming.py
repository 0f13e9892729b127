"""Which names speak of personal information."""

from __future__ import annotations

import pytest

from scanner.collect.apk.naming import is_of_business, kind_of_name, kinds_in_address


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("getPhone", "phone"),
        ("getUserPhone", "phone"),
        ("setMobileNumber", "phone"),
        ("mobile", "phone"),
        ("user_phone", "phone"),
        ("PHONE_NUMBER", "phone"),
        ("userProfileEMail", "email"),
        ("setUserEmails", "email"),
        ("getRealName", "name"),
        ("idCardNo", "id_card"),
        ("bankCardNo", "bank_card"),
    ],
)
def test_names_of_personal_information(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        *("getPhoneType", "isPhone", "phoneModel", "mobileNetwork", "isMobile", "getName"),
        *("setAlias", "userId", "emailVerified", "telescope", "", "a", "getPhoneState"),
    ],
)
def test_names_of_other_things(name: str) -> None:
    assert kind_of_name(name) is None


def test_parameters_of_an_address() -> None:
    assert kinds_in_address("pages/index?id=3&phone=*") == {"phone"}
    assert kinds_in_address("x://a?lat=*&lng=*") == {"location_precise"}
    assert kinds_in_address("x://a?lat=*") == frozenset()
    assert kinds_in_address("x://a?phone=10086") == frozenset()
    assert kinds_in_address("phone=*") == frozenset()


@pytest.mark.parametrize(
    ("member", "owner"),
    [
        *(("getShopPhone", ""), ("getServicePhone", ""), ("customer_hotline", "")),
        *(("getPhone", "cn.a.Shop"), ("phone", "cn.a.model.ShopInfo"), ("kefuTel", "cn.a.X")),
    ],
)
def test_numbers_of_shops_and_hotlines_are_no_users(member: str, owner: str) -> None:
    assert is_of_business(member, owner)


@pytest.mark.parametrize(
    ("member", "owner"),
    [("getPhone", "cn.a.UserService"), ("phone", "cn.shop.User"), ("get", "cn.a.DataStore")],
)
def test_numbers_of_users_stay_theirs(member: str, owner: str) -> None:
    assert not is_of_business(member, owner)
