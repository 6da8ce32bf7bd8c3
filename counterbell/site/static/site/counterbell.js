// What every page does for people at a keyboard; all pages work without it.
(() => {
  "use strict";

  const wide = window.matchMedia("(min-width: 60rem)");
  const unfold = () => document.querySelectorAll("details[data-open-wide]").forEach((fold) => { fold.open = wide.matches; });
  unfold();
  wide.addEventListener("change", unfold);

  // Single keys can be switched off, for people who speak to their computer; the choice stays in this browser.
  const SWITCH = "counterbell-single-keys";
  const chosen = () => { try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; } };
  const allow = (on) => {
    document.documentElement.dataset.singleKeys = on ? "on" : "off";
    document.querySelectorAll("[data-single-keys]").forEach((box) => { if (box !== document.documentElement) box.checked = on; });
  };
  allow(chosen());
  document.addEventListener("change", (event) => {
    if (!event.target.matches("input[data-single-keys]")) return;
    try { localStorage.setItem(SWITCH, event.target.checked ? "on" : "off"); } catch { /* it holds for this page */ }
    allow(event.target.checked);
  });
  document.querySelectorAll("[data-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById(button.dataset.open).showModal());
  });

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.documentElement.dataset.singleKeys === "off") return;
    if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`a[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.key === "g") going = Date.now();
    if (event.key === "?") document.getElementById("keys")?.showModal();
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.closest("details")?.setAttribute("open", ""); search.focus(); }
    }
  });

  // One open menu at a time; Escape and a click elsewhere close it.
  const drops = () => document.querySelectorAll("details.drop[open]");
  document.addEventListener("click", (event) => drops().forEach((drop) => { if (!drop.contains(event.target)) drop.open = false; }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    drops().forEach((drop) => { drop.open = false; drop.querySelector("summary").focus(); });
  });

  // Forms that say so are sent as soon as something is chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-send-on-change]");
    if (form) form.requestSubmit();
  });

  // Times are shown by the server in the shop's zone; the hover text says them in the reader's.
  document.querySelectorAll("time[datetime]").forEach((time) => {
    if (!time.title) time.title = new Date(time.dateTime).toLocaleString(document.documentElement.lang);
  });
})();
