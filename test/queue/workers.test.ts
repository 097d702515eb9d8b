import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { encodeProbes } from "../../lib/probes/format";
import { openWorkspace, plain, type Workspace, writeWholeModel } from "../command/smitin";
import { madeUp, openModel, prompt } from "../sweep/fixture";
import { type RedisServer, startRedis, whyNot } from "./redis";
import { hears, start as startAt } from "./running";

describe("sweeps by workers at a Redis server", { skip: whyNot() }, () => {
  let workspace: Workspace;
  let redis: RedisServer;

  before(async () => {
    workspace = openWorkspace();
    redis = await startRedis();
    const model = openModel();
    workspace.write("probes.json", encodeProbes(madeUp(model, model.fingerprint)));
    for (const [i, frames] of [6, 9, 6].entries()) {
      const codes = prompt(i + 1, frames).map((row) => Array.from(row));
      workspace.write(`prompt${i}.json`, JSON.stringify({ codes }));
    }
    writeWholeModel(workspace.path("other"));
  });

  after(async () => {
    await redis?.stop();
    workspace?.clear();
  });

  const start = (words: string, cwd = workspace.folder) => startAt(words, cwd);

  const grid = "--alpha 20,200 --top-k-heads 1,all --seeds 0,1 --no-judge";
  const sweep = `sweep --model ${plain} --probes probes.json --prompts prompt0.json prompt1.json prompt2.json ${grid}`;

  test("three workers, one killed midway: the file of one machine's run, byte for byte", async () => {
    const alone = start(`${sweep} --frames 120 --out alone`);
    assert.deepEqual([await alone.ended, alone.said.stderr], [0, ""]);
    assert.match(alone.said.stdout, /^alone.cells\.jsonl: 54 cells, the whole sweep\n {2}none: n 6/);

    const boss = start(`${sweep} --frames 120 --out many --queue ${redis.url}`);
    await hears(boss, /^54 cells wait for workers: smitin worker --queue redis:/m);
    const workers = [0, 1, 2].map(() => start(`worker --queue ${redis.url} --rows 4 --lost-after 5`));
    await hears(workers[0], /: 4 cells/);
    workers[0].child.kill("SIGKILL");
    assert.equal(await workers[0].ended, "SIGKILL");
    const queued = workspace.path("many/cells.queue.jsonl");
    const early = existsSync(queued) ? readFileSync(queued, "utf8").split("\n").length - 1 : 0;
    assert.ok(early < 50, `${early} cells were finished when it was killed`);

    assert.deepEqual([await boss.ended, boss.said.stderr], [0, ""]);
    assert.match(boss.said.stdout, /^many.cells\.jsonl: 54 cells, the whole sweep\n/m);
    for (const name of ["cells.jsonl", "sweep.json"])
      assert.equal(
        readFileSync(workspace.path(join("many", name)), "utf8"),
        readFileSync(workspace.path(join("alone", name)), "utf8"),
      );
    assert.deepEqual(readdirSync(workspace.path("many")), ["cells.jsonl", "sweep.json"]);

    for (const { child } of workers.slice(1)) child.kill("SIGTERM");
    for (const { ended, said } of workers.slice(1)) assert.deepEqual([await ended, said.stderr], [0, ""]);
    const count = (what: RegExp) =>
      workers
        .flatMap(({ said }) => [...said.stdout.matchAll(what)])
        .reduce((sum, [, cells]) => sum + Number(cells), 0);
    const lost = count(/: (\d+) cells?$/gm) - count(/: (\d+) cells? came too late/gm) - 54;
    assert.ok(lost >= 1 && lost <= 4, `${lost} cells were lost`);
    assert.doesNotMatch(workers.map(({ said }) => said.stdout).join(), /: ([5-9]|\d\d+) cells$|failed/m);
  });

  test("another model's sweep is refused by worker and sweep, each naming both; a stopped sweep leaves the queue", async () => {
    const boss = start(`${sweep} --frames 8 --out stopped --queue ${redis.url}`);
    await hears(boss, /54 cells wait/);
    const own = JSON.parse(readFileSync(workspace.path("stopped/sweep.json"), "utf8")).model;
    const both = new RegExp(
      `^smitin: redis:.*: expected work for model other, fingerprint \\w+, found some for \\S*plain, fingerprint ${own}: [^\\n]+\\n$`,
    );
    const worker = start(`worker --queue ${redis.url} --model other`);
    assert.deepEqual([await worker.ended, both.test(worker.said.stderr)], [1, true], worker.said.stderr);
    const probes = madeUp(openModel(), /model other, fingerprint (\w+)/.exec(worker.said.stderr)![1]);
    workspace.write("others.json", encodeProbes(probes));
    const second = start(
      `${sweep.replace(plain, "other").replace("probes.json", "others.json")} --frames 8 --out second --queue ${redis.url}`,
    );
    assert.deepEqual([await second.ended, both.test(second.said.stderr)], [1, true], second.said.stderr);

    boss.child.kill("SIGINT");
    assert.equal(await boss.ended, 1);
    assert.match(
      boss.said.stderr,
      /^smitin: stopped: what is finished is kept in stopped, the rest was taken from redis:[^\n]+\n$/,
    );
    const idle = start(`worker --queue ${redis.url} --model other --idle 1`);
    assert.deepEqual([await idle.ended, idle.said.stderr], [0, ""]);
  });

  test("a worker that does not find the model says which", async () => {
    const words = sweep.replace(plain, "other").replace("probes.json", "others.json");
    const boss = start(`${words} --frames 8 --out stopped2 --queue ${redis.url}/1`);
    await hears(boss, /54 cells wait/);
    const worker = start(`worker --queue ${redis.url}/1`, plain);
    assert.equal(await worker.ended, 1);
    assert.match(
      worker.said.stderr,
      /^smitin: redis:.*: the sweep there needs model other, fingerprint \w+, which is not here \(say where it is by --model\): [^\n]+\n$/,
    );
    boss.child.kill("SIGTERM");
    assert.equal(await boss.ended, 1);
  });

  test("no server, a wrong address or a wrong shard: one line, exit code 1, no password told, nothing written", async () => {
    const left = readdirSync(workspace.folder).sort();
    const out = `${sweep} --frames 8 --out none`;
    const refusals: [string, RegExp][] = [
      [
        "worker --queue redis://:secret@127.0.0.1:1/2",
        /redis:\/\/127\.0\.0\.1:1\/2: expected a Redis server that answers, found: .*ECONNREFUSED/,
      ],
      [`${out} --queue redis://127.0.0.1:1`, /redis:\/\/127\.0\.0\.1:1: expected a Redis server/],
      ["worker --queue localhost:6379", /queue: expected redis:\/\/host:port .*which is not shown/],
      [`${out} --queue redis://127.0.0.1:1 --shard 1/2`, /--queue.*cannot be used with.*--shard/],
    ];
    const runs = refusals.map(([words, message]) => ({ words, message, ...start(words) }));
    for (const { words, message, ended, said } of runs) {
      assert.equal(await ended, 1, words);
      assert.match(said.stderr, message);
      assert.match(said.stderr, /^smitin: [^\n]+\n$/);
      assert.doesNotMatch(said.stderr, /secret/);
    }
    assert.deepEqual(readdirSync(workspace.folder).sort(), left);
  });

  test("what BullMQ has to say of a server is said once, not for every connection", async () => {
    const full = await startRedis("--maxmemory-policy", "volatile-lru");
    try {
      const words = ["--import", "tsx", join(__dirname, "warned.ts"), full.url];
      const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
      assert.deepEqual([status, stdout], [0, "done\n"], stderr);
      assert.equal(stderr, 'IMPORTANT! Eviction policy is volatile-lru. It should be "noeviction"\n');
    } finally {
      await full.stop();
    }
  });
});
