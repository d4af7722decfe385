// Questions to the server. Addresses are relative, as the page may stand below any path.

export class Refused extends Error {}

export async function ask(name, question = {}) {
  const response = await fetch(`api/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(question),
  });
  if (response.status === 403) throw new Refused(await response.text());
  const answer = await response.json();
  if (answer.failure && response.status >= 400) throw new Error(answer.failure);
  return answer;
}

// Of the same question asked again and again, the answer to the last is what counts.
export function latest(asked) {
  let waiting = null;
  let running = false;
  return async function run(...given) {
    waiting = given;
    if (running) return;
    running = true;
    try {
      while (waiting) {
        const now = waiting;
        waiting = null;
        await asked(...now);
      }
    } finally {
      running = false;
    }
  };
}
