import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openWorkspace, type Workspace, writeWholeModel } from "../command/smitin";
import { playSongs, writeMusdb18hq } from "../music/layouts";
import { type RedisServer, startRedis, whyNot } from "./redis";
import { hears, start as startAt } from "./running";

describe("captures by workers at a Redis server", { skip: whyNot() }, () => {
  let workspace: Workspace;
  let redis: RedisServer;

  before(async () => {
    workspace = openWorkspace();
    redis = await startRedis();
    writeWholeModel(workspace.path("whole"));
    const songs = await playSongs(4, 2);
    writeMusdb18hq(
      workspace.path("hq"),
      songs.map((song, i) => [`train/Band ${i} - Song ${i}`, song]),
    );
  });

  after(async () => {
    await redis?.stop();
    workspace?.clear();
  });

  const start = (words: string) => startAt(words, workspace.folder);
  const probe = "probe --model whole --data musdb18hq:hq --pairs 8 --seconds 0.5 --folds 2";

  function captures(cache: string): Record<string, Buffer> {
    const [key, ...more] = readdirSync(workspace.path(cache));
    assert.deepEqual(more, []);
    const files = readdirSync(workspace.path(join(cache, key)));
    return Object.fromEntries(
      files.map((name) => [name, readFileSync(workspace.path(join(cache, key, name)))]),
    );
  }

  for (const trait of ["bass", "brightness"]) {
    test(`${trait}: two workers, one killed midway: the captures and probes of one machine's run, byte for byte`, async () => {
      const alone = start(`${probe} --trait ${trait} --cache ${trait}-alone --out ${trait}-alone.json`);
      assert.deepEqual([await alone.ended, alone.said.stderr], [0, ""]);

      const boss = start(
        `${probe} --trait ${trait} --cache ${trait}-many --out ${trait}-many.json --queue ${redis.url}`,
      );
      await hears(boss, /^4 songs wait for workers: smitin worker --queue redis:/m);
      const killed = start(`worker --queue ${redis.url} --lost-after 2`);
      await hears(killed, /^capture \w+: 1 song$/m);
      killed.child.kill("SIGKILL");
      assert.equal(await killed.ended, "SIGKILL");
      const worker = start(`worker --queue ${redis.url} --lost-after 2`);
      assert.deepEqual([await boss.ended, boss.said.stderr], [0, ""]);
      worker.child.kill("SIGTERM");
      assert.deepEqual([await worker.ended, worker.said.stderr], [0, ""]);

      assert.deepEqual(captures(`${trait}-many`), captures(`${trait}-alone`));
      const [one, many] = ["alone", "many"].map((name) =>
        readFileSync(workspace.path(`${trait}-${name}.json`), "utf8"),
      );
      assert.equal(many, one);

      const again = start(
        `${probe} --trait ${trait} --cache ${trait}-many --out again.json --queue ${redis.url}`,
      );
      assert.deepEqual([await again.ended, again.said.stderr], [0, ""]);
      assert.doesNotMatch(again.said.stdout, /wait/);
    });
  }

  test("a worker with other files under the same path says so; so does a capture that keeps nothing", async () => {
    cpSync(workspace.path("hq"), workspace.path("kept"), { recursive: true, preserveTimestamps: true });
    const boss = start(`${probe} --trait drums --cache drums --out drums.json --queue ${redis.url}/1`);
    await hears(boss, /^4 songs wait/m);
    const [song] = readdirSync(workspace.path("hq/train"));
    utimesSync(workspace.path(join("hq/train", song, "drums.wav")), 1, 1);
    const worker = start(`worker --queue ${redis.url}/1`);
    assert.equal(await worker.ended, 1);
    assert.match(
      worker.said.stderr,
      /^smitin: musdb18hq:\S+hq: expected the same files as where the capture was asked for [^\n]+\n$/,
    );
    boss.child.kill("SIGINT");
    assert.equal(await boss.ended, 1);
    assert.match(
      boss.said.stderr,
      /^smitin: stopped: songs that are captured are kept in drums, the rest was taken from redis:[^\n]+\n$/,
    );
    rmSync(workspace.path("hq"), { recursive: true });
    cpSync(workspace.path("kept"), workspace.path("hq"), { recursive: true, preserveTimestamps: true });
    const uncached = start(`${probe} --trait drums --no-cache --out none.json --queue ${redis.url}`);
    assert.equal(await uncached.ended, 1);
    assert.match(uncached.said.stderr, /^smitin: --queue: expected a cache, [^\n]+ found none\n$/);
  });
});
