import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { headPicker } from "../../lib/notebook/widgets/headPicker";
import { pageModule } from "../../lib/notebook/widgets/pageModule";
import { type KernelClient, startKernelClient } from "../kernel/client";
import { handmade } from "../steering/probes";

type Json = Record<string, unknown>;
const root = `${__dirname}/../..`;

test("without a page a picker is a table, and its selection there at once", async () => {
  const picker = headPicker([handmade(), handmade([0.9, 0.8, 0.7, 0.6], "piano")], { top: 2 });
  const bundle = await picker._repr_mimebundle_();
  assert.deepEqual(Object.keys(bundle), ["text/html", "text/plain"]);
  assert.equal(bundle["text/plain"], "[head picker: drums: 2 heads selected; piano: 2 heads selected]");
  assert.match(String(bundle["text/html"]), /outline:2px solid.*>90</);
  const top = { layer: 1, head: 1 };
  assert.deepEqual((await picker.selection).drums, [top, { layer: 1, head: 0 }]);
  picker.select([{ layer: 0, head: 1 }], "piano");
  picker.selectTop(1, "drums");
  assert.deepEqual(picker.heads, { drums: [top], piano: [{ layer: 0, head: 1 }] });
  assert.throws(
    () => picker.select([{ layer: 5, head: 0 }], "drums"),
    /no probe of drums at layer 5, head 0/,
  );
  assert.throws(() => picker.selectTop(1, "bass"), /expected one of drums, piano, found "bass"/);
  assert.throws(() => headPicker([handmade(), handmade()]), /expected each trait once/);
});

