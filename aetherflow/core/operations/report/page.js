"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const MOST_FOUND = 50;
  root.classList.add("js");

  const stored = { // where a browser keeps nothing for files, the choice lasts as long as the page
    get() { try { return localStorage.getItem("aetherflow-theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("aetherflow-theme", value); } catch { /* see above */ } },
  };
  if (["light", "dark"].includes(stored.get())) root.dataset.theme = stored.get();
  document.getElementById("theme").addEventListener("click", () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    stored.set(root.dataset.theme);
  });

  // What is folded away is markup that was escaped when the page was written.
  function unfold(fold) {
    const kept = document.getElementById(fold.dataset.fold);
    fold.insertAdjacentHTML("afterend", kept.textContent);
    kept.remove();
    fold.remove();
  }
  function unfoldBare(details) { // a fold without a button opens with what is around it
    for (const fold of details.querySelectorAll(":scope > .fold")) if (!fold.firstElementChild) unfold(fold);
  }
  function foldHolding(mark) {
    for (const kept of document.querySelectorAll('script[id^="fold"]')) if (kept.textContent.includes(mark)) return kept.id;
    return null;
  }
  function bring(mark) { // unfolds whatever holds a piece of markup, from the outside inwards
    const name = foldHolding(mark);
    if (name === null) return;
    const place = `data-fold="${name}"`;
    if (!document.querySelector(`[${place}]`)) bring(place);
    const fold = document.querySelector(`[${place}]`);
    if (fold) unfold(fold);
  }
  function show(id) {
    if (!/^(s|job)\d+$/.test(id)) return;
    if (!document.getElementById(id)) bring(`id="${id}"`);
    const target = document.getElementById(id);
    if (!target) return;
    for (let part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") { part.open = true; unfoldBare(part); }
    }
    target.scrollIntoView({ block: "start" });
    target.firstElementChild.focus({ preventScroll: true });
  }

  document.addEventListener("toggle", (event) => { if (event.target.open) unfoldBare(event.target); }, true);
  document.addEventListener("click", (event) => {
    const fold = event.target.closest(".fold > button");
    if (fold) {
      const before = fold.parentElement.previousElementSibling;
      unfold(fold.parentElement);
      before?.nextElementSibling?.querySelector("summary")?.focus();
    }
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) show(location.hash.slice(1)); // no hashchange comes
  });
  addEventListener("hashchange", () => show(location.hash.slice(1)));
  for (const details of document.querySelectorAll("details[open]")) unfoldBare(details);
  addEventListener("load", () => show(location.hash.slice(1)));

  const find = document.getElementById("find");
  if (!find) return;
  const status = document.getElementById("find-status");
  const steps = JSON.parse(document.getElementById("index").textContent);
  function list() {
    const text = find.value.trim().toLowerCase();
    const rows = [];
    let count = 0;
    if (text || status.value) steps.forEach(([place, has, sign, tone], index) => {
      if (!place.toLowerCase().includes(text) || (status.value && has !== status.value)) return;
      count += 1;
      if (count > MOST_FOUND) return;
      const row = document.createElement("li"), mark = document.createElement("span"), link = document.createElement("a");
      mark.className = `sign ${tone}`;
      mark.textContent = sign;
      mark.title = has;
      link.href = `#s${index + 1}`;
      link.textContent = place;
      row.append(mark, " ", link);
      rows.push(row);
    });
    document.getElementById("found-steps").replaceChildren(...rows);
    const most = count > MOST_FOUND ? `the first ${MOST_FOUND} of ` : "";
    document.getElementById("found").textContent = text || status.value ? `${most}${count.toLocaleString("en")} found` : "";
  }
  find.addEventListener("input", list);
  status.addEventListener("change", list);
})();
