// A page with `data-progress` shows work that goes on elsewhere: it looks again until that is gone.
const EVERY = 1500;

setTimeout(look, EVERY);

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-progress]");
    if (!now) return location.reload();
    document.querySelector("[data-progress]").replaceWith(now);
  } catch {
    // the network is away for a moment
  }
  setTimeout(look, EVERY);
}
