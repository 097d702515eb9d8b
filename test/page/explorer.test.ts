import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildSite } from "../../experiments/maintain/site/build";
import { serveSite } from "../../experiments/maintain/site/serve";
import { encodeWav } from "../../lib/audio/wav";
import { decodeLink } from "../../lib/page/link";
import { findChromium, type Page, startBrowser, type Watched, whyNoChromium } from "../jupyter/browser";
import { clock, isMaking, isPlaying, isReady } from "./explorerState";
import { examples, linkedTake, off } from "./linkedTake";
import { type OpenSite, openSite } from "./openSite";

const chromium = findChromium();
const skip = whyNoChromium(chromium);

let site: OpenSite;
let page: Page;
let watched: Watched;
before(async () => {
  if (!chromium) return;
  site = await openSite({ reading: false });
  const heard = encodeWav({
    samples: Float32Array.from({ length: 5 * 48000 }, (_, i) => 0.4 * Math.sin(i / 30)),
    sampleRate: 48000,
  });
  const microphone = join(site.folder, "microphone.wav");
  writeFileSync(microphone, heard);
  page = await startBrowser(chromium, [
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-audio-capture=${microphone}`,
  ]);
  watched = await page.watch();
});
after(async () => {
  await page?.close();
  site?.close();
});

test("a prepared take sounds at the first click, and the grid is there before the model", {
  skip,
}, async () => {
  await page.open(`${site.served.address}explorer.html`);
  await page.until("document.querySelector('.play')", 20);
  assert.equal(await page.value("document.querySelectorAll('.heads button').length"), 48);
  assert.match(await page.value("document.querySelector('.heads button').textContent"), /^\d\d$/);
  await page.click(".play");
  await page.until(`${isPlaying} && ${clock} > 0.2`, 20);
  await page.press("b");
  await page.until("document.querySelectorAll('.music .segments button')[1].ariaPressed === 'true'", 5);
  await page.press("b");
  await page.until("document.querySelectorAll('.music .segments button')[0].ariaPressed === 'true'", 5);
  await page.value("document.querySelector('.timeline').focus()");
  for (let i = 0; i < 4; i++) await page.press("ArrowRight");
  await page.until(`${clock} > 4`, 2);
  await page.until(isReady, 60);
});

test("an address plays a take again, steered and with a muted head, token for token as in Node", {
  skip,
}, async () => {
  const { link, tokens: expected, made } = await linkedTake();
  assert.deepEqual(made, [0, 20, 60]);

  await page.open("about:blank"); // another fragment alone loads nothing anew
  await page.open(`${site.served.address}explorer.html#${link}`);
  await page.until("/holds a take/.test(document.querySelector('.told')?.textContent)", 60);
  await page.click(".play");
  const tokens = await page.until<string>("document.querySelector('.print').dataset.tokens", 60);
  assert.equal(tokens, expected);
});

test("hands act on the music while it plays", { skip }, async () => {
  await page.open("about:blank");
  await page.open(`${site.served.address}explorer.html`);
  await page.until(`document.querySelector('.play') && ${isReady}`, 60);
  await page.click(".play");
  await page.until(
    `${isPlaying} && ${clock} > 3.5 && /making/.test(document.querySelector('.status').textContent)`,
    60,
  );
  await page.click('section[aria-label="Strip of bass"] [data-method="iti"]');
  await page.click('.heads button[aria-label^="layer 3, head 1"]');
  await page.until("document.querySelectorAll('.heads button.muted').length === 1", 5);
  const before = await page.value<number>(clock);
  await page.until(`${clock} > ${before} + 1.5`, 60);
  await page.click(".tools button");
  await page.until("location.hash.startsWith('#take=')", 10);
  const linked = await decodeLink(await page.value<string>("location.hash"), examples.model.fingerprint, off);
  const last = linked.moves.at(-1)!;
  assert.ok(last.step > 0);
  assert.equal(last.strips.bass.on, true);
  assert.deepEqual(last.muted, [{ layer: 3, head: 1 }]);
});

test("probes are taught by ear with the band's clips, said whether they can tell, and steered with", {
  skip,
}, async () => {
  await page.click(".ear summary");
  for (const tray of [0, 1]) {
    const inTray = `document.querySelectorAll('.tray')[${tray}]`;
    assert.equal(await page.value("document.querySelector('.ear .play').disabled"), true);
    await page.value(
      `[...${inTray}.querySelectorAll('button')].find(one => one.textContent === 'Band plays ten').click()`,
    );
    await page.until(`${inTray}.querySelectorAll('.clips button').length === 10`, 60);
  }
  await page.click(".ear .play");
  const words = await page.until<string>("document.querySelector('.verdict')?.textContent", 60);
  assert.match(words, /^These probes can(?:'t)? tell mine.* of 20 clips .* in \d+ of 39 tries\./);
  await page.click(".ear .verdict + .row button");
  await page.until("document.querySelector('section[aria-label=\"Strip of mine\"]')", 10);
  await page.click(".play");
  await page.until(
    `${isPlaying} && ${clock} > 3.2 && /making/.test(document.querySelector('.status').textContent)`,
    60,
  );
  await page.click(".play");
});

test("an address of a take with a taught trait says what else it needs, and opens once that is there", {
  skip,
}, async () => {
  await page.click(".tools button");
  await page.until(
    "/steered by \"mine\", which you taught: .* send those/.test(document.querySelector('.told').textContent)",
    10,
  );
  const link = await page.value<string>("location.href");
  await page.value(`(() => {
    URL.createObjectURL = (blob) => { blob.text().then((text) => { window.exported = text; }); return "blob:nothing"; };
    HTMLAnchorElement.prototype.click = () => {};
    [...document.querySelectorAll('.ear button')].find((one) => one.textContent === 'Export probes').click();
  })()`);
  const probes = await page.until<string>("window.exported", 10);
  await page.open("about:blank");
  await page.open(link);
  await page.until(
    "/steered by \"mine\", whose probes are not here/.test(document.querySelector('.told')?.textContent)",
    60,
  );
  await page.value(`(() => {
    const all = new DataTransfer();
    all.items.add(new File([${JSON.stringify(probes)}], "mine.json"));
    const input = document.querySelector('.ear input[accept=".json"]');
    input.files = all.files;
    input.dispatchEvent(new Event("change"));
  })()`);
  await page.until("/holds a take: press Play/.test(document.querySelector('.told').textContent)", 20);
  assert.equal(
    await page.value(
      "document.querySelector('section[aria-label=\"Strip of mine\"] [aria-pressed=true]').dataset.method",
    ),
    "smitin",
  );
});

test("what the microphone hears becomes the prompt; without leave there is one sentence, and the prompt stays", {
  skip,
}, async () => {
  const pressed = "document.querySelector('#unfolded [aria-label=Prompt] [aria-pressed=true]')?.textContent";
  const record = `[...document.querySelectorAll('#unfolded button')].find((one) => one.textContent === 'Record 3 s').click()`;
  await page.click("#tab-sound");
  const before = await page.until<string>(pressed, 10);
  await page.permit("microphone", "denied");
  await page.value(record);
  await page.until(
    "/^The microphone was not allowed: .*\\.$/.test(document.querySelector('.told').textContent)",
    20,
  );
  assert.equal(await page.value(pressed), before);
  await page.permit("microphone", "granted");
  await page.value(record);
  await page.until(`${pressed} === 'recording 2'`, 30);
  await page.click(".play");
  await page.until(`${isPlaying} && ${clock} > 0.3`, 30);
  await page.click(".play");
});

test("a take is made far ahead in a tab that is not seen, whose clocks go slowly", { skip }, async () => {
  await page.click(".play");
  await page.until(`${isPlaying} && ${clock} > 1 && ${isMaking}`, 30);
  await page.value(`(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      if (message.say === "until") window.allowed = message.seconds;
      return post.call(this, message, ...rest);
    };
    Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  })()`);
  const ahead = await page.value<number>(`window.allowed + 3 - ${clock}`); // the prompt has three seconds
  assert.ok(ahead > 7.5 && ahead < 8.5, `${ahead} s`);
  const now = await page.value<number>(clock);
  await page.until(`${isPlaying} && ${clock} > ${now} + 1`, 30);
  await page.value("delete document.hidden");
  await page.click(".play");
});

test("a file of one's own becomes the prompt; a file that is no sound is refused in one sentence", {
  skip,
}, async () => {
  const drop = (name: string, bytes: string) =>
    page.value(`(() => {
      const all = new DataTransfer();
      all.items.add(new File([${bytes}], ${JSON.stringify(name)}));
      document.querySelector('.journey .drop').dispatchEvent(new DragEvent('drop', { dataTransfer: all, bubbles: true }));
    })()`);
  await drop("words.wav", "'these are words'");
  await page.until(
    "/^words.wav could not be read: expected .*\\.$/.test(document.querySelector('.told').textContent)",
    20,
  );
  const sound = encodeWav({
    samples: Float32Array.from({ length: 66150 }, (_, i) => 0.4 * Math.sin(i / 20)),
    sampleRate: 22050,
  });
  await drop(
    "mine.wav",
    `Uint8Array.from(atob('${Buffer.from(sound).toString("base64")}'), (c) => c.charCodeAt(0))`,
  );
  await page.until(
    "[...document.querySelectorAll('#unfolded button[aria-pressed=true]')].some((one) => one.textContent === 'mine.wav')",
    20,
  );
  await page.click(".play");
  await page.until(`${isPlaying} && ${clock} > 0.3`, 30);
  await page.click(".play");
});

test("music begins from silence too", { skip }, async () => {
  await page.value(
    "[...document.querySelectorAll('#unfolded button')].find((one) => one.textContent === 'silence').click()",
  );
  await page.click(".play");
  await page.until(`${isPlaying} && ${clock} > 1`, 30);
  await page.click(".play");
});

test("once loaded it opens offline, model and all", { skip }, async () => {
  await page.until("caches.match('model/model.safetensors').then((found) => found !== undefined)", 30);
  site.served.close();
  await page.open("about:blank");
  await page.open(`${site.served.address}explorer.html`);
  await page.until(`document.querySelector('.play') && ${isReady}`, 60);
});

test("without room to keep it the page says so and plays", { skip }, async () => {
  const other = await serveSite(site.folder); // another origin, which has kept nothing yet
  try {
    await page.room(other.address, 1000);
    await page.open(`${other.address}explorer.html`);
    await page.until("/no room to keep the page/.test(document.querySelector('.told')?.textContent)", 60);
    await page.until(isReady, 60);
    await page.click(".play");
    await page.until(`${isPlaying} && ${clock} > 0.3`, 30);
  } finally {
    await page.open("about:blank");
    other.close();
  }
});

test("without WebAssembly SIMD the page says so and still makes music", { skip }, async () => {
  const old = join(site.folder, "old");
  await buildSite(old, { reading: false });
  const worker = readFileSync(join(old, "worker.js"), "utf8");
  writeFileSync(join(old, "worker.js"), `WebAssembly.validate = () => false;\n${worker}`); // as where none is known
  const other = await serveSite(old);
  try {
    await page.open(`${other.address}explorer.html`);
    await page.until("/no WebAssembly SIMD/.test(document.querySelector('.told')?.textContent)", 60);
    await page.click(".play");
    await page.until(`${isPlaying} && ${isMaking}`, 60);
  } finally {
    await page.open("about:blank");
    other.close();
  }
});

test("it fits a narrow phone, asks nobody else for anything and complains of nothing", { skip }, async () => {
  await page.open(`${site.served.address}explorer.html`);
  for (const width of [320, 360, 768]) {
    await page.look({ width, height: 800, theme: "dark" });
    for (const station of ["sound", "tokens", "heads", "next", "speaker"]) {
      await page.click(`#tab-${station}`);
      const wide = await page.value<number>("document.documentElement.scrollWidth");
      assert.ok(wide <= width, `${station}: ${wide} pixels wide on ${width}`);
    }
  }
  assert.deepEqual(
    watched.requests.filter((url) => !url.startsWith("http://127.0.0.1:") && url !== "about:blank"),
    [],
  );
  assert.deepEqual(watched.complaints, []);
});
