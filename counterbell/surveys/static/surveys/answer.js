// Tells that a person presses keys, moves a mouse or a finger here; without it the answer is asked for once more.
(() => {
  "use strict";

  const digest = (text) => {
    let found = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text)) found = Math.imul(found ^ byte, 0x01000193) >>> 0;
    return found.toString(16).padStart(8, "0");
  };

  let kind = "";
  const kinds = { pointerdown: "pointer", keydown: "key", click: "click" };
  for (const event of Object.keys(kinds)) {
    document.addEventListener(event, (pressed) => { if (pressed.isTrusted) kind = kinds[event]; }, true);
  }

  const set = (form, name, value) => {
    const field = form.elements[name] || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value = value;
  };

  document.querySelectorAll("form[data-answer]").forEach((form) => form.addEventListener("submit", (event) => {
    if (kind && event.isTrusted) set(form, "gesture", `${kind}.${digest(`${form.elements.page.value}|${kind}`)}`);
    if (navigator.webdriver) set(form, "steered", "1");
  }));
})();
