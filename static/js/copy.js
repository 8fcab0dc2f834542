// Copies a time together with its zone, or an address, exactly as it stands there, and says so.
export function copyWhatStands(copied) {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
      tell(button, copied);
    });
  }
}

// In a status beside the button where there is one; else the button says it for a moment.
function tell(button, copied) {
  const status = button.parentElement.querySelector("[data-copied-here]");
  if (status) status.textContent = copied;
  else {
    const before = button.textContent;
    button.textContent = copied;
    setTimeout(() => (button.textContent = before), 1500);
  }
}
