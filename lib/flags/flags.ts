import { InvalidArgumentError, Option } from "commander";

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

/** For `listOption`: one of a few words. */
export function word<Word extends string>(...known: Word[]): (text: string) => Word {
  return (text) => {
    const found = known.find((one) => one === text);
    if (found) return found;
    throw new InvalidArgumentError(`Expected some of ${known.join(", ")}, found ${text || "nothing"}.`);
  };
}

/** A number from the command line: NaN for an empty text too, which Number takes for 0. */
export function toNumber(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
