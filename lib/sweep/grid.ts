import { hashOf, plainJson } from "../math/hash";
import { seedBits } from "../math/random";
import type { MusicGen } from "../model/musicgen";
import { encodeProbes } from "../probes/format";
import { withoutCalibration } from "../probes/probe";
import { monitorOnly, type PlannedSteer } from "../steering/methods";
import { type Cell, type Setting, settingName, unsteered } from "./cell";
import type { Checked, SweepOptions } from "./options";
import { plainSettings } from "./settings";
import type { EncodedPrompt } from "./sweepPrompt";

/** Counts up when cells of the same options come to mean something else. */
const version = 1;

/** A cell that can be computed. */
export interface PlannedCell {
  key: string;
  cell: Cell;
  prompt: EncodedPrompt;
  /** @throws Error naming the setting when its plan is impossible */
  steer(): PlannedSteer;
}

/**
 * Every cell of a sweep, prompt by prompt, then seed by seed: first the reference, then every setting. Prompts of
 * one length follow one another, so that batches are as large as can be. The order does not depend on batches.
 */
export function planCells(
  model: MusicGen,
  options: SweepOptions,
  checked: Checked,
  prompts: EncodedPrompt[],
): PlannedCell[] {
  const { frames, sampling, seeds } = checked;
  const choices = choicesOf(model, options, checked);
  const probes = hashOf(encodeProbes(withoutCalibration(options.probes)));
  const common = { version, model: model.fingerprint, probes, frames, sampling };
  return inOrder(prompts).flatMap((prompt) =>
    seeds.flatMap((seed) => {
      const takeSeed = seedOf(seed, prompt.hash);
      return choices.map(({ setting, depends, steer }): PlannedCell => {
        const { schedule: _, ...named } = setting; // what a schedule does counts, not what it is called
        const all = { ...common, ...named, depends, prompt: prompt.hash, takeSeed };
        const cell = { prompt: prompt.id, promptHash: prompt.hash, seed, takeSeed, ...setting };
        return { key: hashOf(plainJson(all, "cell")), cell, prompt, steer: () => steer(takeSeed) };
      });
    }),
  );
}

/** A setting, how to steer so, and what its takes depend on besides. */
interface SteeringChoice {
  setting: Setting;
  depends?: unknown;
  steer(seed: number): PlannedSteer;
}

/** The reference, then each method, direction and schedule with each K and alpha. */
function choicesOf(
  model: MusicGen,
  { probes, activations }: SweepOptions,
  { methods, directions, schedules, topK, alpha, frames }: Checked,
): SteeringChoice[] {
  const reference = monitorOnly(probes);
  const choices: SteeringChoice[] = [{ setting: unsteered, steer: () => reference }];
  const clips = activations && hashOf(activations.z, String(activations.labels));
  for (const method of methods) {
    const own = typeof method.topK === "number" ? Math.min(method.topK, probes.heads.length) : method.topK;
    const heads = method.topK === null ? [null] : (topK ?? [own]);
    for (const direction of directions) {
      const needsClips = direction !== "probe" && direction !== "massMean";
      for (const [name, schedule] of schedules) {
        const shares =
          schedule &&
          Array.from({ length: frames + model.codebooks }, (_, i) => schedule(i, model.frameRate));
        const depends = {
          settings: plainJson(
            plainSettings(method.settings ?? null, probes),
            `settings of method "${method.name}"`,
          ),
          schedule: shares && hashOf(plainJson(shares, `schedule "${name}"`)),
          clips: needsClips ? clips : undefined,
        };
        for (const k of heads) {
          for (const strength of alpha) {
            if (strength === 0) continue; // the reference
            const setting = { method: method.name, alpha: strength, topK: k, direction, schedule: name };
            const choice = { alpha: strength, topK: k ?? undefined, direction, schedule, activations };
            const make = (seed: number) => method.steer(probes, { ...choice, seed });
            choices.push({ setting, depends, steer: remembered(setting, make) });
          }
        }
      }
    }
  }
  return choices;
}

/** Makes a plan once for all takes, or for each one anew where its seed draws the direction. */
function remembered(setting: Setting, make: (seed: number) => PlannedSteer): (seed: number) => PlannedSteer {
  const isDrawn = setting.direction === "random";
  let made: PlannedSteer | undefined;
  return (seed) => {
    if (made && !isDrawn) return made;
    try {
      made = make(isDrawn ? seed : 0);
    } catch (error) {
      throw new Error(`${settingName(setting)}: ${(error as Error).message}`, { cause: error });
    }
    return made;
  };
}

/** One seed a prompt, so that prompts do not share their luck. */
function seedOf(seed: number, promptHash: string): number {
  return (Math.imul(seedBits(seed), 1_000_003) + Number.parseInt(promptHash.slice(0, 8), 16)) >>> 0;
}

/** Prompts of one length together, lengths in the order of their first prompts; those with a text apart. */
function inOrder(prompts: EncodedPrompt[]): EncodedPrompt[] {
  const groups = new Map<string, EncodedPrompt[]>();
  for (const prompt of prompts) {
    const kind = batchKind(prompt);
    groups.set(kind, [...(groups.get(kind) ?? []), prompt]);
  }
  return [...groups.values()].flat();
}

/** Prompts of one kind can be rows of one batch. */
export function batchKind({ tokens, text }: EncodedPrompt): string {
  return `${tokens[0].length} ${text === undefined ? "" : "text"}`;
}
