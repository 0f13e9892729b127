"""Reports made by hand: a rich one with every verdict and hostile strings, and an empty one."""

from __future__ import annotations

import hashlib
import struct
import zlib
from decimal import Decimal

import msgspec

from scanner.errors import EvidenceError
from scanner.facts import (
    AppManifest,
    ComponentExported,
    ConsentAnswered,
    ConsentPrompt,
    Fact,
    IdentifierSent,
    PermissionDeclared,
    SiteVisited,
    Source,
    canonical,
    fact_id,
)
from scanner.model import (
    Basis,
    CaseSource,
    Deduction,
    Evidence,
    Finding,
    Manual,
    Norm,
    Override,
    ProfileName,
    Report,
    Row,
    RulebookInfo,
    RuleFolder,
    Ruling,
    Score,
    Settings,
    Site,
    Subject,
    Tool,
    TypeHint,
    Unseen,
    Words,
)
from scanner.profiles import demands

APK = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
XML = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
TEXT = "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13"

SCRIPT = "<script>document.title='owned'</script><img src=http://evil.example/x onerror=alert(1)>"
TURNED = "invoice\u202egpj.exe\u200b\x1b[31m"
LONG = "cn.example." + "very" * 1250

PERMISSION = PermissionDeclared(
    source=Source(evidence=XML, at="AndroidManifest.xml, uses-permission[3]"),
    channel="apk",
    permission="android.permission.READ_CONTACTS",
    group="contacts",
    protection="dangerous",
    data_type="contacts",
    max_sdk=10000,
    implied=False,
)
MANIFEST = AppManifest(
    source=Source(evidence=XML, at="AndroidManifest.xml, manifest"),
    channel="apk",
    package="cn.example.shop",
    version_name="2.4.1",
    version_code=241,
    min_sdk=19,
    target_sdk=22,
    label="示例商城",
    debuggable=False,
    allow_backup=True,
    cleartext_permitted=True,
    cleartext_domains=("api.example.cn", "static.example.cn"),
)
HOSTILE = ComponentExported(
    source=Source(evidence=XML, at=f"AndroidManifest.xml, {SCRIPT}"),
    channel="apk",
    type="provider",
    name=TURNED,
    permission="",
    actions=tuple(f"cn.example.ACTION_{n}" for n in range(60)),
)
LENGTHY = ComponentExported(
    source=Source(evidence=XML, at="AndroidManifest.xml"), channel="apk", type="service", name=LONG
)
SERVICES = tuple(
    ComponentExported(
        source=Source(evidence=XML, at=f"AndroidManifest.xml, service[{n}]"),
        channel="apk",
        type="service",
        name=f"cn.example.shop.push.Service{n}",
        permission="",
        permission_protection="none",
        actions=("cn.example.PUSH",),
    )
    for n in range(116)
)
FACTS: tuple[Fact, ...] = (PERMISSION, MANIFEST, HOSTILE, LENGTHY, *SERVICES)

TOOL = Tool(
    name="mingjian",
    version="0.1.0",
    python="3.11.7",
    platform="Linux x86_64",
    libraries={"androguard": "4.1.3", "msgspec": "0.22.0"},
    flags=("scan", "shop.apk", "-o", "case", "--app-type", "10"),
    started_at="2026-03-02T10:00:00+08:00",
    clock="system clock, not checked against a time source",
)
EVIDENCE = (
    Evidence(sha256=TEXT, name="AndroidManifest.xml (text)", media_type="text/xml", size=18_211),
    Evidence(
        sha256=XML,
        name="AndroidManifest.xml",
        media_type="application/vnd.android.axml",
        size=40_128,
        readable=TEXT,
    ),
    Evidence(
        sha256=APK,
        name="shop.apk",
        media_type="application/vnd.android.package-archive",
        size=48_211_034,
    ),
)
NORMS = (
    Norm(
        id="CAC-191",
        kind="notice",
        title=Words(
            "App违法违规收集使用个人信息行为认定方法",
            "Method for Identifying Unlawful Collection and Use of Personal Information by Apps",
        ),
        number="国信办秘字〔2019〕191号",
        status="in_force",
        confidence="high",
        items={
            "4.6": Words("要求一次性同意打开多个权限否则无法使用", "several permissions at once")
        },
    ),
    Norm(
        id="PIPL",
        kind="law",
        title=Words("中华人民共和国个人信息保护法", "Personal Information Protection Law"),
        number="主席令第九十一号",
        status="in_force",
        confidence="high",
        items={
            "51": Words("采取加密等措施（待核）", "encryption and the like (待核 to be verified)")
        },
    ),
    Norm(
        id="GBT-41391",
        kind="standard",
        title=Words("移动互联网应用程序（App）收集个人信息基本要求", "Basic requirements for apps"),
        number="GB/T 41391-2022",
        status="in_force",
        confidence="medium",
        items={},
    ),
    Norm(
        id="DRAFT-1",
        kind="rule",
        title=Words("未成年人模式要求（征求意见稿）", "Minors' mode (draft for comment)"),
        number="待核",
        status="draft",
        confidence="medium",
        items={},
    ),
)


