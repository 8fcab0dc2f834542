// Camera and microphone, as far as they can be had. Whatever is missing, the call goes on without it.

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

// `changed()` is called whenever a track came or went. `fault` names what is wrong: "camera-busy", "both-denied",
// "insecure" and the like, or "" when all is well.
export class Devices {
  constructor(changed) {
    this.changed = changed;
    this.tracks = { audio: null, video: null };
    this.fault = "";
    this.wants = { audio: true, video: true };
  }

  get isOpen() {
    return Boolean(this.tracks.audio || this.tracks.video);
  }

  isOn(kind) {
    return Boolean(this.tracks[kind]?.enabled);
  }

  // Asks for both at once, then for each alone. Never throws.
  async open() {
    this.close();
    if (!navigator.mediaDevices?.getUserMedia) {
      this.fault = window.isSecureContext ? "unsupported" : "insecure";
      return this.changed();
    }
    const causes = {};
    const both = await ask(WANTED);
    this.#keep(both.tracks);
    if (both.cause) {
      for (const kind of ["audio", "video"]) causes[kind] = await this.#openAlone(kind, both.cause);
    }
    this.fault = faultOf(causes);
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

  // A phone call or another program may have ended what we had.
  async repair() {
    for (const kind of ["audio", "video"]) {
      if (this.tracks[kind]?.readyState === "ended") await this.#reopen(kind);
    }
  }

  close() {
    this.#drop("audio");
    this.#drop("video");
  }

  async #reopen(kind) {
    this.wants[kind] = true;
    const alone = await ask({ [kind]: WANTED[kind] });
    this.#keep(alone.tracks);
    this.fault = alone.cause ? `${NAMES[kind]}-${alone.cause}` : "";
    this.changed();
  }

  async #openAlone(kind, cause) {
    if (cause === "denied" && !(await isGranted(NAMES[kind]))) return cause; // asking again would only nag
    const alone = await ask({ [kind]: WANTED[kind] });
    this.#keep(alone.tracks);
    return alone.cause;
  }

  #keep(tracks) {
    for (const track of tracks) {
      this.#drop(track.kind);
      track.enabled = this.wants[track.kind];
      track.addEventListener("ended", () => this.#lost(track));
      this.tracks[track.kind] = track;
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
    return { tracks: stream.getTracks(), cause: "" };
  } catch (error) {
    return { tracks: [], cause: CAUSES[error.name] ?? "busy" };
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
