// The example of a value follows the metric that is chosen; a rule's form asks only for what its kind needs.
(() => {
  "use strict";

  document.querySelectorAll("select[data-examples]").forEach((select) => {
    const amount = document.getElementById(select.dataset.examples);
    const show = () => { amount.placeholder = select.selectedOptions[0]?.dataset.example ?? ""; };
    select.addEventListener("change", show);
    show();
  });

  document.querySelectorAll("select[data-kinds]").forEach((select) => {
    const show = () => select.form.querySelectorAll("[data-for]").forEach((field) => {
      field.hidden = !field.dataset.for.split(" ").includes(select.value);
    });
    select.addEventListener("change", show);
    show();
  });
})();
