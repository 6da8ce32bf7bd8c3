// A file dropped on the page goes into its form; the form works without this.
(() => {
  "use strict";
  document.querySelectorAll(".drop-file").forEach((place) => {
    const input = place.querySelector("input[type=file]");
    const over = (is) => (event) => { event.preventDefault(); place.classList.toggle("over", is); };
    place.addEventListener("submit", (event) => {
      const tooLarge = input.files.length && input.files[0].size > Number(place.dataset.limit);
      const notice = place.querySelector(".notice");
      notice.hidden = !tooLarge;
      notice.textContent = tooLarge ? place.dataset.tooLarge : "";
      if (tooLarge) event.preventDefault();
    });
    place.addEventListener("dragover", over(true));
    place.addEventListener("dragleave", over(false));
    place.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; input.form.requestSubmit(); }
    });
  });
})();
