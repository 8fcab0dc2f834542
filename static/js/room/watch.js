// At the door: whether the other is in the room already, or has said that they come late. Asked for while somebody looks.

const EVERY = 5000;

// `told(words, late)`: a sentence for the door, and the minutes by which the other comes late (0: they did not say).
export function watchOther({ base, texts, isWatching, told }) {
  setInterval(async () => {
    if (document.hidden || !isWatching()) return;
    const answer = await fetch(`${base}/who`).catch(() => null);
    if (!answer?.ok) return;
    const news = await answer.json();
    told(wordsFor(news, texts), news.late);
  }, EVERY);
}

function wordsFor({ other, late }, texts) {
  if (other === "here") return texts.say("in-room");
  if (other === "left") return texts.say("was-in-room");
  return late ? texts.say("comes-late", late) : texts.say("not-in-room");
}
