/* Follows a task that has not ended, and helps to choose what is sent again. */
"use strict";

(() => {
  const EVERY = 1000;
  const MINUTE = 60;
  const HOUR = 3600;
  const PENDING = "PENDING";

  const grouped = (number) => number.toLocaleString("en");

  const lasting = (seconds) => {
    if (seconds < MINUTE) return `${Math.max(1, Math.round(seconds))} s`;
    return seconds < HOUR ? `${Math.round(seconds / MINUTE)} min` : `${(seconds / HOUR).toFixed(1)} h`;
  };

  class Following {
    constructor(section) {
      this.address = section.dataset.progress;
      this.bar = section.querySelector("[data-bar]");
      this.status = section.querySelector("[data-status]");
      this.told = section.querySelector("[data-told]");
      this.waits = section.querySelector("[data-waits]");
      this.runs = section.querySelector("[data-runs]");
      this.counts = section.querySelectorAll("[data-count]");
    }

    async follow() {
      let task;
      try {
        const answer = await fetch(this.address, { headers: { Accept: "application/json" } });
        if (answer.status >= 500) throw new Error("The server has a fault for a moment.");
        if (!answer.ok) return;
        task = await answer.json();
      } catch {
        /* The server is away for a moment. */
        this.later();
        return;
      }
      this.tell(task);
      if (task.status === PENDING) this.later();
      else window.location.reload();
    }

    later() {
      setTimeout(() => this.follow(), EVERY);
    }

    tell({ startedAt, progress }) {
      const { done, total, perSecond, counts } = progress;
      if (total === undefined) return;
      const parts = [`${grouped(done)} of ${grouped(total)}`];
      if (perSecond) {
        parts.push(`${grouped(perSecond)} a second`, `about ${lasting((total - done) / perSecond)} left`);
      }
      this.told.textContent = parts.join(", ");
      if (startedAt && this.status.textContent === "waiting") this.status.textContent = "running";
      this.waits.hidden = startedAt !== undefined;
      this.runs.hidden = startedAt === undefined;
      this.bar.max = total || 1;
      this.bar.value = total ? done : 1;
      for (const count of this.counts) {
        count.textContent = grouped(counts[count.dataset.count]);
        count.parentElement.classList.toggle("t-none", !counts[count.dataset.count]);
      }
    }
  }

  for (const section of document.querySelectorAll("[data-progress]")) new Following(section).later();

  for (const button of document.querySelectorAll("[data-choose-all]")) {
    const boxes = [...button.form.querySelectorAll("[name=send]")];
    button.hidden = false;
    button.addEventListener("click", () => boxes.forEach((box) => { box.checked = true; }));
    button.form.addEventListener("input", ({ target }) => {
      if (target.matches("textarea")) target.closest("section").querySelector("[name=send]").checked = true;
    });
  }
})();
