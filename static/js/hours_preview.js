// While a mentor's week is filled in: whether it is saved, and the hours that it would open, as the server counts them.
const SOON = 600;

export class HoursPreview {
  constructor(form) {
    this.form = form;
    this.result = document.getElementById("hours");
    this.words = form.querySelector("[data-unsaved-words]");
    this.first = said(form);
    this.saved = this.result.innerHTML;
    this.wasSaved = !("unsaved" in form.dataset || "restored" in form.dataset);
    form.querySelector("[data-look]").hidden = true; // it is done by itself
    for (const what of ["input", "change"]) form.addEventListener(what, () => this.look());
    if (!this.wasSaved) this.#ask();
  }

  get isSaved() {
    return this.wasSaved && said(this.form) === this.first;
  }

  // Asks the server a moment after the last change.
  look() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (this.isSaved) this.#stand(this.saved, "");
    else {
      this.#say("");
      this.timer = setTimeout(() => this.#ask(), SOON);
    }
  }

  async #ask() {
    const body = new FormData(this.form);
    body.set("part", "yes");
    this.asking = new AbortController();
    try {
      const answer = await fetch(this.form.dataset.preview, { method: "POST", body, signal: this.asking.signal });
      if (!answer.ok || answer.redirected) return;
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("hours");
      if (part) this.#stand(part.innerHTML, part.querySelector("[data-hours-in-words]")?.textContent ?? "");
    } catch {
      // the line is away, or another change came: the form is as it was
    }
  }

  #stand(html, words) {
    this.result.innerHTML = html;
    this.#say(words);
  }

  #say(words) {
    const wanted = this.isSaved ? "" : `${this.words.dataset.unsavedWords} ${words}`.trim();
    if (this.words.textContent !== wanted) this.words.textContent = wanted;
  }
}

function said(form) {
  const fields = [...form.elements].filter((field) => field.name && !("aside" in field.dataset) && !["hidden", "submit", "button"].includes(field.type));
  return JSON.stringify(fields.map((field) => [field.name, ["checkbox", "radio"].includes(field.type) ? field.checked : field.value]));
}
