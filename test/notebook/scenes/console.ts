import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Page } from "../../jupyter/browser";
import { type Lab, repository } from "../lab";

/** A console whose takes go on from six frames for four seconds, at once from what alpha says. */
export const consoleCells = [
  `import { startBackend } from "${repository}/lib/engine";
import { replayTake } from "${repository}/lib/disk/keptTake";
import { streamTake } from "${repository}/lib/live/streamTake";
import { steeringConsole } from "${repository}/lib/notebook/widgets/steeringConsole";
import { prompt } from "${repository}/test/sweep/fixture";
import { playable, twoTraits } from "${repository}/test/notebook/playable";
await startBackend("wasm");
const model = playable();
const { drums, piano } = twoTraits(model);
const source = { prompt: prompt(1, 6), frames: 200, seed: 4, probes: { drums, piano } };`,
  `const desk = steeringConsole(model, source.probes, {
  prompt: source.prompt, seconds: 4, seed: source.seed, maxAlpha: 400,
  strips: { drums: { alpha: 0, every: 1, gate: "always" }, piano: { alpha: 0 } },
});
desk`,
];

const desk = '.smitin-lab:has(section[aria-label="channel strip: drums"])';
const drums = `${desk} section[aria-label="channel strip: drums"]`;
const alpha = `${drums} input[aria-label="alpha"]`;
const play = `${desk} button[title^="generate and play"]`;
const stop = `${desk} button[title^="stop"]`;
const keep = `${desk} button[title^="write this take"]`;
const told = `document.querySelector('${desk} [role="status"]').textContent`;
const isPressed = (title: string) =>
  `document.querySelector('${desk} button[title^="${title}"]').getAttribute("aria-pressed") === "true"`;

/** Lets the page note what it schedules to sound, when it was clicked to play, and when alpha was moved. */
const ears = `(() => {
  window.heard = [];
  window.pressed = window.moved = undefined;
  const { prototype } = AudioBufferSourceNode;
  prototype.startSilently ??= prototype.start;
  prototype.start = function (at) {
    window.ears = this.context;
    heard.push({ clock: performance.now(), now: this.context.currentTime, at, samples: [...this.buffer.getChannelData(0)] });
    return this.startSilently(at);
  };
  const note = (selector, event, name) =>
    document.querySelector(selector).addEventListener(event, () => {
      window[name] ??= { clock: performance.now(), now: window.ears?.currentTime };
    }, { capture: true });
  note('${play}', "click", "pressed");
  note('${alpha}', "input", "moved");
})()`;

interface Moment {
  clock: number;
  now: number;
}

type Stretch = Moment & { at: number; samples: number[] };

/** What a take says whose alpha is moved while it plays. */
export interface MovedTake {
  /** Milliseconds from the click on Play to the first sound. */
  wait: number;
  /** Seconds into the take where its sound is another than that of a take in which nothing moves. */
  changed: number;
  /** Milliseconds from the slider's movement until that sounds. */
  latency: number;
  /** The most seconds of sound that there were ahead of what was heard. */
  ahead: number;
}

/**
 * Play, and move alpha to its right end with the mouse once something sounds.
 * The kernel has `model`, `source` (of the take) and `desk`.
 */
export async function playAndMove({ page, kernel, picture }: Lab): Promise<MovedTake> {
  const samples = async (code: string) => {
    const base64 = await kernel(`Buffer.from((${code}).buffer).toString("base64")`);
    return new Float32Array(Uint8Array.from(Buffer.from(base64, "base64")).buffer);
  };
  const still = await samples(
    "(await streamTake(model, { ...source, stripsAt: () => desk.strips })).steered.samples",
  );
  const rate = Number(await kernel("model.sampleRate"));
  await page.until(`document.querySelector('${play}') !== null`);
  await page.value(ears);
  await page.click(play);
  await page.until("heard.length >= 6 && ears.currentTime > heard[2].at");
  const first = await page.value<string>(`document.querySelector('${desk} canvas').toDataURL()`);
  await page.click(alpha, { at: 0.95 });
  await picture("console-playing");
  await ended(page);
  assert.notEqual(await page.value(`document.querySelector('${desk} canvas').toDataURL()`), first);
  const [heard, pressed, moved] = await page.value<[Stretch[], Moment, Moment]>("[heard, pressed, moved]");
  const steered = heard.filter((_, i) => i % 2 === 0);
  const sound = Float32Array.from(steered.flatMap((stretch) => stretch.samples));
  assert.deepEqual(sound, await samples("desk.last!.steered.samples"));
  const changed = sound.findIndex((sample, i) => sample !== still[i]);
  assert.ok(changed > 0, `first changed sample: ${changed} of ${sound.length}`);
  return {
    wait: steered[0].clock - pressed.clock + 1000 * (steered[0].at - steered[0].now),
    changed: changed / rate,
    latency: 1000 * (momentOf(steered, changed, rate) - moved.now),
    ahead: aheadOf(heard, rate),
  };
}

