// What a frame asks of people: fields that can be seen, boxes, and the words around them.
const SUBMIT =
  /^[\s>»→]*(?:立即|马上|快速|一键|免费|确认|点击|我要|现在|手机号?|账号|同意并|并)?\s*(?:登\s*[录陆入]|注\s*册|提\s*交|发\s*送|确\s*[定认]|下一步|报\s*名|预\s*约|申\s*请|申\s*报|打\s*卡|签\s*到|登\s*记|订\s*阅|搜\s*索|查\s*询|保\s*存|购\s*买|下\s*单|支\s*付|结\s*算|留\s*言|咨\s*询|获取方案|获取报价|联系我|加\s*入|投\s*递|sign|log|submit|register|send|continue|next|join|create|subscribe|search|book|apply|check|save|pay|order|go\b|get)/i;
const NOT_SUBMIT = /验证码|校验码|短信码|动态码|code|忘记|找回|forgot/i;
const VIEW = Math.max(window.innerHeight || 768, 400);

const TYPES = new Set(["button", "submit", "reset", "image", "hidden", "range", "color"]);
const KNOWN = new Set(["text", "password", "email", "tel", "number", "search", "url", "file", "checkbox", "radio", "date", "month", "week", "time", "datetime-local"]);
// Kits have boxes of their own (uni-checkbox), which may or may not hold an input.
const DRAWN = /^[a-z]+-(checkbox|switch)(-core)?$/;
const drawn = (node) => {
  const inputs = "input, [role=checkbox], [role=switch]";
  if (attribute(node, "role") || Element.prototype.querySelector.call(node, inputs)) return false;
  const shadow = shadowOf(node);
  return !(shadow instanceof ShadowRoot && shadow.querySelector(inputs));
};
const fieldKind = (node) => {
  const name = nameOf(node);
  if (DRAWN.test(name) && drawn(node)) return "checkbox";
  if (name === "textarea" || name === "select") return name;
  if (name === "input") {
    // Browsers take a type that they do not know for text.
    const type = (attribute(node, "type") ?? "text").trim().toLowerCase();
    return TYPES.has(type) ? "" : KNOWN.has(type) ? type : "text";
  }
  const role = attribute(node, "role");
  if (role === "checkbox" || role === "switch" || role === "radio") return role === "switch" ? "checkbox" : role;
  if (role === "textbox" || role === "searchbox") return "editable";
  const editable = attribute(node, "contenteditable");
  return editable !== null && editable !== "false" ? "editable" : "";
};
const labelsOf = getter(HTMLInputElement, "labels");
const formOf = getter(HTMLInputElement, "form");
const isField = (node) => fieldKind(node) !== "";
const bare = (node, most) => wordsOf(node, most, (child) => isField(child) || nameOf(child) === "button");
const presses = (node) => /^(a|button)$/.test(nameOf(node) ?? "") || /btn|button/i.test(attribute(node, "class") ?? "") || attribute(node, "role") === "button";
const still = (node, most) => wordsOf(node, most, (child) => isField(child) || presses(child));

// Inputs that are drawn by other elements count by what a person sees of them.
const shownAs = (node, kind) => {
  if (seen(node)) return true;
  if (kind !== "checkbox" && kind !== "radio" && kind !== "file") return false;
  for (const label of labelsOf(node) ?? []) if (seen(label)) return true;
  const holder = parentOf(node);
  if (!holder || !seen(holder)) return false;
  if (kind === "file") return true;
  const beside = node.nextElementSibling ?? node.previousElementSibling;
  return Boolean(beside) && seen(beside) && !isField(beside);
};

