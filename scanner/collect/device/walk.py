"""What the walk over the app's screens showed: each screen, what it offers, how far it went."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.collect.device import (
    closings,
    inducements,
    offers,
    policy_links,
    popups,
    pushes,
    restored,
    verifications,
    windows,
)
from scanner.collect.device.controls import Tappable
from scanner.collect.device.recorded import Recorded, unseen
from scanner.collect.device.switches import Switch, switches_of
from scanner.collect.device.understood import understood
from scanner.collect.device.walked import Shown, Walked
from scanner.device_file import SCREENS
from scanner.facts import Fact, Phase, ScreenShown, WalkCompleted
from scanner.knowledge import Knowledge
from scanner.model import Sighting, Unseen, Words
from scanner.wording.consent import bare
from scanner.wording.fold import fold
from scanner.wording.short import short

__all__ = ["Switch", "facts_of", "switches_of"]

MOST_FACTS = 300
"""Facts of one kind that are told one by one."""
MOST_CONTROLS = 30
"""Controls of one screen that are named."""
READ_ON_SCREENS = (
    *("rights.offered", "policy.link", "recommendation.shown", "account.registration"),
    *("closing.demanded", "inducement.shown", "verification.offered", "account.restored"),
)
"""Kinds that a screen without readable words may hide."""
BY_TAPS = ("app.pushed", "popup.shown", "window.jumped")
"""Kinds of which only taps tell what came by itself."""
_MENU = re.compile(
    r"(?:我的?|我的?主页|个人(?:中心|主页|资料)|(?:系统|通用|更多|推送)?设[置定]|关于(?:我们|app|应用)?"
    r"|(?:隐私|安全|[账帐][号户])(?:与|和|及|、)?(?:隐私|安全|设置|管理|中心|权限)*|通用"
    r"|更多(?:功能|选项)?|帮助(?:与|和|及)?(?:客服|反馈|中心)?|意见反馈|客服(?:中心|与帮助)?|权限管理"
    r"|消息通知|(?:其[他它]|高级|基本)(?:设置|功能)?|(?:推荐|广告)(?:设置|管理)"
    r"|个人信息(?:与|和)?(?:隐私|权限|授权|管理|中心)*"
    r"|me|mine|my (?:account|profile)|profile|settings|about(?: us)?"
    r"|privacy(?: settings| center)?|account(?: (?:settings|and security|& security))?|security"
    r"|more|help(?: (?:center|& feedback|and feedback))?|general|navigation drawer|(?:open )?menu)"
)
"""Words of controls that lead to menus in which rights and policies stand."""
_HIDDEN_MENU = re.compile(
    r"setting|mine|profile|drawer|hamburger|tab_me|user_center|personal", re.I
)
"""Ids of such controls that bear no words."""
_WALKED = re.compile(
    r"(?<![未不])(?<!没有)(?<!是否)(?:遍历(?:已)?完成|遍历完毕)(?![吗？?])"
    r"|\bwalk (?:is )?(?:complete|finished|done)(?!\s*\?)"
)
_NOT_WALKED = re.compile(
    r"(?:未|没有?|尚未|不是?)(?:能|有|全部|完全|完整)*(?:遍历|走完|走遍|看完|完成遍历)"
    r"|遍历(?:未|没有?|不)(?:完成|完整|全)"
    r"|(?:仅|只)(?:走|看|遍历)了|\bwalk (?:is )?(?:not|in)\s?(?:complete|finished)"
    r"|not (?:fully )?walked"
)
_MOVING = ("RecyclerView", "ListView", "ScrollView", "NestedScrollView")


def facts_of(
    recorded: Recorded, knowledge: Knowledge, identity: Mapping[str, Sequence[str]]
) -> Iterator[Sighting]:
    """Tell every screen of the app, what it offers, and what absence on them is worth.

    `identity` holds the values of the test device and person.
    """
    if not recorded.has(SCREENS):
        return
    walked = Walked(recorded)
    yield from _bounded(
        _screens(walked),
        policy_links.facts_of(walked),
        offers.facts_of(walked),
        popups.facts_of(walked),
        pushes.facts_of(walked, knowledge),
        windows.facts_of(walked, knowledge),
        inducements.facts_of(walked, knowledge),
        verifications.facts_of(walked),
    )
    yield from policy_links.untapped(walked)
    yield from closings.facts_of(walked)
    yield from restored.facts_of(walked, knowledge, identity)
    yield from _unreadable(walked)
    if not walked.ordered:
        reason = Words(
            "点击没有记录，或其与界面的先后无法确定",
            "taps were not recorded, or not in an order with the screens",
        )
        yield from (unseen(kind, reason) for kind in BY_TAPS)
    if walked.own:
        yield _completed(walked)


def _bounded(*many: Iterable[Fact]) -> Iterator[Sighting]:
    """Give facts up to the bound of each kind, and say of which there were more."""
    counts: Counter[str] = Counter()
    for fact in itertools.chain(*many):
        kind = str(type(fact).__struct_config__.tag)
        counts[kind] += 1
        if counts[kind] <= MOST_FACTS:
            yield fact
    for kind, count in counts.items():
        if count > MOST_FACTS:
            zh, en = f"{count} 项中只列出 {MOST_FACTS} 项", f"{MOST_FACTS} of {count} are told"
            yield unseen(kind, Words(zh, en))


def _screens(walked: Walked) -> Iterator[ScreenShown]:
    """Give each screen once for each phase; of other apps on the phone nothing is told.

    What stood too near to where a phase began is told by itself only if it is not told of one of
    the phases in which it may have been.
    """
    recorded = walked.recorded
    told: set[tuple[str, Phase | None]] = set()
    near: list[Shown] = []
    for one in walked.shown:
        if not (one.own or one.kind == "permission" or not one.look.package):
            continue
        phase = recorded.phase(one.look.at, SCREENS)
        if (one.name, phase) in told:
            continue
        if phase is None and SCREENS not in recorded.disordered:
            near.append(one)
            continue
        told.add((one.name, phase))
        yield _screen(walked, one, phase)
    for one in near:
        possible = recorded.phases.possible(one.look.at)
        if not any((one.name, phase) in told for phase in (*possible, None)):
            told.add((one.name, None))
            yield _screen(walked, one, None)


def _screen(walked: Walked, one: Shown, phase: Phase | None) -> ScreenShown:
    look = one.look
    controls = (short(words) for words, _ in walked.controls(one.number) if words)
    return ScreenShown(
        source=walked.recorded.source(look.place, look.at),
        channel="device",
        screen=one.name,
        screen_kind=one.kind,
        text=short(" ".join(walked.lines(one.number))) if look.readable else None,
        controls=tuple(controls)[:MOST_CONTROLS] if look.readable else None,
        activity=short(look.activity) or None,
        taps=walked.taps(one.name),
        picture=look.picture.sha256 if look.picture else "",
        of_subject=walked.recorded.by_subject(look.package or None, moment=look.at),
        phase=phase,
    )


def _unreadable(walked: Walked) -> Iterator[Unseen]:
    """Say how many of the app's screens show no words in their tree, as those of games do."""
    many, all_ = len(walked.blind), len(walked.own)
    if not many:
        return
    reason = Words(
        f"{all_} 个界面记录中有 {many} 个的内容无法从界面树读出（如 Flutter、Unity、游戏或图片）",
        f"of {all_} screens recorded, {many} show no words in their tree (as those of Flutter,"
        " Unity, games and pictures)",
    )
    yield from (unseen(kind, reason) for kind in READ_ON_SCREENS)