/** Milliseconds that a slider's value takes to the kernel and back, again and again, in order of size. */
export async function roundTrips({ page, kernel }: Lab): Promise<number[]> {
  await kernel(
    `const stopEcho = desk.onChange(({ drums }) => desk.widget.set({ told: "alpha " + drums.alpha }));`,
  );
  const times = await page.value<number[]>(`(async () => {
    const input = document.querySelector('${alpha}');
    const times = [];
    for (let i = 0; i < 12; i++) {
      const began = performance.now();
      input.value = String(5 * i);
      input.dispatchEvent(new Event("input"));
      while (${told} !== "alpha " + 5 * i) await new Promise((next) => setTimeout(next, 1));
      times.push(performance.now() - began);
    }
    return times;
  })()`);
  await kernel("stopEcho();");
  return times.sort((a, b) => a - b);
}

/** Play, steer, compare, stop and keep in the page. */
export function consoleScenes(lab: () => Lab): void {
  test("alpha moved while the console plays changes the sound from then on", async (t: TestContext) => {
    const { wait, changed, latency, ahead } = await playAndMove(lab());
    const moves = JSON.parse(
      await lab().kernel(
        "JSON.stringify(desk.last!.moves.map(({ step, strips }) => [step / model.frameRate, strips.drums.alpha]))",
      ),
    ) as [seconds: number, alpha: number][];
    assert.ok(moves[0][1] === 0 && moves.at(-1)![1] > 300, `${moves}`);
    t.diagnostic(`play to first sound: ${wait.toFixed(0)} ms`);
    t.diagnostic(
      `slider to changed samples (at ${changed.toFixed(2)} s of the take): ${latency.toFixed(0)} ms`,
    );
    t.diagnostic(`made ahead of what sounds: ${ahead.toFixed(2)} s at most`);
    // how long a slider takes is how far the sound is ahead, and the way to the kernel, which a busy machine lengthens
    assert.ok(latency > 0, `${latency} ms`);
    assert.ok(ahead <= mostAhead, `${ahead} s ahead`);
    assert.ok(changed - moves[1][0] < 0.1, `moved at ${moves[1][0]} s, changed at ${changed} s`);
  });

  test("a slider's value goes to the kernel and back", async (t: TestContext) => {
    const times = await roundTrips(lab());
    t.diagnostic(`slider round trip: ${times.map((time) => time.toFixed(0)).join(", ")} ms`);
    assert.ok(times[6] < 10_000, `${times[6]} ms`);
  });

  test("a take after one that was stopped is not made further ahead", async (t: TestContext) => {
    const { page, kernel } = lab();
    await page.value("heard.length = 0");
    await page.click(play);
    await page.until("heard.length > 0 && ears.currentTime > heard[0].at + 1.5");
    await page.click(stop);
    await ended(page);
    await page.value("heard.length = 0");
    await page.click(play);
    await page.until("heard.length > 0 && ears.currentTime > heard[0].at + 0.5");
    await page.click(stop);
    await ended(page);
    const ahead = aheadOf(await page.value<Stretch[]>("heard"), Number(await kernel("model.sampleRate")));
    t.diagnostic(`made ahead of what sounds: ${ahead.toFixed(2)} s at most`);
    assert.ok(ahead <= mostAhead, `${ahead} s ahead`);
  });

  test("keys play, stop, compare, record and keep, also while a slider has the focus", async () => {
    const { page, kernel, folder } = lab();
    await page.value(`document.querySelector('${alpha}').focus()`);
    await page.press("ArrowRight");
    await page.until(`document.querySelector('${alpha}').value === "60"`);
    await page.press("b");
    assert.ok(await page.value(isPressed("hear the unsteered")));
    await page.press("b");
    assert.ok(await page.value(isPressed("hear the steered")));
    await page.press("r");
    await page.value("heard.length = 0");
    await page.press("p");
    await page.until("heard.length >= 4");
    await page.press("p");
    await ended(page);
    await page.until(`${told}.startsWith("kept: ")`);
    await page.press("r");
    await page.press("k");
    await page.until(`${told}.startsWith("kept: ")`);
    const [frames, kept] = JSON.parse(
      await kernel("JSON.stringify([desk.last!.steered.tokens[0].length, desk.kept])"),
    ) as [number, { wav: string; json: string }[]];
    assert.ok(frames > 6 && frames < 206, `${frames} frames`);
    assert.equal(kept.length, 2);
    for (const { wav, json } of kept)
      assert.ok(existsSync(join(folder, wav)) && existsSync(join(folder, json)), wav);
    const again = "(await replayTake(model, desk.kept[0].json)).steered.tokens.map((codes) => [...codes])";
    assert.equal(
      await kernel(`JSON.stringify(${again})`),
      await kernel("JSON.stringify(desk.last!.steered.tokens.map((codes) => [...codes]))"),
    );
    assert.equal(await kernel("String(desk.strips.drums.alpha)"), "60");
  });
}

