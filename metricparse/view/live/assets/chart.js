// A chart: curves over the same places, drawn on a canvas.

import { count, element, number, say } from "./elements.js";

// Told apart by people who see colours otherwise, and by their dashes.
const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8a8a00", "#8c6bb1"];
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
const [LEFT, RIGHT, TOP, BOTTOM] = [62, 8, 8, 20];

export const colourOf = (place) => COLOURS[place % COLOURS.length];
const dashOf = (place) => DASHES[Math.floor(place / COLOURS.length) % DASHES.length];

export class Chart {
  // zoomed(from, to): a range was dragged, null for all. chosen(source, line): a point was clicked.
  constructor(title, { zoomed, chosen }) {
    this.curves = [];
    this.zoomed = zoomed;
    this.chosen = chosen;
    this.at = null;
    this.canvas = element("canvas", { tabIndex: 0, role: "img" });
    this.small = element("small");
    this.title = element("span", { textContent: title });
    this.legend = element("ul");
    this.element = element("article", { className: "chart" }, element("h2", {}, this.title, this.small), this.canvas, this.legend);
    this.watch();
  }

  // curves: [{source, corrected, place, count, points: [[x, value, line]]}]. options: by, log, smoothing, from, to, line.
  show(curves, options) {
    this.curves = curves;
    this.options = options;
    const own = curves.filter((each) => !each.corrected);
    const all = own.reduce((sum, each) => sum + each.count, 0);
    const drawn = own.reduce((sum, each) => sum + each.points.length, 0);
    this.small.textContent = drawn < all ? `${count(drawn)} of ${count(all)} values drawn` : `${count(all)} values`;
    const alone = new Set(curves.map((each) => each.source)).size === 1;
    for (const each of curves) each.label = labelOf(each, alone);
    this.legend.replaceChildren(...(curves.length > own.length || own.length > 1 ? curves.map(legendOf) : []));
    this.canvas.setAttribute("aria-label", this.told(all));
    this.draw();
  }

  told(all) {
    const values = this.curves.flatMap((each) => each.points).map((each) => each[1]).filter((value) => value !== null);
    if (!values.length) return `${this.title.textContent}: no values`;
    const [least, greatest] = bounds(values);
    return `${this.title.textContent}: ${count(all)} values from ${number(least)} to ${number(greatest)}; arrow keys walk along`;
  }

