// The sentences of this page, in the member's language, from its <template>. `%(n)s` stands for a number.
export class Texts {
  constructor(template) {
    this.known = new Map();
    for (const each of template.content.querySelectorAll("[data-text]")) this.known.set(each.dataset.text, each.textContent);
  }

  say(name, n) {
    return (this.known.get(name) ?? "").replace("%(n)s", n);
  }
}
