// What is wrong with a page as it stands, each fault in words. `twice` where its text is at 200 %.
(twice) => {
  const faults = [];
  const name = (node) => {
    const tag = node.tagName.toLowerCase() + (node.id ? `#${node.id}` : "") + (node.classList[0] ? `.${node.classList[0]}` : "");
    return `${tag} “${(node.textContent || node.value || "").trim().replace(/\s+/g, " ").slice(0, 40)}”`;
  };
  const unseen = (node) => node.clientWidth <= 1 || node.clientHeight <= 1; // for those who listen
  const shown = (node) => {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    for (let each = node; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.overflowX === "hidden" && unseen(each)) return false;
    }
    return !node.closest(".skip");
  };
  const scrolls = (node) => {
    for (let each = node; each && each !== document.documentElement; each = each.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(each).overflowX) && each !== document.body) return true;
    }
    return false;
  };

  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll("*")]
      .filter((node) => shown(node) && node.getBoundingClientRect().right > innerWidth + 1 && !scrolls(node));
    faults.push(`wider than the screen by ${document.documentElement.scrollWidth - innerWidth} px: ${wide.slice(-2).map(name).join(", ")}`);
  }

  for (const node of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(node);
    const cut = (how) => ["hidden", "clip"].includes(how);
    if (!shown(node) || !(cut(style.overflowX) || cut(style.overflowY)) || !node.textContent.trim()) continue;
    if (cut(style.overflowX) && node.scrollWidth > node.clientWidth + 1) faults.push(`its words are cut: ${name(node)}`);
    if (cut(style.overflowY) && node.scrollHeight > node.clientHeight + 2) faults.push(`its lines are cut: ${name(node)}`);
  }

  // A word that a line's end tears without a hyphen; only a longer one may be, on a screen too narrow for it.
  const torn = new Set();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const text = words.currentNode, node = text.parentElement;
    if (!shown(node) || node.closest("svg, option, textarea, pre, code")) continue;
    for (const word of text.data.matchAll(/(?<![\p{L}\p{N}@/._:\u00a0\u202f-])[\p{L}\p{N}’]{2,}(?![\p{L}\p{N}@/_]|[.:-][\p{L}\p{N}/])/gu)) {
      if (word[0].length > (twice ? 12 : 24)) continue;
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const tops = [...range.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round(box.top));
      if (tops.length > 1 && Math.max(...tops) - Math.min(...tops) > 8) torn.add(`the word ${word[0]} is torn: ${name(node)}`);
    }
  }
  faults.push(...torn);

  if (twice) {
    const floats = (node) => {
      for (let each = node; each; each = each.parentElement) {
        if (["fixed", "sticky"].includes(getComputedStyle(each).position)) return true;
      }
      return false;
    };
    const boxes = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode.parentElement;
      if (!texts.currentNode.data.trim() || !shown(node) || node.closest("svg, option, textarea") || floats(node) || scrolls(node)) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const lines = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
      for (const box of lines) boxes.push({ node, box });
      const letters = parseFloat(getComputedStyle(node).fontSize) * 2.5;
      if (lines.length > 3 && !node.closest("table") && lines.every((box) => box.width < letters)) faults.push(`a column of letters: ${name(node)}`);
    }
    boxes.sort((one, other) => one.box.top - other.box.top);
    boxes.forEach((one, at) => {
      for (let next = at + 1; next < boxes.length && boxes[next].box.top < one.box.bottom; next += 1) {
        const other = boxes[next];
        const deep = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        if (one.node !== other.node && across > 2 && deep > Math.min(one.box.height, other.box.height) / 2) {
          faults.push(`${name(one.node)} lies over ${name(other.node)}`);
        }
      }
    });
    return [...new Set(faults)];
  }

  if (innerWidth >= 768) {
    const lines = (menu) => new Set([...menu.querySelectorAll("a, button")].filter(shown).map((each) => Math.round(each.getBoundingClientRect().bottom / 12))).size;
    const top = document.querySelector(".top-row");
    if (top && top.getBoundingClientRect().height > 72) faults.push("the header takes more than a line");
    const pages = document.querySelector(".rooms");
    if (pages && lines(pages) > 2) faults.push(`the pages of the network take ${lines(pages)} lines`);
  }

  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((node) => node.checkVisibility());
  const levels = headings.map((node) => Number(node.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) faults.push(`${levels.filter((level) => level === 1).length} h1`);
  levels.forEach((level, at) => {
    if (level > (at ? levels[at - 1] : 0) + 1) faults.push(`a level is left out before h${level} ${name(headings[at])}`);
  });
  for (const node of headings) if (!node.textContent.trim()) faults.push("a heading without words");
  if (!/\S+ · \S+/.test(document.title)) faults.push(`a title that does not tell the page: ${document.title}`);
  return [...new Set(faults)];
}
