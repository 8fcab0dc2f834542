// Everything that is made of sound but the call: how loud the microphone is, a test of the loudspeaker, a bell.

const LOUD = 0.02; // a voice at a metre gives several times as much
const EVERY = 100;

let context = null;

// Browsers give sound after a touch only: call it first from a click.
export function wakeSound() {
  const Context = window.AudioContext;
  context ??= Context ? new Context() : null;
  context?.resume().catch(() => {});
  return context;
}

// Two soft notes; `speaker` is the id of a loudspeaker, "" for the usual one.
export async function ring(speaker = "", notes = [523.25, 659.25]) {
  if (!wakeSound()) return;
  if (context.setSinkId && speaker) await context.setSinkId(speaker).catch(() => {});
  notes.forEach((frequency, number) => note(frequency, context.currentTime + number * 0.22));
}

function note(frequency, at) {
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.18, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.55);
}

// Shows how loud a microphone is, in a <meter> and in words. `heard(isHeard)` is called when that changes.
export class Loudness {
  constructor(meter, heard) {
    this.meter = meter;
    this.heard = heard;
  }

  watch(track) {
    this.stop();
    if (!track || !wakeSound()) return;
    this.source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 8192; // longer than the time between two looks: no word slips through
    this.source.connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    this.isHeard = false;
    this.heard(false);
    this.timer = setInterval(() => this.#look(analyser, wave), EVERY);
  }

  stop() {
    clearInterval(this.timer);
    this.source?.disconnect();
    this.source = null;
    this.meter.value = 0;
  }

  #look(analyser, wave) {
    analyser.getFloatTimeDomainData(wave);
    const level = Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length);
    this.meter.value = Math.min(1, level * 4);
    if (level < LOUD || this.isHeard) return;
    this.isHeard = true;
    this.heard(true);
  }
}
