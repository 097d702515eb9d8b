import { permutation, random } from "../../lib/random";

/** Those who do the same work: each does it once and says how many milliseconds it took. */
export type Contenders = Record<string, () => number | Promise<number>>;

/** Milliseconds of every round, the same round at the same place. */
export type Rounds = Record<string, number[]>;

/**
 * Let contenders work in turn, in another order every round, so that what else the machine does, and who went before,
 * falls on all alike. The first round warms up and does not count.
 * @param seconds after which no further round starts; @param least rounds that count, whatever they take
 */
export async function alternate(
  contenders: Contenders,
  { seconds, least }: { seconds: number; least: number },
): Promise<Rounds> {
  const names = Object.keys(contenders);
  const uniform = random(1);
  const rounds: Rounds = Object.fromEntries(names.map((name) => [name, []]));
  const start = performance.now();
  for (let round = 0; round <= least || performance.now() - start < 1000 * seconds; round++) {
    for (const i of permutation(names.length, uniform)) {
      const ms = await contenders[names[i]]();
      if (round > 0) rounds[names[i]].push(ms);
    }
  }
  return rounds;
}
