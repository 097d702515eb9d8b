import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect as connectTo, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { loadClap } from "../../lib/hub/loadClap";
import { describeProxies, readProxies } from "../../lib/hub/proxy";
import { hubSettings } from "../../lib/hub/settings";
import { modelSnapshot } from "../../lib/hub/snapshot";
import { clapLibrary } from "../judges/clapLibrary";
import { freshHome } from "./environment";
import { startHub } from "./server";

const bytes = (text: string) => new TextEncoder().encode(text);
const files = {
  "config.json": { bytes: bytes("{}") },
  "model.safetensors": { bytes: Uint8Array.from({ length: 70_000 }, (_, i) => i % 251), isLarge: true },
};
const models = { "lab/whole": { commit: "c".repeat(40), files } };

/** A proxy that lets in who sends the name and password; others get 407. */
async function startProxy(t: TestContext, login?: string) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => void response.writeHead(501).end());
  server.on("connect", ({ url = "", headers }: IncomingMessage, socket: Socket) => {
    asked.push(url);
    sockets.add(socket);
    const expected = login && `Basic ${Buffer.from(login).toString("base64")}`;
    if (expected && headers["proxy-authorization"] !== expected)
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const [host, port] = url.split(":");
    const there = connectTo(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      there.pipe(socket).pipe(there);
    });
    for (const end of [socket, there])
      end.on("error", () => {
        socket.destroy();
        there.destroy();
      });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function start(t: TestContext, env: (hub: string) => Record<string, string>) {
  const hub = await startHub(models);
  t.after(() => hub.close());
  freshHome(t, { HF_ENDPOINT: hub.endpoint, ...env(hub.endpoint) });
  return hub;
}

for (const variable of ["HTTP_PROXY", "http_proxy"])
  test(`the hub is asked through the proxy that ${variable} names, with its name and password, the store too`, async (t) => {
    const proxy = await startProxy(t, "me:secret");
    const hub = await start(t, () => ({ [variable]: `http://me:secret@${proxy.host}` }));
    assert.ok(await modelSnapshot("lab/whole", "home"));
    const stores = proxy.asked.filter((host) => host.startsWith("localhost:"));
    assert.ok(proxy.asked.includes(new URL(hub.endpoint).host) && stores.length > 0);
    assert.deepEqual(hub.fetched(), ["config.json", "model.safetensors"]);
  });

test("hosts that NO_PROXY names are asked directly", async (t) => {
  const proxy = await startProxy(t);
  await start(t, () => ({ HTTP_PROXY: proxy.host, NO_PROXY: "localhost,127.0.0.1" }));
  assert.ok(await modelSnapshot("lab/whole", "home"));
  assert.deepEqual(proxy.asked, []);
});

test("a proxy that refuses, or is not there, is named in the error, its password is not", async (t) => {
  const proxy = await startProxy(t, "me:right");
  for (const host of [proxy.host, "127.0.0.1:9"])
    await t.test(host, async (t) => {
      await start(t, () => ({ HTTP_PROXY: `http://me:marker@${host}`, NO_PROXY: "example.org" }));
      await assert.rejects(modelSnapshot("lab/whole", "home", { delay: 1 }), ({ message }: Error) => {
        assert.ok(!message.includes("marker"), message);
        assert.match(
          message,
          /by the proxy http:\/\/127\.0\.0\.1:\d+ that HTTP_PROXY names, except for example\.org \(NO_PROXY\) could not be reached \(/,
        );
        return true;
      });
    });
});

test("what is no address, or no token, is refused by its variable, and not shown", () => {
  for (const value of [
    "socks5://marker@host:1080",
    "http://me:marker@ho st:80",
    "http://marker:x@",
    "http://a:marker@host:99999",
  ])
    for (const variable of ["HTTP_PROXY", "HTTPS_PROXY", "https_proxy"])
      assert.throws(
        () => readProxies({ [variable]: value }),
        ({ message }: Error) => message.startsWith(`${variable}: expected`) && !message.includes("marker"),
      );
  for (const value of ["https://me:marker@mirror", "marker", "ftp://marker", "http://ma rker"])
    assert.throws(
      () => hubSettings({ HF_ENDPOINT: value }),
      ({ message }: Error) => message.startsWith("HF_ENDPOINT: expected") && !/ma ?rker/.test(message),
    );
  for (const value of ["hf_mark\ner", "hf_marker ä", "Bearer marker"])
    assert.throws(
      () => hubSettings({ HF_TOKEN: value, HF_HOME: "/none" }),
      ({ message }: Error) => message.startsWith("HF_TOKEN: expected") && !/mark/.test(message),
    );
});

test("proxies are told by their variables; https goes by http's where it has none of its own", () => {
  const { http, https } = readProxies({ HTTP_PROXY: "proxy.corp:3128" });
  assert.deepEqual([http?.url, https?.url], ["http://proxy.corp:3128", "http://proxy.corp:3128"]);
  assert.equal(describeProxies(readProxies({})), "");
  const two = readProxies({ HTTP_PROXY: "http://a:1", HTTPS_PROXY: "https://u:p@b:2" });
  assert.equal(
    describeProxies(two),
    ", by the proxy https://b:2 that HTTPS_PROXY names or http://a:1 that HTTP_PROXY names",
  );
});

test("the judge CLAP is downloaded through the proxy too, which is named where that fails", async (t) => {
  const proxy = await startProxy(t, "me:right");
  freshHome(t, { HTTP_PROXY: `http://me:marker@${proxy.host}` });
  const library = clapLibrary({ texts: async () => [], audio: async () => new Float32Array() });
  library.AutoTokenizer.from_pretrained = async () => {
    await library.env.fetch!("http://example.invalid/tokenizer.json");
    return assert.fail("expected no answer");
  };
  await assert.rejects(
    loadClap({ library, allowDownload: true, model: "lab/clap" }),
    ({ message }: Error) => {
      assert.match(message, /did not load, by the proxy http:\/\/127\.0\.0\.1:\d+ that HTTP_PROXY names: /);
      return !message.includes("marker");
    },
  );
  assert.deepEqual(proxy.asked, ["example.invalid:80"]);
});
