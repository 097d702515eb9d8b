/** The rate of a step, from 0: rises linearly over `warmUp` steps to 2e-3, then falls along a cosine to `floor` of that. */
export function learningRate(
  step: number,
  { steps, warmUp, floor }: { steps: number; warmUp: number; floor: number },
): number {
  const cosine = 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  return 2e-3 * Math.min(1, (step + 1) / warmUp) * (floor + (1 - floor) * cosine);
}
