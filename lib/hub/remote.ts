import type { HubApiError } from "@huggingface/hub";
import { FinalError, type RemoteFile, reason, type Source } from "./download";
import { describeProxies, proxiedFetch, readProxies } from "./proxy";
import type { HubSettings } from "./settings";

/** The hub cannot be asked; the message says why. */
export class HubUnreachable extends Error {}

/** One commit of a model on the hub. */
export interface RemoteModel {
  name: string;
  commit: string;
  /** Those at its root, by name. */
  files: Map<string, RemoteFile>;
  /** @throws Error when there is no such file */
  file(name: string): RemoteFile;
  source(file: RemoteFile): Source;
}

/**
 * Ask the hub which commit a revision is and what files it has, through Hugging Face's own client. Files come over plain
 * HTTP with ranges, which the hub offers for every file however it keeps it; through a proxy where the environment names one.
 * @throws HubUnreachable without an answer; Error when there is no such model or no access to it
 */
export async function connect(
  name: string,
  revision: string,
  { endpoint, token }: HubSettings,
  signal?: AbortSignal,
): Promise<RemoteModel> {
  const hub = await import("@huggingface/hub");
  const proxies = readProxies();
  const fetchFile = await proxiedFetch(proxies);
  const home = new URL(endpoint ?? hub.HUB_URL).origin;
  const server = {
    hubUrl: endpoint,
    accessToken: token,
    fetch: ((input: string | URL, init?: RequestInit) => {
      const headers = new Headers(init?.headers);
      if (new URL(input).origin !== home) headers.delete("Authorization"); // the client sends it to some stores too
      return fetchFile(input, { ...init, headers, signal });
    }) as typeof fetch,
  };
  const repo = { type: "model" as const, name };
  const explained = (error: unknown): Error => {
    signal?.throwIfAborted();
    if (error instanceof hub.HubApiError) return explain(error, name, revision, token);
    const where = `${endpoint ?? "the Hugging Face hub"}${describeProxies(proxies)}`;
    if (isNetwork(error)) return new HubUnreachable(`${where} could not be reached (${reason(error)})`);
    return new Error(`model ${name}: ${where}: ${reason(error)}`);
  };

  const files = new Map<string, RemoteFile>();
  let commit: string;
  try {
    commit = (await hub.modelInfo({ ...server, name, revision, additionalFields: ["sha"] })).sha;
    for await (const { type, path, size, lfs, oid = "" } of hub.listFiles({
      ...server,
      repo,
      revision: commit,
    })) {
      const checksum = lfs
        ? ({ kind: "sha256", value: lfs.oid } as const)
        : ({ kind: "git", value: oid } as const);
      if (type === "file") files.set(path, { name: path, size: lfs?.size ?? size, checksum });
    }
  } catch (error) {
    throw explained(error);
  }
  checkIds(name, commit, files);

  return {
    name,
    commit,
    files,
    file(path) {
      const file = files.get(path);
      if (!file)
        throw new Error(`model ${name}: expected ${path} on the hub, found ${[...files.keys()].join(", ")}`);
      return file;
    },
    source: (file) => async (offset) => {
      const blob = await hub
        .downloadFile({ ...server, repo, path: file.name, revision: commit, xet: false })
        .catch((error) => {
          throw isLasting(error) ? new FinalError(explained(error).message) : error;
        });
      if (blob?.size !== file.size) {
        throw new FinalError(
          `${file.name}: expected ${file.size} bytes, the hub offers ${blob?.size ?? "none"}`,
        );
      }
      return (offset > 0 ? blob.slice(offset) : blob).stream();
    },
  };
}

/** Answers become names of files and folders: they must look as they should. */
function checkIds(name: string, commit: string, files: Map<string, RemoteFile>): void {
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new Error(`model ${name}: expected a commit, found ${commit}`);
  for (const { name: file, checksum } of files.values()) {
    if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(checksum.value)) {
      throw new Error(`model ${name}: ${file}: expected a checksum, found ${checksum.value}`);
    }
  }
}

function explain(
  { statusCode: status, message }: HubApiError,
  name: string,
  revision: string,
  token?: string,
) {
  const has = `model ${name}: the hub answers ${status}`;
  const access = token
    ? "the token that is set here does not open it"
    : "a token that opens it goes into HF_TOKEN, or into the file that `hf auth login` writes";
  if (status === 401) return new Error(`${has}: there is no such model, or it is not public: ${access}`);
  if (status === 403)
    return new Error(`${has}: its terms are to be accepted on its page first, or ${access}`);
  if (status === 404)
    return new Error(`${has}: expected a model of that name with a revision "${revision}", found none`);
  if (status === 429 || status >= 500) return new HubUnreachable(`the hub answers ${status} (${message})`);
  return new Error(`${has} (${message})`);
}

/** True when another try would bring the same answer. */
function isLasting(error: unknown): boolean {
  const status = (error as Partial<HubApiError>).statusCode;
  return status !== undefined && status >= 400 && status < 500 && ![408, 425, 429].includes(status);
}

/** What fetch throws without an answer. */
function isNetwork(error: unknown): boolean {
  return error instanceof TypeError && error.cause !== undefined;
}
