/* Buttons that copy what an element holds. */
"use strict";

(() => {
  const TOLD_FOR = 2000;

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
    } catch {
      /* Without a secure connection there is no clipboard: what is selected can be copied by hand. */
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      return;
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, TOLD_FOR);
  };

  const onReady = () => {
    for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-copy]");
      if (button) copy(button);
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", onReady);
  else onReady();
})();
