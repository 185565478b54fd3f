/* Suggests resources for the id of a reference. Without this script an id is typed. */
"use strict";

(() => {
  const PAUSE = 200; /* Milliseconds after the last letter. */
  const told = document.querySelector("[data-finds]");
  if (!told) return;
  const form = told.closest("form");

  const listOf = (input) => {
    const id = `${input.id}_found`;
    const known = document.getElementById(id);
    if (known) return known;
    const list = document.createElement("datalist");
    list.id = id;
    input.after(list);
    input.setAttribute("list", id);
    return list;
  };

  const typeOf = (input) => {
    const name = input.name.replace(/\/id$/, "/type");
    return form.elements.namedItem(name)?.value.trim() || "";
  };

  const suggest = async (input) => {
    const text = input.value.trim();
    const type = typeOf(input);
    if (!text || !type) return;
    const asked = new URLSearchParams({ profile: `${told.dataset.source}/${type}`, q: text });
    const answer = await fetch(`${told.dataset.finds}?${asked}`);
    if (!answer.ok || input.value.trim() !== text) return;
    const { found } = await answer.json();
    listOf(input).replaceChildren(...found.map(({ id, title }) => new Option(title, id)));
  };

  let waiting;
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-names-resource]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(suggest, PAUSE, event.target);
  });
})();
