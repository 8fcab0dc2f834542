// What makes pages pleasanter where scripts run; every page works without.
import { keepFormsFromSendingTwice } from "./once.js";
import { walkWithKeys } from "./keys.js";
import { keepWords } from "./drafts.js";

document.getElementById("error-summary")?.focus(); // where the browser did not
const said = document.querySelector("script[data-copied]").dataset;

keepFormsFromSendingTwice(said.busy);
walkWithKeys();
keepWords(said);

// What few pages have is fetched by those alone.
if (document.querySelector("[data-swapped]")) import("./swap.js").then(({ swapParts }) => swapParts());
if (document.querySelector("[data-filter-zones]")) import("./zone_filter.js").then(({ filterZones }) => filterZones());
if (document.querySelector("[data-copy]")) import("./copy.js").then(({ copyWhatStands }) => copyWhatStands(said.copied));
