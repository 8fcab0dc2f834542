// What makes pages pleasanter where scripts run; every page works without.
import { keepFormsFromSendingTwice } from "./once.js";
import { walkWithKeys } from "./keys.js";
import { offerThisDevicesZone } from "./zone.js";
import { copyTimes } from "./copy.js";

const words = document.querySelector("script[data-copied]").dataset;

keepFormsFromSendingTwice(words.busy);
walkWithKeys();
offerThisDevicesZone();
copyTimes(words.copied);
