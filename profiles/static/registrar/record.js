/* Rows of a record's form: added, moved, duplicated. Without this script the rest works as well. */
"use strict";

(() => {
  const ROWS = "__rows__";
  const TOKEN = "__token__";
  let made = 0;

  const rowsOf = (row) => row.parentElement.closest("[data-rows]");
  const listOf = (rows) => rows.querySelector(":scope > .r-list");

  const announcer = document.createElement("p");
  announcer.className = "visually-hidden";
  announcer.setAttribute("role", "status");

  const say = (text) => {
    announcer.textContent = text;
  };

  /* The names and ids of everything below an element, rewritten. */
  const rename = (element, change) => {
    for (const name of ["name", "id", "for", "aria-describedby", "data-rows", "value"]) {
      for (const found of element.querySelectorAll(`[${name}]`)) {
        const isToken = found.hasAttribute("data-token");
        if (name !== "value" || isToken) {
          found.setAttribute(name, change(found.getAttribute(name)));
        }
      }
    }
  };

  const newToken = () => {
    made += 1;
    return `n${made}`;
  };

  const count = (rows) => {
    const list = listOf(rows);
    const total = [...list.children].filter((row) => !row.classList.contains("r-removed")).length;
    rows.querySelector(":scope > legend [data-count]").textContent = total;
    const atMost = Number(rows.dataset.atMost || Infinity);
    for (const button of rows.querySelectorAll(":scope > .r-adders button")) {
      button.disabled = total >= atMost;
    }
  };

  const enable = (element) => {
    for (const found of element.querySelectorAll(".with-script")) found.hidden = false;
    for (const found of element.querySelectorAll(".without-script")) found.remove();
    for (const rows of element.querySelectorAll("[data-rows]")) count(rows);
  };

  const focusFirst = (row) => {
    const input = row.querySelector("input:not([type=hidden]):not([type=checkbox]), select, textarea");
    if (input) input.focus();
  };

  const add = (rows, key) => {
    const tree = rows.closest("[data-tree]");
    const blank = tree.querySelector(`:scope > template[data-blank="${CSS.escape(key)}"]`);
    const row = blank.content.firstElementChild.cloneNode(true);
    const token = newToken();
    const name = rows.dataset.rows;
    rename(row, (text) => text.replaceAll(ROWS, name).replaceAll(TOKEN, token));
    listOf(rows).append(row);
    enable(row);
    count(rows);
    focusFirst(row);
    say("Added.");
  };

  const duplicate = (row) => {
    const rows = rowsOf(row);
    const old = row.querySelector(":scope > [data-token]").value;
    const token = newToken();
    const from = `${rows.dataset.rows}/${old}`;
    const to = `${rows.dataset.rows}/${token}`;
    const copy = row.cloneNode(true);
    const selects = copy.querySelectorAll("select");
    row.querySelectorAll("select").forEach((select, index) => { selects[index].value = select.value; });
    const areas = copy.querySelectorAll("textarea");
    row.querySelectorAll("textarea").forEach((area, index) => { areas[index].value = area.value; });
    rename(copy, (text) => text.replaceAll(from, to));
    copy.querySelector(":scope > [data-token]").value = token;
    for (const input of copy.querySelectorAll("[data-names-element]")) input.value = "";
    row.after(copy);
    count(rows);
    focusFirst(copy);
    say("Duplicated.");
  };

  const move = (row, by, button) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    button.focus();
    const place = [...row.parentElement.children].indexOf(row) + 1;
    say(`Moved to place ${place}.`);
  };

  const onClick = (event) => {
    const button = event.target.closest("button");
    if (!button || !button.closest("[data-tree]")) return;
    const row = button.closest("[data-row]");
    if (button.dataset.add) add(button.closest("[data-rows]"), button.dataset.add);
    else if (button.dataset.move) move(row, Number(button.dataset.move), button);
    else if ("duplicate" in button.dataset) duplicate(row);
  };

  const onChange = (event) => {
    const box = event.target;
    const row = box.closest(".r-remove") && box.closest("[data-row]");
    if (row) {
      row.classList.toggle("r-removed", box.checked);
      count(rowsOf(row));
    }
  };

  /* A link to an input opens what it is folded into. */
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  };

  const onReady = () => {
    document.body.append(announcer);
    for (const tree of document.querySelectorAll("[data-tree]")) {
      enable(tree);
      tree.addEventListener("click", onClick);
      tree.addEventListener("change", onChange);
    }
    addEventListener("hashchange", reveal);
    reveal();
    warnOfUnsaved();
  };

  /* Whoever leaves with something typed is asked first. */
  const warnOfUnsaved = () => {
    const form = document.querySelector("[data-tree]")?.closest("form");
    if (!form) return;
    let isTyped = form.querySelector(".r-faulty, .r-differences") !== null;
    form.addEventListener("input", () => { isTyped = true; });
    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-tree] button")) isTyped = true;
    });
    form.addEventListener("submit", () => { isTyped = false; });
    addEventListener("beforeunload", (event) => {
      if (isTyped) event.preventDefault();
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", onReady);
  else onReady();
})();
