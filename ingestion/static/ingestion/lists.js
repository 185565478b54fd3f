// Leaves out of the address what was left empty. Without this the server does, by a redirect.
"use strict";

for (const form of document.querySelectorAll("form.filter-panel")) {
    const set_disabled = (chosen) => {
        for (const input of form.elements) {
            input.disabled = chosen(input);
        }
    };
    form.addEventListener("submit", () => set_disabled((input) => input.name && !input.value));
    window.addEventListener("pageshow", () => set_disabled(() => false));
}
