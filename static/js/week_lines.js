// The lines of a week, read and written as quarter hours: what a line says is what the server reads in it
// (`schedule.pages.availability_form`). A line that cannot be read stays as it is.
const LOOSE = /^(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?$|^(\d{1,2})(\d{2})$/;
const QUARTERS = 96;

export class WeekLines {
  constructor(form) {
    this.form = form;
    this.days = [...form.querySelectorAll("[data-day]")];
  }

  name(day) {
    return this.days[day].querySelector("legend").textContent.trim();
  }

  // A Set of the quarter hours of the day that are free, 0 to 95.
  read(day) {
    const free = new Set();
    for (const { span } of this.#lines(day)) for (let at = span?.[0]; at < span?.[1]; at += 1) free.add(at);
    return free;
  }

  // Lines that touch become one.
  write(day, free) {
    const spans = spansOf(free);
    const readable = this.#lines(day).filter(({ canRead }) => canRead).map(({ line }) => line);
    while (readable.length > spans.length) readable.pop().remove();
    const template = this.days[day].querySelector("template");
    for (const [number, span] of spans.entries()) {
      if (!readable[number]) {
        template.before(template.content.cloneNode(true));
        readable.push(template.previousElementSibling);
      }
      say(readable[number], span.map(clock));
    }
    this.showWhetherEmpty(day);
    this.tell();
  }

  // Word by word, what cannot be read too.
  copy(day, others) {
    const texts = this.#lines(day).map(({ texts: each }) => each);
    for (const other of others) {
      for (const { line } of this.#lines(other)) line.remove();
      const template = this.days[other].querySelector("template");
      for (const each of texts) {
        template.before(template.content.cloneNode(true));
        say(template.previousElementSibling, each);
      }
      this.showWhetherEmpty(other);
    }
    this.tell();
  }

  showWhetherEmpty(day) {
    const none = this.days[day].querySelector(".week-none");
    none.hidden = this.days[day].querySelector("[data-line]") !== null;
  }

  tell() {
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #lines(day) {
    return [...this.days[day].querySelectorAll("[data-line]")].map((line) => {
      const texts = fields(line).map((field) => field.value.trim());
      const span = spanOf(texts);
      return { line, texts, span, canRead: span !== null || !texts.join("") };
    });
  }
}

const fields = (line) => [...line.querySelectorAll("input")];

function say(line, texts) {
  line.querySelector(".field-problem")?.remove();
  for (const [number, field] of fields(line).entries()) {
    field.value = texts[number];
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

function spanOf([from, to]) {
  const start = quarterOf(from);
  let end = quarterOf(to);
  if (end === 0) end = QUARTERS; // midnight ends the day
  return start !== null && end !== null && start < end ? [start, end] : null;
}

function quarterOf(text) {
  const found = LOOSE.exec(text);
  if (!found) return null;
  const minutes = 60 * Number(found[1] ?? found[3]) + Number(found[2] ?? found[4] ?? 0);
  return Number(found[2] ?? found[4] ?? 0) < 60 && minutes % 15 === 0 && minutes <= 1440 ? minutes / 15 : null;
}

function spansOf(free) {
  const spans = [];
  for (const at of [...free].sort((one, other) => one - other)) {
    if (spans.at(-1)?.[1] === at) spans.at(-1)[1] += 1;
    else spans.push([at, at + 1]);
  }
  return spans;
}

export function clock(quarter) {
  return `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
}
