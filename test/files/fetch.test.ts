import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { diskFolder } from "../../lib/disk/folder";
import { judgeFolder } from "../../lib/disk/loadJudge";
import { startBackend } from "../../lib/engine";
import { fetchFile, fetchIfThere } from "../../lib/files/fetch";
import { fetchJudge } from "../../lib/judges/fetchJudge";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import { encodeSafetensors, type TensorData } from "../../lib/model/checkpoint/safetensors";
import { fetchMusicGen } from "../../lib/model/fetchMusicGen";
import { type StaticServer, serve } from "../browser/server";

const plain = join(__dirname, "../fixtures/musicgen/plain");
const shards = mkdtempSync(join(tmpdir(), "smitin-shards-"));
after(() => rmSync(shards, { recursive: true }));

/** The plain fixture in two shards. */
function writeShards(): void {
  const checkpoint = openCheckpoint(diskFolder(plain));
  const parts = ["a.safetensors", "b.safetensors"];
  const map = Object.fromEntries(checkpoint.names().map((name, i) => [name, parts[i % 2]]));
  for (const part of parts) {
    const names = checkpoint.names().filter((name) => map[name] === part);
    const tensors = names.map((name): [string, TensorData] => {
      return [name, { shape: checkpoint.shape(name), data: checkpoint.read(name) }];
    });
    writeFileSync(join(shards, part), encodeSafetensors(Object.fromEntries(tensors)));
  }
  writeFileSync(join(shards, "config.json"), readFileSync(join(plain, "config.json")));
  writeFileSync(join(shards, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
}

let server: StaticServer;
before(async () => {
  await startBackend("wasm");
  writeShards();
  server = await serve({ "/plain": plain, "/shards": shards, "/judge": judgeFolder, "/none": tmpdir() });
});
after(() => server.close());

test("a model from a web server is the one on disk, in one file or in shards", async () => {
  const { fingerprint } = await fetchMusicGen(`${server.address}/plain/`, { name: "mine" });
  assert.equal(fingerprint, openCheckpoint(diskFolder(plain)).fingerprint());
  const bytes = new Map<string, number>();
  const model = await fetchMusicGen(`${server.address}/shards`, {
    onProgress: (done, total, file) => void (done === total && bytes.set(file!, total)),
  });
  assert.equal(model.name, "shards");
  assert.equal(model.fingerprint, fingerprint);
  assert.deepEqual(
    [...bytes.keys()],
    ["config.json", "model.safetensors.index.json", "a.safetensors", "b.safetensors"],
  );
  assert.equal(bytes.get("a.safetensors"), readFileSync(join(shards, "a.safetensors")).length);
});

test("a judge from a web server hears; a file that is not there is named by its address", async () => {
  const judge = await fetchJudge(`${server.address}/judge`);
  assert.deepEqual(judge.traits, ["drums", "bass", "guitar", "piano"]);
  judge.dispose();
  await assert.rejects(fetchJudge(`${server.address}/plain`), {
    message: `${server.address}/plain/judge.json: expected this file, found nothing there`,
  });
  await assert.rejects(fetchMusicGen(`${server.address}/judge`), {
    message: `${server.address}/judge/config.json: expected this file, found nothing there`,
  });
  await assert.rejects(fetchMusicGen(`${server.address}/judge/`), /judge\/config\.json: expected this file/);
});

test("a server's page in a file's place is no file; errors, cut files and servers that are away are named", async () => {
  const odd = createServer(({ url }, response) => {
    if (url === "/page.json") response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
    else if (url === "/cut.bin") {
      response.writeHead(200, { "content-length": 10 }).write("abc", () => response.destroy());
    } else response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => odd.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`;
  try {
    assert.equal(await fetchIfThere(`${at}/page.json`), undefined);
    await assert.rejects(fetchFile(`${at}/page.json`), /page\.json: expected this file, found nothing there/);
    await assert.rejects(fetchFile(`${at}/busy.bin`), /busy\.bin: expected this file, found HTTP 503/);
    await assert.rejects(fetchFile(`${at}/cut.bin`), /cut\.bin: expected this file, found /);
  } finally {
    odd.close();
    odd.closeAllConnections();
  }
  await assert.rejects(fetchFile(`${at}/any.bin`), /any\.bin: expected this file, found /);
});

test("a signal ends a download with its own reason", async () => {
  const controller = new AbortController();
  const fetching = fetchMusicGen(`${server.address}/plain`, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await assert.rejects(fetching, /^Error: enough$/);
});
