import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A model on the pretended hub. */
export interface HubModel {
  commit: string;
  files: Record<string, HubFile>;
  /** Only who sends this token is let in. */
  token?: string;
}

export interface HubFile {
  bytes: Uint8Array;
  /** Kept in the store (LFS), reached by a redirect to another host. */
  isLarge?: boolean;
  /** As new large files are: whoever can do xet is told of it in place of the redirect. */
  isXet?: boolean;
  /** What the hub claims, where it is not the truth. */
  size?: number;
  sha256?: string;
}

export interface Request {
  host: "hub" | "store";
  path: string;
  range?: string;
  authorization?: string;
}

/** A server that speaks the hub's protocol, and a second one, on another host, that holds its large files. */
export interface PretendedHub {
  endpoint: string;
  requests: Request[];
  /** The store ends the n-th answer (probes not counted) after so many bytes. */
  drops: number[];
  /** The store changes a byte of each of the next n answers. */
  damaged: number;
  /** The store answers with the whole file, whatever was asked for. */
  ignoresRanges: boolean;
  /** The store says that it is one to which the client goes without asking the hub again. */
  isCloudfront: boolean;
  /** Paths of the files fetched, in order, probes left out. */
  fetched(): string[];
  close(): Promise<void>;
}

/** @param models by name; may be changed while the server runs */
export async function startHub(models: Record<string, HubModel>): Promise<PretendedHub> {
  const hub: PretendedHub = {
    endpoint: "",
    requests: [],
    drops: [],
    damaged: 0,
    ignoresRanges: false,
    isCloudfront: false,
    fetched: () =>
      hub.requests
        .filter(({ path, range }) => /\/(resolve|store)\//.test(path) && range !== "bytes=0-0")
        .filter(({ path, host }) => host === "store" || !isLarge(path))
        .map(({ path }) => path.split("/").pop() as string),
    close: async () => {
      await Promise.all([stop(front), stop(store)]);
    },
  };
  const isLarge = (path: string) => {
    const [, org, name, , , file] = path.split("/");
    return models[`${org}/${name}`]?.files[file]?.isLarge;
  };
  const log = (host: Request["host"], { url = "", headers }: IncomingMessage) =>
    hub.requests.push({ host, path: url, range: headers.range, authorization: headers.authorization });

  const store = createServer((request, response) => {
    log("store", request);
    const [, , org, name, file] = (request.url ?? "").split("/");
    const bytes = models[`${org}/${name}`].files[file].bytes;
    if (hub.isCloudfront) response.setHeader("X-Cache", "Miss from cloudfront");
    if (request.headers.range === "bytes=0-0") return send(request, response, bytes);
    const cut = hub.drops.shift();
    const sent = hub.damaged-- > 0 ? damage(bytes) : bytes;
    if (hub.ignoresRanges) delete request.headers.range;
    send(request, response, sent, cut);
  });
  await listen(store, "localhost");

  const front = createServer((request, response) => {
    log("hub", request);
    const url = new URL(request.url ?? "", "http://hub");
    const parts = url.pathname.split("/").slice(1).map(decodeURIComponent);
    const isApi = parts[0] === "api";
    const [org, name, what, revision, file] = isApi ? parts.slice(2) : parts;
    const model = models[`${org}/${name}`];
    if (!model || (model.token && request.headers.authorization !== `Bearer ${model.token}`)) {
      return fail(
        response,
        model && request.headers.authorization ? 403 : 401,
        "Invalid username or password.",
      );
    }
    if (revision !== "main" && revision !== model.commit)
      return fail(response, 404, `Invalid rev id: ${revision}`);
    if (isApi && what === "revision")
      return json(response, { _id: "1", id: `${org}/${name}`, sha: model.commit });
    if (isApi && what === "tree") return json(response, tree(model));
    response.setHeader("X-Repo-Commit", model.commit);
    const found = model.files[file];
    if (!found) {
      response.setHeader("X-Error-Code", "EntryNotFound");
      return fail(response, 404, "Entry not found");
    }
    if (!found.isLarge) return send(request, response, found.bytes);
    response.setHeader("X-Linked-Size", found.size ?? found.bytes.length);
    response.setHeader("X-Linked-ETag", `"${sha256(found)}"`);
    if (found.isXet && request.headers.accept?.includes("xet-fileinfo")) {
      const link = (path: string, rel: string) => `<${hub.endpoint}/${path}>; rel="${rel}"`;
      response.setHeader("X-Xet-Hash", "f".repeat(64));
      response.setHeader("Link", `${link("auth", "xet-auth")}, ${link("info", "xet-reconstruction-info")}`);
      response.setHeader("ETag", '"xet"');
      response.setHeader("Content-Type", "application/vnd.xet-fileinfo+json");
      return void response.end("{}");
    }
    const { port } = store.address() as AddressInfo;
    response.setHeader("Location", `http://localhost:${port}/store/${org}/${name}/${file}`);
    response.writeHead(302).end();
  });
  await listen(front, "127.0.0.1");
  hub.endpoint = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  return hub;
}

function tree({ files }: HubModel) {
  const entries = Object.entries(files).map(([path, file]) => {
    const size = file.size ?? file.bytes.length;
    const lfs = file.isLarge ? { oid: sha256(file), size, pointerSize: 134 } : undefined;
    const xetHash = file.isXet ? "f".repeat(64) : undefined;
    return { type: "file", path, size, oid: file.isLarge ? "0".repeat(40) : gitId(file.bytes), lfs, xetHash };
  });
  return [{ type: "directory", path: "samples", size: 0, oid: "1".repeat(40) }, ...entries];
}

export function sha256({ bytes, sha256 }: HubFile): string {
  return sha256 ?? createHash("sha256").update(bytes).digest("hex");
}

export function gitId(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function damage(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 1] ^= 1;
  return copy;
}

/** The bytes asked for; `cut`: the connection breaks after so many. */
function send(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, cut?: number): void {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const start = Number(from ?? 0);
  const end = Math.min(bytes.length, to === undefined ? bytes.length : Number(to) + 1);
  response.setHeader("ETag", `"${gitId(bytes)}"`);
  response.setHeader("Content-Length", end - start);
  if (from !== undefined) response.setHeader("Content-Range", `bytes ${start}-${end - 1}/${bytes.length}`);
  response.writeHead(from === undefined ? 200 : 206);
  if (cut === undefined) response.end(bytes.subarray(start, end));
  else response.write(bytes.subarray(start, start + cut), () => setTimeout(() => response.destroy(), 20));
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(value));
}

function fail(response: ServerResponse, status: number, error: string): void {
  response.statusCode = status;
  json(response, { error });
}

function listen(server: Server, host: string): Promise<void> {
  return new Promise((done) => server.listen(0, host, done));
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