def finding(rule: str, fact: Fact, zh: str, en: str, *, proven: bool = False) -> Finding:
    """Make one finding on one fact."""
    return Finding(
        message=Words(zh, en),
        certainty="proven" if proven else "suspected",
        fingerprint=(rule.encode().hex() + fact_id(fact)).ljust(64, "0")[:40] + fact_id(fact) * 2,
        facts=(fact_id(fact),),
        evidence=(XML,),
        alternatives=(
            Words("声明了该权限但从不申请", "the permission is declared and never asked for"),
            Words("仅系统应用能够到达该组件", "only system apps can reach the component"),
        ),
    )


def rulings() -> tuple[Ruling, ...]:
    """Make rulings of every verdict and certainty."""
    unseen = Unseen(
        kind="data.sent",
        scope={"phase": ("first_launch", "consent_shown")},
        collector="audit",
        reason=NOT_RUN,
    )
    method = Basis(norm="CAC-191", item="4.6")
    return (
        Ruling(
            rule="all-permissions-at-install",
            title=Words("以一次性同意方式索取多项权限", "Many permissions by one consent"),
            verdict="violated",
            certainty="proven",
            severity="critical",
            category="cac-191-4.6",
            schemes={"miit-164": ("5",), "miit-337": ("5", "7")},
            basis=(method, Basis(norm="PIPL", item="16")),
            settles=("violated",),
            remedy=Words(
                "将 targetSdkVersion 提高到 23 以上，并在使用时逐项申请权限。",
                "Raise targetSdkVersion above 22 and ask for each permission at use.",
            ),
            manual=Manual(
                look_at=Words("在设备上确认安装后权限即已授予。", "Confirm on a device.")
            ),
            findings=(
                finding(
                    "a",
                    MANIFEST,
                    "检测到应用 cn.example.shop 的 targetSdkVersion 为 22，安装即授予全部权限，"
                    "涉嫌属于《认定方法》第四条第6项情形。",
                    "targetSdkVersion of cn.example.shop is 22: every permission is granted at "
                    "install, a suspected case of item 4.6 of the Method.",
                    proven=True,
                ),
            ),
        ),
        Ruling(
            rule="exported-without-permission",
            title=Words("组件对外导出且无权限保护", "Components exported without permission"),
            verdict="violated",
            certainty="suspected",
            severity="medium",
            category="pipl-51",
            schemes={},
            basis=(Basis(norm="PIPL", item="51"), Basis(norm="GBT-41391", item="6.2")),
            settles=("violated",),
            remedy=Words("为组件设置签名级权限，或取消导出。", "Guard it, or do not export it."),
            findings=tuple(
                finding(
                    "b",
                    fact,
                    f"检测到导出组件 {fact.name}，涉嫌未采取必要安全措施。",
                    f"The exported component {fact.name} has no permission.",
                )
                for fact in (HOSTILE, LENGTHY, *SERVICES)
            ),
        ),
        Ruling(
            rule="contacts-unexpected",
            title=Words("声明与类型无关的通讯录权限", "Contacts permission without a use"),
            verdict="violated",
            certainty="suspected",
            severity="high",
            category="cac-191-4.1",
            schemes={"miit-164": ("2",)},
            basis=(Basis(norm="CAC-191", item="4.1"),),
            settles=("violated",),
            findings=(
                finding(
                    "c",
                    PERMISSION,
                    "检测到声明通讯录权限，而网上购物类应用一般不需要，涉嫌属于《认定方法》第四条第1项情形。",
                    "The contacts permission is declared, which a shop rarely needs.",
                ),
            ),
        ),
        Ruling(
            rule="minors-mode",
            title=Words("未见未成年人模式", "No minors' mode"),
            verdict="violated",
            certainty="suspected",
            severity="low",
            category="draft-1-1",
            schemes={},
            basis=(Basis(norm="DRAFT-1", item="3"),),
            settles=("violated",),
            advisory=True,
            findings=(finding("d", MANIFEST, "未检测到未成年人模式。", "No minors' mode seen."),),
        ),
        Ruling(
            rule="collected-before-consent",
            title=Words("征得同意前收集个人信息", "Collected before consent"),
            verdict="undetermined",
            certainty=None,
            severity="critical",
            category="cac-191-3.1",
            schemes={"miit-164": ("1",)},
            basis=(Basis(norm="CAC-191", item="3.1"),),
            settles=("violated",),
            unseen=(unseen,),
        ),
        Ruling(
            rule="policy-hard-to-read",
            title=Words("隐私政策晦涩难懂", "The policy is hard to read"),
            verdict="undetermined",
            certainty=None,
            severity="low",
            category="cac-191-2.4",
            schemes={},
            basis=(Basis(norm="CAC-191", item="2.4"),),
            settles=("violated",),
            manual=Manual(
                look_at=Words(
                    "通读隐私政策，判断普通用户能否读懂。", "Read the policy as a lay person would."
                )
            ),
        ),
        Ruling(
            rule="debuggable",
            title=Words("发布版本可调试", "Released as debuggable"),
            verdict="satisfied",
            certainty=None,
            severity="medium",
            category="pipl-51",
            schemes={},
            basis=(Basis(norm="PIPL", item="51"),),
            settles=("violated", "satisfied"),
        ),
        Ruling(
            rule="map-background-location",
            title=Words("后台定位", "Background location"),
            verdict="not_applicable",
            certainty=None,
            severity="high",
            category="cac-191-4.1",
            schemes={},
            basis=(Basis(norm="CAC-191", item="4.1"),),
            settles=("violated",),
        ),
    )