const controls = [];
const hidden = [];
const submits = [];
const telling = [];
const headings = [];
const customs = [];
const sayings = [];
const doors = [];
const SAYS = /即|视为|視為|视作|代表|表示|意味|默认|\bby (sign|logg|click|tapp|continu|regist|creat|us|proceed)/i;
const DOOR = /^.{0,6}(登\s*[录陆入]|注\s*册|扫码|sign ?(in|up)|log ?in|register|create.{0,4}account).{0,6}$/i;
const AGREE = /(同意|接受|知悉|知晓|agree|accept|consent)/i;
const PAPER = /(协议|协定|政策|条款|條款|声明|指引|規則|规则|须知|授权|隐私|隱私|terms|policy|policies|privacy|conditions|agreement)/i;
everything(document, (node) => {
  const kind = fieldKind(node);
  if (kind) {
    if (controls.length >= limits.fields) {
      complete = false;
    } else if (shownAs(node, kind)) {
      controls.push({ node, kind });
    } else if (kind !== "checkbox" && kind !== "radio" && kind !== "search" && hidden.length < 200) {
      hidden.push({ node, kind });
    }
    return;
  }
  const name = nameOf(node);
  if (name === "button" || name === "input" || name === "a" || /-button$/.test(name) || attribute(node, "role") === "button" || /btn|button|submit/i.test(attribute(node, "class") ?? "")) {
    const words = (name === "input" ? attribute(node, "value") : contentOf(node)) ?? "";
    const type = attribute(node, "type");
    const sends = type === "submit" || type === "image" || (name === "button" && type === null);
    const short = words.trim().length <= 24;
    if (submits.length < 200 && short && !NOT_SUBMIT.test(words) && ((sends && name !== "a") || SUBMIT.test(words.trim()))) {
      if (seen(node)) submits.push({ node, words: cut(words, 24).replace(/\s+/g, ""), named: SUBMIT.test(words.trim()) });
    }
  }
  if (name === "a" && telling.length < 200) {
    const words = contentOf(node) ?? "";
    if (words.length < 200 && (PAPER.test(words) || /privacy|yinsi|policy/i.test(attribute(node, "href") ?? ""))) telling.push(node);
  } else if (/^h[1-4]$|^legend$/.test(name ?? "") && headings.length < 100) {
    headings.push(node);
  }
  if (customs.length < 40 && name !== "a" && name !== "body" && name !== "html" && !SILENT.has(name)) {
    const words = contentOf(node) ?? "";
    if (words.length < 160 && AGREE.test(words) && PAPER.test(words)) {
      customs.push(node);
      if (SAYS.test(words)) sayings.push(node);
    }
  }
  if (doors.length < 60 && !firstOf(node)) {
    const words = ((name === "input" ? attribute(node, "value") : contentOf(node)) ?? "").trim();
    if (words.length < 24 && DOOR.test(words)) doors.push(node);
  }
});

