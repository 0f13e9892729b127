// Shared by our page scripts: walking a document with its open shadow roots, within bounds.
// A form's inputs can hide its properties (name="action"), so the prototypes are asked instead.
const getter = (kind, name) => {
  const found = Object.getOwnPropertyDescriptor(kind.prototype, name);
  return (node) => {
    try {
      return found.get.call(node);
    } catch {
      return null;
    }
  };
};
const parentNodeOf = getter(Node, "parentNode");
const previousOf = getter(Node, "previousSibling");
const nextOf = getter(Node, "nextSibling");
const firstNodeOf = getter(Node, "firstChild");
const firstOf = getter(Element, "firstElementChild");
const nextElementOf = getter(Element, "nextElementSibling");
const shadowOf = getter(Element, "shadowRoot");
const contentOf = getter(Node, "textContent");
const renderedOf = getter(HTMLElement, "innerText");
const nameOf = getter(Element, "localName");
const attribute = (node, name) => {
  try {
    return Element.prototype.getAttribute.call(node, name);
  } catch {
    return null;
  }
};
const has = (node, name) => attribute(node, name) !== null;
const cut = (words, most) => `${words ?? ""}`.replace(/[ \t\u00a0\u3000]+/g, " ").trim().slice(0, most);
const rectOf = (node) => {
  try {
    return Element.prototype.getBoundingClientRect.call(node);
  } catch {
    return { left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 };
  }
};
const parentOf = (node) => {
  const parent = parentNodeOf(node);
  return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
};
const deadline = Date.now() + limits.milliseconds;
const late = () => Date.now() > deadline;
let complete = true;

const rendered = (node) => {
  try {
    return Element.prototype.checkVisibility.call(node, {
      checkOpacity: true,
      checkVisibilityCSS: true,
    });
  } catch {
    return false;
  }
};
const seen = (node) => {
  if (!rendered(node)) return false;
  const rect = rectOf(node);
  if (rect.width * rect.height < 4) {
    // An inline element around a picture or block can measure nothing itself.
    const inner = firstOf(node);
    if (!inner || !rendered(inner)) return false;
    const box = rectOf(inner);
    return box.width * box.height >= 4 && box.right + scrollX > 0 && box.bottom + scrollY > 0;
  }
  return rect.right + scrollX > 0 && rect.bottom + scrollY > 0;
};

const roots = new Set();
const everything = (root, visit) => {
  const work = [root];
  let visited = 0;
  while (work.length) {
    const top = work.pop();
    if (roots.has(top)) continue;
    roots.add(top);
    const walker = document.createTreeWalker(top, NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      visited += 1;
      if (visited > limits.nodes || (visited % 256 === 0 && late())) {
        complete = false;
        return;
      }
      const shadow = shadowOf(node);
      if (shadow instanceof ShadowRoot) work.push(shadow);
      visit(node);
    }
  }
};

const places = new Map();
const placeOf = (node) => {
  // One pass over the siblings numbers them all, so that long lists stay cheap.
  if (!places.has(node)) {
    const parent = parentNodeOf(node);
    const counts = new Map();
    let child = parent ? (parent instanceof Element ? firstOf(parent) : parent.firstElementChild) : node;
    for (; child; child = nextElementOf(child)) {
      const name = nameOf(child);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      places.set(child, count);
    }
  }
  return places.get(node) ?? 1;
};
const pathOf = (node) => {
  const parts = [];
  let part = [];
  for (let at = node, depth = 0; at instanceof Element; depth += 1) {
    if (depth > 200) return "";
    const name = CSS.escape(nameOf(at) ?? "*");
    part.unshift(name === "html" || name === "body" ? name : `${name}:nth-of-type(${placeOf(at)})`);
    const parent = parentNodeOf(at);
    if (parent instanceof ShadowRoot) {
      parts.unshift(part.join(" > "));
      part = [];
      at = parent.host;
    } else {
      at = parent;
    }
  }
  parts.unshift(part.join(" > "));
  return parts.join(" >>> ").slice(0, 2000);
};

const SILENT = new Set(["script", "style", "noscript", "template", "option", "textarea", "select", "head", "title"]);
const LINE = new Set([
  "p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "section", "form", "ul", "ol", "dl", "dt",
  "dd", "table", "fieldset", "legend", "header", "footer", "article", "aside", "main", "nav",
]);
// The words a person can read in a part of the page, its shadow roots included.
const wordsOf = (top, most, skip) => {
  let words = "";
  let steps = 0;
  const read = (node, depth) => {
    for (let child = firstNodeOf(node); child; child = nextOf(child)) {
      steps += 1;
      if (words.length > most || steps > 3000 || depth > 100) return;
      if (child.nodeType === 3) words += child.data.replace(/\s+/g, " ");
      else if (child instanceof Element && !(skip && skip(child))) enter(child, depth);
    }
  };
  const enter = (node, depth) => {
    const name = nameOf(node);
    if (SILENT.has(name) || !rendered(node)) {
      if (name === "br") words += "\n";
      return;
    }
    if (LINE.has(name)) words += "\n";
    const shadow = shadowOf(node);
    if (shadow instanceof ShadowRoot) read(shadow, depth + 1);
    read(node, depth + 1);
    if (LINE.has(name)) words += "\n";
    else if (name === "td" || name === "th" || name === "button") words += " ";
  };
  if (!SILENT.has(nameOf(top)) && rendered(top)) {
    const shadow = shadowOf(top);
    if (shadow instanceof ShadowRoot) read(shadow, 0);
    read(top, 0);
  }
  return words.replace(/ *\n\s*/g, "\n").trim().slice(0, most);
};

// Answers are written here, since pages have replaced JSON.stringify and toJSON before now.
const quoted = (words) =>
  `"${words.toWellFormed().replace(/[\\"\u0000-\u001f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
const told = (value) => {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return value - value === 0 ? `${value}` : "null";
  if (value === null || value === undefined) return "null";
  let words = "";
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) words += `${at ? "," : ""}${told(value[at])}`;
    return `[${words}]`;
  }
  for (const name of Object.keys(value)) words += `${words ? "," : ""}${quoted(name)}:${told(value[name])}`;
  return `{${words}}`;
};
