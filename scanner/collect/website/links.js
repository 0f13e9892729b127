// Everything in a frame that leads somewhere: anchors, areas, and what scripts have made clickable.
const telling = new RegExp(limits.telling, "i");
const found = [];
const taken = new Set();
let height = 0;
try {
  height = document.documentElement.scrollHeight;
} catch {}

const addressOf = (node) => {
  const href = attribute(node, "href") ?? attribute(node, "xlink:href");
  if (href === null) return null;
  const plain = href.trim();
  if (plain === "" || plain === "#" || /^(javascript|vbscript):/i.test(plain)) return "";
  try {
    return new URL(plain, document.baseURI).href.slice(0, 2000);
  } catch {
    return "";
  }
};
const labelOf = (node) => {
  let words = nameOf(node) === "input" ? cut(attribute(node, "value"), 200) : cut(renderedOf(node), 200);
  if (!words) words = cut(wordsOf(node, 200), 200);
  if (!words) words = cut(attribute(node, "aria-label") ?? attribute(node, "title"), 200);
  if (!words) {
    const picture = Element.prototype.querySelector.call(node, "img[alt], [aria-label], svg title");
    if (picture) words = cut(attribute(picture, "alt") ?? attribute(picture, "aria-label") ?? contentOf(picture), 200);
  }
  if (!words) words = cut(attribute(node, "alt") ?? contentOf(node), 200);
  return words.replace(/\s+/g, " ");
};
const atFoot = (node) => {
  for (let at = node, depth = 0; at && depth < 40; at = parentOf(at), depth += 1) {
    const name = nameOf(at);
    if (name === "footer" || attribute(at, "role") === "contentinfo") return true;
    if (/(^|[-_ ])(foot|footer|copyright)/i.test(`${attribute(at, "id") ?? ""} ${attribute(at, "class") ?? ""}`)) return true;
  }
  return false;
};
const add = (node, href) => {
  // A link with telling words is kept even where others have filled the list.
  if (found.length >= limits.links) {
    complete = false;
    if (found.length >= limits.links + limits.spare) return;
    if (!telling.test((contentOf(node) ?? "").slice(0, 200))) return;
  }
  const words = labelOf(node);
  const rect = rectOf(node);
  const top = Math.round(rect.top + scrollY);
  const target = attribute(node, "target");
  taken.add(node);
  found.push({
    href,
    text: words,
    path: pathOf(node),
    visible: seen(node),
    footer: atFoot(node) || (height > 1500 && top > height - 300),
    box: [Math.round(rect.left + scrollX), top, Math.round(rect.width), Math.round(rect.height)],
    opens_new: Boolean(target) && !/^_(self|top|parent)$/i.test(target),
    download: has(node, "download"),
  });
};
const inTaken = (node) => {
  for (let at = node, depth = 0; at && depth < 8; at = parentOf(at), depth += 1) if (taken.has(at)) return true;
  return false;
};
const clickable = (node) => {
  if (has(node, "onclick") || /^(link|button|menuitem|tab)$/.test(attribute(node, "role") ?? "")) return true;
  if (nameOf(node) === "button" || (nameOf(node) === "input" && /^(button|submit)$/.test(attribute(node, "type") ?? ""))) return true;
  try {
    return getComputedStyle(node).cursor === "pointer";
  } catch {
    return false;
  }
};

const quiet = [];
everything(document, (node) => {
  const name = nameOf(node);
  if (name === "a" || name === "area") {
    const href = addressOf(node);
    if (href !== null || has(node, "onclick")) add(node, href ?? "");
    else quiet.push(node);
  } else if (name !== "html" && name !== "body" && quiet.length < limits.nodes) {
    // Most elements hold much text or none; only short telling words are looked at more closely.
    const inner = firstOf(node);
    if (inner && firstOf(inner) && nextElementOf(inner)) return;
    quiet.push(node);
  }
});
if (!complete) {
  // The foot of a page, where policies are linked, is looked at however much stands above it.
  const anchors = document.getElementsByTagName("a");
  for (let at = anchors.length - 1; at >= 0 && at > anchors.length - 500; at -= 1) {
    const node = anchors[at];
    if (!taken.has(node) && telling.test((contentOf(node) ?? "").slice(0, 200))) add(node, addressOf(node) ?? "");
  }
}
for (const node of quiet) {
  if (late()) {
    complete = false;
    break;
  }
  const name = nameOf(node);
  if (SILENT.has(name) || name === "html" || name === "body") continue;
  let words = contentOf(node) ?? "";
  if (name === "input") words = attribute(node, "value") ?? "";
  if (words.length === 0 || words.length > 120 || !telling.test(words)) continue;
  if (inTaken(node) || !clickable(node)) continue;
  const inner = firstOf(node);
  if (inner && telling.test(contentOf(inner) ?? "") && clickable(inner)) continue;
  add(node, "");
}
return told({ complete, links: found });
