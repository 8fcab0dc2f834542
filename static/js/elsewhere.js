// Shows the way to the video provider when the room opens, by the server's clock; without this script, a reload does.

const way = document.querySelector('[data-elsewhere="open"]');
const HALF_A_SECOND_LATE = 500;
const LONGEST_TIMER = 2 ** 31 - 1;

if (way?.hidden) {
  const left = Date.parse(way.dataset.opens) - Date.parse(way.dataset.now) - performance.now() + HALF_A_SECOND_LATE;
  if (left < LONGEST_TIMER) {
    setTimeout(() => {
      way.hidden = false;
      document.querySelector('[data-elsewhere="early"]')?.remove();
    }, Math.max(0, left));
  }
}
