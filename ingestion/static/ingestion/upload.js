/* Shows how much of a file was sent, and takes one that is dropped anywhere on its box. */
"use strict";

(() => {
  const MEGA = 1e6;

  const shown = (bytes) => `${(bytes / MEGA).toFixed(1)} MB`;

  class Sending {
    constructor(form) {
      this.form = form;
      this.box = form.querySelector("[data-sending]");
      this.bar = form.querySelector("[data-bar]");
      this.sent = form.querySelector("[data-sent]");
      this.problem = form.querySelector("[data-problem]");
      this.button = form.querySelector("button[type=submit]");
      this.drop = form.querySelector(".t-drop");
      this.file = form.elements.file;
    }

    start() {
      this.form.addEventListener("submit", (event) => this.onSubmit(event));
      for (const name of ["dragenter", "dragover"]) {
        this.drop.addEventListener(name, (event) => { event.preventDefault(); this.drop.classList.add("t-over"); });
      }
      for (const name of ["dragleave", "drop"]) {
        this.drop.addEventListener(name, () => this.drop.classList.remove("t-over"));
      }
      this.drop.addEventListener("drop", (event) => this.onDrop(event));
      window.addEventListener("pageshow", () => this.rest());
    }

    onDrop(event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) this.file.files = event.dataTransfer.files;
    }

    onSubmit(event) {
      if (!this.file.files.length) return;
      event.preventDefault();
      const request = new XMLHttpRequest();
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (progress) => this.tell(progress));
      request.addEventListener("load", () => this.onAnswer(request));
      request.addEventListener("error", () => this.fail(["The connection broke. Send it again."]));
      this.button.disabled = true;
      this.problem.hidden = true;
      this.box.hidden = false;
      request.send(new FormData(this.form));
    }

    tell({ loaded, total }) {
      this.bar.max = total;
      this.bar.value = loaded;
      this.sent.textContent = loaded === total ? "Reading it" : `${shown(loaded)} of ${shown(total)}`;
    }

    onAnswer(request) {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        answer = { faults: { all: [`It was not taken (${request.status}). Load this page again.`] } };
      }
      if (answer.next) window.location.assign(answer.next);
      else this.fail(Object.values(answer.faults).flat());
    }

    fail(messages) {
      this.rest();
      this.problem.textContent = messages.join(" ");
      this.problem.hidden = false;
      this.problem.tabIndex = -1;
      this.problem.focus();
    }

    rest() {
      this.button.disabled = false;
      this.box.hidden = true;
    }
  }

  for (const form of document.querySelectorAll("form[data-upload]")) new Sending(form).start();
})();
