import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildSite } from "../../experiments/maintain/site/build";
import { serveSite } from "../../experiments/maintain/site/serve";
import { packagePath } from "../../lib/disk/packageRoot";
import { loadProbes } from "../../lib/disk/probeFile";
import { startBackend } from "../../lib/engine";
import { streamTake } from "../../lib/live/streamTake";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { findChromium, startBrowser } from "../jupyter/browser";
import { examples } from "./linkedTake";

/*
 * The numbers of docs/page.md: `node --import tsx test/page/measure.ts`, on a quiet machine. How much and how long until the explorer
 * shows and sounds in headless Chromium, how fast music is made there and in Node, and what memory it takes.
 */
async function main(): Promise<void> {
  const chromium = findChromium();
  if (!chromium) throw new Error("expected Chromium, found none: install Debian's package chromium");
  const site = mkdtempSync(join(tmpdir(), "smitin-site-"));
  await buildSite(site, { reading: false });
  const { address, server } = await serveSite(site);
  const page = await startBrowser(chromium);
  try {
    const watched = await page.watch();
    const megabytes = () => {
      const files = new Set(watched.requests.filter((url) => url.startsWith(address)));
      const sizes = [...files].map((url) => {
        const file = url.slice(address.length).split(/[?#]/)[0];
        return gzipSync(readFileSync(join(site, file))).length;
      });
      return (sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1);
    };
    const clock = "parseFloat(document.querySelector('.clock').textContent)";
    const status = "document.querySelector('.status').textContent";
    await page.open(`${address}explorer.html`);
    await page.until("document.querySelector('.heads button')", 30);
    const [picture] = await page.value<number[]>(
      "performance.getEntriesByType('paint').map((one) => one.startTime)",
    );
    const sound = await page.value<number>(`(() => {
      const from = performance.now();
      document.querySelector('.play').click();
      return new Promise((resolve) => {
        const look = () => ${clock} > 0 ? resolve(performance.now() - from) : requestAnimationFrame(look);
        look();
      });
    })()`);
    console.log(
      `first picture after ${(picture / 1000).toFixed(2)} s; a prepared take sounds ${(sound / 1000).toFixed(2)} s after the click`,
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
    const { bytes } = await page.value<{ bytes: number }>("performance.measureUserAgentSpecificMemory()");
    console.log(`memory of page and worker: ${(bytes / 1e6).toFixed(0)} MB`);
  } finally {
    await page.close();
    server.close();
    server.closeAllConnections();
    rmSync(site, { recursive: true });
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
