// While a page of the desk is open: the server says that something has changed, and the parts of the page are fetched
// again. Without it they are fetched once a minute. What is being written, the focus and the place on the page stay.
(() => {
  "use strict";

  const live = document.getElementById("live");
  if (!live) return;
  const SILENT_MS = 50_000; // the server speaks every 15 s
  const AWAY_MS = 25_000; // a restart takes less
  const HIDDEN_MS = 20_000; // who looks elsewhere for longer needs no stream: browsers open only six at a time
  const LIST_MS = 3_000; // a busy list changes no more often
  const CERTAIN_MS = 60_000; // who was answered this lately is still signed in

  const notice = (name, on) => { live.querySelector(`[data-notice="${name}"]`).hidden = !on; };
  const told = document.getElementById("told");
  const announce = (words, who) => { if (who) told.textContent = words.replace("{who}", who); };
  const part = (id) => document.getElementById(id);

  // ---- the stream
  let source = null;
  let since = new URL(live.dataset.live, location.href).searchParams.get("since");
  let heard = Date.now();
  let certain = Date.now();
  let tries = 0;
  let stopped = false;
  let again = 0;

  let listed = 0;
  const list = () => {
    clearTimeout(listed);
    listed = setTimeout(() => { wait = LIST_MS; setTimeout(() => { wait = 0; }, LIST_MS); fetchPart("tickets"); }, wait);
  };
  let wait = 0;
  const fetchPart = (id) => { if (part(id)) window.htmx.trigger(part(id), "live"); };
  const doing = { inbox: list, ticket: () => fetchPart("conversation"), presence: () => fetchPart("here"), beat: () => {} };

  const close = () => { clearTimeout(again); source?.close(); source = null; };
  const open = () => {
    close();
    if (stopped || document.hidden || !window.EventSource) return;
    const address = new URL(live.dataset.live, location.href);
    address.searchParams.set("since", since);
    source = new EventSource(address);
    heard = Date.now();
    source.addEventListener("hello", (event) => {
      tries = 0;
      notice("away", false);
      notice("new", JSON.parse(event.data).version !== live.dataset.version);
    });
    for (const name of ["hello", ...Object.keys(doing)]) {
      source.addEventListener(name, (event) => {
        heard = certain = Date.now();
        since = event.lastEventId || since;
        doing[name]?.();
      });
    }
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) later();
      else if (Date.now() - heard > AWAY_MS) notice("away", true);
    });
  };
  const later = () => {
    close();
    ask().then(() => {
      if (stopped) return;
      tries += 1;
      again = setTimeout(open, Math.min(60_000, 3_000 * 2 ** tries) * (0.75 + Math.random() / 2));
    });
  };

  // ---- whether the page may still ask; where the person has signed in again, it gets the new token
  const ask = async () => {
    let answer;
    try {
      answer = await fetch(live.dataset.state, { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
    } catch {
      notice("away", true);
      return false;
    }
    const state = answer.ok ? await answer.json() : null;
    const out = answer.type === "opaqueredirect" || (state !== null && String(state.person) !== live.dataset.person);
    const gone = answer.status === 403 || answer.status === 404;
    stopped = out || gone;
    notice("out", out);
    notice("gone", gone);
    notice("away", answer.status >= 500);
    if (!state || out) return false;
    certain = Date.now();
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": state.token }));
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((one) => { one.value = state.token; });
    return true;
  };

  let hiding = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) { hiding = setTimeout(close, HIDDEN_MS); return; }
    if (part("here")) fetchPart("here");
    if (stopped) ask().then((may) => { if (may) open(); });
    else if (!source || Date.now() - heard > SILENT_MS) open();
  });
  window.addEventListener("online", open);
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  setInterval(() => { if (source && Date.now() - heard > SILENT_MS) open(); }, 10_000);

  // ---- who is here: said while the page is looked at, and when it is left
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.id === "here" && document.hidden) event.preventDefault(); });
  window.addEventListener("pagehide", () => {
    close();
    const here = part("here");
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (here && token) navigator.sendBeacon(here.getAttribute("hx-post"), new URLSearchParams({ csrfmiddlewaretoken: token.value, left: "1" }));
  });

  // ---- what a person is at is not disturbed
  const late = new Map(); // what comes for a part that has the focus, until it has it no more
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    late.delete(target.id);
    if (!target.contains(document.activeElement)) return;
    event.detail.shouldSwap = false;
    late.set(target.id, fragment);
  });
  const bringIn = () => late.forEach((fragment, id) => {
    if (part(id).contains(document.activeElement)) return;
    late.delete(id);
    part(id).replaceWith(fragment);
    window.htmx.process(part(id));
  });
  const put_off = new Set();
  const ticked = (list) => list.querySelector(":checked[type=checkbox]") || list.querySelector(".many")?.contains(document.activeElement);
  const selects = (talk) => { const chosen = getSelection(); return !chosen.isCollapsed && talk.contains(chosen.anchorNode); };
  const busy = (one) => (one.id === "tickets" && ticked(one)) || (one.id === "conversation" && selects(one));
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!busy(event.target)) return;
    event.preventDefault();
    put_off.add(event.target.id);
  });
  const catchUp = () => put_off.forEach((id) => {
    if (!part(id) || busy(part(id))) return;
    put_off.delete(id);
    fetchPart(id);
  });
  for (const name of ["change", "focusout", "selectionchange"]) document.addEventListener(name, () => setTimeout(() => { catchUp(); bringIn(); }, 300));

  // Who was signed out meanwhile gets a whole page for a part of one: it stays as it is until it is loaded again.
  const isPage = (event) => /^\s*<!doctype/i.test(event.detail.xhr.responseText);
  document.addEventListener("htmx:afterRequest", (event) => {
    const { status } = event.detail.xhr;
    if (status === 403 || status === 404 || isPage(event)) ask();
    else if (event.detail.successful) certain = Date.now();
  });

  const nameOf = (one) => {
    if (one?.id) return `#${CSS.escape(one.id)}`;
    if (one?.matches("a[href]")) return `a[href="${CSS.escape(one.getAttribute("href"))}"]`;
    return one?.value ? `[value="${CSS.escape(one.value)}"]` : "";
  };
  const inSight = (one) => { const { top, bottom } = one.getBoundingClientRect(); return bottom > 0 && top < innerHeight; };
  const places = (one) => [...one.querySelectorAll("li[id], .list .one"), part("editor")].filter((place) => place && inSight(place));
  let before = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const one = event.detail.target;
    if (isPage(event)) { event.detail.shouldSwap = false; return; }
    if (one.id !== "conversation" && one.id !== "tickets") return;
    const writes = part("editor")?.contains(document.activeElement);
    const stays = writes ? part("editor") : places(one)[0];
    before = {
      focus: one.contains(document.activeElement) ? nameOf(document.activeElement) : "",
      stays: stays ? nameOf(stays) : "",
      top: stays?.getBoundingClientRect().top,
      known: new Set([...one.querySelectorAll("li.said[id], .list .one")].map(nameOf)),
    };
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const one = part(event.detail.target.id);
    if (!before || !one || !["conversation", "tickets"].includes(one.id)) return;
    const { focus, stays, top, known } = before;
    before = null;
    if (focus) one.querySelector(focus)?.focus({ preventScroll: true });
    const place = stays && document.querySelector(stays);
    if (place) window.scrollBy({ top: place.getBoundingClientRect().top - top, behavior: "instant" });
    const fresh = [...one.querySelectorAll("li.said[id], .list .one")].filter((line) => !known.has(nameOf(line)));
    const who = fresh.map((line) => line.querySelector(".by strong, .who").textContent.trim());
    announce(one.id === "tickets" ? live.dataset.listed : live.dataset.said, [...new Set(who)].slice(-3).join(", "));
  });

  // ---- what is written stays in this tab until the server has it
  const text = part("text");
  const KEY = `counterbell-${live.dataset.person}-${live.dataset.ticket}`;
  const keep = () => { try { sessionStorage.setItem(KEY, text.value); } catch { /* the server's draft holds */ } };
  const forget = () => { try { sessionStorage.removeItem(KEY); } catch { /* nothing was kept */ } };
  const kept = () => { try { return sessionStorage.getItem(KEY) || ""; } catch { return ""; } };
  const plain = (words) => words.replace(/\s+/g, " ").trim();
  const restore = () => {
    const said = [...document.querySelectorAll("#conversation .said .text")].slice(-5).map((one) => plain(one.textContent));
    if (!kept() || kept() === text.value || said.includes(plain(kept()))) { forget(); return; }
    text.value = kept();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  if (text) {
    window.addEventListener("load", restore); // by then it is known what the server had, so this is sent as a change
    text.addEventListener("input", keep);
    text.addEventListener("htmx:afterRequest", (event) => { if (event.target === text && event.detail.xhr.status === 204) forget(); });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.id === "editor") keep();
    if (!stopped && Date.now() - certain < CERTAIN_MS) return;
    event.preventDefault();
    ask().then((may) => { if (may) form.requestSubmit(event.submitter); });
  });

  open();
})();