NOT_RUN = Words("没有人运行过该应用", "nobody ran the app")


def behaviours() -> tuple[Row, ...]:
    """Make the 41 rows."""
    counts = ((1, 4), (2, 4), (3, 9), (4, 6), (5, 3), (6, 5))
    ids = [f"cac-191-{group}.{n}" for group, count in counts for n in range(1, count + 1)]
    ids += [f"miit-164-{n}" for n in range(1, 11)]
    known = {
        "cac-191-4.6": ("violated", "proven", ("all-permissions-at-install",)),
        "cac-191-4.1": ("violated", "suspected", ("contacts-unexpected",)),
        "miit-164-5": ("violated", "proven", ("all-permissions-at-install",)),
        "cac-191-3.1": ("undetermined", None, ("collected-before-consent",)),
        "cac-191-6.5": ("satisfied", None, ()),
        "cac-191-3.5": ("not_applicable", None, ()),
    }
    return tuple(
        msgspec.convert(
            {
                "id": id_,
                "title": {
                    "zh": f"第 {id_} 项：征得用户同意前就开始收集个人信息或打开权限",
                    "en": f"Behaviour {id_}: personal information collected before consent",
                },
                "verdict": known.get(id_, ("undetermined", None, ()))[0],
                "certainty": known.get(id_, ("undetermined", None, ()))[1],
                "rules": known.get(id_, ("undetermined", None, ()))[2],
                "unwatched": ["traffic", "device"],
            },
            Row,
        )
        for id_ in ids
    )


def labels() -> tuple[Row, ...]:
    """Make the rows of the names that notices use."""
    titles = ("信息窗口未提供关闭或退出标识", "a window without a way to close it")
    other = ("信息窗口点击乱跳转", "a window that jumps")
    return (
        Row(
            id="miit-notice-1",
            title=Words(*titles),
            verdict="violated",
            certainty="suspected",
            rules=("window-without-close",),
            unwatched=(),
        ),
        Row(
            id="miit-notice-3",
            title=Words(*other),
            verdict="undetermined",
            certainty=None,
            rules=(),
            unwatched=("device",),
        ),
    )


