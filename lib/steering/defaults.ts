/** What methods do where nothing else is said, once for TypeScript, sweeps, the console and the command line. */

/** SMITIN as the paper runs it; how many heads its monitor watches is `bestHeads` of lib/probes. */
export const paper = {
  /** Strength in standard deviations: ITI's too. */
  alpha: 5,
  /** Steps from one intervention to the next. */
  every: 5,
  /** Power of the soft weights. */
  power: 3,
  /** How much of C is taken off the strength. */
  delta: 1,
} as const;

/** Strengths that a sweep tries. */
export const sweptAlpha = [2, 5, 10];

/** Seconds over which the console's fades go. */
export const fadeSeconds = 4;
