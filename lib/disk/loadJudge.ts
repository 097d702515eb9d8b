import { judgeFingerprint, openJudge, type PresenceJudge } from "../judges/presence";
import type { KnownJudge } from "../sweep/recipe";
import { diskFolder } from "./folder";
import { packagePath } from "./packageRoot";

/** Where the bundled judge lies. */
export const judgeFolder = packagePath("data/models/judge");

/**
 * The bundled presence judge: drums, bass, guitar and piano of the studio band.
 * @throws Error naming the file that is missing or broken
 */
export async function loadJudge(folder = judgeFolder): Promise<PresenceJudge> {
  return openJudge(diskFolder(folder));
}

/** The bundled judge, and what tells it from another. @throws Error naming a file that is missing or broken */
export async function bundledJudge(): Promise<KnownJudge> {
  const folder = diskFolder(judgeFolder);
  return { name: judgeFolder, judge: await openJudge(folder), fingerprint: judgeFingerprint(folder) };
}
