import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lighten } from "../../experiments/maintain/notebooks/light";
import {
  kernelspec,
  type NotebookCell,
  type NotebookFile,
  type SavedOutput,
} from "../../lib/kernel/notebookFile";
import { layOut } from "../../lib/kernel/notebookFormat";
import { bundleOf } from "../../lib/notebook/bundle";
import { soundBundle } from "../../lib/notebook/listen";
import type { MimeBundle } from "../../lib/notebook/output";
import { attachNotebook } from "../../lib/notebook/output";
import { progress } from "../../lib/notebook/progress";

const figure = {
  data: [{ type: "scatter" as const, y: [1, 2] }],
  layout: { width: 300, height: 200, title: { text: "Two" } },
};

describe("light outputs", () => {
  test("a figure is a small still of its own size, a table stays, sound is a line", async () => {
    const table = { "text/html": "<table></table>", "text/plain": "a" };
    const sound = soundBundle({ low: { samples: new Float32Array(80), sampleRate: 8000 } });
    const [still, rows, line] = await lightOutputs([
      display(await bundleOf(figure)),
      display(table),
      display(sound),
    ]);
    const { data, metadata } = still as Extract<SavedOutput, { output_type: "display_data" }>;
    assert.deepEqual(Object.keys(data), ["image/png", "text/plain"]);
    assert.equal(data["text/plain"], "[figure: Two]");
    assert.deepEqual(metadata, { "image/png": { width: 300, height: 200 } });
    const png = Buffer.from(String(data["image/png"]), "base64");
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [450, 300], "pixels");
    assert.ok(png.length < 12_000, `${png.length} bytes`);
    assert.deepEqual(rows, display(table));
    assert.deepEqual(line, display({ "text/plain": "[low: 0.0 s]\nsound: run the cell to hear it" }));
  });

  test("leaves out progress, scripts, widgets' views, and what shows nothing without them", async () => {
    const bars: MimeBundle[] = [];
    attachNotebook({ show: (bundle) => void bars.push(bundle as MimeBundle), claim: () => true });
    progress("songs", 2).done();
    attachNotebook(undefined);
    const light = await lightOutputs([
      ...bars.map(display),
      display({ "application/vnd.jupyter.widget-view+json": { model_id: "1" }, "text/plain": "" }),
      display({ "text/html": "<script>1</script>", "text/plain": "" }),
      display({ "text/html": "<script>1</script>", "text/plain": "in words" }),
      display({ "text/html": "<b>still</b>", "text/plain": "" }),
      { output_type: "stream", name: "stdout", text: "printed\n" },
    ]);
    assert.equal(bars.length, 2);
    assert.deepEqual(light, [
      display({ "text/plain": "in words" }),
      display({ "text/html": "<b>still</b>", "text/plain": "" }),
      { output_type: "stream", name: "stdout", text: "printed\n" },
    ]);
  });

  test("counts cells from 1, and keeps nothing that a front end notes about itself", async () => {
    const result: SavedOutput = {
      output_type: "execute_result",
      execution_count: 41,
      data: { "text/plain": "1" },
      metadata: {},
    };
    const cells = [
      {
        ...code([result]),
        execution_count: 41,
        metadata: { tags: ["a"], execution: { "shell.execute_reply": "now" }, scrolled: true },
      },
      { ...code([]), execution_count: null },
      { ...code([result]), execution_count: 44 },
    ];
    const light = await lighten(notebook(cells, { widgets: {}, kernelspec: { name: "other" } }));
    assert.deepEqual(
      light.cells.map(({ execution_count }) => execution_count),
      [1, null, 2],
    );
    assert.deepEqual(light.cells[2].outputs, [{ ...result, execution_count: 2 }]);
    assert.deepEqual(light.cells[0].metadata, { tags: ["a"] });
    assert.deepEqual(Object.keys(light.metadata), ["kernelspec", "language_info"]);
    assert.deepEqual(light.metadata.kernelspec, kernelspec);
  });

  test("gives the same bytes again, also of a light notebook", async () => {
    const heavy = notebook([code([display(await bundleOf(figure))])]);
    const once = await lighten(heavy);
    assert.equal(layOut(await lighten(heavy)), layOut(once));
    assert.equal(layOut(await lighten(once)), layOut(once));
  });

  test("takes coarser stills where there are many, and refuses what is too large all the same", async () => {
    const points = Array.from({ length: 800 }, (_, i) => [Math.cos(i * i), Math.sin(i * i * i)]);
    const data = [
      { type: "scatter" as const, mode: "markers", x: points.map(([x]) => x), y: points.map(([, y]) => y) },
    ];
    const drawn = display(await bundleOf({ data, layout: { width: 700, height: 500 } }));
    const size = async (figures: number) => {
      const [cell] = (await lighten(notebook([code(Array(figures).fill(drawn))]))).cells;
      return (cell.outputs![0] as { metadata: object; data: MimeBundle }).data["image/png"] as string;
    };
    assert.ok((await size(8)).length < (await size(1)).length);
    const text = display({ "text/plain": "x".repeat(300_001) });
    await assert.rejects(
      lighten(notebook([code([text])])),
      /expected light outputs of at most 300 kB, found more/,
    );
  });
});

async function lightOutputs(outputs: SavedOutput[]): Promise<SavedOutput[]> {
  return (await lighten(notebook([code(outputs)]))).cells[0].outputs!;
}

function notebook(cells: NotebookCell[], metadata = {}): NotebookFile {
  return { cells, metadata, nbformat: 4, nbformat_minor: 5 };
}

function code(outputs: SavedOutput[]): NotebookCell {
  return { id: "one", cell_type: "code", source: "1", metadata: {}, outputs, execution_count: 1 };
}

function display(data: MimeBundle): SavedOutput {
  return { output_type: "display_data", data, metadata: {} };
}
