/* Counterbell's feedback widget. Embed it with
 *   <script src="https://counterbell.example.com/static/surveys/widget.js" data-shop-key="..." async></script>
 * Further attributes: data-language (en, fr, id), data-delay (seconds before it asks), data-ticket and data-proof (a
 * ticket and its signature by your server: the answer is then a rating of that ticket). A click on an element with
 * data-counterbell-feedback opens it at any time. It loads nothing else and sets no cookie. */
(() => {
  "use strict";

  const script = document.currentScript;
  if (!script || !script.dataset.shopKey || !("adoptedStyleSheets" in document)) return;
  const told = script.dataset;
  const home = new URL(script.src).href.replace(/\/static\/.*$/, "");
  const endpoint = `${home}/csat/widget/${encodeURIComponent(told.shopKey)}/`;
  const remembered = `counterbell:${told.shopKey}`;
  const DAY = 86400000;

  const WORDS = {
    en: {
      title: "How do you find our service?", label: "Feedback", scores: ["Very bad", "Bad", "Neither good nor bad", "Good", "Very good"],
      more: "Would you like to say more? (optional)", send: "Send", close: "Close", thanks: "Thank you for your answer.",
      choose: "Choose one of the five answers.", failed: "It could not be sent. Please try again.",
    },
    fr: {
      title: "Que pensez-vous de notre service ?", label: "Votre avis", scores: ["Très mauvais", "Mauvais", "Ni bon ni mauvais", "Bon", "Très bon"],
      more: "Souhaitez-vous en dire plus ? (facultatif)", send: "Envoyer", close: "Fermer", thanks: "Merci de votre réponse.",
      choose: "Choisissez l’une des cinq réponses.", failed: "L’envoi n’a pas abouti. Veuillez réessayer.",
    },
    id: {
      title: "Bagaimana layanan kami menurut Anda?", label: "Masukan", scores: ["Sangat buruk", "Buruk", "Biasa saja", "Baik", "Sangat baik"],
      more: "Ada yang ingin Anda tambahkan? (opsional)", send: "Kirim", close: "Tutup", thanks: "Terima kasih atas jawaban Anda.",
      choose: "Pilih salah satu dari lima jawaban.", failed: "Tidak dapat dikirim. Silakan coba lagi.",
    },
  };

  const STYLE = `
    :host { all: initial; color-scheme: light dark; --paper: #fff; --ink: #1c1d1a; --faint: #5d5f58; --line: #8a8a82; --accent: #0f6b63; --on: #fff; --bad: #b02a1a; }
    @media (prefers-color-scheme: dark) { :host { --paper: #1d1f1b; --ink: #ecece6; --faint: #a9aba1; --line: #84877b; --accent: #5fc4b8; --on: #08211e; --bad: #f49a8b; } }
    section { position: fixed; z-index: 2147483000; right: 16px; bottom: 16px; width: min(22rem, calc(100vw - 32px)); max-height: calc(100vh - 32px); overflow: auto;
      box-sizing: border-box; padding: 16px; font: 400 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--paper);
      border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 4px 24px rgb(0 0 0 / 20%); }
    h2 { font-size: 1.0625rem; margin: 0 2.5rem 8px 0; } h2:focus { outline: none; }
    fieldset { border: 0; margin: 0; padding: 0; }
    legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    label.score { display: flex; gap: 10px; align-items: center; min-height: 2.5rem; cursor: pointer; }
    input[type="radio"] { width: 1.2rem; height: 1.2rem; margin: 0; accent-color: var(--accent); }
    textarea { box-sizing: border-box; width: 100%; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px; padding: 6px 8px; }
    button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: 0 16px; border-radius: 6px; border: 1px solid var(--accent); background: var(--accent); color: var(--on); cursor: pointer; }
    button.close { position: absolute; right: 8px; top: 8px; min-height: 2.25rem; width: 2.25rem; padding: 0; background: none; border: 0; color: var(--ink); }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .more { display: block; margin: 8px 0 12px; color: var(--faint); font-size: 0.9375rem; }
    .said { color: var(--bad); margin: 0 0 8px; } .said:empty { display: none; }
    .website { position: absolute; left: -9999px; }`;

  const digest = (text) => {
    let found = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text)) found = Math.imul(found ^ byte, 0x01000193) >>> 0;
    return found.toString(16).padStart(8, "0");
  };
  const make = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const recall = () => { try { return Number(localStorage.getItem(remembered)) || 0; } catch { return 0; } };
  const remember = () => { try { localStorage.setItem(remembered, String(Date.now())); } catch { /* asked again next time */ } };
  const post = (what) => fetch(endpoint, {
    method: "POST", mode: "cors", credentials: "omit", headers: { "Content-Type": "text/plain" }, body: JSON.stringify(what),
  }).then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); });

  let host = null;
  let opener = null;

  function close() {
    remember();
    host?.remove();
    host = null;
    opener?.focus();
    opener = null;
  }

  async function open(how, byHand) {
    if (host) return;
    remember();
    const survey = told.ticket ? (await post({ event: "asked", ticket: told.ticket, proof: told.proof }).catch(() => ({}))).survey : "";
    show(how, survey || "", byHand);
  }

  function show(how, survey, byHand) {
    const language = (told.language || document.documentElement.lang || how.language || "en").slice(0, 2);
    const words = WORDS[language] || WORDS[how.language] || WORDS.en;
    host = make("div", { lang: WORDS[language] ? language : how.language });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];

    let kind = "";
    for (const [event, name] of [["pointerdown", "pointer"], ["keydown", "key"], ["click", "click"]]) {
      root.addEventListener(event, (pressed) => { if (pressed.isTrusted) kind = name; }, true);
    }

    const title = make("h2", { id: "title", tabIndex: -1, textContent: words.title });
    const scores = make("fieldset", {}, make("legend", { textContent: words.title }));
    [5, 4, 3, 2, 1].forEach((score) => scores.append(make("label", { className: "score" },
      make("input", { type: "radio", name: "score", value: String(score) }), words.scores[score - 1])));
    const comment = make("textarea", { rows: 2, maxLength: 1000 });
    const website = make("input", { className: "website", tabIndex: -1, autocomplete: "off" });
    website.setAttribute("aria-hidden", "true");
    const said = make("p", { className: "said" });
    said.setAttribute("role", "alert");
    const away = make("button", { type: "button", className: "close", textContent: "✕", onclick: close });
    away.setAttribute("aria-label", words.close);
    const form = make("form", { noValidate: true }, scores, make("label", { className: "more" }, words.more, comment), website, said,
      make("button", { textContent: words.send }));
    const section = make("section", {}, away, title, form);
    section.setAttribute("aria-labelledby", "title");

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = root.querySelector("input:checked");
      said.textContent = chosen ? "" : words.choose;
      if (!chosen) return root.querySelector("input").focus();
      post({
        score: Number(chosen.value), comment: comment.value, survey, page: how.page, path: location.pathname, language: host.lang,
        gesture: kind ? `${kind}.${digest(`${how.page}|${kind}`)}` : "", steered: navigator.webdriver || false, website: website.value,
      }).then(() => {
        form.replaceWith(make("p", { textContent: words.thanks }));
        title.textContent = words.thanks;
        section.querySelector("p").remove();
        title.focus();
      }, () => { said.textContent = words.failed; });
    });
    section.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

    root.append(section);
    document.body.append(host);
    if (byHand) title.focus();
  }

  fetch(endpoint, { mode: "cors", credentials: "omit" }).then((answer) => (answer.ok ? answer.json() : null)).then((how) => {
    if (!how) return;
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-counterbell-feedback]");
      if (button) { opener = button; open(how, true); }
    });
    const seconds = told.delay === undefined ? 20 : Number(told.delay);
    if (Date.now() - recall() >= how.every_days * DAY) setTimeout(() => { if (Date.now() - recall() >= how.every_days * DAY) open(how, false); }, seconds * 1000);
  }).catch(() => { /* the shop's page goes on without us */ });
})();
