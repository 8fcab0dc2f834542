// A link or form marked `data-swap` inside a part marked `data-swapped` brings that part alone; the address follows,
// and Back goes back. Where anything is in the way, the browser follows the link as ever.
let asked = 0;
let path = location.pathname + location.search;

async function show(address, { push, focus }) {
  const mine = (asked += 1);
  const parts = [...document.querySelectorAll("[data-swapped]")];
  for (const each of parts) each.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = parts.map((each) => page.getElementById(each.id));
    if (mine !== asked) return;
    if (answer.redirected || found.some((each) => !each)) throw new Error("another page");
    parts.forEach((each, place) => each.replaceWith(found[place]));
    document.title = page.title;
    if (push) history.pushState({ swapped: true }, "", address);
    path = location.pathname + location.search;
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  } catch {
    if (mine === asked) location.assign(address);
  }
}

function plain(event) {
  return event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

export function swapParts() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || plain(event) || !link.closest("[data-swapped]")) return;
    event.preventDefault();
    show(link.href, { push: true, focus: new URL(link.href).hash.slice(1) });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-swap]");
    if (!form || !form.closest("[data-swapped]")) return;
    event.preventDefault();
    const address = new URL(form.action);
    address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
    show(address.href, { push: true, focus: address.hash.slice(1) });
  });

  addEventListener("popstate", () => {
    if (location.pathname + location.search !== path) show(location.href, { push: false });
  });
}
