// What is tried before the call: picture, sound both ways, and the way through the network. Nothing of it is needed to join.

import { reachesRelay } from "./relay.js";
import { Loudness, ring } from "./sound.js";

const byId = (id) => document.getElementById(id);

export class Check {
  constructor({ base, csrf, devices, choice, texts, stage }) {
    Object.assign(this, { base, csrf, devices, choice, texts, stage });
    this.loudness = new Loudness(byId("level"), (isHeard) => this.#hear(isHeard));
    byId("speaker-test").addEventListener("click", () => this.#playTest());
  }

  // After a click: some browsers ask each time, and give sound after a touch only.
  async begin() {
    this.stage.sayDevices(this.texts.say("asking"));
    await this.devices.open();
    byId("checks").hidden = false;
    await this.choice.fill();
    if (!this.asked) this.#lookForRelay();
    this.asked = true;
  }

  devicesChanged() {
    const isOpen = Boolean(this.devices.tracks.audio);
    byId("level-line").hidden = !isOpen;
    if (isOpen && !this.stage.isInCall) this.loudness.watch(this.devices.tracks.audio);
    else this.loudness.stop();
  }

  stop() {
    this.loudness.stop();
    byId("checks").hidden = true;
  }

  #hear(isHeard) {
    const words = this.texts.say(isHeard ? "heard" : "not-heard");
    byId("level-words").textContent = words;
    byId("level").setAttribute("aria-valuetext", words);
  }

  #playTest() {
    ring(this.choice.of("speaker"), [392, 523.25, 659.25]);
    byId("speaker-words").textContent = this.texts.say("three-notes");
  }

  async #lookForRelay() {
    const line = byId("relay-words");
    line.textContent = this.texts.say("relay-looking");
    const isReached = await reachesRelay(await this.#relays()).catch(() => false);
    line.textContent = isReached === null ? "" : this.texts.say(isReached ? "relay-reached" : "relay-not");
    line.dataset.reached = String(isReached);
  }

  async #relays() {
    const answer = await fetch(`${this.base}/relay`, { method: "POST", headers: { "X-CSRFToken": this.csrf } });
    return answer.ok ? (await answer.json()).ice_servers : [];
  }
}
