import type { Audio } from "../audio/audio";

/** A clip with a number: how much of a continuous trait it has. */
export interface Clip {
  audio: Audio;
  value: number;
  trait: Quantity;
  song: number;
  artist?: number;
}

/** Continuous traits: beats a minute; spectral centroid in Hz; root mean square in dB of full scale. */
export const quantities = ["tempo", "brightness", "loudness"] as const;
export type Quantity = (typeof quantities)[number];
export const unitOf: Record<Quantity, string> = { tempo: "beats/min", brightness: "Hz", loudness: "dBFS" };
