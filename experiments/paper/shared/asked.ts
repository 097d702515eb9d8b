import type { EmbeddedClips } from "../../../lib/judges/embedding";
import type { PromptSource } from "../../../lib/sweep/sweepPrompt";
import type { Lab } from "./lab";
import { listenedSweep } from "./listenedSweep";
import { trainedFor } from "./probes";
import { methods, type SettingResult, settingsOf } from "./settings";
import { isWord } from "./songs";

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

/**
 * An instrument brought in by steering, at every strength, and by a text that asks for it: the setting "text", where the model
 * knows the word.
 */
export async function steeredAndAsked(
  lab: Lab,
  trait: string,
  { experiment, prompts, asking, alpha, reference, keeps }: AskedOptions,
): Promise<{ steered: SettingResult[]; asked: SettingResult[] }> {
  const { probes } = await trainedFor(lab, trait);
  const common = { experiment, probes, keeps, seconds: lab.profile.seconds, seeds: [lab.seed] };
  const steered = await listenedSweep(lab, { ...common, name: trait, prompts, methods, alpha });
  const asked = isWord(lab, trait)
    ? await listenedSweep(lab, { ...common, name: `${trait}-text`, prompts: asking, alpha: [0] })
    : undefined;
  return {
    steered: settingsOf(lab, steered, reference),
    asked: asked ? settingsOf(lab, asked, reference, () => "text") : [],
  };
}
