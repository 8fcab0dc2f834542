// The other's words as text, where this browser can recognise speech on the device itself: nothing that is said leaves it
// for a recognition service (Web Speech API, `processLocally`, and recognition of a track).

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const SHOWN = 160; // characters

export class Captions {
  // `track()` is what is heard of the other, or null; `show(text)` is called with the last words, "" when there are none.
  constructor({ lang, track, show }) {
    Object.assign(this, { lang, track, show });
    this.isOn = false;
  }

  // Whether this device can do it alone; asks for no download.
  static async canDo(lang) {
    try {
      return (await Recognition?.available?.({ langs: [lang], processLocally: true })) === "available";
    } catch {
      return false;
    }
  }

  toggle() {
    this.isOn = !this.isOn;
    if (this.isOn) this.#begin();
    else this.stop();
  }

  // Recognition ends by itself after a silence, and without a track there is nothing to recognise yet.
  again() {
    if (this.isOn && !this.recognition) this.#begin();
  }

  stop() {
    this.isOn = false;
    const { recognition } = this;
    this.recognition = null;
    recognition?.abort();
    this.show("");
  }

  #begin() {
    const track = this.track();
    if (!track) return;
    const recognition = new Recognition();
    Object.assign(recognition, { lang: this.lang, processLocally: true, continuous: true, interimResults: true });
    recognition.onresult = ({ results }) => this.show(lastWords(results));
    recognition.onend = () => this.recognition === recognition && this.#ended();
    recognition.onerror = () => {};
    this.recognition = recognition;
    recognition.start(track);
  }

  #ended() {
    this.recognition = null;
    setTimeout(() => this.again(), 500);
  }
}

function lastWords(results) {
  const said = [...results].map(([best]) => best.transcript.trim()).join(" ");
  return said.length > SHOWN ? `… ${said.slice(-SHOWN).replace(/^\S*\s/, "")}` : said;
}