describe("widgets over the kernel's own protocol", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(__dirname);
    const imports =
      `import { headPicker } from "${root}/lib/notebook/widgets/headPicker";\n` +
      `import { createWidget } from "${root}/lib/notebook/widget";\n` +
      `import { handmade } from "${root}/test/steering/probes";\n1`;
    assert.equal(await kernel.value(imports), "1");
  });
  after(() => kernel.close());

  const page = (id: string, data: Json, buffers?: Uint8Array[]) =>
    kernel.send("comm_msg", { comm_id: id, data }, { buffers });

  /** What stands beside a widget for where no script runs, as shown and renewed. */
  const stills = (id: string) =>
    kernel.seen
      .filter(({ content }) => {
        const { display_id } = (content.transient ?? {}) as { display_id?: string };
        return display_id === `smitin-still-${id}`;
      })
      .map(({ type, content }) => ({ type, data: content.data as Record<string, string> }));

  test("a picker opens as anywidget's model, with its module and a table for where no script runs", async () => {
    const { published } = await kernel.execute("const picker = headPicker(handmade(), { top: 1 });\npicker");
    const open = published.find(({ type }) => type === "comm_open")!;
    const { state } = open.content.data as { state: Json };
    assert.equal(open.content.target_name, "jupyter.widget");
    assert.deepEqual(open.metadata, { version: "2.1.0" });
    assert.deepEqual(
      [state._model_module, state._model_name, state._view_name, state._model_module_version],
      ["anywidget", "AnyModel", "AnyView", "~0.11.*"],
    );
    assert.equal(state._esm, pageModule("headPicker"));
    assert.match(String(state._css), /^\.smitin-lab/);
    const data = published.at(-1)!.content.data as Json;
    assert.deepEqual(data["application/vnd.jupyter.widget-view+json"], {
      version_major: 2,
      version_minor: 0,
      model_id: open.content.comm_id,
    });
    const id = String(open.content.comm_id);
    assert.equal(state._still, `smitin-still-${id}`);
    const [first, ...others] = stills(id);
    assert.equal(first.type, "display_data");
    assert.match(first.data["text/html"], /^<div class="smitin-still-\w+"><table.*; 1 heads selected/);
    assert.equal(first.data["text/plain"], "[head picker: drums: 1 heads selected]");
    assert.deepEqual(others, []);
  });

  test("a selection made in the page arrives in the cell that waits for it, and in its listeners", async () => {
    await kernel.execute("const heard: unknown[] = [];\npicker.onChange((heads) => void heard.push(heads));");
    const id = String(await kernel.value("picker.widget.id"));
    await page(id, { method: "custom", content: { hello: true } });
    const waiting = kernel.execute("JSON.stringify(await picker.selection)");
    await page(id, { method: "update", state: { selection: [[0]] }, buffer_paths: [] });
    // the button's message overtakes the last change, which it therefore carries along
    await page(id, { method: "custom", content: { confirm: true, state: { selection: [[0, 3]] } } });
    const { published } = await waiting;
    assert.deepEqual(published.at(-1)!.content.data, {
      "text/plain": '[{"layer":1,"head":1},{"layer":0,"head":0}]',
    });
    await page(id, { method: "update", state: { selection: [[0, 3]] }, buffer_paths: [] });
    assert.equal(await kernel.value("heard.length"), "3");
    const renewed = stills(id).at(-1)!;
    assert.equal(renewed.type, "update_display_data");
    assert.match(renewed.data["text/html"], /; 2 heads selected/);
    const { published: sent } = await kernel.execute("picker.selectTop(2)");
    const update = sent.find(({ type }) => type === "comm_msg")!;
    assert.deepEqual(update.content.data, {
      method: "update",
      state: { selection: [[3, 2]] },
      buffer_paths: [],
    });
    await kernel.execute("picker.selectTop(1);\npicker.selectTop(3)");
    const chosen = () => stills(id).map(({ data }) => /(\d) heads selected/.exec(data["text/html"])![1]);
    await kernel.until(() => chosen().at(-1) === "3");
    assert.ok(!chosen().slice(1).includes("1")); // at rest, not at every change
  });

  test("a task's and a monitor's picture are those of the end", async () => {
    const { published } = await kernel.execute(
      `import { cancellableProgress } from "${root}/lib/notebook/widgets/cancellableProgress";
import { liveMonitor } from "${root}/lib/notebook/widgets/liveMonitor";
const job = cancellableProgress("clips", 3);
for (let i = 0; i < 3; i++) job.tick();
job.done();
const seen = { monitor: [] as number[], strength: [0, 1], trait: "drums", threshold: 0.4 };
const inner = { taps: new Map(), trace: () => [{ step: [], traits: [seen] }], dispose() {} };
const watched = liveMonitor(() => inner as never)({ model: { frameRate: 50 }, rows: 1, promptFrames: 0 } as never);
for (const [step, c] of [0.1, 0.2, 0.7].entries()) {
  seen.monitor.push(c);
  watched.end!({ step, positions: 1, prefill: false });
}
watched.dispose!();`,
    );
    const [bar, monitor] = published
      .filter(({ type }) => type === "comm_open")
      .map(({ content }) => stills(String(content.comm_id)).map(({ data }) => data));
    assert.equal(bar[0]["text/plain"], "clips: 0 of 3");
    assert.match(bar.at(-1)!["text/plain"], /^clips: 3 of 3, done after \d/);
    assert.equal(monitor[0]["text/plain"], "[live monitor: nothing generated yet]");
    assert.equal(monitor.at(-1)!["text/plain"], "[live monitor: drums: C = 0.70 after 0.1 s]");
    assert.equal(monitor.length, 2);
    const [, drawn] = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(monitor[1]["text/html"])!;
    assert.match(Buffer.from(drawn, "base64").toString(), /<svg .*stroke-dasharray/);
  });

  test("raw bytes go both ways, in state and in messages, and libraries come when a page needs them", async () => {
    await kernel.execute(
      'const box = createWidget("headPicker", { pcm: new Float32Array([1, 2]), n: 0 }, () => ({ html: "", text: "" }));\n' +
        "const got: unknown[] = [];\n" +
        "box.onMessage((content, buffers) => { got.push(content, buffers); box.send({ back: true }, buffers); });\n" +
        'box.on("pcm", (value) => void got.push(value));\nbox.showOnce();',
    );
    const id = String(await kernel.value("box.id"));
    const opened = kernel.seen.find(({ content }) => content.comm_id === id)!;
    assert.deepEqual((opened.content.data as Json).buffer_paths, [["pcm"]]);
    assert.deepEqual(new Float32Array(Uint8Array.from(opened.buffers[0]).buffer), new Float32Array([1, 2]));
    await page(id, { method: "custom", content: { n: 1 } }, [new Uint8Array([7, 8])]);
    await page(id, { method: "update", state: { n: 2 }, buffer_paths: [["pcm"]] }, [new Uint8Array([9])]);
    const back = await kernel.until(
      ({ content }) => content.comm_id === id && (content.data as Json).method === "custom",
    );
    assert.deepEqual([...back.buffers[0]], [7, 8]);
    assert.equal(
      await kernel.value("JSON.stringify([got, box.get('n')])"),
      '[[{"n":1},[{"0":7,"1":8}],{"0":9}],2]',
    );
    await page(id, { method: "custom", content: { need: "wavesurfer" } });
    const library = await kernel.until(({ content }) => {
      return (content.data as { content?: Json })?.content?.provide === "wavesurfer";
    });
    assert.equal((library.content.data as { content: { scripts: string[] } }).content.scripts.length, 4);
  });

  test("a console's stretches joined are its take; it waits for who listens, and a slider acts on what comes", async () => {
    const opened = await kernel.execute(
      `import { steeringConsole } from "${root}/lib/notebook/widgets/steeringConsole";
import { startBackend } from "${root}/lib/engine";
import { madeUp, openModel, prompt } from "${root}/test/sweep/fixture";
await startBackend("wasm");
const model = openModel();
const seconds = (frames: number) => frames / model.frameRate;
const desk = steeringConsole(model, { drums: madeUp(model, model.fingerprint) },
  { prompt: prompt(1, 6), seconds: seconds(90), lead: seconds(40), strips: { drums: { alpha: 50 } } });
desk.widget.showOnce();`,
    );
    const open = opened.published.find(({ type }) => type === "comm_open")!;
    const id = String(open.content.comm_id);
    const { strips } = (open.content.data as { state: { strips: { drums: Json } } }).state;
    const custom = () =>
      kernel.seen.filter(
        ({ content }) => content.comm_id === id && (content.data as Json).method === "custom",
      );
    const contentOf = ({ content }: { content: Json }) => (content.data as { content: Json }).content;
    await page(id, { method: "custom", content: { hello: true } });
    await page(id, { method: "custom", content: { play: true } });
    await kernel.until((message) => custom().includes(message as never) && contentOf(message).sound === 1);
    await page(id, { method: "custom", content: { played: 100, take: 0 } }); // still of what was before
    await new Promise((resolve) => setTimeout(resolve, 500));
    const rate = Number(await kernel.value("model.frameRate"));
    const steps = () => custom().flatMap((message) => (contentOf(message).seen ?? []) as { step: number }[]);
    assert.ok(steps().at(-1)!.step <= 41, `${steps().at(-1)!.step} steps ahead`);
    await page(id, {
      method: "update",
      state: { strips: { drums: { ...strips.drums, alpha: -50 } } },
      buffer_paths: [],
    });
    await page(id, { method: "custom", content: { played: 90 / rate, take: 1 } });
    await kernel.until((message) => custom().includes(message as never) && contentOf(message).end === 1);
    const joined = Buffer.concat(custom().flatMap((message) => message.buffers.slice(0, 1)));
    const code = (row: string) => `Buffer.from(desk.last!.${row}.samples.buffer).toString("base64")`;
    assert.equal(joined.toString("base64"), await kernel.value(code("steered")));
    const plain = Buffer.concat(custom().flatMap((message) => message.buffers.slice(1)));
    assert.equal(plain.toString("base64"), await kernel.value(code("plain!")));
    const moves = JSON.parse(
      String(
        await kernel.value("JSON.stringify(desk.last!.moves.map((m) => [m.step, m.strips.drums.alpha]))"),
      ),
    );
    assert.deepEqual(
      moves.map(([, alpha]: number[]) => alpha),
      [50, -50],
    );
    assert.ok(moves[1][0] > 0 && moves[1][0] <= 45, `${moves[1][0]}`);
  });
});
