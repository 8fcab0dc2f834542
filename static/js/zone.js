// Where this device lives in another zone than the page speaks, one click changes it.
export function offerThisDevicesZone() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const menu of document.querySelectorAll("[data-zone]")) {
    const button = menu.querySelector("[data-zone-detected]");
    if (!here || !button || here === menu.dataset.zone) continue;
    button.value = here;
    button.querySelector("[data-zone-words]").textContent = ` (${here.split("/").pop().replaceAll("_", " ")})`;
    button.hidden = false;
    menu.classList.add("zone-differs");
  }
}
