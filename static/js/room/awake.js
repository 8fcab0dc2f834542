// Keeps the screen on while somebody is in the call, where the browser can. A page in the background loses the lock, and
// asks for it again when it is seen.

export class Awake {
  constructor() {
    this.wanted = false;
    this.lock = null;
    document.addEventListener("visibilitychange", () => this.#ask());
  }

  keep(wanted) {
    if (this.wanted === wanted) return;
    this.wanted = wanted;
    if (wanted) this.#ask();
    else this.#release();
  }

  async #ask() {
    if (!this.wanted || document.hidden || (this.lock && !this.lock.released)) return;
    try {
      this.lock = await navigator.wakeLock?.request("screen");
      if (!this.wanted) this.#release();
    } catch {
      // a device that saves its battery refuses
    }
  }

  #release() {
    this.lock?.release().catch(() => {});
    this.lock = null;
  }
}
