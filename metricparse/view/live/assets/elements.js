// Elements, their text as text and never as markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function say(text) {
  byId("said").textContent = text;
}

export function number(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value; // nan, inf
  const short = Number(value.toPrecision(6));
  return Math.abs(short) >= 1e-4 && Math.abs(short) < 1e7 || short === 0 ? String(short) : short.toExponential();
}

export const count = (value) => (value ?? 0).toLocaleString("en");

export function dialog(title, ...body) {
  byId("dialog-title").textContent = title;
  byId("dialog-body").replaceChildren(...body);
  byId("dialog").showModal();
}
