"use strict";
(() => {
  const root = document.documentElement;
  const buttons = [...document.querySelectorAll("[data-language]")];
  const speak = (language) => {
    root.lang = language;
    document.title = root.dataset[language === "en" ? "titleEn" : "titleZh"];
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
  speak(new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh-Hans");

  const folds = [...document.querySelectorAll("details")];
  for (const button of document.querySelectorAll("[data-fold]")) {
    button.addEventListener("click", () => {
      for (const fold of folds) fold.open = button.dataset.fold === "open";
    });
  }
  let shut = [];
  addEventListener("beforeprint", () => {
    shut = folds.filter((fold) => !fold.open);
    for (const fold of shut) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of shut) fold.open = false;
  });
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    const fold = target && target.querySelector("details");
    if (fold) fold.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
})();
