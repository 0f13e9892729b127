"""What pages hold out to people who fill in a form, and ask of people who close an account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.collect.website.form import Field, Form
from scanner.collect.website.links import Link
from scanner.collect.website.view import View
from scanner.exchange import shown
from scanner.facts import ClosingDemand, ClosingDemanded, InducementShown, PageKind
from scanner.model import Unseen, Words
from scanner.wording.closing import closes_account, demands_in
from scanner.wording.rewards import rewards_in
from scanner.wording.rights import right_of
from scanner.wording.short import short

SENSITIVE = frozenset(
    ("id_card", "id_card_photo", "passport", "bank_card", "face", "fingerprint", "voiceprint")
)
"""Kinds for which a reward is held against a page: papers, cards and the body."""
_BY_FIELD: dict[str, ClosingDemand] = {
    "id_card": "id_number",
    "passport": "id_number",
    "face": "face",
    "bank_card": "bank_card",
    "password": "password",
}


def inducement_facts(forms: Sequence[Form], view: View) -> Iterator[InducementShown]:
    """Give the rewards that a form holds out which asks for papers, a bank card or the body.

    Only words in the form or right beside it count: a banner elsewhere on the page is no promise
    for filling it in.
    """
    for form in forms:
        if not SENSITIVE.intersection(form.data_types):
            continue
        for reward, words in rewards_in(form.text):
            yield InducementShown(
                source=view.source(form.path),
                channel="website",
                page=view.page,
                reward=reward,
                data_types=form.data_types,
                text=words,
                phase=view.phase,
            )


def closing_facts(forms: Sequence[Form], view: View, kind: PageKind) -> Iterator[ClosingDemanded]:
    """Give what the page that closes an account asks for, by its fields and its words.

    Whether it must be given is told by a field alone: a sentence may speak of some people only.
    """
    if kind in ("policy", "agreement", "home") or not closes_account(view.title, view.text):
        return
    found: dict[ClosingDemand, tuple[str, str, bool | None]] = {}
    optional: set[ClosingDemand] = set()
    for form in forms:
        if form.purpose in ("search", "register", "subscribe"):
            continue
        for field in form.fields:
            demand = _demand_of(field)
            if demand is not None and field.required is False:
                optional.add(demand)
            elif demand is not None:
                found.setdefault(
                    demand, (short(field.label or field.name), field.path, field.required)
                )
    for demand, words in demands_in(view.text):
        if demand in found or demand not in optional:
            found.setdefault(demand, (words, "", None))
    for demand, (words, at, required) in sorted(found.items()):
        yield ClosingDemanded(
            source=view.source(at),
            channel="website",
            demand=demand,
            required=required,
            page=view.page,
            text=words,
        )


def closing_unread(links: Sequence[Link], view: View) -> Iterator[Unseen]:
    """Say that a page behind a control that may close an account was not opened by the walk."""
    for link in links:
        if link.visible and right_of(link.text) == "close_account":
            reason = Words(
                f"“{short(link.text)}”可能直接注销账号，未予点击；可将其网址列入检测目标",
                f"“{short(link.text)}” may close an account and was not pressed; its address can be"
                " named as one to look at",
            )
            page = shown(link.href) if link.href else view.page
            yield Unseen(
                kind="closing.demanded", scope={"page": (page,)}, collector="website", reason=reason
            )
            return


def _demand_of(field: Field) -> ClosingDemand | None:
    if field.data_type == "id_card_photo":
        return "hand_held_id" if "手持" in field.label else "id_photo"
    if field.data_type in _BY_FIELD:
        return _BY_FIELD[field.data_type]
    return "code" if "验证码" in field.label or "captcha" in field.name.lower() else None