// How many fields stand below each element, so that the words beside one are not another's.
const below = new Map();
const groupNames = new Map();
for (const { node, kind } of controls) {
  const radio = kind === "radio" ? `radio ${attribute(node, "name")}` : null;
  for (let at = parentOf(node), depth = 0; at && depth < 12; at = parentOf(at), depth += 1) {
    if (radio) {
      if (!groupNames.has(at)) groupNames.set(at, new Set());
      if (groupNames.get(at).has(radio)) continue;
      groupNames.get(at).add(radio);
    }
    below.set(at, (below.get(at) ?? 0) + 1);
  }
}
const starred = (node) => {
  try {
    return /[*＊]/.test(getComputedStyle(node, "::before").content + getComputedStyle(node, "::after").content);
  } catch {
    return false;
  }
};
// Words that can be pressed do something of their own: they name no field.
const besideOf = (node) => {
  for (let at = previousOf(node), steps = 0; at && steps < 4; at = previousOf(at), steps += 1) {
    if (at.nodeType === 3) {
      const words = cut(at.data, 80);
      if (words) return words;
    } else if (at instanceof Element) {
      if (isField(at) || below.get(at) || /^h[1-6]$|^legend$/.test(nameOf(at) ?? "")) return "";
      const words = /^(a|button)$/.test(nameOf(at) ?? "") ? "" : still(at, 80);
      if (words) return words;
    }
  }
  return "";
};
const breaks = (node, words) => {
  if (isField(node) || below.get(node) || nameOf(node) === "button") return true;
  return words.trim() !== "" && LINE.has(nameOf(node));
};
const afterOf = (node) => {
  for (let at = nextOf(node), steps = 0, words = ""; steps < 8; at = nextOf(at), steps += 1) {
    if (!at || (at instanceof Element && breaks(at, words))) return words.trim();
    words += at.nodeType === 3 ? at.data : at instanceof Element ? wordsOf(at, 300) : "";
    if (words.length > 300 || steps === 7) return words.slice(0, 300).trim();
  }
  return "";
};
const namedBy = (node, name) => {
  const ids = attribute(node, name);
  if (!ids) return "";
  const root = Node.prototype.getRootNode.call(node);
  let words = "";
  for (const id of ids.split(/\s+/).slice(0, 8)) {
    const named = id && root.querySelector(`#${CSS.escape(id)}`);
    if (named) words += ` ${contentOf(named)}`;
  }
  return cut(words, 300);
};
const describe = (node, kind) => {
  let label = namedBy(node, "aria-labelledby");
  let star = false;
  if (!label) {
    for (const made of labelsOf(node) ?? []) {
      star ||= starred(made);
      label ||= bare(made, 300);
    }
  }
  label ||= cut(attribute(node, "aria-label"), 300);
  let around = namedBy(node, "aria-describedby");
  const tick = kind === "checkbox" || kind === "radio";
  // An element that only plays a box has its own words; an input has those after it.
  if (!label && tick) {
    const own = nameOf(node) === "input" ? "" : wordsOf(node, 300);
    label = own.trim().length > 1 ? own : afterOf(node);
  }
  if (!label) label = besideOf(node);
  let far = "";
  for (let at = parentOf(node), depth = 0; at && depth < 5; at = parentOf(at), depth += 1) {
    if ((below.get(at) ?? 0) > 1 || nameOf(at) === "body" || nameOf(at) === "form") break;
    if (rectOf(at).height > 400) break;
    const words = tick ? bare(at, 300) : still(at, 300);
    const first = firstOf(at);
    star ||= /(^|[-_ ])(is-)?required\b|must/i.test(attribute(at, "class") ?? "") || (first instanceof Element && starred(first));
    if (words) far = words;
    if (nameOf(at) === "td" || nameOf(at) === "dd") {
      const head = at.previousElementSibling;
      if (head && !below.get(head)) far = `${bare(head, 80)}\n${far}`.trim();
      if (head) star ||= starred(head);
    }
    if (!label && far) label = tick ? far : far.split("\n")[0];
    if (!label && depth < 3 && !has(node, "placeholder")) label = besideOf(at);
  }
  return { label: cut(label, 300).replace(/\s+/g, " "), around: cut(`${around}\n${far}`, 600), star };
};
const optionsOf = (node) => {
  const words = [];
  if (nameOf(node) !== "select") return words;
  const options = Element.prototype.querySelectorAll.call(node, "option");
  for (let at = 0; at < options.length && words.length < 130; at += 1) words.push(cut(contentOf(options[at]), 16));
  return words;
};
const tickedOf = (node) => {
  if (nameOf(node) === "input") return getter(HTMLInputElement, "checked")(node);
  const state = attribute(node, "aria-checked");
  if (state === "true" || state === "false") return state === "true";
  if (!DRAWN.test(nameOf(node))) return null;
  const inner = Element.prototype.querySelector.call(node, "[class$=-checked], [class*='-checked ']");
  return inner || (has(node, "checked") && attribute(node, "checked") !== "false") ? true : null;
};

