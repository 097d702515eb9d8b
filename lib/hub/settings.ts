import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** How this machine is set up for the Hugging Face hub, by the same variables as Python's huggingface_hub. */
export interface HubSettings {
  /** `HF_ENDPOINT`: another server than the hub's own, such as a mirror. */
  endpoint?: string;
  /** `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else ~/.cache/huggingface/hub. */
  cache: string;
  /** `HF_TOKEN`, else the file that `HF_TOKEN_PATH` names or that `hf auth login` wrote. */
  token?: string;
  /** `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`: ask no server. */
  offline: boolean;
}

/**
 * Read the settings from the environment.
 * @throws Error naming a variable that holds no address or no token, and nothing of its value
 */
export function hubSettings(env: NodeJS.ProcessEnv = process.env): HubSettings {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || "~/.cache", "huggingface");
  return {
    endpoint: readEndpoint(env.HF_ENDPOINT?.trim().replace(/\/+$/, "")),
    cache: expand(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, "hub")),
    token: readToken(env, expand(env.HF_TOKEN_PATH || join(home, "token"))),
    offline: isTrue(env.HF_HUB_OFFLINE) || isTrue(env.TRANSFORMERS_OFFLINE),
  };
}

function readEndpoint(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return value;
  throw new Error(
    "HF_ENDPOINT: expected a server as https://host, without name and password (HF_TOKEN is for these), found something else",
  );
}

function readToken(env: NodeJS.ProcessEnv, path: string): string | undefined {
  const variable = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"].find((name) => env[name]?.trim());
  if (!variable && (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN) || !existsSync(path))) return undefined;
  const token = (variable ? env[variable]! : readFileSync(path, "utf8")).trim();
  if (/^[\x21-\x7e]*$/.test(token)) return token || undefined;
  throw new Error(
    `${variable ?? path}: expected a token of the hub, a word such as hf_..., found other characters`,
  );
}

function isTrue(value: string | undefined): boolean {
  return ["1", "ON", "YES", "TRUE"].includes((value ?? "").toUpperCase());
}

function expand(path: string): string {
  return path.replace(/^~(?=\/|\\|$)/, homedir());
}