/** After the page was loaded again: the take is there, and the console plays. */
export async function consoleLives({ page, kernel }: Lab): Promise<void> {
  await page.until(`document.querySelector('${keep}')?.disabled === false`);
  await page.value(ears);
  await page.click(`${desk} button[title^="play this take"]`);
  await page.until("heard.length > 0");
  await page.value("heard.length = 0");
  const before = await kernel("String(desk.strips.drums.alpha)");
  await page.click(alpha, { at: 0.2 });
  await page.click(play);
  await page.until("heard.length >= 4");
  await page.click(stop);
  await ended(page);
  assert.notEqual(await kernel("String(desk.strips.drums.alpha)"), before);
  assert.equal(
    await kernel("String(desk.last!.moves[0].strips.drums.alpha === desk.strips.drums.alpha)"),
    "true",
  );
}

/** A page that was loaded again while a take was made has the whole of it, and nothing else. */
export async function takeIsWhole({ page, kernel }: Lab): Promise<void> {
  await ended(page);
  const frames = Number(await kernel("desk.last!.steered.tokens[0].length - desk.last!.promptFrames"));
  const clock = `document.querySelector('${desk} .sm-number').textContent`;
  await page.until(`${clock}.endsWith("/ ${(frames / 50).toFixed(1)} s")`, 30).catch(() => {});
  assert.match(await page.value<string>(clock), new RegExp(`/ ${(frames / 50).toFixed(1)} s$`));
}

/** Start a take that goes on when the notebook is no longer in front. */
export async function startTake({ page }: Lab): Promise<void> {
  await page.until(`document.querySelector('${play}') !== null`);
  await page.value(ears);
  await page.click(play);
  await page.until("heard.length >= 4");
}

/** Its frames when it has ended. */
export async function takeEnds({ page, kernel }: Lab): Promise<number> {
  await ended(page);
  return Number(await kernel("String(desk.last!.steered.tokens[0].length)"));
}

const ended = (page: Page) => page.until(`!document.querySelector('${keep}').disabled`);

/** The console's lead, and what a page needs to begin: nothing that a slow machine makes longer. */
const mostAhead = 0.5 + 0.15;

/** The most seconds of sound that were there ahead of what was heard when a stretch came. */
function aheadOf(heard: Stretch[], rate: number): number {
  return Math.max(...heard.map(({ at, now, samples }) => at + samples.length / rate - now));
}

/** When a sample sounds, in seconds of the audio clock. */
function momentOf(stretches: Stretch[], sample: number, rate: number): number {
  let from = 0;
  for (const { at, samples } of stretches) {
    if (sample < from + samples.length) return at + (sample - from) / rate;
    from += samples.length;
  }
  throw new RangeError(`there is no sample ${sample}`);
}
