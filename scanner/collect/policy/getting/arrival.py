"""Whether what came from an address is what was looked for, and whether all of it came."""

from __future__ import annotations

import re

from scanner.collect.policy.document import Document
from scanner.collect.policy.getting.getting import Got
from scanner.collect.policy.getting.parts import holds_part
from scanner.facts import Part
from scanner.model import Words

THIN = 200
"""Characters below which a page is opened in the browser too: scripts may bring the rest."""
LEAST = 40
"""Characters of the shortest policy: a sentence that nothing is collected, and a contact."""
WALL = 800
"""Characters up to which a page may be one that turns away; longer ones hold more than that."""
LEAST_WORDY = 1_000
"""Characters from which a text under a status that speaks against it is a policy all the same."""
LEAST_SPOKEN = 5
"""How often such a text must speak of personal information."""
LEAST_FOLDED = 500
"""Characters about personal information that a page must hide for its text to count as in part."""
_SPEAKS = re.compile(r"个人信息|個人資料|个人资料|隐私|隱私|privacy|personal (?:data|information)")
_HANDLES = re.compile(r"收集|搜集|采集|处理|保存|获取|使用您|collect|process|gather|store")
"""What a short text must speak of to be no page of a login, though it names one."""
_WALL = re.compile(
    r"请先?(?:完成)?(?:登录|登陆|认证)|登录后|扫码登录|账号登录|密码登录|验证码登录|申请(?:访问)?权限"
    r"|(?:无|没有)(?:访问|查看)?权限|输入(?:访问)?密码|安全验证|人机验证|滑动|访问(?:过于)?频繁|访问受限"
    r"|在.{0,12}(?:客户端|app|微信).{0,6}(?:打开|查看)|打开app|下载app|链接(?:已)?(?:失效|过期)"
    r"|(?:页面|文档|内容|文件)(?:不存在|未找到|已被?删除|已失效)|已下架|404|not found|access denied"
    r"|log ?in to|sign in to|please (?:log|sign) ?in|request access|captcha|forbidden"
    r"|open in (?:the )?app|checking your browser|enable javascript"
)
_WALLED = Words(
    "打开的是登录、验证或报错页面", "what opened is a page of a login, a check or an error"
)


def in_part(got: Got) -> list[Words]:
    """Say what of a document was not got."""
    said: list[Words] = []
    if got.cut:
        said.append(Words("文件过大，只取得一部分", "it is too large and came in part only"))
    if got.folded >= LEAST_FOLDED:
        said.append(
            Words(
                f"页面另有约 {got.folded} 字未展示（可能需点击展开）",
                f"about {got.folded} more characters are not shown (perhaps until a click)",
            )
        )
    return said


def is_thin(document: Document) -> bool:
    """Say whether a page holds so little of a policy that scripts may have to bring the rest."""
    return document.letters < THIN or _SPEAKS.search(document.folded) is None


def why_no_text(document: Document) -> Words | None:
    """Say why a file that was handed in cannot be a policy; None for any text that speaks."""
    if not any(one.isalpha() for one in document.text):
        if document.pictures:
            return None
        why = document.unread[0] if document.unread else None
        zh, en = "其中没有文字", "there are no words in it"
        return Words(f"{zh}（{why.zh}）", f"{en} ({why.en})") if why else Words(zh, en)
    letters, title = document.letters, document._replace(text=document.title).folded
    text = document.folded if letters < THIN else title
    walled = letters < WALL and not document.tables and _WALL.search(text)
    return _WALLED if walled and _HANDLES.search(document.folded) is None else None


def why_none(document: Document, part: Part, status: int) -> Words | None:
    """Say why a page that an address gave is not what was looked for; None where it is."""
    text = document.folded
    if status >= 400 and not (
        document.letters >= LEAST_WORDY and len(_SPEAKS.findall(text)) >= LEAST_SPOKEN
    ):
        return Words(f"服务器返回 {status}", f"the server answered {status}")
    return _why_not(document, part)


def _why_not(document: Document, part: Part) -> Words | None:
    letters, text = document.letters, document.folded
    little = letters < THIN or (letters < WALL and len(_SPEAKS.findall(text)) < LEAST_SPOKEN)
    if little and not document.tables and _WALL.search(text):
        return _WALLED
    if part != "policy":
        return None if holds_part(document, part) else _other(document)
    if letters < THIN and document.pictures:
        return None
    if letters < LEAST or _SPEAKS.search(text) is None:
        return Words("打开的页面未见政策文字", "what opened shows no words of a policy")
    return None


def _other(document: Document) -> Words:
    if document.pictures:
        return Words("内容为图片，本版本不读图片", "it is a picture, and pictures are not read")
    return Words("打开的页面未见相应内容", "what opened does not show what the link names")
