// What is seen: the two pictures, the words, the buttons. It knows nothing of connections.

const byId = (id) => document.getElementById(id);
const IN_CALL = ["entering", "waiting", "connecting", "connected", "reconnecting"];

export class Stage {
  constructor(texts) {
    this.texts = texts;
    this.other = byId("other");
    this.others = new MediaStream();
    this.otherCamera = true;
    for (const event of ["playing", "resize"]) this.other.addEventListener(event, () => this.#showOther());
  }

  // `state` is also what tests and style sheets go by. While a second way is needed, that is what is said.
  show(state, words = "") {
    document.body.dataset.callState = state;
    const isSecond = document.body.dataset.secondWay && IN_CALL.includes(state) && state !== "connected";
    this.say(isSecond ? this.texts.say("second-way") : words);
    this.#showOther();
  }

  say(words) {
    if (byId("call-status").textContent !== words) byId("call-status").textContent = words;
  }

  get state() {
    return document.body.dataset.callState;
  }

  get isTalking() {
    return this.state === "connected" || this.state === "reconnecting";
  }

  get isInCall() {
    return IN_CALL.includes(this.state);
  }

  // `screen`: one's own screen is what the other sees.
  showDevices(devices, screen) {
    const picture = screen ?? devices.tracks.video;
    byId("self").srcObject = picture ? new MediaStream([picture]) : null;
    byId("self-box").dataset.picture = picture ? "yes" : "no";
    byId("self-box").dataset.screen = screen ? "yes" : "no";
    byId("self-box").dataset.facing = devices.facing;
    const open = [devices.tracks.audio && "audio", devices.tracks.video && "video"].filter(Boolean);
    document.body.dataset.devices = open.join(" ") || "none";
    this.sayDevices(devices.fault ? this.texts.say(devices.fault) : "");
    this.#name("mute", devices.isOn("audio"), "mute", "unmute");
    this.#name("camera", devices.isOn("video"), "camera-stop", "camera-start");
    this.#name("share", !screen, "share", "share-stop");
  }

  sayDevices(words) {
    byId("device-status").textContent = words;
  }

  sayWeak(isWeak) {
    this.weak = isWeak;
    this.#hint();
  }

  // `level`: how much picture leaves (`line.js`).
  sayLine(level) {
    this.line = level;
    this.#hint();
  }

  sayRate(bits) {
    const words = this.texts.say(bits === 0 ? "line-unknown" : bits < 250_000 ? "line-thin" : bits < 800_000 ? "line-fair" : "line-good", Math.round(bits / 1000));
    if (byId("line-words").textContent !== words) byId("line-words").textContent = words;
  }

  // What is heard of the other, for captions.
  soundOfOther() {
    return this.others.getAudioTracks()[0] ?? null;
  }

  caption(words) {
    byId("caption").textContent = words;
    byId("caption").hidden = !words;
  }

  // The other's picture in a window that stays above others.
  async toggleSmallWindow() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.other.requestPictureInPicture();
    } catch {
      this.say(this.texts.say("no-small-window")); // there is no picture yet
    }
  }

  addTrack(track) {
    for (const old of this.others.getTracks()) if (old.kind === track.kind) this.others.removeTrack(old);
    this.others.addTrack(track);
    this.other.srcObject ??= this.others; // not before there is something to play: an empty stream holds up the page's load
    this.#play();
  }

  // The other's own word on microphone and camera: a picture that stopped would stand still otherwise.
  tellOther({ audio, video, screen, paused }) {
    this.otherCamera = video !== false;
    byId("other-camera-off").textContent = this.texts.say(paused ? "other-paused" : "other-camera-off");
    byId("other-muted").hidden = audio !== false;
    byId("other-screen").hidden = !screen;
    byId("other-box").dataset.screen = screen ? "yes" : "no";
    this.#showOther();
  }

  forgetOther() {
    for (const track of this.others.getTracks()) this.others.removeTrack(track);
    this.other.srcObject = null;
    this.tellOther({ audio: true, video: true });
  }

  // The other is there: said once in the window's title, until somebody looks.
  callBack(words) {
    if (document.hasFocus()) return;
    this.title ??= document.title;
    document.title = words;
  }

  lookedAt() {
    if (this.title) document.title = this.title;
    this.title = null;
  }

  tick(hours) {
    byId("timer").textContent = this.texts.say(...hours.left());
    const warning = hours.warning();
    byId("timer").dataset.near = hours.isNear() ? "yes" : "no";
    if (warning && this.state === "connected") this.say(this.texts.say(...warning));
  }

  // Sound comes from the loudspeaker that was chosen, where the browser lets a page choose.
  async useSpeaker(id) {
    if (this.other.setSinkId) await this.other.setSinkId(id).catch(() => {});
  }

  async playSound() {
    await this.other.play().catch(() => {});
    byId("sound").hidden = !this.other.paused;
  }

  // Browsers may refuse to play sound before somebody has touched the page.
  async #play() {
    try {
      await this.other.play();
      byId("sound").hidden = true;
    } catch (error) {
      if (error.name === "NotAllowedError") byId("sound").hidden = false;
    }
  }

  #hint() {
    const thin = { small: "line-small", none: "line-none" }[this.line];
    const words = thin ? this.texts.say(thin) : this.weak ? this.texts.say("weak") : "";
    if (byId("hint").textContent !== words) byId("hint").textContent = words;
  }

  #showOther() {
    const seen = this.isTalking && this.otherCamera && this.other.videoWidth > 0;
    byId("other-box").dataset.picture = seen ? "yes" : "no";
    byId("other-camera-off").hidden = !(this.state === "connected" && !this.otherCamera);
  }

  #name(id, isOn, on, off) {
    byId(id).querySelector("[data-label]").textContent = this.texts.say(isOn ? on : off);
    byId(id).dataset.on = isOn ? "yes" : "no";
  }
}