def deductions() -> tuple[Deduction, ...]:
    """Make the lines of the sum, with a cap."""
    figures = (("10", "12.00"), ("3", "1.44"), ("6", "2.88"))
    lines = [
        Deduction(
            category=ruling.category,
            rule=ruling.rule,
            fingerprint=one.fingerprint,
            base=Decimal(base),
            verdict=Decimal("1.0") if one.certainty == "proven" else Decimal("0.4"),
            sensitivity=Decimal("1.2"),
            aggravation=Decimal("1.0"),
            points=Decimal(points),
            reason=one.message,
        )
        for ruling, (base, points) in zip(rulings(), figures, strict=False)
        for one in ruling.findings[:2]
    ]
    cap = Deduction(
        category="pipl-51",
        rule=None,
        fingerprint=None,
        base=Decimal(0),
        verdict=Decimal(1),
        sensitivity=Decimal(1),
        aggravation=Decimal(1),
        points=Decimal("-0.72"),
        reason=Words("pipl-51 封顶于其最大一项的 1.5 倍", "pipl-51 capped"),
    )
    return (*lines, cap)


def rich() -> Report:
    """Make a report with every verdict, 121 findings and hostile strings."""
    lines = deductions()
    deducted = sum((line.points for line in lines), Decimal(0))
    return Report(
        schema="mingjian/report/1",
        tool=msgspec.structs.replace(TOOL, version="0.2.0", flags=("judge", "case")),
        collected_by=TOOL,
        rulebook=RulebookInfo(digest="ab" * 32, version="2026.3", rules=8),
        subject=Subject(
            kind="apk",
            name="示例商城",
            id="cn.example.shop",
            version="2.4.1 (241)",
            sha256=APK,
            size=48_211_034,
            file="shop.apk",
            signers=("cd" * 32,),
            developer="示例科技（北京）有限公司",
            store="应用商店",
            store_url="https://store.example/app/cn.example.shop",
            channel="official",
            obtained_at="2026-03-01T09:00:00+08:00",
        ),
        sources=(
            CaseSource(channel="apk", collector="apk", sha256=APK, name="shop.apk", readable=True),
            CaseSource(
                channel="policy", collector="policy", sha256=TEXT, name="p.html", readable=False
            ),
        ),
        home="CN",
        app_type=10,
        observed_at="2026-03-02T10:00:00+08:00",
        score=Score(
            value=100 - deducted,
            grade="D",
            limited=True,
            coverage=Decimal("0.3704"),
            decided=17,
            applicable=46,
            manual=2,
            deducted=deducted,
            deductions=lines,
        ),
        norms=NORMS,
        rulings=rulings(),
        behaviours=behaviours(),
        labels=labels(),
        duties=(),
        names={
            "miit-164-5": Words("APP强制、频繁、过度索取权限", "permissions demanded by force"),
            "miit-337-5": Words("不给权限不让用", "no permission, no use"),
        },
        facts={fact_id(fact): msgspec.json.decode(canonical(fact)) for fact in FACTS},
        unseen=(
            *(
                Unseen(kind=kind, collector="audit", reason=NOT_RUN)
                for kind in ("data.sent", "request.made", "consent.prompt", "permission.prompted")
            ),
            Unseen(
                kind="data.accessed",
                scope={"phase": ("first_launch", "consent_shown", "refused", "agreed")},
                collector="audit",
                reason=NOT_RUN,
            ),
            Unseen(
                kind="app.manifest",
                field="label",
                collector="apk",
                reason=Words("资源表 resources.arsc 已损坏", "resources.arsc is broken"),
            ),
            Unseen(
                kind="data.accessed",
                scope={"phase": ("static",)},
                collector="apk",
                reason=Words("本版本不分析代码", "this version does not analyse code"),
            ),
        ),
        evidence=EVIDENCE,
    )


def hostile() -> Report:
    """Make the rich report with hostile words in every place that an input can reach."""
    report = rich()
    subject = msgspec.structs.replace(
        report.subject,
        name=SCRIPT,
        id=LONG,
        version=TURNED,
        file=SCRIPT,
        developer=TURNED,
        store_url="javascript:alert(1)",
        store=LONG,
    )
    evidence = tuple(msgspec.structs.replace(one, name=SCRIPT + LONG) for one in EVIDENCE)
    unseen = Unseen(
        kind=SCRIPT,
        scope={TURNED: (SCRIPT, None, True, 5)},
        field=SCRIPT,
        collector=LONG,
        reason=Words(TURNED, SCRIPT),
    )
    rulings_ = tuple(
        msgspec.structs.replace(
            one, title=Words(SCRIPT, SCRIPT), schemes={SCRIPT: (TURNED,)}, remedy=Words(LONG, LONG)
        )
        for one in report.rulings
    )
    return msgspec.structs.replace(
        report, subject=subject, evidence=evidence, unseen=(unseen,) * 300, rulings=rulings_
    )


