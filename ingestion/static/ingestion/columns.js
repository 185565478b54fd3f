/* Properties that can be dragged to the columns of a file. The select of a column does the same. */
"use strict";

(() => {
  const KIND = "text/x-property";
  const palette = document.querySelector("[data-palette]");
  const rows = [...document.querySelectorAll("[data-column]")];
  const told = document.querySelector("[data-matched]");
  if (!rows.length) return;

  const inputOf = (row) => row.querySelector("select, input");

  const tell = () => {
    const used = new Set(rows.map((row) => inputOf(row).value).filter(Boolean));
    for (const row of rows) row.classList.toggle("t-left-out", !inputOf(row).value);
    for (const chip of palette?.children ?? []) chip.classList.toggle("t-used", used.has(chip.dataset.chip));
    const matched = rows.filter((row) => inputOf(row).value).length;
    told.textContent = `${matched} of ${rows.length} columns are matched.`;
  };

  for (const element of document.querySelectorAll(".with-script")) element.hidden = false;

  palette?.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData(KIND, event.target.dataset.chip);
    event.dataTransfer.effectAllowed = "copy";
  });

  for (const row of rows) {
    row.addEventListener("change", tell);
    row.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes(KIND)) return;
      event.preventDefault();
      row.classList.add("t-over");
    });
    row.addEventListener("dragleave", () => row.classList.remove("t-over"));
    row.addEventListener("drop", (event) => {
      event.preventDefault();
      row.classList.remove("t-over");
      inputOf(row).value = event.dataTransfer.getData(KIND);
      tell();
    });
  }
  tell();
})();
