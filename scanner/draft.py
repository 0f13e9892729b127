"""What a privacy policy still lacks, drafted from what was seen, for a developer to complete.

Everything here follows from facts: what nobody saw is not in the draft, and every gap that facts
cannot fill is left open to be seen (【待填：…】, [to be filled: …]).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.facts import (
    DataAccessed,
    DataSent,
    Fact,
    FormField,
    PermissionDeclared,
    PolicyDataItem,
    PolicyDocument,
    PolicyPermission,
    PolicyThirdParty,
    SdkPresent,
)
from scanner.knowledge import Knowledge
from scanner.knowledge.tables import GROUP_NAMES
from scanner.model import Unseen, Words

MOST_ROWS = 500
"""Rows of one table; what is left out is counted below it."""
_MOST_LETTERS = 160
_MOST_NAMED = 3
_ESCAPED = str.maketrans(
    {
        **{"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "\\|", "\\": "\\\\", "`": "\\`"},
        **{"*": "\\*", "_": "\\_", "[": "\\[", "]": "\\]", "#": "\\#", "!": "\\!", "~": "\\~"},
    }
)
_PURPOSES: Mapping[str, Words] = {
    "ads": Words("广告", "advertising"),
    "analytics": Words("统计分析", "analytics"),
    "crash": Words("崩溃分析", "crash reports"),
    "device-id": Words("设备标识", "device identifiers"),
    "face": Words("人脸识别", "face recognition"),
    "im": Words("即时通信", "messaging"),
    "location": Words("定位", "location"),
    "login": Words("登录", "login"),
    "map": Words("地图", "maps"),
    "payment": Words("支付", "payment"),
    "push": Words("消息推送", "push messages"),
    "risk": Words("安全风控", "risk control"),
    "rtc": Words("音视频通话", "audio and video calls"),
    "share": Words("分享", "sharing"),
    "update": Words("更新", "updates"),
    "voice": Words("语音", "voice"),
    "webview": Words("网页浏览", "web view"),
    "ab-test": Words("分组测试", "A/B tests"),
    "maps": Words("地图", "maps"),
    "monitoring": Words("性能监测", "monitoring"),
    "replay": Words("会话录制", "session replay"),
    "security": Words("安全验证", "security"),
    "social": Words("社交分享", "social sharing"),
    "support": Words("在线客服", "customer support"),
    "tag-manager": Words("标签管理", "tag management"),
}
_HEAD = Words(
    "# 隐私政策补充草稿\n\n"
    "本草稿不是法律意见，也不是可以直接发布的文本。各行来自本次检测看到的事实，没有看到的不会出现，"
    "末节列出没有看到的内容。请逐项核对，补全标有【待填：…】之处，并核实标有“待核”的内容。",
    "# Draft of what the privacy policy lacks\n\n"
    "This draft is no legal advice and no text to be published as it stands. Its rows come from"
    " what this audit saw; what was not seen is not in them, and the last section lists it. Check"
    " every row, fill the gaps marked [to be filled: …], and verify what is to be checked.",
)


class _Row(NamedTuple):
    """A recipient, as far as facts know it."""

    id: str
    name: str
    company: str
    purposes: tuple[str, ...]
    listed: tuple[str, ...]
    """Kinds that its maker says it takes."""


def drafted(
    facts: Sequence[Fact], unseen: Iterable[Unseen], knowledge: Knowledge, *, chinese: bool
) -> str:
    """Write what is missing as Markdown: SDKs, the two lists, purposes of permissions."""
    draft = _Draft(facts, knowledge, chinese=chinese)
    sections = [
        _HEAD.said(chinese=chinese),
        draft.basis(),
        draft.sdks(),
        draft.collected(),
        draft.shared(),
        draft.permissions(),
        _unseen(unseen, chinese=chinese),
    ]
    return "\n\n".join(sections) + "\n"


class _Draft:
    """The sections of one draft."""

    def __init__(self, facts: Sequence[Fact], knowledge: Knowledge, *, chinese: bool) -> None:
        self.facts = facts
        self.knowledge = knowledge
        self.chinese = chinese
        self.listed = {
            fact.recipient
            for fact in facts
            if isinstance(fact, PolicyThirdParty) and fact.recipient
        }
        self.disclosed = {
            (fact.data_type, fact.use) for fact in facts if isinstance(fact, PolicyDataItem)
        }

    def say(self, zh: str, en: str) -> str:
        """Give words in the language of the draft."""
        return zh if self.chinese else en

    def gap(self, zh: str, en: str) -> str:
        """Mark what the developer must fill in."""
        return self.say(f"【待填：{zh}】", f"[to be filled: {en}]")

    def kind(self, data_type: str) -> str:
        """Name a kind of personal information."""
        known = self.knowledge.data_types.get(data_type)
        return cell(known.title.said(chinese=self.chinese) if known else data_type)

    def kinds(self, data_types: Iterable[str]) -> str:
        """Name several."""
        return self.say("、", ", ").join(self.kind(one) for one in sorted(set(data_types)))

    def basis(self) -> str:
        """Say against which policy the draft was made."""
        documents = [
            fact
            for fact in self.facts
            if isinstance(fact, PolicyDocument)
            and (fact.channel, fact.own) == ("policy", True)
            and fact.origin != "earlier"
        ]
        title = self.say("## 对照的隐私政策", "## The policy that it was set against")
        if not documents:
            none = self.say(
                "本案没有读到隐私政策，以下列出全部看到的内容，其中一部分可能已经写在政策里。",
                "No privacy policy was read in this case: all that was seen is listed below, and"
                " some of it may stand in the policy already.",
            )
            return f"{title}\n\n{none}"
        lines = []
        for fact in documents:
            name = cell(fact.title or fact.url)
            dates = ", ".join(cell(date) for date in (fact.updated, fact.effective) if date)
            partly = self.say("，未能读全", ", not read in full") if fact.whole is False else ""
            lines.append(f"- {name}（{cell(fact.url)}{'; ' if dates else ''}{dates}）{partly}")
        return title + "\n\n" + "\n".join(lines)

    def sdks(self) -> str:
        """Give the components that collect, or received data, and that the policy does not list."""
        sent = _sent_to(self.facts)
        rows = []
        for row in self.recipients(sent):
            if row.id in self.listed:
                continue
            listed = self.kinds(row.listed)
            seen = self.kinds([*sent.get(row.id, {}), *_read_by(self.facts, row.id)])
            parts = []
            if seen:
                parts.append(self.say("已看到：", "seen: ") + seen)
            if listed:
                parts.append(self.say("待核：", "to be checked: ") + listed)
            purposes = self.purposes(row.purposes)
            rows.append(
                (
                    cell(row.name) or self.gap("名称", "name"),
                    cell(row.company) or self.gap("公司名称", "company"),
                    purposes or self.gap("使用目的", "purpose"),
                    self.say("；", "; ").join(parts) or self.gap("信息种类", "kinds of data"),
                    self.gap("收集方式，如 SDK 自行收集", "means, e.g. taken by the SDK itself"),
                    self.gap("隐私政策链接", "link to its policy"),
                )
            )
        head = self.say(
            "名称|公司|使用目的|收集的个人信息种类|收集方式|隐私政策链接",
            "Name|Company|Purpose|Kinds of personal information|Means|Its policy",
        )
        title = self.say("## 第三方 SDK 目录中缺少的", "## Missing in the list of SDKs")
        return self.table(title, head, rows)

    def recipients(self, sent: Mapping[str, Mapping[str, set[str]]]) -> Iterator[_Row]:
        """Give who collects by what its maker says, or received something, each once."""
        present = {
            fact.sdk
            for fact in self.facts
            if isinstance(fact, SdkPresent) and fact.collects_personal_info is not False
        }
        readers = {
            fact.owner
            for fact in self.facts
            if isinstance(fact, DataAccessed) and fact.owner not in (None, "", "app")
        }
        for one in sorted({*present, *readers, *sent} - {"", None}, key=str):
            yield self.recipient(str(one))

    def recipient(self, recipient: str) -> _Row:
        """Say what the tables, or the package, know of a recipient."""
        for sdk in self.knowledge.sdks:
            if sdk.id == recipient:
                name, vendor = (
                    one.said(chinese=self.chinese) for one in (sdk.title, sdk.vendor.title)
                )
                return _Row(recipient, name, vendor, sdk.purposes, sdk.collects)
        for tracker in self.knowledge.trackers.rows:
            if tracker.id == recipient:
                vendor = tracker.vendor.title.said(chinese=self.chinese)
                return _Row(recipient, tracker.name, vendor, tracker.purposes, ())
        return _Row(recipient, recipient, "", (), ())

    def purposes(self, purposes: Iterable[str]) -> str:
        """Name purposes of the table, to be checked."""
        known = [_PURPOSES[one].said(chinese=self.chinese) for one in purposes if one in _PURPOSES]
        if not known:
            return ""
        return self.say("、", ", ").join(known) + self.say("（待核）", " (to be checked)")

    def collected(self) -> str:
        """Give the list of what is collected: what the app reads, sends to its own, or asks for."""
        seen: dict[str, list[str]] = {}
        for fact in self.facts:
            if isinstance(fact, DataAccessed) and fact.owner == "app":
                how = self.say("代码：", "code: ") + cell(fact.api)
                seen.setdefault(fact.data_type, []).append(how)
            elif isinstance(fact, DataSent) and fact.party != "third":
                how = self.say("发送至 ", "sent to ") + cell(fact.host)
                seen.setdefault(fact.data_type, []).append(how)
            elif isinstance(fact, FormField) and fact.data_type not in (None, "none"):
                how = self.say("表单：", "form: ") + cell(fact.name)
                seen.setdefault(str(fact.data_type), []).append(how)
        rows = [
            (
                self.kind(data_type),
                self.gap("收集目的", "purpose"),
                self.gap("使用场景", "scene"),
                self.some(how),
                self.stated(
                    (data_type, "collected") in self.disclosed,
                    elsewhere=(data_type, "shared") in self.disclosed,
                ),
            )
            for data_type, how in sorted(seen.items())
        ]
        head = self.say(
            "个人信息种类|收集目的|使用场景|怎样看到|政策中",
            "Kind of personal information|Purpose|Scene|How it was seen|In the policy",
        )
        title = self.say("## 已收集个人信息清单", "## List of personal information collected")
        return self.table(title, head, rows)

    def shared(self) -> str:
        """Give the list of what others receive, by what was seen on its way to them."""
        seen: dict[tuple[str, str], dict[str, set[str]]] = {}
        for fact in self.facts:
            if isinstance(fact, DataSent) and (fact.party == "third" or fact.recipient):
                to = (fact.recipient or "", "" if fact.recipient else fact.host)
                seen.setdefault(to, {}).setdefault(fact.data_type, set()).add(fact.host)
        rows = []
        for (recipient, host), kinds in sorted(seen.items()):
            row = self.recipient(recipient) if recipient else _Row("", "", "", (), ())
            hosts = sorted({one for hosts in kinds.values() for one in hosts})
            rows.append(
                (
                    cell(row.name) or self.gap("接收方名称", "recipient") + " " + cell(host),
                    cell(row.company) or self.gap("公司名称和联系方式", "company and contact"),
                    self.kinds(kinds),
                    self.purposes(row.purposes) or self.gap("共享目的", "purpose"),
                    self.gap("使用场景和共享方式", "scene and means"),
                    self.some([cell(one) for one in hosts]),
                    self.stated(bool(recipient) and recipient in self.listed),
                )
            )
        head = self.say(
            "接收方|公司|个人信息种类|目的|场景和方式|看到的主机|政策中",
            "Recipient|Company|Kinds of personal information|Purpose|Scene and means|Hosts"
            "|In the policy",
        )
        title = self.say(
            "## 与第三方共享个人信息清单", "## List of what is shared with third parties"
        )
        return self.table(title, head, rows)

    def permissions(self) -> str:
        """Give the dangerous permissions whose purpose the policy does not state."""
        explained = {
            fact.group
            for fact in self.facts
            if isinstance(fact, PolicyPermission) and fact.purpose != ""
        }
        rows = []
        declared = [fact for fact in self.facts if isinstance(fact, PermissionDeclared)]
        for fact in sorted(declared, key=lambda fact: fact.permission):
            if fact.protection != "dangerous" or fact.group in explained:
                continue
            known = self.knowledge.permissions.get(fact.permission)
            group = GROUP_NAMES.get(fact.group or "")
            rows.append(
                (
                    cell(group.said(chinese=self.chinese) if group else fact.group or ""),
                    cell(fact.permission),
                    cell(known.title.said(chinese=self.chinese) if known and known.title else ""),
                    self.gap("用途和触发时机", "purpose and when it is asked for"),
                    self.gap("关闭方法", "how to turn it off"),
                )
            )
        head = self.say(
            "权限组|权限|允许什么|用途|关闭方法",
            "Group|Permission|Allows|Purpose|How to turn it off",
        )
        title = self.say("## 没有说明用途的权限", "## Permissions without a stated purpose")
        return self.table(title, head, rows)

    def some(self, words: Sequence[str]) -> str:
        """Give the first few of several, and how many more there are."""
        each = sorted(set(words))
        shown = self.say("；", "; ").join(each[:_MOST_NAMED])
        more = len(each) - _MOST_NAMED
        return shown + (self.say(f" 等 {len(each)} 处", f" and {more} more") if more > 0 else "")

    def stated(self, there: bool, *, elsewhere: bool = False) -> str:
        """Say whether the policy has it; `elsewhere`: as what it shares only."""
        if there:
            return self.say("已写明", "stated")
        if elsewhere:
            return self.say("仅在对外提供部分写明", "stated as shared only")
        return self.say("未见写明", "not found")

    def table(self, title: str, head: str, rows: Sequence[tuple[str, ...]]) -> str:
        """Write a table, or that nothing of it was seen."""
        if not rows:
            none = self.say("没有看到需要补充的内容。", "Nothing was seen that is missing.")
            return f"{title}\n\n{none}"
        names = head.split("|")
        lines = [f"| {' | '.join(names)} |", "|" + " --- |" * len(names)]
        lines += [f"| {' | '.join(row)} |" for row in rows[:MOST_ROWS]]
        left = len(rows) - MOST_ROWS
        if left > 0:
            lines += ["", self.say(f"另有 {left} 行未列出。", f"{left} more rows are not listed.")]
        return title + "\n\n" + "\n".join(lines)


def _sent_to(facts: Iterable[Fact]) -> dict[str, dict[str, set[str]]]:
    """Give what known recipients received: kinds, and the hosts."""
    sent: dict[str, dict[str, set[str]]] = {}
    for fact in facts:
        if isinstance(fact, DataSent) and fact.recipient:
            sent.setdefault(fact.recipient, {}).setdefault(fact.data_type, set()).add(fact.host)
    return sent


def _read_by(facts: Iterable[Fact], recipient: str) -> list[str]:
    return [
        fact.data_type
        for fact in facts
        if isinstance(fact, DataAccessed) and fact.owner == recipient
    ]


_DRAWN_ON = (
    *("sdk.present", "data.accessed", "data.sent", "form.field", "permission.declared"),
    *("policy.document", "policy.data_item", "policy.third_party", "policy.permission"),
)
"""Kinds of fact from which the rows are made."""


def _unseen(unseen: Iterable[Unseen], *, chinese: bool) -> str:
    """List what nobody saw, so that its absence above means nothing."""
    title = "## 没有看到的" if chinese else "## What was not seen"
    lines = dict.fromkeys(
        f"- {cell(one.reason.said(chinese=chinese))}" for one in unseen if one.kind in _DRAWN_ON
    )
    none = "没有登记。" if chinese else "Nothing is recorded."
    return title + "\n\n" + ("\n".join(list(lines)[:MOST_ROWS]) or none)


def cell(words: str) -> str:
    """Write words of an input so that Markdown shows them as they are, on one line."""
    plain = "".join(
        " " if letter.isspace() else letter
        for letter in words[: 4 * _MOST_LETTERS]
        if letter.isspace() or not unicodedata.category(letter).startswith("C")
    )
    plain = " ".join(plain.split())
    if len(plain) > _MOST_LETTERS:
        plain = plain[: _MOST_LETTERS - 1] + "…"
    return plain.translate(_ESCAPED)
