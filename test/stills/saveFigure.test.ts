import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { JSDOM } from "jsdom";
import { headGrid } from "../../lib/figures/headGrid";
import { figureHtml } from "../../lib/figures/page";
import { saveFigure } from "../../lib/stills/saveFigure";
import { scores } from "../figures/examples";
import { inPage } from "../figures/inPage";

const folder = mkdtempSync(join(tmpdir(), "smitin-figures-"));
after(() => rmSync(folder, { recursive: true }));
const figure = headGrid(scores(3, 3));

describe("saveFigure", () => {
  test("writes pages that share one script, stills and JSON, in a new folder", async () => {
    const path = (name: string) => join(folder, "new", name);
    await saveFigure(path("a.html"), figure);
    await saveFigure(path("b.html"), figure);
    await saveFigure(path("a.svg"), figure);
    await saveFigure(path("a.json"), figure);
    assert.deepEqual(readdirSync(join(folder, "new")), [
      "a.html",
      "a.json",
      "a.svg",
      "b.html",
      "plotly.min.js",
    ]);
    assert.ok(statSync(path("a.html")).size < 15_000);
    assert.match(readFileSync(path("a.html"), "utf8"), /<script src="plotly\.min\.js"><\/script>/);
    assert.ok(statSync(path("plotly.min.js")).size > 1_000_000);
    assert.match(readFileSync(path("a.svg"), "utf8"), /^<svg /);
    assert.deepEqual(JSON.parse(readFileSync(path("a.json"), "utf8")), figure);
  });

  test("writes a page that stands alone when asked", async () => {
    const path = join(folder, "alone/a.html");
    await saveFigure(path, figure, { alone: true });
    assert.deepEqual(readdirSync(join(folder, "alone")), ["a.html"]);
    assert.ok(statSync(path).size > 1_000_000);
  });

  test("refuses another ending and writes nothing", async () => {
    await assert.rejects(
      saveFigure(join(folder, "a.gif"), figure),
      /a\.gif: expected .* \.svg, \.html or \.json, found "\.gif"/,
    );
    assert.ok(!readdirSync(folder).includes("a.gif"));
  });
});

describe("figureHtml", () => {
  test("hands plotly the figure, whatever its text holds", () => {
    const tricky = headGrid(scores(2, 2), { title: 'a </script> & "b"' });
    const html = figureHtml(tricky, { address: "p.js" });
    const dom = new JSDOM(html.replace('<script src="p.js"></script>', ""), {
      runScripts: "dangerously",
      beforeParse(window) {
        window.Plotly = { react: (...drawn: unknown[]) => Object.assign(window, { drawn }) };
        inPage(window);
      },
    });
    const [place, data, { uirevision, ...layout }] = dom.window.drawn;
    assert.deepEqual([place.id, uirevision], ["figure", "theme"]);
    assert.deepEqual(JSON.parse(JSON.stringify({ data, layout })), JSON.parse(JSON.stringify(tricky)));
    assert.equal(dom.window.document.title, 'a </script> & "b"');
  });
});
