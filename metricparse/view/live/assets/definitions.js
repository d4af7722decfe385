// The definitions, each editable, with what it gives and what is wrong with it.

import { byId, count, dialog, element, number, say } from "./elements.js";
import { ask, latest } from "./server.js";

const CAUSE_AFTER = 700; // milliseconds without a keystroke, after which the cause is looked for
const AGAIN_AFTER = 15000; // milliseconds after which it is looked for again in a log that grows
const cards = new Map();
const causes = new Map();
const past = [];
let current = [];
let saved = null;
let origin = null;
let waiting = 0;
let explaining = false;
let live = false;
let changed = () => {};

export const definitions = () => current;
export const onChange = (call) => { changed = call; };

const text = (list) => JSON.stringify(list.map(({ name, regex }) => ({ name, regex })));
export const unsaved = () => saved !== null && text(current) !== saved;
const store = () => `metricparse ${location.pathname} ${origin ?? ""}`;

// The state as the server tells it. What is being typed is newer than what it knows.
export function showDefinitions(state) {
  origin = state.origin;
  if (saved === null) {
    saved = text(state.definitions);
    current = state.definitions.map(({ key, name, regex }) => ({ key, name, regex }));
    offerDraft();
  }
  for (const told of state.definitions) {
    const own = current.find((each) => each.key === told.key);
    if (own && own.regex === told.regex) own.told = told;
  }
  render();
  live = state.live;
  if (!explaining && !waiting && current.some(isToBeExplained)) waiting = setTimeout(explainNext, CAUSE_AFTER);
}

const send = latest(async () => {
  const state = await ask("definitions", { definitions: current.map(({ key, name, regex }) => ({ key, name, regex })) });
  keep();
  changed(state);
});

export function change(next, { remember = true } = {}) {
  if (remember && text(next) !== text(current)) past.push(current.map((each) => ({ ...each })));
  current = next;
  clearTimeout(waiting);
  waiting = 0;
  render();
  send();
}

export function undo() {
  const before = past.pop();
  if (before) change(before, { remember: false });
  say(before ? "undone" : "nothing to undo");
}

export function add(definition = { name: "metric", regex: "" }) {
  const taken = new Set(current.map((each) => each.name));
  let { name } = definition;
  for (let at = 2; taken.has(name); at += 1) name = `${definition.name}_${at}`;
  const key = crypto.getRandomValues(new Uint32Array(2)).join("-");
  change([...current, { key, name, regex: definition.regex }]);
  cards.get(key)?.regex.focus();
}

function render() {
  const list = byId("cards");
  for (const [key, card] of cards) {
    if (!current.some((each) => each.key === key)) { card.item.remove(); cards.delete(key); }
  }
  current.forEach((definition, at) => {
    const card = cards.get(definition.key) ?? makeCard(definition.key);
    cards.set(definition.key, card);
    if (list.children[at] !== card.item) list.insertBefore(card.item, list.children[at] ?? null);
    for (const name of ["name", "regex"]) if (card[name].value !== definition[name]) card[name].value = definition[name];
    const label = definition.name || `definition ${at + 1}`;
    card.name.setAttribute("aria-label", `name of ${label}`);
    card.regex.setAttribute("aria-label", `regex of ${label}`);
    tell(card, definition);
  });
  byId("undo").disabled = !past.length;
  byId("save").disabled = !origin || !unsaved();
  byId("save").title = origin ? `write to ${origin}` : "the definitions came from no file that can be written to: copy or download them";
}

function makeCard(key) {
  const at = () => current.findIndex((each) => each.key === key);
  const edit = (field) => (event) => {
    const next = current.map((each) => (each.key === key ? { ...each, [field]: event.target.value } : each));
    change(next, { remember: !typing(key, field) });
  };
  const button = (sign, label, act) => element("button", { type: "button", textContent: sign, title: label, "aria-label": label, onclick: act });
  const swap = (by) => () => {
    const [from, to] = [at(), at() + by];
    if (to < 0 || to >= current.length) return;
    const next = [...current];
    [next[from], next[to]] = [next[to], next[from]];
    change(next);
  };
  const name = element("input", { className: "name", spellcheck: false, oninput: edit("name") });
  const regex = element("textarea", { className: "regex", rows: 1, spellcheck: false, oninput: edit("regex") });
  regex.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  const counts = element("p", { className: "counts" });
  const found = element("div");
  const head = element("div", { className: "head" }, name, element("span", {},
    button("copy", "duplicate", () => add({ name: current[at()].name, regex: current[at()].regex })),
    button("↑", "move up", swap(-1)), button("↓", "move down", swap(1)),
    button("✕", "remove", () => change(current.filter((each) => each.key !== key)))));
  const item = element("li", { className: "card", id: `card-${key}` }, head, regex, counts, found);
  return { item, name, regex, counts, found };
}

