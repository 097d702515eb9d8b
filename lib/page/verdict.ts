import type { Trained } from "./protocol";

/** Whether probes trained by ear can tell, in plain words. */
export function verdictOf({
  best,
  chance,
  trait,
  count,
}: Pick<Trained, "best" | "chance" | "trait" | "count">): {
  canTell: boolean;
  words: string;
} {
  const canTell = (chance.reached + 1) / (chance.tries + 1) <= 0.05;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const right =
    `The best head (layer ${best.layer}, head ${best.head}) is right in ${percent(best.accuracy)} of ${2 * count} clips ` +
    `it did not learn from (95 % interval ${percent(best.low)} to ${percent(best.high)}; chance is 50 %).`;
  const luck = `With shuffled labels the best of all heads did as well in ${chance.reached} of ${chance.tries} tries.`;
  return canTell
    ? { canTell, words: `These probes can tell ${trait}. ${right} ${luck}` }
    : {
        canTell,
        words: `These probes can't tell ${trait} yet. ${right} ${luck} Add more clips, or clearer ones.`,
      };
}
