import { type CacheOptions, capturePairs, capturesFolder, captureValues } from "../disk/captureCache";
import { type ClipWish, captureRecipe } from "../disk/captureRecipe";
import { openClips, openPairs } from "../disk/openData";
import type { OnProgress } from "../jobs/progress";
import type { Shard } from "../jobs/shard";
import { loadMusicGen } from "../loadMusicGen";
import type { MusicGen } from "../model/musicgen";
import type { SplitOptions } from "../music/openData";
import { type Quantity, quantities } from "../music/quantity";
import { instruments } from "../music/song";
import { encodeProbes } from "../probes/format";
import { type ProbeSet, ranked } from "../probes/probe";
import { trainRidgeProbes } from "../probes/ridge";
import { trainProbes } from "../probes/train";
import { distributeCapture } from "../queue/distribute";
import { withTaskQueue } from "../queue/redisQueue";
import { byWorkers } from "./byWorkers";
import { bar, checkOutputs, writeOutputs } from "./output";
import { say } from "./say";

export interface ProbeOptions extends SplitOptions {
  model?: string;
  data: string;
  trait: string;
  pairs: number;
  seconds: number;
  level: "mixed" | "matched";
  stemLevel: number;
  stemShare: number;
  folds: number;
  seed: number;
  cache?: string | false;
  shard?: Shard;
  queue?: string;
  out: string;
}

/** `smitin probe`: probes of a trait, fitted on a data set's clips with and without it, or with its values, to a file. */
export async function probe(options: ProbeOptions): Promise<void> {
  const { model: name, data, trait, folds, seed, out } = options;
  const isQuantity = quantities.includes(trait as Quantity);
  const known: readonly string[] = [...instruments, ...quantities];
  if (data === "studio" && !known.includes(trait))
    throw new Error(`--trait: expected one of ${known.join(", ")} for the studio band, found ${trait}`);
  checkOutputs(out);
  const model = await loadMusicGen(name);
  if (options.queue !== undefined) await captureByWorkers(options.queue, options, model);
  const wish = { ...wishOf(options), rate: model.sampleRate };
  const capture: CacheOptions = { cache: options.cache, shard: options.shard };
  let probes: ProbeSet | undefined;
  if (isQuantity) {
    const { level, ...plain } = wish;
    const clips = openClips(data, { ...plain, trait: trait as Quantity });
    const values = await withBar("clips", (onProgress) =>
      captureValues(model, clips, { ...capture, onProgress }),
    );
    probes =
      values &&
      (await withBar("probes", (onProgress) => trainRidgeProbes(values, { folds, seed, onProgress })));
  } else {
    const pairs = openPairs(data, { ...wish, trait });
    const activations = await withBar("pairs", (onProgress) =>
      capturePairs(model, pairs, { ...capture, onProgress }),
    );
    probes =
      activations &&
      (await withBar("probes", (onProgress) => trainProbes(activations, { folds, seed, onProgress })));
  }
  if (!probes) {
    const { part, of } = options.shard!;
    process.stdout.write(
      `shard ${part}/${of} has captured its songs; the shard that finds those of all in the cache writes ${out}, or the same command without --shard\n`,
    );
    return;
  }
  writeOutputs([{ path: out, data: encodeProbes(probes), about: describe(probes) }]);
}

/** Have workers fill the cache. */
async function captureByWorkers(queue: string, options: ProbeOptions, model: MusicGen): Promise<void> {
  const { model: name = "studio", data, trait, cache = capturesFolder } = options;
  if (cache === false)
    throw new Error("--queue: expected a cache, in which songs are kept as they come, found none");
  const task = captureRecipe(model, name, data, { ...wishOf(options), trait });
  const counted = bar("songs counted", task.work.parts);
  await withTaskQueue(queue, say, (taskQueue) =>
    byWorkers(
      taskQueue,
      "songs",
      `songs that are captured are kept in ${cache}`,
      ({ tick, onQueued, ...told }) =>
        distributeCapture(task, taskQueue, {
          ...told,
          cache,
          onCounted: () => counted.tick(),
          onQueued(songs) {
            counted.done();
            onQueued(songs);
          },
          onSong: tick,
        }),
    ),
  ).finally(() => counted.done());
}

function wishOf({ pairs, seconds, seed, stemLevel, stemShare, split, level }: ProbeOptions) {
  return { count: pairs, seconds, seed, stemLevel, stemShare, split, level } satisfies Omit<
    ClipWish,
    "trait"
  >;
}

function describe({ trait, heads, statistics, training }: ProbeSet): string {
  const [{ layer, head, accuracy, fit }] = ranked(heads);
  const place = `(layer ${layer}, head ${head}: the best)`;
  const about = `${heads.length} probes of ${trait}`;
  if (fit) {
    const [low, high] = fit.r2Interval;
    const interval = `R^2 ${fit.r2.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}], r ${fit.r.toFixed(3)}`;
    return `${about}, held-out ${interval} ${place}; ${training.recipe}`;
  }
  const median = percent(statistics.median);
  return `${about}, held-out accuracy ${median} (median), ${percent(accuracy)} ${place}; ${training.recipe}`;
}

/** Run something that says how far it is; the bar ends with it, reached or not. */
async function withBar<T>(label: string, run: (onProgress: OnProgress) => T | Promise<T>): Promise<T> {
  const shown = bar(label);
  try {
    return await run(shown);
  } finally {
    shown.done();
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
