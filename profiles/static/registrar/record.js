/* Rows of a record's form: added, moved, duplicated, folded. The rest works without this script. */
"use strict";

(() => {
  const ROWS = "__rows__";
  const TOKEN = "__token__";
  const TITLE_PARTS = 3;
  const INPUT = "input:not([type=hidden]):not([type=checkbox]), select, textarea";
  let made = 0;

  const rowsOf = (row) => row.parentElement.closest("[data-rows]");
  const listOf = (rows) => rows.querySelector(":scope > .r-list");
  const tokenOf = (row) => row.querySelector(":scope > [data-token]");
  const removalOf = (row) => row.querySelector(":scope > .r-tools > .r-remove > input");

  const announcer = document.createElement("p");
  announcer.className = "visually-hidden";
  announcer.setAttribute("role", "status");

  /* Told anew even if it is the same as before. */
  const say = (text) => {
    announcer.textContent = announcer.textContent === text ? `${text}\u00a0` : text;
  };

  /* The names and ids of everything below an element, rewritten. */
  const rename = (element, change) => {
    for (const name of ["name", "id", "for", "aria-describedby", "data-rows"]) {
      for (const found of element.querySelectorAll(`[${name}]`)) {
        found.setAttribute(name, change(found.getAttribute(name)));
      }
    }
  };

  /* One that no row of the list has: a page that was refused shows those that were added before. */
  const newToken = (list) => {
    const taken = new Set([...list.children].map((row) => tokenOf(row).value));
    do made += 1;
    while (taken.has(`n${made}`));
    return `n${made}`;
  };

  const count = (rows) => {
    const all = [...listOf(rows).children];
    const total = all.filter((row) => !removalOf(row).checked).length;
    rows.querySelector(":scope > legend [data-count]").textContent = total;
    rows.classList.toggle("r-none", all.length === 0);
    const atMost = Number(rows.dataset.atMost || Infinity);
    for (const button of rows.querySelectorAll(":scope > .r-adders button")) {
      button.disabled = total >= atMost;
    }
    for (const fold of rows.querySelectorAll(":scope > legend [data-fold]")) {
      fold.hidden = all.length < 2 || all[0].querySelector(":scope > details") === null;
    }
  };

  const enable = (element) => {
    for (const found of element.querySelectorAll(".with-script")) found.hidden = false;
    for (const found of element.querySelectorAll(".without-script")) found.remove();
    for (const rows of element.querySelectorAll("[data-rows]")) count(rows);
  };

  const open = (element) => {
    for (let at = element.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  };

  const focusFirst = (row) => {
    const input = row.querySelector(INPUT);
    if (!input) return;
    open(input);
    input.focus();
  };

  const add = (rows, key) => {
    const tree = rows.closest("[data-tree]");
    const blank = tree.querySelector(`:scope > template[data-blank="${CSS.escape(key)}"]`);
    const row = blank.content.firstElementChild.cloneNode(true);
    const token = newToken(listOf(rows));
    rename(row, (text) => text.replaceAll(ROWS, rows.dataset.rows).replaceAll(TOKEN, token));
    tokenOf(row).value = token;
    listOf(rows).append(row);
    enable(row);
    count(rows);
    focusFirst(row);
    say("Added.");
  };

  const duplicate = (row) => {
    const rows = rowsOf(row);
    const token = newToken(listOf(rows));
    const from = `${rows.dataset.rows}/${tokenOf(row).value}`;
    const to = `${rows.dataset.rows}/${token}`;
    const copy = row.cloneNode(true);
    /* A browser copies what was typed in inputs, but no choice. */
    const selects = copy.querySelectorAll("select");
    row.querySelectorAll("select").forEach((select, index) => { selects[index].value = select.value; });
    rename(copy, (text) => text.replaceAll(from, to));
    tokenOf(copy).value = token;
    removalOf(copy).checked = false;
    for (const input of copy.querySelectorAll("[data-names-element]")) input.value = "";
    row.after(copy);
    count(rows);
    focusFirst(copy);
    say("Duplicated.");
  };

  const move = (row, by, button) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) {
      say(by < 0 ? "This is the first." : "This is the last.");
      return;
    }
    if (by < 0) other.before(row);
    else other.after(row);
    button.focus();
    const all = [...row.parentElement.children];
    say(`Moved to place ${all.indexOf(row) + 1} of ${all.length}.`);
  };

  /* Opens all rows of a list, or closes them if they are open. */
  const fold = (rows) => {
    const all = [...listOf(rows).querySelectorAll(":scope > li > details")];
    const isOpen = all.some((details) => !details.open);
    for (const details of all) details.open = isOpen;
    say(isOpen ? "All opened." : "All closed.");
  };

  const onClick = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const row = button.closest("[data-row]");
    if (button.dataset.add) add(button.closest("[data-rows]"), button.dataset.add);
    else if (button.dataset.move) move(row, Number(button.dataset.move), button);
    else if ("fold" in button.dataset) fold(button.closest("[data-rows]"));
    else if ("duplicate" in button.dataset) duplicate(row);
  };

  const onChange = (event) => {
    const box = event.target;
    const row = box.closest("[data-row]");
    if (row && box === removalOf(row)) {
      count(rowsOf(row));
      say(box.checked ? "Removed when you save." : "Stays.");
    }
  };

  const textOf = (input) => (input.tagName === "SELECT" && input.value ? input.selectedOptions[0].text : input.value);

  /* The titles of the rows that somebody types in, made as the server makes them. */
  const onInput = (event) => {
    if (!event.target.matches(INPUT)) return;
    for (let row = event.target.closest("[data-row]"); row; row = row.parentElement.closest("[data-row]")) {
      const shown = row.querySelector(":scope > details > summary");
      if (!shown) continue;
      const inputs = [...row.querySelectorAll(INPUT)].filter((input) => !input.closest(".r-json, .r-position"));
      const texts = inputs.filter((input) => !("namesElement" in input.dataset)).map(textOf).filter(Boolean);
      shown.firstElementChild.textContent = texts.slice(0, TITLE_PARTS).join(", ") || shown.dataset.title;
    }
  };

  /* A link to an input opens what it is folded into. */
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target || !target.closest("[data-tree]")) return;
    open(target);
    /* What holds inputs cannot have the focus by itself. */
    if (!target.matches(INPUT)) target.tabIndex = -1;
    target.scrollIntoView({ block: target.matches(INPUT) ? "center" : "start" });
    target.focus({ preventScroll: true });
  };

  /* Whoever leaves with something typed is asked first. */
  const warnOfUnsaved = (form) => {
    let isTyped = document.querySelector("[data-summary]") !== null;
    form.addEventListener("input", () => { isTyped = true; });
    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-add], [data-move], [data-duplicate]")) isTyped = true;
    });
    form.addEventListener("submit", () => { isTyped = false; });
    addEventListener("beforeunload", (event) => {
      if (isTyped) event.preventDefault();
    });
  };

  const focusSummary = () => {
    const summary = document.querySelector("[data-summary]");
    if (!summary) return;
    summary.tabIndex = -1;
    summary.focus();
  };

  const onReady = () => {
    const trees = document.querySelectorAll("[data-tree]");
    for (const tree of trees) {
      enable(tree);
      tree.addEventListener("click", onClick);
      tree.addEventListener("change", onChange);
      tree.addEventListener("input", onInput);
    }
    if (trees.length === 0) return;
    document.body.append(announcer);
    warnOfUnsaved(trees[0].closest("form"));
    addEventListener("hashchange", reveal);
    focusSummary();
    reveal();
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", onReady);
  else onReady();
})();