// Fields that are sent together: a form, or what lies around a control that sends.
const above = new Map();
for (const submit of submits) {
  for (let at = parentOf(submit.node), depth = 0; at && depth < 60; at = parentOf(at), depth += 1) {
    if (!above.has(at)) above.set(at, []);
    if (above.get(at).length < 12) above.get(at).push(submit);
  }
}
const wholePage = (form) => {
  const rect = rectOf(form);
  const page = rectOf(document.documentElement);
  const all = (above.get(form) ?? []).filter((submit) => submit.named);
  return all.length > 1 && rect.height > VIEW && rect.height * rect.width > 0.7 * page.height * page.width;
};
const whole = new Map();
const holderOf = (node) => {
  let form = nameOf(node) === "input" ? formOf(node) : null;
  let around = null;
  for (let at = parentOf(node), depth = 0; at && depth < 60; at = parentOf(at), depth += 1) {
    if (!form && nameOf(at) === "form") form = at;
    if (!around && above.has(at)) around = at;
    if (!around && depth === 14) around = at;
  }
  if (form instanceof Element) {
    if (!whole.has(form)) whole.set(form, wholePage(form));
    if (!whole.get(form)) return { holder: form, form };
  }
  return { holder: around ?? parentOf(node) ?? node, form: form instanceof Element ? form : null };
};

const groups = new Map();
const grouped = new Set();
for (const control of controls) {
  if (late()) {
    complete = false;
    break;
  }
  const { holder, form } = holderOf(control.node);
  if (!groups.has(holder)) {
    if (groups.size >= limits.forms) {
      complete = false;
      continue;
    }
    groups.set(holder, { holder, form, fields: [], boxes: [] });
  }
  const group = groups.get(holder);
  const { node, kind } = control;
  const key = kind === "radio" && attribute(node, "name") ? `${attribute(node, "name")}` : "";
  if (key) {
    const twin = group.fields.find((field) => field.control === "radio" && field.name === key);
    if (twin) {
      if (twin.options.length < 12) twin.options.push(cut(describe(node, kind).label, 16));
      continue;
    }
  }
  const { label, around, star } = describe(node, kind);
  const required = has(node, "required") || attribute(node, "aria-required") === "true";
  if (kind === "checkbox") {
    let words = label || cut(around, 300);
    // 我已阅读并同意 often stands in the label alone, and what is agreed to in links behind it.
    if (AGREE.test(words) && !PAPER.test(words)) words = cut(`${words}${afterOf((labelsOf(node) ?? [])[0] || node)}`, 300);
    group.boxes.push({ label: words, checked: tickedOf(node), required, custom: false, path: pathOf(node) });
    grouped.add(node);
    continue;
  }
  const options = kind === "radio" ? [label.slice(0, 16)] : optionsOf(node);
  group.fields.push({
    control: kind,
    name: cut(attribute(node, "name") ?? "", 80),
    id: cut(attribute(node, "id") ?? "", 80),
    model: cut(attribute(node, "v-model") ?? attribute(node, "ng-model") ?? attribute(node, "formcontrolname") ?? "", 80),
    autocomplete: cut(attribute(node, "autocomplete") ?? "", 80),
    placeholder: cut(attribute(node, "placeholder") ?? attribute(node, "aria-placeholder") ?? attribute(node, "title") ?? "", 120),
    label: kind === "radio" ? cut(besideOf(node) || around.split("\n")[0], 80) : label,
    around,
    accept: cut(attribute(node, "accept") ?? "", 120),
    capture: has(node, "capture") ? attribute(node, "capture") || "yes" : "",
    most: Math.max(-1, Math.min(1e6, Number(attribute(node, "maxlength") ?? -1) || -1)),
    locked: has(node, "readonly") || has(node, "disabled"),
    required,
    star,
    options,
    path: pathOf(node),
  });
}

