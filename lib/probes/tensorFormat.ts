import { encodeSafetensors, type TensorData } from "../model/checkpoint/safetensors";
import type { Probe, ProbeSet } from "./probe";

const kind = "smitin-probes";

/**
 * A probe set as a safetensors file, for use outside the lab, a row a head in the set's order: `layer` and `head` [n]
 * (integers); `accuracy`, `sigma`, `weight`, `bias`, `massMeanSigma` [n]; `interval` [n, 2]; `theta` and `massMean`
 * [n, headDim]. The rest of the probe file stands in the metadata, numbers and objects as JSON.
 */
export function encodeProbeTensors(probes: ProbeSet): Uint8Array {
  const { trait, site, model, shape, training, statistics, monitor, scale, heads } = probes;
  const count = heads.length;
  const integers = (of: (probe: Probe) => number): TensorData => ({
    shape: [count],
    data: Int32Array.from(heads, of),
  });
  const floats = (width: number, of: (probe: Probe) => ArrayLike<number>): TensorData => ({
    shape: width === 1 ? [count] : [count, width],
    data: Float32Array.from(heads.flatMap((probe) => Array.from(of(probe)))),
  });
  const about = { shape, training, statistics, monitor, ...(scale && { scale }) };
  return encodeSafetensors(
    {
      layer: integers(({ layer }) => layer),
      head: integers(({ head }) => head),
      accuracy: floats(1, ({ accuracy }) => [accuracy]),
      interval: floats(2, ({ interval }) => interval),
      theta: floats(shape.headDim, ({ theta }) => theta),
      sigma: floats(1, ({ sigma }) => [sigma]),
      weight: floats(1, ({ weight }) => [weight]),
      bias: floats(1, ({ bias }) => [bias]),
      massMean: floats(shape.headDim, ({ massMean }) => massMean),
      massMeanSigma: floats(1, ({ massMeanSigma }) => [massMeanSigma]),
    },
    {
      metadata: {
        ...{ kind, schemaVersion: "1", trait, site, model: model.name, fingerprint: model.fingerprint },
        ...Object.fromEntries(Object.entries(about).map(([key, value]) => [key, JSON.stringify(value)])),
      },
    },
  );
}