// Keystrokes in one field are undone together.
let typed = "";
let typedAt = 0;
function typing(key, field) {
  const same = typed === `${key} ${field}` && Date.now() - typedAt < 2000;
  [typed, typedAt] = [`${key} ${field}`, Date.now()];
  return same;
}

function tell(card, definition) {
  const { told } = definition;
  const stale = !told || told.regex !== definition.regex;
  card.counts.classList.toggle("stale", stale);
  if (told) card.counts.replaceChildren(...countsOf(told));
  const problems = stale ? [] : told.problems.map((each) => element("p", { className: each.severity === "error" ? "bad" : "odd", textContent: `${each.severity === "error" ? "✗" : "!"} ${each.message}` }));
  const cause = causes.get(definition.regex);
  card.found.replaceChildren(...problems, ...(cause && !stale ? causeElements(definition, cause) : []));
}

function countsOf(told) {
  const gave = told.counts;
  if (!told.lane) return [element("span", { className: "bad", textContent: "✗ cannot be searched" })];
  if (gave.emitted === undefined) return ["searching …"];
  const parts = [`${count(gave.emitted)} values`];
  if (gave.rejected) parts.push(`${count(gave.rejected)} rejected`);
  if (gave.truncated) parts.push(`${count(gave.truncated)} cut short`);
  if (gave.gave_up) parts.push(`${count(gave.gave_up)} given up`);
  if (gave.set_aside) parts.push(`${count(gave.set_aside)} lines not searched any more, as it took too long`);
  if (gave.emitted) parts.push(`${number(gave.first)} … ${number(gave.last)}`, `${number(gave.least)} to ${number(gave.greatest)}`);
  parts.push(told.lane);
  const sign = gave.emitted ? ["good", "✓ "] : told.done ? ["bad", "✗ "] : ["", "… "];
  return [element("span", { className: sign[0], textContent: sign[1] }), parts.join(" · ")];
}

function causeElements(definition, cause) {
  return cause.causes.map((each) => {
    const lines = each.sightings.slice(0, 2).map((seen) => element("p", { className: "counts" }, `line ${count(seen.line)} `, element("code", {}, ...around(seen))));
    const take = each.correction && element("button", { type: "button", className: "take", textContent: "take", onclick: () => takeCorrection(definition.key, each.correction.Regex) });
    const right = each.correction && element("p", {}, `right, with ${count(each.correction.summary.emitted)} values: `, element("code", { textContent: each.correction.Regex }), " ", take);
    return element("div", { className: "cause" },
      element("p", { className: each.severity === "error" ? "bad" : "odd", textContent: `${each.kind}: ${each.message}` }), ...lines, right);
  });
}

// A line around what matched, or its beginning.
function around({ text, match, capture }) {
  if (!match) return [text.slice(0, 140)];
  const [start, end] = capture ?? [match[1], match[1]];
  const from = Math.max(0, Math.min(match[0], start) - 20);
  const to = Math.max(match[1], end);
  return [from ? "…" : "", text.slice(from, start), element("mark", { className: "captured", textContent: text.slice(start, end) }), text.slice(end, Math.min(to + 30, end + 90))];
}

function takeCorrection(key, regex) {
  change(current.map((each) => (each.key === key ? { ...each, regex } : each)));
  cards.get(key)?.regex.focus();
  say("the correction is taken");
}

// In a log that grows, what is there so far is looked at, and again when there is more of it.
function isToBeExplained({ regex, told }) {
  const known = causes.get(regex);
  if (!told?.lane || told.regex !== regex || told.counts.emitted === undefined) return false;
  if (!known) return told.done || live;
  return live && Date.now() - known.at > AGAIN_AFTER && known.seen !== JSON.stringify(told.counts);
}

