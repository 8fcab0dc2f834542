// Typing part of a place leaves those in the list of zones that hold it; without scripts the whole list is there.
const field = document.querySelector("[data-filter-zones]");
const list = document.getElementById("field-tzid");

if (field && list) {
  const groups = [...list.querySelectorAll("optgroup")].map((group) => [group, [...group.children]]);
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  field.closest("[hidden]").hidden = false;
  field.addEventListener("input", () => {
    const wanted = plain(field.value.trim());
    for (const [group, options] of groups) {
      group.replaceChildren(...options.filter((each) => plain(each.textContent).includes(wanted)));
      group.hidden = !group.children.length;
    }
    list.size = wanted ? 8 : 1;
  });
}
