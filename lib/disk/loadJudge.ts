import { judgeFingerprint, openPresenceJudge, type PresenceJudge } from "../judges/presence";
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
  return openPresenceJudge(diskFolder(folder));
}

/** The bundled judge, and what tells it from another; it knows the band's instruments only. @throws Error naming a file that is missing or broken */
export async function bundledJudge(): Promise<KnownJudge & { judge: PresenceJudge }> {
  const folder = diskFolder(judgeFolder);
  return { name: judgeFolder, judge: await openPresenceJudge(folder), fingerprint: judgeFingerprint(folder) };
}