// Boxes that are drawn without any role: a small wordless element left of words that agree.
const TICK = /check|tick|agree|select|radio|circle|round|box|xuan|gou/i;
const addCustom = (node) => {
  const first = Element.prototype.querySelectorAll.call(node, "*");
  for (let at = 0; at < first.length && at < 16; at += 1) {
    const mark = first[at];
    if (isField(mark)) return;
    const rect = rectOf(mark);
    const signs = `${attribute(mark, "class") ?? ""} ${attribute(mark, "id") ?? ""} ${attribute(mark, "src") ?? ""}`;
    const wordless = (contentOf(mark) ?? "").trim().length <= 1;
    if (!wordless || rect.width < 6 || rect.width > 48 || rect.height < 6 || rect.height > 48) continue;
    if (!TICK.test(signs) || !seen(mark)) continue;
    const above = `${signs} ${attribute(node, "class") ?? ""}`;
    const ticked = /(^|[^a-z])(is[-_]?)?(checked|ticked|selected)\b/i.test(above) && !/un[-_]?(checked|ticked|selected)/i.test(above);
    const { holder } = holderOf(mark);
    const group = groups.get(holder) ?? [...groups.values()].find(({ holder: other }) => Node.prototype.contains.call(other, node) || Node.prototype.contains.call(holder, other));
    const box = { label: cut(wordsOf(node, 300), 300).replace(/\s+/g, " "), checked: ticked ? true : null, required: false, custom: true, path: pathOf(mark) };
    if (group) group.boxes.push(box);
    else loose.push(box);
    return;
  }
};
const loose = [];
const agreeing = (box) => AGREE.test(box.label) && PAPER.test(box.label);
if (![...groups.values()].some((group) => group.boxes.some(agreeing))) {
  for (const node of customs.reverse()) {
    if (loose.length || [...groups.values()].some((group) => group.boxes.some((box) => box.custom))) break;
    if (seen(node) && !below.get(node)) addCustom(node);
  }
}

// Something small and wordless left of words that agree may be a box that a script draws.
const small = (width, height) => width >= 6 && width <= 48 && height >= 6 && height <= 48 && width <= 2 * height && height <= 2 * width;
const mayTick = (mark, words) => {
  if (isField(mark) || (contentOf(mark) ?? "").trim().length > 1) return false;
  const rect = rectOf(mark);
  const middle = (rect.top + rect.bottom) / 2;
  if (!small(rect.width, rect.height) || middle < words.top - 12 || middle > words.bottom + 12) return false;
  return rect.left <= words.left + 60 && words.left - rect.right < 60 && seen(mark);
};
const painted = (node) => {
  try {
    const style = getComputedStyle(node, "::before");
    return !/^(none|normal)$/.test(style.content) && style.content.length <= 3 && small(parseFloat(style.width), parseFloat(style.height));
  } catch {
    return false;
  }
};
const undecidedAt = (node) => {
  const words = rectOf(node);
  const inside = Element.prototype.querySelectorAll.call(node, "*");
  for (let at = 0; at < inside.length && at < 16; at += 1) if (mayTick(inside[at], words) || painted(inside[at])) return true;
  for (let at = node, depth = 0; at && depth < 3; at = parentOf(at), depth += 1) {
    if (painted(at)) return true;
    const before = at.previousElementSibling;
    if (before && mayTick(before, words)) return true;
    const deep = before && firstOf(before);
    if (deep && !nextElementOf(deep) && mayTick(deep, words)) return true;
  }
  return false;
};
let undecided = false;
const boxed = loose.length > 0 || [...groups.values()].some((group) => group.boxes.some((box) => box.custom || agreeing(box)));
if (!boxed) {
  for (const node of customs) {
    if (!seen(node) || below.get(node) || !undecidedAt(node)) continue;
    const { holder } = holderOf(node);
    const group = groups.get(holder) ?? [...groups.values()].find(({ holder: other }) => Node.prototype.contains.call(other, node) || Node.prototype.contains.call(holder, other));
    if (group) group.undecided = true;
    else undecided = true;
  }
}

