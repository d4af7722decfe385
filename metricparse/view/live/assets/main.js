// The page: asks what changed, and shows it.

import { redraw, refreshCurves } from "./curves.js";
import { add, chosenKey, editChosen, exportAs, focusCard, offer, onChange, save, showDefinitions, suggest, undo } from "./definitions.js";
import { byId, count, dialog, element, say } from "./elements.js";
import { find, follow, following, jump, refreshLines, selection, showSources, toLine } from "./log.js";
import { go, place } from "./place.js";
import { ask, Refused } from "./server.js";

const [OFTEN, SELDOM] = [400, 2000];
const KEYS = [
  ["/", "find in the log"], ["n N", "next and previous match of the definition in focus"], ["j k", "next and previous definition"],
  ["e", "edit the regex"], ["f", "follow the end of the log"], ["a", "add a definition"], ["Enter", "on a selected number: propose a definition for it"],
  ["u", "undo"], ["Ctrl+S", "save"], ["r", "line as it was printed, or as CloudWatch shows it"], ["? ", "this list"],
  ["← →", "in a chart: walk along the curve; Enter goes to the line, Escape shows the whole range"],
];

let state = null;
let revision = "";
let lost = false;

// Answers may come in another order than they were given in.
const isOld = (next) => state !== null && next.number < state.number;

async function refresh(next) {
  if (isOld(next)) return;
  state = next;
  verdict();
  axes();
  showSources(state);
  showDefinitions(state);
  await Promise.all([refreshCurves(state, chosen), refreshLines()]);
}

async function poll() {
  try {
    const next = await ask("state");
    if (lost) { lost = false; notice("lost", ""); }
    if (JSON.stringify(next.revision) !== revision || !state) {
      revision = JSON.stringify(next.revision);
      await refresh(next);
    } else if (next.busy !== state.busy) {
      await refresh(next);
    }
  } catch (error) {
    lost = true;
    notice("lost", error instanceof Refused ? `This page may not be shown any more: ${error.message}` : "The connection to metricparse is lost; it is tried again. If it was ended, start it again and open its new address.");
  }
  setTimeout(poll, lost || !(state?.busy || state?.live) ? SELDOM : OFTEN);
}

function verdict() {
  const given = state.definitions;
  const silent = given.filter((each) => each.done && !each.counts.emitted).length;
  const lines = state.sources.reduce((sum, each) => sum + (each.lines ?? 0), 0);
  const logs = state.sources.length === 1 ? state.sources[0].name : `${count(state.sources.length)} logs`;
  const records = given.reduce((sum, each) => sum + (each.counts.emitted ?? 0), 0);
  const how = state.busy ? "reading … " : state.live ? "watching " : "";
  byId("verdict").textContent = `${how}${logs}: ${count(records)} values from ${count(lines)} lines${silent ? `; ${silent} of ${given.length} definitions would publish nothing` : ""}`;
  document.title = `${logs} · metricparse`;
  notice("failures", state.failures.join("; "));
  notice("damage", state.sources.filter((each) => each.damage).map((each) => `${each.name}: ${each.damage}`).join("; "));
}

const notes = new Map();
function notice(kind, text) {
  const old = notes.get(kind);
  if (old?.textContent === text || (!old && !text)) return;
  old?.remove();
  notes.delete(kind);
  if (text) {
    notes.set(kind, element("p", { className: "bad", textContent: text }));
    byId("notices").append(notes.get(kind));
  }
}

function axes() {
  const metrics = state.definitions.map((each) => each.name).filter(Boolean).map((name) => [`metric ${name}`, name]);
  const wanted = [["line", "line"], ["time", "time"], ...metrics];
  const select = byId("axis");
  if ([...select.options].map((each) => each.value).join("\n") !== wanted.map((each) => each[0]).join("\n")) {
    select.replaceChildren(...wanted.map(([value, textContent]) => element("option", { value, textContent })));
  }
  if (!wanted.some(([value]) => value === place.by)) go({ by: "line" });
  select.value = place.by;
}

function chosen(source, line) {
  if (source !== place.source) { go({ source }); showSources(state); }
  toLine(line);
  pane("log", { only: false });
}

