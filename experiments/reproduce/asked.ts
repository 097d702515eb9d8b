import type { EmbeddedClips } from "../../lib/judges/embedding";
import type { Instrument } from "../../lib/music/song";
import type { PromptSource } from "../../lib/sweep/prompt";
import type { Lab } from "./lab";
import { listenedSweep } from "./listenedSweep";
import { trainedFor } from "./probes";
import { methods, type SettingResult, settingsOf } from "./settings";

export interface AskedOptions {
  experiment: string;
  prompts: PromptSource[];
  /** The same prompts with a text that asks for the instrument. */
  asking: PromptSource[];
  alpha: number[];
  /** As of `settingsOf`. */
  reference?: EmbeddedClips;
  /** As of `listenedSweep`. */
  keeps?: boolean;
}

/** An instrument brought in by steering, at every strength, and by a text that asks for it: the setting "text". */
export async function steeredAndAsked(
  lab: Lab,
  trait: Instrument,
  { experiment, prompts, asking, alpha, reference, keeps }: AskedOptions,
): Promise<{ steered: SettingResult[]; asked: SettingResult[] }> {
  const { probes } = await trainedFor(lab, trait);
  const common = { experiment, probes, keeps, seconds: lab.profile.seconds, seeds: [lab.seed] };
  const steered = await listenedSweep(lab, { ...common, name: trait, prompts, methods, alpha });
  const asked = await listenedSweep(lab, { ...common, name: `${trait}-text`, prompts: asking, alpha: [0] });
  return {
    steered: settingsOf(lab, steered, reference),
    asked: settingsOf(lab, asked, reference, () => "text"),
  };
}
