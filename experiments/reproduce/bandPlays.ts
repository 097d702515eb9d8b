import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { resample } from "../../lib/audio/resample";
import { writeAtomically } from "../../lib/file";
import type { EmbeddedClips } from "../../lib/judges/embedding";
import type { TokenGrid } from "../../lib/model/tokens";
import { bandContinuation } from "../../lib/music/pairs";
import type { Instrument } from "../../lib/music/song";
import { type CellResult, unsteered } from "../../lib/sweep/cell";
import { hashOf } from "../../lib/sweep/key";
import { createMeasure } from "../../lib/sweep/measure";
import { readPrompts } from "../../lib/sweep/prompt";
import type { Lab } from "./lab";
import { type Heard, listen, newMusic } from "./listenedSweep";
import { type SettingResult, settingsOf } from "./settings";
import type { CaptionedPrompt } from "./songs";

/**
 * The band plays on after each prompt, the instrument joining, through the codec as every take: the setting "band". It
 * shows what the measures say of music that does what steering is to do. Kept in the folder's cache.
 */
export async function bandPlays(
  lab: Lab,
  trait: Instrument,
  prompts: CaptionedPrompt[],
  reference: EmbeddedClips,
): Promise<SettingResult[]> {
  const { model, judge, profile } = lab;
  const read = readPrompts(model, prompts);
  const facts = JSON.stringify([judge.fingerprint ?? null, profile.seconds, trait]);
  const key = hashOf(model.fingerprint, facts, ...read.map(({ hash }) => hash));
  const path = join(lab.folder, ".cache", `band-${trait}-${key}.json`);
  let played: { cell: CellResult; heard: Heard }[];
  if (existsSync(path)) played = JSON.parse(readFileSync(path, "utf8"));
  else {
    const frames = Math.round(profile.seconds * model.frameRate);
    const measure = await createMeasure(model, read, { trait, frames, judge });
    played = [];
    for (const [i, prompt] of read.entries()) {
      lab.signal?.throwIfAborted();
      const next = resample(await bandContinuation(prompts[i], profile.seconds), model.sampleRate);
      const take = joined(prompt.tokens, model.codec.encode([next.samples])[0]);
      const cell: CellResult = {
        key: `band-${prompt.id}`,
        cell: {
          ...unsteered,
          method: "band",
          prompt: prompt.id,
          promptHash: prompt.hash,
          seed: lab.seed,
          takeSeed: 0,
        },
        ...(await measure(prompt, take)),
        monitor: null,
        strength: null,
        promptFrames: prompt.tokens[0].length,
        tokens: take.map((codes) => Array.from(codes)),
      };
      played.push({ cell, heard: listen(lab, newMusic(lab, cell)) });
      lab.onProgress?.({ what: `the band goes on with ${trait}`, done: i + 1, total: prompts.length });
    }
    writeAtomically(path, JSON.stringify(played));
  }
  const heard = new Map(played.map(({ cell, heard }) => [cell.key, heard]));
  return settingsOf(lab, { trait, cells: played.map(({ cell }) => cell), heard }, reference);
}

function joined(before: TokenGrid, after: TokenGrid): TokenGrid {
  return before.map((codes, k) => Int32Array.from([...codes, ...after[k]]));
}
