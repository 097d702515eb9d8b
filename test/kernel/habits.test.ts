import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { type KernelClient, startKernelClient } from "./client";

describe("what people know from IPython", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(resolve(__dirname, "notebooks"));
  });
  after(() => kernel.close());
  const run = async (cell: string) => {
    const { reply, published } = await kernel.execute(cell);
    const printed = published.filter(({ type }) => type === "stream").map(({ content }) => content.text);
    return { content: reply.content, printed: printed.join(""), published };
  };

  test("!command runs in a shell, in the notebook's folder; one that fails says so", async () => {
    const { content, printed } = await run("!echo one && ls small.ipynb\n!echo two >&2");
    assert.equal(content.status, "ok");
    assert.equal(printed, "one\nsmall.ipynb\ntwo\n");
    const failed = await run("!exit 3");
    assert.deepEqual(
      [failed.content.ename, failed.content.evalue],
      ["CommandFailed", "exit 3: ended with 3"],
    );
  });

  test("!name stays TypeScript where it is", async () => {
    await kernel.execute("let ready = false;");
    assert.equal(await kernel.value("!ready"), "true");
  });

  test("!command can be interrupted", async () => {
    const running = kernel.execute("!echo here; sleep 60");
    await kernel.until(({ content }) => content.text === "here\n");
    await kernel.request("interrupt_request", {}, { channel: "control" });
    assert.equal((await running).reply.content.ename, "Interrupted");
  });

  test("?name and name? tell what is known of it", async () => {
    await kernel.execute("/** How loud. */\nconst loudness = 3;");
    for (const cell of ["?loudness", "loudness?", "?? loudness"]) {
      const { published } = await run(cell);
      const { data } = published.at(-1)!.content as { data: Record<string, string> };
      assert.match(data["text/plain"], /^const loudness: 3/, cell);
    }
    assert.match(String((await run("nobody?")).content.evalue), /nothing is known of nobody/);
  });

  test("%time runs the rest and says how long it took", async () => {
    const { printed, published } = await run(
      "%time const waited = await new Promise<number>((r) => setTimeout(r, 30, 7));\nwaited",
    );
    assert.match(printed, /^Wall time: \d+(\.\d+)? ms\n$/);
    assert.ok(
      published.some(
        ({ type, content }) => type === "execute_result" && (content.data as never)["text/plain"] === "7",
      ),
    );
    const { content } = await run("%time\nthrow new RangeError('far');");
    assert.match(String((content.traceback as string[])[1]), /line 2/);
  });

  test("what is done otherwise is said in one sentence", async () => {
    const said = async (cell: string) => (await run(cell)).content.evalue;
    assert.equal(
      await said("npm install lodash"),
      'a shell\'s command begins with "!" here: !npm install lodash',
    );
    assert.equal(
      await said("pip install numpy"),
      'a shell\'s command begins with "!" here: !npm install NAME',
    );
    assert.match(String(await said("%matplotlib inline")), /^%matplotlib is IPython's; here there are %time/);
  });
});
