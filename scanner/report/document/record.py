"""The record of how evidence was taken, and the list of what was taken, for two persons to sign.

It stands outside the case, since it quotes the digest of the case. What nobody stated is a line to
fill in by hand, and never made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.facts import Channel, Fact
from scanner.model import Act, Deed, Evidence, Norm, Open, Report, Words
from scanner.report import site, words
from scanner.report.document import aloud, subject
from scanner.report.document.paper import Cell, Column, Digest, Paper
from scanner.report.timeline import timeline
from scanner.report.words import Lang, say

MOST_ACTS = 300
"""Acts of the custody log that are listed at most, the first ones; it says how many more."""
MOST_EVIDENCE = 5000
"""Pieces of evidence that are listed at most; it says how many more."""
BLANK = "_" * 22
"""A line to fill in by hand."""

TITLE = Words("电子数据取证笔录", "Record of Taking Electronic Evidence")
LIST = Words("电子数据提取固定清单", "List of Electronic Data Taken and Secured")
DEED: dict[Deed, Words] = {
    "collected": Words("检测并提取、固定证据", "looked, took and secured evidence"),
    "judged": Words("对已固定的事实重新判定", "judged the secured facts again"),
    "reported": Words("再次出具报告", "wrote the report again"),
    "decided": Words("人员作出意见", "a person decided"),
    "sealed": Words("封存（签名、时间戳）", "sealed (signature, time stamp)"),
    "exported": Words("导出副本", "wrote a copy"),
    "purged": Words("移除原始材料，保留可核验的骨架", "took raw material out, kept a skeleton"),
    "unmasked": Words("出具含未脱敏信息的报告", "wrote values in the clear"),
}
_ADDRESSES = Words("检测人指定的地址清单", "the addresses that the testers named")
_FILE = Words("检测人提交的文件，逐字节固定", "a file of the testers, kept byte for byte")
_SOURCE = Words(
    "作为来源读取；由谁采集，案卷未载明", "read as a source; by whom, the case does not say"
)
_UNTOLD = Words("随检测固定；来源案卷未载明", "kept with the test; the case does not say whence")
_BY_OTHERS = "由他人采集、检测人提交"
_TAKEN: dict[tuple[Channel, bool], Words] = {
    ("apk", True): Words("自安装包中解出", "read out of the package"),
    ("website", True): Words("以浏览器访问时采集", "captured by a browser on a visit"),
    ("website", False): Words(f"{_BY_OTHERS}的网页记录", "pages that others captured"),
    ("traffic", True): Words("检测时采集的网络流量", "traffic captured by this tool"),
    ("traffic", False): Words(f"{_BY_OTHERS}的网络流量", "traffic that others captured"),
    ("policy", True): Words("政策文本，逐字节固定", "text of a policy, kept byte for byte"),
    ("policy", False): Words(f"{_BY_OTHERS}的政策文本", "text of a policy that others got"),
    ("device", True): Words("本工具采集的设备运行记录", "a run recorded by this tool"),
    ("device", False): Words(f"{_BY_OTHERS}的设备运行记录", "a run that others recorded"),
}


class Stated(NamedTuple):
    """What a call states of the collection when it asks for the record."""

    collectors: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    authority: str | None = None
    place: str | None = None
    began: str | None = None
    ended: str | None = None


class Held(NamedTuple):
    """What a case holds, as far as the record speaks of it."""

    report: Report
    acts: Sequence[Act]
    root: str
    """SHA-256 of manifest-sha256.txt as it stands."""
    files: int
    """How many files that manifest lists."""
    origins: Mapping[str, frozenset[tuple[Channel, bool]]]
    """In which channels each kept piece was seen, by digest, and whether Mingjian saw it itself."""
    norms: Sequence[Norm]
    """Norms on how electronic data are taken."""
    open: Open


def transcript(held: Held, stated: Stated, *, made_at: str, lang: Lang) -> bytes:
    """Give the record and the list as one Word file: the same case and words, the same bytes."""
    root, report = aloud.short(held.root), held.report
    name = report.subject.name[:40]
    mark = f"案卷短码 {root}" if lang == "zh" else f"case {root}"
    paper = Paper(
        title=f"{say(TITLE, lang)} · {name}",
        header=f"{say(TITLE, lang)} · {name} · {mark}",
        made_at=made_at,
        lang=lang,
    )
    _Record(paper, held, stated).write()
    return paper.file()


def origins(facts: Iterable[Fact]) -> dict[str, frozenset[tuple[Channel, bool]]]:
    """Say of each kept piece in which channels facts were seen in it, and whether by Mingjian."""
    found: dict[str, set[tuple[Channel, bool]]] = {}
    for fact in facts:
        if fact.source.evidence is not None:
            seen = (fact.channel, fact.source.captured)
            found.setdefault(fact.source.evidence, set()).add(seen)
    return {sha256: frozenset(seen) for sha256, seen in found.items()}


class _Record:
    def __init__(self, paper: Paper, held: Held, stated: Stated) -> None:
        self._paper = paper
        self._say: Callable[[str, str], str] = paper.say
        self._held = held
        self._report = held.report
        self._stated = stated

    def write(self) -> None:
        paper, name = self._paper, self._report.subject.name
        paper.title(paper.words(TITLE), name)
        self._who()
        paper.heading(self._say("一、取证对象", "1. What the evidence was taken from"))
        self._what()
        paper.heading(self._say("二、方法和过程", "2. Method and course"))
        paper.text(self._method())
        paper.steps(self._steps())
        paper.heading(self._say("三、经手日志", "3. Custody log"))
        self._acts()
        paper.heading(self._say("四、案卷校验值", "4. Digest of the case"))
        self._root()
        paper.heading(self._say("五、参照的规范", "5. Norms, by analogy"))
        self._norms()
        paper.heading(self._say("六、签署", "6. Signatures"))
        paper.text(
            self._say(
                "以上记录经核对与取证过程一致。空白处由取证人手写填写，不留空白的划去。",
                "The above agrees with how the evidence was taken. What is blank is filled in by "
                "hand, or struck out.",
            )
        )
        self._sign()
        paper.new_page()
        paper.title(paper.words(LIST), name)
        self._list()
        self._sign()

    def _who(self) -> None:
        """Set when, where, who and on whose authority: each value with when it was stated."""
        collection, stated = self._report.collection, self._stated
        began = collection.began_at if collection else ""
        began = began or self._report.collected_by.started_at
        ended = collection.ended_at if collection else ""
        say = self._say
        self._paper.pairs(
            [
                (say("文书编号", "Number"), BLANK),
                (say("取证开始", "Began"), self._value([began], [stated.began])),
                (say("取证结束", "Ended"), self._value([ended], [stated.ended])),
                (
                    say("地点", "Place"),
                    self._value([collection.place if collection else None], [stated.place]),
                ),
                *self._persons(),
                (
                    say("依据文书", "Authority"),
                    self._value([collection.authority if collection else None], [stated.authority]),
                ),
                (say("取证设备", "Machine"), (collection.machine if collection else "") or BLANK),
                (
                    say("取证工具", "Tool"),
                    f"{self._report.collected_by.name} {self._report.collected_by.version} · "
                    f"{self._report.collected_by.platform}",
                ),
                (say("时钟", "Clock"), self._report.collected_by.clock),
            ]
        )

    def _persons(self) -> Iterator[tuple[str, Cell]]:
        """Give two lines at least for those who collect, and one for whoever watches."""
        collection, stated, say = self._report.collection, self._stated, self._say
        before = list(collection.collectors if collection else ())
        after = [name for name in stated.collectors if name not in before]
        told = [*self._value(before, []), *self._value([], after)] if before or after else []
        told = [one for one in told if one != BLANK]
        for number, line in enumerate([*told, *[BLANK] * max(0, 2 - len(told))], 1):
            yield say(f"取证人{number}", f"Collector {number}"), line
        seen = list(collection.witnesses if collection else ())
        also = [name for name in stated.witnesses if name not in seen]
        yield say("见证人", "Witness"), self._value(seen, also)

    def _value(self, before: Sequence[str | None], after: Sequence[str | None]) -> list[str]:
        """Give values with when each was stated; a line to fill in where there is none."""
        then = self._say("（取证时记录）", " (stated when collected)")
        now = self._say("（出具本笔录时陈述）", " (stated for this record)")
        known = [one for one in before if one]
        lines = [f"{one}{then}" for one in known]
        lines += [f"{one}{now}" for one in after if one and one not in known]
        return lines or [BLANK]

    def _what(self) -> None:
        subject_, say = self._report.subject, self._say
        addresses = site.addresses(self._report, self._held.open)
        self._paper.pairs(
            [
                (say("名称", "Name"), subject_.name),
                (say("标识", "Identifier"), Digest(subject_.id)),
                (say("版本", "Version"), subject_.version),
                (say("检测地址", "Addresses"), [Digest(one) for one in addresses]),
                (say("文件", "File"), "" if addresses else subject_.file),
                ("SHA-256", Digest(subject_.sha256)),
                (say("大小", "Size"), say(f"{subject_.size:,} 字节", f"{subject_.size:,} bytes")),
                (
                    say("来源", "Source"),
                    self._value([], [subject_.store, subject_.store_url]),
                ),
                (say("取得时间", "Obtained at"), subject_.obtained_at or BLANK),
            ]
        )

    def _method(self) -> str:
        return self._say(
            "使用上列工具读取或访问取证对象，逐件保存原始字节，不作改动；每件以其 SHA-256 命名"
            "并列入清单；此后的判定和报告只使用已固定的数据，不再接触取证对象。",
            "The tool named above read or visited what the evidence is taken from. Every piece is "
            "kept byte for byte, named by its SHA-256, and listed; whatever was judged and written "
            "afterwards rests on what was kept, and touches the source no more.",
        )

    def _steps(self) -> Iterator[str]:
        """Tell the course step by step, from what the case itself recorded."""
        report, say = self._report, self._say
        collection, sep = report.collection, self._say("；", "; ")
        if collection and collection.before:
            clock = sep.join(subject.clock(self._paper, collection.before.clock))
            yield say("检测前检查环境：", "Surroundings before: ") + clock
        for test in collection.self_tests if collection else ():
            result = say("与应有结果相符", "as it must be") if test.passed else say("不符", "WRONG")
            yield say(f"工具自检（{test.fixture}）：", f"Self-test ({test.fixture}): ") + result
        for source in report.sources:
            channel = self._paper.words(words.CHANNEL[source.channel])
            state = say("已读取", "read") if source.readable else say("无法读取", "NOT readable")
            yield say(
                f"读取来源（{channel}）：{source.name}，SHA-256 {source.sha256}，{state}",
                f"Source ({channel}): {source.name}, SHA-256 {source.sha256}, {state}",
            )
        for session in site.sessions(report):
            told = sep.join(self._paper.words(one) for one in session.words)
            pressed = say(f"，控件“{session.control}”", f", control “{session.control}”")
            yield (
                f"{self._paper.words(session.name)}: {self._paper.words(session.state)}"
                f"{pressed if session.control else ''}; {told}"
            )
        drawn = timeline(report)
        for band in drawn.bands if drawn else ():
            tapped = f" “{band.words}”" if band.words else ""
            phase = self._paper.words(band.name)
            yield say(
                f"设备运行：{band.time}（UTC）进入阶段“{phase}”{tapped}",
                f"Run on the phone: {band.time} (UTC), phase “{phase}” begins{tapped}",
            )
        if collection and collection.runs > 1:
            runs = collection.runs
            yield say(f"自头至尾重复检测 {runs} 次", f"Looked from the beginning {runs} times")
        count = len(report.evidence)
        yield say(
            f"固定证据 {count} 件，逐件计算 SHA-256，生成清单",
            f"Secured {count} pieces, computed the SHA-256 of each, wrote the list",
        )
        if collection and collection.after:
            clock = sep.join(subject.clock(self._paper, collection.after.clock))
            yield say("检测后检查环境：", "Surroundings after: ") + clock
        if not collection or not (collection.before and collection.after):
            yield say(
                f"环境清洁性检查：本案没有完整记录，由取证人说明：{BLANK}",
                f"Surroundings: the case holds no full check; to be told by hand: {BLANK}",
            )

    def _acts(self) -> None:
        acts, say = self._held.acts, self._say
        if not acts:
            self._paper.text(say("本案没有经手日志。", "The case holds no custody log."))
            return
        rows = [
            (
                str(number),
                act.at,
                [self._paper.words(DEED[act.deed]), *self._about(act)],
                say("、", ", ").join(act.by) or "—",
                f"{act.tool.name} {act.tool.version}",
            )
            for number, act in enumerate(acts[:MOST_ACTS], 1)
        ]
        self._paper.table(
            say("经手日志（逐条链接，已核验）", "Custody log (chained, verified)"),
            [
                Column(say("序号", "No."), 1.1),
                Column(say("时间", "When"), 3.8),
                Column(say("事项", "What"), 6.2),
                Column(say("人员", "By"), 2.4),
                Column(say("工具", "With"), 2.5),
            ],
            rows,
        )
        self._more(len(acts) - MOST_ACTS)

    def _about(self, act: Act) -> Iterator[str]:
        if act.tool.flags:
            yield Digest(" ".join(act.tool.flags))
        if act.decision is not None:
            yield f"{act.decision.rule} · {act.decision.choice} · {act.decision.reason}"
        if act.rulebook:
            yield Digest(f"rulebook {act.rulebook}")
        if act.manifest:
            yield Digest(f"manifest {act.manifest}")
        if act.removed:
            count = len(act.removed)
            yield self._say(f"移除 {count} 件", f"{count} pieces taken out")

    def _root(self) -> None:
        root, say = self._held.root, self._say
        files = self._held.files
        self._paper.pairs(
            [
                (
                    say("完整校验值", "Whole digest"),
                    ["SHA-256 (manifest-sha256.txt)", Digest(root)],
                ),
                (say("短码", "Short form"), Digest(aloud.short(root))),
                (say("诵读", "To be read"), self._paper.words(aloud.words(root))),
            ]
        )
        self._paper.text(
            say(
                f"清单 manifest-sha256.txt 列有案卷其余 {files} 个文件的 SHA-256，任何一个文件"
                "改动、缺少或增加，都会与清单不符；清单改动则与上列校验值不符。录像时请读出短码；"
                "字母 a 至 f 依次读作甲、乙、丙、丁、戊、己。",
                f"manifest-sha256.txt lists the SHA-256 of the {files} other files of the case: a "
                "file that is altered, missing or added disagrees with it, and an altered list "
                "disagrees with the digest above. Read the short form aloud on the video.",
            )
        )
        self._paper.note(self._paper.words(aloud.STRENGTH))
        self._paper.text(
            say(
                "不需要本工具即可核对，在案卷文件夹中运行：",
                "To check without us, in the case folder:",
            )
        )
        self._paper.code("sha256sum manifest-sha256.txt")
        self._paper.code("sha256sum -c --quiet manifest-sha256.txt")

    def _norms(self) -> None:
        say, paper = self._say, self._paper
        paper.text(
            say(
                "下列规范多为刑事、民事诉讼或行政执法程序所设，本笔录参照其要求制作，不表示其当然适用于"
                "本案；适用哪一部规范由办案机关决定。",
                "These norms were made for criminal, civil or administrative procedure. This "
                "record follows them by analogy and does not say that they apply; that is for the "
                "authority to decide.",
            )
        )
        lines = []
        for norm in self._held.norms:
            check = paper.words(words.TO_VERIFY) if words.needs_check(norm) else ""
            mark = f"（{check}）" if check else ""
            title = paper.words(norm.title)
            named = say(f"参照《{title}》", f"by analogy: {title}")
            items = "；".join(f"{item} {paper.words(what)}" for item, what in norm.items.items())
            lines.append(f"{named}（{norm.number}）{mark}{'：' + items if items else ''}")
        paper.points(lines)

    def _sign(self) -> None:
        say, collection = self._say, self._report.collection
        names = [*(collection.collectors if collection else ()), *self._stated.collectors]
        seen = [*(collection.witnesses if collection else ()), *self._stated.witnesses]
        names, seen = list(dict.fromkeys(names)), list(dict.fromkeys(seen))
        names += [""] * max(0, 2 - len(names))
        roles = [(say("取证人", "Collector"), name) for name in names]
        roles += [(say("见证人", "Witness"), name) for name in seen or [""]]
        roles.append((say("被取证单位或人员", "Party concerned"), ""))
        self._paper.signing(roles)

    def _list(self) -> None:
        """Set every piece of evidence, with whence it came and how it was taken."""
        say, entries = self._say, self._report.evidence
        ordered = sorted(entries, key=lambda one: (one.name, one.sha256))
        self._paper.table(
            say("提取、固定的电子数据", "Electronic data taken and secured"),
            [
                Column(say("序号", "No."), 1.1),
                Column(say("名称", "Name"), 3.7),
                Column("SHA-256", 4.7),
                Column(say("大小（字节）", "Bytes"), 1.9),
                Column(say("来源", "Source"), 2.0),
                Column(say("提取方法", "How it was taken"), 2.6),
            ],
            (
                (
                    str(number),
                    entry.name,
                    Digest(entry.sha256),
                    f"{entry.size:,}",
                    self._source(entry),
                    self._taken(entry),
                )
                for number, entry in enumerate(ordered[:MOST_EVIDENCE], 1)
            ),
        )
        self._more(len(ordered) - MOST_EVIDENCE)
        root = self._held.root
        self._paper.pairs(
            [
                (say("件数", "Pieces"), str(len(ordered))),
                (say("案卷校验值", "Digest of the case"), Digest(root)),
                (say("短码", "Short form"), Digest(aloud.short(root))),
            ]
        )

    def _source(self, entry: Evidence) -> str:
        channels = {one.channel for one in self._report.sources if one.sha256 == entry.sha256}
        channels |= {channel for channel, _ in self._held.origins.get(entry.sha256, ())}
        named = sorted(channels - {"auditor"}) or sorted(channels)
        join = self._say("、", ", ").join
        return join(self._paper.words(words.CHANNEL[one]) for one in named) or "—"

    def _taken(self, entry: Evidence) -> list[str]:
        """Say how a piece was taken, as far as the case tells, and nothing beyond."""
        report, paper = self._report, self._paper
        if entry.sha256 == report.subject.sha256:
            whole = report.subject.kind == "website"
            return [paper.words(_ADDRESSES if whole else _FILE)]
        shows = [one.name for one in report.evidence if one.readable == entry.sha256]
        if shows:
            return [self._say(f"{shows[0]} 的可读形式", f"readable form of {shows[0]}")]
        named = {one.channel for one in report.sources if one.sha256 == entry.sha256}
        seen = self._held.origins.get(entry.sha256, frozenset())
        lines = [
            _TAKEN[channel, captured]
            for channel, captured in sorted(seen)
            if (channel, captured) in _TAKEN and not (channel == "apk" and named)
        ]
        if "apk" in named:
            lines.append(_FILE)
        lines = lines or [_SOURCE if named else _UNTOLD]
        return list(dict.fromkeys(paper.words(one) for one in lines))

    def _more(self, more: int) -> None:
        if more > 0:
            self._paper.note(
                self._say(
                    f"另有 {more} 项未在此列出，全部见案卷。",
                    f"{more} more are not listed here; the case has them all.",
                )
            )
