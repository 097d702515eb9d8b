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

/** Read the settings from the environment. */
export function hubSettings(env: NodeJS.ProcessEnv = process.env): HubSettings {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || "~/.cache", "huggingface");
  return {
    endpoint: env.HF_ENDPOINT?.replace(/\/+$/, "") || undefined,
    cache: expand(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, "hub")),
    token: readToken(env, expand(env.HF_TOKEN_PATH || join(home, "token"))),
    offline: isTrue(env.HF_HUB_OFFLINE) || isTrue(env.TRANSFORMERS_OFFLINE),
  };
}

function readToken(env: NodeJS.ProcessEnv, path: string): string | undefined {
  const given = env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN;
  if (given?.trim()) return given.trim();
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN) || !existsSync(path)) return undefined;
  return readFileSync(path, "utf8").trim() || undefined;
}

function isTrue(value: string | undefined): boolean {
  return ["1", "ON", "YES", "TRUE"].includes((value ?? "").toUpperCase());
}

function expand(path: string): string {
  return path.replace(/^~(?=\/|\\|$)/, homedir());
}
