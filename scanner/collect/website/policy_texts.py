"""Texts of policies that are no pages: files, and boxes that a script opens, kept to be read."""

from __future__ import annotations

from playwright.async_api import Page

from scanner.browser import Unanswered, ask
from scanner.collect.website.ground import Ground
from scanner.collect.website.links import policy_subject
from scanner.exchange import address, shown
from scanner.fetch.client import FetchError
from scanner.fetch.guard import MIB
from scanner.model import Lead, Words

MOST_FILE = 32 * MIB
"""Bytes of a policy that is a file; one with its fonts has a few million."""
MOST_BOX = 2_000_000
"""Characters of the markup of a box."""
FORMATS = (
    (b"%PDF", "application/pdf"),
    (b"PK\3\4", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
)
"""First bytes of the files in which policies are offered."""
NO_FILE = Words("该政策是文件，未能取得", "it is a file, which could not be got")
OTHER_FILE = Words("该链接下载的不是政策文件", "what it downloads is no file of a policy")
READ_APART = Words(
    "该政策是文件，其文字另行读取", "the policy is a file, whose text is read on its own"
)
BOX = r"""([least, grown, most]) => {
  const words = /个人信息|個人資料|个人资料|隐私|隱私|personal (?:data|information)|privacy/i;
  const all = document.body ? [...document.body.querySelectorAll('*')].slice(0, 20000) : [];
  let best = null, size = Infinity, above = false;
  for (const one of all) {
    const text = String(one.innerText || ''), letters = text.length;
    if (letters < least || letters < grown * 0.8 || !words.test(text)) continue;
    const named = one.matches('dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]');
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (box.width < 1 || box.height < 1 || style.visibility === 'hidden') continue;
    const lifted = named || style.position === 'fixed' || style.position === 'absolute';
    if (!lifted && (above || letters > grown * 1.25 + 50)) continue;
    if ((lifted && !above) || letters < size) { best = one; size = letters; above = lifted; }
  }
  return best && best.outerHTML.length <= most ? best.outerHTML : null;
}"""
"""Gives the smallest box that holds what a click brought: one above the page, else one in it."""
LINKS = """() => [...document.querySelectorAll('a[href]')].slice(0, 2000)
  .map((one) => [String(one.innerText || '').slice(0, 200), String(one.href)])
  .filter(([text]) => text.trim())"""


async def policy_links(page: Page) -> list[str]:
    """Give where the links of a page lead that are named as privacy policies, each once."""
    try:
        links = await ask(page.main_frame, LINKS)
    except Unanswered:
        return []
    found: dict[str, None] = {}
    for text, href in links if isinstance(links, list) else []:
        web = str(href).startswith(("http:", "https:")) and str(href) != page.url
        if web and policy_subject(str(text), str(href)) == "privacy":
            found[str(href)] = None
    return list(found)


async def policy_file(ground: Ground, url: str) -> tuple[Lead | None, Words]:
    """Get a policy that is a file, once; else none. The words say what became of it."""
    parts = address(url)
    if parts is None or ground.time_left <= 0:
        return None, NO_FILE
    try:
        await ground.pace.turn(parts.host)
        reply = await ground.client.get(url, most=MOST_FILE)
    except FetchError as error:
        said = Words(f"{NO_FILE.zh}：{error.reason.zh}", f"{NO_FILE.en}: {error.reason.en}")
        return None, said
    if not 200 <= reply.status < 300 or reply.cut:
        return None, NO_FILE
    type_ = next((kind for begin, kind in FORMATS if reply.body.startswith(begin)), None)
    if type_ is None:
        return None, OTHER_FILE
    kept = ground.keep(reply.body, name=f"policy {shown(url)}"[:120], media_type=type_)
    return Lead(kind="policy", evidence=kept, address=reply.url), READ_APART


async def policy_box(ground: Ground, page: Page, grown: int, least: int) -> Lead | None:
    """Keep the box that a click opened over a page, as it stands; None where none is found.

    `grown` is by how many characters the page grew, `least` how many a policy has at least.
    """
    try:
        html = await ask(page.main_frame, BOX, [least, grown, MOST_BOX])
    except Unanswered:
        return None
    if not isinstance(html, str):
        return None
    whole = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{html}</body></html>'
    data = whole.encode("utf-8", "replace")
    kept = ground.keep(data, name=f"policy {shown(page.url)} (box)"[:120], media_type="text/html")
    return Lead(kind="policy", evidence=kept, address=page.url)
