// The week as half hours to tap, over the lines of the form, which stay what is sent. A mouse draws over several; a
// finger taps, and scrolls the page as everywhere; on a keyboard, arrows move and the space bar chooses.
import { clock } from "./week_lines.js";

const USUAL = [16, 44]; // 8:00 to 22:00, in half hours
const ALL = [0, 48];
const DAYS = 7;

export class WeekGrid {
  constructor(box, lines) {
    Object.assign(this, { box, lines, words: box.dataset });
    this.whole = false;
    this.at = [0, 36]; // where the keyboard is: Monday, 18:00
    this.table = document.createElement("table");
    this.table.className = "week-grid";
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-multiselectable", "true");
    this.table.setAttribute("aria-label", box.querySelector("summary").textContent.trim());
    this.table.setAttribute("aria-describedby", "week-grid-hint");
    this.more = document.createElement("button");
    this.more.type = "button";
    this.more.className = "quiet-button";
    this.more.addEventListener("click", () => {
      this.whole = !this.whole;
      this.show();
    });
    box.append(this.table, this.more);
    this.#listen();
    this.show();
    box.hidden = false;
  }

  // Draws what the lines say.
  show() {
    this.days = this.lines.days.map((_, day) => this.lines.read(day));
    const [first, last] = this.#range();
    if (this.first !== first || this.last !== last) this.#build(first, last);
    for (const cell of this.table.querySelectorAll("td")) this.#paint(cell);
    this.more.hidden = this.#needed()[0] === 0 && this.#needed()[1] === 48;
    this.more.textContent = this.whole ? this.words.usual : this.words.whole;
  }

  // What lies outside the usual hours is never hidden.
  #needed() {
    const free = this.days.flatMap((each) => [...each]);
    const halves = free.map((quarter) => Math.floor(quarter / 2));
    return [Math.min(USUAL[0], ...halves), Math.max(USUAL[1], ...halves.map((each) => each + 1))];
  }

  #range() {
    return this.whole ? ALL : this.#needed();
  }

  #build(first, last) {
    const hadFocus = this.table.contains(document.activeElement);
    Object.assign(this, { first, last });
    this.at[1] = Math.min(Math.max(this.at[1], first), last - 1);
    const head = row([corner(), ...this.words.days.split("|").map((short, day) => header(short, this.lines.name(day)))]);
    const rows = [];
    for (let half = first; half < last; half += 1) {
      const cells = [...Array(DAYS).keys()].map((day) => cell(day, half));
      rows.push(row([hour(half), ...cells]));
    }
    this.table.replaceChildren(head, ...rows);
    this.#rove(hadFocus);
  }

  #paint(each) {
    const [day, half] = place(each);
    const parts = [2 * half, 2 * half + 1].filter((quarter) => this.days[day].has(quarter)).length;
    const state = ["none", "part", "free"][parts];
    each.dataset.state = state;
    each.setAttribute("aria-selected", String(state === "free"));
    each.setAttribute("aria-label", `${this.lines.name(day)} ${clock(2 * half)}–${clock(2 * half + 2)}, ${this.words[state]}`);
  }

  #set(each, isFree) {
    const [day, half] = place(each);
    const free = this.days[day];
    for (const quarter of [2 * half, 2 * half + 1]) isFree ? free.add(quarter) : free.delete(quarter);
    this.lines.write(day, free);
    this.#paint(each);
  }

  #toggle(each) {
    this.#set(each, each.dataset.state !== "free");
  }

  #listen() {
    let drawing = null;
    this.table.addEventListener("pointerdown", (event) => {
      const each = event.target.closest("td");
      if (!each || event.pointerType !== "mouse" || event.button !== 0) return;
      drawing = each.dataset.state !== "free";
      this.#set(each, drawing);
      this.#go(...place(each));
      event.preventDefault(); // no text is selected meanwhile
    });
    this.table.addEventListener("pointerover", (event) => {
      const each = event.target.closest("td");
      if (each && drawing !== null && event.buttons & 1) this.#set(each, drawing);
    });
    document.addEventListener("pointerup", () => (drawing = null));
    this.table.addEventListener("click", (event) => {
      const each = event.target.closest("td");
      if (!each || event.pointerType === "mouse") return; // what a mouse pressed is done
      this.#go(...place(each));
      this.#toggle(each);
    });
    this.table.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const each = event.target.closest("td");
    if (!each || event.ctrlKey || event.metaKey || event.altKey) return;
    const [day, half] = place(each);
    const moves = {
      ArrowUp: [day, half - 1],
      ArrowDown: [day, half + 1],
      ArrowLeft: [day - 1, half],
      ArrowRight: [day + 1, half],
      Home: [0, half],
      End: [DAYS - 1, half],
      PageUp: [day, this.first],
      PageDown: [day, this.last - 1],
    };
    if (event.key === " " || event.key === "Enter") this.#toggle(each);
    else if (moves[event.key]) this.#move(moves[event.key], event.shiftKey ? each.dataset.state === "free" : null);
    else return;
    event.preventDefault();
  }

  // With the shift key, what one moves over becomes as the cell that one came from.
  #move([day, half], isFree) {
    if (day < 0 || day >= DAYS || half < this.first || half >= this.last) return;
    this.#go(day, half);
    if (isFree !== null) this.#set(this.#cell(day, half), isFree);
  }

  #go(day, half) {
    this.at = [day, half];
    this.#rove(true);
  }

  #cell(day, half) {
    return this.table.rows[1 + half - this.first].cells[1 + day];
  }

  #rove(takesFocus) {
    for (const each of this.table.querySelectorAll("td[tabindex='0']")) each.tabIndex = -1;
    const here = this.#cell(...this.at);
    here.tabIndex = 0;
    if (takesFocus) here.focus({ preventScroll: false });
  }
}

function place(each) {
  return [Number(each.dataset.at.split("-")[0]), Number(each.dataset.at.split("-")[1])];
}

function row(cells) {
  const made = document.createElement("tr");
  made.append(...cells);
  return made;
}

function corner() {
  const made = document.createElement("th");
  made.setAttribute("aria-hidden", "true");
  return made;
}

function header(short, name) {
  const made = document.createElement("th");
  made.scope = "col";
  made.abbr = name;
  made.textContent = short;
  return made;
}

function hour(half) {
  const made = document.createElement("th");
  made.scope = "row";
  made.textContent = clock(2 * half);
  made.dataset.half = half % 2 ? "yes" : "no";
  return made;
}

function cell(day, half) {
  const made = document.createElement("td");
  made.dataset.at = `${day}-${half}`;
  made.setAttribute("role", "gridcell");
  made.tabIndex = -1;
  return made;
}