def _completed(walked: Walked) -> WalkCompleted:
    recorded, own = walked.recorded, walked.own
    names = {one.name for one in own if one.readable}
    depths = [taps for name in names if (taps := walked.taps(name)) is not None]
    first, said = own[0].look, _stated(recorded)
    return WalkCompleted(
        source=recorded.source(SCREENS, first.at),
        channel="device",
        surface="native",
        screens=len(names),
        depth=max(depths, default=0),
        complete=_reached_menus(walked) if said is None else said,
        logged_in=recorded.run.account,
        understood=understood(walked),
    )


def _stated(recorded: Recorded) -> bool | None:
    """Say whether the auditor wrote that every screen was walked, or that not every one was."""
    said = [
        fold(word)
        for told in recorded.marks
        for word in (told.mark.note, told.mark.function)
        if word
    ]
    if any(_NOT_WALKED.search(text) for text in said):
        return False
    return True if any(_WALKED.search(text) for text in said) else None


def _reached_menus(walked: Walked) -> bool:
    """Say whether every control that leads to a menu was tapped, and every menu moved through.

    Only what is certain counts: a screen that shows no words, or settings that were never seen,
    leave the walk incomplete; the way to them may be a picture.
    """
    if not walked.ordered or walked.blind:
        return False
    menus = _menus(walked)
    wanted = {_key(control) for one in menus for control in walked.controls(one.number)}
    tapped = {
        _key(control)
        for one in walked.own
        for touch in walked.touched(one.number)
        if touch.action == "tap" and (control := walked.control_of(touch)) is not None
    }
    tapped |= {bare(touch.words) for touch in walked.recorded.touches if touch.action == "tap"}
    wanted.discard("")
    moving = {one.name for one in menus if _moves(one) and one.name != walked.first_main}
    moved = {
        one.name
        for one in menus
        if any(touch.action == "swipe" for touch in walked.touched(one.number))
    }
    # A bar at the foot bears the same words on every main screen: tapped on one is tapped.
    settings = any(one.kind == "settings" for one in menus)
    return settings and bool(wanted) and wanted <= tapped and moving <= moved


def _menus(walked: Walked) -> list[Shown]:
    """Give the first screen that can be used, screens of settings, and what menus led to."""
    names = {walked.first_main} | {one.name for one in walked.own if one.kind == "settings"}
    for one in walked.own:
        for touch in walked.touched(one.number):
            control = walked.control_of(touch) if touch.action == "tap" else None
            if control is not None and _key(control):
                new = [after.name for after in walked.after(touch) if after.name != one.name]
                names |= set(new[:1])
    kinds = ("main", "settings", "other")
    return [one for one in walked.own if one.name in names and one.kind in kinds and not one.over]


def _key(control: Tappable) -> str:
    """Name a control that leads to a menu; the empty text for every other."""
    if leads_to_menu(control.words):
        return bare(control.words)
    hidden = not control.words and _HIDDEN_MENU.search(control.node.id.rpartition("/")[2])
    return control.node.id if hidden else ""


def _moves(one: Shown) -> bool:
    return any(node.kind.endswith(_MOVING) for node in one.look.nodes)


def leads_to_menu(words: str) -> bool:
    """Say whether the words of a control name a menu in which rights and policies stand."""
    return _MENU.fullmatch(bare(words)) is not None
