import { type CaptureRecipe, openCaptureRecipe } from "../disk/captureRecipe";
import { openJudge } from "../hub/judges";
import { hashOf } from "../math/hash";
import type { MusicGen } from "../model/musicgen";
import type { PartWish } from "../music/dataset";
import { prepareSweep } from "../sweep/prepare";
import { checkModelFiles, recipeOptions, type SweepRecipe } from "../sweep/recipe";

/** Work as plain data, which any machine with its model can do a piece of. */
export type Recipe = SweepRecipe | CaptureRecipe;

/** A piece of work: a sweep's cell, a data set's song. */
export interface Piece {
  key: string;
  /** What is to be known of it beside the recipe. */
  data: unknown;
}

/** What became of a piece, as plain data. */
export interface Result {
  key: string;
}

/** A song's captures: the bytes of its file in base64. */
export type CapturedSong = Result & { file: string };

/** A recipe that waits in a queue. */
export interface QueuedTask {
  /** The same for the same recipe. */
  id: string;
  recipe: Recipe;
}

export function taskOf(recipe: Recipe): QueuedTask {
  return { id: `${recipe.kind[0]}${hashOf(JSON.stringify(recipe))}`, recipe };
}

/** How a worker does a recipe's pieces. */
export interface Task {
  /** What its pieces are called. */
  pieces: "cells" | "songs";
  /** Pieces taken at once, at most. */
  rows: number;
  knows(piece: Piece): boolean;
  compute(pieces: Piece[]): AsyncGenerator<Result, void, undefined>;
}

/** The key of a data set's part, or of what it gives in a later round. */
export function songKey({ part, given }: PartWish): string {
  return given > 0 ? `song-${part}-from-${given}` : `song-${part}`;
}

/**
 * What a recipe asks for, ready to be worked on.
 * @throws Error when the recipe is another version's, or its judge or data are not here, or files of the model differ
 */
export async function openTask(
  model: MusicGen,
  recipe: Recipe,
  { rows, signal }: { rows: number; signal?: AbortSignal },
): Promise<Task> {
  if (recipe.kind === "capture") {
    const { parts, make } = openCaptureRecipe(model, recipe);
    return {
      pieces: "songs",
      rows: 1,
      knows: ({ key, data }) => {
        const wish = data as PartWish | null;
        return wish !== null && wish.part < parts && key === songKey(wish);
      },
      async *compute(pieces) {
        for (const { key, data } of pieces) {
          const file = Buffer.from(await make(data as PartWish)).toString("base64");
          yield { key, file } as CapturedSong;
        }
      },
    };
  }
  checkModelFiles(model, recipe);
  const ready = prepareSweep(model, { ...(await recipeOptions(recipe, openJudge)), rows, signal });
  const cells = new Map(ready.cells.map((cell) => [cell.key, cell]));
  return {
    pieces: "cells",
    rows,
    knows: ({ key }) => cells.has(key),
    async *compute(pieces) {
      for (const batch of ready.batches(pieces.map(({ key }) => cells.get(key)!)))
        for await (const { result } of ready.compute(batch)) yield result;
    },
  };
}
