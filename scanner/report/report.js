"use strict";
(() => {
  const root = document.documentElement;
  const every = (selector, from = document) => [...from.querySelectorAll(selector)];
  const buttons = every("[data-language]");
  const speak = (language) => {
    root.lang = language;
    document.title = root.dataset[language === "en" ? "titleEn" : "titleZh"];
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
    for (const option of every("option[data-zh]")) {
      option.textContent = option.dataset[language === "en" ? "en" : "zh"];
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  for (const part of every(".scripted")) part.hidden = false;
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "en" || asked === "zh") speak(asked === "en" ? "en" : "zh-Hans");

  for (const button of every("[data-fold]")) {
    button.addEventListener("click", () => {
      for (const fold of every("article details")) fold.open = button.dataset.fold === "open";
    });
  }

  // What the filter leaves out stays on the page: paper shows it, and so does any other style.
  const form = document.querySelector(".filter");
  let rules = null;
  const all = () =>
    (rules ??= every("article.rule").map((element) => ({
      element,
      certainty: element.dataset.certainty,
      severity: element.dataset.severity,
      category: element.dataset.category,
      findings: every(".findings > li", element),
    })));
  let texts = null;
  const read = () => {
    if (texts) return;
    texts = new Map();
    for (const rule of all()) {
      const own = every("h4, .tags > code, .about", rule.element);
      rule.text = own.map((part) => part.textContent).join("\n").toLowerCase();
      for (const finding of rule.findings) texts.set(finding, finding.textContent.toLowerCase());
    }
  };
  const show = (element, shown) => {
    if (element.hasAttribute("data-out") === shown) element.toggleAttribute("data-out", !shown);
  };
  const filter = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const words = wanted.words.trim().toLowerCase();
    if (words) read();
    let count = 0;
    for (const rule of all()) {
      const fits = ["certainty", "severity", "category"].every(
        (name) => !wanted[name] || rule[name] === wanted[name],
      );
      const whole = !words || (fits && rule.text.includes(words));
      let shown = 0;
      for (const finding of rule.findings) {
        const is =
          fits &&
          (!wanted.channel || finding.dataset.channel === wanted.channel) &&
          (whole || texts.get(finding).includes(words));
        show(finding, is);
        shown += is;
      }
      show(rule.element, shown > 0);
      count += shown;
    }
    for (const part of every(".category")) {
      show(part, part.querySelector("article:not([data-out])") !== null);
    }
    form.querySelector("[data-shown]").textContent = String(count);
  };
  if (form) {
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
  }

  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[data-out]")) {
      form.reset();
      filter();
    }
    const fold = target.querySelector("details");
    if (fold) fold.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
