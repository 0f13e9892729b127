// Looks at one frame for what lies over it and for controls that may ask for consent. It changes
// nothing but the scroll position. What the words mean is decided outside; here only what is seen.
// Page globals may have been replaced: natives are taken from prototypes and must be genuine.
(arg) => {
  "use strict";
  const apply = Reflect.apply;
  const describe = Object.getOwnPropertyDescriptor;
  const source = Function.prototype.toString;
  const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;
  const genuine = (f, name) => {
    let said = "";
    try { said = apply(source, f, []); } catch (_) { said = ""; }
    if (typeof f !== "function" || !NATIVE.test(said)) throw new Error("replaced by the page: " + name);
    return f;
  };
  const getter = (proto, name) => {
    const g = genuine((describe(proto, name) || {}).get, name);
    return (o) => apply(g, o, []);
  };
  const method = (proto, name) => {
    const m = genuine((describe(proto, name) || {}).value, name);
    return (o, ...rest) => apply(m, o, rest);
  };
  genuine(apply, "apply");
  genuine(source, "toString");
  const matches = method(RegExp.prototype, "exec");
  const trim = method(String.prototype, "trim");
  const cut = method(String.prototype, "slice");
  const lower = method(String.prototype, "toLowerCase");
  const replace = method(String.prototype, "replace");
  method(RegExp.prototype, Symbol.replace);
  method(Array.prototype, "push");
  method(Array.prototype, "map");
  const has = (pattern, text) => matches(pattern, text) !== null;
  if (!has(/^a.$/, "ab") || has(/^a.$/, "cb") || replace("a  b", /\s+/g, "") !== "ab") {
    throw new Error("replaced by the page: RegExp");
  }
  const childNodes = getter(Node.prototype, "childNodes");
  const nodeList = getter(NodeList.prototype, "length");
  const parentNode = getter(Node.prototype, "parentNode");
  const nodeType = getter(Node.prototype, "nodeType");
  const data = getter(CharacterData.prototype, "data");
  const rawText = getter(Node.prototype, "textContent");
  const tagName = getter(Element.prototype, "tagName");
  const shadowRoot = getter(Element.prototype, "shadowRoot");
  const ofElement = getter(Element.prototype, "children");
  const ofShadow = getter(DocumentFragment.prototype, "children");
  const children = (o) => (nodeType(o) === 11 ? ofShadow(o) : ofElement(o));
  const insideWidth = getter(Element.prototype, "clientWidth");
  const insideHeight = getter(Element.prototype, "clientHeight");
  const attribute = method(Element.prototype, "getAttribute");
  const rectOf = method(Element.prototype, "getBoundingClientRect");
  const rectsOf = method(Element.prototype, "getClientRects");
  const fits = method(Element.prototype, "matches");
  const within = method(Element.prototype, "querySelectorAll");
  const assigned = method(HTMLSlotElement.prototype, "assignedNodes");
  const isChecked = getter(HTMLInputElement.prototype, "checked");
  const labelsOf = getter(HTMLInputElement.prototype, "labels");
  const valueOf = getter(HTMLInputElement.prototype, "value");
  const shownText = getter(HTMLElement.prototype, "innerText");
  const styleOf = ((f) => (el, pseudo) => apply(f, window, [el, pseudo]))(
    genuine(window.getComputedStyle, "getComputedStyle"));
  const property = method(CSSStyleDeclaration.prototype, "getPropertyValue");
  const scroll = method(Element.prototype, "scrollIntoView");
  const documentAt = method(Document.prototype, "elementFromPoint");
  const shadowAt = method(ShadowRoot.prototype, "elementFromPoint");
  const hit = (root, x, y) => (root === document ? documentAt : shadowAt)(root, x, y);
  const add = (list, item) => { list[list.length] = item; };

  const MOST = arg.most;
  const WIDTH = window.innerWidth, HEIGHT = window.innerHeight;
  const attr = (el, name) => attribute(el, name) || "";
  const squeeze = (text) => trim(replace(text, /\s+/g, " "));
  const plain = (text) => trim(replace(text, /[\s\u200b-\u200f\u2060\ufeff]+/g, " "));

  // Where an element stands: child numbers from the root of the document; -1 enters a shadow root.
  const stand = (el) => {
    const steps = [], names = [];
    let at = el;
    for (let n = 0; n < 400 && at && at !== document; n++) {
      const up = parentNode(at);
      if (!up) return null;
      const all = up === document ? [at] : children(up);
      let index = -1, same = 0, nth = 0;
      for (let i = 0; i < all.length && i < 20000; i++) {
        if (tagName(all[i]) === tagName(at)) same++;
        if (all[i] === at) { index = i; nth = same; }
      }
      const tag = lower(tagName(at));
      add(steps, index);
      add(names, nth > 1 || same > 1 ? tag + ":nth-of-type(" + nth + ")" : tag);
      if (nodeType(up) === 11) {
        const host = up.host;
        if (!host) return null;
        add(steps, -1);
        add(names, ">>>");
        at = host;
      } else {
        at = up;
      }
    }
    const order = [];
    let path = "";
    for (let i = steps.length - 1; i >= 0; i--) {
      add(order, steps[i]);
      const joint = names[i] === ">>>" || path === "" || cut(path, -4) === ">>> " ? "" : " > ";
      path += names[i] === ">>>" ? " >>> " : joint + names[i];
    }
    return { steps: order, path };
  };
  const resolve = (steps) => {
    let at = document;
    for (let i = 0; i < steps.length; i++) {
      if (steps[i] === -1) {
        at = shadowRoot(at);
      } else if (at === document) {
        at = document.documentElement;
      } else {
        at = children(at)[steps[i]];
      }
      if (!at) return null;
    }
    return nodeType(at) === 1 ? at : null;
  };

  const quoted = (el, pseudo) => {
    const found = matches(/^"([^"]{1,40})"$/, property(styleOf(el, pseudo), "content"));
    return found && !has(/[\ue000-\uf8ff]/, found[1]) ? found[1] : "";
  };
  const labelled = (el) => {
    const list = [];
    const take = (text) => { const t = squeeze(text || ""); if (t && list.length < 8) add(list, cut(t, 0, 120)); };
    take(attr(el, "aria-label"));
    take(attr(el, "title"));
    take(attr(el, "alt"));
    const by = attr(el, "aria-labelledby");
    if (by && !has(/\s/, by)) {
      const other = document.getElementById(by);
      if (other && other !== el) take(rawText(other));
    }
    const inner = within(el, "[aria-label],[title],img[alt],svg title");
    for (let i = 0; i < nodeList(inner) && i < 6; i++) {
      const one = inner[i];
      take(lower(tagName(one)) === "title" ? rawText(one)
        : attr(one, "aria-label") || attr(one, "title") || attr(one, "alt"));
    }
    return list;
  };

  const BOX_ROLE = /^(checkbox|switch|radio|menuitemcheckbox)$/;
  const CONTROL_ROLE = /^(button|link|menuitem|tab|option)$/;
  const OVER_ROLE = /^(dialog|alertdialog)$/;
  const FIELD = /^(text|tel|email|password|number|search|)$/;
  const exact = new RegExp(arg.exact, "i");
  const coarse = new RegExp(arg.coarse, "i");
  const topic = new RegExp(arg.topic, "i");
  const CAP = 6000;
  const end = Date.now() + arg.milliseconds;
  const found = { overs: [], controls: [], boxes: [], truncated: false, opaque: 0, nodes: 0, total: 0 };

  const boxKind = (el, tag) => {
    if (tag === "input") {
      const type = lower(attr(el, "type"));
      return type === "checkbox" || type === "radio" ? type : "";
    }
    const role = attr(el, "role");
    if (has(BOX_ROLE, role)) return role === "menuitemcheckbox" ? "checkbox" : role;
    const names = attr(el, "class");
    const odd = names.length < 200 && has(/(^|[-_ ])(checkbox|check-box|switch|toggle)([-_ ]|$)/i, names);
    return odd && nodeList(within(el, "*")) <= 3 && !nodeList(within(el, "input,[role]")) ? "styled" : "";
  };
  const ticked = (el, kind) => {
    if (lower(tagName(el)) === "input") return !!isChecked(el);
    const said = attr(el, "aria-checked");
    if (said) return said === "true" ? true : said === "false" ? false : null;
    if (kind !== "styled") return null;
    return has(/(^|[-_ ])(checked|on|active|selected|open)([-_ ]|$)/i, attr(el, "class"));
  };
  const offered = (el) => attribute(el, "disabled") === null && attr(el, "aria-disabled") !== "true";
  const OTHERS = "input,button,[role=button],[role=checkbox]:not(:scope),[role=switch]:not(:scope)";
  const boxLabel = (el) => {
    if (lower(tagName(el)) === "input") {
      const all = labelsOf(el);
      for (let i = 0; all && i < all.length && i < 3; i++) {
        const t = squeeze(shownText(all[i]) || rawText(all[i]) || "");
        if (t) return cut(t, 0, 300);
      }
    }
    const named = labelled(el);
    if (named.length) return named[0];
    let at = el;
    for (let up = 0; up < 4 && at; up++) {
      if (nodeType(at) !== 1 || (at !== el && nodeList(within(at, OTHERS)) > (tagName(el) === "INPUT" ? 1 : 0))) return "";
      const t = squeeze(shownText(at) || rawText(at) || "");
      if (t.length > 1) return t.length <= 300 ? t : "";
      at = parentNode(at);
    }
    return "";
  };
  const sized = (el, least) => {
    const r = rectOf(el);
    return r.width >= least && r.height >= least;
  };
  const boxTarget = (el) => {
    if (property(styleOf(el), "display") !== "none") {
      if (sized(el, 5) && property(styleOf(el), "visibility") === "visible") return el;
    }
    if (lower(tagName(el)) === "input") {
      const all = labelsOf(el);
      for (let i = 0; all && i < all.length && i < 3; i++) if (sized(all[i], 5)) return all[i];
    }
    const up = parentNode(el);
    return up && nodeType(up) === 1 && sized(up, 5) && property(styleOf(up), "display") !== "none" ? up : null;
  };
  const noteBox = (el, kind) => {
    if (found.boxes.length >= MOST.boxes) { found.truncated = true; return; }
    add(found.boxes, { el, kind });
  };

  const buttonLike = (cs) => {
    const ground = property(cs, "background-color");
    if (ground !== "rgba(0, 0, 0, 0)" && ground !== "transparent") return true;
    if (property(cs, "background-image") !== "none") return true;
    return property(cs, "border-top-style") !== "none" && parseFloat(property(cs, "border-top-width")) > 0;
  };

  // One pass over the composed tree; gives the words that an element shows.
  const visit = (node, over, opacity, pointer, depth) => {
    if (++found.nodes > MOST.nodes || depth > 350 || ((found.nodes & 255) === 0 && Date.now() > end)) {
      found.truncated = true;
      return "";
    }
    const tag = lower(tagName(node));
    if (has(/^(script|style|noscript|template|head|iframe|object|video|audio|canvas|select|textarea)$/, tag)) return "";
    if (tag === "br") return "\n";
    const cs = styleOf(node);
    if (property(cs, "display") === "none") {
      if (over) {
        const inner = within(node, "input[type=checkbox],input[type=radio],[role=checkbox],[role=switch]");
        for (let i = 0; i < nodeList(inner) && i <= MOST.boxes; i++) noteBox(inner[i], boxKind(inner[i], lower(tagName(inner[i]))));
        const own = boxKind(node, tag);
        if (own) noteBox(node, own);
      }
      return "";
    }
    const kind = boxKind(node, tag);
    if (kind) noteBox(node, kind);
    const clear = opacity * parseFloat(property(cs, "opacity") || "1");
    if (clear < 0.1) return "";
    const rect = rectOf(node);
    const overflow = property(cs, "overflow-x");
    if (overflow !== "visible" && (insideWidth(node) < 2 || insideHeight(node) < 2) && !has(/^(inline|contents)$/, property(cs, "display")) && tag !== "html" && tag !== "body") return "";
    const position = property(cs, "position");
    const away = rect.right <= 0 || rect.left >= WIDTH || (position === "fixed" && (rect.bottom <= 0 || rect.top >= HEIGHT));
    if (away && (position === "fixed" || position === "absolute") && rect.width > 0 && rect.height > 0) return "";
    if (property(cs, "clip-path") === "inset(100%)" || property(cs, "clip-path") === "inset(50%)") return "";
    const visible = property(cs, "visibility") === "visible";
    const role = attr(node, "role");
    let way = "";
    if (has(OVER_ROLE, role) || attr(node, "aria-modal") === "true" || (tag === "dialog" && attribute(node, "open") !== null)) {
      way = "dialog";
    } else if (position === "fixed" || position === "sticky") {
      way = "fixed";
    } else if (position === "absolute" && parseInt(property(cs, "z-index"), 10) >= 1 && rect.width * rect.height >= 4000) {
      way = "absolute";
    } else if (tag === "body") {
      way = "wall";
    }
    const c0 = found.controls.length, b0 = found.boxes.length, o0 = found.overs.length;
    let record = null;
    if (way) {
      record = { el: node, way, text: "", c0, c1: 0, b0, b1: 0, fields: 0, parent: over };
      if (found.overs.length < MOST.overs) add(found.overs, record); else found.truncated = true;
    }
    const inside = record || over;
    if (tag === "input" && has(FIELD, lower(attr(node, "type")))) {
      for (let o = inside; o; o = o.parent) o.fields++;
      return "";
    }
    const hand = property(cs, "cursor") === "pointer";
    let words = "", own = "";
    const root = shadowRoot(node);
    if (!root && inside && way !== "wall" && way && has(/-/, tag) && nodeList(childNodes(node)) === 0
        && rect.width >= 200 && rect.height >= 40) found.opaque++;
    const list = root ? childNodes(root) : tag === "slot" ? slotted(node) : childNodes(node);
    if (!(tag === "details" && attribute(node, "open") === null)) {
      for (let i = 0; i < list.length; i++) {
        const child = list[i], type = nodeType(child);
        if (type === 3) {
          if (visible && parseFloat(property(cs, "font-size")) >= 1) { const t = data(child); own += t; if (words.length < CAP) words += cut(t, 0, CAP); }
        } else if (type === 1) {
          const t = visit(child, inside, clear, hand || pointer, depth + 1);
          if (words.length < CAP) words += t;
        }
        if (found.truncated && Date.now() > end) break;
      }
    } else {
      for (let i = 0; i < list.length; i++) {
        if (nodeType(list[i]) === 1 && lower(tagName(list[i])) === "summary") words += visit(list[i], inside, clear, hand || pointer, depth + 1);
      }
    }
    const display = property(cs, "display");
    const inline = display === "inline" || display === "contents";
    if (tag === "input" && visible) words = valueOf(node) || (lower(attr(node, "type")) === "submit" ? "提交" : "");
    if (visible && !(kind && kind !== "styled")) note(node, tag, role, cs, rect, words, hand && !pointer, c0, inside, inline, b0);
    if (own && visible) for (let i = c0; i < found.controls.length; i++) {
      const one = found.controls[i];
      if (one.up === node && one.inline && plain(replace(own, /[|/·、,，.。;；\-—\s]|或|和|or|and/gi, "")).length >= 3) one.sentence = true;
    }
    widen(node, cs, rect, words, c0);
    if (record) {
      record.text = words;
      record.c1 = found.controls.length;
      record.b1 = found.boxes.length;
    } else if (!inside || inside.way === "wall") {
      if (found.controls.length > c0 && found.overs.length === o0 && words.length <= 1500 && words.length >= 8
          && has(topic, words) && found.overs.length < MOST.overs) {
        add(found.overs, { el: node, way: "inline", text: words, c0, c1: found.controls.length, b0, b1: found.boxes.length, fields: nodeList(within(node, "input[type=password],input[type=text],input[type=tel],input[type=email],input:not([type])")), parent: over });
      }
    }
    return inline ? words : "\n" + words + "\n";
  };
  const slotted = (slot) => {
    const list = assigned(slot, { flatten: true });
    return list.length ? list : childNodes(slot);
  };
  const note = (el, tag, role, cs, rect, raw, hand, c0, over, inline, b0) => {
    const control = tag === "button" || tag === "summary" || (tag === "a") || (tag === "input")
      || has(CONTROL_ROLE, role) || attribute(el, "onclick") !== null;
    if (rect.width < 4 || rect.height < 4 || found.controls.length > c0) return;
    const label = tag === "label" || found.boxes.length > b0;
    if (raw.length > 400 || (label && !control)) return;
    const text = plain(quoted(el, "::before") + raw + quoted(el, "::after"));
    const loose = !control && text.length <= 40 && (hand || (text.length <= 20 && has(exact, text)));
    if (!control && !loose) return;
    if (!control && inline && !hand && !has(exact, text)) return;
    if (tag === "input" && !has(/^(button|submit|reset|image)$/, lower(attr(el, "type")))) return;
    const labels = !text || text.length <= 40 ? labelled(el) : [];
    if (!text && !labels.length && !hand && !control) return;
    let joined = text;
    for (let i = 0; i < labels.length; i++) joined += " " + labels[i];
    if ((!over || over.way === "wall") && !has(coarse, joined)) return;
    if (found.controls.length >= MOST.controls) { found.truncated = true; return; }
    add(found.controls, { el, face: el, cs, rect, up: parentNode(el), text: cut(text, 0, 200), labels, tag, inline, sentence: false, loose, above: !!over && over.way !== "wall" });
  };
  // A label inside its button is no smaller than the button: the face is what the person sees.
  const widen = (el, cs, rect, raw, c0) => {
    if (found.controls.length !== c0 + 1) return;
    const one = found.controls[c0];
    if (one.el === el || one.face === el || !one.text || plain(raw) !== one.text) return;
    if (buttonLike(cs) && !buttonLike(styleOf(one.face)) && rect.height <= 160) { one.face = el; one.rect = rect; }
  };

  const up = (el) => {
    const p = parentNode(el);
    return p && nodeType(p) === 11 ? p.host : p;
  };
  const look = (one) => {
    const cs = styleOf(one.el), face = styleOf(one.face), grounds = [];
    let picture = false, at = one.el;
    for (let n = 0; n < 30 && at && nodeType(at) === 1; n++) {
      const s = styleOf(at), ground = property(s, "background-color");
      if (property(s, "background-image") !== "none") { picture = true; break; }
      add(grounds, ground);
      if (has(/^rgb\(/, ground)) break;
      at = up(at);
    }
    const r = rectOf(one.face);
    return {
      left: r.left, top: r.top, width: r.width, height: r.height,
      font: parseFloat(property(cs, "font-size")) || 0, colour: property(cs, "color"),
      opacity: parseFloat(property(cs, "opacity")) || 0,
      grounds, picture, button: buttonLike(face) || (one.tag === "input"),
      shown: r.top >= 0 && r.left >= 0 && r.bottom <= HEIGHT + 1 && r.right <= WIDTH + 1,
    };
  };
  const tellControl = (one) => {
    const where = stand(one.el);
    if (!where) return null;
    return {
      steps: where.steps, path: cut(where.path, 0, 600), text: one.text, labels: one.labels, tag: one.tag, sentence: one.sentence, above: one.above,
      href: one.tag === "a" ? cut(attr(one.el, "href"), 0, 300) : "",
      offered: offered(one.el) && property(one.cs, "pointer-events") !== "none", look: look(one),
    };
  };
  const tellBox = (box) => {
    const where = stand(box.el), target = boxTarget(box.el);
    const there = target ? stand(target) : null;
    if (!where) return null;
    return {
      steps: where.steps, path: cut(where.path, 0, 600), target: there ? there.steps : null, label: boxLabel(box.el),
      kind: box.kind, ticked: ticked(box.el, box.kind), offered: offered(box.el),
      required: attribute(box.el, "required") !== null || attr(box.el, "aria-required") === "true",
      group: cut(attr(box.el, "name"), 0, 80),
    };
  };
  const survey = () => {
    visit(document.documentElement, null, 1, false, 0);
    const overs = [], controls = [], boxes = [];
    const bounded = (o) => o.way === "dialog" || o.way === "fixed" || o.text.length <= 3000;
    for (let i = 0; i < found.overs.length; i++) {
      const o = found.overs[i];
      // Controls may stand in a part of their own, beside the one that explains them.
      const bare = o.way !== "wall" && o.way !== "inline" && o.text.length <= 80 && has(coarse, o.text);
      if (!bounded(o) || !(has(topic, o.text) || bare) || trim(o.text).length < 2) continue;
      const mine = [], own = [];
      let left = 0;
      for (let j = o.c0; j < o.c1; j++) {
        if (mine.length >= 150) { left++; continue; }
        const one = found.controls[j];
        if (one.told === undefined) {
          const told = tellControl(one);
          one.told = told ? controls.length : -1;
          if (told) add(controls, told);
        }
        if (one.told >= 0) add(mine, one.told);
      }
      for (let j = o.b0; j < o.b1; j++) {
        const box = found.boxes[j];
        if (box.told === undefined) {
          const told = tellBox(box);
          box.told = told ? boxes.length : -1;
          if (told) add(boxes, told);
        }
        if (box.told >= 0) add(own, box.told);
      }
      const where = stand(o.el), r = rectOf(o.el);
      if (!where) continue;
      add(overs, {
        steps: where.steps, path: cut(where.path, 0, 600), way: o.way, text: cut(trim(replace(o.text, /[ \t\r\f]*\n\s*/g, "\n")), 0, 5000),
        fields: o.fields, controls: mine, boxes: own, left,
        rect: [r.left, r.top, r.width, r.height],
        modal: lower(tagName(o.el)) === "dialog" && fits(o.el, ":modal"),
      });
    }
    return {
      alive: arg.token, width: WIDTH, height: HEIGHT, nodes: found.nodes, truncated: found.truncated,
      opaque: found.opaque, overs, controls, boxes,
    };
  };

  const deep = (x, y) => {
    let at = hit(document, x, y);
    for (let n = 0; n < 30 && at; n++) {
      const root = shadowRoot(at);
      const next = root ? hit(root, x, y) : null;
      if (!next || next === at) break;
      at = next;
    }
    return at;
  };
  const holds = (outer, inner) => {
    for (let n = 0, at = inner; n < 400 && at; n++, at = up(at)) if (at === outer) return true;
    return false;
  };
  // What a person would say is under the pointer: the smallest control there, up to the one meant.
  const under = (el, meant) => {
    for (let n = 0, at = el; n < 30 && at && at !== meant && nodeType(at) === 1; n++, at = up(at)) {
      const tag = lower(tagName(at)), role = attr(at, "role");
      if (tag === "button" || tag === "a" || tag === "input" || has(CONTROL_ROLE, role)
          || has(BOX_ROLE, role) || attribute(at, "onclick") !== null) return at;
    }
    return meant;
  };
  const wordsOf = (el) => {
    const before = found.controls.length;
    found.nodes = 0;
    const text = lower(tagName(el)) === "input" ? valueOf(el) : visit(el, null, 1, false, 0);
    found.controls.length = before;
    return cut(plain(quoted(el, "::before") + text + quoted(el, "::after")), 0, 300);
  };
  const spoken = (el, meant) => {
    const best = holds(meant, el) ? under(el, meant) : meant;
    return { text: wordsOf(best), labels: labelled(best) };
  };
  const state = (el) => {
    const kind = boxKind(el, lower(tagName(el)));
    return kind ? ticked(el, kind) : null;
  };
  const boxState = () => {
    const box = arg.box ? resolve(arg.box) : null;
    return box ? state(box) : null;
  };
  const locate = () => {
    const el = resolve(arg.steps);
    if (!el) return { alive: arg.token, there: false };
    let r = rectOf(el);
    if (arg.scroll && (r.top < 0 || r.left < 0 || r.bottom > HEIGHT || r.right > WIDTH)) {
      scroll(el, { block: "center", inline: "center", behavior: "instant" });
    }
    const parts = rectsOf(el);
    r = parts.length ? parts[0] : rectOf(el);
    const spots = [[0.5, 0.5], [0.25, 0.5], [0.75, 0.5], [0.5, 0.25], [0.5, 0.75]];
    for (let i = 0; i < spots.length; i++) {
      const x = r.left + r.width * spots[i][0], y = r.top + r.height * spots[i][1];
      if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT) continue;
      const top = deep(x, y);
      if (!top || !(holds(el, top) || (holds(top, el) && plain(shownText(top) || "") === plain(shownText(el) || "")))) continue;
      return { alive: arg.token, there: true, open: true, x, y, ticked: boxState(), ...spoken(top, el) };
    }
    return { alive: arg.token, there: true, open: false };
  };
  // Checked between moving, pressing and letting go: where the pointer is, and on what.
  const check = () => {
    const el = resolve(arg.steps), top = deep(arg.x, arg.y);
    if (!el || !top) return { alive: arg.token, there: false };
    const over = fits(el, ":hover") || fits(top, ":hover");
    return { alive: arg.token, there: true, open: holds(el, top) || holds(top, el), over, ticked: boxState(), ...spoken(top, el) };
  };
  const onFrame = () => {
    const top = deep(arg.x, arg.y);
    if (!top || !has(/^i?frame$/i, tagName(top))) return { alive: arg.token, there: false };
    const r = rectOf(top), cs = styleOf(top);
    const of = (name) => parseFloat(property(cs, name)) || 0;
    return { alive: arg.token, there: true, x: r.left + of("border-left-width") + of("padding-left"), y: r.top + of("border-top-width") + of("padding-top") };
  };
  // The share of a grid of points at which the page itself could still be clicked.
  const cover = () => {
    const given = arg.steps ? resolve(arg.steps) : null;
    let free = 0, all = 0, outer = given;
    const own = given ? rawText(given).length : 0;
    for (let at = given; at && at !== document.body && nodeType(at) === 1; at = up(at)) {
      const fixed = property(styleOf(at), "position");
      if ((fixed === "fixed" || fixed === "absolute") && rawText(at).length <= own * 2 + 200) outer = at;
    }
    for (let i = 1; i <= 9; i++) for (let j = 1; j <= 9; j++) {
      all++;
      const top = deep((WIDTH * i) / 10, (HEIGHT * j) / 10);
      if (!top) { free++; continue; }
      if (outer && holds(outer, top)) continue;
      if (!given && has(/^i?frame$/i, tagName(top))) continue;
      const r = rectOf(top), fixed = property(styleOf(top), "position");
      const sheet = (fixed === "fixed" || fixed === "absolute") && r.width >= WIDTH * 0.9 && r.height >= HEIGHT * 0.9
        && trim(given || !nodeList(within(top, "iframe")) ? rawText(top) : "").length < 3;
      if (!sheet) free++;
    }
    return { alive: arg.token, there: true, free: free / all };
  };

  // Whether a click of the real mouse arrives; the listener goes when it is asked, and leaves nothing.
  const arm = () => {
    const el = resolve(arg.steps);
    const told = { clicked: false, stop: () => told.clicked };
    let listen, forget, way;
    try {
      listen = method(EventTarget.prototype, "addEventListener");
      forget = method(EventTarget.prototype, "removeEventListener");
      way = method(Event.prototype, "composedPath");
    } catch (_) {
      return null;
    }
    const heard = (event) => {
      if (event.isTrusted && el && holds(el, way(event)[0])) told.clicked = true;
    };
    listen(window, "click", heard, true);
    told.stop = () => { forget(window, "click", heard, true); return told.clicked; };
    return told;
  };

  if (arg.what === "arm") return arm();
  if (arg.what === "survey") return survey();
  if (arg.what === "locate") return locate();
  if (arg.what === "check") return check();
  if (arg.what === "state") return { alive: arg.token, there: true, ticked: boxState() };
  if (arg.what === "frame") return onFrame();
  return cover();
}
