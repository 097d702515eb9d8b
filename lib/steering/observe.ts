import { median } from "../math/statistics";
import { sigmoid } from "../probes/logisticRegression";
import type { Monitor } from "./gate";

/** One row's monitor at work: collects probabilities layer by layer, then gives their median. */
export interface Observer {
  /** layers that hold monitored heads */
  layers: Set<number>;
  reads: "before" | "after";
  /** @param z of all heads of the layer at one position: [heads x headDim] */
  read(layer: number, z: Float32Array): void;
  /** C: the median of what was read last from every monitored head */
  value(): number;
}

export function observe({ heads, reads }: Monitor): Observer {
  const probabilities = new Float64Array(heads.length);
  return {
    layers: new Set(heads.map(({ layer }) => layer)),
    reads,
    read(layer, z) {
      for (let i = 0; i < heads.length; i++) {
        const { layer: own, head, theta, weight, bias } = heads[i];
        if (own !== layer) continue;
        let along = 0;
        for (let d = 0, at = head * theta.length; d < theta.length; d++) along += theta[d] * z[at + d];
        probabilities[i] = sigmoid(weight * along + bias);
      }
    },
    value: () => median(probabilities),
  };
}
