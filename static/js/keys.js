// `/` goes to the field for the need, arrows walk between hours.
const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function walkWithKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !isTyping(event.target)) focusNeed(event);
    if (event.key in STEP && event.target.matches("a.chip")) walk(event, STEP[event.key]);
  });
}

function isTyping(target) {
  return target.matches("input, textarea, select") || target.isContentEditable;
}

function focusNeed(event) {
  const field = document.querySelector("[data-need]");
  if (!field) return;
  event.preventDefault();
  field.focus();
}

function walk(event, step) {
  const chips = [...document.querySelectorAll("a.chip")].filter((chip) => chip.checkVisibility());
  const next = chips[chips.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
