"""What the evidence of a case is, as far as it may hold personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from scanner.facts import Fact, kind_of
from scanner.model import Evidence, Header, Words

HoldingKind = Literal[
    "package", "policy", "identity", "traffic", "device", "session", "page", "picture", "other"
]
"""What a piece of evidence is."""

KINDS: Mapping[HoldingKind, Words] = {
    "package": Words("安装包及其中文件", "the package and files in it"),
    "policy": Words("隐私政策文本", "texts of the policy"),
    "identity": Words("测试身份文件，列有个人信息原值", "the identity file: personal values"),
    "traffic": Words(
        "网络流量及连接记录原文，可能含个人信息原值",
        "recorded traffic and connections, which may hold personal values",
    ),
    "device": Words(
        "设备运行录制原文，可能含个人信息原值",
        "recordings of a run on a device, which may hold personal values",
    ),
    "session": Words(
        "浏览器会话记录，可能含 Cookie 与存储的原值",
        "logs of browser sessions, which may hold values of cookies and storage",
    ),
    "page": Words(
        "网页快照，可能显示个人信息", "pages as they stood, which may show personal data"
    ),
    "picture": Words(
        "屏幕截图与录像，可能显示个人信息，无法逐字遮盖",
        "pictures and films of screens, which may show personal data and cannot be masked",
    ),
    "other": Words(
        "其他原始材料，未逐一核对是否含个人信息", "other raw material, not looked through"
    ),
}
"""What each kind is called, and why a copy may leave it out."""
HARMLESS: frozenset[HoldingKind] = frozenset({"package", "policy"})
"""What anybody can get where the subject itself was got: programs and published texts."""
BODIES: frozenset[HoldingKind] = frozenset({"identity", "traffic", "device", "session", "page"})
"""Raw bytes in which personal values stand as letters."""

_OF_PACKAGES = frozenset(
    {
        "application/vnd.android.package-archive",
        "application/vnd.android.axml",
        "application/vnd.android.dex",
        "application/pkix-cert",
    }
)
_OF_TRAFFIC = frozenset(
    {
        "application/har+json",
        "application/x-ndjson",
        "application/vnd.mitmproxy.flows",
        "application/jsonl",
        "application/octet-stream",
        "text/csv",
    }
)
"""octet-stream: recordings whose form no name tells, and what a phone sent beside the subject."""


class Holding(NamedTuple):
    """A piece of evidence, and what it is."""

    entry: Evidence
    kind: HoldingKind


def holdings(header: Header, facts: Iterable[Fact]) -> tuple[Holding, ...]:
    """Say what each piece of evidence of a case is, in the order of the header.

    What no sign tells is `other`, and taken for personal; a name never makes anything harmless.
    """
    entries = {entry.sha256: entry for entry in header.evidence}
    policies = {source.sha256 for source in header.sources if source.channel == "policy"}
    policies |= {
        fact.source.evidence
        for fact in facts
        if kind_of(fact) == "policy.document" and fact.source.evidence
    }
    channels = {
        source.sha256: "traffic" if source.collector == "traffic" else source.channel
        for source in header.sources
    }
    kinds = {
        sha256: _kind(entry, channels.get(sha256), sha256 in policies)
        for sha256, entry in entries.items()
    }
    for sha256, entry in entries.items():
        readable = entry.readable
        if readable in kinds and kinds[readable] == "other":
            kinds[readable] = kinds[sha256]
    return tuple(Holding(entry, kinds[sha256]) for sha256, entry in entries.items())


def _kind(entry: Evidence, channel: str | None, policy: bool) -> HoldingKind:
    type_, name = entry.media_type.partition(";")[0].strip().lower(), entry.name
    found: HoldingKind = "other"
    if type_ == "application/yaml":
        found = "identity"
    elif type_ in _OF_TRAFFIC or channel == "traffic" or name.endswith(".har"):
        found = "traffic"
    elif channel == "device":
        found = "device"
    elif type_ in _OF_PACKAGES or channel == "apk":
        found = "package"
    elif type_.startswith(("image/", "video/")) or name.endswith(" screen.zip"):
        found = "picture"
    elif policy and type_ != "application/json":
        found = "policy"
    elif type_ == "application/json" and name.endswith(" session.json"):
        found = "session"
    elif type_ == "text/html":
        found = "page"
    return found
