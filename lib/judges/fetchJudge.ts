import { type FetchOptions, fetchFile } from "../files/fetch";
import { memoryFolder } from "../files/folder";
import { judgeFiles, openPresenceJudge, type PresenceJudge } from "./presence";

/**
 * Load a presence judge from a web server.
 * @param url of a folder that holds judge.json and judge.bin
 * @throws Error naming the address that has no such file, or the file that is broken; the signal's reason
 */
export async function fetchJudge(url: string, options: FetchOptions = {}): Promise<PresenceJudge> {
  const name = url.replace(/\/+$/, "");
  const files = new Map<string, Uint8Array>();
  for (const file of Object.values(judgeFiles)) files.set(file, await fetchFile(`${name}/${file}`, options));
  return openPresenceJudge(memoryFolder(name, files));
}
