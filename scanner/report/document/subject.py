"""What was tested, where it came from, and in what surroundings."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Clock, Open, Report, Surroundings, Tool
from scanner.report import site
from scanner.report.document.numbered import Numbered
from scanner.report.document.paper import Cell, Column, Digest, Paper

MOST_ADDRESSES = 20
"""Addresses at which a site was reached that a paper names at most."""
_SCHEMES = {"icp": "ICP", "licence": "ICP 许可 licence", "police": "公安备案 police", "app": "App"}
Pair = tuple[str, Cell | None]


def identity(paper: Paper, report: Report, open_evidence: Open, numbers: Numbered) -> None:
    """Set who or what was tested, known by its digest, and where it came from."""
    say, subject = paper.say, report.subject
    named = numbers.called(subject.sha256, chinese=paper.lang == "zh")
    addresses = site.addresses(report, open_evidence)
    whose = say("运营者", "Operator") if subject.kind == "website" else say("开发者", "Developer")
    unstated = say("未说明", "not stated")
    rows: list[Pair] = [
        (say("名称", "Name"), subject.name),
        (say("标识", "Identifier"), Digest(subject.id)),
        (say("版本", "Version"), subject.version),
        (say("检测地址", "Addresses"), [Digest(one) for one in addresses]),
        (say("文件名", "File name"), "" if addresses else subject.file),
        (say("大小", "Size"), _size(paper, subject.size)),
        ("SHA-256", [Digest(subject.sha256), *([named] if named else [])]),
        ("SM3", [Digest(subject.sm3)] if subject.sm3 else []),
        (say("签名证书 SHA-256", "Signers, SHA-256"), [Digest(one) for one in subject.signers]),
        *_manifest(paper, report),
        *_of_a_site(paper, report),
        (whose, subject.developer or unstated),
        (say("来源（应用商店）", "Store"), subject.store or _unstated(report, unstated)),
        (say("来源页面", "Its page there"), subject.store_url or _unstated(report, unstated)),
        (say("商店分类", "Category there"), subject.store_category),
        (say("渠道包", "Channel package"), subject.channel),
        (say("用户规模", "Users"), subject.users),
        (say("取得时间", "Obtained at"), subject.obtained_at or unstated),
        (say("检测时间", "Tested at"), report.observed_at),
        (say("应用类型", "Type of app"), _type(paper, report)),
        (say("适用法域", "Law applied"), report.home),
    ]
    paper.pairs(rows)
    paper.note(
        say(
            "开发者、来源、取得时间等为检测人陈述，本工具未核实；名称、标识、版本和签名取自检测对象"
            "本身。检测对象以 SHA-256 为准：同一版本号可以有不同的渠道包。",
            "Developer, source and time are as the testers state them, and were not checked; name, "
            "identifier, version and signers are what the subject itself says. The subject is its "
            "SHA-256: channel packages may share a version.",
        )
    )


def surroundings(paper: Paper, report: Report) -> None:
    """Set the tool, the rules, the machine, its clock, and what was checked before and after."""
    say, book, collection = paper.say, report.rulebook, report.collection
    paper.pairs(
        [
            (say("检测工具", "Tool"), _tool(report.collected_by)),
            (say("判定工具", "Judged by"), _other_tool(report)),
            (say("运行环境", "Runs on"), f"{report.tool.platform} · Python {report.tool.python}"),
            (say("所用程序库", "Libraries"), _libraries(report.collected_by)),
            (
                say("规则库", "Rulebook"),
                [
                    say(
                        f"版本 {book.version}，{book.rules} 条",
                        f"version {book.version}, {book.rules} rules",
                    ),
                    Digest(book.digest),
                ],
            ),
            *(
                (
                    say("另加规则", "Further rules"),
                    [f"{one.name} ({one.rules})", Digest(one.digest)],
                )
                for one in book.extra
            ),
            (say("调用参数", "Call"), Digest(" ".join(report.collected_by.flags))),
            (say("机器", "Machine"), collection.machine if collection else ""),
            (say("开始时间", "Began"), (collection and collection.began_at) or _began(report)),
            (say("结束时间", "Ended"), collection.ended_at if collection else ""),
            (say("时钟", "Clock"), report.collected_by.clock),
            (say("重复次数", "Runs"), _runs(paper, report)),
        ]
    )
    if collection is None or (collection.before is None and collection.after is None):
        paper.text(
            say(
                "本案未记录检测前后的环境清洁性检查（代理、DNS、hosts、根证书、时钟偏差）。",
                "This case holds no check of the surroundings before and after (proxy, DNS, hosts, "
                "root certificates, clock).",
            )
        )
    else:
        columns = [
            Column(say("检查内容", "What was checked"), 3.5),
            Column(say("检测前", "Before"), 6.2),
            Column(say("检测后", "After"), 6.2),
        ]
        before, after = _checked(paper, collection.before), _checked(paper, collection.after)
        rows = [
            (name, one or "—", other or "—")
            for (name, one), (_, other) in zip(before, after, strict=True)
        ]
        paper.table(say("环境清洁性检查", "Surroundings before and after"), columns, rows)
    _self_tests(paper, report)


def clock(paper: Paper, told: Clock) -> list[str]:
    """Say what is known of a clock."""
    say = paper.say
    step = {
        True: say("系统称与时间服务器同步", "in step with a time server, by the system's word"),
        False: say("系统称未与时间服务器同步", "not in step, by the system's word"),
        None: say("系统未说明是否同步", "the system does not say whether it is in step"),
    }[told.synchronised]
    if told.offset_s is None:
        off = say("未与其他时钟比对", "compared with no other clock")
    else:
        within = f" ± {told.within_s:g}" if told.within_s is not None else ""
        off = say(
            f"较 {told.compared_with} 快 {told.offset_s:+g}{within} 秒",
            f"{told.offset_s:+g}{within} s against {told.compared_with}",
        )
    return [told.at, step, off]


def _checked(paper: Paper, seen: Surroundings | None) -> list[tuple[str, list[str]]]:
    say = paper.say
    none = say("无", "none")
    names = (
        say("时钟", "Clock"),
        say("代理", "Proxies"),
        say("域名服务器", "Name servers"),
        "hosts",
        say("根证书", "Root certificates"),
        say("出口地址", "Egress address"),
    )
    if seen is None:
        return [(name, []) for name in names]
    table = [*(seen.hosts[:MOST_ADDRESSES] or (none,)), Digest(seen.hosts_sha256 or "")]
    roots = say("未知", "unknown") if seen.roots is None else str(seen.roots)
    values: tuple[list[str], ...] = (
        clock(paper, seen.clock),
        list(seen.proxies[:MOST_ADDRESSES]) or [none],
        list(seen.resolvers[:MOST_ADDRESSES]) or [none],
        [one for one in table if one],
        [roots, *([Digest(seen.roots_sha256)] if seen.roots_sha256 else [])],
        [seen.egress or say("未知", "unknown")],
    )
    return list(zip(names, values, strict=True))


def _self_tests(paper: Paper, report: Report) -> None:
    say = paper.say
    tests = report.collection.self_tests if report.collection else ()
    if not tests:
        paper.text(say("本案未记录工具自检。", "This case holds no self-test of the tool."))
        return
    columns = [
        Column(say("自检样本", "Input"), 4.5),
        Column(say("应有结果", "Must find"), 4.5),
        Column(say("实际结果", "Found"), 4.5),
        Column(say("结论", "Result"), 2),
    ]
    none = say("无", "nothing")
    paper.table(
        say("工具自检", "Self-tests of the tool"),
        columns,
        (
            (
                [test.fixture, Digest(test.sha256)],
                [Digest(one) for one in test.expected] or none,
                [Digest(one) for one in test.found] or none,
                say("相符", "as it must") if test.passed else say("不符", "NOT as it must"),
            )
            for test in tests
        ),
    )


def _size(paper: Paper, size: int) -> str:
    return paper.say(f"{size:,} 字节", f"{size:,} bytes")


def _unstated(report: Report, words: str) -> str | None:
    return words if report.subject.kind == "apk" else None


def _type(paper: Paper, report: Report) -> str:
    if report.subject.kind != "apk":
        return ""
    if report.app_type is None:
        return paper.say("未说明", "not stated")
    number = report.app_type
    return paper.say(f"39 类中的第 {number} 类（检测人陈述）", f"no. {number} of 39, as stated")


def _manifest(paper: Paper, report: Report) -> Iterator[Pair]:
    for fact in report.facts.values():
        if fact.get("kind") == "app.manifest":
            low, target = fact.get("min_sdk"), fact.get("target_sdk")
            yield paper.say("系统级别", "API levels"), f"minSdk {low} · targetSdk {target}"
            built = fact.get("built")
            if isinstance(built, str):
                yield paper.say("打包日期", "Day of the build"), built


def _of_a_site(paper: Paper, report: Report) -> Iterator[Pair]:
    """Give the addresses at which a site was reached, and the filing numbers that it shows."""
    say = paper.say
    reached, filed = set(), set()
    for fact in report.facts.values():
        if fact.get("kind") == "endpoint.contacted" and fact.get("party") == "first":
            country = fact.get("country") or say("国家未知", "country unknown")
            mapped = say("（指定地址）", " (mapped)") if fact.get("via") == "mapped" else ""
            reached.add(f"{fact.get('host')} → {fact.get('ip')} · {country}{mapped}")
        if fact.get("kind") == "filing.shown":
            scheme = _SCHEMES.get(str(fact.get("scheme")), str(fact.get("scheme")))
            filed.add(f"{scheme}: {fact.get('number')}")
    if reached and report.subject.kind == "website":
        yield say("连接的地址", "Reached at"), sorted(reached)[:MOST_ADDRESSES]
    if filed:
        yield say("公示的备案号", "Filing numbers shown"), sorted(filed)[:MOST_ADDRESSES]


def _tool(tool: Tool) -> str:
    return f"{tool.name} {tool.version} · {tool.platform} · Python {tool.python}"


def _other_tool(report: Report) -> str:
    if report.tool == report.collected_by:
        return ""
    return f"{_tool(report.tool)} · {report.tool.started_at}"


def _libraries(tool: Tool) -> str:
    return " · ".join(f"{name} {version}" for name, version in sorted(tool.libraries.items()))


def _began(report: Report) -> str:
    return report.collected_by.started_at


def _runs(paper: Paper, report: Report) -> str:
    runs = report.collection.runs if report.collection else 1
    return paper.say(f"{runs} 次", str(runs)) if runs > 1 else ""