  draw() {
    const { canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !this.options) return;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    this.scale(width, height);
    this.grid(pen, width, height);
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, width - LEFT - RIGHT, height);
    pen.clip();
    for (const curve of this.curves) this.curve(pen, curve);
    this.chosenLine(pen, height);
    pen.restore();
    if (this.drag) {
      pen.fillStyle = "#0b5cad33";
      pen.fillRect(Math.min(...this.drag), TOP, Math.abs(this.drag[1] - this.drag[0]), height - TOP - BOTTOM);
    }
  }

  scale(width, height) {
    const points = this.curves.flatMap((each) => each.points).filter((each) => each[1] !== null && each[0] !== null);
    const { log, from, to } = this.options;
    const values = points.map((each) => each[1]).filter((value) => !log || value > 0);
    let [low, high] = values.length ? bounds(values) : [0, 1];
    if (log) [low, high] = [Math.log10(low), Math.log10(high)];
    if (!(low < high)) [low, high] = [low - 0.5, high + 0.5];
    let [first, last] = points.length ? bounds(points.map((each) => each[0])) : [0, 1];
    first = from ?? first;
    last = to ?? last;
    if (!(first < last)) [first, last] = [first - 0.5, last + 0.5];
    const [room, tall] = [width - LEFT - RIGHT, height - TOP - BOTTOM];
    this.x = (at) => LEFT + ((at - first) / (last - first)) * room;
    this.fromX = (pixel) => first + ((pixel - LEFT) / room) * (last - first);
    this.y = (value) => {
      if (log && value <= 0) return height - BOTTOM;
      return TOP + tall - (((log ? Math.log10(value) : value) - low) / (high - low)) * tall;
    };
    Object.assign(this, { low, high, first, last });
  }

  grid(pen, width, height) {
    const style = getComputedStyle(this.element);
    pen.font = "11px system-ui, sans-serif";
    pen.fillStyle = style.getPropertyValue("--faint");
    pen.strokeStyle = style.getPropertyValue("--line");
    pen.lineWidth = 1;
    pen.textAlign = "right";
    for (const tick of ticks(this.low, this.high, 4)) {
      const value = this.options.log ? 10 ** tick : tick;
      const y = Math.round(this.y(value)) + 0.5;
      line(pen, LEFT, y, width - RIGHT, y);
      pen.fillText(number(value), LEFT - 6, y + 4);
    }
    pen.textAlign = "center";
    for (const tick of ticks(this.first, this.last, Math.max(2, Math.floor(width / 110)))) {
      pen.fillText(this.across(tick), this.x(tick), height - 5);
    }
  }

  across(at) {
    if (this.options.by === "time") return new Date(at * 1000).toISOString().slice(this.last - this.first > 86400 ? 5 : 11, this.last - this.first > 86400 ? 16 : 19).replace("T", " ");
    return this.options.by === "line" ? count(Math.round(at)) : number(at);
  }

  curve(pen, { points, place }) {
    pen.strokeStyle = pen.fillStyle = colourOf(place);
    pen.lineJoin = "round"; // mitred joins draw values that are not there
    pen.setLineDash(dashOf(place));
    const { smoothing } = this.options;
    pen.globalAlpha = smoothing ? 0.3 : 1;
    pen.lineWidth = 1.5;
    this.path(pen, points);
    pen.globalAlpha = 1;
    if (smoothing) {
      pen.lineWidth = 2;
      this.path(pen, smoothed(points, smoothing));
    }
    pen.setLineDash([]);
    if (points.length <= 60) {
      for (const [at, value] of points) if (value !== null && at !== null) dot(pen, this.x(at), this.y(value), 2);
    }
    const shown = this.at && this.at.curve.place === place ? this.at.point : null;
    if (shown && shown[1] !== null) dot(pen, this.x(shown[0]), this.y(shown[1]), 4);
  }

  path(pen, points) {
    pen.beginPath();
    let broken = true;
    for (const [at, value] of points) {
      if (value === null || at === null) { broken = true; continue; }
      if (broken) pen.moveTo(this.x(at), this.y(value));
      else pen.lineTo(this.x(at), this.y(value));
      broken = false;
    }
    pen.stroke();
  }

  chosenLine(pen, height) {
    const { line: chosen, source } = this.options;
    const curve = this.curves.find((each) => each.source === source);
    const near = curve && curve.points.find((each) => each[2] >= chosen);
    if (chosen < 2 || !near || near[2] !== chosen || near[0] === null) return;
    pen.strokeStyle = getComputedStyle(this.element).getPropertyValue("--accent");
    line(pen, this.x(near[0]), TOP, this.x(near[0]), height - BOTTOM);
  }

  // The point nearest to a place across, of all curves the one nearest in height.
  nearest(pixel, height) {
    let best = null;
    for (const curve of this.curves) {
      const point = nearestOf(curve.points, this.fromX(pixel));
      if (!point) continue;
      const far = Math.abs(this.y(point[1]) - height) + 4 * Math.abs(this.x(point[0]) - pixel);
      if (!best || far < best.far) best = { curve, point, far };
    }
    return best;
  }

  watch() {
    const { canvas } = this;
    const at = (event) => [event.offsetX, event.offsetY];
    canvas.addEventListener("pointerdown", (event) => {
      this.drag = [event.offsetX, event.offsetX];
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.x) return;
      if (this.drag) this.drag[1] = event.offsetX;
      this.at = this.nearest(...at(event));
      this.tip(event);
      this.draw();
    });
    canvas.addEventListener("pointerup", (event) => {
      const drag = this.drag;
      this.drag = null;
      if (drag && Math.abs(drag[1] - drag[0]) > 5) {
        const [from, to] = drag.map((pixel) => this.fromX(pixel)).sort((one, other) => one - other);
        this.zoomed(from, to);
      } else {
        this.at = this.x && this.nearest(...at(event));
        if (this.at) this.chosen(this.at.curve.source, this.at.point[2]);
      }
      this.draw();
    });
    canvas.addEventListener("pointerleave", () => { this.leave(); });
    canvas.addEventListener("dblclick", () => this.zoomed(null, null));
    canvas.addEventListener("blur", () => this.leave());
    canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  leave() {
    this.at = null;
    document.getElementById("tip").hidden = true;
    this.draw();
  }

  tip(event) {
    const tip = document.getElementById("tip");
    tip.hidden = !this.at;
    if (!this.at) return;
    tip.textContent = this.toldOf(this.at);
    tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - 240)}px`;
    tip.style.top = `${event.clientY + 14}px`;
  }

  toldOf({ curve, point }) {
    const [at, value, atLine] = point;
    const across = this.options.by === "line" ? "" : `\n${this.options.by} ${this.across(at)}`;
    const source = this.curves.length > 1 ? `\n${curve.label}` : "";
    return `${number(value)}\nline ${count(atLine)}${across}${source}`;
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: "curve", ArrowDown: "curve", Home: "first", End: "last" }[event.key];
    if (event.key === "Enter" && this.at) this.chosen(this.at.curve.source, this.at.point[2]);
    if (event.key === "Escape") this.zoomed(null, null);
    if (!step || !this.curves.length) return;
    event.preventDefault();
    const curve = this.at?.curve ?? this.curves[0];
    const points = curve.points.filter((each) => each[1] !== null && each[0] !== null);
    const now = this.at ? points.indexOf(this.at.point) : -1;
    if (step === "curve") {
      const other = this.curves[(this.curves.indexOf(curve) + 1) % this.curves.length];
      const point = nearestOf(other.points, this.at?.point[0] ?? 0);
      this.at = point && { curve: other, point };
    } else {
      const next = step === "first" ? 0 : step === "last" ? points.length - 1 : Math.max(0, Math.min(points.length - 1, now + step));
      this.at = points[next] ? { curve, point: points[next] } : null;
    }
    if (this.at) say(this.toldOf(this.at).replaceAll("\n", ", "));
    this.draw();
  }
}

function labelOf({ source, corrected }, alone) {
  if (alone) return corrected ? "as corrected" : "as it is";
  return corrected ? `${source}, as corrected` : source;
}

function legendOf(curve) {
  const item = element("li", { textContent: curve.label });
  item.style.setProperty("--colour", colourOf(curve.place));
  item.style.setProperty("--dash", dashOf(curve.place).length ? "dashed" : "solid");
  return item;
}

function bounds(values) {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

function ticks(low, high, most) {
  const spread = high - low;
  const power = 10 ** Math.floor(Math.log10(spread / most));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => spread / each <= most) ?? power * 10;
  const found = [];
  for (let tick = Math.ceil(low / step); tick * step <= high; tick += 1) found.push(Number((tick * step).toPrecision(12)));
  return found;
}

// As TensorBoard smooths: exponentially, with the beginning made up for.
function smoothed(points, weight) {
  let [last, known] = [0, 0];
  return points.map(([at, value, atLine]) => {
    if (value === null) return [at, value, atLine];
    last = last * weight + (1 - weight) * value;
    known = known * weight + (1 - weight);
    return [at, last / known, atLine];
  });
}

function nearestOf(points, at) {
  let best = null;
  for (const point of points) {
    if (point[1] === null || point[0] === null) continue;
    if (!best || Math.abs(point[0] - at) < Math.abs(best[0] - at)) best = point;
  }
  return best;
}

function line(pen, ...ends) {
  pen.beginPath();
  pen.moveTo(ends[0], ends[1]);
  pen.lineTo(ends[2], ends[3]);
  pen.stroke();
}

function dot(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fill();
}
