// How the main text of a frame is set: size, line and contrast, by the number of characters.
const styles = new Map();
const styleOf = (node) => {
  if (!styles.has(node)) styles.set(node, getComputedStyle(node));
  return styles.get(node);
};
const colourOf = (words) => {
  const numbers = (words.match(/-?[\d.]+(?:e-?\d+)?%?/g) ?? []).map(parseFloat);
  if (/^rgba?\(/.test(words) && numbers.length >= 3) return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  if (/^color\(srgb /.test(words) && numbers.length >= 3) {
    return [numbers[0] * 255, numbers[1] * 255, numbers[2] * 255, numbers[3] ?? 1];
  }
  return null;
};
const over = (top, ground) => [0, 1, 2].map((at) => top[at] * top[3] + ground[at] * (1 - top[3]));
const grounds = new Map();
// The colour behind an element; null where a picture lies behind it.
const groundOf = (node) => {
  if (!node) return [255, 255, 255];
  if (grounds.has(node)) return grounds.get(node);
  let ground = null;
  const style = styleOf(node);
  const own = colourOf(style.backgroundColor);
  if (own && style.backgroundImage === "none" && Number(style.opacity) === 1) {
    if (own[3] === 1) ground = own.slice(0, 3);
    else {
      const below = groundOf(parentOf(node));
      ground = below && over(own, below);
    }
  }
  grounds.set(node, ground);
  return ground;
};
const light = (colour) => {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrastOf = (node) => {
  const ground = groundOf(node);
  const ink = colourOf(styleOf(node).color);
  if (!ground || !ink) return null;
  const one = light(over(ink, ground));
  const other = light(ground);
  return Math.floor(((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)) * 100 + 1e-6);
};
// The distance from one line to the next, measured where the text runs over several lines.
const pitchOf = (text) => {
  const range = document.createRange();
  range.selectNodeContents(text);
  const rects = range.getClientRects();
  const tops = [];
  for (let at = 0; at < rects.length && at < 12; at += 1) {
    if (rects[at].width > 1 && !tops.some((top) => Math.abs(top - rects[at].top) < 2)) tops.push(rects[at].top);
  }
  tops.sort((one, other) => one - other);
  let least = null;
  for (let at = 1; at < tops.length; at += 1) least = Math.min(least ?? Infinity, tops[at] - tops[at - 1]);
  return least;
};

const sizes = new Map();
const lines = new Map();
const contrasts = new Map();
const count = (table, key, characters) => table.set(key, (table.get(key) ?? 0) + characters);
let characters = 0;
const measure = (text) => {
  const parent = parentNodeOf(text);
  const length = text.data.replace(/\s+/g, "").length;
  if (!(parent instanceof Element) || length < 2 || SILENT.has(nameOf(parent)) || !rendered(parent)) return;
  characters += length;
  const style = styleOf(parent);
  const size = parseFloat(style.fontSize);
  if (Number.isFinite(size)) count(sizes, size, length);
  // What "normal" comes to depends on the fonts of the machine that looks.
  const written = parseFloat(style.lineHeight);
  const line = Number.isFinite(written) ? ((length > 20 ? pitchOf(text) : null) ?? written) : null;
  if (size > 0) count(lines, line === null ? null : Math.floor((line / size) * 100 + 1e-6), length);
  count(contrasts, contrastOf(parent), length);
};
const read = [document];
everything(document, (node) => {
  const shadow = shadowOf(node);
  if (shadow instanceof ShadowRoot) read.push(shadow);
});
for (const root of read) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    if (late() || characters > 300000) {
      complete = false;
      break;
    }
    measure(text);
  }
}
const most = (table) => {
  let best = null;
  let weight = 0;
  for (const [key, amount] of table) {
    if (amount > weight) {
      best = key;
      weight = amount;
    }
  }
  return best;
};
const size = most(sizes);
return told({ complete, characters, font_px: size === null ? null : Math.floor(size), line_percent: most(lines), contrast_percent: most(contrasts) });
