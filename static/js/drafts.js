// What a member types is kept in this browser until it has been sent: a switch of language or zone, a closed tab or a
// line that broke loses no word. Only what differs from the page is kept, for a day, by member, page and form.
const DAY = 86_400_000;
const LINES = "[data-lines]";
const OURS = `words ${new URL("../../", import.meta.url).pathname} `; // two networks may share a host, each below a path
let prefix, words, gone = false;

export function keepWords({ who, kept, drop, dropped, undo }) {
  const store = opened();
  if (!store || !who) return;
  prefix = `${OURS}${who} `;
  words = { kept, drop, dropped, undo };
  tidy(store);
  for (const form of document.querySelectorAll("form[method=post]")) if (holdsWords(form)) watch(store, form);
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches("[data-forget]")) return;
    gone = true;
    forget(store, () => true);
  });
}

function opened() {
  try {
    return window.localStorage;
  } catch {
    return null; // storage is switched off
  }
}

function all(store) {
  return Object.keys(store).filter((key) => key.startsWith(OURS));
}

function forget(store, which) {
  for (const key of all(store)) if (which(key, read(store, key))) store.removeItem(key);
}

function read(store, key) {
  try {
    return JSON.parse(store.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

// A page that a sent form led to (by a redirect) is the sign that it arrived; after anything else its words stand again.
function tidy(store) {
  const [came] = performance.getEntriesByType("navigation");
  const arrived = came?.type === "navigate" && came.redirectCount > 0;
  forget(store, (key, { at, sent }) => !key.startsWith(prefix) || !(Date.now() - at < DAY) || (sent && arrived));
}

function holdsWords(form) {
  const secret = "[type=password], [autocomplete=one-time-code], [data-passkey]";
  return !form.querySelector(secret) && fieldsOf(form).some((field) => field.matches("textarea, [type=text], [type=search], [type=email], [type=url], [type=tel], [type=date], [type=datetime-local], [type=number], select"));
}

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !("aside" in field.dataset) && !["hidden", "submit", "button", "file", "image", "reset", "fieldset"].includes(field.type));
}

const ticks = (field) => ["checkbox", "radio"].includes(field.type);
const valueOf = (field) => (ticks(field) ? field.checked : field.value);

function setValue(field, value) {
  if (ticks(field)) field.checked = value;
  else field.value = value;
}

function valueOfPage(field) {
  if (ticks(field)) return field.defaultChecked;
  if (field.tagName !== "SELECT") return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
}

// Each field with its number among those of its name.
function numbered(form) {
  const counts = {};
  return fieldsOf(form).map((field) => [field, (counts[field.name] = (counts[field.name] ?? -1) + 1)]);
}

// Lines that come and go are kept whole: their numbers change.
const lines = (form) => numbered(form).filter(([field]) => field.closest(LINES)).map(([field, number]) => [field.name, number, valueOf(field)]);
const others = (form) => numbered(form).filter(([field]) => !field.closest(LINES) && valueOf(field) !== valueOfPage(field)).map(([field, number]) => [field.name, number, valueOf(field)]);

// The page's address, without the marks of what has just been done (`?saved=1`).
function place() {
  const said = [...new URLSearchParams(location.search)].filter(([, value]) => value !== "1");
  return `${location.pathname}?${new URLSearchParams(said)}`;
}

function watch(store, form) {
  const key = `${prefix}${place()} ${form.getAttribute("action") ?? ""}`;
  const first = JSON.stringify(lines(form));
  let timer, turning = false;
  const turn = (dropped) => {
    turning = true;
    put(store, key, { ...read(store, key), dropped });
    form.reset();
    location.reload();
  };
  if (read(store, key).dropped) offerUndo(form, () => turn(false));
  else restore(store, form, key, () => turn(true));
  const keep = () => {
    const now = lines(form), fields = others(form), changed = JSON.stringify(now) !== first;
    if (changed || fields.length) put(store, key, { at: Date.now(), fields, lines: changed ? now : undefined });
    else store.removeItem(key);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 300);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("click", (event) => event.target.closest("[data-add], [data-remove]") && soon());
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    keep();
    const held = read(store, key);
    if (held.at) put(store, key, { ...held, sent: true });
  });
  window.addEventListener("pagehide", () => {
    clearTimeout(timer);
    if (!gone && !turning && !read(store, key).sent) keep();
  });
}

function put(store, key, value) {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch {
    // full: the words are on the page
  }
}

function restore(store, form, key, drop) {
  const held = read(store, key);
  if (!held.at) return;
  const before = JSON.stringify(numbered(form).map(([field]) => valueOf(field)));
  if (held.lines) makeLines(form, held.lines);
  const there = new Map(numbered(form).map(([field, number]) => [`${number} ${field.name}`, field]));
  for (const [name, number, value] of [...(held.fields ?? []), ...(held.lines ?? [])]) {
    const field = there.get(`${number} ${name}`);
    if (field) setValue(field, value);
  }
  if (JSON.stringify(numbered(form).map(([field]) => valueOf(field))) === before) return;
  form.dataset.restored = "yes";
  say(form, words.kept, words.drop, drop);
}

// What was discarded is held until the page is left, or something else is typed.
function offerUndo(form, undo) {
  const line = say(form, words.dropped, words.undo, undo);
  form.addEventListener("input", () => line.remove(), { once: true });
  line.lastChild.focus();
}

// As many lines as were kept: the page's templates make those that are missing.
function makeLines(form, kept) {
  for (const block of form.querySelectorAll(LINES)) {
    const template = block.querySelector("template");
    const name = template?.content.querySelector("[name]:not(button)")?.name;
    if (!name) continue;
    const wanted = kept.filter(([each]) => each === name).length;
    const there = () => [...block.querySelectorAll("[data-line]")];
    while (there().length < wanted) template.before(template.content.cloneNode(true));
    while (there().length > wanted) there().at(-1).remove();
    const none = block.querySelector(".week-none");
    if (none) none.hidden = wanted > 0;
  }
}

function say(form, said, act, run) {
  const line = document.createElement("p");
  line.className = "kept-here";
  line.setAttribute("role", "status");
  line.textContent = `${said} `;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = act;
  button.addEventListener("click", run);
  line.append(button);
  form.prepend(line);
  return line;
}
