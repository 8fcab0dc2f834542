// Where this device's clock shows another time than the page speaks, one click changes it. Only a hint: the server tells times.
// No module: it runs where it stands, right below the line it fills in, before the browser lays out what comes after.
"use strict";
{
  const KEY = "zone kept";
  const PLACE = /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/.*[a-z]$/;

  // A zone that is named by a rule, a code or an offset is told by its offset: the sign in Etc/GMT+6 is inverted.
  function zoneWords(timeZone) {
    const name = timeZone.split("/").pop();
    if (PLACE.test(timeZone) && !/[a-z](?<!^Mc)[A-Z]/.test(name)) return name.replaceAll("_", " ");
    const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "shortOffset" }).formatToParts(new Date());
    const offset = parts.find((each) => each.type === "timeZoneName").value;
    return offset.replace("GMT", "UTC").replace("-", "−").replace("+0", "");
  }

  // Whether that zone's clock shows what this device's shows now.
  function showsOurTime(timeZone) {
    const now = new Date();
    try {
      const format = new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", day: "numeric", hour: "numeric", minute: "numeric" });
      const { day, hour, minute } = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
      return day === now.getDate() && hour === now.getHours() && minute === now.getMinutes();
    } catch {
      return false; // a zone this browser does not know
    }
  }

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

  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const hint = document.querySelector(".zone-hint");
  const said = hint.dataset.zone;
  if (here && here !== said && !showsOurTime(said) && kept() !== `${here} ${said}`) {
    const button = hint.querySelector("[name=tzid]");
    button.value = here;
    button.querySelector("[data-zone-words]").textContent = zoneWords(here);
    hint.querySelector("[data-zone-keep]").addEventListener("click", () => {
      hint.hidden = true;
      keep(`${here} ${said}`);
    });
    hint.hidden = false;
  }
}
