"""The facts of a page's forms: what they ask for, and how agreeing is expressed there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from typing import TYPE_CHECKING, Literal

import msgspec

from scanner.collect.website.view import View
from scanner.exchange import address
from scanner.facts import (
    AccountRegistration,
    AgreementImplied,
    CheckboxFound,
    Fact,
    FormField,
    FormFound,
)
from scanner.facts.traffic import Party
from scanner.model import Unseen, Words
from scanner.wording.forms import makes_accounts

if TYPE_CHECKING:
    from scanner.collect.website.form import Field, Form


def form_facts(
    forms: Sequence[Form], view: View, *, party_of: Callable[[str], Party | None]
) -> Iterator[Fact | Unseen]:
    """Give the facts of a page's forms: form.found, form.field, checkbox.found,
    agreement.implied and account.registration.

    What several forms share (a page may hold the same one twice) is told once, at its worst.
    A form that is there but waits for a click is said to be unseen.
    """
    away = [form for form in forms if _is_away(form, view, party_of)]
    forms = [form for form in forms if form not in away]
    asking_forms = [form for form in forms if form.data_types]
    found: dict[tuple[str, str], FormFound] = {}
    fields: dict[tuple[str, str], FormField] = {}
    for form in asking_forms:
        whole = _form_found(form, view, party_of)
        key = (form.purpose, whole.action_host or "")
        found[key] = _worse_form(found[key], whole) if key in found else whole
        for field in form.fields:
            part = _form_field(field, form, whole, view)
            twin = fields.get((part.name, field.data_type))
            fields[part.name, field.data_type] = _worse_field(twin, part) if twin else part
    yield from found.values()
    yield from fields.values()
    yield from _boxes(forms, view)
    yield from _implied(forms, asking_forms, view)
    yield from _registrations(asking_forms, view)
    yield from _waiting({kind for form in forms for kind in form.unshown}, view)
    yield from _elsewhere(away, view)


_OF_FORMS = ("form.found", "form.field", "checkbox.found", "agreement.implied")


def _is_away(form: Form, view: View, party_of: Callable[[str], Party | None]) -> bool:
    """Say whether a form stands in a frame that may be another's: what it asks is no fact here."""
    host = form.frame_host
    return bool(host) and host != view.host and party_of(host) != "first"


def _elsewhere(away: Sequence[Form], view: View) -> Iterator[Unseen]:
    """Say that what stands in the frames of others was not held against the site."""
    for host in sorted({form.frame_host for form in away if not form.standalone or form.boxes})[:4]:
        reason = Words(
            f"{view.page}：表单位于其他网站 {host} 的框架内",
            f"{view.page}: the form stands in a frame of {host}",
        )
        for kind in _OF_FORMS:
            yield _unseen(kind, view, reason)
        yield Unseen(kind="account.registration", scope={}, collector="website", reason=reason)


def _unseen(kind: str, view: View, reason: Words) -> Unseen:
    return Unseen(kind=kind, scope={"page": (view.page,)}, collector="website", reason=reason)


_ACCOUNTS = frozenset(["account", "email", "password", "phone"])
"""Kinds of data by which accounts are opened."""


def _waiting(kinds: Set[str], view: View) -> Iterator[Unseen]:
    """Say that forms which ask for data wait for a click, so that nobody looked at them."""
    if not kinds:
        return
    reason = Words(
        f"{view.page}：页面含有点击后才显示的表单，其内容未查看",
        f"{view.page}: forms that appear upon a click only were not looked at",
    )
    for kind in ("form.found", "form.field", "checkbox.found"):
        yield _unseen(kind, view, reason)
    if kinds & _ACCOUNTS:
        yield Unseen(kind="account.registration", scope={}, collector="website", reason=reason)


def _form_found(form: Form, view: View, party_of: Callable[[str], Party | None]) -> FormFound:
    target = address(form.action)
    return FormFound(
        source=view.source(form.path),
        channel="website",
        page=view.page,
        purpose=form.purpose,
        action_host=target.host if target else "",
        party=party_of(target.host) if target else None,
        secure=_secure(form, view),
        method=form.method if target else "",
        data_types=form.data_types,
        notice=form.notice,
        agreement=form.agreement,
        submits_unticked=form.submits_unticked,
        phase=view.phase,
    )


def _secure(form: Form, view: View) -> bool | None:
    """Say whether page and target both use TLS.

    None where a script may send it elsewhere, or where the browser may be told to use TLS anyway:
    by the page, or for the page's own host by an earlier answer (HSTS).
    """
    target = address(form.action)
    if not view.secure:
        return False
    if target is None:
        return None
    if target.secure:
        return True
    remembered = view.hsts and target.host == view.host
    return None if form.scripted or form.upgraded or remembered else False