def blind() -> Report:
    """Make the report of a subject of which next to nothing could be seen."""
    report = rich()
    return msgspec.structs.replace(
        report,
        score=Score(
            value=None,
            grade="U",
            limited=True,
            coverage=Decimal("0.0217"),
            decided=1,
            applicable=46,
            manual=0,
            deducted=Decimal(0),
            deductions=(),
        ),
        rulings=(),
        behaviours=tuple(
            msgspec.structs.replace(row, verdict="undetermined", certainty=None, rules=())
            for row in report.behaviours
        ),
        labels=report.labels[1:],
        facts={},
        norms=(),
    )


def clean() -> Report:
    """Make a report without findings, of the best grade."""
    report = blind()
    score = Score(
        value=Decimal(100),
        grade="A",
        limited=False,
        coverage=Decimal("0.8500"),
        decided=39,
        applicable=46,
        manual=0,
        deducted=Decimal(0),
        deductions=(),
    )
    return msgspec.structs.replace(report, score=score, unseen=())


def picture(number: int) -> bytes:
    """Make a PNG of 64 x 40 pixels in one grey."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 64, 40, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([number * 60]) * 64) * 40
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _kept(name: str, media_type: str, data: bytes) -> Evidence:
    digest = hashlib.sha256(data).hexdigest()
    BYTES[digest] = data
    return Evidence(sha256=digest, name=name, media_type=media_type, size=len(data))


BYTES: dict[str, bytes] = {}
"""Kept evidence by digest, as far as a format may open it."""
ASKED = _kept(
    "https://www.example.cn/",
    "application/json",
    msgspec.json.encode(Site(addresses=("https://www.example.cn/", "https://m.example.cn/"))),
)
SHOTS = (
    _kept("screenshot refused", "image/png", picture(2)),
    _kept("screenshot first_load", "image/png", picture(1)),
)
VISITED = SiteVisited(
    source=Source(evidence=ASKED.sha256, at="title"),
    channel="website",
    host="www.example.cn",
    title="示例网",
    mainland=True,
    hosted_in="CN",
)
ASKING = ConsentPrompt(
    source=Source(), channel="website", present=True, page="https://www.example.cn/", reject="拒绝"
)
ANSWERED = ConsentAnswered(
    source=Source(), channel="website", answer="refused", control="仅必要", clicks=1, closed=True
)
TRACKED = IdentifierSent(
    source=Source(
        evidence=ASKED.sha256, at="entry 12", time="2026-03-02T10:00:09+08:00", mapped=True
    ),
    channel="website",
    name="HMACCOUNT",
    host="hm.tracker.example",
    party="third",
    phase="refused",
    carrier="cookie",
)
NOT_AGREED = Words("同意控件按下后页面崩溃", "the page crashed when agreeing was pressed")


def duties() -> tuple[Row, ...]:
    """Make the 26 rows of a website."""
    verdicts = {"web-13": "violated", "web-10": "satisfied", "web-25": "not_applicable"}
    return tuple(
        msgspec.convert(
            {
                "id": f"web-{number:02}",
                "title": {"zh": f"第 {number} 项义务", "en": f"Duty {number}"},
                "verdict": verdicts.get(f"web-{number:02}", "undetermined"),
                "certainty": "proven" if number == 13 else None,
                "rules": ["identifier-after-refusal"] if number == 13 else [],
                "unwatched": ["policy"] if number == 12 else [],
            },
            Row,
        )
        for number in range(1, 27)
    )


def site() -> Report:
    """Make the report of a website: two sessions held, one broken off, two screenshots."""
    report = rich()
    facts = (VISITED, ASKING, ANSWERED, TRACKED)
    refused = msgspec.structs.replace(
        report.rulings[0],
        rule="identifier-after-refusal",
        title=Words("拒绝后仍向第三方发送标识符", "Identifiers after refusal"),
        category="web-13",
        schemes={"cac-191": ("3.2",)},
        severity="high",
        findings=(
            finding(
                "s", TRACKED, "检测到拒绝后仍发送标识符，涉嫌…", "Suspected of it.", proven=True
            ),
        ),
    )
    apps_only = msgspec.structs.replace(report.rulings[-1], title=Words("安装包的", "of a package"))
    unasked = msgspec.structs.replace(
        apps_only, rule="children-without-rules", category="web-18", title=Words("儿童", "Children")
    )
    return msgspec.structs.replace(
        report,
        subject=Subject(
            kind="website",
            name="示例网",
            id="www.example.cn",
            version="",
            sha256=ASKED.sha256,
            size=ASKED.size,
            file=ASKED.name,
            developer="示例科技（北京）有限公司",
        ),
        sources=(
            CaseSource(
                channel="website",
                collector="website",
                sha256=ASKED.sha256,
                name=ASKED.name,
                readable=True,
            ),
        ),
        app_type=None,
        rulings=(refused, apps_only, unasked),
        duties=duties(),
        facts={fact_id(fact): msgspec.json.decode(canonical(fact)) for fact in facts},
        unseen=(
            Unseen(
                kind="identifier.sent",
                scope={"phase": ("agreed",)},
                collector="website",
                reason=NOT_AGREED,
            ),
            Unseen(
                kind="request.made",
                scope={"phase": ("agreed",)},
                collector="website",
                reason=NOT_AGREED,
            ),
        ),
        evidence=(ASKED, *SHOTS),
    )


OURS: dict[str, str] = {"file": "mingjian.toml", "sha256": "12" * 32}
OVERRIDES = (
    Override(
        rule="collected-before-consent",
        was="critical",
        now="disabled",
        reason="试点期间不用",
        **OURS,
    ),
    Override(rule="contacts-unexpected", was="high", now="low", reason=SCRIPT + LONG, **OURS),
)


def chosen(profile: ProfileName) -> Report:
    """Make the rich report for one kind of reader, with everything that an organisation chose."""
    report = rich()
    unasked = Unseen(
        kind="app.type", collector="audit", reason=Words("未说明类型", "the type was not stated")
    )
    waiting = msgspec.structs.replace(
        next(one for one in report.rulings if one.rule == "policy-hard-to-read"),
        manual=None,
        unseen=(unasked,),
    )
    off = Ruling(
        rule="collected-before-consent",
        title=Words("征得同意前收集个人信息", "Collected before consent"),
        verdict="undetermined",
        certainty=None,
        severity="critical",
        category="cac-191-3.1",
        schemes={"miit-164": ("1",)},
        basis=(Basis(norm="CAC-191", item="3.1"),),
        settles=("violated",),
        disabled=True,
    )
    held = {
        one.rule: msgspec.structs.replace(
            one,
            findings=tuple(
                msgspec.structs.replace(each, held_back=True)
                for each in one.findings
                if each.certainty == "suspected"
            ),
        )
        for one in report.rulings
        if one.rule == "contacts-unexpected" and profile == "procurator"
    }
    changed = {one.rule: one for one in (waiting, off)} | held
    folders = (
        RuleFolder(name="ours", digest="34" * 32, rules=3, standing="unsigned"),
        RuleFolder(
            name=TURNED, digest="56" * 32, rules=1, standing="verified", signer=f"CN={SCRIPT}"
        ),
    )
    report = msgspec.structs.replace(
        report,
        profile=profile,
        app_type=None,
        app_type_hint=TypeHint(
            number=6,
            title=Words("网上购物", "shopping"),
            reason=Words("应用名称中有“商城”", "the label holds “商城”"),
        ),
        rulings=tuple(changed.get(one.rule, one) for one in report.rulings),
        rulebook=msgspec.structs.replace(report.rulebook, extra=folders),
        overrides=OVERRIDES,
        settings=Settings(file="mingjian.toml", sha256="12" * 32, used=("home = CN", SCRIPT)),
    )
    return msgspec.structs.replace(report, required=demands(report, profile))


ALL = {
    "rich": rich(),
    "hostile": hostile(),
    "blind": blind(),
    "clean": clean(),
    "site": site(),
    "regulator": chosen("regulator"),
    "procurator": chosen("procurator"),
    "developer": chosen("developer"),
}


def open_evidence(sha256: str) -> bytes:
    """Give the evidence that the case holds, as a vault does; else say that it is missing."""
    if sha256 not in BYTES:
        raise EvidenceError(f"no evidence {sha256[:64]!r}", hint="restore the case")
    return BYTES[sha256]
