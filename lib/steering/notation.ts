/** A part of steering in words, as in `fadeIn(2)` or `pid(integral=1)`. */
export interface Named {
  name: string;
  /** Without a name, in order. */
  numbers: number[];
  /** With one. */
  settings: Record<string, number>;
}

/**
 * Read such words: a name, and numbers in brackets where it takes any.
 * @param what for messages: "schedule", "gate"
 * @throws RangeError on anything else
 */
export function readNamed(text: string, what: string): Named {
  const [, name, inside = ""] = /^\s*([A-Za-z]\w*)\s*(?:\(([^()]*)\))?\s*$/.exec(text) ?? [];
  const wrong = () =>
    new RangeError(`${what}: expected a name, and numbers in brackets if it takes any, found "${text}"`);
  if (name === undefined) throw wrong();
  const named: Named = { name, numbers: [], settings: {} };
  for (const part of inside.trim() === "" ? [] : inside.split(",")) {
    const [, setting, number] = /^\s*(?:(\w+)\s*=)?\s*(\S+)\s*$/.exec(part) ?? [];
    const value = Number(number);
    if (number === undefined || Number.isNaN(value) || Object.hasOwn(named.settings, setting ?? ""))
      throw wrong();
    if (setting === undefined) named.numbers.push(value);
    else named.settings[setting] = value;
  }
  return named;
}