function pane(name, { only = true } = {}) {
  if (!only && innerWidth > 700) return;
  go({ pane: name });
  document.querySelector("main").dataset.pane = name;
  for (const each of ["definitions", "curves", "log"]) byId(`tab-${each}`).setAttribute("aria-selected", String(each === name));
  if (name === "log") refreshLines();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("metricparse theme", theme);
  redraw();
}

function switchTheme() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  setTheme(dark ? "light" : "dark");
}

function help() {
  const rows = KEYS.map(([keys, what]) => element("tr", {}, element("td", {}, ...keys.trim().split(" ").map((key) => element("kbd", { textContent: key }))), element("td", { textContent: what })));
  dialog("Keys", element("table", {}, element("tbody", {}, ...rows)));
}

async function proposeFromSelection() {
  const selected = selection();
  if (!selected) return;
  const { definition } = await ask("propose", selected);
  if (definition) add(definition);
  else say("no form is known for this number: write the regex by hand");
}

const listen = (id, event, act) => byId(id).addEventListener(event, act);
listen("axis", "change", (event) => { go({ by: event.target.value, from: null, to: null }); refreshCurves(state, chosen); });
listen("smoothing", "input", (event) => { go({ smoothing: Number(event.target.value) }); redraw(); });
listen("logarithmic", "change", (event) => { go({ log: event.target.checked }); redraw(); });
listen("whole", "click", () => { go({ from: null, to: null }); refreshCurves(state, chosen); });
listen("theme", "click", switchTheme);
listen("help", "click", help);
listen("add", "click", () => add());
listen("suggest", "click", suggest);
listen("undo", "click", undo);
listen("save", "click", save);
listen("export", "change", (event) => { if (event.target.value) exportAs(event.target.value); event.target.value = ""; });
listen("presets", "change", async (event) => {
  const name = event.target.value;
  event.target.value = "";
  const { presets } = await ask("presets");
  const preset = presets.find((each) => each.name === name);
  if (preset) offer(preset.description, preset.definitions, "");
});
listen("source", "change", (event) => { go({ source: event.target.value, line: 1 }); showSources(state); toLine(1); });
listen("line", "change", (event) => toLine(Math.max(1, Number(event.target.value) || 1)));
listen("find", "keydown", (event) => { if (event.key === "Enter") find(event.target.value, event.shiftKey ? -1 : 1); if (event.key === "Escape") byId("lines").focus(); });
listen("end", "click", () => { follow(true); showSources(state); });
listen("raw", "change", (event) => { go({ raw: event.target.checked }); refreshLines(); });
for (const name of ["definitions", "curves", "log"]) listen(`tab-${name}`, "click", () => pane(name));

document.addEventListener("zoomed", () => refreshCurves(state, chosen));
document.addEventListener("chosen", redraw);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); return; }
  const busy = event.target.closest("input, textarea, select, dialog[open]");
  if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && selection()) { event.preventDefault(); proposeFromSelection(); return; }
  const act = {
    "/": () => { pane("log", { only: false }); byId("find").focus(); }, "?": help, n: () => jump(1, chosenKey()), N: () => jump(-1, chosenKey()),
    j: () => focusCard(1), k: () => focusCard(-1), e: editChosen, f: () => { follow(!following); showSources(state); }, a: () => add(), u: undo,
    r: () => { byId("raw").checked = !byId("raw").checked; byId("raw").dispatchEvent(new Event("change")); },
  }[event.key];
  if (act) { event.preventDefault(); act(); }
});
onChange((next) => { if (isOld(next)) return; revision = JSON.stringify(next.revision); state = next; verdict(); axes(); showSources(next); showDefinitions(next); refreshLines().then(() => refreshCurves(state, chosen)); });

async function begin() {
  const theme = localStorage.getItem("metricparse theme");
  if (theme) document.documentElement.dataset.theme = theme;
  byId("smoothing").value = place.smoothing;
  byId("logarithmic").checked = place.log;
  byId("raw").checked = place.raw;
  byId("line").value = place.line;
  pane(place.pane);
  await poll();
  if (place.line > 1) toLine(place.line);
  const { presets } = await ask("presets");
  byId("presets").append(...presets.map((each) => element("option", { value: each.name, textContent: each.name })));
}

begin();
