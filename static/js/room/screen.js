// One's screen in place of the camera's picture. Nothing is negotiated anew: the track is exchanged under way.

export const CAN_SHARE = Boolean(navigator.mediaDevices?.getDisplayMedia);

export class Screen {
  constructor(changed) {
    this.changed = changed;
    this.track = null;
  }

  async toggle() {
    if (this.track) return this.stop();
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false });
      [this.track] = stream.getVideoTracks();
    } catch {
      return; // they thought better of it
    }
    this.track.contentHint = "detail";
    this.track.addEventListener("ended", () => this.stop());
    this.changed();
  }

  stop() {
    if (!this.track) return;
    this.track.stop();
    this.track = null;
    this.changed();
  }
}
