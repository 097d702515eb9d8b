import { bundledJudge } from "../../../lib/disk/loadJudge";
import { openJudge } from "../../../lib/hub/judges";
import { hashOf } from "../../../lib/math/hash";
import type { LabJudge } from "./lab";

/**
 * Who decides about success, by its name in `judges`. Embeddings, for Frechet distances, are the bundled judge's in any case.
 * @param open opens another judge than the bundled one
 * @throws Error as `openJudge`
 */
export async function openLabJudge(name: string, traits: string[], open = openJudge): Promise<LabJudge> {
  const { judge, fingerprint } = await bundledJudge();
  if (name === "bundled") return { ...judge, fingerprint, name: "the presence judge", isBundled: true };
  const other = await open(name, traits);
  return {
    ...judge,
    name: other.name,
    isBundled: false,
    traits: other.judge.traits,
    fingerprint: hashOf(fingerprint, other.fingerprint),
    hear: (clips) => other.judge.hear(clips),
  };
}
