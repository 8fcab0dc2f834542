// How much picture a line carries: "full", "small" or "none". Sound comes first. It knows nothing of connections: once a
// second it is told what the browser measured.

const SMALL_BELOW = 250_000; // bits a second that can leave
const FULL_ABOVE = 450_000;
const NONE_BELOW = 110_000;
const LOST = 0.1; // of what left
const SLOW = 1; // seconds there and back
const [THIN_FOR, BAD_FOR, GOOD_FOR] = [3, 5, 10]; // looks in a row
const [PAUSE, LONGEST_PAUSE] = [20, 160]; // looks without a picture before it is tried again

export class Line {
  constructor() {
    this.level = "full";
    this.counts = { thin: 0, bad: 0, good: 0, paused: 0 };
    this.pause = PAUSE;
  }

  // `available`: bits a second that can leave, 0 where the browser does not tell; `lost`: the part of what we sent that the
  // other missed; `roundTrip`: seconds. Returns the level from now on.
  look({ available, lost, roundTrip }) {
    const isBad = lost > LOST || roundTrip > SLOW;
    const isThin = available > 0 && available < SMALL_BELOW;
    this.#count("thin", isThin || isBad);
    this.#count("bad", isBad || (available > 0 && available < NONE_BELOW));
    this.#count("good", !isBad && (available === 0 || available > FULL_ABOVE));
    if (this.level === "full" && this.counts.thin >= THIN_FOR) this.#change("small");
    else if (this.level === "small" && this.counts.bad >= BAD_FOR) this.#stop();
    else if (this.level === "small" && this.counts.good >= GOOD_FOR) this.#change("full");
    else if (this.level === "none") this.#wait(isBad);
    return this.level;
  }

  #count(name, is) {
    this.counts[name] = is ? this.counts[name] + 1 : 0;
  }

  #change(level) {
    this.level = level;
    this.counts = { thin: 0, bad: 0, good: 0, paused: 0 };
    if (level === "full") this.pause = PAUSE;
  }

  // Each time it turns out to have been too early, the next try comes later.
  #stop() {
    this.#change("none");
    this.wait = this.pause;
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  #wait(isBad) {
    this.counts.paused = isBad ? 0 : this.counts.paused + 1;
    if (this.counts.paused >= this.wait) this.#change("small");
  }
}

// What the encoder is told for each level. A small picture still shows that somebody nods.
export const ENCODINGS = {
  full: { active: true, scaleResolutionDownBy: 1, maxBitrate: 1_500_000, maxFramerate: 24 },
  small: { active: true, scaleResolutionDownBy: 4, maxBitrate: 70_000, maxFramerate: 8 },
  none: { active: false },
};
