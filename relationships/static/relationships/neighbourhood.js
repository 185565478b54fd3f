/* Draws the neighbourhood of a resource, and grows it. The tables below it say the same. */
"use strict";

(() => {
  const LONGEST = 24;
  const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

  const look = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const font = getComputedStyle(document.body).fontFamily;
    return [
      { selector: "node", style: { "shape": "ellipse", "width": 18, "height": 18, "background-color": colour("--link-fg"), "label": "data(label)", "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "font-family": font, "font-size": 12, "color": colour("--body-fg"), "text-background-color": colour("--darkened-bg"), "text-background-opacity": 0.8, "text-background-padding": 1 } },
      { selector: "node.start", style: { "width": 28, "height": 28, "font-weight": 600, "font-size": 14 } },
      { selector: "node.grown", style: { "border-width": 3, "border-color": colour("--body-fg") } },
      { selector: "edge", style: { "curve-style": "bezier", "width": 1.5, "line-color": colour("--body-quiet-color"), "target-arrow-shape": "triangle", "target-arrow-color": colour("--body-quiet-color"), "label": "data(label)", "font-family": font, "font-size": 10, "color": colour("--body-quiet-color"), "text-rotation": "autorotate", "text-background-color": colour("--darkened-bg"), "text-background-opacity": 1 } },
    ];
  };

  const link = (page, text) => {
    const made = document.createElement("a");
    made.href = page;
    made.textContent = text;
    return made;
  };

  const addRow = (table, cells) => {
    const row = table.tBodies[0].insertRow();
    for (const cell of cells) row.insertCell().append(...cell);
    table.hidden = false;
  };

  const begin = () => {
    const place = document.getElementById("drawing");
    if (!place) return;
    for (const found of document.querySelectorAll(".p-page .with-script")) found.hidden = false;
    const drawn = JSON.parse(document.getElementById("drawn").textContent);
    const nodes = new Map(drawn.nodes.map((node) => [node.id, node]));
    const arrows = new Set(drawn.arrows.map((arrow) => arrow.id));
    const tables = { nodes: document.getElementById("node-rows"), arrows: document.getElementById("arrow-rows") };

    const nodeElement = (node) => ({ data: { id: node.id, label: short(node.text) }, classes: node === drawn.nodes[0] ? "start grown" : "" });
    const arrowElement = (arrow) => ({ data: { id: arrow.id, source: arrow.start, target: arrow.end, label: arrow.label } });
    const arranged = (more) => ({ name: "cose", animate: false, padding: 40, nodeDimensionsIncludeLabels: true, idealEdgeLength: () => 90, nodeRepulsion: () => 40000, ...more });
    const cy = cytoscape({ container: place, elements: [...drawn.nodes.map(nodeElement), ...drawn.arrows.map(arrowElement)], style: look(), layout: arranged({ randomize: true }), minZoom: 0.2, maxZoom: 2, userZoomingEnabled: false, autounselectify: true });
    const fit = () => {
      cy.fit(cy.elements(), 40);
      if (cy.zoom() > 1.1) { cy.zoom(1.1); cy.center(); }
    };
    fit();

    const growLink = (node) => {
      const made = link(node.around, "Show");
      const hidden = document.createElement("span");
      hidden.className = "visually-hidden";
      hidden.textContent = ` what is around ${node.text}`;
      made.append(hidden);
      made.dataset.grow = node.id;
      return made;
    };

    const addNode = (node, near) => {
      nodes.set(node.id, node);
      const angle = nodes.size * 2.4;  // The golden angle: none lies on another.
      cy.add({ ...nodeElement(node), position: { x: near.x + 70 * Math.cos(angle), y: near.y + 70 * Math.sin(angle) } });
      addRow(tables.nodes, [[link(node.page, node.text)], [node.name], [growLink(node)]]);
    };

    const addArrow = (arrow) => {
      arrows.add(arrow.id);
      cy.add(arrowElement(arrow));
      const definition = document.createElement("small");
      definition.textContent = arrow.definition;
      const ends = [nodes.get(arrow.start), nodes.get(arrow.end)].map((node) => [link(node.page, node.text)]);
      addRow(tables.arrows, [ends[0], [link(arrow.page, arrow.label), " ", definition], ends[1]]);
      document.getElementById("none")?.remove();
    };

    const say = (text) => { document.getElementById("said").textContent = text; };

    const grow = async (id) => {
      const node = nodes.get(id);
      const answer = await fetch(`${node.around}?hops=1&as=json`);
      if (!answer.ok || answer.redirected) { say("It is not there any more."); return; }
      const found = await answer.json();
      const near = { ...cy.getElementById(id).position() };
      const fresh = found.nodes.filter((one) => !nodes.has(one.id));
      const room = Math.max(0, found.most - nodes.size);
      fresh.slice(0, room).forEach((one) => addNode(one, near));
      found.arrows.filter((one) => !arrows.has(one.id) && nodes.has(one.start) && nodes.has(one.end)).forEach(addArrow);
      if (fresh.length > room || found.isCut) document.getElementById("cut").hidden = false;
      cy.getElementById(id).addClass("grown");
      cy.layout(arranged({ randomize: false, fit: false })).run();
      fit();
      const added = Math.min(fresh.length, room);
      say(`${added} more ${added === 1 ? "resource" : "resources"}.`);
    };

    cy.on("tap", "node", ({ target }) => grow(target.id()));
    tables.nodes.addEventListener("click", (event) => {
      const asked = event.target.closest("[data-grow]");
      if (!asked || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      grow(asked.dataset.grow);
    });
    document.querySelector("[data-fit]").addEventListener("click", fit);
    /* The page scrolls as ever; only with Ctrl the wheel zooms. */
    place.addEventListener("wheel", (event) => { cy.userZoomingEnabled(event.ctrlKey); }, { capture: true, passive: true });
    const restyle = () => cy.style().fromJson(look()).update();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
    new MutationObserver(restyle).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
