// What lies over a frame, and how its main text is set.
const ratio = (part, all) => (all > 0 ? part / all : 0);
const wide = window.innerWidth || 1366;
const high = window.innerHeight || 768;
const CLOSE_WORDS = /^(?:[×✕✖✗xX╳⨯]|关\s*闭|close|知道了|我知道了|取\s*消|跳\s*过|暂不.{0,6}|以后再说|稍后再说|不再提示|返\s*回|no,? thanks|dismiss|skip|not now|later)[\s>)）]*(?:\d+\s*s?)?$/i;
const CLOSE_SIGNS = /(^|[^a-z])(close|closes|closed|closebtn|btnclose|guanbi|shut|dismiss|cancel|icon-x|cha)([^a-z]|$)|close[A-Z_-]|[a-z]Close/;
const SELLS = /[立马][即刻上](?:购买|领取|抢购|参与|报名|咨询|体验|下载)|抢购|立减|直降|特惠|大促|低至|到手价|新人(?:专享|礼)|大?礼包|[0-9.]+折|爆款|优惠|红包|领取|抽奖|限时|特价|秒杀|促销|代金券|满减|免费领|点击购买|buy now|% off|sale\b|discount|coupon/i;
const MARKED = /^(?:广\s*告|推\s*广|赞\s*助|ad|ads|advertisement|sponsored|promoted)$/i;
const MENU = "nav, [role=navigation], [role=menu], [role=menubar], [role=tree], ul > li + li + li";
const MENU_SIGNS = /(^|[^a-z])(side-?(bar|nav|menu)?|nav(bar)?|menu|sider|topbar|toolbar|appbar)([^a-z]|$)/i;
const AD_SIGNS = /(^|[^a-z])(ad|ads|adv|advert|advertisement|banner|guanggao|gg|piaofu|piaochuang|float-?ad|adbox)([^a-z]|$)/i;

const candidates = [];
const nodes = [];
everything(document, (node) => {
  if (nodes.length < limits.nodes) nodes.push(node);
});
const styleOf = (node) => {
  try {
    return getComputedStyle(node);
  } catch {
    return null;
  }
};
const inside = (rect) => {
  const width = Math.min(rect.right, wide) - Math.max(rect.left, 0);
  const height = Math.min(rect.bottom, high) - Math.max(rect.top, 0);
  return width > 0 && height > 0 ? width * height : 0;
};
for (const node of nodes) {
  if (late()) {
    complete = false;
    break;
  }
  const style = styleOf(node);
  if (!style) continue;
  const modal = nameOf(node) === "dialog" || /^(alert)?dialog$/.test(attribute(node, "role") ?? "") || attribute(node, "aria-modal") === "true";
  const level = parseInt(style.zIndex, 10);
  const lifted = style.position === "fixed" || (style.position === "absolute" && level >= 100);
  if (!modal && !lifted) continue;
  if (modal && !lifted && style.position === "static") continue;
  const rect = rectOf(node);
  const share = ratio(inside(rect), wide * high);
  if (share < 0.04 || !seen(node) || style.pointerEvents === "none") continue;
  // Bars that hold the way through a site belong to it.
  const bar = rect.width > 0.9 * wide && rect.height < 0.25 * high;
  const rail = rect.height > 0.9 * high && rect.width < 0.3 * wide;
  const anchors = Element.prototype.querySelectorAll.call(node, "a").length;
  const menu = Element.prototype.querySelector.call(node, MENU) || MENU_SIGNS.test(`${attribute(node, "class") ?? ""} ${attribute(node, "id") ?? ""}`);
  if (!modal && (bar || rail) && (anchors > 4 || menu || /^(nav|header|aside)$/.test(nameOf(node) ?? ""))) continue;
  if (nameOf(node) === "header" || nameOf(node) === "nav" || nameOf(node) === "main") continue;
  candidates.push({ node, share, modal, level: Number.isFinite(level) ? level : 0 });
  if (candidates.length >= 200) break;
}
// A veil and the box on it are one: the outermost element that has words or pictures counts.
const holds = (one, other) => one !== other && Node.prototype.contains.call(one, other);
const outer = candidates.filter(({ node }) => !candidates.some((other) => holds(other.node, node)));
const partsOf = (node) => {
  const all = [...Element.prototype.querySelectorAll.call(node, "*")].slice(0, 3000);
  const shadow = shadowOf(node);
  if (shadow) all.push(...[...shadow.querySelectorAll("*")].slice(0, 3000));
  return all;
};
const closes = (part) => {
  const words = (contentOf(part) ?? "").trim();
  const signs = `${attribute(part, "class") ?? ""} ${attribute(part, "id") ?? ""} ${attribute(part, "src") ?? ""}`;
  const told = `${attribute(part, "aria-label") ?? ""} ${attribute(part, "title") ?? ""} ${attribute(part, "alt") ?? ""}`;
  const says = (words.length <= 12 && CLOSE_WORDS.test(words)) || /关闭|close|dismiss/i.test(told) || (words.length <= 4 && CLOSE_SIGNS.test(signs));
  if (!says || !seen(part) || has(part, "disabled")) return false;
  const rect = rectOf(part);
  return rect.width >= 6 && rect.height >= 6 && inside(rect) > 0 && styleOf(part)?.pointerEvents !== "none";
};
const popups = [];
const floors = outer.filter(({ node }) => {
  const parts = Element.prototype.querySelector.call(node, "img, iframe, a, button, video, canvas");
  return parts || (contentOf(node) ?? "").trim() || shadowOf(node);
});
for (const { node, share, modal } of floors.slice(0, 20)) {
  const parts = partsOf(node);
  const words = wordsOf(node, 600);
  const pictures = parts.filter((part) => /^(img|iframe|video|canvas)$/.test(nameOf(part) ?? "") && seen(part));
  const alt = pictures.map((part) => attribute(part, "alt") ?? "").join(" ");
  const away = parts.some((part) => {
    const href = nameOf(part) === "a" ? attribute(part, "href") : nameOf(part) === "iframe" ? attribute(part, "src") : null;
    if (!href) return false;
    try {
      const url = new URL(href, document.baseURI);
      return /^https?:$/.test(url.protocol) && url.host !== location.host;
    } catch {
      return false;
    }
  });
  const signs = [node, ...parts.slice(0, 60)].map((part) => `${attribute(part, "class") ?? ""} ${attribute(part, "id") ?? ""}`).join(" ");
  const marked = parts.some((part) => {
    const own = (contentOf(part) ?? "").trim();
    return own.length <= 14 && MARKED.test(own) && seen(part);
  });
  const sells = SELLS.test(`${words} ${alt}`);
  popups.push({
    text: words || cut(alt, 200),
    path: pathOf(node),
    share: Math.round(share * 100),
    modal,
    closable: [node, ...parts].some(closes),
    sells,
    away: away && pictures.length > 0,
    ad_signs: AD_SIGNS.test(signs),
    marked,
    fields: parts.filter((part) => nameOf(part) === "input" && seen(part)).length,
  });
}
return told({ complete, popups });
