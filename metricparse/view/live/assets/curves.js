// The charts, one for each definition.

import { Chart } from "./chart.js";
import { byId, element } from "./elements.js";
import { go, place } from "./place.js";
import { ask, latest } from "./server.js";

const charts = new Map();

export const refreshCurves = latest(async (state, chosen) => {
  const by = place.by === "time" ? "time" : "line";
  const metric = place.by.startsWith("metric ") ? place.by.slice(7) : null;
  const axis = metric && state.definitions.find((each) => each.name === metric);
  const width = Math.max(200, Math.min(1600, Math.round(byId("curves").clientWidth / 2)));
  const range = metric ? {} : { first: place.from, last: place.to };
  const { curves } = await ask("curves", { by, parts: width, ...range });
  const across = axis ? curves.filter((each) => each.key === axis.key) : [];
  const sources = [...new Set(curves.map((each) => each.source))].sort();
  const wanted = state.definitions.filter((each) => curves.some((curve) => curve.key === each.key) && each !== axis);
  for (const definition of wanted) {
    const chart = charts.get(definition.key) ?? new Chart(definition.name, { zoomed: zoom, chosen });
    charts.set(definition.key, chart);
    chart.title.textContent = definition.name;
    const own = curves.filter((each) => each.key === definition.key).map((each) => ({
      source: each.source,
      corrected: each.corrected,
      place: sources.indexOf(each.source) + (each.corrected ? sources.length : 0),
      count: each.count,
      points: placed(each, across.find((other) => other.source === each.source)),
    }));
    chart.pending = [own, { by: metric ?? by, log: place.log, smoothing: place.smoothing, from: place.from, to: place.to, line: place.line, source: place.source }];
  }
  for (const key of charts.keys()) if (!wanted.some((each) => each.key === key)) charts.delete(key);
  const elements = wanted.map((each) => charts.get(each.key).element);
  const pane = byId("curves");
  if (elements.length) {
    if (elements.length !== pane.children.length || elements.some((each, at) => pane.children[at] !== each)) pane.replaceChildren(...elements);
  } else {
    pane.replaceChildren(element("p", { className: "empty", textContent: nothing(state) }));
  }
  for (const chart of charts.values()) chart.show(...chart.pending);
});

export function redraw() {
  for (const chart of charts.values()) {
    chart.options = { ...chart.options, log: place.log, smoothing: place.smoothing, line: place.line, source: place.source };
    chart.draw();
  }
}

function zoom(from, to) {
  go({ from, to });
  document.dispatchEvent(new Event("zoomed"));
}

function nothing(state) {
  if (state.busy) return "The log is being read …";
  if (!state.definitions.length) return "No definitions yet: add one, choose a preset, or let some be suggested.";
  if (place.from !== null) return "No values in this range; double click or “whole range” shows all.";
  return "Nothing matched. Look at what is said beside each definition, or let some be suggested.";
}

// Points as [across, value, line]; over a metric, its value at that line.
function placed(curve, axis) {
  if (place.by === "line") return curve.points.map(([line, , value]) => [line, value, line]);
  if (place.by === "time") return curve.points.map(([line, time, value]) => [time, value, line]);
  if (!axis) return [];
  const known = axis.points.filter((each) => each[2] !== null);
  let at = 0;
  return curve.points.map(([line, , value]) => {
    while (at + 1 < known.length && known[at + 1][0] <= line) at += 1;
    return [between(known[at], known[at + 1], line), value, line];
  });
}

function between(one, next, line) {
  if (!one) return null;
  if (!next || line <= one[0]) return one[2];
  return one[2] + ((next[2] - one[2]) * (line - one[0])) / (next[0] - one[0]);
}
