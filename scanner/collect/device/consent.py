"""Asking for consent as facts: the question, that nothing asked, and the answer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from scanner.collect.device import boxes, screens
from scanner.collect.device.answers import Answer, answers_of, next_look, prompts_of
from scanner.collect.device.asking import Box, Prompt
from scanner.collect.device.clocks import Moment
from scanner.collect.device.recorded import Look, Recorded, unseen
from scanner.device_file import SCREENS, TAPS
from scanner.facts import ConsentAnswered, ConsentPrompt, Phase
from scanner.knowledge import Knowledge
from scanner.languages import language_of
from scanner.model import Sighting, Unseen, Words
from scanner.screen_tree import Node
from scanner.wording.forms import box_purpose
from scanner.wording.short import short

SEEN_FROM_S = 3.0
"""Seconds after a start within which a screen must have been seen, and between two screens where
taps were not recorded: nobody reads a question and answers it in less (project judgement)."""
ENDED_WITHIN_S = 10.0
"""Seconds after a refusal within which an app that ends does so because of it (project
judgement)."""
MOST_ANSWERS = 100
"""Answers that are told at most."""
Scope = Literal["none", "basic", "full"]
_BASIC = re.compile(
    r"仅浏览|僅瀏覽|(?:仅|只)(?:能|可|可以|供)?(?:提供|支持|开放|使用|限)?[^。\n]{0,6}(?:浏览|基础|基本|部分|有限)"
    r"|(?:基本|基础|基礎)(?:浏览|瀏覽|服务|服務|功能|体验|模式|业务)|(?:浏览|瀏覽|游客|遊客|访客|訪客)(?:模式|身份|状态)"
    r"|(?:未|没有|尚未)同意[^。\n]{0,30}(?:仅|只|部分|受限|无法|不能)|功能受限|有限(?:功能|服务)"
    r"|browse.only|guest mode|browsing mode|limited mode"
    r"|basic (?:mode|functions?|features?|services?)"
)
_EARLY: frozenset[Phase | None] = frozenset(["first_launch", "consent_shown", None])


def facts_of(recorded: Recorded, knowledge: Knowledge) -> Iterator[Sighting]:  # noqa: ARG001
    """Tell how the app asks for consent, and what was answered."""
    prompts = prompts_of(recorded)
    answers = answers_of(recorded, prompts)
    told = list(_prompts(recorded, prompts, answers))
    yield from told
    if not any(prompt.phase in _EARLY for prompt in told):
        yield _absent(recorded)
    yield from _answered(recorded, prompts, answers)
    yield from boxes.facts_of(recorded, prompts)


def _prompts(
    recorded: Recorded, prompts: Mapping[int, Prompt], answers: list[Answer]
) -> Iterator[ConsentPrompt]:
    """Give the question of each phase as it first stood, with its refusal if it came later."""
    by_phase: dict[Phase | None, int] = {}
    for number, prompt in prompts.items():
        phase = _phase_of(recorded, number)
        first = by_phase.setdefault(phase, number)
        better = prompts[first].refuse is None and prompt.refuse is not None
        if better and prompts[first].key == prompt.key:
            by_phase[phase] = number
    if len(by_phase) > 1:
        by_phase.pop(None, None)
    for phase, number in by_phase.items():
        yield _prompt(recorded, number, prompts[number], phase, answers)


def _phase_of(recorded: Recorded, number: int) -> Phase | None:
    """Give the phase of a screen that asks; the one that opens consent_shown belongs to it."""
    look = recorded.looks[number]
    opens = {edge.phase for edge in recorded.phases.edges if edge.place == look.place}
    return "consent_shown" if "consent_shown" in opens else recorded.phase(look.at, SCREENS)


def _prompt(
    recorded: Recorded, number: int, prompt: Prompt, phase: Phase | None, answers: list[Answer]
) -> ConsentPrompt:
    look, refuse, accept = recorded.looks[number], prompt.refuse, prompt.accept
    unticked = sum(_must_tick(box) for box in prompt.boxes)
    return ConsentPrompt(
        source=recorded.source(look.place, look.at),
        channel="device",
        present=True,
        page=screens.name_of(look),
        text=short(prompt.text),
        accept=short(accept.words) if accept else None,
        reject=short(refuse.words) if refuse and refuse.words else _no_refusal(look, prompt),
        accept_clicks=1 + unticked,
        reject_clicks=_refusing(answers, prompt),
        equal_prominence=_equal(prompt),
        implied=prompt.implied,
        policy_link=prompt.policy_link or (None if prompt.accept is None else False),
        login=prompt.login,
        scope_after_refusal=_scope(recorded, answers),
        language=language_of(prompt.text),
        phase=phase,
    )


def _must_tick(box: Box) -> bool:
    return box.ticked is False and box_purpose(box.label) == "agreement"


def _no_refusal(look: Look, prompt: Prompt) -> str | None:
    """Say that nothing refuses, unless something without words may."""
    if prompt.login or prompt.refuse is not None or prompt.accept is None:
        return None
    parents = {node.path.rpartition("/")[0] for node in look.nodes}
    ticks = {box.node for box in prompt.boxes}
    unread = any(
        node.clickable and not node.words and node.path not in parents and node not in ticks
        for node in look.nodes
    )
    return None if unread else ""


def _refusing(answers: list[Answer], prompt: Prompt) -> int | None:
    """Count the taps that refusing took, else what the screen promises; None where no way is."""
    row = 0
    for answer in answers:
        if answer.answer != "refused":
            break
        row += 1
    if row:
        return row
    return 1 if prompt.refuse is not None and not prompt.login else None


def _equal(prompt: Prompt) -> bool | None:
    """Say whether refusing is as visible as agreeing, by the sizes and kinds of the controls."""
    accept, refuse = prompt.accept, prompt.refuse
    if accept is None or refuse is None or prompt.login:
        return None
    if not accept.node.area or not refuse.node.area:
        return None
    plain = _is_button(accept.node) and not _is_button(refuse.node)
    return not plain and refuse.node.area * 2 >= accept.node.area


def _is_button(node: Node) -> bool:
    return node.kind.endswith("Button")


def _scope(recorded: Recorded, answers: list[Answer]) -> Scope | None:
    """Say what could be used after the first refusal; None where the screens do not tell."""
    refused = next((one for one in answers if one.answer == "refused"), None)
    if refused is None:
        return None
    begin = refused.touch.at
    after = [one.touch.at.at for one in answers if one.answer != "refused"]
    end = min((at for at in after if at > begin.at), default=math.inf)
    looks = [look for look in recorded.looks if begin.latest < look.at.at < end]
    own = [look for look in looks if look.package in {recorded.package, ""}]
    kinds = [screens.kind_of(look, recorded.package) for look in own]
    shown = " ".join(look.text[:2_000] for look in own)
    if "main" in kinds:
        if _BASIC.search(shown) or _BASIC.search(refused.touch.words):
            return "basic"
        return "full" if all(map(screens.readable, own)) else None
    return "none" if _ended(recorded, begin) or kinds.count("consent") >= 2 else None


def _ended(recorded: Recorded, refused: Moment) -> bool:
    """Say whether the app ended by itself right after a refusal."""
    last = refused.latest + ENDED_WITHIN_S
    left = any(
        refused.at < touch.at.at <= last and touch.action in {"home", "back", "stop", "screen_off"}
        for touch in recorded.touches
    )
    return not left and any(
        ran.process.event == "died"
        and ran.process.process == recorded.package
        and refused.earliest <= ran.at.at <= last
        and math.isfinite(ran.at.within)
        for ran in recorded.processes
    )


def _absent(recorded: Recorded) -> ConsentPrompt | Unseen:
    """Say that nothing asked at the first start, if every screen from its beginning was read."""
    look, reason = _first_main(recorded)
    if look is None:
        return unseen("consent.prompt", reason)
    return ConsentPrompt(
        source=recorded.source(look.place, look.at),
        channel="device",
        present=False,
        page=screens.name_of(look),
        phase="first_launch",
    )


def _first_main(recorded: Recorded) -> tuple[Look | None, Words]:
    """Give the first screen that could be used, if nothing can have been asked before it."""
    if recorded.run.clean_install is not True:
        return None, Words(
            "未说明运行前为全新安装", "nobody says that the app had been freshly installed"
        )
    began = _began(recorded)
    if began is None or recorded.disordered & {SCREENS, TAPS} or not math.isfinite(began.within):
        return None, Words("未记录首次启动的时刻", "the moment of the first start was not recorded")
    busy = [touch.at.at for touch in recorded.touches if touch.action == "tap"]
    before = began.at
    for look in recorded.looks:
        if look.at.at < began.earliest or look.package not in {recorded.package, ""}:
            continue
        tapped = any(before < at <= look.at.at for at in busy[:1_000])
        quiet = recorded.has(TAPS) and not tapped and before > began.at
        if look.at.at - before > SEEN_FROM_S and not quiet:
            return None, Words(
                "首次启动后的界面有间断", "there is a gap in the screens of the start"
            )
        doubt = _doubt(recorded, look)
        if doubt is not None:
            return None, doubt
        if screens.kind_of(look, recorded.package) == "main":
            return look, Words("", "")
        before = look.at.at
    return None, Words(
        "首次启动后未见可使用的界面", "no screen that can be used was seen at the first start"
    )


def _doubt(recorded: Recorded, look: Look) -> Words | None:
    """Say why somebody may have been asked on a screen, or before it; None where nobody was."""
    if recorded.phase(look.at, SCREENS) is None:
        return Words(
            "首次启动后可能有未记录或无法识别的操作",
            "something may have been answered that was not recorded, or that nobody understands",
        )
    if screens.is_prompt(look):
        return None
    if not screens.readable(look):
        return Words("首次启动后的界面无法读取", "a screen of the first start could not be read")
    if screens.may_ask(look, recorded.package):
        return Words(
            "首次启动后有界面可能在征求同意，无法确认",
            "a screen of the first start may ask for consent, which cannot be told",
        )
    return None


def _began(recorded: Recorded) -> Moment | None:
    """Give the moment of the first start; None where nobody saw it, as of one that ran already."""
    edges = recorded.phases.edges
    return next((edge.at for edge in edges if edge.phase == "first_launch"), None)


def _answered(
    recorded: Recorded, prompts: Mapping[int, Prompt], answers: list[Answer]
) -> Iterator[ConsentAnswered]:
    """Give each clear answer once; taps that refuse one after the other are one answer."""
    seen: set[tuple[str, str]] = set()
    for number, first in enumerate(answers):
        if first.answer is None or first.prompt is None or len(seen) >= MOST_ANSWERS:
            continue
        row = [first]
        for other in answers[number + 1 : number + 10]:
            if other.answer != first.answer or other.prompt is not None:
                break
            row.append(other)
        page = screens.name_of(recorded.looks[first.prompt])
        if (first.answer, page) in seen:
            continue
        seen.add((first.answer, page))
        last = row[-1].touch
        yield ConsentAnswered(
            source=recorded.source(first.touch.place, first.touch.at),
            channel="device",
            answer=first.answer,
            page=page,
            control=short(last.words) or None,
            clicks=len(row) + _ticks_before(recorded, first, prompts),
            explicit=first.explicit,
            closed=_closed(recorded, row[-1], prompts[first.prompt], prompts),
            asked_again=_asked_again(recorded, row[-1], prompts),
            phase=first.answer,
        )


def _ticks_before(recorded: Recorded, answer: Answer, prompts: Mapping[int, Prompt]) -> int:
    """Count the boxes that were tapped for an answer, on the same question."""
    key = prompts[answer.prompt].key if answer.prompt is not None else ""
    count = 0
    for touch in recorded.touches[:1_000]:
        if touch is answer.touch:
            break
        prompt = None if touch.on is None else prompts.get(touch.on)
        if touch.action == "launch":
            count = 0
        elif prompt is not None and prompt.key == key:
            count += any(box.node == touch.node for box in prompt.boxes)
    return count


def _closed(
    recorded: Recorded, answer: Answer, asked: Prompt, prompts: Mapping[int, Prompt]
) -> bool | None:
    """Say whether the question went away, by the first screen that surely stood afterwards."""
    index = recorded.touches.index(answer.touch)
    number = next_look(recorded, index)
    if number is None:
        return None
    if number in prompts:
        return prompts[number].key != asked.key
    look = recorded.looks[number]
    other = look.package not in {recorded.package, ""}
    return True if other or screens.readable(look) else None


def _asked_again(recorded: Recorded, answer: Answer, prompts: Mapping[int, Prompt]) -> bool | None:
    """Say whether the next start asked again; None where there was none, or nobody saw."""
    at = answer.touch.at
    launches = [
        touch.at for touch in recorded.touches if touch.action == "launch" and touch.at.at > at.at
    ]
    if not launches:
        return None
    end = launches[1].at if len(launches) > 1 else math.inf
    for number, look in enumerate(recorded.looks):
        if not launches[0].latest <= look.at.at < end:
            continue
        if number in prompts:
            return True
        if look.package not in {recorded.package, ""}:
            continue
        if not screens.readable(look):
            return None
        if screens.kind_of(look, recorded.package) == "main":
            return False
    return None
