import type { Audio } from "../../lib/audio/audio";
import type { HeadScores } from "../../lib/figures/headGrid";
import type { HeadClips } from "../../lib/figures/headView";
import type { MonitoredTake } from "../../lib/figures/monitorRows";
import type { SweepPoint } from "../../lib/figures/sweepSeries";
import { normal, random } from "../../lib/math/random";

/** Scores as a small model's: middle layers know more, a few heads much more. */
export function scores(layers: number, heads: number, trait = "drums", seed = 1): HeadScores {
  const uniform = random(seed);
  return {
    trait,
    heads: Array.from({ length: layers * heads }, (_, i) => {
      const layer = Math.floor(i / heads);
      const depth = Math.sin((Math.PI * (layer + 0.5)) / layers);
      const accuracy = 0.5 + 0.45 * depth * uniform() ** 1.5;
      return {
        layer,
        head: i % heads,
        accuracy,
        interval: [accuracy - 0.03, Math.min(1, accuracy + 0.03)] as [number, number],
      };
    }),
  };
}

/** Two seconds of a chord that fades, with a click every half second in the second half. */
export function clip(seconds = 2, sampleRate = 16000): Audio {
  const uniform = random(7);
  const samples = Float32Array.from({ length: seconds * sampleRate }, (_, i) => {
    const t = i / sampleRate;
    const chord = [220, 277.2, 329.6].reduce((sum, hz) => sum + Math.sin(2 * Math.PI * hz * t), 0);
    const click = t > seconds / 2 ? Math.exp(-40 * (t % 0.5)) * (uniform() - 0.5) : 0;
    return 0.12 * chord * (0.4 + 0.6 * Math.exp(-t)) + 0.8 * click;
  });
  return { samples, sampleRate };
}

/** A take of 8 s after a prompt of 3 s; when it is steered its monitor rises over the threshold half-way. */
export function take(steered: boolean, seconds = 11): MonitoredTake {
  const uniform = random(3);
  const step = Array.from({ length: (seconds - 3) * 50 }, (_, i) => 150 + i);
  const monitor = step.map((at) => {
    const rise = steered ? 1 / (1 + Math.exp(-(at - 300) / 30)) : 0.15;
    return Math.min(1, Math.max(0, 0.12 + 0.7 * rise + 0.12 * (uniform() - 0.5)));
  });
  const strength = monitor.map((value, i) => (steered && i % 5 === 0 && value < 0.62 ? 1 - value : 0));
  return {
    audio: clip(seconds),
    promptFrames: 150,
    trace: { step, traits: [{ trait: "drums", monitor, threshold: 0.62, strength }] },
  };
}

/** A take steered towards drums and away from piano, whose monitor falls while the strength does. */
export function takeOfTwo(): MonitoredTake {
  const drums = take(true);
  const { step, traits: own } = drums.trace!;
  const [{ monitor }] = own;
  const piano = {
    trait: "piano",
    monitor: Array.from(monitor, (value) => 1 - value),
    threshold: 0.4,
    strength: Array.from(monitor, (value, i) => (i % 5 === 0 && value < 0.6 ? 0.5 - value : 0)),
  };
  return { ...drums, trace: { step, traits: [...own, piano] } };
}

export const sweep: SweepPoint[] = [
  { method: "none", alpha: null, success: 0.074, interval: [0.04, 0.13], coherence: 0.93, n: 100 },
  ...[0, 2, 5, 10].flatMap((alpha): SweepPoint[] => [
    point("ITI", alpha, 0.07 + 0.06 * alpha, 0.93 - 0.012 * alpha),
    point("SMITIN", alpha, 0.07 + 0.033 * alpha, 0.93 - 0.004 * alpha),
  ]),
];

function point(method: string, alpha: number, success: number, coherence: number): SweepPoint {
  return {
    method,
    alpha,
    success,
    interval: [Math.max(0, success - 0.08), success + 0.1],
    coherence,
    coherenceInterval: [coherence - 0.01, coherence + 0.01],
    n: 100,
  };
}

/** Two clouds of clips, apart along theta and stretched along one other direction. */
export function headClips(clips = 200, width = 16): HeadClips {
  const gauss = () => normal(uniform);
  const uniform = random(5);
  const labels = Uint8Array.from({ length: clips }, (_, clip) => clip % 2);
  const z = new Float32Array(clips * width);
  for (let clip = 0; clip < clips; clip++)
    for (let i = 0; i < width; i++)
      z[clip * width + i] =
        i === 0 ? 1.5 * (2 * labels[clip] - 1) + gauss() : i === 3 ? 2 * gauss() : 0.3 * gauss();
  const theta = Float32Array.from({ length: width }, (_, i) => (i === 0 ? 1 : 0));
  return { trait: "drums", layer: 3, head: 5, z, labels, theta, boundary: 0, accuracy: 0.933 };
}
