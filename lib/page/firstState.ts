import type { Head } from "../steering/ablate";
import { captionOf, listed } from "./caption";
import type { Example, Examples, TraitGrid } from "./example";
import type { PageState } from "./state";
import { preparedTake } from "./take";

/** What a first visit sees, from what was prepared: the first take, its strips, and its trait's grid. */
export function firstState(examples: Examples): PageState {
  const grids = Object.fromEntries(examples.traits.map((grid) => [grid.trait, grid]));
  const [first] = examples.takes;
  return {
    examples,
    model: { phase: "waiting" },
    grids,
    prompts: [
      ...examples.takes.map(({ title, players, prompt }) => {
        return { name: `${listed(players)}: ${title.toLowerCase()}`, tokens: prompt };
      }),
      { name: "silence", tokens: first.prompt.map(() => []) },
    ],
    prompt: 0,
    seed: first.seed,
    hands: { strips: first.strips, muted: [] },
    trait: first.name,
    click: "mute",
    station: "heads",
    head: bestHead(grids[first.name], examples.shape.heads),
    take: preparedTake(first, examples),
    row: 0,
    told: introductionOf(first),
  };
}

/** The words for a prepared take. */
export function introductionOf(example: Example): string {
  return `${example.title}. ${captionOf(example)}`;
}

function bestHead({ accuracy }: TraitGrid, heads: number): Head {
  const index = accuracy.indexOf(Math.max(...accuracy));
  return { layer: Math.floor(index / heads), head: index % heads };
}
