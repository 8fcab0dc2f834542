// Typing part of a place leaves those in the list of zones that hold it, and the one that is chosen; without scripts
// the whole list is there.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function filterZones() {
  for (const field of document.querySelectorAll("[data-filter-zones]")) {
    const list = document.getElementById(field.dataset.filterZones);
    const groups = [...list.querySelectorAll("optgroup")].map((group) => [group, [...group.children]]);
    field.closest("[hidden]").hidden = false;
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // it would send the form around it
    });
    field.addEventListener("input", () => {
      const wanted = plain(field.value.trim());
      const chosen = list.value;
      for (const [group, options] of groups) {
        group.replaceChildren(...options.filter((each) => each.value === chosen || plain(each.textContent).includes(wanted)));
        group.hidden = !group.children.length;
      }
      list.value = chosen;
      list.size = wanted ? 8 : 1;
    });
  }
}
