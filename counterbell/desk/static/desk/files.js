// Files that go along with a reply or a note: chosen, dropped or pasted, they are uploaded at once and kept with the
// draft. Without this file the form sends them by itself.
(() => {
  "use strict";

  const editor = document.getElementById("editor");
  const chooser = document.getElementById("files");
  if (!editor || !chooser) return;
  editor.querySelectorAll("[data-without-script]").forEach((button) => button.remove());

  let uploading = Promise.resolve();
  let waiting = 0;

  const upload = async (files) => {
    const told = new FormData();
    told.append("csrfmiddlewaretoken", editor.elements.csrfmiddlewaretoken.value);
    for (const file of files) told.append("files", file, file.name);
    let page = "";
    try {
      const answer = await fetch(editor.dataset.files, { method: "POST", body: told });
      if (answer.ok && !answer.redirected) page = await answer.text();
    } catch { /* told below */ }
    const list = document.getElementById("enclosed");
    if (page) {
      list.outerHTML = page;
      window.htmx?.process(document.getElementById("enclosed"));
      return !document.querySelector("#enclosed [role=alert]");
    }
    const said = document.createElement("p");
    said.className = "notice error";
    said.setAttribute("role", "alert");
    said.textContent = editor.dataset.noFiles;
    list.querySelector("[role=alert]")?.remove();
    list.prepend(said);
    return false;
  };

  let arrived = true;
  const take = (files) => {
    if (!files.length) return;
    waiting += 1;
    editor.setAttribute("aria-busy", "true");
    uploading = uploading.then(() => upload(files)).then((well) => { arrived = arrived && well; }).finally(() => {
      waiting -= 1;
      if (!waiting) editor.removeAttribute("aria-busy");
    });
  };

  chooser.addEventListener("change", () => {
    take([...chooser.files]);
    chooser.value = "";
  });
  editor.addEventListener("paste", (event) => {
    const pasted = event.clipboardData;
    if (!pasted?.files.length || pasted.types.includes("text/plain")) return;
    event.preventDefault();
    take([...pasted.files]);
  });
  editor.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    editor.classList.add("over");
  });
  editor.addEventListener("dragleave", () => editor.classList.remove("over"));
  editor.addEventListener("drop", (event) => {
    editor.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });

  // What is sent while files are still on their way waits for them, and stays where one did not arrive.
  editor.addEventListener("submit", (event) => {
    if (!waiting) return;
    event.preventDefault();
    const button = event.submitter;
    arrived = true;
    uploading.then(() => { if (arrived) editor.requestSubmit(button); });
  });
})();
