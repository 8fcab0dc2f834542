// A form marked `data-once` leaves once: a second click while the first is under way does nothing, and the button says
// that it is under way. When the sending stopped (Escape, the browser's Stop) or takes too long, it may be sent again.
const LONG = 10_000;

export function keepFormsFromSendingTwice(busy) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    else if (!event.defaultPrevented) begin(form, event.submitter, busy);
  });
  // Coming back with the browser's Back button shows the form as it was left: it may be sent again.
  window.addEventListener("pageshow", freeAll);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") freeAll(); });
  window.navigation?.addEventListener("navigateerror", freeAll);
}

function begin(form, button, busy) {
  form.dataset.sent = "yes";
  setTimeout(() => free(form), LONG);
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  if (!button.matches(".btn")) return;
  button.style.minWidth = `${button.offsetWidth}px`;
  const words = document.createElement("span");
  words.textContent = busy;
  words.dataset.busyWords = "";
  button.kept = [...button.childNodes];
  button.replaceChildren(words);
}

function freeAll() {
  for (const form of document.querySelectorAll("[data-sent]")) free(form);
}

function free(form) {
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) {
    if (button.form !== form) continue;
    button.removeAttribute("aria-busy");
    button.style.minWidth = "";
    if (button.kept) button.replaceChildren(...button.kept);
    delete button.kept;
  }
}
