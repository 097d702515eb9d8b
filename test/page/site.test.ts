import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildSite } from "../../experiments/maintain/site/build";
import { filesOf } from "../../experiments/maintain/site/filesOf";
import { serveSite } from "../../experiments/maintain/site/serve";
import { findChromium, type Page, startBrowser, type Watched, whyNoChromium } from "../jupyter/browser";

const chromium = findChromium();
const skip = whyNoChromium(chromium);

let site: string;
let files: string[];
before(async () => {
  site = mkdtempSync(join(tmpdir(), "smitin-site-"));
  await buildSite(site);
  files = filesOf(site);
});
after(() => rmSync(site, { recursive: true }));

const read = (file: string) => readFileSync(join(site, file), "utf8");
const isPage = (file: string) => file.endsWith(".html");

test("every link of every page leads to a file of the site, and to a place in it", () => {
  const ids = new Map<string, Set<string>>();
  const idsOf = (file: string) => {
    const known = ids.get(file) ?? new Set([...read(file).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    ids.set(file, known);
    return known;
  };
  const wrong: string[] = [];
  for (const page of files.filter(isPage)) {
    for (const [, address] of read(page).matchAll(/<[^>]* (?:href|src)="([^"]*)"/g)) {
      if (/^(https:|data:|mailto:)/.test(address)) continue;
      const [path, fragment] = address.split("#");
      const file = path ? posix.join(dirname(page), path) : page;
      if (!files.includes(file)) wrong.push(`${page}: ${address}`);
      else if (fragment && file.endsWith(".html") && file !== "explorer.html" && !idsOf(file).has(fragment))
        wrong.push(`${page}: ${address}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("the reference leads from a function to its types and to its code", () => {
  const page = read("api/functions/generate.html");
  for (const address of [
    "../interfaces/GenerateOptions.html",
    "../../code/lib/model/generate/generate.ts.html",
  ])
    assert.ok(page.includes(`href="${address}"`), address);
});

test("nothing that a page loads by itself is anywhere else", () => {
  for (const page of files.filter(isPage)) {
    for (const [tag] of read(page).matchAll(/<(?:script|link|img|audio|source|iframe)\b[^>]*>/g))
      assert.doesNotMatch(tag, /(?:src|href)="(?:https?:)?\/\//, `${page}: ${tag}`);
  }
  for (const style of files.filter((file) => file.endsWith(".css")))
    assert.doesNotMatch(read(style), /url\(|@import/);
});

test("the explorer keeps less than 16 MB, and nothing of what is for reading", () => {
  const [, list] = /^const parts = (.*);$/m.exec(read("offline.js"))!;
  const { shell, explorer } = JSON.parse(list) as Record<string, string[]>;
  const sizeOf = (kept: string[]) =>
    kept.reduce(
      (sum, file) => sum + gzipSync(readFileSync(join(site, file === "./" ? "index.html" : file))).length,
      0,
    );
  assert.ok(sizeOf(explorer) < 16e6, `${sizeOf(explorer)} bytes`);
  assert.ok(sizeOf(shell) < 0.1e6, `${sizeOf(shell)} bytes`);
  for (const file of [...shell, ...explorer])
    assert.doesNotMatch(file, /^(docs|api|code|notebooks|results)\b/);
  assert.ok(explorer.includes("explorer.html") && explorer.includes("model/model.safetensors"));
});

/** One page of each kind. */
const kinds = [
  "index.html",
  "explorer.html",
  "results.html",
  "notebooks/index.html",
  "notebooks/01-inside-and-steering.html",
  "notebooks/course-5-steering.html",
  "docs/index.html",
  "docs/paper.html",
  "docs/command-line.html",
  "api/index.html",
  "api/functions/generate.html",
  "api/interfaces/Probe.html",
  "code/lib/steering/smitin.ts.html",
];

test("in Chromium", { skip }, async (t) => {
  const served = await serveSite(site);
  const page: Page = await startBrowser(chromium!);
  const watched: Watched = await page.watch();
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  t.after(async () => {
    await page.close();
    served.close();
  });
  const open = async (address: string) => {
    await page.open("about:blank");
    await page.open(served.address + address);
    await page.until("document.readyState === 'complete' && document.querySelector('main h1, main h2')", 30);
  };

  for (const address of kinds) {
    await t.test(`${address} has nothing that axe finds wrong, by day and by night`, async () => {
      for (const theme of ["light", "dark"] as const) {
        await page.look({ width: 1280, height: 900, theme });
        await open(address);
        await page.value(`${axe}; 0`);
        const found = await page.value<
          string[]
        >(`axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
          violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target + " " + failureSummary)))`);
        assert.deepEqual(found, [], theme);
      }
    });
  }

  await t.test("every picture of the results and of the first page is drawn", async () => {
    await page.look({ width: 1280, height: 900, theme: "dark" });
    for (const address of ["index.html", "results.html"]) {
      await open(address);
      const broken = await page.value<string[]>(`Promise.all([...document.images].map(async (one) => {
        one.loading = "eager";
        await one.decode().catch(() => {});
        return one.naturalWidth > 0 ? [] : [one.src];
      })).then((all) => all.flat())`);
      assert.deepEqual(broken, []);
    }
  });

  await t.test("every kind of page fits a narrow phone and a tablet", async () => {
    for (const width of [320, 768]) {
      await page.look({ width, height: 800, theme: "light" });
      for (const address of kinds) {
        await open(address);
        const wide = await page.value<number>("document.documentElement.scrollWidth");
        assert.ok(wide <= width, `${address}: ${wide} pixels wide on ${width}`);
      }
    }
  });

  await t.test(
    "a take of the first page sounds, changes to the unsteered one and stops where another begins",
    async () => {
      await page.look({ width: 1280, height: 900, theme: "light" });
      await open("index.html");
      const take = (n: number) => `[data-take]:nth-child(${n})`;
      const label = (n: number) => `document.querySelector('${take(n)} .play').getAttribute('aria-label')`;
      await page.click(`${take(1)} .play`);
      await page.until(`parseFloat(document.querySelector('${take(1)} .clock').textContent) > 0.2`, 20);
      await page.click(`${take(1)} .segments button:last-child`);
      await page.until(
        `document.querySelector('${take(1)} .segments button:last-child').ariaPressed === 'true'`,
        5,
      );
      await page.click(`${take(2)} .play`);
      await page.until(`/^Stop/.test(${label(2)}) && /^Play/.test(${label(1)})`, 20);
      await page.click(`${take(2)} .play`);
    },
  );

  await t.test("the choice of theme goes with the reader from page to page", async () => {
    await page.look({ width: 1280, height: 900, theme: "light" });
    await open("index.html");
    const paper = "getComputedStyle(document.body).backgroundColor";
    const light = await page.value<string>(paper);
    await page.click(".tools button");
    await page.click(".tools button");
    const dark = await page.value<string>(paper);
    assert.notEqual(dark, light);
    await open("docs/paper.html");
    assert.equal(await page.value<string>(paper), dark);
    await page.value("localStorage.clear()");
  });

  await t.test("pages that were read open offline", async () => {
    await open("docs/words.html");
    await page.until("navigator.serviceWorker.controller && caches.match('../page.css').then(Boolean)", 20);
    await open("docs/words.html");
    await page.until("caches.match(location.href).then(Boolean)", 20);
    served.close();
    await open("docs/words.html");
    assert.equal(await page.value("document.querySelector('h1').textContent"), "Words");
    assert.notEqual(await page.value("getComputedStyle(document.querySelector('.brand')).fontWeight"), "400");
  });

  await t.test("no page asks another host for anything or complains", () => {
    assert.deepEqual(
      watched.requests.filter((url) => !url.startsWith(served.address) && url !== "about:blank"),
      [],
    );
    assert.deepEqual(watched.complaints, []);
  });
});
