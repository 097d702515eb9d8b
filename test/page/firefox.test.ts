import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeLink } from "../../lib/page/link";
import { clock, isMaking, isPlaying, isReady } from "./explorerState";
import { type FirefoxPage, findFirefox, startFirefox } from "./firefoxPage";
import { examples, linkedTake, off } from "./linkedTake";
import { type OpenSite, openSite } from "./openSite";

const firefox = findFirefox();
const skip = firefox
  ? false
  : "needs Firefox: install Debian's package firefox-esr, or say in SMITIN_FIREFOX where it is";

let site: OpenSite;
let page: FirefoxPage;
before(async () => {
  if (!firefox) return;
  site = await openSite({ reading: false });
  page = await startFirefox(firefox);
});
after(async () => {
  await page?.close();
  site?.close();
});

test("in Firefox a prepared take sounds at the first click, and keys change between its two rows", {
  skip,
}, async () => {
  await page.open(`${site.served.address}explorer.html`);
  await page.until("document.querySelector('.play')", 20);
  await page.click(".play");
  await page.until(`${isPlaying} && ${clock} > 0.2`, 20);
  await page.press("b");
  await page.until("document.querySelectorAll('.music .segments button')[1].ariaPressed === 'true'", 5);
});

test("in Firefox music is steered while it plays", { skip }, async () => {
  await page.open("about:blank");
  await page.open(`${site.served.address}explorer.html`);
  await page.until(`document.querySelector('.play') && ${isReady}`, 60);
  await page.click(".play");
  await page.until(`${isPlaying} && ${clock} > 3.2 && ${isMaking}`, 60);
  await page.click('section[aria-label="Strip of bass"] [data-method="iti"]');
  const before = await page.value<number>(clock);
  await page.until(`${clock} > ${before} + 1`, 60);
  await page.click(".tools button");
  await page.until("location.hash.startsWith('#take=')", 10);
  const { moves } = await decodeLink(await page.value("location.hash"), examples.model.fingerprint, off);
  assert.ok(moves.at(-1)!.step > 0);
  assert.equal(moves.at(-1)!.strips.bass.on, true);
  await page.click(".play");
});

test("an address plays a take again in Firefox, token for token as in Node", { skip }, async () => {
  const { link, tokens } = await linkedTake();
  await page.open("about:blank");
  await page.open(`${site.served.address}explorer.html#${link}`);
  await page.until("/holds a take/.test(document.querySelector('.told')?.textContent)", 60);
  await page.click(".play");
  assert.equal(await page.until("document.querySelector('.print').dataset.tokens", 90), tokens);
});

test("Firefox was asked for nothing elsewhere and complained of nothing", { skip }, () => {
  const { requests, complaints } = page.watched;
  assert.deepEqual(
    requests.filter((url) => !url.startsWith(site.served.address) && !url.startsWith("about:")),
    [],
  );
  assert.ok(requests.some((url) => url.endsWith("model.safetensors")));
  assert.deepEqual(complaints, []);
});
