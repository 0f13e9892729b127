// Reads what the words of a frame leave out: those in open shadow roots (of a frame inside the
// page: all its words), and the texts that stand in it unshown. It changes nothing.
(most) => {
  const lines = (root, skip) => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const parts = [];
    let last = null, length = 0, node;
    while ((node = walk.nextNode()) && length < most) {
      const own = node.parentElement;
      if (own && skip && own.closest("script,style,noscript,template")) continue;
      const text = node.data.trim();
      if (!text) continue;
      const block = own ? own.closest("tr,li,p,div,dd,h1,h2,h3,h4,script") : null;
      parts.push(parts.length && block !== last ? "\n" : " ", text);
      last = block;
      length += text.length + 1;
    }
    return parts.join("");
  };
  const words = [], held = [];
  let spent = 0;
  const visit = (root, depth) => {
    let nodes = 0;
    for (const one of root.querySelectorAll("*")) {
      if ((nodes += 1) > 60000) break;
      const shadow = one.shadowRoot;
      if (shadow && depth < 8) {
        words.push(lines(shadow, true));
        visit(shadow, depth + 1);
      }
      if (one.localName === "script" && !one.src) held.push(String(one.textContent));
      else if (one.localName === "template") held.push(lines(one.content, true));
      else if (spent < most && (one.hidden || (one.style && one.style.display === "none"))) {
        const text = lines(one, true);
        spent += text.length;
        held.push(text);
      }
    }
  };
  visit(document, 0);
  if (window !== top) words.unshift(String(document.body ? document.body.innerText || "" : ""));
  return [words.join("\n").slice(0, most), held.join("\n").slice(0, most)];
}
