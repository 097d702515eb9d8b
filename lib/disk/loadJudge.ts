import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createJudge, type PresenceJudge } from "../judges/presence";
import { packagePath } from "./packageRoot";

/** Where the bundled judge lies. */
export const judgeFolder = packagePath("data/models/judge");

/**
 * The bundled presence judge: drums, bass, guitar and piano of the studio band.
 * @throws Error naming the file that is missing or broken
 */
export async function loadJudge(folder = judgeFolder): Promise<PresenceJudge> {
  const path = join(folder, "judge.json");
  for (const file of [path, join(folder, "judge.bin")]) {
    if (!existsSync(file))
      throw new Error(`${file}: expected the presence judge's file, found nothing there`);
  }
  const weights = readFileSync(join(folder, "judge.bin"));
  const weightData = weights.buffer.slice(
    weights.byteOffset,
    weights.byteOffset + weights.length,
  ) as ArrayBuffer;
  try {
    const { traits, heldOut: _, ...artifacts } = JSON.parse(readFileSync(path, "utf8"));
    return await createJudge({ traits, artifacts: { ...artifacts, weightData } });
  } catch (error) {
    throw new Error(`${path}: expected a presence judge, found ${(error as Error).message}`);
  }
}
