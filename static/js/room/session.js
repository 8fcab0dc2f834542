// One person's part in the hour: devices, the seat, and the connection to whoever sits opposite.
//
// States: door → entering → waiting ⇄ connecting → connected ⇄ reconnecting; and left, replaced.

import { Call } from "./call.js";
import { Signalling } from "./signalling.js";

const PATIENCE = [10_000, 15_000, 20_000, 30_000];

export class Session {
  // `refused()`: the room is not open (any more); the server has the words.
  constructor({ base, csrf, devices, stage, texts, refused }) {
    Object.assign(this, { base, csrf, devices, stage, texts, refused });
    this.signalling = null;
    this.call = null;
    this.other = null;
    this.tries = 0;
  }

  get isSeated() {
    return this.signalling !== null;
  }

  async join() {
    this.stage.show("entering", this.texts.say("entering"));
    if (!this.devices.isOpen) {
      this.stage.sayDevices(this.texts.say("asking"));
      await this.devices.open();
    }
    if (this.stage.state === "entering") await this.#sit();
  }

  leave() {
    this.#stand("left", this.texts.say("left"));
    this.devices.close();
    this.devices.changed();
  }

  // The page goes away: into the browser's memory perhaps, from where `comeBack` is called.
  goAway() {
    if (!this.isSeated) return;
    this.#stand("away", "");
    this.devices.close();
  }

  async comeBack() {
    if (this.stage.state === "away") await this.join();
  }

  devicesChanged() {
    this.call?.use("audio", this.devices.tracks.audio);
    this.call?.use("video", this.devices.tracks.video);
    this.#tellState();
  }

  // Takes the seat with a page of its own in the room; what was before is over.
  async #sit() {
    this.#hangUp();
    this.signalling?.stop();
    this.other = null;
    const signalling = new Signalling({ base: this.base, csrf: this.csrf, on: this.#ears() });
    this.signalling = signalling;
    const entry = await signalling.enter();
    if (!entry || this.signalling !== signalling) return;
    this.entry = entry;
    this.stage.show("waiting", this.texts.say("not-here"));
    signalling.listen();
  }

  #ears() {
    return {
      heard: (news) => this.#hear(news),
      closed: (reason) => this.#close(reason),
      trouble: (isTrouble) => this.#trouble(isTrouble),
    };
  }

  #hear({ other, signals }) {
    this.#meet(other);
    for (const signal of signals) this.call?.receive(signal);
  }

  #meet(other) {
    const isNew = other?.peer !== this.other?.peer;
    this.other = other;
    if (isNew) this.#hangUp();
    if (other?.state === "left") this.#farewell();
    if (other?.state === "away" && this.stage.state !== "connected") this.stage.show("waiting", this.texts.say("other-away"));
    if (other?.state === "here" && this.gaveUp) this.#again();
    else if (other?.state === "here" && !this.call) this.#dial(other);
  }

  #farewell() {
    this.#hangUp();
    this.stage.show("waiting", this.texts.say("other-left"));
  }

  #dial(other) {
    const { signalling } = this;
    this.gaveUp = false;
    this.stage.show("connecting", this.texts.say("connecting"));
    this.call = new Call({
      polite: this.entry.polite,
      iceServers: this.entry.ice_servers,
      tracks: this.devices.tracks,
      patience: PATIENCE[Math.min(this.tries, PATIENCE.length - 1)],
      on: {
        tell: (kind, body) => signalling.send(other.peer, kind, body),
        state: (state) => this.#talk(state),
        track: (track) => this.stage.addTrack(track),
        told: (state) => this.stage.tellOther(state),
        stuck: () => this.#stuck(),
      },
    });
    this.#tellState();
  }

  #talk(state) {
    if (state === "connected") this.tries = 0;
    this.stage.show(state, this.texts.say(state));
  }

  // This connection will not come about. Somebody who is away cannot answer a new one either: it waits for them.
  #stuck() {
    this.gaveUp = true;
    this.stage.show("reconnecting", this.texts.say("stuck"));
    if (this.other?.state !== "away") this.#again();
  }

  #again() {
    this.gaveUp = false;
    this.tries += 1;
    this.#sit();
  }

  #tellState() {
    if (!this.call) return;
    const [audio, video] = [this.devices.isOn("audio"), this.devices.isOn("video")];
    this.signalling.send(this.other.peer, "state", { audio, video });
  }

  #trouble(isTrouble) {
    if (this.stage.state === "connected") return; // who talks directly need not know
    this.stage.show(this.stage.state, this.texts.say(isTrouble ? "offline" : this.call ? "connecting" : "not-here"));
  }

  #close(reason) {
    this.#stand(reason === "replaced" ? "replaced" : "closed", this.texts.say(reason));
    this.devices.close();
    this.devices.changed();
    if (reason !== "replaced") this.refused();
  }

  #stand(state, words) {
    this.signalling?.leave();
    this.signalling = null;
    this.#hangUp();
    this.stage.show(state, words);
  }

  #hangUp() {
    this.call?.close();
    this.call = null;
    this.gaveUp = false;
    this.stage.forgetOther();
  }
}
