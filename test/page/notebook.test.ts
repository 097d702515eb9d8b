import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildSite } from "../../experiments/maintain/site/build";
import { serveSite } from "../../experiments/maintain/site/serve";
import { findChromium, type Page, startBrowser, type Watched } from "../jupyter/browser";

const chromium = findChromium();
const skip = chromium
  ? false
  : "needs Chromium: install Debian's package chromium, or say in SMITIN_CHROMIUM where it is";

let site: string;
let served: Awaited<ReturnType<typeof serveSite>>;
let page: Page;
let watched: Watched;
before(async () => {
  if (!chromium) return;
  site = mkdtempSync(join(tmpdir(), "smitin-notebooks-"));
  await buildSite(site, { reading: false, notebooks: true });
  served = await serveSite(site);
  page = await startBrowser(chromium);
  watched = await page.watch();
});
after(async () => {
  await page?.close();
  served?.server.close();
  served?.server.closeAllConnections();
  if (site) rmSync(site, { recursive: true });
});

const ended = "['done', 'failed'].includes(document.querySelector('.cell.code').dataset.state)";

test("a notebook is read with its outputs before anything runs, and a cell's last value is shown", {
  skip,
}, async () => {
  await page.open(`${served.address}notebooks/01-inside-and-steering.html`);
  await page.until("document.documentElement.dataset.live", 30);
  assert.match(await page.value("document.querySelector('h1').textContent"), /^1\. Looking inside/);
  assert.ok((await page.value<number>("document.querySelectorAll('img.still').length")) >= 4);
  assert.deepEqual(
    watched.requests.filter((url) => /compiler|cells|plotly/.test(url)),
    [],
  );
  await page.click(".cell.code .run");
  await page.until(ended, 90);
  const shown = await page.value<string>("document.querySelector('.cell.code .outputs').textContent");
  assert.match(shown, /6 layers of 8 heads/);
});

test("it asks nobody else for anything and complains of nothing", { skip }, () => {
  assert.deepEqual(
    watched.requests.filter((url) => !url.startsWith(served.address) && url !== "about:blank"),
    [],
  );
  assert.deepEqual(watched.complaints, []);
});
