import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packagePath } from "../../lib/disk/packageRoot";
import { loadProbes } from "../../lib/disk/probeFile";
import { startBackend } from "../../lib/engine";
import { streamTake } from "../../lib/live/streamTake";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { findChromium, startBrowser } from "../jupyter/browser";
import { clock } from "./explorerState";
import { examples } from "./linkedTake";
import { openSite } from "./openSite";

/*
 * The numbers of docs/page.md: `node --import tsx test/page/measure.ts`, on a quiet machine. How much and how long until the explorer
 * shows and sounds in headless Chromium, how fast music is made there and in Node, and what memory it takes.
 */
async function main(): Promise<void> {
  const chromium = findChromium();
  if (!chromium) throw new Error("expected Chromium, found none: install Debian's package chromium");
  const { folder, served, close } = await openSite({ reading: false });
  const page = await startBrowser(chromium);
  try {
    const asked = new Set<string>(); // the worker's files too, which the page's own protocol does not tell
    served.server.on("request", ({ url = "" }) => asked.add(url.slice(1).split(/[?#]/)[0]));
    const megabytes = () => {
      const sizes = [...asked].map((file) => gzipSync(readFileSync(join(folder, file))).length);
      return (sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1);
    };
    const status = "document.querySelector('.status').textContent";
    await page.open(`${served.address}explorer.html`);
    const picture = await page.until<number>(
      `new Promise((resolve) => {
      const look = () =>
        document.querySelector('.heads button')
          ? requestAnimationFrame(() => resolve(performance.now()))
          : setTimeout(look, 5);
      look();
    })`,
      30,
    );
    const sound = await page.value<number>(`(() => {
      const from = performance.now();
      document.querySelector('.play').click();
      return new Promise((resolve) => {
        const look = () => ${clock} > 0 ? resolve(performance.now() - from) : requestAnimationFrame(look);
        look();
      });
    })()`);
    const before = megabytes();
    console.log(
      `first picture after ${(picture / 1000).toFixed(2)} s; a prepared take sounds ${(sound / 1000).toFixed(2)} s after the click, ${before} MB asked for by then, compressed`,
    );
    await page.until(`/model is here/.test(${status})`, 60);
    console.log(
      `model ready after ${((await page.value<number>("performance.now()")) / 1000).toFixed(1)} s; ${megabytes()} MB asked for, compressed`,
    );
    await page.click(".play");
    await page.click(".play");
    const speeds: number[] = [];
    await page.until(`${clock} > 3.5 && /making/.test(${status})`, 60);
    for (let i = 0; i < 10; i++) {
      speeds.push(await page.value<number>(`parseFloat(/making ([\\d.]+)/.exec(${status})[1])`));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    console.log(
      `two takes at once in the page: ${speeds.sort((a, b) => a - b)[5].toFixed(1)} s of music a second (median of 10)`,
    );
    console.log(`memory of the page's process: ${((await page.memory()) / 1e6).toFixed(0)} MB`);
  } finally {
    await page.close();
    close();
  }
  console.log(
    `one take in Node: ${(await speedInNode()).toFixed(1)} s of music a second (${cpus()[0].model}, wasm, one thread)`,
  );
}

/** Seconds of music a second, one row, steered by SMITIN; the codec's work is in it. */
async function speedInNode(): Promise<number> {
  await startBackend("wasm");
  const model = await loadMusicGen();
  const [{ prompt, strips, seed, name }] = examples.takes;
  const probes = { [name]: loadProbes(packagePath("data/page", `${name}.json`), model) };
  const frames = 8 * model.frameRate;
  const make = (count: number) =>
    streamTake(model, {
      ...{
        prompt: prompt.map((codes) => Int32Array.from(codes)),
        frames: count,
        seed,
        probes,
        compare: false,
      },
      stripsAt: () => ({ [name]: strips[name] }),
    });
  await make(20);
  const from = performance.now();
  await make(frames);
  const seconds = (performance.now() - from) / 1000;
  model.dispose();
  return frames / model.frameRate / seconds;
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
