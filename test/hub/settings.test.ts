import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hubSettings } from "../../lib/hub/settings";

test("the cache is where huggingface_hub keeps it", () => {
  const cases: [Record<string, string>, string][] = [
    [{}, join(homedir(), ".cache/huggingface/hub")],
    [{ XDG_CACHE_HOME: "/x" }, "/x/huggingface/hub"],
    [{ XDG_CACHE_HOME: "/x", HF_HOME: "/home" }, "/home/hub"],
    [{ HF_HOME: "~/models" }, join(homedir(), "models/hub")],
    [{ HF_HOME: "/home", HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    [{ HF_HOME: "/home", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/cache" }, "/cache"],
  ];
  for (const [env, cache] of cases) assert.equal(hubSettings(env).cache, cache);
});

test("a token is given, or in a file, or not to be sent", (t) => {
  const home = mkdtempSync(join(tmpdir(), "smitin-token-"));
  t.after(() => rmSync(home, { recursive: true }));
  assert.equal(hubSettings({ HF_HOME: home }).token, undefined);
  writeFileSync(join(home, "token"), "hf_file\n");
  assert.equal(hubSettings({ HF_HOME: home }).token, "hf_file");
  assert.equal(hubSettings({ HF_TOKEN_PATH: join(home, "token") }).token, "hf_file");
  assert.equal(hubSettings({ HF_HOME: home, HF_TOKEN: "hf_given" }).token, "hf_given");
  assert.equal(hubSettings({ HF_HOME: home, HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" }).token, undefined);
});

test("offline, and another server", () => {
  assert.equal(hubSettings({}).offline, false);
  assert.equal(hubSettings({ HF_HUB_OFFLINE: "true" }).offline, true);
  assert.equal(hubSettings({ TRANSFORMERS_OFFLINE: "1" }).offline, true);
  assert.equal(hubSettings({ HF_HUB_OFFLINE: "0" }).offline, false);
  assert.equal(hubSettings({}).endpoint, undefined);
  assert.equal(hubSettings({ HF_ENDPOINT: "http://mirror/" }).endpoint, "http://mirror");
});