// Words on agreeing that stand in no form: beside a way to sign in, in a dialog, at the foot.
const placed = (node, test) => {
  for (let at = node, depth = 0; at && depth < 40; at = parentOf(at), depth += 1) if (test(at)) return true;
  return false;
};
const signsOf = (node) => `${attribute(node, "id") ?? ""} ${attribute(node, "class") ?? ""}`;
const article = (node) => /^(article|blockquote|nav|h[1-6]|a)$/.test(nameOf(node)) || /(^|[-_ ])(article|news|faq|question|answer)([-_ ]|$)/i.test(signsOf(node));
const foot = (node) => nameOf(node) === "footer" || attribute(node, "role") === "contentinfo" || /(^|[-_ ])(foot|footer|copyright)/i.test(signsOf(node));
const onTop = (node) => {
  if (nameOf(node) === "dialog" || /^(alert)?dialog$/.test(attribute(node, "role") ?? "")) return true;
  try {
    return getComputedStyle(node).position === "fixed";
  } catch {
    return false;
  }
};
const header = (node) => /^(header|nav)$/.test(nameOf(node)) || /^(banner|navigation)$/.test(attribute(node, "role") ?? "");
const besideDoor = (node) => {
  for (let at = parentOf(node), depth = 0; at && depth < 6; at = parentOf(at), depth += 1) {
    if ((contentOf(at) ?? "").length > 800) return false;
    if (doors.some((door) => !Node.prototype.contains.call(node, door) && Node.prototype.contains.call(at, door) && !placed(door, header) && seen(door))) return true;
  }
  return false;
};
const said = [];
for (const node of sayings) {
  if (said.length >= 12 || late()) break;
  if (!seen(node) || placed(node, article) || placed(node, (at) => groups.has(at))) continue;
  const atFoot = placed(node, foot);
  if (atFoot || placed(node, onTop) || besideDoor(node)) said.push({ text: wordsOf(node, 300), path: pathOf(node), foot: atFoot });
}

// What waits for a click is there though nobody sees it: a part that is not shown and holds several
// fields, or one with a button. A single field hidden in a form is a trap for robots.
const waiting = new Map();
for (const control of hidden) {
  let top = null;
  for (let at = parentOf(control.node), depth = 0; at && depth < 60 && !rendered(at); at = parentOf(at), depth += 1) top = at;
  if (!top) continue;
  if (!waiting.has(top)) waiting.set(top, []);
  waiting.get(top).push(control);
}
const unshown = [];
for (const [top, parts] of waiting) {
  const sends = Element.prototype.querySelector.call(top, "button, [type=submit], [role=button], [class*=btn]");
  for (const { node, kind } of parts.length > 1 || sends ? parts : []) {
    const beside = node.previousElementSibling ?? parentOf(node)?.previousElementSibling;
    const made = [...(labelsOf(node) ?? [])].map((label) => contentOf(label)).join(" ");
    unshown.push({
      control: kind,
      label: cut(made || (beside && !isField(beside) ? contentOf(beside) : "") || "", 40).replace(/\s+/g, " "),
      placeholder: cut(attribute(node, "placeholder"), 80),
      names: [cut(attribute(node, "name"), 80), cut(attribute(node, "id"), 80)],
      autocomplete: cut(attribute(node, "autocomplete"), 80),
    });
  }
}

const viewOf = (holder) => {
  const most = Math.max(VIEW, rectOf(holder).height + 500);
  let view = holder;
  for (let at = holder, depth = 0; at && depth < 6; at = parentOf(at), depth += 1) {
    if (nameOf(at) === "body" || nameOf(at) === "html" || rectOf(at).height > most) break;
    if ((contentOf(at) ?? "").length > 20000) break;
    view = at;
  }
  return view;
};
const floats = (node) => {
  try {
    return getComputedStyle(node).position === "fixed";
  } catch {
    return false;
  }
};
// Words in the same view: what lies over the page, such as a cookie bar, speaks for itself.
const around = (holder) => {
  const view = viewOf(holder);
  const parent = parentOf(view);
  const besides = (from, step) => {
    const words = [];
    let edge = rectOf(view);
    for (let at = from, steps = 0; at && steps < 6 && words.length < 3; at = step(at), steps += 1) {
      if (!(at instanceof Element)) {
        if (at.nodeType === 3 && at.data.trim()) words.push(cut(at.data, 300));
        continue;
      }
      if (below.get(at) || isField(at) || SILENT.has(nameOf(at)) || floats(at)) continue;
      const rect = rectOf(at);
      if (rect.top - edge.bottom > 300 || edge.top - rect.bottom > 300 || rect.height > 500) break;
      words.push(wordsOf(at, 1000));
    }
    return words;
  };
  const inside = wordsOf(view, 6000);
  if (!parent || nameOf(view) === "body") return inside;
  return [...besides(previousOf(view), previousOf).reverse(), inside, ...besides(nextOf(view), nextOf)].join("\n");
};
const near = (holder) => {
  const rect = rectOf(holder);
  const links = [];
  for (const node of telling) {
    if (links.length >= 20) break;
    const other = rectOf(node);
    const span = Math.max(rect.bottom, other.bottom) - Math.min(rect.top, other.top);
    const gap = Math.max(other.top - rect.bottom, rect.top - other.bottom);
    if ((span <= VIEW || gap <= 300) && seen(node)) {
      links.push([cut(contentOf(node), 120).replace(/\s+/g, " "), cut(attribute(node, "href"), 300)]);
    }
  }
  return links;
};
const headingOf = (holder) => {
  const inside = headings.filter((node) => Node.prototype.contains.call(holder, node) && seen(node));
  if (inside.length) return cut(contentOf(inside[0]), 80);
  const top = rectOf(holder).top;
  let best = "";
  for (const node of headings) {
    const rect = rectOf(node);
    if (seen(node) && rect.bottom <= top + 4 && top - rect.bottom < 300) best = cut(contentOf(node), 80);
  }
  return best;
};
const plain = (form, senders) => {
  // Whether nothing but the form's own attributes decides whether it may go.
  if (!form || has(form, "onsubmit")) return false;
  return senders.every(({ node }) => !has(node, "onclick"));
};

