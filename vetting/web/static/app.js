// Everything works without this file: it adds a key, a button to copy with, opens parts in their place and follows work that goes on.
"use strict";
(() => {

/** Whether somebody is writing, and a key is a letter. */
function isWriting() {
  const at = document.activeElement;
  return at && (at.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName));
}

/** The element that a piece of a page is. */
function elementOf(text) {
  const box = document.createElement("template");
  box.innerHTML = text;
  return box.content.firstElementChild;
}

// "/" goes to the search box, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  const box = document.querySelector("[data-key='/']");
  if (event.key !== "/" || !box || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isWriting() && (document.activeElement !== box || box.value)) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// "n" goes to the next that waits, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "n" || isWriting() || event.ctrlKey || event.metaKey || event.altKey) return;
  document.querySelector("a[data-key='n']")?.click();
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

// A menu that is open closes by Escape, and when somebody goes elsewhere.
for (const box of document.querySelectorAll(".nav details, .who details")) {
  document.addEventListener("click", (event) => { if (!box.contains(event.target)) box.open = false; });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    box.querySelector("summary").focus();
  });
}

// Rows: the arrows go from row to row, Enter opens; how many are ticked is told where one acts on them.
for (const table of document.querySelectorAll("table[data-rows]")) {
  table.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...table.querySelectorAll("tbody tr:not(.grp)")];
    const next = rows[rows.indexOf(event.target.closest("tr")) + step];
    if (!next) return;
    event.preventDefault();
    (event.target.matches("input") ? next.querySelector("input") : next.querySelector("th a"))?.focus();
  });
  const all = table.querySelector("[data-all]");
  if (all && table.querySelector("[data-clear]")) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of table.querySelectorAll("[data-clear]")) box.checked = all.checked;
    });
  }
  const told = table.closest("form")?.querySelector("[data-chosen]");
  if (!told) continue;
  const before = told.textContent;
  told.setAttribute("role", "status");
  table.addEventListener("change", () => {
    const chosen = table.querySelectorAll("td.sel input:checked").length;
    told.textContent = chosen ? `${chosen} ${told.dataset.chosen}` : before;
  });
}

// All of a list that was read, ticked at once.
for (const button of document.querySelectorAll("[data-tick-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const box of document.querySelectorAll(`${button.dataset.tickAll} input[type=checkbox]`)) box.checked = true;
  });
}

/** The part of a page that a link opens, by itself; throws where the answer is another page. */
async function partOf(link) {
  const part = new URL(link.href);
  part.searchParams.set("del", "1");
  const answer = await fetch(part);
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  return elementOf(await answer.text());
}

// What is closed is a link to the page with it open: here only that part of the page is fetched, and put in its place.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-opens]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const opened = await partOf(link);
    link.parentElement.replaceWith(opened);
    opened.querySelector("summary").focus();
  } catch {
    location.assign(link.href);
  }
});

// What is answered in a card comes back as what is left of the card; where it was refused, as the page that says why.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-in-place]");
  const card = form?.closest(".booker");
  if (!card) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  const address = new URL(form.action);
  address.searchParams.set("del", "1");
  address.searchParams.set("kort", card.id.slice(2));
  try {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const text = await answer.text();
    if (!answer.ok) {
      document.open();
      document.write(text);
      document.close();
      return;
    }
    const left = elementOf(text);
    const also = left.querySelector("[data-also]");
    const more = [...also.children].some((one) => one.id === "n-plain" && one.textContent !== (document.getElementById(one.id)?.textContent ?? "0"));
    const asked = card.closest("[aria-labelledby^='q-']").getAttribute("aria-labelledby").slice(2);
    if (more || (also.dataset.also && also.dataset.also !== asked)) {
      const page = new URL(answer.url); // what is left stands elsewhere on the page now
      for (const name of ["del", "kort"]) page.searchParams.delete(name);
      location.assign(page);
      return;
    }
    for (const one of [...also.children]) document.getElementById(one.id)?.replaceWith(one);
    also.remove();
    const told = left.querySelector("[role=status]");
    for (const earlier of document.querySelectorAll(".note.ok[role=status], #errors")) earlier.remove();
    document.title = document.title.replace(/^(Fel|Error): /, "");
    card.replaceWith(...left.children);
    told.tabIndex = -1;
    told.focus();
  } catch {
    location.reload();
  }
});

// The rest of something is fetched in place of what is shown of it.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-opens-part]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    const opened = await partOf(link);
    const card = link.closest(".card");
    const shown = card.querySelector(":scope > .bd");
    if (opened.matches(".bd")) shown.replaceWith(opened);
    else card.append(opened);
    link.remove();
    (opened.querySelector("summary") || opened).focus();
  } catch {
    location.assign(link.href);
  }
});

// Work that goes on: the page follows it without being loaded anew, and is loaded anew when the work has ended.
const working = document.querySelector("[data-at-work]");
if (working) {
  working.querySelector("[role=status]").removeAttribute("role"); // else every step is read aloud
  const follow = setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) return;
      const now = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-at-work]");
      if (!now) {
        clearInterval(follow);
        location.reload();
        return;
      }
      working.querySelector("p").textContent = now.querySelector("p").textContent;
      for (const name of ["max", "value"]) {
        const said = now.querySelector("progress").getAttribute(name);
        if (said !== null) working.querySelector("progress").setAttribute(name, said);
      }
    } catch {
      // the server does not answer just now: the next try may
    }
  }, 2000);
}

// Questions that are asked one at a time: the next opens when this one is done, and what is answered stands on its line.
document.addEventListener("click", (event) => {
  const next = event.target.closest("[data-next-question]")?.closest("details").nextElementSibling;
  if (!next) return;
  next.open = true;
  next.querySelector("input, textarea, select")?.focus();
});
document.addEventListener("input", (event) => {
  const line = event.target.closest("details.question")?.querySelector(".said");
  if (!line) return;
  const fields = [...line.closest("details").querySelectorAll("input:checked, input:not([type=radio], [type=checkbox], [type=file]), textarea")];
  line.textContent = fields.map((field) => field.labels?.length && field.matches(":checked") ? field.labels[0].textContent.trim() : field.value)
    .filter(Boolean).join(" · ");
});
})();
