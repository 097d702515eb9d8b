import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { normal, random } from "../../lib/math/random";
import type { HeadActivations } from "../../lib/probes/activations";
import { trainProbes } from "../../lib/probes/train";
import { alternate } from "./alternate";
import { type Bench, clock, row, theirs } from "./row";

const all = 1536;
const headDim = 64;
const folds = 5;

/**
 * A probe for each of 1,536 heads (musicgen-large's) from 1,600 clips: against scikit-learn doing the same, five folds and
 * a last fit, and against a loop that fits each head once and knows no held-out accuracy.
 */
export async function benchProbes(bench: Bench): Promise<void> {
  const heads = bench.isFull ? all : bench.isQuick ? 2 : 16;
  const clips = bench.isQuick ? 80 : 1600;
  const activations = madeActivations(clips, heads);
  const folder = mkdtempSync(join(tmpdir(), "smitin-bench-"));
  try {
    const path = join(folder, "z.f32");
    writeFileSync(path, activations.z);
    const parameters = { path, clips, heads, dim: headDim };
    const rounds = await alternate(
      {
        ours: () => clock(() => trainProbes(activations, { folds })),
        ...theirs(bench, "folds", "probes", { ...parameters, folds }),
        ...theirs(bench, "once", "probes", { ...parameters, folds: 0 }),
      },
      bench.isFull ? { seconds: 0, least: 1 } : bench.rounds,
    );
    const shape = `${all} heads x ${clips} clips x ${headDim}`;
    const from = heads < all ? `extrapolated from ${heads} heads` : "";
    const emit = (what: string, note: string, reference?: number[]) =>
      bench.emit(
        row(
          bench,
          { what, shape, batch: null, engine: "js", note, times: all / heads },
          { ours: rounds.ours, theirs: reference },
        ),
      );
    emit("probes: 5 folds and a last fit", from, rounds.folds);
    const single = [from, "the reference fits once, and knows no accuracy out of fold"]
      .filter(Boolean)
      .join("; ");
    if (rounds.once) emit("probes: the same, against single fits", single, rounds.once);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Activations like a model's: dimensions that follow one another loosely, of falling size, with a faint class difference. */
function madeActivations(clips: number, heads: number): HeadActivations {
  const uniform = random(1);
  const z = new Float32Array(clips * heads * headDim);
  for (let i = 0; i < z.length; i++) {
    const d = i % headDim;
    const label = 1 - (Math.floor(i / (headDim * heads)) % 2);
    const before = d > 0 ? z[i - 1] : 0;
    z[i] = 0.5 * before + normal(uniform) / (1 + d / 8) + (d % 7 === 3 ? 0.2 * label : 0);
  }
  return {
    z,
    shape: [clips, 1, heads, headDim],
    labels: Uint8Array.from({ length: clips }, (_, clip) => 1 - (clip % 2)),
    pair: Int32Array.from({ length: clips }, (_, clip) => clip >> 1),
    trait: "drums",
    site: "layers.*.selfAttention.z",
    model: { name: "random", fingerprint: "random" },
    recipe: "random",
  };
}
