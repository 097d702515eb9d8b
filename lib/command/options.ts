import { InvalidArgumentError, Option } from "commander";
import type { Shard } from "../jobs/shard";

/** Which model, for a verb that has it. */
export function modelOption(): Option {
  return new Option(
    "--model <dir>",
    "a MusicGen folder as Hugging Face ships it (default: the bundled model)",
  );
}

/** An option that holds a finite number. */
export function numberOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const value = toNumber(text);
    if (!Number.isFinite(value)) throw new InvalidArgumentError(`Expected a finite number, found ${text}.`);
    return value;
  });
}

/** An option that holds an integer from `least`. */
export function integerOption(flags: string, description: string, least = 0): Option {
  return new Option(flags, description).argParser((text) => {
    const value = toNumber(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected an integer from ${least}, found ${text}.`);
  });
}

/** An option that holds a number of heads from 1, or "all". */
export function headsOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => heads(text));
}

/** An option that holds a list such as 2,5,10, each item read by `parse`, which throws what was expected. */
export function listOption<Item>(flags: string, description: string, parse: (text: string) => Item): Option {
  return new Option(flags, description).argParser((text) =>
    text.split(",").map((item) => parse(item.trim())),
  );
}

/** For `listOption`: a finite number. */
export function finite(text: string): number {
  const value = toNumber(text);
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`Expected finite numbers with commas between, found ${text || "nothing"}.`);
}

/** For `listOption`: an integer. */
export function whole(text: string): number {
  const value = toNumber(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError(`Expected integers with commas between, found ${text || "nothing"}.`);
}

/** For `listOption`: a number of heads from 1, or "all". */
export function heads(text: string): number | "all" {
  const value = toNumber(text);
  if (text === "all") return text;
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError(`Expected a number of heads from 1, or all, found ${text || "nothing"}.`);
}

/** For `listOption`: one of a few words. */
export function word<Word extends string>(...known: Word[]): (text: string) => Word {
  return (text) => {
    const found = known.find((one) => one === text);
    if (found) return found;
    throw new InvalidArgumentError(`Expected some of ${known.join(", ")}, found ${text || "nothing"}.`);
  };
}

/** An option that holds a shard, such as 2/8. */
export function shardOption(description: string): Option {
  return new Option("--shard <i/n>", description).argParser((text): Shard => {
    const [, part, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
    if (Number(part) >= 1 && Number(part) <= Number(of)) return { part: Number(part), of: Number(of) };
    throw new InvalidArgumentError(`Expected i/n with i from 1 to n, such as 2/8, found ${text}.`);
  });
}

/** NaN for an empty text too, which Number takes for 0. */
function toNumber(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
