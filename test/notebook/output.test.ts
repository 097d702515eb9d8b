import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { OnProgress } from "../../lib/jobs/progress";
import { bundleOf } from "../../lib/notebook/bundle";
import { asHtml, asMarkdown, asSvg, display } from "../../lib/notebook/display";
import { attachNotebook, type MimeBundle, type ShowOptions, show } from "../../lib/notebook/output";
import { progress } from "../../lib/notebook/progress";

describe("in a notebook", () => {
  let shown: [MimeBundle, ShowOptions | undefined][] = [];
  beforeEach(() => {
    shown = [];
    attachNotebook({
      show: (bundle, options) => void shown.push([bundle as MimeBundle, options]),
      claim: () => false,
    });
  });
  afterEach(() => attachNotebook(undefined));

  test("display shows each value in its own form", () => {
    display(asHtml("<b>b</b>"), asMarkdown("# m"), asSvg("<svg/>"), "plain <text>", 3);
    assert.deepEqual(
      shown.map(([bundle]) => bundle),
      [
        { "text/html": "<b>b</b>", "text/plain": "<b>b</b>" },
        { "text/markdown": "# m", "text/plain": "# m" },
        { "image/svg+xml": "<svg/>", "text/plain": "<svg/>" },
        { "text/plain": "plain <text>" },
        { "text/plain": "3" },
      ],
    );
  });

  test("progress draws one output and replaces it, the end always", () => {
    const bar = progress("heads", 400);
    for (let i = 0; i < 399; i++) bar.tick();
    bar.tick(5);
    bar.done();
    bar.tick();
    assert.ok(shown.length >= 2 && shown.length < 10, `${shown.length} drawings`);
    const [, first] = shown[0];
    assert.equal(first!.update, false);
    for (const [, options] of shown.slice(1)) assert.deepEqual(options, { id: first!.id, update: true });
    const [last] = shown.at(-1)!;
    assert.match(String(last["text/plain"]), /^✓ heads 400\/400 \(100 %\), \d+\.\d s$/);
    assert.match(String(shown[0][0]["text/html"]), /width:\d+%/);
    assert.doesNotMatch(String(last["text/html"]), /width/); // one line, no bar
  });

  test("progress may end before its total", () => {
    const bar = progress("heads", 3);
    bar.tick();
    bar.done();
    assert.match(String(shown.at(-1)![0]["text/plain"]), /^heads 1\/3 \(33 %\), /);
  });

  test("progress is what an onProgress takes: it begins with the first call and ends with the last", () => {
    const onProgress: OnProgress = progress("reading clips");
    assert.equal(shown.length, 0);
    for (let done = 1; done <= 40; done++) onProgress(done, 40);
    onProgress(40, 40); // said twice, it is no second task
    assert.ok(shown.length >= 2);
    assert.equal(new Set(shown.map(([, options]) => options!.id)).size, 1);
    const texts = shown.map(([bundle]) => String(bundle["text/plain"]));
    assert.equal(texts[0], "reading clips 0/40 (0 %)");
    assert.match(texts.at(-1)!, /^✓ reading clips 40\/40 \(100 %\), \d+\.\d s$/);
  });

  test("one progress shows several tasks one after another in one output, those that have ended in one line", () => {
    const onProgress = progress("");
    onProgress(1, 2, "songs");
    onProgress(1, 4, "clips"); // the songs were not finished
    onProgress(4, 4, "clips");
    onProgress(1, 4, "clips"); // again
    onProgress.done();
    assert.equal(new Set(shown.map(([, options]) => options!.id)).size, 1);
    const texts = shown.map(([bundle]) => String(bundle["text/plain"]));
    assert.ok(
      texts.some((text) => /^songs 1\/2 .*\nclips 0\/4 /.test(text)),
      texts.join("; "),
    );
    assert.match(texts.at(-1)!, /^songs 1\/2 \(50 %\), \d\.\d s; ✓ clips 4\/4 [^;]*; clips 1\/4 [^;\n]*$/);
  });

  test("of many tasks that have ended a progress says how many, and the last", () => {
    const onProgress = progress("");
    for (let song = 0; song < 5; song++) onProgress(1, 1, `song ${song}`);
    assert.match(
      String(shown.at(-1)![0]["text/plain"]),
      /^5 tasks, \d\.\d s, the last: ✓ song 4 1\/1 \(100 %\), \d\.\d s$/,
    );
  });

  test("progress shows whole numbers of what is done in parts, and the time left that a task knows", (t) => {
    t.mock.timers.enable({ apis: ["Date"] });
    const onProgress = progress("cells");
    onProgress(90.5, 100, { secondsLeft: 42.1 });
    t.mock.timers.tick(1000);
    onProgress(91.5, 100, { secondsLeft: 41.2 });
    assert.equal(shown.at(-1)![0]["text/plain"], "cells 91/100 (91 %), 42 s left");
  });

  test("progress draws nothing for a task of nothing, and tick needs a total", () => {
    const bar = progress("songs");
    bar(0, 0);
    bar(5, Number.NaN); // a download whose size nobody tells
    bar.done();
    assert.equal(shown.length, 0);
    assert.throws(() => bar.tick(), /progress of "songs": tick needs a total/);
  });

  test("progress refuses a total of nothing", () => {
    for (const total of [0, -1, Number.NaN]) assert.throws(() => progress("heads", total), /over 0, found/);
  });
});

test("outside of a notebook, show prints the text form once", async (t) => {
  const log = t.mock.method(console, "log", () => {});
  show({ "text/plain": "[figure]", "text/html": "<div>" }, { id: "a" });
  show({ "text/plain": "[figure again]" }, { id: "a", update: true });
  show({ "text/html": "<div>" });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    log.mock.calls.map((call) => call.arguments),
    [["[figure]"]],
  );
});

test("outside of a notebook, progress writes its end to stderr only", (t) => {
  if (process.stderr.isTTY) return t.skip("stderr is a terminal");
  const write = t.mock.method(process.stderr, "write", () => true);
  const bar = progress("heads", 2);
  bar.tick(2);
  bar.done();
  const lines = write.mock.calls.map((call) => String(call.arguments[0]));
  write.mock.restore();
  assert.equal(lines.length, 1);
  assert.match(lines[0], /^heads 2\/2 \(100 %\), 0\.\d s\n$/);
});

test("PNG bytes are an image, other bytes are text", () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
  assert.equal((bundleOf(png) as MimeBundle)["image/png"], Buffer.from(png).toString("base64"));
  assert.deepEqual(bundleOf(Uint8Array.from([1, 2])), { "text/plain": "Uint8Array(2) [ 1, 2 ]" });
});
