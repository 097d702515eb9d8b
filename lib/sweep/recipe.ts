import { plainJson } from "../math/hash";
import type { MusicGen } from "../model/musicgen";
import { decodeProbes, encodeProbes } from "../probes/format";
import type { ModelIdentity } from "../probes/probe";
import type { SweepJudge } from "./measure";
import { smitinMethod } from "./method";
import { type ModelFiles, modelFiles } from "./modelFiles";
import type { SweepOptions } from "./options";
import { encodePrompts } from "./sweepPrompt";

/** What a sweep varies and how, as far as it is plain data. */
export type PlainSettings = Pick<
  SweepOptions,
  "alpha" | "topK" | "directions" | "seeds" | "frames" | "seconds" | "sampling"
> & {
  methods?: ("iti" | "smitin")[];
  /** SMITIN's gate, in words. Default: its own. */
  gate?: string;
  /** In words; "own" is the method's. Default: that alone. */
  schedules?: string[];
};

/** What plain settings ask of a sweep. */
export function settingsOptions({
  methods,
  gate,
  ...rest
}: PlainSettings): Omit<SweepOptions, "probes" | "prompts"> {
  const smitin = gate === undefined ? "smitin" : smitinMethod({ gate });
  return { ...rest, methods: methods?.map((name) => (name === "smitin" ? smitin : name)) };
}

/** A sweep as plain data: with its model, another machine computes the same cells from it. */
export interface SweepRecipe {
  kind: "sweep";
  version: number;
  /** By the name that `loadMusicGen` was given. */
  model: ModelIdentity;
  /** A probe file's text. */
  probes: string;
  /** Prompts in tokens, [codebooks][frames]. */
  prompts: { id: string; tokens: number[][]; text?: string; players?: string[] }[];
  settings: PlainSettings;
  files: ModelFiles;
  /** The judge, by the name that `openJudge` takes; null when nobody decides about success. */
  judge: JudgeIdentity | null;
}

/** What a judge is called, and what tells it from another. */
export interface JudgeIdentity {
  name: string;
  fingerprint: string;
}

/** Counts up when recipes come to mean something else. */
const version = 4;

/** @param name what `loadMusicGen` was given */
export function sweepRecipe(
  model: MusicGen,
  name: string,
  { probes, prompts }: Pick<SweepOptions, "probes" | "prompts">,
  settings: PlainSettings,
  judge: JudgeIdentity | null,
): SweepRecipe {
  return {
    kind: "sweep",
    version,
    model: { name, fingerprint: model.fingerprint },
    probes: encodeProbes(probes),
    prompts: encodePrompts(model, prompts).map(({ id, tokens, text, players }) => {
      return { id, tokens: tokens.map((codes) => Array.from(codes)), text, players };
    }),
    settings,
    files: modelFiles(model, settings.sampling ?? {}),
    judge,
  };
}

/**
 * Make sure that a model's takes are those that a recipe asks for, its fingerprint apart.
 * @throws Error naming the file that differs from where the sweep was asked for
 */
export function checkModelFiles(model: MusicGen, { settings, files }: SweepRecipe): void {
  const own = modelFiles(model, settings.sampling ?? {});
  for (const [name, file] of [
    ["samplesWith", "generation_config.json"],
    ["tokenizer", "tokenizer.json"],
  ] as const) {
    const [expected, found] = [files, own].map((of) => plainJson(of[name], name));
    if (expected !== found)
      throw new Error(
        `model ${model.name}: expected the same ${file} as where the sweep was asked for (${expected}), found another (${found})`,
      );
  }
}

/** A judge, and what tells it from another. */
export interface KnownJudge {
  /** Where it comes from, for messages. */
  name: string;
  judge: SweepJudge;
  fingerprint: string;
}

/**
 * The sweep that a recipe asks for.
 * @param openJudge opens a judge of this machine by its name, for a recipe that has one
 * @throws Error when the recipe is another version's, or when the judge here is another one
 */
export async function recipeOptions(
  recipe: SweepRecipe,
  openJudge: (name: string, traits: string[]) => Promise<KnownJudge>,
): Promise<SweepOptions> {
  if (recipe.version !== version)
    throw new Error(
      `sweep: expected a recipe of version ${version}, found ${recipe.version}: update the older lab`,
    );
  const probes = decodeProbes(recipe.probes, "the sweep's probes");
  const judge = recipe.judge ? await openJudge(recipe.judge.name, [probes.trait]) : undefined;
  if (judge && judge.fingerprint !== recipe.judge?.fingerprint) {
    throw new Error(
      `${judge.name}: expected the sweep's judge, fingerprint ${recipe.judge?.fingerprint}, found one of ${judge.fingerprint}`,
    );
  }
  return {
    ...settingsOptions(recipe.settings),
    probes,
    prompts: recipe.prompts.map((prompt) => {
      return { ...prompt, tokens: prompt.tokens.map((codes) => Int32Array.from(codes)) };
    }),
    judge: judge?.judge,
  };
}
