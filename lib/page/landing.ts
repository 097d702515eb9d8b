import type { Examples } from "./example";
import { createTakePlayer } from "./takePlayer";

/*
 * Where prepared takes stand in a page for reading, the explorer's own picture and player take the place of the browser's. One take
 * sounds at a time.
 */
async function main(): Promise<void> {
  const root = document.body.dataset.root ?? "";
  const places = document.querySelectorAll<HTMLElement>("[data-take]");
  const answer = await fetch(`${root}examples/examples.json`);
  if (!answer.ok) return; // the browser's players stay
  const examples = (await answer.json()) as Examples;
  const players: ReturnType<typeof createTakePlayer>[] = [];
  for (const place of places) {
    const example = examples.takes.find(({ name }) => name === place.dataset.take);
    if (!example) continue;
    const mine = players.length;
    const stopOthers = () => {
      for (const [i, other] of players.entries()) if (i !== mine) other.pause();
    };
    players.push(createTakePlayer(example, examples, `${root}examples`, stopOthers));
    place.querySelector(".plain")?.replaceWith(players[mine].element);
  }
}

void main().catch(() => {}); // without a network the browser's players stay
