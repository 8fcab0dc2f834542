// Which camera, microphone and loudspeaker: three lists, filled once the browser may name them. What was chosen is kept
// on this device, as the ids that the browser gave it, and nothing else.

const KEPT = "room-devices";
const KINDS = { audio: "audioinput", video: "videoinput", speaker: "audiooutput" };

export class Choice {
  // `lists`: {audio, video, speaker}, <select> elements; `chosen(kind)` is called when somebody chose.
  constructor(lists, chosen) {
    this.lists = lists;
    this.kept = read();
    for (const [kind, list] of Object.entries(lists)) {
      list.addEventListener("change", () => {
        this.kept[kind] = list.value;
        keep(this.kept);
        chosen(kind);
      });
    }
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.fill());
  }

  of(kind) {
    return this.kept[kind] ?? "";
  }

  // The browser may take any again.
  forget(kind) {
    delete this.kept[kind];
    keep(this.kept);
  }

  constraint(kind) {
    return this.of(kind) ? { deviceId: { exact: this.of(kind) } } : {};
  }

  // A list of one is no choice; loudspeakers can be chosen where the browser lets a page do so.
  async fill() {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    for (const [kind, list] of Object.entries(this.lists)) {
      if (kind === "video") this.cameras = devices.filter((device) => device.kind === KINDS.video).length;
      const named = devices.filter((device) => device.kind === KINDS[kind] && device.deviceId && device.label);
      list.replaceChildren(...named.map((device) => new Option(device.label, device.deviceId)));
      if (named.some((device) => device.deviceId === this.of(kind))) list.value = this.of(kind);
      list.closest("label").hidden = named.length < 2 || (kind === "speaker" && !HTMLMediaElement.prototype.setSinkId);
    }
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function keep(choice) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(choice));
  } catch {
    // a browser that keeps nothing asks again next time
  }
}
