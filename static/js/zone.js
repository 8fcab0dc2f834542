// Where this device's clock shows another time than the page speaks, one click changes it. Only a hint: the server tells times.
export function offerThisDevicesZone() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const hint of document.querySelectorAll(".zone-hint")) {
    const said = hint.dataset.zone;
    if (!here || sameClock(here, said) || kept() === `${here} ${said}`) continue;
    const button = hint.querySelector("[name=tzid]");
    button.value = here;
    button.querySelector("[data-zone-words]").textContent = here.split("/").pop().replaceAll("_", " ");
    hint.querySelector("[data-zone-keep]").addEventListener("click", () => {
      hint.hidden = true;
      keep(`${here} ${said}`);
    });
    hint.hidden = false;
  }
}

function sameClock(one, other) {
  const now = new Date();
  return one === other || words(now, one) === words(now, other);
}

function words(now, timeZone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short", timeStyle: "short" }).format(now);
  } catch {
    return timeZone; // a zone this browser does not know
  }
}

const KEY = "zone kept";

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off
  }
}

function keep(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // then we ask again on the next page
  }
}
