"""What has to stand beside a recording: without it the recording alone says less than it seems."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.traffic.gaps import KINDS
from scanner.connections import Connections
from scanner.model import Scalar, TargetKind, Words

NO_LIST = Words(
    "没有手机的连接列表（--connections），无法说明是否有绕过代理或拒绝被解密的连接，也无法确认请求由"
    "哪个应用发出",
    "without a list of the phone's connections (--connections) it cannot be said what went past the"
    " proxy or refused to be looked into, nor which app sent a request",
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
Gap = tuple[str, dict[str, tuple[Scalar, ...]], Words]
"""A kind of fact, which of them, and why they stayed unseen."""


def lacking(
    subject: TargetKind | None, package: str | None, listed: Connections | None, *, identity: bool
) -> Iterator[Gap]:
    """Say what a recording lacks that an app (or a site, by `subject`) can do unseen by it.

    `identity` is whether known values were given.
    """
    reasons = []
    if listed is None and subject != "website":
        reasons.append(NO_LIST)
    if listed and package and not any(row.owner == package for row in listed.rows):
        reasons.append(
            Words(
                f"连接列表中没有 {package} 的连接，请核对包名和列表",
                f"the list of connections names none of {package}: check both",
            )
        )
    yield from ((kind, {}, reason) for reason in reasons for kind in KINDS)
    if not identity:
        yield "data.sent", {"matched_by": ("known",)}, NO_IDENTITY


def empty(entries: int, left_out: int) -> Iterator[Gap]:
    """Say that a recording holds nothing of the subject, but others' requests at most."""
    reason = Words(
        f"记录中没有检测对象的请求（共 {entries} 条，其中 {left_out} 条属于其他应用或浏览器自身）",
        f"the recording holds no request of the subject ({entries} in all, {left_out} of other apps"
        " or of the browser itself)",
    )
    yield from ((kind, {}, reason) for kind in KINDS)
