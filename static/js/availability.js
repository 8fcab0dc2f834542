// Lines are added and removed in place, and this device's zone is offered. The page does both without scripts too.
const form = document.querySelector("[data-availability]");

form.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  const remove = event.target.closest("[data-remove]");
  if (add) addLine(event, add.closest("[data-lines]"));
  if (remove) removeLine(event, remove);
});

function addLine(event, lines) {
  event.preventDefault();
  const template = lines.querySelector("template");
  template.before(template.content.cloneNode(true));
  showWhetherEmpty(lines);
  template.previousElementSibling.querySelector("input").focus();
}

function removeLine(event, button) {
  event.preventDefault();
  const lines = button.closest("[data-lines]");
  button.closest("[data-line]").remove();
  showWhetherEmpty(lines);
  lines.querySelector("[data-add]").focus();
}

function showWhetherEmpty(lines) {
  const none = lines.querySelector(".week-none");
  if (none) none.hidden = lines.querySelector("[data-line]") !== null;
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = form.querySelector("select[name=tzid]");
const suggestion = form.querySelector("[data-zone-suggest]");
const option = [...zones.options].find((each) => each.value === here);

if (option && zones.value !== here) {
  suggestion.querySelector("span").textContent = option.text;
  suggestion.hidden = false;
  suggestion.querySelector("button").addEventListener("click", () => {
    zones.value = here;
    suggestion.hidden = true;
    zones.focus();
  });
}
