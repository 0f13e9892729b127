// Every control of a frame that a person can press, with its words and the address it leads to.
// Those that show a picture only are counted: what they do nobody can read.
const found = [];
const taken = new Set();
let mute = 0;
const pointed = (node) => {
  try {
    return getComputedStyle(node).cursor === "pointer";
  } catch {
    return false;
  }
};
const pressable = (node, name) => {
  const kind = (attribute(node, "type") ?? "").toLowerCase();
  if (name === "a" || name === "area") return has(node, "href") || has(node, "onclick");
  if (name === "button" || name === "summary") return true;
  if (name === "input") return /^(button|submit|image|file)$/.test(kind);
  return has(node, "onclick") || /^(button|link|tab|menuitem)$/.test(attribute(node, "role") ?? "");
};
const within = (node) => {
  for (let at = parentOf(node), depth = 0; at && depth < 8; at = parentOf(at), depth += 1) {
    if (taken.has(at)) return true;
  }
  return false;
};
const labelled = (node, name) => {
  let words = name === "input" ? cut(attribute(node, "value"), 120) : cut(wordsOf(node, 200), 120);
  if (!words) words = cut(attribute(node, "aria-label") ?? attribute(node, "title") ?? attribute(node, "alt"), 120);
  if (!words) {
    const picture = Element.prototype.querySelector.call(node, "img[alt], [aria-label]");
    if (picture) words = cut(attribute(picture, "alt") ?? attribute(picture, "aria-label"), 120);
  }
  return words.replace(/\s+/g, " ");
};
everything(document, (node) => {
  const name = nameOf(node);
  if (SILENT.has(name) || name === "html" || name === "body" || name === "label") return;
  const pressed = pressable(node, name);
  if (!pressed && (firstOf(node) || !pointed(node) || within(node))) return;
  if (!seen(node)) return;
  taken.add(node);
  const words = labelled(node, name);
  if (!words && !(name === "input" && attribute(node, "type") === "file")) mute += 1;
  if (found.length >= limits.controls) complete = false;
  else if (words) found.push({ text: words, href: cut(attribute(node, "href"), 500), path: pathOf(node) });
});
return told({ complete, mute, controls: found });
