// Draws the charts of a page after its first paint. A figure names its chart by `data-chart`: the id of a <template>
// that holds Vega's specification (#id), or the address of one. Without this script the picture and the table remain.
(function () {
  "use strict";

  const drawn = new WeakMap();

  async function specification(figure) {
    const where = figure.dataset.chart;
    if (where.startsWith("#")) {
      return JSON.parse(document.getElementById(where.slice(1)).content.textContent);
    }
    const answer = await fetch(where, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${where}: ${answer.status}`);
    return answer.json();
  }

  // Vega may follow links, and load nothing: all that a chart needs is in its specification.
  function loader() {
    const own = vega.loader();
    own.load = own.http = own.file = () => Promise.reject(new Error("Charts load nothing."));
    return own;
  }

  async function draw(figure) {
    if (drawn.has(figure)) return;
    drawn.set(figure, null);
    const plot = figure.querySelector(".chart-plot");
    try {
      const runtime = vega.parse(await specification(figure), null, { ast: true });
      const canvas = document.createElement("div");
      canvas.className = "chart-canvas";
      plot.append(canvas);
      const view = new vega.View(runtime, {
        expr: vega.expressionInterpreter, renderer: "svg", container: canvas, loader: loader(), hover: true,
        tooltip: (_view, event, item, text) => tell(figure, text || "", event),
      });
      await view.runAsync();
      drawn.set(figure, view);
      figure.classList.add("is-drawn");
      walk(figure, plot);
      new ResizeObserver(() => fit(view, plot)).observe(plot);
    } catch (error) {
      plot.querySelector(".chart-canvas")?.remove();
      figure.classList.add("is-not-drawn");
      console.warn("A chart could not be drawn:", error);
    }
  }

  function fit(view, plot) {
    const width = plot.clientWidth;
    if (width && view.container() && Math.abs(view.width() - width) > 1) view.signal("room", width).width(width).resize().runAsync();
  }

  // ---- what the pointer or the keyboard is on

  function tip(figure) {
    let box = figure.querySelector(".chart-tip");
    if (!box) {
      box = document.createElement("div");
      box.className = "chart-tip";
      box.setAttribute("role", "status");
      figure.querySelector(".chart-plot").append(box);
    }
    return box;
  }

  function tell(figure, text, at) {
    const box = tip(figure);
    const [name, ...lines] = String(text).split("\n");
    box.replaceChildren();
    box.hidden = !text;
    if (!text) return;
    const title = document.createElement("strong");
    title.textContent = name;
    box.append(title, ...lines.map((line) => Object.assign(document.createElement("span"), { textContent: line })));
    const plot = figure.querySelector(".chart-plot").getBoundingClientRect();
    const x = at.clientX - plot.left;
    const y = at.clientY - plot.top;
    const left = x + 14 + box.offsetWidth > plot.width ? x - 14 - box.offsetWidth : x + 14;
    box.style.left = `${Math.max(0, Math.min(left, plot.width - box.offsetWidth))}px`;
    box.style.top = `${Math.max(0, y - box.offsetHeight - 8)}px`;
  }

  // One stop for the tabulator; the arrows go from mark to mark, Enter opens the tickets of the one that is told.
  function walk(figure, plot) {
    let place = -1;
    const marks = () => [...plot.querySelectorAll(".hit_marks path, .seen_marks path")];
    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", figure.dataset.label || "");
    const go = (to) => {
      const all = marks();
      all[place]?.classList.remove("is-current");
      place = Math.max(0, Math.min(to, all.length - 1));
      const mark = all[place];
      if (!mark) return;
      mark.classList.add("is-current");
      const box = mark.getBoundingClientRect();
      tell(figure, mark.__data__.tooltip, { clientX: box.left + box.width / 2, clientY: box.top + box.height / 3 });
    };
    plot.addEventListener("keydown", (event) => {
      const last = marks().length - 1;
      const to = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1, Home: 0, End: last };
      if (event.key in to) {
        event.preventDefault();
        go(to[event.key]);
      } else if (event.key === "Enter" && marks()[place]?.__data__.href) {
        window.location.assign(marks()[place].__data__.href);
      } else if (event.key === "Escape") {
        tell(figure, "");
      }
    });
    plot.addEventListener("blur", () => {
      marks()[place]?.classList.remove("is-current");
      tell(figure, "");
    });
  }

  // ---- when

  const near = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "300px" });

  function look(where) {
    const figures = where.matches?.("figure[data-chart]") ? [where] : [];
    for (const figure of [...figures, ...where.querySelectorAll("figure[data-chart]")]) near.observe(figure);
  }

  function begin() {
    requestAnimationFrame(() => setTimeout(() => look(document.body)));
    document.body.addEventListener("htmx:load", (event) => look(event.detail.elt));
    document.body.addEventListener("htmx:beforeCleanupElement", (event) => drawn.get(event.detail.elt)?.finalize());
    window.addEventListener("beforeprint", () => document.querySelectorAll("figure[data-chart]").forEach(draw));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