// Whether every control that sends the form is the browser's own.
const direct = (form, senders) => {
  if (senders.length === 0 || !plain(form, senders)) return false;
  return senders.every(({ node }) => {
    const type = (attribute(node, "type") ?? "submit").trim().toLowerCase();
    return /^(button|input)$/.test(nameOf(node)) && /^(submit|image)$/.test(type);
  });
};
const upgraded = [...document.querySelectorAll("meta[http-equiv]")].some(
  (meta) => /^content-security-policy$/i.test((attribute(meta, "http-equiv") ?? "").trim()) && /upgrade-insecure-requests/i.test(attribute(meta, "content") ?? ""),
);

const methodOf = (form) => {
  const written = (attribute(form, "method") ?? "").trim().toLowerCase();
  return written === "post" ? "POST" : written === "dialog" ? "" : "GET";
};
const forms = [];
for (const { holder, form, fields, boxes, undecided: doubtful } of groups.values()) {
  const senders = above.get(holder) ?? [];
  let action = "";
  if (form && has(form, "action")) {
    try {
      const written = attribute(form, "action").trim();
      action = /^javascript:/i.test(written) || written === "#" ? "" : new URL(written || document.URL, document.baseURI).href.slice(0, 2000);
    } catch {}
  } else if (form && has(form, "method")) {
    action = document.URL.slice(0, 2000);
  }
  forms.push({
    path: pathOf(holder),
    tag: form ? "form" : "group",
    action,
    method: form && action ? methodOf(form) : "",
    names: cut(
      `${attribute(holder, "id") ?? ""} ${attribute(holder, "class") ?? ""} ${attribute(holder, "name") ?? ""} ${attribute(holder, "role") ?? ""}`,
      200,
    ),
    heading: headingOf(holder),
    text: wordsOf(holder, 4000),
    near: cut(around(holder), 6000),
    buttons: senders.map(({ words }) => words),
    links: near(holder),
    locked: senders.length > 0 && senders.every(({ node }) => has(node, "disabled") || attribute(node, "aria-disabled") === "true" || /(^|[-_ ])(is-)?disabled\b/.test(attribute(node, "class") ?? "")),
    unchecked: form ? has(form, "novalidate") : true,
    plain: plain(form, senders),
    direct: direct(form, senders),
    undecided: Boolean(doubtful),
    senders: senders.slice(0, 4).map(({ node }) => pathOf(node)),
    form: form ? pathOf(form) : "",
    fields,
    boxes,
  });
}
return told({ complete, title: cut(document.title, 200), forms, loose, unshown, said, undecided, upgraded });