def _worse_form(one: FormFound, other: FormFound) -> FormFound:
    """Join two forms of one identity into one fact: all their data, the worse of each answer."""
    order = ("box", "none", "implied")
    agreement = None
    if one.agreement is not None and other.agreement is not None:
        agreement = max(one.agreement, other.agreement, key=order.index)
    return msgspec.structs.replace(
        one,
        data_types=tuple(sorted({*(one.data_types or ()), *(other.data_types or ())})),
        notice=_least(one.notice, other.notice),
        secure=_least(one.secure, other.secure),
        agreement=agreement,
        submits_unticked=_most(one.submits_unticked, other.submits_unticked),
    )


def _form_field(field: Field, form: Form, whole: FormFound, view: View) -> FormField:
    return FormField(
        source=view.source(field.path),
        channel="website",
        page=view.page,
        name=field.name,
        data_type=field.data_type,
        form_purpose=form.purpose,
        required=field.required,
        secure=whole.secure,
        action_host=whole.action_host,
        purpose_shown=field.purpose_shown,
        upload=field.upload,
        phase=view.phase,
    )


def _worse_field(one: FormField, other: FormField) -> FormField:
    return msgspec.structs.replace(
        one,
        required=_most(one.required, other.required),
        secure=_least(one.secure, other.secure),
        purpose_shown=_least(one.purpose_shown, other.purpose_shown),
        upload=_most(one.upload, other.upload),
    )


def _least(*answers: bool | None) -> bool | None:
    return False if False in answers else None if None in answers else True


def _most(*answers: bool | None) -> bool | None:
    return True if True in answers else None if None in answers else False


def _boxes(forms: Sequence[Form], view: View) -> Iterator[CheckboxFound]:
    """Give the boxes that grant something, and all boxes of forms that ask for personal data."""
    found: dict[str, CheckboxFound] = {}
    for form in forms:
        for box in form.boxes:
            if box.purpose == "other" and not form.data_types:
                continue
            twin = found.get(box.label)
            found[box.label] = CheckboxFound(
                source=twin.source if twin else view.source(box.path),
                channel="website",
                label=box.label,
                purpose=box.purpose,
                checked_on_load=_most(twin.checked_on_load, box.checked) if twin else box.checked,
                required=_least(twin.required, box.required) if twin else box.required,
                page=view.page,
                phase=view.phase,
            )
    yield from found.values()


_OF_ITSELF = re.compile(
    r"本(?:[^，。\s]{0,8})?(?:协议|条款|政策|声明|规则|规约|须知|章程|约定|协定)"
    r"|本協議|本條款|(?:these|this) (?:\w+ ){0,3}(?:terms|agreement|policy|conditions|notice)",
    re.IGNORECASE,
)
"""How a document speaks of itself: it is not what stands beside a button."""


def _implied(
    forms: Sequence[Form], asking_forms: Sequence[Form], view: View
) -> Iterator[AgreementImplied | Unseen]:
    """Give the words that say that going on means agreeing, where there is no box beside them."""
    if any(form.agreement is None for form in forms):
        reason = Words(
            f"{view.page}：同意文字旁的图形可能是勾选框，未能判断",
            f"{view.page}: what stands beside the words may be a box; it could not be told",
        )
        yield _unseen("agreement.implied", view, reason)
        yield _unseen("checkbox.found", view, reason)
        return
    ticked = [box.label for form in forms for box in form.boxes if box.purpose == "agreement"]
    implied = [
        form
        for form in asking_forms
        if form.agreement == "implied" and not any(form.implied_text in one for one in ticked)
    ]
    if not any(box.purpose == "agreement" for form in forms for box in form.boxes):
        # A login by QR code or by another account has no field at all.
        implied += [form for form in forms if form.standalone and form.agreement == "implied"]
    # A document that speaks of itself is not what stands beside a button.
    told = [
        form for form in implied if not (form.standalone and _OF_ITSELF.search(form.implied_text))
    ]
    for form in told[:1]:
        yield AgreementImplied(
            source=view.source(form.path),
            channel="website",
            page=view.page,
            text=form.implied_text,
            phase=view.phase,
        )


_BY_OTHERS = re.compile(
    r"(?:微信|QQ|微博|支付宝|抖音|Google|Apple|Facebook|GitHub|第三方)\s*(?:账号|帐号)?(?:快捷"
    r"|扫码|一键)?"
    r"(?:登录|注册)|(?:sign|log) ?(?:in|up) with",
    re.IGNORECASE,
)


def _registrations(forms: Sequence[Form], view: View) -> Iterator[AccountRegistration]:
    methods: dict[Literal["phone", "email", "account", "third_party", "other"], str] = {}
    for form in forms:
        if form.purpose != "register" and not (
            form.purpose == "login" and makes_accounts(form.text)
        ):
            continue
        kinds = set(form.data_types)
        if "phone" in kinds:
            methods.setdefault("phone", form.path)
        if "email" in kinds:
            methods.setdefault("email", form.path)
        if not kinds & {"phone", "email"}:
            methods.setdefault("account" if "account" in kinds else "other", form.path)
        if _BY_OTHERS.search(form.text):
            methods.setdefault("third_party", form.path)
    for method, path in methods.items():
        yield AccountRegistration(
            source=view.source(path), channel="website", method=method, page=view.page
        )
