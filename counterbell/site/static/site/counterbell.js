// What every page does for people at a keyboard; all pages work without it.
(() => {
  "use strict";

  const wide = window.matchMedia("(min-width: 60rem)");
  const unfold = () => document.querySelectorAll("details[data-open-wide]").forEach((fold) => { fold.open = wide.matches; });
  unfold();
  wide.addEventListener("change", unfold);

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
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
