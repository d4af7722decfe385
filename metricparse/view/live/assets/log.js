// The lines of a log: only those on the screen are there, however many it has.

import { byId, count, element, number, say } from "./elements.js";
import { go, place } from "./place.js";
import { ask, latest } from "./server.js";

const ROW = 20;
const MOST_PIXELS = 6_000_000; // browsers cap the height of an element
const LONGEST = 1500;

const pane = byId("lines");
let lines = 0;
let first = 1;
let names = new Map();
let expected = 0; // where we scrolled to ourselves
export let following = false;

const rows = () => Math.max(1, Math.floor(pane.clientHeight / ROW));
const height = () => Math.min(lines * ROW, MOST_PIXELS);
const lastFirst = () => Math.max(1, lines - rows() + 1);

export function showSources(state) {
  names = new Map(state.definitions.map((each, at) => [each.key, { name: each.name || `#${at + 1}`, at }]));
  const known = state.sources.map((each) => each.name);
  const select = byId("source");
  if (known.join("\n") !== [...select.options].map((each) => each.value).join("\n")) {
    select.replaceChildren(...known.map((name) => element("option", { value: name, textContent: name })));
  }
  if (!known.includes(place.source) && known.length) go({ source: known[0] });
  select.value = place.source;
  const now = state.sources.find((each) => each.name === place.source);
  lines = now ? now.lines : 0;
  byId("spacer").style.height = `${height()}px`;
  if (following) toLine(lines, { chosen: false });
  byId("place").textContent = !lines ? (state.busy ? "reading …" : "no lines") : following ? "following the end" : state.live ? "paused; f follows the end" : `${count(lines)} lines`;
}

export const refreshLines = latest(async () => {
  if (!place.source) return;
  const wanted = rows() + 2;
  const answer = await ask("lines", { source: place.source, first, count: wanted, raw: place.raw });
  if (answer.failure) return;
  byId("window").replaceChildren(...answer.lines.map(rowOf));
  byId("window").classList.toggle("stale", answer.stopped);
  if (answer.stopped) byId("place").textContent = "the search was stopped: a regex runs away";
  position();
});

function position() {
  const scrolled = lines * ROW <= MOST_PIXELS ? (first - 1) * ROW : ((first - 1) / Math.max(1, lastFirst() - 1)) * (height() - pane.clientHeight);
  if (Math.abs(pane.scrollTop - scrolled) >= 1) pane.scrollTop = scrolled;
  expected = pane.scrollTop;
  byId("window").style.transform = `translateY(${expected}px)`;
}

function move(to) {
  first = Math.max(1, Math.min(lastFirst(), Math.round(to)));
  position();
  refreshLines();
}

export function toLine(line, { chosen = true } = {}) {
  if (chosen) {
    go({ line });
    byId("line").value = line;
  }
  move(line - Math.floor(rows() / (chosen ? 2 : 1)) + (chosen ? 0 : 1));
  document.dispatchEvent(new Event("chosen"));
}

export function follow(on) {
  following = on;
  if (on) toLine(lines, { chosen: false });
}

export async function jump(direction, key) {
  const backwards = direction < 0;
  const answer = await ask("next", { key, source: place.source, line: place.line, backwards });
  if (answer.line) toLine(answer.line);
  else say(backwards ? "no match before this line" : "no match after this line");
}

export async function find(text, direction) {
  if (!text) return;
  const answer = await ask("find", { source: place.source, text, line: place.line, backwards: direction < 0 });
  const told = !answer.line ? "not found" : answer.wrapped ? `line ${count(answer.line)}, once around` : `line ${count(answer.line)}`;
  if (answer.line) toLine(answer.line);
  byId("place").textContent = told;
  say(told);
}

function rowOf({ line, events, raw }) {
  const row = element("div", { className: line === place.line ? "row chosen" : "row", id: `line-${line}` });
  row.append(element("span", { className: "number", textContent: count(line) }));
  if (place.raw) row.append(shown(raw ?? ""));
  else events.slice(0, 4).forEach((event, at) => {
    if (at) row.append(element("span", { className: "control", textContent: " ⏎ cut here by CloudWatch: " }));
    row.append(...event.pieces.map(pieceOf));
  });
  const gave = events.flatMap((event) => event.matches).map(gaveOf);
  if (gave.length) row.append(element("span", { className: "gaves" }, ...gave));
  row.addEventListener("click", () => {
    if (getSelection().isCollapsed) { go({ line }); mark(row); document.dispatchEvent(new Event("chosen")); }
  });
  return row;
}

function mark(row) {
  for (const each of byId("window").children) each.classList.toggle("chosen", each === row);
  byId("line").value = place.line;
}

function pieceOf({ text, match, capture }) {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)} … ${count(text.length - LONGEST)} more` : text;
  if (!match.length && !capture.length) return shown(cut);
  const told = [...capture.map((key) => `captured by ${nameOf(key)}`), ...match.map((key) => `matched by ${nameOf(key)}`)].join("\n");
  return element("mark", { className: capture.length ? "captured" : "", title: told }, shown(cut));
}

// Characters that would change how the line reads are written out.
function shown(text) {
  const plain = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (each) => `\\u${each.codePointAt(0).toString(16).padStart(4, "0")}`);
  return element("bdi", { textContent: plain });
}

function gaveOf(match) {
  const name = nameOf(match.key);
  if (match.gave_up) return chip(`${name}: the search was given up`, "bad");
  if (match.captured === null) return chip(`${name}: group 1 took no part`, "bad");
  if (match.number === null) return chip(`${name}: “${match.captured.slice(0, 40)}” is no number`, "bad");
  const more = match.repeated ? "; more matches on this line are not published" : "";
  if (match.truncated) return chip(`${name} ${number(match.number)}, cut short${more}`, "odd");
  return chip(`${name} ${number(match.number)}${more}`, match.repeated ? "odd" : "");
}

const chip = (text, kind) => element("span", { className: `gave ${kind}`, textContent: text });
const nameOf = (key) => names.get(key)?.name ?? "?";

// The text of the line that is selected, and where in it.
export function selection() {
  const selected = getSelection();
  const text = selected.toString();
  const row = selected.anchorNode?.parentElement?.closest(".row");
  if (!row || !text.trim()) return null;
  const whole = [...row.querySelectorAll("bdi")].map((each) => each.textContent).join("");
  const start = whole.indexOf(text);
  return start < 0 ? null : { text: whole, start, end: start + text.length };
}

pane.addEventListener("scroll", () => {
  if (Math.abs(pane.scrollTop - expected) < 1) return;
  expected = pane.scrollTop;
  const share = pane.scrollTop / Math.max(1, height() - pane.clientHeight);
  const to = lines * ROW <= MOST_PIXELS ? pane.scrollTop / ROW + 1 : 1 + share * (lastFirst() - 1);
  following = false;
  first = Math.max(1, Math.min(lastFirst(), Math.round(to)));
  byId("window").style.transform = `translateY(${pane.scrollTop}px)`;
  refreshLines();
});
pane.addEventListener("wheel", (event) => {
  if (lines * ROW <= MOST_PIXELS || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
  event.preventDefault(); // a pixel of the scroll bar would be many lines
  following = false;
  move(first + event.deltaY / ROW);
}, { passive: false });
pane.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: rows() - 1, PageUp: 1 - rows() }[event.key];
  if (event.key === "Home") toLine(1);
  else if (event.key === "End") toLine(lines);
  else if (by) toLine(Math.max(1, Math.min(lines, place.line + by)));
  else return;
  following = false;
  event.preventDefault();
});
new ResizeObserver(() => move(first)).observe(pane);
