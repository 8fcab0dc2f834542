// The door and the room: what happens when somebody clicks, waits, reloads or goes away.

import { Devices } from "./devices.js";
import { countdown, Hours } from "./hours.js";
import { Session } from "./session.js";
import { Stage } from "./stage.js";
import { Texts } from "./texts.js";

const byId = (id) => document.getElementById(id);
const page = byId("room").dataset;
const texts = new Texts(byId("room-texts"));
const stage = new Stage(texts);
const hours = new Hours(page);
const devices = new Devices(() => {
  stage.showDevices(devices);
  session.devicesChanged();
});
const session = new Session({ base: page.base, csrf: page.csrf, devices, stage, texts, refused });

// Whoever was in the room when they reloaded goes straight back; a second tab asks first.
const SEATED = `seated:${page.base}`;

function remember(isSeated) {
  if (isSeated) sessionStorage.setItem(SEATED, "yes");
  else sessionStorage.removeItem(SEATED);
}

function wasSeated() {
  const [entry] = performance.getEntriesByType("navigation");
  return sessionStorage.getItem(SEATED) === "yes" && ["reload", "back_forward"].includes(entry?.type);
}

async function join() {
  remember(true);
  await session.join();
}

function leave() {
  remember(false);
  session.leave();
  byId("join").focus();
}

// The server has the words for it; a fresh page of the door shows them.
function refused() {
  remember(false);
  window.location.reload();
}

function open() {
  byId("join").disabled = false;
  byId("opening").hidden = true;
  byId("is-open").hidden = false;
  stage.show("door", texts.say("is-open"));
}

function tick() {
  const wait = hours.untilOpening();
  if (stage.state === "early") {
    if (wait <= 0) open();
    else byId("countdown").textContent = countdown(wait, page);
  }
  stage.tick(hours);
}

function listen() {
  byId("join").addEventListener("click", () => {
    byId("call").focus(); // the button goes away
    join();
  });
  byId("leave").addEventListener("click", leave);
  byId("mute").addEventListener("click", () => devices.toggle("audio"));
  byId("camera").addEventListener("click", () => devices.toggle("video"));
  byId("sound").addEventListener("click", () => stage.playSound());
  byId("check").addEventListener("click", async () => {
    stage.sayDevices(texts.say("asking"));
    await devices.open();
  });
  window.addEventListener("pagehide", () => session.goAway());
  window.addEventListener("pageshow", (event) => event.persisted && session.comeBack());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    tick();
    if (session.isSeated) devices.repair();
  });
}

function begin() {
  if (!window.RTCPeerConnection) return stage.sayDevices(texts.say("unsupported"));
  byId("call").hidden = false;
  listen();
  stage.show(page.state === "open" ? "door" : "early");
  byId("join").disabled = page.state !== "open";
  tick();
  setInterval(tick, 1000);
  if (page.state === "open" && wasSeated()) join();
}

begin();
