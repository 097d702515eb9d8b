import assert from "node:assert/strict";
import { resolve } from "node:path";
import { afterEach, test } from "node:test";
import { cacheFolder } from "../../lib/disk/cacheFolder";

const before = process.env.SMITIN_CACHE;
afterEach(() => {
  if (before === undefined) delete process.env.SMITIN_CACHE;
  else process.env.SMITIN_CACHE = before;
});

test("in a clone caches lie in data/cache", () => {
  delete process.env.SMITIN_CACHE;
  assert.equal(cacheFolder("captures"), resolve(__dirname, "../../data/cache/captures"));
});

test("SMITIN_CACHE names another place", () => {
  process.env.SMITIN_CACHE = "elsewhere";
  assert.equal(cacheFolder("native", "python"), resolve("elsewhere/native/python"));
});
