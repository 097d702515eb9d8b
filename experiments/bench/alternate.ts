import { permutation, random } from "../../lib/math/random";

/** Those who do the same work: each does it once and says how many milliseconds it took. */
export type Contenders = Record<string, () => number | Promise<number>>;

/** Milliseconds of every round, the same round at the same place. */
export type Rounds = Record<string, number[]>;

/**
 * Let contenders work in turn, in another order every round, so that what else the machine does, and who went before,
 * falls on all alike. The first round warms up and does not count, unless it alone takes the time given.
 * @param options seconds after which no further round starts; least rounds that count, however long they take
 */
export async function alternate(
  contenders: Contenders,
  { seconds, least }: { seconds: number; least: number },
): Promise<Rounds> {
  const names = Object.keys(contenders);
  const uniform = random(1);
  const rounds: Rounds = Object.fromEntries(names.map((name) => [name, []]));
  const start = performance.now();
  const isOver = () => performance.now() - start >= 1000 * seconds;
  for (let counted = 0, isWarm = false; counted < least || !isOver(); ) {
    const round: Record<string, number> = {};
    for (const i of permutation(names.length, uniform)) round[names[i]] = await contenders[names[i]]();
    if (isWarm || isOver()) {
      for (const name of names) rounds[name].push(round[name]);
      counted++;
    }
    isWarm = true;
  }
  return rounds;
}
