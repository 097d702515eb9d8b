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

/** An option that holds a number of heads from 1, or "all". */
export function headsOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const value = toNumber(text);
    if (text === "all") return text;
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new InvalidArgumentError(`Expected a number of heads from 1, or all, found ${text}.`);
  });
}

/** NaN for an empty text too, which Number takes for 0. */
function toNumber(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
