"""What raw material a case holds, what of it was taken out, and until when it is kept."""

from __future__ import annotations

from scanner.model import Removal, Report, Words


def removal(report: Report, sha256: str) -> Removal | None:
    """Give who took a piece of evidence out of the case, if anybody did."""
    return next((one for one in report.removed if sha256 in one.files), None)


def lines(report: Report) -> tuple[Words, ...]:
    """Say how much raw material may hold personal data, and what is to become of it."""
    personal = [one for one in report.held if one.personal]
    files = sum(one.files for one in personal)
    said: list[Words] = []
    if files:
        size = sum(one.size for one in personal)
        kinds = [one for one in personal if one.files > one.purged]
        zh = "；".join(f"{one.what.zh} {one.files - one.purged} 个" for one in kinds)
        en = "; ".join(f"{one.what.en}: {one.files - one.purged}" for one in kinds)
        said.append(
            Words(
                f"可能含个人信息的原始材料共 {files} 个文件（{size:,} 字节），现存：{zh or '无'}。",
                f"Raw material that may hold personal data: {files} files ({size:,} bytes); still "
                f"there: {en or 'none'}.",
            )
        )
        said.append(_until(report))
    return (*said, *(_removed(one) for one in report.removed))


def pressing(report: Report) -> tuple[Words, ...]:
    """Say what a summary must not leave out: a period that is over, and what was taken out."""
    over = [_until(report)] if _is_over(report) else []
    return (*over, *(_removed(one) for one in report.removed))


def _is_over(report: Report) -> bool:
    until = report.collection.retain_until if report.collection else None
    return until is not None and report.tool.started_at[:10] > until


def _until(report: Report) -> Words:
    until = report.collection.retain_until if report.collection else None
    if until is None:
        return Words(
            "未说明原始材料的保存期限（--retain-until）。",
            "Until when the raw material is kept was not stated (--retain-until).",
        )
    if _is_over(report):
        return Words(
            f"原始材料的保存期限已于 {until} 届满，可用 mingjian purge 清除。",
            f"The period for keeping the raw material ended on {until}; mingjian purge takes it"
            " out.",
        )
    return Words(f"原始材料保存至 {until}。", f"The raw material is kept until {until}.")


def _removed(one: Removal) -> Words:
    many, on, who = len(one.files), one.at[:10], ", ".join(one.by)
    return Words(
        f"{many} 个证据文件已于 {on} 由 {who} 清除（{one.reason}）。",
        f"{many} files of evidence were purged on {on} by {who} ({one.reason}).",
    )
