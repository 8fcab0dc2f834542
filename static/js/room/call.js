// One direct connection to one page of the other person. A new page, theirs or ours, is a new Call.
//
// The impolite side offers sound and picture both ways at once; after that tracks are only exchanged under way, so there is
// nothing to negotiate again. Where both offer at once (two restarts), the polite side gives way ("perfect negotiation",
// W3C WebRTC, example 10.7).

import { ENCODINGS } from "./line.js";

const KINDS = ["audio", "video"];
const RESTART_AFTER = [1000, 2000, 4000, 8000];
const POLITE_LATER = 2500;
const GATHER = 40;

// `on.tell(kind, body)` sends; `on.state("connecting" | "connected" | "reconnecting")`; `on.track(track)`: something of the
// other's is coming; `on.stuck()`: nothing within `patience` ms, or broken for good: take a new one; `on.told(body)`: the
// other's own word on their devices; `on.chat(body)`: something written; `on.channel()`: the direct way for it is open.
export class Call {
  constructor({ polite, iceServers, tracks, patience, on }) {
    this.polite = polite;
    this.on = on;
    this.tracks = { ...tracks };
    this.stream = new MediaStream();
    this.senders = {};
    this.offering = false;
    this.ignoring = false;
    this.restarts = 0;
    this.inbox = Promise.resolve();
    this.candidates = [];
    this.pc = new RTCPeerConnection({ iceServers });
    this.channel = this.pc.createDataChannel("chat", { negotiated: true, id: 0 }); // both make it: no offer more
    this.#listen();
    this.watchdog = setTimeout(() => this.on.stuck(), patience + (polite ? POLITE_LATER : 0));
    if (!polite) for (const kind of KINDS) this.#offer(kind);
  }

  // Signals are handled one after the other, in the order they came.
  receive({ kind, body }) {
    this.inbox = this.inbox.then(() => this.#handle(kind, body)).catch((error) => this.#failed(kind, error));
  }

  // Sends this track from now on, or nothing of that kind.
  async use(kind, track) {
    this.tracks[kind] = track;
    await this.senders[kind]?.replaceTrack(track);
  }

  // How much picture leaves from now on (`line.js`). Sound keeps its place.
  async carry(level) {
    await encode(this.senders.video, ENCODINGS[level]);
  }

  // What is written goes along the direct way; false where there is none (yet).
  write(body) {
    if (this.channel.readyState !== "open") return false;
    this.channel.send(JSON.stringify(body));
    return true;
  }

  close() {
    for (const timer of [this.watchdog, this.restart, this.gathering]) clearTimeout(timer);
    this.closed = true;
    this.pc.close();
  }

  #listen() {
    this.pc.onnegotiationneeded = () => (this.polite && !this.pc.remoteDescription) || this.#describe(); // waits to be asked
    this.pc.onicecandidate = ({ candidate }) => candidate && this.#gather(candidate);
    this.pc.onconnectionstatechange = () => this.#changed();
    this.pc.ontrack = ({ track }) => this.on.track(track);
    this.channel.onopen = () => this.on.channel();
    this.channel.onmessage = ({ data }) => this.#hear(data);
  }

  #offer(kind) {
    const track = this.tracks[kind];
    this.senders[kind] = this.pc.addTransceiver(track ?? kind, { direction: "sendrecv", streams: [this.stream] }).sender;
  }

  async #describe() {
    try {
      this.offering = true;
      await this.pc.setLocalDescription();
      this.#tellDescription();
    } catch (error) {
      this.#failed("offer", error);
    } finally {
      this.offering = false;
    }
  }

  #tellDescription() {
    const { type, sdp } = this.pc.localDescription;
    this.on.tell("description", { type, sdp });
  }

  async #handle(kind, body) {
    if (this.closed) return;
    if (kind === "description") await this.#described(body);
    else if (kind === "candidates") await this.#offered(body);
    else if (kind === "state") this.on.told(body);
    else if (kind === "chat") this.on.chat(body);
  }

  #hear(data) {
    try {
      this.on.chat(JSON.parse(data));
    } catch (error) {
      this.#failed("chat", error);
    }
  }

  async #described(description) {
    const clash = description.type === "offer" && (this.offering || this.pc.signalingState !== "stable");
    this.ignoring = clash && !this.polite;
    if (this.ignoring) return;
    await this.pc.setRemoteDescription(description);
    if (description.type !== "offer") return;
    for (const transceiver of this.pc.getTransceivers()) await this.#answer(transceiver);
    await this.pc.setLocalDescription();
    this.#tellDescription();
  }

  // Sends back along each way that the other opened.
  async #answer(transceiver) {
    const { kind } = transceiver.receiver.track;
    if (this.senders[kind]) return;
    this.senders[kind] = transceiver.sender;
    transceiver.direction = "sendrecv";
    transceiver.sender.setStreams?.(this.stream);
    await transceiver.sender.replaceTrack(this.tracks[kind]);
  }

  async #offered(candidates) {
    for (const candidate of candidates) {
      try {
        await this.pc.addIceCandidate(candidate);
      } catch (error) {
        if (!this.ignoring) this.#failed("candidate", error);
      }
    }
  }

  // Candidates come by the dozen: they leave together.
  #gather(candidate) {
    this.candidates.push(candidate.toJSON());
    this.gathering ??= setTimeout(() => {
      this.gathering = null;
      this.on.tell("candidates", this.candidates.splice(0));
    }, GATHER);
  }

  #changed() {
    const state = this.pc.connectionState;
    if (state === "connected") this.#connected();
    if (state === "disconnected") this.on.state("reconnecting");
    if (state === "failed") this.#restartSoon();
  }

  #connected() {
    clearTimeout(this.watchdog);
    clearTimeout(this.restart);
    this.restarts = 0;
    encode(this.senders.audio, { priority: "high", networkPriority: "high" });
    this.on.state("connected");
  }

  // Both sides restarting at once, at once, again and again, is a storm: each waits longer, the polite one longer still.
  #restartSoon() {
    this.on.state("reconnecting");
    clearTimeout(this.restart);
    if (this.restarts >= RESTART_AFTER.length) return this.on.stuck();
    const pause = RESTART_AFTER[this.restarts] + (this.polite ? POLITE_LATER : 0);
    this.restarts += 1;
    this.restart = setTimeout(() => this.pc.restartIce(), pause);
  }

  #failed(what, error) {
    if (!this.closed) console.warn(`call: ${what}: ${error.name}: ${error.message}`);
  }
}

// A browser that cannot be told goes on as before.
async function encode(sender, values) {
  const parameters = sender?.getParameters();
  if (!parameters?.encodings?.length) return;
  Object.assign(parameters.encodings[0], values);
  await sender.setParameters(parameters).catch(() => {});
}
