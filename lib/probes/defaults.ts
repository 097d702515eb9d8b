/** How many of the most accurate heads count where nothing else is said: those that ITI steers and SMITIN's monitor watches. */
export const bestHeads = 16;

/** That many, or all there are when there are fewer. */
export function bestHeadsOf(available: number): number {
  return Math.min(bestHeads, available);
}
