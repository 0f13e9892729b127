"""Reading what the forms of a page ask for, and how agreeing is expressed there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from scanner.collect.website import fields as asking
from scanner.collect.website.form import Agreement, Box, Field, Form
from scanner.collect.website.frames import limits, overfull, read_frames, tell, whole
from scanner.collect.website.links import policy_subject
from scanner.collect.website.listeners import lets_go, listened_to
from scanner.exchange import address
from scanner.facts import FormPurpose
from scanner.knowledge import Knowledge
from scanner.model import Words
from scanner.wording.forms import (
    FormWords,
    box_purpose,
    form_purpose,
    implied_words,
)
from scanner.wording.short import short

if TYPE_CHECKING:
    from playwright.async_api import Page

MOST_FORMS = 60
"""Forms of one frame that are looked at."""
MOST_FIELDS = 600
"""Fields and boxes of one frame that are looked at; long questionnaires have about two hundred."""


class _RawField(msgspec.Struct):
    control: str
    name: str
    id: str
    model: str
    autocomplete: str
    placeholder: str
    label: str
    around: str
    accept: str
    capture: str
    most: float
    locked: bool
    required: bool
    star: bool
    options: list[str]
    path: str


class _RawBox(msgspec.Struct):
    label: str
    checked: bool | None
    required: bool
    custom: bool
    path: str


class _RawForm(msgspec.Struct):
    path: str
    tag: str
    action: str
    method: str
    names: str
    heading: str
    text: str
    near: str
    buttons: list[str]
    links: list[tuple[str, str]]
    locked: bool
    unchecked: bool
    plain: bool
    direct: bool
    undecided: bool
    senders: list[str]
    form: str
    fields: list[_RawField]
    boxes: list[_RawBox]


class _RawUnshown(msgspec.Struct):
    control: str
    label: str
    placeholder: str
    names: list[str]
    autocomplete: str


class _RawSaid(msgspec.Struct):
    text: str
    path: str
    foot: bool


class _RawForms(msgspec.Struct):
    complete: bool
    title: str
    forms: list[_RawForm]
    loose: list[_RawBox]
    unshown: list[_RawUnshown]
    said: list[_RawSaid]
    undecided: bool
    upgraded: bool


async def read_forms(
    page: Page, knowledge: Knowledge, *, unread: list[Words] | None = None
) -> list[Form]:
    """Read what a page asks for, in frames and open shadow roots too.

    Raises Unanswered when the page did not answer. What a frame inside it did not answer, and
    what went over our bounds, is appended to `unread`; without such a list it raises too.
    """
    bounds = limits(forms=MOST_FORMS, fields=MOST_FIELDS)
    forms: list[Form] = []
    for number, shown, answer in await read_frames(page, "forms", bounds, _RawForms, unread):
        if not answer.complete:
            tell(overfull("表单", "forms"), unread)
        host = _frame_host(page, number)
        lines = Counter(line for raw in answer.forms[:MOST_FORMS] for line in _lines(raw.text))
        held = []
        for raw in answer.forms[:MOST_FORMS] if shown else ():
            form = _form(raw, _own_view(raw, lines), answer.title, number, knowledge)
            held.append(await _as_sent(page, raw, form))
        if shown:
            taken = any(form.implied_text and form.data_types for form in held)
            held += _standalone(answer, number, taken=taken)
        waiting = _waiting(answer, shown, knowledge)
        if waiting:
            held.append(msgspec.structs.replace(_loose((), number), unshown=waiting))
        replace, upgraded = msgspec.structs.replace, answer.upgraded
        forms += [replace(form, frame_host=host, upgraded=upgraded) for form in held]
    return forms


def _frame_host(page: Page, number: int) -> str:
    """Give the host of a frame inside a page; that of the frame around it where it has none."""
    frames = page.frames
    frame = frames[number] if 0 < number < len(frames) else None
    while frame is not None and frame.parent_frame is not None:
        target = address(frame.url)
        if target is not None and target.host:
            return target.host
        frame = frame.parent_frame
    return ""


async def _as_sent(page: Page, raw: _RawForm, form: Form) -> Form:
    """Add what listening scripts may change: whether it goes unticked, and where it goes."""
    if form.agreement == "box" and form.submits_unticked is None and form.frame == 0:
        free = await _goes_unticked(page, raw, form)
        form = msgspec.structs.replace(form, submits_unticked=free)
    if form.action.startswith("http:"):
        heard = None
        if raw.direct and form.frame == 0 and raw.form and " >>> " not in raw.form:
            heard = await listened_to(page, [raw.form, *raw.senders[:4]])
        form = msgspec.structs.replace(form, scripted=not lets_go(heard))
    return form


_OF_THE_SITE = re.compile(
    r"本(?:网|站|平台|公司|服务)|我们|我們|\b(?:this|our|we|us)\b", re.IGNORECASE
)


def _standalone(answer: _RawForms, frame: int, *, taken: bool) -> list[Form]:
    """Give the boxes that stand in no form, and words there that take going on for agreeing.

    `taken`: a form that asks for something says so itself.
    """
    forms = [_loose(answer.loose[:4], frame)] if answer.loose else []
    if answer.undecided:
        forms.append(msgspec.structs.replace(_loose((), frame), agreement=None))
    for one in answer.said[:12] if not taken else ():
        words = implied_words(one.text[:300])
        if words and (not one.foot or _OF_THE_SITE.search(words)):
            form = msgspec.structs.replace(_loose((), frame), path=one.path[:2000])
            forms.append(msgspec.structs.replace(form, agreement="implied", implied_text=words))
    return forms


def _waiting(answer: _RawForms, shown: bool, knowledge: Knowledge) -> tuple[str, ...]:
    """Give the kinds of data that fields ask for which nobody sees before a click."""
    fields = [
        asking.Words(
            control=raw.control,
            label=raw.label[:40].strip(" *＊:："),
            placeholder=raw.placeholder[:80],
            names=tuple(name[:80] for name in raw.names[:2]),
            autocomplete=raw.autocomplete[:80],
        )
        for raw in answer.unshown[:200]
    ]
    if not shown:
        parts = [field for raw in answer.forms[:MOST_FORMS] for field in raw.fields[:MOST_FIELDS]]
        fields += [_words_of(field) for field in parts]
    return tuple(sorted({asking.asked_for(field, knowledge) for field in fields} - {asking.NONE}))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text[:6000].split("\n") if line.strip()]


def _own_view(raw: _RawForm, lines: Counter[str]) -> str:
    """Give the words in and around a form without those that stand in another form."""
    own = set(_lines(raw.text))
    return "\n".join(line for line in _lines(raw.near) if line in own or line not in lines)


def _form(raw: _RawForm, words: str, title: str, frame: int, knowledge: Knowledge) -> Form:
    marks = any(field.required or field.star or _starred(field) for field in raw.fields)
    fields = tuple(
        _field(field, words, frame, knowledge, marks=marks) for field in raw.fields[:MOST_FIELDS]
    )
    purpose = _purpose(raw, fields, title)
    asks = purpose != "search" and any(field.data_type != asking.NONE for field in fields)
    boxes = tuple(_box(box, frame, asks=asks) for box in raw.boxes[:40])
    implied = implied_words(words)
    agreeing = [box for box in boxes if box.purpose == "agreement"]
    agreement: Agreement | None = "box" if agreeing else "implied" if implied else "none"
    if raw.undecided and not agreeing:
        agreement = None
    return Form(
        purpose=purpose,
        method=raw.method[:6] if raw.action else "",
        action=raw.action[:2000],
        path=raw.path[:2000],
        frame=frame,
        fields=fields,
        boxes=boxes,
        notice=_noticed(raw, words),
        agreement=agreement,
        implied_text=implied,
        submits_unticked=False if _held_back(agreeing, raw) else None,
        text=words,
    )


def _loose(raw: Sequence[_RawBox], frame: int) -> Form:
    """Hold boxes that stand in no form, as beside a login by QR code."""
    return Form(
        purpose="other",
        method="",
        action="",
        path="",
        frame=frame,
        fields=(),
        boxes=tuple(_box(box, frame, asks=False) for box in raw),
        notice=False,
        agreement="none",
        implied_text="",
        submits_unticked=None,
        text="",
        standalone=True,
    )


_OPTIONAL = re.compile(r"选填|可选|可不填|非必填|optional", re.IGNORECASE)
_MANDATORY = re.compile(r"必填|不能为空|必须填写|required|mandatory", re.IGNORECASE)


def _starred(field: _RawField) -> bool:
    words = f"{field.label[:80]} {field.placeholder[:80]}"
    star = re.search(r"^\s*[*＊]|[*＊]\s*[:：]?\s*$", field.label)
    beside = re.match(r"[*＊]", field.around.strip()) or re.search(r"[*＊]$", field.around.strip())
    return bool(star or beside or _MANDATORY.search(words))


def _words_of(raw: _RawField) -> asking.Words:
    return asking.Words(
        control=raw.control,
        label=raw.label.strip(" *＊:：")[:80],
        placeholder=raw.placeholder[:120],
        names=(raw.name[:80], raw.model[:80].rpartition(".")[2], raw.id[:80]),
        autocomplete=raw.autocomplete[:80],
        accept=raw.accept[:120],
        capture=raw.capture[:20],
        options=tuple(option[:16] for option in raw.options[:130]),
    )


def _field(raw: _RawField, near: str, frame: int, knowledge: Knowledge, *, marks: bool) -> Field:
    words = _words_of(raw)
    label, names = words.label, words.names
    data_type = asking.asked_for(words, knowledge)
    told = f"{raw.label[:300]}\n{raw.placeholder[:120]}\n{raw.around[:600]}"
    if raw.required or raw.star or _starred(raw):
        required: bool | None = True
    else:
        required = False if marks or _OPTIONAL.search(told) else None
    media = re.search(r"image|video|audio|\.(?:jpe?g|png|bmp|heic|mp4)", raw.accept, re.IGNORECASE)
    pictured = data_type in ("face", "id_card_photo", "photos", "video", "audio")
    return Field(
        name=short(names[0] or label or raw.placeholder or names[2])[:80],
        label=short(label or raw.placeholder),
        data_type=data_type,
        required=required,
        purpose_shown=asking.purpose_shown(data_type, told, near, knowledge),
        upload=raw.control == "file" and bool(media or raw.capture or pictured),
        path=raw.path[:2000],
        frame=frame,
        control=raw.control[:20],
        longest=whole(raw.most),
        locked=raw.locked,
    )


def _box(raw: _RawBox, frame: int, *, asks: bool) -> Box:
    label = raw.label[:300]
    required = True if raw.required else None
    return Box(
        label=short(label) or short(raw.path[-60:]),
        purpose=box_purpose(label, asks=asks),
        checked=raw.checked,
        required=required,
        path=raw.path[:2000],
        frame=frame,
    )


_NOTICE = re.compile(
    r"隐私|隱私|私隱|个人信息|个人資料|個人資料|privacy|personal (?:data|information)"
    r"|(?:信息|资料|号码|数据)[^。\n]{0,16}(?:仅|只|将|会)[^。\n]{0,6}用于|(?:严格)?保密"
    r"|不会(?:泄露|公开|提供)",
    re.IGNORECASE,
)


def _noticed(raw: _RawForm, words: str) -> bool:
    """Say whether words on the handling of the data, or a link to the policy, stand in its view."""
    if any(policy_subject(text[:120], href[:300]) == "privacy" for text, href in raw.links[:20]):
        return True
    labels = {field.label.strip() for field in raw.fields}
    return any(_NOTICE.search(line) for line in words.split("\n") if line not in labels)


def _held_back(agreeing: Sequence[Box], raw: _RawForm) -> bool:
    """Say whether the form itself keeps from being sent while an agreement box is empty."""
    empty = [box for box in agreeing if box.checked is False]
    if not empty:
        return False
    return raw.locked or (not raw.unchecked and all(box.required for box in empty))


def _purpose(raw: _RawForm, fields: Sequence[Field], title: str) -> FormPurpose:
    target = address(raw.action)
    return form_purpose(
        FormWords(
            buttons=tuple(button[:24] for button in raw.buttons[:12]),
            heading=raw.heading[:80],
            names=f"{raw.names[:200]} {target.path if target else ''}",
            text=raw.text[:4000],
            title=title[:200],
            controls=tuple(field.control for field in fields),
            data_types=tuple(field.data_type for field in fields),
        )
    )


async def _goes_unticked(page: Page, raw: _RawForm, form: Form) -> bool | None:
    """Say whether a form would go with its agreement box empty; None where a script may decide.

    True only for a plain form: no script listens to its sending, to its buttons or above them.
    """
    empty = any(box.purpose == "agreement" and box.checked is False for box in form.boxes)
    if not (empty and raw.plain and raw.form and raw.action and raw.senders):
        return None
    if " >>> " in raw.form:
        return None
    heard = await listened_to(page, [raw.form, *raw.senders[:4]])
    return True if lets_go(heard) else None
