import assert from "node:assert/strict";
import { test } from "node:test";
import { withTaskQueue } from "../../lib/queue/redisQueue";

test("an address that cannot be parsed is refused, and no part of it is shown: it may hold a password", async () => {
  for (const address of [
    "marker",
    "localhost:marker",
    "http://:marker@host:6379",
    "redis://:marker@host:66666",
    "redis://:mar/ker@host:6379",
    "redis://me:12/marker@host:6379",
    "redis://:x#marker@host:6379",
    "redis://me:1#marker@host:6379",
    "redis://me:12?marker@host:6379/marker",
    "redis://:marker@ho st:6379",
    "redis://host:6379/marker",
    "redis://",
  ])
    await assert.rejects(
      withTaskQueue(address, assert.fail, async () => assert.fail()),
      (error: Error) => {
        assert.match(error.message, /^queue: expected redis:\/\/host:port .*, found something else/);
        assert.doesNotMatch(`${error.message}${error.stack}${JSON.stringify(error)}`, /mar|ker@/);
        return true;
      },
    );
});

test("a server that does not answer is named without its password", () =>
  assert.rejects(
    withTaskQueue("redis://me:p%40ss%2Fmarker@127.0.0.1:9/3", assert.fail, async () => assert.fail()),
    ({ message }: Error) =>
      /^redis:\/\/127\.0\.0\.1:9\/3: expected a Redis server that answers, found: /.test(message) &&
      !message.includes("marker"),
  ));
