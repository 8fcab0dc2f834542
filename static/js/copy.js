// A click on a time copies it together with its zone, exactly as written.
export function copyTimes(copied) {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy-time]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const time = document.getElementById(button.dataset.copyTime);
      await navigator.clipboard.writeText(time.textContent.trim());
      const before = button.textContent;
      button.textContent = copied;
      setTimeout(() => { button.textContent = before; }, 1500);
    });
  }
}
