"""Pages that let people in, pay or go on only after proving who they are, and by which ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.collect.website.form import Form
from scanner.collect.website.frames import limits, overfull, read_frames, tell
from scanner.collect.website.view import View
from scanner.facts import ProofWay, VerificationOffered
from scanner.model import Words
from scanner.wording.short import short
from scanner.wording.verifying import (
    cites_a_rule,
    lets_do,
    may_be_a_way,
    needed_for,
    speaks_of_a_way,
    speaks_of_faces,
    ways_of,
    ways_offered,
)

if TYPE_CHECKING:
    from playwright.async_api import Page

MOST_CONTROLS = 400
"""Controls of one frame that are read."""
_HEADINGS = 6
"""Lines at the top of a page that say what it is for, beside its title."""
_PLAIN = re.compile(
    r"^\W*(?:提交|确[定认]|下一步|上一步|返回(?:首页)?|取消|关闭|首页|刷新|重[拍试录]|拍照|拍摄|上传|选择(?:文件|照片)?"
    r"|同意|我知道了|知道了|开始|继续|菜单|语言|English|中文|帮助|退出|清空|发送|获取"
    r"|ok|next|back|cancel|close|submit|home|retry|upload|menu|agree|start|help)\W*$",
    re.IGNORECASE,
)
"""Words of controls that are no way of proving anything."""
_BY_FIELD: dict[str, ProofWay] = {
    "face": "face",
    "fingerprint": "fingerprint",
    "voiceprint": "voiceprint",
    "password": "password",
    "id_card": "id_number",
    "passport": "id_number",
}


class Control(NamedTuple):
    """Something that can be pressed."""

    text: str
    """Its words."""
    leads: bool
    """Whether it leads to an address, and not to a script."""
    path: str
    """CSS path inside its frame."""


class Controls(NamedTuple):
    """What can be pressed on a page."""

    told: tuple[Control, ...]
    """Those with words."""
    mute: int
    """How many show a picture only."""


class _RawControl(msgspec.Struct):
    text: str
    href: str
    path: str


class _RawControls(msgspec.Struct):
    complete: bool
    mute: float
    controls: list[_RawControl]


async def read_controls(page: Page, *, unread: list[Words]) -> Controls:
    """Read everything on a page that can be pressed; raises Unanswered when it did not answer."""
    told: list[Control] = []
    mute = 0
    bounds = limits(controls=MOST_CONTROLS)
    for _, shown, answer in await read_frames(page, "controls", bounds, _RawControls, unread):
        if not answer.complete:
            tell(overfull("控件", "controls"), unread)
        if not shown:
            continue
        mute += int(min(max(answer.mute, 0), 1e6))
        for raw in answer.controls[:MOST_CONTROLS]:
            leads = raw.href.strip() not in ("", "#") and not raw.href.startswith("javascript:")
            told.append(Control(raw.text[:120], leads, raw.path[:2000]))
    return Controls(tuple(told), mute)


def asks_for_proof(view: View) -> bool:
    """Say whether a page may be one on which people prove who they are by their faces."""
    return speaks_of_faces(view.text[:20_000]) and lets_do(_headings(view))


def verification_facts(
    view: View, controls: Controls, forms: Sequence[Form], *, whole: bool
) -> Iterator[VerificationOffered]:
    """Give the ways in that a page offers, where one of them is a person's face.

    `whole` is whether every control was read. Words about a further way that stand in no control,
    a picture that can be pressed, a control whose words tell nothing, or a link that may lead to a
    way leave it open whether there is another: `understood` is then null or false. So does a page
    that rests on a rule of the state, which may demand the face itself.
    """
    ways: dict[ProofWay, str] = {}
    plain = True
    for control in controls.told:
        offered = ways_offered(control.text)
        for way in offered:
            ways.setdefault(way, control.path)
        if offered:
            continue
        if may_be_a_way(control.text) or not (control.leads or _PLAIN.match(control.text)):
            plain = False
    for form in forms:
        for field in form.fields:
            by_kind = _BY_FIELD.get(field.data_type)
            for way in (by_kind,) if by_kind else ways_offered(f"{field.label}验证"):
                ways.setdefault(way, field.path)
    if "face" not in ways:
        return
    understood: bool | None = plain
    told = _elsewhere(view.text, controls, ways) or cites_a_rule(view.text[:20_000])
    if not whole or controls.mute or told:
        understood = None
    yield VerificationOffered(
        source=view.source(ways["face"]),
        channel="website",
        page=view.page,
        ways=tuple(sorted(ways)),
        needed_for=needed_for(_headings(view)),
        understood=understood,
        text=short(_told(view.text)),
        phase=view.phase,
    )


def _headings(view: View) -> str:
    lines = [line.strip() for line in view.text.split("\n") if line.strip()]
    return "\n".join([view.title[:120], *(line[:40] for line in lines[:_HEADINGS])])


def _elsewhere(text: str, controls: Controls, ways: dict[ProofWay, str]) -> bool:
    """Say whether the words of a page speak of a way that no control there offers."""
    pressed = {control.text.strip() for control in controls.told}
    lines = {one.strip() for one in re.split(r"[。；;，,\n]", text[:20_000])} - pressed
    return any(
        speaks_of_a_way(line) and not (ways_of(line) and ways.keys() >= set(ways_of(line)))
        for line in lines
    )


def _told(text: str) -> str:
    return next((line.strip() for line in text.split("\n") if speaks_of_faces(line)), "")
