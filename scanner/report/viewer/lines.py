"""A view as plain lines of text, for formats without pictures; an arrow marks what is meant."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Words
from scanner.report.viewer.views import CallPath, Excerpt, Field, Picture, Request, View
from scanner.report.words import Lang, say

OWNER = {
    "app": Words("应用自身", "the app"),
    "system": Words("系统", "the system"),
}
FORM = {
    "policy": Words("隐私政策原文", "words of the policy"),
    "manifest": Words("清单文件", "manifest"),
    "page": Words("网页文档", "document of the page"),
    "record": Words("运行记录", "record of the run"),
    "code": Words("代码", "code"),
}


def lines(view: View, lang: Lang) -> tuple[str, ...]:
    """Write a view as lines; nothing in them is escaped."""
    if isinstance(view, Request):
        return tuple(_request(view, lang))
    if isinstance(view, CallPath):
        return tuple(_path(view, lang))
    if isinstance(view, Excerpt):
        return tuple(_excerpt(view, lang))
    if isinstance(view, Picture):
        return tuple(_picture(view, lang))
    return (f"{say(view.why, lang)}{'：' if lang == 'zh' else ': '}{view.at}",)


def _request(view: Request, lang: Lang) -> Iterator[str]:
    zh = lang == "zh"
    yield f"{view.method} {view.url or view.host}"
    for label, fields in (("?", view.query), ("", view.headers)):
        yield from (_field(f"  {label}", field) for field in fields)
    size = "" if view.body_size is None else f" ({view.body_size} {'字节' if zh else 'bytes'})"
    if view.body or view.body_size:
        yield ("  请求体" if zh else "  body") + size
    yield from (_field("    ", field) for field in view.body)
    status = view.status
    if status is None:
        yield "  ← 未记录应答" if zh else "  <- no answer was recorded"
    elif status == 0:
        yield "  ← 无应答" if zh else "  <- there was no answer"
    else:
        yield f"  {'←' if zh else '<-'} {status}"
    yield from (_field("    ", field) for field in (*view.answer_headers, *view.answer))
    if view.left_out:
        yield f"  另有 {view.left_out} 项未列出" if zh else f"  and {view.left_out} more values"


def _field(indent: str, field: Field) -> str:
    wrapped = f"  [{' > '.join(field.wrapped)}]" if len(field.wrapped) > 1 else ""
    mark = "→ " if field.pointed else ""
    return f"{indent}{mark}{field.name}: {field.value}{wrapped}"


def _path(view: CallPath, lang: Lang) -> Iterator[str]:
    for number, step in enumerate(view.steps):
        owner = step.owner
        whose = say(OWNER[owner], lang) if owner in OWNER else owner
        unknown = "归属不明" if lang == "zh" else "owner unknown"
        yield f"{'  ' * min(number, 20)}{'→ ' if number else ''}{step.name}  ({whose or unknown})"
    if view.api:
        yield f"{'  ' * min(len(view.steps), 20)}→ {view.api}"


def _excerpt(view: Excerpt, lang: Lang) -> Iterator[str]:
    place = view.member
    if view.line is not None:
        place += f" 第 {view.line} 行" if lang == "zh" else f" line {view.line}"
    if view.start is not None and view.form == "code":
        place += f" +0x{view.start:x}"
    yield f"{say(FORM[view.form], lang)} {place.strip()}".strip()
    if view.form == "manifest":
        yield from (f"    {line}" for line in view.before.split("\n") if line.strip())
        yield from (f"  > {line}" for line in view.words.split("\n"))
        yield from (f"    {line}" for line in view.after.split("\n") if line.strip())
        return
    if view.before:
        yield f"    … {view.before}"
    yield f"  > {view.words}"
    if view.after:
        yield f"    {view.after} …"


def _picture(view: Picture, lang: Lang) -> Iterator[str]:
    what = "截图" if lang == "zh" else "picture"
    if not view.sha256:
        what = (
            "界面（仅有界面树，无截图）" if lang == "zh" else "screen (its tree only, no picture)"
        )
    yield f"{what} {view.sha256[:12]} {view.width}×{view.height}"
    for box in view.boxes:
        yield f"  [{box.left},{box.top}][{box.right},{box.bottom}] {box.label}"
