/* Draws a source: profiles as boxes, definitions as arrows. The tables below it say the same. */
"use strict";

(() => {
  const MOST_LINES = 10;
  const LINE = 17;
  const WIDTH = 7;

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return {
      text: of("--body-fg"), quiet: of("--body-quiet-color"), back: of("--body-bg"),
      edge: of("--border-color"), arrow: of("--link-fg"), behind: of("--darkened-bg"),
    };
  };

  const linesOf = (box) => {
    const shown = box.lines.slice(0, MOST_LINES).map((line) => `${line.key}${line.is_required ? " *" : ""}: ${line.type}`);
    const more = box.lines.length - shown.length;
    return more > 0 ? [...shown, `… ${more} more`] : shown;
  };

  /* The column of each box: one further than what leads to it, so that arrows go to the right. */
  const columns = (boxes, arrows) => {
    const column = new Map(boxes.map((box) => [box.key, 0]));
    for (let round = 0; round < boxes.length; round += 1) {
      for (const { start, end } of arrows) {
        const next = column.get(start.key) + 1;
        if (start.key !== end.key && next < boxes.length && next > column.get(end.key)) column.set(end.key, next);
      }
    }
    return column;
  };

  /* One column after the other; or, where there is little room, one row below the other. */
  const placed = (boxes, arrows, isNarrow) => {
    const [along, across] = isNarrow ? ["height", "width"] : ["width", "height"];
    const gap = isNarrow ? { along: 130, across: 30 } : { along: 300, across: 50 };
    const column = columns(boxes, arrows);
    const stacks = new Map();
    for (const box of boxes) {
      const at = column.get(box.key);
      stacks.set(at, [...(stacks.get(at) || []), box]);
    }
    let start = 0;
    for (const at of [...stacks.keys()].sort((one, other) => one - other)) {
      const stack = stacks.get(at);
      const breadth = Math.max(...stack.map((box) => box[along]));
      let place = stack.reduce((sum, box) => sum + box[across] + gap.across, -gap.across) / -2;
      for (const box of stack) {
        const [one, other] = [start + breadth / 2, place + box[across] / 2];
        box.position = isNarrow ? { x: other, y: one } : { x: one, y: other };
        place += box[across] + gap.across;
      }
      start += breadth + gap.along;
    }
  };

  const elements = ({ boxes, arrows }, isNarrow) => {
    for (const box of boxes) {
      box.told = linesOf(box);
      box.width = Math.max(120, ...[box.key, ...box.told].map((text) => text.length * WIDTH + 28));
      box.height = (box.told.length + 1) * LINE + 30;
    }
    placed(boxes, arrows, isNarrow);
    const nodes = boxes.flatMap((box) => [
      { data: { id: box.key, title: box.key, page: box.page, width: box.width, height: box.height }, position: box.position, classes: `box ${box.kind.toLowerCase()}` },
      { data: { id: `${box.key} lines`, told: box.told.join("\n"), width: box.width - 24 }, position: { x: box.position.x - box.width / 2 + 12, y: box.position.y - box.height / 2 + 36 }, classes: "lines", grabbable: false },
    ]);
    const known = new Set(boxes.map((box) => box.key));
    const edges = arrows.filter((arrow) => known.has(arrow.start.key) && known.has(arrow.end.key)).map((arrow, index) => ({
      data: {
        id: `arrow ${index}`, source: arrow.start.key, target: arrow.end.key, name: arrow.name,
        atStart: [arrow.start.name, arrow.is_contained ? "" : arrow.start.cardinality].filter(Boolean).join("\n"),
        atEnd: arrow.is_contained ? arrow.end.cardinality : [arrow.end.name, arrow.end.cardinality].join("\n"),
      },
      classes: arrow.is_contained ? "contains" : "",
    }));
    return [...nodes, ...edges];
  };

  const look = () => {
    const colour = colours();
    const font = getComputedStyle(document.body).fontFamily;
    const label = { "font-family": font, "font-size": 12, "color": colour.quiet, "text-background-color": colour.behind, "text-background-opacity": 1, "text-background-padding": 2 };
    return [
      { selector: ".box", style: { "shape": "round-rectangle", "corner-radius": 6, "width": "data(width)", "height": "data(height)", "background-color": colour.back, "border-width": 1, "border-color": colour.edge, "label": "data(title)", "text-valign": "top", "text-margin-y": 25, "font-family": font, "font-size": 14, "font-weight": 600, "color": colour.text } },
      { selector: ".contained", style: { "border-style": "dashed" } },
      { selector: ".lines", style: { "shape": "rectangle", "width": 1, "height": 1, "background-opacity": 0, "border-width": 0, "label": "data(told)", "text-wrap": "wrap", "text-max-width": 600, "text-valign": "bottom", "text-halign": "right", "text-justification": "left", "line-height": 1.4, "font-family": font, "font-size": 12, "color": colour.quiet, "events": "no" } },
      { selector: "edge", style: { ...label, "curve-style": "bezier", "control-point-step-size": 70, "width": 2, "line-color": colour.arrow, "target-arrow-shape": "triangle", "target-arrow-color": colour.arrow, "label": "data(name)", "source-label": "data(atStart)", "target-label": "data(atEnd)", "source-text-offset": 34, "target-text-offset": 40, "text-wrap": "wrap" } },
      { selector: "edge.contains", style: { "line-style": "dashed", "line-color": colour.quiet, "target-arrow-color": colour.quiet, "width": 1.5 } },
    ];
  };

  /* What stands in a box moves with it. */
  const keepTogether = (cy) => {
    cy.on("position", ".box", ({ target }) => {
      const { x, y } = target.position();
      const at = { x: x - target.data("width") / 2 + 12, y: y - target.data("height") / 2 + 36 };
      cy.getElementById(`${target.id()} lines`).position(at);
    });
  };

  const draw = () => {
    const place = document.getElementById("drawing");
    if (!place) return;
    for (const found of document.querySelectorAll(".p-page .with-script")) found.hidden = false;
    const drawn = JSON.parse(document.getElementById("drawn").textContent);
    const cy = cytoscape({ container: place, elements: elements(drawn, place.clientWidth < 700), style: look(), layout: { name: "preset" }, minZoom: 0.2, maxZoom: 2, userZoomingEnabled: false, autounselectify: true });
    const fit = () => {
      cy.fit(cy.elements(), 30);
      if (cy.zoom() > 1.1) cy.zoom({ level: 1.1, position: cy.elements().boundingBox() });
      cy.center();
    };
    keepTogether(cy);
    fit();
    cy.on("tap", ".box", ({ target }) => { location.href = target.data("page"); });
    document.querySelector("[data-fit]").addEventListener("click", fit);
    /* The page scrolls as ever; only with Ctrl the wheel zooms. */
    place.addEventListener("wheel", (event) => { cy.userZoomingEnabled(event.ctrlKey); }, { capture: true, passive: true });
    const restyle = () => cy.style().fromJson(look()).update();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
    new MutationObserver(restyle).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", draw);
  else draw();
})();
