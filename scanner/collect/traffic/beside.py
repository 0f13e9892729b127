"""What has to stand beside a recording: without it the recording alone says less than it seems."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.traffic.control import Control
from scanner.collect.traffic.gaps import KINDS
from scanner.collect.traffic.whose import Whose
from scanner.model import Scalar, TargetKind, Words

NO_LIST = Words(
    "没有手机的连接列表（--connections），无法说明是否有绕过代理或拒绝被解密的连接，也无法确认请求由"
    "哪个应用发出",
    "without a list of the phone's connections (--connections) it cannot be said what went past the"
    " proxy or refused to be looked into, nor which app sent a request",
)
ONLY_CONTROL = Words(
    "没有手机的连接列表（--connections），无法说明是否有绕过代理或拒绝被解密的连接；请求由哪个应用发出"
    "只依据未安装该应用时的对照记录（--control）判断",
    "without a list of the phone's connections (--connections) it cannot be said what went past the"
    " proxy or refused to be looked into; which app sent a request rests on the run without the app"
    " (--control) alone",
)
NO_IDENTITY = Words(
    "未提供测试设备和人员的已知值（--identity），只能按格式识别个人信息",
    "no known values of the test device and person were given (--identity), so personal data was"
    " told by its form only",
)
DISORDERED = Words(
    "各阶段标记的时间倒退或过多，无法判断请求属于哪个阶段",
    "the marks of the phases go back in time or are too many, so requests have none",
)
OF_SUBJECT = ("request.made", "identifier.sent", "data.sent", "data.frequency")
"""Kinds of fact that say whether the subject sent something."""
Gap = tuple[str, dict[str, tuple[Scalar, ...]], Words]
"""A kind of fact, which of them, and why they stayed unseen."""


def lacking(subject: TargetKind | None, whose: Whose, *, identity: bool) -> Iterator[Gap]:
    """Say what a recording lacks that an app (or a site, by `subject`) can do unseen by it.

    `identity` is whether known values were given.
    """
    reasons = []
    if not whose.lists and subject != "website":
        speaks = whose.control is not None and whose.control.usable
        reasons.append(ONLY_CONTROL if speaks else NO_LIST)
    if whose.lists and whose.subject and not whose.named:
        reasons.append(
            Words(
                f"连接列表中没有 {whose.subject} 的连接，请核对包名和列表",
                f"the list of connections names none of {whose.subject}: check both",
            )
        )
    yield from ((kind, {}, reason) for reason in reasons for kind in KINDS)
    if not identity:
        yield "data.sent", {"matched_by": ("known",)}, NO_IDENTITY


def unattributed(control: Control | None) -> Iterator[tuple[str, Words]]:
    """Give the kinds of fact of which nobody says whose they are, since a control run cannot."""
    if control is not None and control.why is not None:
        yield from ((kind, control.why) for kind in OF_SUBJECT)


def empty(entries: int, left_out: int) -> Iterator[Gap]:
    """Say that a recording holds nothing of the subject, but others' requests at most."""
    reason = Words(
        f"记录中没有检测对象的请求（共 {entries} 条，其中 {left_out} 条属于其他应用或浏览器自身）",
        f"the recording holds no request of the subject ({entries} in all, {left_out} of other apps"
        " or of the browser itself)",
    )
    yield from ((kind, {}, reason) for kind in KINDS)
