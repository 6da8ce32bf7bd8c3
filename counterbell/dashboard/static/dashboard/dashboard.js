// Finding a value among many filters; without this script the lists are scrolled.
(() => {
  "use strict";

  document.querySelectorAll("[data-find]").forEach((find) => {
    find.closest("[hidden]").hidden = false;
    const form = find.form;
    find.addEventListener("input", () => {
      const wanted = find.value.trim().toLocaleLowerCase();
      form.querySelectorAll("[data-dimension]").forEach((dimension) => {
        let there = 0;
        dimension.querySelectorAll("label").forEach((label) => {
          const fits = label.textContent.toLocaleLowerCase().includes(wanted);
          label.hidden = !fits;
          there += fits;
        });
        dimension.hidden = !there;
      });
    });
  });
})();
