import assert from "node:assert/strict";
import { test } from "node:test";
import { type Lab, repository } from "../lab";

/** A sweep to listen to, clips of a head, a monitor and a task that goes on until it is cancelled; `model` is there. */
export const listeningCells = [
  `import { headListener } from "${repository}/lib/notebook/widgets/headListener";
import { hearable } from "${repository}/test/notebook/playable";
const { activations, sounds } = hearable(model);
const clipsHeard: number[] = [];
const listener = headListener(activations, drums.heads[0], sounds);
listener.onHear((clip) => void clipsHeard.push(clip));
listener`,
  `import { sweepTable } from "${repository}/lib/notebook/widgets/sweepTable";
import { sweepSteering } from "${repository}/lib/disk/sweepFolder";
import { judge } from "${repository}/test/sweep/fixture";
const sweep = await sweepSteering(model, { prompts: [prompt(1, 6), prompt(3, 6)], probes: drums, alpha: [20, 200], topK: [1, "all"], frames: 300, judge });
const takesHeard: (number | null)[] = [];
const listenTable = sweepTable(sweep, model);
listenTable.onHear(({ cell }) => void takesHeard.push(cell.alpha));
listenTable`,
  `import { generate } from "${repository}/lib/model/generate/generate";
import { liveMonitor } from "${repository}/lib/notebook/widgets/liveMonitor";
import { smitin } from "${repository}/lib/steering/methods";
const monitor = liveMonitor(smitin(drums, { alpha: 20 }), { seconds: 2 });
const watchTake = () => generate(model, {
  prompt: prompt(1, 6), frames: 100, seed: 7, steer: monitor, onFrame: () => new Promise((r) => setTimeout(r, 15)),
});
const watched = (await watchTake()).tokens[0].length;`,
  `import { cancellableProgress } from "${repository}/lib/notebook/widgets/cancellableProgress";
const job = cancellableProgress("clips", 100000);
while (!job.signal.aborted) {
  job.tick();
  await new Promise((r) => setTimeout(r, 20));
}
job.done();
"ended: " + (job.signal.reason as Error).message`,
];

const sweep = '.smitin-lab:has(table[aria-label$=": success"])';
const cell = (place: number) => `${sweep} table[aria-label$=": success"] [data-place="${place}"]`;
const clips = '.smitin-lab svg[role="application"]';
const sound = "document.querySelector('.smitin-lab audio')";
const players = `[...document.querySelectorAll('${sweep} button[title="play or pause"]')].map((one) => one.textContent)`;
const cursors = `[...document.querySelectorAll('${sweep} div')].map((one) => one.shadowRoot?.querySelector('[part="cursor"]'))
  .filter(Boolean).map((one) => Number.parseFloat(one.style.left))`;
const cancel = '.smitin-lab button[title="stop clips"]';
const curves = `document.querySelector('.smitin-lab canvas[aria-label$="threshold: drums"]').toDataURL()`;

/** The last cell runs until this. @param run of the notebook, whose failure ends the wait */
export async function cancelTask({ page, told }: Lab, run: Promise<void>): Promise<void> {
  const counts = `/[1-9]\\d* of 100000 .* left/.test(document.querySelector('.smitin-lab:has(progress)')?.textContent)`;
  await page.until(counts, 210, run).catch(async ({ message }: Error) => {
    throw new Error(`${message}\nThe cells:\n${await told()}`);
  });
  await page.click(cancel);
}

/** Clips, takes, curves and progress in the page. */
export function listeningScenes(lab: () => Lab): void {
  test("a task has ended at its button", async () => {
    const { page } = lab();
    await page.until(
      "[...document.querySelectorAll('.jp-OutputArea-output')].some((one) => /ended: clips: cancelled after \\d+ of 100000/.test(one.textContent))",
    );
    await page.until(
      "/cancelled after/.test(document.querySelector('.smitin-lab:has(progress)').textContent)",
    );
    assert.equal(await page.value(`document.querySelector('${cancel}').hidden`), true);
  });

  test("a clip sounds under the pointer and by the arrow keys", async () => {
    const { page, kernel } = lab();
    await page.hover(`${clips} circle:nth-of-type(5)`);
    await page.until(`${sound}.played.length > 0 && ${sound}.currentTime > 0`);
    await lab().picture("head-listener");
    const first = await page.value(`${sound}.src`);
    await page.value(`document.querySelector('${clips}').focus()`);
    await page.press("ArrowRight");
    await page.until(`${sound}.src !== ${JSON.stringify(first)} && ${sound}.currentTime > 0`);
    const heard = JSON.parse(await kernel("JSON.stringify(clipsHeard)")) as number[];
    assert.equal(heard[0], 4);
    assert.ok(heard.length >= 2, `${heard}`);
  });

  test("a sweep's cell sounds at a click, a second one beside it, from one to the other at the same moment", async () => {
    const { page, kernel } = lab();
    await page.click(cell(1));
    await page.until(`${players}[0] === "❚❚"`);
    await page.click(cell(4));
    await page.until(`${players}.join() === "▶,❚❚"`);
    await page.press("x");
    await page.until(`${players}.join() === "❚❚,▶"`);
    await page.until(`${cursors}[0] > 20`);
    await lab().picture("sweep-playing");
    const [a, b] = await page.value<number[]>(cursors);
    assert.ok(Math.abs(a - b) < 10, `cursors at ${a} % and ${b} %`);
    await page.value(`document.querySelector('${cell(1)}').focus()`);
    await page.press("ArrowDown");
    await page.press("Enter");
    await page.until(`document.querySelectorAll('${sweep} [aria-selected="true"]').length === 4`);
    const heard = JSON.parse(await kernel("JSON.stringify(takesHeard)")) as number[];
    assert.equal(heard.length, 3);
    await page.click(`${sweep} button[title^="hear the take that nothing"]`);
    await page.until(
      `document.querySelector('${sweep} button[title^="hear the take"]').getAttribute("aria-pressed") === "true"`,
    );
  });

  test("a monitor's curves move while a take is made", async () => {
    const { page, kernel } = lab();
    const pictures = new Set<string>();
    let isOver = false;
    const take = kernel("(await watchTake()).tokens[0].length").finally(() => {
      isOver = true;
    });
    while (!isOver) {
      pictures.add(await page.value<string>(curves));
      await new Promise((next) => setTimeout(next, 100));
    }
    assert.equal(await take, "106");
    assert.ok(pictures.size > 3, `${pictures.size} pictures`);
  });
}

/** What is there after the page was loaded again answers. */
export async function listeningLives({ page, kernel }: Lab): Promise<void> {
  await page.until(
    "/cancelled after/.test(document.querySelector('.smitin-lab:has(progress)')?.textContent)",
  );
  await page.hover(`${clips} circle:nth-of-type(2)`);
  await page.until(`${sound}.played.length > 0 && ${sound}.currentTime > 0`);
  await page.click(cell(1));
  await page.until(`${players}[0] === "❚❚"`);
  const heard = JSON.parse(
    await kernel("JSON.stringify([clipsHeard.at(-1), takesHeard.length])"),
  ) as number[];
  assert.equal(heard[0], 1);
  assert.ok(heard[1] > 3);
  const blank = await page.value<string>(`(() => {
    const canvas = document.querySelector('.smitin-lab canvas[aria-label$="threshold: drums"]');
    const { width, height } = canvas;
    return Object.assign(document.createElement("canvas"), { width, height }).toDataURL();
  })()`);
  assert.notEqual(await page.value(curves), blank);
}
