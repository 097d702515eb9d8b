import { InvalidArgumentError, Option } from "commander";
import { toNumber } from "../flags/flags";
import type { Shard } from "../jobs/shard";

/** Which model, for a verb that has it. */
export function modelOption(): Option {
  return new Option(
    "--model <dir>",
    "a MusicGen folder as Hugging Face ships it (default: the bundled model)",
  );
}

/** An option that holds a number of heads from 1, or "all". */
export function headsOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => heads(text));
}

/** For `listOption`: a number of heads from 1, or "all". */
export function heads(text: string): number | "all" {
  const value = toNumber(text);
  if (text === "all") return text;
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError(`Expected a number of heads from 1, or all, found ${text || "nothing"}.`);
}

/** An option that holds a shard, such as 2/8. */
export function shardOption(description: string): Option {
  return new Option("--shard <i/n>", description).argParser((text): Shard => {
    const [, part, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
    if (Number(part) >= 1 && Number(part) <= Number(of)) return { part: Number(part), of: Number(of) };
    throw new InvalidArgumentError(`Expected i/n with i from 1 to n, such as 2/8, found ${text}.`);
  });
}
