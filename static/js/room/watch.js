// At the door: whether the other is in the room already, or has said that they come late. Asked for while somebody looks.

const EVERY = 5000;

export function watchOther({ base, texts, line, isWatching }) {
  setInterval(async () => {
    if (document.hidden || !isWatching()) return;
    const answer = await fetch(`${base}/who`).catch(() => null);
    if (!answer?.ok) return;
    const words = wordsFor(await answer.json(), texts);
    if (line.textContent !== words) line.textContent = words;
  }, EVERY);
}

function wordsFor({ other, late }, texts) {
  if (other === "here") return texts.say("in-room");
  if (other === "left") return texts.say("was-in-room");
  return late ? texts.say("comes-late", late) : texts.say("not-in-room");
}
