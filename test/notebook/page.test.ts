import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { JSDOM } from "jsdom";
import type { Audio } from "../../lib/audio/audio";
import { decodeWav } from "../../lib/audio/wav";
import type { Figure } from "../../lib/figures/figure";
import { bundleOf } from "../../lib/notebook/bundle";
import { packedScripts } from "../../lib/notebook/libraryScripts";
import { listen } from "../../lib/notebook/listen";
import { attachNotebook, type MimeBundle } from "../../lib/notebook/output";
import { plotlyScript } from "../../lib/stills/plotly";
import { inPage } from "../figures/inPage";

const figure: Figure = {
  data: [{ type: "scatter", x: Float32Array.from([0, 1]), y: [1, 2], name: "</script><b>" }],
  layout: { width: 300, height: 200, title: { text: "Two<br><i>points</i>" } },
};
const audio: Audio = {
  samples: Float32Array.from({ length: 800 }, (_, i) => Math.sin(i / 8) / 2),
  sampleRate: 8000,
};

describe("what a page gets", () => {
  let claimed: Set<string>;
  let shown: MimeBundle[];
  beforeEach(() => {
    claimed = new Set();
    shown = [];
    attachNotebook({
      show: (bundle) => void shown.push(bundle as MimeBundle),
      claim: (library) => !claimed.has(library) && claimed.add(library) !== undefined,
    });
  });
  afterEach(() => attachNotebook(undefined));

  test("a figure is a still and a script, and says its title", async () => {
    const bundle = await bundleOf(figure);
    assert.deepEqual(Object.keys(bundle), ["text/html", "image/svg+xml", "text/plain"]);
    assert.equal(bundle["text/plain"], "[figure: Two points]");
    const page = new JSDOM(String(bundle["text/html"])).window.document;
    const still = page.querySelector("img")!.src.replace("data:image/svg+xml;base64,", "");
    assert.equal(Buffer.from(still, "base64").toString(), bundle["image/svg+xml"]);
    assert.match(String(bundle["image/svg+xml"]), /^<svg.*<\/svg>$/s);
    assert.equal(page.querySelectorAll("script").length, 1);
  });

  test("twenty figures carry plotly once and stay small", async () => {
    const pages: string[] = [];
    for (let i = 0; i < 20; i++) pages.push(String((await bundleOf(figure))["text/html"]));
    assert.deepEqual(
      pages.map((text) => text.includes("smitinLab.provide(")),
      pages.map((_, i) => i === 0),
    );
    const [, packed] = /provide\("plotly", \["([^"]+)","[^"]+"\]\)/.exec(pages[0])!;
    assert.ok(gunzipSync(Buffer.from(packed, "base64")).equals(Buffer.from(plotlyScript())));
    assert.ok(pages.join("").length < 3e6);
  });

  test("an output draws when its library comes, before or after it, and keeps its still until then", async () => {
    claimed.add("plotly");
    const [early, late] = [await bundleOf(figure), await bundleOf(figure)].map((b) => String(b["text/html"]));
    const { window } = new JSDOM("<body></body>", { runScripts: "outside-only" });
    inPage(window);
    Object.assign(window, { DecompressionStream, Blob, Response, Uint8Array });
    const place = (text: string) => {
      const output = window.document.createElement("div");
      output.innerHTML = text;
      window.document.body.append(output);
      window.eval(output.querySelector("script")!.textContent!);
      return output.querySelector("div")!;
    };
    const first = place(early);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(first.querySelectorAll("img").length, 1);
    const fake = "exports.react = (at, data) => (at.textContent = JSON.stringify([data[0].x, data[0].name]))";
    const [, ...drawing] = packedScripts("plotly");
    const packed = JSON.stringify([gzipSync(fake).toString("base64"), ...drawing]);
    window.eval(`smitinLab.provide("plotly", ${packed})`);
    await until(() => !first.querySelector("img"));
    const second = place(late);
    await until(() => !second.querySelector("img"));
    for (const drawn of [first, second]) assert.equal(drawn.textContent, '[[0,1],"</script><b>"]');
  });

  test("players hold their sound, its rate and the end of the prompt", () => {
    const tokens = [new Int32Array(40)];
    listen({ "steered <1>": { audio, promptFrames: 10, tokens }, plain: audio });
    const [bundle] = shown;
    assert.equal(bundle["text/plain"], "[steered <1>: 0.1 s]\n[plain: 0.1 s]");
    const page = new JSDOM(String(bundle["text/html"])).window.document;
    const [steered, plain] = page.querySelectorAll("figure");
    assert.equal(steered.querySelector("figcaption")!.textContent, "steered <1>");
    assert.deepEqual(
      { ...steered.dataset, smitin: "" },
      { smitin: "", rate: "8000", seconds: "0.1", prompt: "0.025" },
    );
    assert.equal(plain.dataset.prompt, undefined);
    const wav = Buffer.from(steered.querySelector("audio")!.src.split(",")[1], "base64");
    const { samples, sampleRate } = decodeWav(wav, "player");
    assert.equal(sampleRate, 8000);
    assert.ok(samples.every((sample, i) => Math.abs(sample - audio.samples[i]) < 1e-4));
  });

  test("wavesurfer comes once, with what draws it", () => {
    listen(audio);
    listen([audio, audio]);
    const [first, second] = shown.map((bundle) => String(bundle["text/html"]));
    const [, packed] = /provide\("wavesurfer", (\[[^\]]+\])\)/.exec(first)!;
    const modules = (JSON.parse(packed) as string[]).map((text) =>
      gunzipSync(Buffer.from(text, "base64")).toString(),
    );
    assert.equal(modules.length, 4);
    assert.match(modules[3], /createWaveList/);
    assert.ok(!second.includes("smitinLab.provide("));
  });

  test("listen refuses what has no sound, by name", () => {
    const wrong = { drums: audio, piano: {} as Audio };
    assert.throws(() => listen(wrong), /expected audio or a take, found object in "piano"/);
  });
});

/** Wait until something has come about, 5 s at most. */
async function until(come: () => boolean): Promise<void> {
  for (let waited = 0; !come() && waited < 5000; waited += 10)
    await new Promise((resolve) => setTimeout(resolve, 10));
}
