/* Keeps the rows of a definition, its JSON and what comes of them in step, by asking the server. */
"use strict";

(() => {
  const DELAY = 500;
  const JSON_TYPED = "json";
  const STRUCTURE = "[data-add], [data-move], [data-duplicate]";

  const enable = (element) => {
    for (const found of element.querySelectorAll(".with-script")) found.hidden = false;
    for (const found of element.querySelectorAll(".without-script")) found.remove();
  };

  /* Rows that are open, by the ids of what is in them. */
  const openRows = (tree) => [...tree.querySelectorAll("[data-row] > details[open] > [id]")].map((found) => found.id);

  const start = (editor) => {
    const form = editor.closest("form");
    const tree = editor.querySelector("[data-tree]");
    const text = form.elements.text;
    const parts = (root, name) => root.querySelector(`[data-part="${name}"]`);
    let timer = 0;
    let typed = 0;
    let wantsTree = false;

    const swapTree = (fresh) => {
      const open = openRows(tree);
      const focused = document.activeElement && tree.contains(document.activeElement) ? document.activeElement.id : "";
      tree.innerHTML = fresh.querySelector("[data-tree]").innerHTML;
      enable(tree);
      for (const id of open) {
        const group = document.getElementById(id);
        if (group) group.closest("details").open = true;
      }
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    };

    const show = (fresh) => {
      const isText = form.elements.last.value === JSON_TYPED;
      const answer = (name) => fresh.querySelector(`[name="${name}"]`);
      const isAdopted = isText && answer("last").value !== JSON_TYPED;
      for (const name of ["summary", "json", "preview", "compiled"]) {
        const part = parts(fresh, name);
        parts(editor, name).replaceChildren(...part.childNodes);
        enable(parts(editor, name));
      }
      const rows = parts(editor, "rows");
      rows.inert = parts(fresh, "rows").inert;
      editor.querySelector("[data-behind]").hidden = fresh.querySelector("[data-behind]").hidden;
      if (isAdopted) {
        form.elements.last.value = "";
        form.elements.shown.value = answer("shown").value;
      } else if (!isText) {
        text.value = answer("text").value;
      }
      if (isAdopted || wantsTree) swapTree(fresh);
      wantsTree = false;
    };

    const ask = async () => {
      const at = typed;
      const sent = new URLSearchParams(new FormData(form));
      sent.set("_preview", "1");
      const answer = await fetch(location.href, { method: "POST", body: sent, headers: { "X-Part": "editor" } });
      /* What was typed meanwhile is asked about anew, and never written over. */
      if (!answer.ok || at !== typed) return;
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    };

    const later = (delay = DELAY) => {
      typed += 1;
      clearTimeout(timer);
      timer = setTimeout(ask, delay);
    };

    const line = (input) => {
      const row = input.closest("[data-row]");
      const told = input.name.endsWith("/key") ? "key" : "told";
      const shown = row && row.querySelector(`:scope > details > summary [data-line="${told}"]`);
      const isOwn = row && input.name.split("/").length === row.querySelector(":scope > [data-token]").name.split("/").length + 2;
      if (shown && isOwn && /\/(key|type)$/.test(input.name)) shown.textContent = input.value;
    };

    parts(editor, "rows").addEventListener("input", (event) => {
      line(event.target);
      if (event.target.matches('[data-row] select[name$="/type"]')) wantsTree = true;
      later(wantsTree ? 0 : DELAY);
    });
    parts(editor, "rows").addEventListener("click", (event) => {
      const button = event.target.closest(STRUCTURE);
      if (!button) return;
      if ("duplicate" in button.dataset) wantsTree = true;
      later(wantsTree ? 0 : DELAY);
    });
    tree.classList.add("d-scripted");
    text.readOnly = false;
    text.addEventListener("input", () => {
      form.elements.last.value = JSON_TYPED;
      later();
    });
    for (const found of editor.querySelectorAll(".d-beside, .d-rows > .without-script")) enable(found.parentElement);
  };

  const onReady = () => {
    for (const editor of document.querySelectorAll("[data-editor]")) start(editor);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", onReady);
  else onReady();
})();
