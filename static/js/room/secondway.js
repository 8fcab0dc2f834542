// The second way, where the devices did not find each other. The server decides, and has the words: a part of a page.

const byId = (id) => document.getElementById(id);

export class SecondWay {
  // `changed(way)`: link, provider, phone, text, or "" once it is not needed any more. `leads`: yes or no, whether this page
  // may lead elsewhere. `goes()`: somebody takes a way that opens in another window.
  constructor({ base, leads, changed, goes }) {
    Object.assign(this, { base, leads, changed, goes });
    this.mark = "";
    byId("second-way").addEventListener("submit", (event) => this.#submit(event));
    byId("second-way").addEventListener("click", (event) => event.target.closest("a[data-elsewhere]") && this.goes());
  }

  // `mark` changes whenever what is seen changes.
  async show(mark) {
    if (mark === this.mark) return;
    this.mark = mark;
    const words = mark ? await this.#read() : "";
    if (this.mark !== mark) return;
    byId("second-way").innerHTML = words; // our own page's, from our own server
    byId("second-way").hidden = !mark;
    document.body.dataset.secondWay = mark.split(":")[0];
    this.changed(document.body.dataset.secondWay);
  }

  async #read() {
    const answer = await fetch(`${this.base}/second-way?leads=${this.leads}`).catch(() => null);
    if (answer?.ok) return answer.text();
    this.mark = null; // the next look tries again
    return "";
  }

  // A decision is sent while the call's page stays; the answer comes to both, by their next look.
  async #submit(event) {
    if ("elsewhere" in event.target.dataset) this.goes();
    if (!("quiet" in event.target.dataset)) return;
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    await fetch(event.target.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
  }
}
