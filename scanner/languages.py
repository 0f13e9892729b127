"""In which language a text is written, as far as its characters tell."""

from __future__ import annotations

import functools
import re

from scanner.facts import Language

_PAIRS = (
    "们們这這个個为為说說时時会會来來对對国國发發经經过過进進种種还還样樣学學应應开開现現门門问問间間关關网網请請联聯务務"
    "业業产產导導车車东東书書长長见見电電话話语語读讀识識认認让讓设設证證论論议議许許记記计計订訂讯訊训訓词詞详詳误誤课課"
    "该該谁誰调調谈談谢謝账賬货貨质質费費资資赛賽购購贵貴贸貿赏賞员員图圖团團园園围圍场場块塊坏壞声聲处處备備复復头頭夹夾"
    "夺奪奋奮妇婦孙孫宁寧宝寶实實审審宽寬宾賓层層岁歲岛島带帶帮幫广廣庆慶库庫异異张張归歸录錄径徑总總恶惡战戰户戶护護报報"
    "担擔择擇挂掛换換据據损損摄攝数數断斷无無旧舊显顯机機权權条條极極构構标標树樹检檢楼樓欢歡气氣汉漢汇匯济濟测測浏瀏"
    "满滿灵靈点點热熱爱愛状狀独獨环環疗療监監盘盤确確码碼离離积積称稱稳穩穷窮竞競笔筆签簽简簡类類红紅级級纪紀约約纯純纸紙"
    "线線组組细細终終结結给給统統继繼续續维維综綜编編缴繳罗羅节節范範药藥获獲营營虑慮补補装裝观觀规規视視览覽觉覺触觸"
    "质質转轉轻輕较較载載输輸边邊达達迁遷运運选選适適遗遺释釋钟鐘钱錢银銀链鏈销銷锁鎖错錯镇鎮阅閱队隊阳陽际際陆陸险險随隨"
    "隐隱难難须須顾顧预預领領频頻题題颜顏额額风風飞飛馆館驾駕验驗龄齡龙龍"
)
"""Pairs that tell the script of a text, the simplified character first: not rare ones, nor such as
后 and 里, which traditional texts use too."""
_SIMPLE = frozenset(_PAIRS[0::2])
_TRADITIONAL = frozenset(_PAIRS[1::2])
_LONGEST = 20_000
_LEAST = 20
"""Letters below which nothing is said of a text."""
_ENGLISH = re.compile(
    r"\b(?:the|and|of|to|in|is|for|with|you|your|we|our|this|that|are|on|by|or|not|from|as|it|be"
    r"|will|may|can|have|us|about|all|privacy|policy|sign|log|home|contact)\b",
    re.IGNORECASE,
)


def language_of(text: str) -> Language | None:
    """Say in which language a text is written; None when it is too short to tell.

    Chinese where at least half of its letters are Chinese characters, a Latin word counting as
    two; simplified or traditional by the characters that differ.
    """
    return _language_of(text[:_LONGEST])


@functools.lru_cache(maxsize=32)
def _language_of(text: str) -> Language | None:
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    kana = sum("\u3040" <= character <= "\u30ff" for character in text)
    latin = re.findall(r"[A-Za-z\u00c0-\u024f']+", text)
    strange = sum(character.isalpha() for character in text) - han - kana - sum(map(len, latin))
    weight = han + kana + 2 * len(latin) + max(strange, 0)
    if han + kana + sum(map(len, latin)) + max(strange, 0) < _LEAST:
        return None
    if kana * 10 > han or strange * 3 > weight:
        return "other"
    if han * 2 >= weight:
        return _script_of(text)
    english = len(_ENGLISH.findall(text))
    return "en" if latin and english * 8 >= len(latin) else "other"


def _script_of(text: str) -> Language:
    simple = sum(character in _SIMPLE for character in text)
    traditional = sum(character in _TRADITIONAL for character in text)
    return "zh-Hant" if traditional > simple else "zh-Hans"
