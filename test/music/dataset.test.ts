import assert from "node:assert/strict";
import { test } from "node:test";
import { askParts, type Dataset, describeTally, emptyTally, itemsOf } from "../../lib/music/dataset";

/** Songs with so many items each, and what was asked of them: song, most, items before it. */
function songs(sizes: number[], count: number): { data: Dataset<string>; asked: number[][] } {
  const asked: number[][] = [];
  const parts = sizes.map((size, song) => ({
    name: `song ${song}`,
    async read(most: number, before: number) {
      asked.push([song, most, before]);
      const items = Array.from({ length: Math.min(size, most) }, (_, i) => `${song}.${i}`);
      return { items, windows: size, lacks: "silent" };
    },
  }));
  return { data: { trait: "drums", count, parts, recipe: "made up", key: 1 }, asked };
}

async function all({ data }: { data: Dataset<string> }): Promise<string[]> {
  const items: string[] = [];
  for await (const item of itemsOf(data)) items.push(item);
  return items;
}

test("songs give a fair share each, and are asked once where that suffices", async () => {
  const made = songs([5, 0, 5, 5], 6);
  assert.deepEqual(await all(made), ["0.0", "0.1", "2.0", "2.1", "3.0", "3.1"]);
  assert.deepEqual(made.asked, [
    [0, 2, 0],
    [1, 2, 2],
    [2, 2, 2],
    [3, 2, 4],
  ]);
});

test("songs that had more are asked again when later ones had less: in rounds, each item once, until all are found", async () => {
  const made = songs([5, 0, 9, 1], 12);
  const first = ["0.0", "0.1", "0.2", "2.0", "2.1", "2.2", "2.3", "2.4", "3.0"];
  assert.deepEqual(await all(made), [...first, "0.3", "0.4", "2.5"]);
  assert.deepEqual(made.asked, [
    [0, 3, 0],
    [1, 3, 3],
    [2, 5, 3],
    [3, 4, 8],
    [0, 5, 0],
    [2, 6, 3],
  ]);
  const few = songs([0, 0, 0, 3, 1, 0], 6);
  assert.deepEqual(await all(few), ["3.0", "3.1", "4.0", "3.2"]);
});

test("all there are, where there are fewer than asked for; the tally counts a song once", async () => {
  for (const sizes of [
    [5, 0, 9, 1],
    [1, 1, 30],
    [30, 1, 1],
    [2, 7, 1, 8, 2, 8],
  ]) {
    const total = sizes.reduce((a, b) => a + b);
    const made = songs(sizes, total + 3);
    assert.deepEqual((await all(made)).length, total);
    assert.equal(new Set(await all(made)).size, total);
  }
  const { data } = songs([5, 0, 9, 1], 12);
  const tally = emptyTally();
  const give = async ({
    part,
    most,
    before,
    given,
  }: {
    part: number;
    most: number;
    before: number;
    given: number;
  }) => {
    const { items, ...rest } = await data.parts[part].read(most, before);
    return { ...rest, items: items.length - given };
  };
  const places: number[] = [];
  for await (const { at } of askParts(data, tally, give)) places.push(at);
  assert.deepEqual(places, [0, 3, 3, 8, 9, 11]);
  assert.equal(
    describeTally(tally, data),
    "12 of 12 found in 3 of 4 songs, of 15 windows that sound; 1 silent",
  );
});
