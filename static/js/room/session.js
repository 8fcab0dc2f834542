// One person's part in the hour: devices, the seat, and the connection to whoever sits opposite.
// States: door → entering → waiting ⇄ connecting → connected ⇄ reconnecting; and left, replaced.

import { Call } from "./call.js";
import { Health } from "./health.js";
import { Signalling } from "./signalling.js";

const PATIENCE = [10_000, 15_000, 20_000, 30_000];

export class Session {
  // `on.refused()`: the room is not open (any more); the server has the words. `on.came()`: the other is there.
  // `on.secondWay(mark)`, `on.chat(body)`, `on.way()`: a new way for what is written.
  constructor({ base, csrf, devices, screen, stage, texts, on }) {
    Object.assign(this, { base, csrf, devices, screen, stage, texts, on });
    this.signalling = null;
    this.call = null;
    this.other = null;
    this.others = {};
    this.tries = 0;
    this.hasTalked = false;
    this.level = "full";
    this.health = new Health({
      flows: (isFlowing) => this.signalling?.peer && this.signalling.tellMedia(isFlowing),
      weak: (isWeak) => stage.sayWeak(isWeak),
      line: (level) => this.#carry(level),
      rate: (bits) => stage.sayRate(bits),
      otherSends: () => this.others.sends !== false,
    });
  }

  get isSeated() {
    return this.signalling !== null;
  }

  // `wants`: {audio, video}; what is open already stays as it is, but for what is not wanted.
  async join(wants) {
    this.stage.show("entering", this.texts.say("entering"));
    if (this.devices.isOpen) this.devices.keep(wants);
    else await this.#prepare(wants);
    if (this.stage.state === "entering") await this.#sit();
  }

  leave() {
    this.#stand("left", this.texts.say("left"));
    this.#letGo();
  }

  // The page goes away: into the browser's memory perhaps, from where `comeBack` is called.
  goAway() {
    if (!this.isSeated) return;
    this.#stand("away", "");
    this.devices.close();
  }

  async comeBack() {
    if (this.stage.state === "away") await this.join(this.devices.wants);
  }

  devicesChanged() {
    for (const [kind, track] of Object.entries(this.#sent())) this.call?.use(kind, track);
    this.#tellState();
  }

  // Directly, or through the server; where nobody is there to take it, not at all.
  write(body) {
    if (this.call?.write(body)) return;
    if (this.call && this.other?.state === "here") this.signalling.send(this.other.peer, "chat", body);
  }

  async #prepare(wants) {
    if (wants.audio || wants.video) this.stage.sayDevices(this.texts.say("asking"));
    await this.devices.open(wants);
  }

  #sent() {
    return { audio: this.devices.tracks.audio, video: this.screen.track ?? this.devices.tracks.video };
  }

  // Takes the seat with a page of its own; what was before is over.
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

  #hear({ other, signals, secondWay }) {
    this.#meet(other);
    for (const signal of signals) this.call?.receive(signal);
    this.on.secondWay(secondWay);
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
    this.on.came();
    this.stage.show("connecting", this.texts.say("connecting"));
    this.call = new Call({
      polite: this.entry.polite,
      iceServers: this.entry.ice_servers,
      tracks: this.#sent(),
      patience: PATIENCE[Math.min(this.tries, PATIENCE.length - 1)],
      on: {
        tell: (kind, body) => signalling.send(other.peer, kind, body),
        state: (state) => this.#talk(state),
        track: (track) => this.stage.addTrack(track),
        told: (state) => this.stage.tellOther((this.others = state)),
        chat: (body) => this.on.chat(body),
        channel: () => this.on.way(),
        stuck: () => this.#stuck(),
      },
    });
    this.health.watch(this.call);
    this.#tellState();
    this.on.way();
  }

  #talk(state) {
    if (state === "connected") [this.tries, this.hasTalked] = [0, true];
    this.stage.show(state, this.texts.say(state));
    this.health.look();
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

  // On a thin line the picture makes room for the sound, and the other is told why it stopped.
  #carry(level) {
    this.level = level;
    this.call?.carry(level);
    this.#tellState();
  }

  #tellState() {
    if (!this.call) return;
    const { audio, video } = this.#sent();
    this.stage.sayLine(video ? this.level : "full");
    const paused = this.level === "none" && Boolean(video);
    const sends = Boolean(audio || (video && !paused));
    const state = { audio: this.devices.isOn("audio"), video: Boolean(video) && !paused, sends, screen: Boolean(this.screen.track), paused };
    this.signalling.send(this.other.peer, "state", state);
  }

  #trouble(isTrouble) {
    if (this.stage.state === "connected") return; // who talks directly need not know
    this.stage.show(this.stage.state, this.texts.say(isTrouble ? "offline" : this.call ? "connecting" : "not-here"));
  }

  #close(reason) {
    this.#stand(reason === "replaced" ? "replaced" : "closed", this.texts.say(reason));
    this.#letGo();
    if (reason !== "replaced") this.on.refused();
  }

  #letGo() {
    this.screen.stop();
    this.devices.close();
    this.devices.changed();
  }

  #stand(state, words) {
    this.signalling?.leave();
    this.signalling = null;
    this.#hangUp();
    this.stage.show(state, words);
    this.on.secondWay("");
  }

  #hangUp() {
    this.health.stop();
    this.call?.close();
    this.call = null;
    this.level = "full";
    this.stage.sayLine("full");
    this.others = {};
    this.gaveUp = false;
    this.stage.forgetOther();
  }
}
