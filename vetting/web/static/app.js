// Everything works without this file: it adds a key and a button to copy with.
"use strict";

// "/" goes to the quick check, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  const box = document.querySelector("[data-key='/']");
  const at = document.activeElement;
  const writing = at && (at.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName));
  if (event.key !== "/" || !box || event.ctrlKey || event.metaKey || event.altKey) return;
  if (writing && (at !== box || box.value)) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// A text to copy: the button is shown only where there is a clipboard to copy to.
for (const row of document.querySelectorAll("[data-copies]")) {
  const text = document.getElementById(row.dataset.copies);
  if (!text || !navigator.clipboard) continue;
  const button = row.querySelector("button");
  row.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.value);
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    told.textContent = row.dataset.done;
    row.querySelector("[role=status]")?.remove();
    row.append(told);
  });
}
