// What is seen: the two pictures, the words, the buttons. It knows nothing of connections.

const byId = (id) => document.getElementById(id);

export class Stage {
  constructor(texts) {
    this.texts = texts;
    this.self = byId("self");
    this.other = byId("other");
    this.others = new MediaStream();
    this.otherCamera = true;
    for (const event of ["playing", "resize"]) this.other.addEventListener(event, () => this.#showOther());
  }

  // `state` is also what tests and style sheets go by.
  show(state, words = "") {
    document.body.dataset.callState = state;
    if (byId("call-status").textContent !== words) byId("call-status").textContent = words;
    this.#showOther();
  }

  get state() {
    return document.body.dataset.callState;
  }

  showDevices(devices) {
    const picture = devices.tracks.video;
    this.self.srcObject = picture ? new MediaStream([picture]) : null;
    byId("self-box").dataset.picture = picture ? "yes" : "no";
    document.body.dataset.devices = [devices.tracks.audio && "audio", picture && "video"].filter(Boolean).join(" ") || "none";
    this.sayDevices(devices.fault ? this.texts.say(devices.fault) : "");
    this.#name("mute", devices.isOn("audio"), "mute", "unmute");
    this.#name("camera", devices.isOn("video"), "camera-stop", "camera-start");
  }

  sayDevices(words) {
    byId("device-status").textContent = words;
  }

  addTrack(track) {
    for (const old of this.others.getTracks()) if (old.kind === track.kind) this.others.removeTrack(old);
    this.others.addTrack(track);
    this.other.srcObject ??= this.others; // not before there is something to play: an empty stream holds up the page's load
    this.#play();
  }

  // The other's own word on microphone and camera: a picture that stopped would stand still otherwise.
  tellOther({ audio, video }) {
    this.otherCamera = video !== false;
    byId("other-muted").hidden = audio !== false;
    this.#showOther();
  }

  forgetOther() {
    for (const track of this.others.getTracks()) this.others.removeTrack(track);
    this.other.srcObject = null;
    this.tellOther({ audio: true, video: true });
  }

  tick(hours) {
    byId("timer").textContent = this.texts.say(...hours.left());
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

  #showOther() {
    const talking = this.state === "connected" || this.state === "reconnecting";
    const seen = talking && this.otherCamera && this.other.videoWidth > 0;
    byId("other-box").dataset.picture = seen ? "yes" : "no";
    byId("other-camera-off").hidden = !(this.state === "connected" && !this.otherCamera);
  }

  #name(id, isOn, on, off) {
    byId(id).querySelector("[data-label]").textContent = this.texts.say(isOn ? on : off);
    byId(id).dataset.on = isOn ? "yes" : "no";
  }
}
