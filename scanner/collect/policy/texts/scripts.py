"""What the scripts of a page may bring that does not stand in it: a list, the rest of a text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from scanner.collect.policy.texts.headings import Numbering, numbering_of
from scanner.collect.policy.texts.layout import Line, Piece
from scanner.collect.policy.texts.pictures import NAMES_LIST

LONGEST_HEADING = 40
"""Characters of a numbered line that may be a heading."""
MOST_BOXES = 200
"""Empty places that are looked at."""
MOST_WORDS = 400_000
"""Characters of scripts that are looked at."""

_ASKS = re.compile(
    r"\bfetch\s{0,5}\(|XMLHttpRequest|\baxios\b|(?:\$|jQuery)\.(?:get|post|ajax|getJSON)\b"
    r"|\)\.load\s{0,5}\(|\bimport\s{0,5}\("
)
_PUTS = re.compile(
    r"(?:inner|outer)HTML|innerText|textContent|insertAdjacent|insertBefore|insertRow|appendChild"
    r"|\.(?:append|prepend|html|replaceChildren|render)\s{0,5}\(|document\.write"
    r"|\bcreate(?:App|Root)\b|new\s{1,5}Vue\b|ReactDOM"
)
_ASKS_FOR_TEXT = re.compile(
    r"(?i)(?:\b(?:fetch|get|post|ajax|getJSON|load|open|request|import)\s{0,5}\(|\burl\s{0,5}:)"
    r"[^\n;]{0,60}?[\"'`][^\"'`\n]{0,200}(?:sdk|polic(?:y|ies)|privacy|agreement|protocol|article"
    r"|content|third|permission|clause|清单|目录)"
)
"""A request whose address says that it brings words of a policy."""
_MOUNTS = re.compile(r"\bcreate(?:App|Root)\b|new\s{1,5}Vue\b|ReactDOM")
_FOREIGN = re.compile(
    r"(?i)jquery|bootstrap|swiper|zepto|analytics|gtag|gtm|tongji|hm\.(?:baidu|js)|cnzz|umeng|51\.la"
    r"|matomo|piwik|sentry|polyfill|rem\.js|flexible|html5shiv|respond|modernizr|jweixin|wow\.|aos\."
    r"|layui|layer|lazyload|clipboard|share|cookie|consent|captcha|recaptcha|menu|nav\b|track"
    r"|sensors|growing|beacon|baidu|google|facebook|doubleclick|cloudflare"
)
_ASIDE = re.compile(
    r"(?i)cookie|consent|banner|toast|modal|dialog|popup|pop-|menu|nav|header|footer|share|comment"
    r"|search|mask|overlay|loading|tooltip|go-?top|back-?top|side|\bads?\b|clear|portal|swiper|hint"
    r"|captcha|dropdown|pag(?:er|ination)|tabs?\b|crumb|lang|slide|dots?\b|indicator|kefu|service-?btn|map|chart"
)
_FRAME = re.compile(
    r"(?i)^(?:app|root|main|container|content|article|policy|privacy|sdk|list|table|tbody|text)s?$"
    r"|(?:sdk|policy|privacy|third|permission)[\w-]{0,20}(?:list|table|content|box|wrap|body)?"
)
WAITING = re.compile(r"(?i)(?:正在)?(?:加载|载入|请稍[候等后])中?[\s.…。]*|loading[\s.…]*")
"""What stands where a script has yet to bring something."""


class Scripts:
    """The scripts of a page, and the places that stand empty in it."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._files = False
        self._lists = 0
        self._boxes: dict[tuple[str, ...], None] = {}

    def add_file(self, address: str) -> None:
        """Take a script that stands elsewhere; those that count visitors bring no text."""
        self._files = self._files or not _FOREIGN.search(address[:500])

    def add_words(self, text: str) -> None:
        """Take the words of a script."""
        self._words.append(text)

    def add_empty(self, kind: str, names: Sequence[str]) -> None:
        """Take an empty table, list or box; `names` are its id and classes."""
        if any(_ASIDE.search(name) for name in names):
            return
        if kind == "table":
            self._lists += 1
        elif names and len(self._boxes) < MOST_BOXES:
            self._boxes[(kind, *names[:5])] = None

    def may_bring(self, pieces: Sequence[Piece]) -> bool:
        """Tell whether the scripts may bring text into a page of these lines and tables."""
        text = "\n".join(self._words)[:MOST_WORDS]
        puts, asks = bool(_PUTS.search(text)), bool(_ASKS.search(text))
        if self._lists and (puts or asks or self._files):
            return True
        if puts and _ASKS_FOR_TEXT.search(text):
            return True
        if any(self._fills(box, text, asks=asks) for box in self._boxes):
            return True
        fetched = (puts and asks) or self._files
        return fetched and _heading_without_text(pieces, any_heading=puts and asks)

    def _fills(self, box: tuple[str, ...], text: str, *, asks: bool) -> bool:
        """Tell whether a script may fill an empty box: it names it, or the box is a frame."""
        kind, *names = box
        likely = kind == "ul" or any(_FRAME.search(name) for name in names)
        if likely and (self._files or asks or _MOUNTS.search(text)):
            return True
        if not (_PUTS.search(text) and (asks or likely)):
            return False
        return any(
            name in text and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
            for name in names
        )


def _heading_without_text(pieces: Sequence[Piece], *, any_heading: bool) -> bool:
    """Tell whether a heading has nothing beneath it, such as one that names a list."""
    inner = [piece for piece in pieces if not piece.aside]
    numbered = [_numbering(piece) for piece in inner]
    for number, (piece, below) in enumerate(itertools.zip_longest(inner, inner[1:])):
        style = numbered[number]
        last = number + 1 == len(inner)
        begins = style is not None and number > 0 and numbered[number - 1] != style
        if begins and (last or numbered[number + 1] == style) and NAMES_LIST.search(_words(piece)):
            return True
        if not isinstance(piece, Line) or not piece.level:
            continue
        ends = below is None or (isinstance(below, Line) and 0 < below.level <= piece.level)
        if ends and number and (any_heading or NAMES_LIST.search(_words(piece))):
            return True
    return False


def _numbering(piece: Piece) -> Numbering | None:
    """Give how a line is numbered that may be a heading without being marked as one."""
    if not isinstance(piece, Line) or piece.level:
        return None
    words = _words(piece)
    short = len(words) <= LONGEST_HEADING and not words.endswith(("。", "；", ";", "，", ",", "."))
    return numbering_of(words) if short else None


def _words(piece: Piece) -> str:
    return "".join(run.text for run in piece.runs).strip() if isinstance(piece, Line) else ""
