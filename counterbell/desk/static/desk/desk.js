// The desk at a keyboard: keys, the palette of actions, macros put where one writes. All of it works by buttons too.
(() => {
  "use strict";

  const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");
  const byKey = (key) => [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => !one.disabled);
  const use = (one) => (one.matches("input:not([type=file]), textarea, select") ? one.focus() : one.click());

  // ---- keys; after a g the next letter goes to a page
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.id === "text") {
      event.preventDefault();
      document.querySelector(`#editor button[value="${event.shiftKey ? "reply-closed" : "reply"}"]`)?.click();
      return;
    }
    if (event.key === "Escape" && event.target.id === "text") event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.documentElement.dataset.singleKeys === "off") return;
    if (Date.now() - going < 1500) { going = 0; return; }
    if (event.key === "g") { going = Date.now(); return; }
    if (walk(event)) return;
    const one = byKey(event.key);
    if (one) { event.preventDefault(); use(one); }
  });

  // ---- the list: down, up, tick
  const walk = (event) => {
    const rows = [...document.querySelectorAll(".list .one")];
    if (!rows.length || !["j", "k", "x"].includes(event.key)) return false;
    const here = rows.findIndex((row) => row.closest("li").contains(document.activeElement));
    if (event.key === "x") {
      if (here < 0) return false;
      const box = rows[here].closest("li").querySelector("input");
      box.checked = !box.checked;
    } else {
      rows[Math.min(Math.max(here + (event.key === "j" ? 1 : -1), 0), rows.length - 1)].focus();
    }
    event.preventDefault();
    return true;
  };

  // ---- macros, put where one writes
  const text = document.getElementById("text");
  const macros = document.getElementById("macro");
  const insert = async (number) => {
    if (!number || !text) return;
    const answer = await fetch(macros.dataset.macros.replace(/0\/$/, `${number}/`), { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const said = (await answer.json()).text;
    text.setRangeText(said, text.selectionStart, text.selectionEnd, "end");
    const used = document.getElementById("macros");
    used.value = [used.value, number].filter(Boolean).join(",");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  macros?.form.addEventListener("submit", (event) => {
    event.preventDefault();
    insert(macros.value).then(() => { macros.value = ""; });
  });

  // ---- the palette
  const palette = document.getElementById("palette");
  const search = document.getElementById("palette-search");
  const list = document.getElementById("palette-found");
  let found = [];
  let chosen = 0;

  const all = () => {
    const buttons = [...document.querySelectorAll("[data-command]")].filter((one) => !one.disabled)
      .map((one) => ({ name: one.dataset.command || one.textContent.trim(), run: () => use(one) }));
    const values = [...document.querySelectorAll("select[data-each]")].flatMap((one) => [...one.options].map((option) => (
      { name: `${one.dataset.each}: ${option.textContent}`, run: () => { one.value = option.value; one.parentElement.querySelector("button").click(); } })));
    const options = [...(macros?.options || [])].filter((one) => one.value)
      .map((one) => ({ name: `${list.dataset.macro}: ${one.textContent}`, run: () => insert(one.value) }));
    const links = [...document.querySelectorAll("a[data-go]")].map((one) => ({ name: one.textContent, run: () => one.click() }));
    return [...buttons, ...values, ...options, ...links];
  };
  const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const show = () => {
    const wanted = plain(search.value).split(/\s+/);
    found = all().filter((one) => wanted.every((word) => plain(one.name).includes(word)));
    chosen = Math.min(chosen, Math.max(found.length - 1, 0));
    list.replaceChildren(...found.map((one, place) => {
      const line = document.createElement("li");
      line.id = `palette-${place}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(place === chosen));
      line.textContent = one.name;
      line.addEventListener("click", () => run(place));
      return line;
    }));
    if (found.length) search.setAttribute("aria-activedescendant", `palette-${chosen}`);
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const run = (place) => {
    palette.close();
    found[place]?.run();
  };
  const openPalette = () => {
    if (!palette || palette.open) return;
    search.value = "";
    chosen = 0;
    palette.showModal();
    show();
  };
  search?.addEventListener("input", () => { chosen = 0; show(); });
  search?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); run(chosen); }
    if (event.key === "ArrowDown") { event.preventDefault(); chosen = Math.min(chosen + 1, found.length - 1); show(); }
    if (event.key === "ArrowUp") { event.preventDefault(); chosen = Math.max(chosen - 1, 0); show(); }
  });
})();
