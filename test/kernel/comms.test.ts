import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { openComm } from "../../lib/notebook/openComm";
import { type KernelClient, startKernelClient } from "./client";

const folder = resolve(__dirname, "notebooks");
const bytes = (...values: number[]) => Uint8Array.from(values);

describe("comms over ZeroMQ", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(folder);
    await kernel.execute('import { onCommOpen, openComm } from "../../../lib/notebook/openComm";');
  });
  after(() => kernel.close());

  const comms = async (target?: string) => {
    const { reply } = await kernel.request("comm_info_request", target ? { target_name: target } : {});
    assert.equal(reply.type, "comm_info_reply");
    return reply.content.comms as Record<string, { target_name: string }>;
  };

  test("a cell opens one, sends bytes, hears bytes, and closes it", async () => {
    assert.deepEqual(await comms(), {});
    const opened = await kernel.execute(
      'const line = openComm("scope", { rate: 32000 }, { id: "line-1", buffers: [new Uint8Array([1, 2, 3])] });\n' +
        "const heard: unknown[] = [];\n" +
        "line.onMessage((data, buffers) => {\n" +
        "  heard.push(data);\n" +
        "  const samples = new Float32Array(buffers[0].buffer);\n" +
        "  line.send({ echo: data }, { buffers: [samples.map((x) => 2 * x).subarray(1)] });\n" +
        "});",
    );
    const open = opened.published.find(({ type }) => type === "comm_open")!;
    assert.deepEqual(open.content, { comm_id: "line-1", target_name: "scope", data: { rate: 32000 } });
    assert.deepEqual(
      open.buffers.map((b) => Uint8Array.from(b)),
      [bytes(1, 2, 3)],
    );
    assert.deepEqual(await comms("scope"), { "line-1": { target_name: "scope" } });
    assert.deepEqual(await comms("other"), {});

    const samples = new Uint8Array(new Float32Array([0.5, 0.25, -1]).buffer);
    await kernel.send("comm_msg", { comm_id: "line-1", data: { n: 1 } }, { buffers: [samples] });
    const echo = await kernel.until(({ type }) => type === "comm_msg");
    assert.deepEqual(echo.content, { comm_id: "line-1", data: { echo: { n: 1 } } });
    assert.deepEqual(new Float32Array(Uint8Array.from(echo.buffers[0]).buffer), new Float32Array([0.5, -2]));
    assert.equal(await kernel.value("heard"), "[ { n: 1 } ]");

    const { published } = await kernel.execute(
      'line.close({ reason: "done" });\nline.send({ late: true });\nline.closed',
    );
    assert.deepEqual(
      published.filter(({ type }) => type.startsWith("comm")).map(({ type, content }) => [type, content]),
      [["comm_close", { comm_id: "line-1", data: { reason: "done" } }]],
    );
    assert.deepEqual(published.at(-1)!.content.data, { "text/plain": "true" });
    assert.deepEqual(await comms(), {});
  });

  test("the page opens one to a target that a cell has named, and closes it", async () => {
    await kernel.execute(
      "let closed = false;\n" +
        'onCommOpen("console", (comm, data, buffers) => {\n' +
        "  comm.onClose(() => { closed = true; });\n" +
        "  comm.send({ got: data, length: buffers[0].length });\n" +
        "});",
    );
    const content = { comm_id: "page-1", target_name: "console", data: { alpha: 3 } };
    await kernel.send("comm_open", content, { buffers: [bytes(9, 9)] });
    const answer = await kernel.until(({ content }) => content.comm_id === "page-1");
    assert.deepEqual(answer.content.data, { got: { alpha: 3 }, length: 2 });
    await kernel.send("comm_close", { comm_id: "page-1", data: {} });
    assert.equal(await kernel.value("closed"), "true");
  });

  test("closes again what the page opens to a target that nobody has", async () => {
    await kernel.send("comm_open", { comm_id: "lost", target_name: "nowhere", data: {} });
    const answer = await kernel.until(({ content }) => content.comm_id === "lost");
    assert.equal(answer.type, "comm_close");
  });

  test("a cell can wait for a click, and others' requests are answered meanwhile", async () => {
    const waiting = kernel.execute(
      'const button = openComm("jupyter.widget", { state: {} }, { id: "button" });\n' +
        "await new Promise<unknown>((click) => { button.onMessage(click); })",
    );
    await kernel.until(({ content }) => content.comm_id === "button");
    const { parent } = kernel.seen.find(({ content }) => content.comm_id === "button")!;
    const { reply } = await kernel.request("complete_request", { code: "Math.sq", cursor_pos: 7 });
    assert.equal(reply.content.status, "ok");
    const states = () =>
      kernel.seen
        .filter((m) => m.type === "status" && m.parent === parent)
        .map((m) => m.content.execution_state);
    assert.equal(states().at(-1), "busy");
    await kernel.send("comm_msg", { comm_id: "button", data: { event: "click" } });
    const { published } = await waiting;
    assert.deepEqual(published.at(-1)!.content.data, { "text/plain": "{ event: 'click' }" });
    assert.equal(states().at(-1), "idle");
  });

  test("shows what a listener throws under the last cell, and goes on", async () => {
    await kernel.execute('button.onMessage(() => { throw new RangeError("too loud"); });');
    await kernel.send("comm_msg", { comm_id: "button", data: {} });
    const error = await kernel.until(({ type }) => type === "error");
    assert.equal(error.content.evalue, "too loud");
    assert.match((error.content.traceback as string[])[1], /cell \d+, line 1/);
    assert.equal(await kernel.value("1"), "1");
  });

  test("a page that is loaded again gets the state of every widget, bytes and all", async () => {
    await kernel.execute(
      'const model = { _model_module: "anywidget", _model_name: "AnyModel", _model_module_version: "~0.11.*" };\n' +
        'const grid = openComm("jupyter.widget", {\n' +
        '  state: { ...model, _esm: "export default {}", alpha: 1, clips: [{ name: "a" }] },\n' +
        '  buffer_paths: [["clips", 0, "pcm"]],\n' +
        '}, { id: "grid", buffers: [new Uint8Array([7, 8])], metadata: { version: "2.1.0" } });\n' +
        'grid.send({ method: "update", state: {}, buffer_paths: [["image"]] }, { buffers: [new Uint8Array([5])] });',
    );
    await kernel.send("comm_msg", {
      comm_id: "grid",
      data: { method: "update", state: { alpha: 4 }, buffer_paths: [] },
    });
    const control = { comm_id: "control", target_name: "jupyter.widget.control", data: {} };
    await kernel.send("comm_open", control);
    await kernel.send("comm_msg", { comm_id: "control", data: { method: "request_states" } });
    const { content, buffers } = await kernel.until(({ content }) => content.comm_id === "control");
    const data = content.data as {
      method: string;
      states: Record<string, Record<string, unknown>>;
      buffer_paths: unknown[];
    };
    assert.equal(data.method, "update_states");
    const { state, ...described } = data.states.grid;
    assert.deepEqual(described, {
      model_name: "AnyModel",
      model_module: "anywidget",
      model_module_version: "~0.11.*",
    });
    assert.deepEqual(
      [(state as { alpha: number }).alpha, (state as { clips: object }).clips],
      [4, [{ name: "a" }]],
    );
    assert.deepEqual(data.buffer_paths, [
      ["grid", "state", "clips", 0, "pcm"],
      ["grid", "state", "image"],
    ]);
    assert.deepEqual(
      buffers.map((b) => [...b]),
      [[7, 8], [5]],
    );

    await kernel.send("comm_msg", { comm_id: "grid", data: { method: "request_state" } });
    const one = await kernel.until(
      ({ content }) =>
        content.comm_id === "grid" &&
        "alpha" in ((content.data as { state?: object }).state ?? {}) &&
        "_esm" in (content.data as { state: object }).state &&
        (content.data as { method?: string }).method === "update",
    );
    assert.equal((one.content.data as { state: { alpha: number } }).state.alpha, 4);
  });

  test("a widget of a kernel before this one is told that it is gone, other lines are not", async () => {
    await kernel.execute('openComm("test.other", {}, { id: "other" });');
    const before = kernel.seen.length;
    for (const comm_id of ["other", "button", "of-before"])
      await kernel.send("comm_msg", { comm_id, data: { method: "custom", content: { hello: true } } });
    await kernel.until(({ content }) => content.comm_id === "of-before");
    const answers = kernel.seen
      .slice(before)
      .filter(({ type }) => type === "comm_msg")
      .map(({ content }) => [content.comm_id, content.data]);
    assert.deepEqual(answers, [["of-before", { method: "custom", content: { gone: true } }]]);
  });
});

test("without a page a comm is closed from the beginning", () => {
  const comm = openComm("jupyter.widget", { state: {} });
  comm.send({ into: "nothing" }, { buffers: [bytes(1)] });
  comm.onMessage(() => assert.fail("nobody is there"))();
  comm.close();
  assert.equal(comm.closed, true);
});
