"""What of a page was not read as text, counted while it is read, and said where it is much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.collect.policy.texts import styles
from scanner.collect.policy.texts.layout import Piece
from scanner.collect.policy.texts.scripts import Scripts
from scanner.model import Words

LITTLE_HIDDEN = 100
"""Hidden characters that are let pass: a menu, a button of a dialog."""
LITTLE_STRUCK = 1
"""Struck letters that are let pass: a mark, not a word."""
LITTLE_LABELLED = 200
"""Characters in labels for readers of screens that are let pass."""
LITTLE_STYLED = 20
"""Letters in style sheets that are let pass."""
DRAWN_BELOW = 200
"""Characters below which a page with scripts counts as drawn by them."""


class PageDoubts:
    """Characters of a page that are hidden, struck, labels only, and the like."""

    def __init__(self) -> None:
        self.hidden = self.struck = self.labelled = self.turned = self.frames = 0
        self.sheets: list[str] = []
        self.sheets_cut = False
        self.scripts = Scripts()
        self.has_scripts = False

    def told(self, shown: int, pieces: Sequence[Piece]) -> Iterator[Words]:
        """Say what is doubtful in a page that shows so many characters."""
        yield from self._not_shown(shown)
        if self.turned:
            yield Words(
                f"{self.turned} 处由样式改变书写方向，显示的顺序与文本不同",
                f"{self.turned} places turn the direction of writing, so what is shown differs in"
                " order from the text",
            )
        if self.frames:
            yield Words(
                f"{self.frames} 个内嵌框架的内容不在页面中",
                f"the contents of {self.frames} embedded frames are not in the page",
            )
        if self.has_scripts and shown < DRAWN_BELOW:
            yield Words("页面内容由脚本生成", "the page is drawn by scripts")
        elif self.has_scripts and self.scripts.may_bring(pieces):
            yield Words(
                "页面的脚本未运行，可能补入列表或正文",
                "the scripts of the page were not run and may bring a list or more text",
            )

    def _not_shown(self, shown: int) -> Iterator[Words]:
        if self.hidden > LITTLE_HIDDEN:
            yield Words(
                f"页面含 {self.hidden} 个未显示的字符，可能点击后才展开",
                f"the page holds {self.hidden} characters that are not shown and may open on a"
                " click",
            )
        if self.sheets_cut:
            yield Words(
                "样式表过大，未全部核对哪些文字不显示",
                "the style sheets are too large; not all of what they hide is known",
            )
        if self.struck > LITTLE_STRUCK:
            yield Words(
                f"{self.struck} 个字符带删除线，未作为正文读取",
                f"{self.struck} characters are struck through and were not read as text",
            )
        if self.labelled > max(LITTLE_LABELLED, shown // 2):
            yield Words(
                f"{self.labelled} 个字符只存在于辅助标签或提示中",
                f"{self.labelled} characters stand only in labels for screen readers or in hints",
            )
        styled = styles.letters_in_sheet("".join(self.sheets))
        if styled > LITTLE_STYLED:
            yield Words(
                f"{styled} 个字符只存在于样式表中",
                f"{styled} characters stand only in style sheets",
            )
