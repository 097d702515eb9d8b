import assert from "node:assert/strict";
import { test } from "node:test";
import { DataFrame, Series } from "danfojs-node";
import { bundleOf } from "../../lib/notebook/bundle";
import type { MimeBundle } from "../../lib/notebook/output";

test("a danfojs table becomes an HTML table", () => {
  const frame = new DataFrame([
    { trait: "drums & <bass>", accuracy: 0.94321234, clips: 400 },
    { trait: "piano", accuracy: Number.NaN, clips: 12 },
  ]);
  const bundle = bundleOf(frame) as MimeBundle;
  assert.equal(
    bundle["text/html"],
    '<table class="dataframe" border="1">\n' +
      '<thead><tr><th style="text-align:left">trait</th><th style="text-align:right">accuracy</th>' +
      '<th style="text-align:right">clips</th></tr></thead>\n<tbody>\n' +
      '<tr><td style="text-align:left">drums &amp; &lt;bass&gt;</td>' +
      '<td style="text-align:right">0.943</td><td style="text-align:right">400</td></tr>\n' +
      '<tr><td style="text-align:left">piano</td>' +
      '<td style="text-align:right">NaN</td><td style="text-align:right">12</td></tr>\n' +
      "</tbody>\n</table>",
  );
  assert.equal(bundle["text/plain"], "trait\taccuracy\tclips\ndrums & <bass>\t0.943\t400\npiano\tNaN\t12");
});

test("a column of numbers has as many decimals as its largest needs for three digits, and loses no small one", () => {
  const columns = { a: [1, 0.25, 0.00012], b: [12345.6, 1, 0], c: [2, "all", ""], d: [0, 0.5, -0.25] };
  const frame = new DataFrame(columns);
  const text = String((bundleOf(frame) as MimeBundle)["text/plain"]);
  assert.deepEqual(
    text
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t")),
    [
      ["1.00", "12346", "2", "0.000"],
      ["0.25", "1", "all", "0.500"],
      ["0.00012", "0", "", "-0.250"],
    ],
  );
});

test("numbers in words stand at the right too, other words at the left", () => {
  const columns = {
    k: ["16", "all"],
    range: ["0.9 (0.8 to 1.0)", ""],
    size: ["6 x 8", "16000 Hz"],
    heard: ["yes", ""],
  };
  const text = String((bundleOf(new DataFrame(columns)) as MimeBundle)["text/html"]);
  const heads = [...text.matchAll(/<th style="text-align:(\w+)">/g)].map(([, side]) => side);
  assert.deepEqual(heads, ["right", "right", "left", "left"]);
});

test("rows that have names keep them", () => {
  const frame = new DataFrame({ n: [1, 2] }, { index: ["drums", "bass"] });
  const text = String((bundleOf(frame) as MimeBundle)["text/html"]);
  assert.match(text, /<thead><tr><th style="text-align:left"><\/th>/);
  assert.match(text, /<tbody>\n<tr><td style="text-align:left">drums<\/td>/);
});

test("rows have no numbers of their own, whatever their order", () => {
  const frame = new DataFrame({ n: [3, 1, 2] });
  const sorted = frame.sortValues("n") as DataFrame;
  assert.deepEqual(sorted.index, [1, 2, 0]);
  const text = String((bundleOf(sorted) as MimeBundle)["text/plain"]);
  assert.equal(text, "n\n1\n2\n3");
});

test("a long table keeps its first and last rows and says how long it is", () => {
  const frame = new DataFrame(Array.from({ length: 1000 }, (_, row) => ({ row })));
  const text = String((bundleOf(frame) as MimeBundle)["text/html"]);
  assert.equal(text.match(/<tr>/g)!.length, 42);
  assert.match(text, />19<\/td><\/tr>\n<tr><td style="text-align:right">…<\/td><\/tr>\n<tr><td[^>]*>980</);
  assert.match(text, /1000 rows x 1 columns; the first and the last 20 are shown/);
});

test("a danfojs series is a table of one column", () => {
  const text = String((bundleOf(new Series([1, 2.5])) as MimeBundle)["text/plain"]);
  assert.deepEqual(text.split("\n").slice(1), ["1.00", "2.50"]);
});
