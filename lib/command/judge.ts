import { openJudge } from "../hub/judges";
import { say } from "./say";

/**
 * The judge asked for; the bundled one, when it knows the trait, where none is.
 * @param asked its name; false for nobody
 * @param otherwise who decides when the bundled judge does not know the trait, in words
 * @throws Error when the judge asked for does not know the trait
 */
export async function judgeOf(
  asked: string | false | undefined,
  trait: string,
  otherwise = "nobody decides about success",
) {
  if (asked === false) return undefined;
  const name = asked ?? "bundled";
  const { judge, fingerprint } = await openJudge(name, [trait]);
  if (judge.traits.includes(trait)) return { judge, identity: { name, fingerprint } };
  const known = judge.traits.join(", ");
  if (asked)
    throw new Error(`--judge: expected one that knows ${trait}, found ${name}, which knows ${known}`);
  say(`${otherwise}: the bundled judge knows ${known}, not ${trait}`);
  return undefined;
}
