// Suggests resources for the ends of a relationship. Without it, an end is typed as an id.
"use strict";

(() => {
    const PAUSE = 200;

    const optionOf = ({id, title}) => {
        const option = document.createElement("option");
        option.value = id;
        option.label = title ? `${title} (${id})` : id;
        return option;
    };

    const suggest = (input) => {
        const list = document.createElement("datalist");
        list.id = `${input.id}-ends`;
        input.after(list);
        input.setAttribute("list", list.id);
        input.autocomplete = "off";
        let waiting;
        let asked = 0;
        const ask = async () => {
            const mine = asked += 1;
            const address = new URL(input.dataset.ends, location.href);
            address.searchParams.set("q", input.value);
            const answer = await fetch(address, {headers: {Accept: "application/json"}});
            if (!answer.ok || mine !== asked) return;
            const {ends} = await answer.json();
            list.replaceChildren(...ends.map(optionOf));
        };
        input.addEventListener("input", () => {
            clearTimeout(waiting);
            if (input.value.trim()) waiting = setTimeout(ask, PAUSE);
        });
    };

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll("input[data-ends]").forEach(suggest);
    });
})();
