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
for (const box of document.querySelectorAll(".nav details")) {
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

// A sheet that is saved as one goes: keys as in a sheet, a column pasted from one, sums that follow, others' cells told.
const grouped = (ore, between = "\u00a0", point = ",") => {
  const [whole, rest] = (Math.abs(ore) / 100).toFixed(2).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, between) + (rest === "00" ? "" : point + rest);
};
const inSum = (ore) => document.documentElement.lang === "en" ? grouped(ore, ",", ".") : grouped(ore);
const oreOf = (text) => {
  const typed = text.replace(/[\s\u00a0\u202f]|kr|:-/gi, "");
  const english = document.documentElement.lang === "en" && /^\d{1,3}(,\d{3})+(\.\d{1,2})?$/.test(typed);
  const bare = english ? typed.replace(/,/g, "") : typed;
  const plain = (/^\d{1,3}(\.\d{3})+$/.test(bare) ? bare.replace(/\./g, "") : bare).replace(",", ".");
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
};
for (const form of document.querySelectorAll("form[data-sheet]")) {
  const table = form.querySelector("table");
  const status = document.getElementById("saved");
  const left = document.getElementById("left");
  const cells = () => [...table.querySelectorAll("input:not([type=hidden])")];
  const columnOf = (cell) => cells().filter((one) => one.name.split("-")[0] === cell.name.split("-")[0] && one.name.split("-")[2] === cell.name.split("-")[2]);
  const seenOf = (cell) => form.elements[`seen-${cell.name}`];
  const saved = new Map(cells().map((cell) => [cell, cell.value]));
  let newest = Number(form.dataset.newest);

  /** Tells at a cell what is wrong with it, or takes that away. */
  const tell = (cell, text) => {
    cell.parentElement.querySelector(".ferr")?.remove();
    cell.toggleAttribute("aria-invalid", Boolean(text));
    if (!text) return;
    cell.setAttribute("aria-invalid", "true");
    const told = document.createElement("span");
    told.className = "ferr";
    told.id = `e-${cell.name}`;
    told.textContent = text;
    cell.setAttribute("aria-describedby", told.id);
    cell.after(told);
  };

  /** The running sums, and what is left, by what stands in the cells. */
  const addUp = () => {
    let running = Number(table.dataset.before);
    let here = 0;
    let given = 0;
    let lacking = 0;
    let unexplained = 0;
    const parts = new Map();
    for (const row of table.querySelectorAll("tr[data-case]")) {
      const cell = row.querySelector("input[name^='amount-']");
      const refused = cell?.getAttribute("aria-invalid") === "true"; // what was not kept is counted as it was before
      const typed = cell ? (refused ? saved.get(cell) ?? "" : cell.value) : "";
      const counted = cell && !row.dataset.released ? oreOf(typed) ?? 0 : Number(row.dataset.counted);
      lacking += cell && !row.dataset.released && oreOf(typed) === null ? 1 : 0;
      const why = row.querySelector("input[name^='reason-']");
      const isLess = cell && oreOf(typed) !== null && oreOf(typed) < Number(row.dataset.applied);
      unexplained += why && isLess && !row.dataset.released && !why.value.trim() ? 1 : 0;
      const part = row.dataset.scheme ?? "";
      parts.set(part, (parts.get(part) ?? 0) + counted);
      running += counted;
      here += counted;
      given += counted > 0 ? 1 : 0;
      row.lastElementChild.textContent = inSum(running);
      const change = cell?.parentElement.nextElementSibling;
      if (change && row.dataset.last !== "" && cell.value.trim()) {
        const by = counted - Number(row.dataset.last);
        change.textContent = by ? `${by > 0 ? "+" : "\u2212"}${inSum(by)}` : "\u00b10";
      }
    }
    const [proposed, receivers] = ["proposed", "receivers"].map((id) => document.getElementById(id));
    proposed.firstElementChild.textContent = inSum(Number(proposed.dataset.beside) + here);
    receivers.textContent = String(Number(receivers.dataset.beside) + given);
    for (const cell of document.querySelectorAll("[data-part]")) {
      const sum = Number(cell.dataset.beside) + (parts.get(cell.dataset.part) ?? 0);
      cell.textContent = inSum(sum);
      const rest = cell.nextElementSibling;
      if (!cell.dataset.budget) continue;
      const over = sum > Number(cell.dataset.budget);
      rest.textContent = inSum(Number(cell.dataset.budget) - sum) + (over ? ` ${rest.dataset.over}` : "");
      rest.classList.toggle("late", over);
    }
    const bar = document.getElementById("share");
    if (bar) bar.setAttribute("width", `${Math.min(100, ((Number(proposed.dataset.beside) + here) / Number(bar.dataset.wide)) * 100)}%`);
    const without = document.getElementById("lacking");
    if (without) {
      const many = Number(without.dataset.beside) + lacking;
      without.textContent = many ? (many === 1 ? without.dataset.one : without.dataset.many).replace("{number}", many) : "";
    }
    const reasons = document.getElementById("reasons");
    if (reasons) {
      const many = Number(reasons.dataset.beside) + unexplained;
      reasons.textContent = many ? reasons.dataset.words.replace("{number}", many) : "";
    }
    if (!left) return;
    const rest = Number(left.dataset.budget) - Number(left.dataset.beside) - here;
    left.classList.toggle("late", rest < 0);
    left.firstElementChild.textContent = rest < 0 ? `${inSum(rest)} ${left.dataset.over}` : inSum(rest);
  };

  /** Sends cells that were changed, after what is on its way; what was refused stays as it was typed. */
  let sending = Promise.resolve();
  const send = (changed) => {
    sending = sending.then(() => sendNow(changed));
    return sending;
  };
  const sendNow = async (changed) => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    for (const cell of changed) {
      body.set(cell.name, cell.value);
      if (seenOf(cell)) body.set(`seen-${cell.name}`, seenOf(cell).value);
    }
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      for (const cell of changed) {
        const wrong = told.errors?.[cell.name];
        tell(cell, wrong ?? "");
        if (!wrong && !told.errors) saved.set(cell, cell.value);
      }
      for (const one of told.kept ?? []) {
        const cell = form.elements[one.cell];
        if (seenOf(cell)) seenOf(cell).value = one.seen;
      }
      for (const one of told.conflicts ?? []) {
        const cell = form.elements[one.cell];
        tell(cell, form.dataset.clash.replace("{who}", one.by).replace("{what}", one.text || "\u2013"));
        seenOf(cell).value = one.seen;
        saved.delete(cell);
      }
      for (const name of told.locked ?? []) tell(form.elements[name], form.dataset.locked);
      if (told.saved) status.textContent = told.saved;
      const others = told.errors ? changed.filter((cell) => !told.errors[cell.name]) : [];
      if (told.errors) status.textContent = form.dataset.failed;
      if (others.length && others.length < changed.length) await sendNow(others); // one wrong cell keeps no other from being saved
    } catch {
      status.textContent = form.dataset.failed;
      for (const cell of changed) saved.delete(cell);
    }
    addUp();
  };

  table.addEventListener("focusin", (event) => event.target.select?.()); // what is typed replaces what stands there

  table.addEventListener("change", (event) => {
    const cell = event.target;
    if (saved.get(cell) !== cell.value) send([cell]);
  });

  table.addEventListener("keydown", (event) => {
    const cell = event.target;
    const step = { ArrowDown: 1, Enter: event.shiftKey ? -1 : 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const column = columnOf(cell);
    const next = column[column.indexOf(cell) + step];
    next?.focus();
    next?.select();
    if (!next) cell.blur();
  });

  table.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "").split("\n");
    if (lines.length < 2) return;
    event.preventDefault();
    const [field, , criterion] = event.target.name.split("-");
    const rows = [...table.querySelectorAll("tr[data-case]")];
    const from = rows.indexOf(event.target.closest("tr"));
    const changed = [];
    let beyond = 0;
    lines.forEach((line, place) => { // row by row: a row that is locked takes its line, and keeps what it has
      const cells = [...(rows[from + place]?.querySelectorAll("input:not([type=hidden])") ?? [])];
      const first = cells.findIndex((one) => one.name.split("-")[0] === field && one.name.split("-")[2] === criterion);
      if (first < 0) {
        beyond += 1;
        return;
      }
      line.split("\t").forEach((text, step) => { // several columns go into the cells to the right
        const cell = cells[first + step];
        if (!cell) return;
        cell.value = text.trim();
        changed.push(cell);
      });
    });
    if (beyond) setTimeout(() => { status.textContent = form.dataset.beyond.replace("{many}", beyond); }, 1500);
    send(changed);
  });

  // What others have written is asked for now and then, while the page is looked at.
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const address = new URL(form.dataset.sheet, location.href);
      address.searchParams.set("efter", newest);
      const told = await (await fetch(address)).json();
      for (const one of told.cells) {
        const cell = form.elements[one.cell];
        if (!cell || Number(seenOf(cell).value) >= one.seen || document.activeElement === cell || saved.get(cell) !== cell.value) continue;
        cell.value = one.cell.startsWith("amount") && one.text ? grouped(oreOf(one.text) ?? 0) : one.text;
        seenOf(cell).value = one.seen;
        saved.set(cell, cell.value);
        status.textContent = `${one.by}: ${one.text || "\u2013"}`;
      }
      newest = Math.max(newest, told.newest);
      addUp();
    } catch {
      // asked again in ten seconds
    }
  }, 10_000);
}
})();
