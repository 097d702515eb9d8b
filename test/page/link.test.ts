import assert from "node:assert/strict";
import { test } from "node:test";
import type { Strips } from "../../lib/live/strip";
import { decodeLink, encodeLink, type LinkedTake, steeredTraits } from "../../lib/page/link";
import { methodStrip } from "../../lib/page/methodStrip";

const grid = { trait: "drums", accuracy: [0.6, 0.8], low: [0, 0], high: [1, 1], threshold: 0.6, watched: [] };
const off: Strips = {
  drums: methodStrip(grid, "none"),
  bass: methodStrip({ ...grid, trait: "bass" }, "none"),
};
const take: LinkedTake = {
  model: "f00",
  seed: 7,
  frames: 100,
  prompt: [
    [1, 2, 255],
    [3, 4, 0],
  ],
  promptName: "bass, guitar",
  moves: [
    { step: 0, strips: off },
    { step: 31, strips: { ...off, drums: methodStrip(grid, "smitin") }, muted: [{ layer: 1, head: 0 }] },
  ],
};

test("a take goes into an address and comes out the same", async () => {
  const link = await encodeLink(take);
  assert.match(link, /^take=[\w-]+$/);
  assert.deepEqual(await decodeLink(`#${link}`, "f00", off), take);
});

test("the traits that steer a take are those that ever did", () => {
  assert.deepEqual(steeredTraits(take.moves), ["drums"]);
  assert.deepEqual(steeredTraits([{ step: 0, strips: off }]), []);
});

test("what is no take, another model's, or steered by what is not here is refused in one sentence", async () => {
  await assert.rejects(decodeLink("#take=AAAA", "f00", off), {
    message: "This address holds no take that this page can read.",
  });
  await assert.rejects(decodeLink("", "f00", off), /holds no take/);
  const link = await encodeLink(take);
  await assert.rejects(decodeLink(link, "abc", off), /a take of another model \(f00\); this is abc/);
  await assert.rejects(
    decodeLink(link, "f00", { bass: off.bass }),
    /steered by "drums", whose probes are not here: open "Teach it by ear" and import them/,
  );
});
