import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { encodeWav } from "../../lib/audio/wav";
import { encodeSafetensors } from "../../lib/model/checkpoint/safetensors";
import { encodeProbes } from "../../lib/probes/format";
import { handmade } from "../steering/probes";
import { known, openWorkspace, plain, type Workspace } from "./smitin";

let workspace: Workspace;

before(() => {
  workspace = openWorkspace();
  const weights = readFileSync(join(plain, "model.safetensors"));
  for (const model of ["cut", "hostile"]) cpSync(plain, workspace.path(model), { recursive: true });
  workspace.write("cut/model.safetensors", weights.subarray(0, weights.length - 100));
  workspace.write(
    "hostile/model.safetensors",
    Buffer.concat([Buffer.alloc(7), Buffer.from([16]), weights.subarray(8)]),
  );
  workspace.write("good.json", JSON.stringify({ codes: known.prompt }));
  workspace.write("high.json", JSON.stringify({ codes: known.prompt.map((row: number[]) => [...row, 64]) }));
  workspace.write(
    "ragged.json",
    JSON.stringify({ codes: known.prompt.map((row: number[], k: number) => row.slice(k)) }),
  );
  workspace.write("part.json", JSON.stringify({ codes: [[1, 2.5]] }));
  workspace.write("list.json", "[[1, 2]]");
  workspace.write("broken.json", '{"codes": [[1, 2');
  const silence = encodeWav({ samples: new Float32Array(400), sampleRate: 400 }, "float32");
  workspace.write("short.wav", silence.subarray(0, silence.length - 10));
  new DataView(silence.buffer, silence.byteOffset).setFloat32(58 + 40, Number.NaN, true);
  workspace.write("nan.wav", silence);
  workspace.write(
    "wide.safetensors",
    encodeSafetensors({ steer: { shape: [2, 4, 9], data: new Float32Array(72) } }),
  );
  const data = new Float32Array(64).fill(Number.POSITIVE_INFINITY);
  workspace.write("infinite.safetensors", encodeSafetensors({ steer: { shape: [2, 4, 8], data } }));
  workspace.write("other.json", encodeProbes(handmade()));
});
after(() => workspace.clear());

const generate = `generate --model ${plain} --codes good.json --frames 3 --out new.wav --codes-out new.json`;
const probed = `${generate} --probes other.json`;

/** What is run, and what the one line must say. */
const refusals: [string, RegExp][] = [
  ["encode --model cut --audio nan.wav --out new.json", /nan\.wav: .*finite.*NaN/],
  [`encode --model ${plain} --audio short.wav --out new.json`, /short\.wav: .*truncated/],
  [`encode --model ${plain} --audio none.wav --out new.json`, /none\.wav: .*nothing/],
  ["capture --model cut --codes good.json --out new.safetensors", /cut\/model\.safetensors/],
  [
    "capture --model hostile --codes good.json --out new.safetensors",
    /hostile\/model\.safetensors: .*header/,
  ],
  ["decode --model nowhere --codes good.json --out new.wav", /nowhere.*config\.json/],
  [`decode --model ${plain} --codes none.json --out new.wav`, /none\.json: .*nothing/],
  [`decode --model ${plain} --codes high.json --out new.wav`, /high\.json: .*0 to 63, found 64/],
  [
    `decode --model ${plain} --codes ragged.json --out new.wav`,
    /ragged\.json: .*6 frames in every codebook, found 5/,
  ],
  [`decode --model ${plain} --codes part.json --out new.wav`, /part\.json: .*integers.*2\.5/],
  [`decode --model ${plain} --codes list.json --out new.wav`, /list\.json: .*list/],
  [`decode --model ${plain} --codes broken.json --out new.wav`, /broken\.json: .*JSON/],
  [`decode --model ${plain} --codes good.json --out .`, /\.: .*folder/],
  [`${generate} --codes high.json`, /high\.json: .*0 to 49, found 64/],
  [`${generate} --add wide.safetensors`, /wide\.safetensors: steer: .*\[2, 4, 8\].*\[2, 4, 9\]/],
  [`${generate} --add infinite.safetensors`, /infinite\.safetensors: steer: .*finite/],
  [`${generate} --add cut/model.safetensors`, /cut\/model\.safetensors/],
  [`${probed} --alpha 5`, /other\.json: .*model/],
  [`${probed} --alpha NaN`, /--alpha.*finite.*NaN/],
  [`${probed} --alpha Infinity`, /--alpha.*finite.*Infinity/],
  [`calibrate --model ${plain} --probes other.json`, /other\.json: .*model/],
  ["calibrate --probes none.json", /none\.json: .*nothing there/],
  ["calibrate --probes other.json --methods pid", /--methods.*iti, smitin.*pid/],
  [`${probed} --top-k-heads 0`, /--top-k-heads.*0/],
  [`${generate} --alpha 5`, /--alpha: .*--probes/],
  [`${generate} --frames 2.5`, /--frames.*integer/],
  [`${generate} --text words`, /tokenizer\.json/],
  [`generate --model ${plain} --frames 3`, /--out/],
  [`generate --model ${plain} --out new.wav`, /--frames/],
  ["probe --trait vocals --out new.json", /--trait.*vocals/],
  ["probe --trait drums --out new.json --shard 0/3", /--shard.*i from 1 to n.*0\/3/],
  ["sweep --probes other.json --out new --shard 4/3", /--shard.*i from 1 to n.*4\/3/],
  ["sweep --probes other.json --out new --shard x", /--shard.*i from 1 to n.*x/],
  ["sweep --probes other.json --out new --alpha 2,,5", /--alpha.*finite.*nothing/],
  [`sweep --model ${plain} --probes other.json --out new`, /other\.json: .*model/],
  ["sweep --probes none.json --out good.json/new", /good\.json.*file/],
  ["encod --audio nan.wav", /unknown command 'encod'/],
];
test("bad input: exit code 1, one line that names the file or flag, nothing written", async () => {
  const left = readdirSync(workspace.folder).sort();
  const queue = [...refusals.entries()];
  const failures: string[] = [];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [, [words, message]] = next;
      const { code, stdout, stderr } = await workspace.run(words);
      const isOneLine = /^smitin: [^\n]+\n$/.test(stderr);
      if (code !== 1 || stdout !== "" || !isOneLine || !message.test(stderr))
        failures.push(`${words}\n  exit code ${code}: ${stdout}${stderr}`);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  assert.deepEqual(failures, []);
  assert.deepEqual(readdirSync(workspace.folder).sort(), left);
});

test("DEBUG=smitin tells where an error came from", async () => {
  const { code, stderr } = await workspace.run("decode --codes broken.json --out new.wav", {
    DEBUG: "smitin",
  });
  assert.equal(code, 1);
  assert.match(stderr, /^smitin: broken\.json.*\n.*Error: .*\n +at /);
});

test("what nobody catches, while the engine runs, is one line, and the command fails", async () => {
  const stray = (thrower: string) =>
    workspace.write(
      "stray.cjs",
      `const wait = setInterval(() => { if (globalThis._tfengine?.backendName) { clearInterval(wait); ${thrower} } }, 1);`,
    );
  for (const thrower of [
    "throw new Error('a stray error');",
    "Promise.reject(new Error('a stray error'));",
  ]) {
    const result = await workspace.run(`${generate} --frames 400`, {
      NODE_OPTIONS: `--require ${stray(thrower)}`,
    });
    assert.deepEqual(result, { code: 1, stdout: "", stderr: "smitin: a stray error\n" });
  }
});
