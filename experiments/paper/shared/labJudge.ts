import { bundledJudge } from "../../../lib/disk/loadJudge";
import { type LoadClapOptions, loadClap } from "../../../lib/hub/loadClap";
import { bandCaptions, instrumentCaptions } from "../../../lib/judges/clap";
import { hashOf } from "../../../lib/math/hash";
import type { LabJudge } from "./lab";

/**
 * Who decides about success: the bundled presence judge, or CLAP with captions of the lab's traits. Embeddings, for Frechet
 * distances, are the bundled judge's in both cases.
 * @param options of CLAP
 * @throws Error as `loadJudge` and `loadClap`
 */
export async function openJudge(
  who: "bundled" | "clap",
  traits: string[],
  options: LoadClapOptions = {},
): Promise<LabJudge> {
  const { judge, fingerprint } = await bundledJudge();
  if (who === "bundled") return { ...judge, fingerprint, name: "the presence judge", isBundled: true };
  const captions = Object.fromEntries(
    [...new Set([...Object.keys(bandCaptions), ...traits])].map((trait) => [
      trait,
      bandCaptions[trait] ?? instrumentCaptions(trait),
    ]),
  );
  const clap = await loadClap({ captions, ...options });
  return {
    ...judge,
    name: clap.name,
    isBundled: false,
    traits: clap.traits,
    fingerprint: hashOf(fingerprint, clap.name, JSON.stringify(captions)),
    hear: clap.hear,
  };
}
