// The door and the room: what happens when somebody clicks, waits, reloads or goes away.

import { Awake } from "./awake.js";
import { Chat } from "./chat.js";
import { Check } from "./check.js";
import { Choice } from "./choice.js";
import { Devices } from "./devices.js";
import { countdown, Hours } from "./hours.js";
import { Panel } from "./panel.js";
import { CAN_SHARE, Screen } from "./screen.js";
import { SecondWay } from "./secondway.js";
import { Session } from "./session.js";
import { ring, wakeSound } from "./sound.js";
import { Stage } from "./stage.js";
import { Texts } from "./texts.js";
import { watchOther } from "./watch.js";

const byId = (id) => document.getElementById(id);
const page = byId("room").dataset;
const texts = new Texts(byId("room-texts"));
const stage = new Stage(texts);
const hours = new Hours(page);
const choice = new Choice({ audio: byId("audio-list"), video: byId("video-list"), speaker: byId("speaker-list") }, choose);
const devices = new Devices(choice, showDevices);
const screen = new Screen(showDevices);
const { base, csrf } = page;
const check = new Check({ base, csrf, devices, choice, texts, stage });
const chat = new Chat({ texts, name: page.name, post: (body) => session.write(body) });
const awake = new Awake();
const panel = new Panel({ devices, choice, stage, texts, changed: () => chat.show(false, { takesFocus: false }) });
const secondWay = new SecondWay({ base, leads: page.leads, changed: showSecondWay, goes: goElsewhere });
const session = new Session({ base, csrf, devices, screen, stage, texts, on: {
  refused,
  came,
  chat: (body) => chat.receive(body),
  way: () => chat.sendAgain(),
  secondWay: (mark) => secondWay.show(mark),
} });

// How somebody who is in the room joined: who reloads goes straight back so; a second tab asks first.
const SEATED = `seated:${base}`;
const NEAR = 15 * 60_000;
const BOTH = { audio: true, video: true };
const WAYS_IN = { join: BOTH, "join-sound": { audio: true, video: false }, "join-text": { audio: false, video: false } };

function seated() {
  const [entry] = performance.getEntriesByType("navigation");
  const wants = sessionStorage.getItem(SEATED);
  return wants && ["reload", "back_forward"].includes(entry?.type) ? (WAYS_IN[wants] ? wants : "join") : "";
}

async function join(way) {
  sessionStorage.setItem(SEATED, way);
  check.stop();
  stage.useSpeaker(choice.of("speaker"));
  if (way === "join-text") chat.show(true, { takesFocus: false });
  await session.join(WAYS_IN[way]);
}

// After a talk comes the page that asks how it was; who was alone may want to come back.
function leave() {
  sessionStorage.removeItem(SEATED);
  session.leave();
  panel.reset();
  chat.show(false);
  byId("other-state").textContent = ""; // what it said was before
  const asked = session.hasTalked && hours.hasBegun();
  byId("thanks").hidden = !asked;
  if (asked && page.signedIn) window.location.assign(page.after);
  else byId("join").focus();
}

// The server has the words for it; a fresh page of the door shows them.
function refused() {
  sessionStorage.removeItem(SEATED);
  window.location.reload();
}

function came() {
  if (session.hasTalked) return; // a reload is no arrival
  ring(choice.of("speaker"));
  stage.callBack(texts.say("is-here"));
}

function showDevices() {
  stage.showDevices(devices, screen.track);
  check.devicesChanged();
  session.devicesChanged();
}

function choose(kind) {
  if (kind === "speaker") stage.useSpeaker(choice.of("speaker"));
  else devices.choose(kind);
}

function showSecondWay(way) {
  if (way) stage.show(stage.state);
  if (way === "text") chat.show(true, { takesFocus: false });
}

// Many a device gives camera and microphone to one page at a time. This one stays, and goes on trying.
function goElsewhere() {
  screen.stop();
  devices.keep({ audio: false, video: false });
  stage.sayDevices(texts.say("elsewhere"));
}

function open() {
  for (const id of Object.keys(WAYS_IN)) byId(id).disabled = false;
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
  awake.keep(stage.isInCall);
  panel.captions.again();
}

function listen() {
  for (const id of Object.keys(WAYS_IN)) {
    byId(id).addEventListener("click", () => {
      wakeSound();
      byId("call").focus(); // the button goes away
      join(id);
    });
  }
  byId("leave").addEventListener("click", leave);
  byId("mute").addEventListener("click", () => devices.toggle("audio"));
  byId("camera").addEventListener("click", () => devices.toggle("video"));
  byId("share").addEventListener("click", () => screen.toggle());
  byId("sound").addEventListener("click", () => stage.playSound());
  byId("check").addEventListener("click", () => check.begin());
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select");
    if (event.key === "m" && stage.isInCall && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) devices.toggle("audio");
  });
  window.addEventListener("focus", () => stage.lookedAt());
  window.addEventListener("pagehide", () => session.goAway());
  window.addEventListener("pageshow", (event) => event.persisted && session.comeBack());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    tick();
    if (session.isSeated) devices.repair();
  });
}

// At the door, and in the room while nobody else is there.
function tellOfOther(words, late) {
  if (byId("other-state").textContent !== words) byId("other-state").textContent = words;
  if (stage.state === "waiting" && late && !session.other) stage.say(texts.say("comes-late", late));
}

function begin() {
  byId("unsupported").hidden = Boolean(window.RTCPeerConnection);
  if (!window.RTCPeerConnection) return;
  byId("call").hidden = false;
  byId("share").hidden = !CAN_SHARE;
  listen();
  stage.show(page.state === "open" ? "door" : "early");
  for (const id of Object.keys(WAYS_IN)) byId(id).disabled = page.state !== "open";
  tick();
  setInterval(tick, 1000);
  watchOther({ base, texts, isWatching: () => !stage.isTalking && hours.untilOpening() < NEAR, told: tellOfOther });
  if (page.state === "open" && seated()) join(seated());
}

begin();
