// Lines are added, removed and copied in place, half hours are tapped, what would open is shown, and this device's zone
// is offered. The page does all but the tapping without scripts too.
import { HoursPreview } from "./hours_preview.js";
import { WeekGrid } from "./week_grid.js";
import { WeekLines } from "./week_lines.js";

const form = document.querySelector("[data-availability]");
const lines = new WeekLines(form);
const grid = new WeekGrid(form.querySelector("[data-week-grid]"), lines);
new HoursPreview(form);

for (const what of ["input", "change"]) form.addEventListener(what, (event) => grid.table.contains(event.target) || grid.show());

form.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  const remove = event.target.closest("[data-remove]");
  const copy = event.target.closest("[data-copy-day]");
  if (add) addLine(event, add.closest("[data-lines]"));
  if (remove) removeLine(event, remove);
  if (copy) copyDay(event, copy);
});

function addLine(event, block) {
  event.preventDefault();
  const template = block.querySelector("template");
  template.before(template.content.cloneNode(true));
  showWhetherEmpty(block);
  template.previousElementSibling.querySelector("input").focus();
}

function removeLine(event, button) {
  event.preventDefault();
  const block = button.closest("[data-lines]");
  button.closest("[data-line]").remove();
  showWhetherEmpty(block);
  block.querySelector("[data-add]").focus();
  lines.tell();
}

function copyDay(event, button) {
  event.preventDefault();
  const box = button.closest("details");
  const ticked = [...box.querySelectorAll(":checked")];
  if (!ticked.length) return box.querySelector("input").focus();
  lines.copy(Number(button.value), ticked.map((each) => Number(each.value)));
  for (const each of ticked) each.checked = false;
  box.open = false;
  box.querySelector("summary").focus();
}

function showWhetherEmpty(block) {
  const none = block.querySelector(".week-none");
  if (none) none.hidden = block.querySelector("[data-line]") !== null;
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
    lines.tell();
    suggestion.hidden = true;
    zones.focus();
  });
}
