import assert from "node:assert/strict";
import { it } from "node:test";
import { DataFrame, Series } from "danfojs-node";
import { bundleOf } from "../../lib/notebook/bundle";
import type { MimeBundle } from "../../lib/notebook/output";

it("a danfojs table becomes an HTML table", () => {
  const frame = new DataFrame([
    { trait: "drums & <bass>", accuracy: 0.94321234, clips: 400 },
    { trait: "piano", accuracy: Number.NaN, clips: 12 },
  ]);
  const bundle = bundleOf(frame) as MimeBundle;
  assert.equal(
    bundle["text/html"],
    '<table class="dataframe" border="1">\n' +
      "<thead><tr><th></th><th>trait</th><th>accuracy</th><th>clips</th></tr></thead>\n<tbody>\n" +
      '<tr><th>0</th><td style="text-align:left">drums &amp; &lt;bass&gt;</td>' +
      '<td style="text-align:right">0.94321</td><td style="text-align:right">400</td></tr>\n' +
      '<tr><th>1</th><td style="text-align:left">piano</td>' +
      '<td style="text-align:right">NaN</td><td style="text-align:right">12</td></tr>\n' +
      "</tbody>\n</table>",
  );
  assert.equal(bundle["text/plain"], "trait\taccuracy\tclips\ndrums & <bass>\t0.94321\t400\npiano\tNaN\t12");
});

it("a long table keeps its first and last rows and says how long it is", () => {
  const frame = new DataFrame(Array.from({ length: 1000 }, (_, row) => ({ row })));
  const text = String((bundleOf(frame) as MimeBundle)["text/html"]);
  assert.equal(text.match(/<tr>/g)!.length, 42);
  assert.match(text, /<th>19<\/th>.*\n<tr><td>…<\/td><td>…<\/td><\/tr>\n<tr><th>980<\/th>/);
  assert.match(text, /1000 rows × 1 columns/);
});

it("a danfojs series is a table of one column", () => {
  const text = String((bundleOf(new Series([1, 2.5])) as MimeBundle)["text/plain"]);
  assert.deepEqual(text.split("\n").slice(1), ["1", "2.5"]);
});
