// What they write to each other. A message leaves by the direct connection where there is one, else through the server.
// It has an id of its own: it is sent again to every new page of the other's until one has said that it has it, and it is
// shown once.

const byId = (id) => document.getElementById(id);

export class Chat {
  // `post(body)` hands one message over, if there is anybody to hand it to.
  constructor({ texts, name, post }) {
    Object.assign(this, { texts, name, post });
    this.underway = new Map();
    this.seen = new Set();
    this.unread = 0;
    byId("chat-toggle").addEventListener("click", () => this.show(byId("chat").hidden));
    byId("chat-close").addEventListener("click", () => this.#close());
    byId("chat-form").addEventListener("submit", (event) => this.#submit(event));
    byId("chat").addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
    byId("chat-text").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      byId("chat-form").requestSubmit();
    });
  }

  // Somebody asked for it when `takesFocus`; focus never jumps by itself.
  show(isShown, { takesFocus = true } = {}) {
    byId("chat").hidden = !isShown;
    byId("chat-toggle").setAttribute("aria-expanded", String(isShown));
    document.body.dataset.chat = isShown ? "open" : "";
    if (!isShown) return;
    this.#count(0);
    if (takesFocus) byId("chat-text").focus();
  }

  // There is a new way to the other, or a new page of theirs.
  sendAgain() {
    for (const message of this.underway.values()) this.post(message);
  }

  receive({ id, text, got }) {
    if (got) return this.#arrived(got);
    if (typeof id !== "string" || typeof text !== "string") return;
    this.post({ got: id });
    if (this.seen.has(id)) return;
    this.seen.add(id);
    this.#add(text, this.name, "theirs");
    if (byId("chat").hidden) this.#count(this.unread + 1);
  }

  #submit(event) {
    event.preventDefault();
    const text = byId("chat-text").value.trim();
    if (!text) return;
    const message = { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), text };
    this.underway.set(message.id, message);
    this.#add(text, this.texts.say("you"), "mine", message.id);
    byId("chat-text").value = "";
    this.post(message);
  }

  #arrived(id) {
    this.underway.delete(id);
    const line = document.querySelector(`[data-message="${CSS.escape(String(id))}"]`);
    if (line) line.dataset.arrived = "yes";
  }

  // As text and never as anything else.
  #add(text, who, whose, id = "") {
    const line = document.createElement("li");
    line.dataset.whose = whose;
    line.dataset.message = id;
    const [name, words] = [document.createElement("span"), document.createElement("span")];
    name.textContent = who;
    words.textContent = text;
    [name.className, words.className] = ["chat-who", "chat-words"];
    line.append(name, words);
    byId("chat-list").append(line);
    line.scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.show(false);
    byId("chat-toggle").focus();
  }

  #count(unread) {
    this.unread = unread;
    byId("chat-unread").textContent = unread ? String(unread) : "";
    byId("chat-unread").hidden = !unread;
  }
}
