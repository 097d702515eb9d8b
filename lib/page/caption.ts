import type { Example } from "./example";

/** What one is about to hear. */
export function captionOf({ name, players, strips }: Pick<Example, "name" | "players" | "strips">): string {
  const method = strips[name].method === "iti" ? "ITI" : "SMITIN";
  return `After three seconds of ${listed(players)} the model goes on, and ${method} pushes its heads towards ${name}.`;
}

export function listed(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
