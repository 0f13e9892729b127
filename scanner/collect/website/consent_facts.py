"""What asking for consent and answering are as facts: the question, its boxes, the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from scanner.collect.website.consent import Answered, must_be_ticked
from scanner.collect.website.consent_survey import Box, Prompt
from scanner.collect.website.view import View
from scanner.exchange import shown
from scanner.facts import CheckboxFound, ConsentAnswered, ConsentPrompt
from scanner.languages import language_of
from scanner.wording import consent as words
from scanner.wording.boxes import purpose_of_box
from scanner.wording.short import short

EXPLICIT = frozenset(["accept", "refuse", "necessary"])
"""What a control can mean that leaves no doubt about the answer."""


def prompt_facts(
    prompt: Prompt | None, view: View, *, reject_clicks: int | None
) -> Iterator[ConsentPrompt | CheckboxFound]:
    """State whether a page asks for consent and how, and each box in its dialog once.

    `reject_clicks` is what refusing took in the session that refused; None when there was no way.
    """
    if prompt is None:
        yield ConsentPrompt(
            present=False,
            page=view.page,
            phase=view.phase,
            source=view.source(),
            channel="website",
        )
        return
    refuse, accept = prompt.refuse, prompt.accept
    yield ConsentPrompt(
        present=True,
        page=view.page,
        text=short(prompt.text),
        accept=short(accept.words) if accept else _none(prompt),
        reject=short(refuse.words) if refuse else _none(prompt),
        accept_clicks=None if accept is None else 1 + sum(map(must_be_ticked, prompt.boxes)),
        reject_clicks=1 if reject_clicks is None and refuse else reject_clicks,
        equal_prominence=prompt.equal_prominence,
        blocking=prompt.blocking,
        implied=prompt.implied,
        policy_link=prompt.policy_link,
        language=language_of(prompt.text),
        phase=view.phase,
        source=view.source(place(prompt)),
        channel="website",
    )
    seen: set[str] = set()
    for box in prompt.boxes:
        label = short(box.label)
        if label and label not in seen:
            seen.add(label)
            yield _box_fact(box, label, view)


def place(prompt: Prompt) -> str:
    """Say where a dialog stands: its CSS path, and the frame where it is in one."""
    if prompt.frame.parent_frame is None:
        return prompt.path
    return f"{shown(prompt.frame_url)} {prompt.path}"


def answer_fact(
    answer: Literal["refused", "agreed"], answered: Answered, view: View, asked_again: bool | None
) -> ConsentAnswered:
    """State what pressing refuse or agree did."""
    return ConsentAnswered(
        answer=answer,
        page=view.page,
        control=short(answered.control),
        clicks=answered.clicks,
        explicit=answered.clicks > 1 or words.meaning_of(answered.control) in EXPLICIT,
        closed=answered.closed,
        asked_again=asked_again,
        phase=answer,
        source=view.source(),
        channel="website",
    )


def _none(prompt: Prompt) -> str | None:
    """Say that there is no such control, unless one without readable words may be it."""
    return None if prompt.unread else ""


def _box_fact(box: Box, label: str, view: View) -> CheckboxFound:
    return CheckboxFound(
        label=label,
        purpose=purpose_of_box(box.label),
        checked_on_load=box.ticked,
        required=box.required,
        page=view.page,
        phase=view.phase,
        source=view.source(box.path),
        channel="website",
    )
