// What is looked at, held in the address, so that a reload shows the same.

const DEFAULTS = { source: "", line: 1, by: "line", smoothing: 0, log: false, raw: false, pane: "definitions", from: null, to: null };

function read() {
  const given = new URLSearchParams(location.hash.slice(1));
  const told = (name) => (given.has(name) ? Number(given.get(name)) : null);
  return {
    source: given.get("source") ?? DEFAULTS.source,
    line: Math.max(1, told("line") || 1),
    by: given.get("by") ?? DEFAULTS.by,
    smoothing: Math.min(0.99, told("smoothing") || 0),
    log: given.get("log") === "1",
    raw: given.get("raw") === "1",
    pane: given.get("pane") ?? DEFAULTS.pane,
    from: told("from"),
    to: told("to"),
  };
}

export const place = read();

export function go(changes) {
  Object.assign(place, changes);
  const told = new URLSearchParams();
  for (const [name, value] of Object.entries(place)) {
    if (value === DEFAULTS[name] || value === null) continue;
    told.set(name, value === true ? "1" : String(value));
  }
  history.replaceState(null, "", `#${told}`);
}
