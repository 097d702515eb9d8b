import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const kinds: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** A plain static server: files of some folders, each below a path of its own, and nothing else. */
export interface StaticServer {
  address: string;
  /** Paths that were asked for, in order. */
  asked: string[];
  close(): void;
}

/** @param folders folder or file by path, as in { "/": "site", "/model": "data/models/studio" } */
export async function serve(folders: Record<string, string>): Promise<StaticServer> {
  const asked: string[] = [];
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const server = createServer(({ url = "/" }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    asked.push(path);
    const prefix = prefixes.find((start) => path === start || path.startsWith(start.replace(/\/?$/, "/")));
    const file =
      prefix && join(folders[prefix], path.slice(prefix.length) || (prefix === "/" ? "index.html" : ""));
    const found = file ? statSync(file, { throwIfNoEntry: false }) : undefined;
    if (!file || !found?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = kinds[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-length": found.size });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
