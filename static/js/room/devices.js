// Camera and microphone, as far as they are wanted and can be had. Whatever is missing, the call goes on without it.

const CAUSES = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};
const WANTED = {
  audio: { echoCancellation: true, noiseSuppression: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24 }, facingMode: "user" },
};
const NAMES = { audio: "microphone", video: "camera" };
const KINDS = ["audio", "video"];

// `changed()` is called whenever a track came or went. `fault` names what is wrong: "camera-busy", "both-denied",
// "insecure" and the like, or "" when all is well. `choice` says which device is chosen for a kind (`choice.js`).
export class Devices {
  constructor(choice, changed) {
    this.choice = choice;
    this.changed = changed;
    this.tracks = { audio: null, video: null };
    this.fault = "";
    this.wants = { audio: true, video: true };
    this.facing = "user";
    this.isBlurred = false;
  }

  get isOpen() {
    return Boolean(this.tracks.audio || this.tracks.video);
  }

  isOn(kind) {
    return Boolean(this.tracks[kind]?.enabled);
  }

  // Asks for all that is wanted at once, then for each alone. Never throws.
  async open(wants = { audio: true, video: true }) {
    this.close();
    this.wants = { ...wants };
    this.fault = "";
    const kinds = KINDS.filter((kind) => wants[kind]);
    if (kinds.length && !navigator.mediaDevices?.getUserMedia) this.fault = window.isSecureContext ? "unsupported" : "insecure";
    else if (kinds.length) await this.#open(kinds);
    this.changed();
  }

  // A switched-off microphone stays open and silent; a switched-off camera is let go of, so that its light goes out.
  async toggle(kind) {
    if (!this.tracks[kind]) return this.#reopen(kind);
    if (kind === "audio") {
      this.wants.audio = !this.wants.audio;
      this.tracks.audio.enabled = this.wants.audio;
    } else {
      this.wants.video = false;
      this.#drop("video");
    }
    this.changed();
  }

  // Lets go of what is not wanted.
  keep(wants) {
    for (const kind of KINDS.filter((each) => !wants[each])) {
      this.wants[kind] = false;
      this.#drop(kind);
    }
    this.changed();
  }

  // From the camera that looks at oneself to the one that looks away, and back.
  async flip() {
    this.facing = this.facing === "user" ? "environment" : "user";
    this.choice.forget("video");
    await this.#reopen("video");
  }

  // Whether the device itself can soften what lies behind one. No picture passes through the page for it.
  get canBlur() {
    return this.tracks.video?.getCapabilities?.().backgroundBlur?.includes(true) ?? false;
  }

  async blur(isBlurred) {
    this.isBlurred = isBlurred;
    await this.tracks.video?.applyConstraints({ backgroundBlur: isBlurred }).catch(() => {});
  }

  // The device of that kind that `choice` names now.
  async choose(kind) {
    if (kind === "video") this.facing = "user";
    if (this.tracks[kind]) await this.#reopen(kind);
  }

  // A phone call or another program may have ended what we had.
  async repair() {
    for (const kind of KINDS) {
      if (this.tracks[kind]?.readyState === "ended") await this.#reopen(kind);
    }
  }

  close() {
    for (const kind of KINDS) this.#drop(kind);
  }

  async #open(kinds) {
    const causes = {};
    const all = await this.#ask(kinds);
    this.#keep(all.tracks);
    if (!all.cause) return;
    for (const kind of kinds) causes[kind] = kinds.length > 1 ? await this.#openAlone(kind, all.cause) : all.cause;
    this.fault = faultOf(causes);
  }

  async #reopen(kind) {
    this.wants[kind] = true;
    if (!navigator.mediaDevices?.getUserMedia) this.fault = window.isSecureContext ? "unsupported" : "insecure";
    else {
      const alone = await this.#ask([kind]);
      this.#keep(alone.tracks);
      this.fault = alone.cause ? `${NAMES[kind]}-${alone.cause}` : "";
    }
    this.changed();
  }

  async #openAlone(kind, cause) {
    if (cause === "denied" && !(await isGranted(NAMES[kind]))) return cause; // asking again would only nag
    const alone = await this.#ask([kind]);
    this.#keep(alone.tracks);
    return alone.cause;
  }

  // What was chosen may be unplugged by now, and a device may not do what we wish: then any will do.
  async #ask(kinds) {
    const wished = Object.fromEntries(kinds.map((kind) => [kind, { ...this.#wanted(kind), ...this.choice.constraint(kind) }]));
    const answer = await ask(wished);
    if (answer.name !== "OverconstrainedError") return answer;
    return ask(Object.fromEntries(kinds.map((kind) => [kind, true])));
  }

  #wanted(kind) {
    return kind === "video" ? { ...WANTED.video, facingMode: this.facing } : WANTED[kind];
  }

  #keep(tracks) {
    for (const track of tracks) {
      this.#drop(track.kind);
      track.enabled = this.wants[track.kind];
      track.addEventListener("ended", () => this.#lost(track));
      this.tracks[track.kind] = track;
      if (track.kind === "video" && this.isBlurred) this.blur(true);
    }
  }

  #lost(track) {
    if (this.tracks[track.kind] !== track) return;
    this.fault = `${NAMES[track.kind]}-lost`;
    this.changed();
  }

  #drop(kind) {
    this.tracks[kind]?.stop();
    this.tracks[kind] = null;
  }
}

async function ask(constraints) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    return { tracks: stream.getTracks(), cause: "", name: "" };
  } catch (error) {
    return { tracks: [], cause: CAUSES[error.name] ?? "busy", name: error.name };
  }
}

async function isGranted(name) {
  try {
    return (await navigator.permissions.query({ name })).state === "granted";
  } catch {
    return false; // this browser does not tell
  }
}

// One name for what is missing: of one device, or of both; a refusal is said first, since it can be undone.
function faultOf({ audio, video }) {
  if (audio && video) return `both-${["denied", "busy", "missing"].find((cause) => audio === cause || video === cause)}`;
  if (video) return `camera-${video}`;
  return audio ? `microphone-${audio}` : "";
}
