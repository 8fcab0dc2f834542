// The mailbox on the server: one object = one page in the room. Everything leaves by POST, in order, until it is taken.

const WAIT_SECONDS = 20;
const POST_TIMEOUT = 10_000;
const POLL_TIMEOUT = (WAIT_SECONDS + 15) * 1000;
const BACK_OFF = [300, 600, 1200, 2500, 5000, 8000];
const BATCH = 20;

// The server said no, for good: `reason` is replaced, left, early, late, cancelled … or "".
class Refused extends Error {
  constructor(status, reason) {
    super(`${status} ${reason}`);
    this.reason = reason;
  }
}

// `on.heard({other, signals, secondWay})`: `other` is {peer, state: here|away|left} or null. `on.closed(reason)`: this page is out.
// `on.trouble(isTrouble)`: whether the server can be reached.
export class Signalling {
  constructor({ base, csrf, on }) {
    this.base = base;
    this.csrf = csrf;
    this.on = on;
    this.peer = "";
    this.other = null;
    this.after = 0;
    this.secondWay = "";
    this.telling = Promise.resolve();
    this.number = 0;
    this.queue = [];
    this.sending = false;
    this.ended = new AbortController();
  }

  // Takes the seat: {peer, polite, ice_servers}, or null when this page was refused or stopped meanwhile.
  async enter() {
    const reply = await this.#insist("enter", () => ({}), POST_TIMEOUT);
    if (reply) this.peer = reply.peer;
    return reply;
  }

  async listen() {
    while (!this.ended.signal.aborted) {
      const reply = await this.#insist("poll", () => this.#known(), POLL_TIMEOUT);
      if (reply && !this.ended.signal.aborted) this.#take(reply);
    }
  }

  // Queues one message to one page of the other seat.
  send(to, kind, body) {
    this.number += 1;
    this.queue.push({ to, signal: { number: this.number, kind, body } });
    if (!this.sending) this.#flush();
  }

  // Whether the other is seen and heard; the latest word arrives last.
  tellMedia(flows) {
    this.telling = this.telling.then(() => this.#insist("media", () => ({ peer: this.peer, flows }), POST_TIMEOUT));
  }

  // Works while the page is going away, too.
  leave() {
    this.stop();
    if (!this.peer) return;
    const form = new FormData();
    form.set("peer", this.peer);
    form.set("csrf_token", this.csrf);
    navigator.sendBeacon(`${this.base}/leave`, form);
  }

  stop() {
    this.ended.abort();
  }

  #known() {
    const { peer = "", state = "" } = this.other ?? {};
    const { after, secondWay } = this;
    return { peer: this.peer, other: peer, other_state: state, after, second_way: secondWay, wait: WAIT_SECONDS };
  }

  #take({ other, signals, second_way: secondWay }) {
    if (other?.peer !== this.other?.peer) this.after = 0;
    this.other = other;
    if (signals.length) this.after = signals.at(-1).number;
    this.secondWay = secondWay;
    this.on.heard({ other, signals, secondWay });
  }

  async #flush() {
    this.sending = true;
    while (this.queue.length && !this.ended.signal.aborted) {
      const batch = this.#nextBatch();
      const body = { peer: this.peer, to: batch[0].to, signals: batch.map((each) => each.signal) };
      if (await this.#insist("send", () => body, POST_TIMEOUT)) this.queue.splice(0, batch.length);
    }
    this.sending = false;
  }

  #nextBatch() {
    const other = this.queue.findIndex((each) => each.to !== this.queue[0].to);
    return this.queue.slice(0, Math.min(BATCH, other < 0 ? this.queue.length : other));
  }

  // Posts until there is an answer. Null when this page is refused, or stopped meanwhile.
  async #insist(path, body, timeout) {
    for (let failures = 0; !this.ended.signal.aborted; failures += 1) {
      try {
        const reply = await this.#post(path, body(), timeout);
        if (failures) this.on.trouble(false);
        return reply;
      } catch (error) {
        if (this.ended.signal.aborted) return null;
        if (error instanceof Refused) return this.#close(error.reason);
        if (failures >= 1) this.on.trouble(true);
        await this.#pause(error.retryAfter ?? BACK_OFF[Math.min(failures, BACK_OFF.length - 1)]);
      }
    }
    return null;
  }

  #close(reason) {
    this.stop();
    this.on.closed(reason);
    return null;
  }

  async #post(path, body, timeout) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeout);
    const giveUp = () => late.abort();
    this.ended.signal.addEventListener("abort", giveUp);
    try {
      const response = await fetch(`${this.base}/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        body: JSON.stringify(body),
        signal: late.signal,
      });
      if (response.ok) return await response.json();
      throw await failureOf(response);
    } finally {
      clearTimeout(timer);
      this.ended.signal.removeEventListener("abort", giveUp);
    }
  }

  // With a little chance in it, so that many pages do not come back at once; cut short when the network returns.
  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds * (0.75 + Math.random() / 2));
      const { signal } = this.ended;
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        signal.removeEventListener("abort", done);
        resolve();
      }
      window.addEventListener("online", done);
      signal.addEventListener("abort", done);
    });
  }
}

// What may pass by itself is an Error with `retryAfter`; the rest is Refused.
async function failureOf(response) {
  const passing = response.status >= 500 || response.status === 429 || response.status === 408;
  if (!passing) {
    const said = await response.json().catch(() => ({}));
    return new Refused(response.status, said.reason ?? "");
  }
  const seconds = Number(response.headers.get("Retry-After"));
  return Object.assign(new Error(String(response.status)), seconds > 0 ? { retryAfter: seconds * 1000 } : {});
}