async function explainNext() {
  waiting = 0;
  const next = current.find(isToBeExplained);
  explaining = Boolean(next);
  if (!next) return;
  const seen = JSON.stringify(next.told.counts);
  const answer = await ask("explain", { name: next.name || "metric", regex: next.regex });
  const known = { causes: answer.failure ? [] : answer.causes, at: Date.now(), seen };
  if (answer.failure !== "stopped") causes.set(next.regex, known);
  render();
  explainNext();
}

export async function suggest() {
  say("looking for metrics in the log");
  dialog("Metrics that the log has", element("p", { textContent: "looking …" }));
  const answer = await ask("suggest");
  offer("Metrics that the log has", answer.suggestions ?? [], answer.failure ?? "No metrics were found in this log.");
}

export function offer(title, found, none) {
  const ticks = found.map((each) => element("input", { type: "checkbox", checked: !current.some((own) => own.regex === each.regex), "aria-label": each.name }));
  const rows = found.map((each, at) => element("tr", {}, element("td", {}, ticks[at]), element("td", { textContent: each.name }), element("td", {}, element("code", { textContent: each.regex })), element("td", { textContent: each.count === undefined ? "" : count(each.count) })));
  const take = element("button", { type: "button", textContent: "add what is ticked", onclick: () => {
    const chosen = found.filter((_, at) => ticks[at].checked).map((each) => ({ key: crypto.getRandomValues(new Uint32Array(2)).join("-"), name: each.name, regex: each.regex }));
    byId("dialog").close();
    if (chosen.length) change([...current, ...chosen]);
  } });
  const head = element("tr", {}, ...["", "metric", "regex", "values"].map((each) => element("th", { scope: "col", textContent: each })));
  if (byId("dialog").open) byId("dialog").close();
  dialog(title, ...(found.length ? [element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)), take] : [element("p", { textContent: none })]));
}

export async function exportAs(how) {
  const [act, form] = how.split(" ");
  const written = (await ask("export"))[form];
  if (act === "copy") {
    await navigator.clipboard.writeText(written).then(() => say("copied"), () => dialog("Copy this", element("textarea", { value: written, rows: 14, cols: 70, readOnly: true, "aria-label": "definitions" })));
    return;
  }
  const address = URL.createObjectURL(new Blob([written], { type: "application/json" }));
  element("a", { href: address, download: "definitions.json" }).click();
  URL.revokeObjectURL(address);
}

export async function save() {
  if (!origin || !unsaved()) return;
  const answer = await ask("save");
  if (answer.failure) { dialog("Not saved", element("p", { textContent: answer.failure })); return; }
  saved = text(current);
  keep();
  render();
  say(`saved to ${answer.saved}`);
}

// Changes that were not saved survive the end of the server.
function keep() {
  if (unsaved()) localStorage.setItem(store(), text(current));
  else localStorage.removeItem(store());
}

function offerDraft() {
  const draft = localStorage.getItem(store());
  if (!draft || draft === saved) return;
  const restore = element("button", { type: "button", textContent: "restore", onclick: () => {
    change(JSON.parse(draft).map((each) => ({ ...each, key: crypto.getRandomValues(new Uint32Array(2)).join("-") })));
    note.remove();
  } });
  const forget = element("button", { type: "button", textContent: "forget", onclick: () => { localStorage.removeItem(store()); note.remove(); } });
  const note = element("p", {}, "There are definitions that were changed here and not saved.", restore, forget);
  byId("notices").append(note);
}

export function focusCard(by) {
  const keys = current.map((each) => each.key);
  const now = keys.findIndex((key) => cards.get(key).item.contains(document.activeElement));
  const next = cards.get(keys[Math.max(0, Math.min(keys.length - 1, now + by))]);
  if (next) { next.item.tabIndex = -1; next.item.focus(); next.item.scrollIntoView({ block: "nearest" }); }
}

export function chosenKey() {
  const within = current.find((each) => cards.get(each.key)?.item.contains(document.activeElement));
  return (within ?? current.find((each) => each.told?.counts.emitted) ?? current[0])?.key;
}

export function editChosen() {
  cards.get(chosenKey())?.regex.focus();
}
