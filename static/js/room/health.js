// How a connection fares, from its own figures: whether something of the other's arrives, how well, and how much may leave.

import { Line } from "./line.js";

const EVERY = 1000;
const LOST = 0.08; // one packet in twelve is heard
const SLOW = 0.6; // seconds there and back: people begin to talk over each other
const WEAK_AFTER = 5; // looks in a row

// `on.flows(isFlowing)`, `on.weak(isWeak)` and `on.line(level)` are called on changes only, `on.rate(bits)` at each look.
// `otherSends()`: whether there is anything to get.
export class Health {
  constructor(on) {
    this.on = on;
    this.flowing = false;
  }

  watch(call) {
    this.stop();
    this.call = call;
    this.before = null;
    this.bad = 0;
    this.line = new Line();
    this.timer = setInterval(() => this.look(), EVERY);
  }

  stop() {
    clearInterval(this.timer);
    this.call = null;
    this.#weak(false);
    this.#flow(false);
  }

  async look() {
    const { call } = this;
    if (!call) return;
    const now = figures(await call.pc.getStats());
    if (this.call !== call) return;
    this.#flow(call.pc.connectionState === "connected" && (now.bytes > 0 || !this.on.otherSends()));
    this.#judge(now);
    if (call.pc.connectionState === "connected") this.#lighten(now);
  }

  #judge(now) {
    const before = this.before ?? now;
    this.before = now;
    const [lost, got] = [now.lost - before.lost, now.got - before.got];
    const isBad = now.roundTrip > SLOW || (lost > 2 && lost / (lost + got) > LOST);
    this.bad = isBad ? Math.min(this.bad + 1, WEAK_AFTER) : Math.max(this.bad - 1, 0);
    if (this.bad === WEAK_AFTER) this.#weak(true);
    if (this.bad === 0) this.#weak(false);
  }

  #lighten({ available, missed, roundTrip }) {
    const before = this.line.level;
    const level = this.line.look({ available, lost: missed, roundTrip });
    if (level !== before) this.on.line(level);
    this.on.rate(available);
  }

  #flow(isFlowing) {
    if (this.flowing === isFlowing) return;
    this.flowing = isFlowing;
    this.on.flows(isFlowing);
  }

  #weak(isWeak) {
    if (Boolean(this.isWeak) === isWeak) return;
    this.isWeak = isWeak;
    this.on.weak(isWeak);
  }
}

export function figures(stats) {
  const found = { bytes: 0, lost: 0, got: 0, roundTrip: 0, available: 0, missed: 0 };
  for (const each of stats.values()) {
    if (each.type === "inbound-rtp") {
      found.bytes += each.bytesReceived ?? 0;
      found.lost += each.packetsLost ?? 0;
      found.got += each.packetsReceived ?? 0;
    }
    if (each.type === "remote-inbound-rtp") found.missed = Math.max(found.missed, each.fractionLost ?? 0);
    if (each.type === "candidate-pair" && each.nominated) {
      found.roundTrip = each.currentRoundTripTime ?? 0;
      found.available = Math.max(found.available, each.availableOutgoingBitrate ?? 0);
    }
  }
  return found;
}
