import { alwaysKind } from "./always";
import type { Gate, GateAim, GateData, GateKind } from "./gate";
import { readNamed } from "./notation";
import { pidKind } from "./pid";
import { selfMonitorKind } from "./selfMonitor";

/**
 * Every gate by its name, which is also its kind in plan files: what TypeScript, sweeps, the console, plan files and the
 * command line know. To add one, write it in a file of its own and give it a line here.
 */
export const gates: Record<string, GateKind> = {
  selfMonitor: selfMonitorKind,
  pid: pidKind,
  always: alwaysKind,
};

/**
 * A gate in words, for a monitor: `selfMonitor`, `pid(integral=1)`, `always`.
 * @throws RangeError on words that say no gate, with those that there are
 */
export function gateOf(words: string, aim: GateAim): Gate {
  const { name, numbers, settings } = readNamed(words, "gate");
  if (!Object.hasOwn(gates, name)) throw new RangeError(`gate: expected ${gateWords()}, found "${words}"`);
  const { make, settings: known } = gates[name];
  const unknown = Object.keys(settings).find((setting) => !known.includes(setting));
  if (numbers.length > 0 || unknown !== undefined)
    throw new RangeError(`gate: expected ${wordsOf(name)}, found "${words}"`);
  return make(aim, settings);
}

/** A gate, given itself or in words. */
export function asGate(gate: Gate | string, aim: GateAim): Gate {
  return typeof gate === "string" ? gateOf(gate, aim) : gate;
}

/** The gate of plain data: of `Gate.data`, as a plan file holds it. @throws Error on a kind that is not known */
export function gateFrom(data: GateData): Gate {
  if (typeof data?.kind === "string" && Object.hasOwn(gates, data.kind)) return gates[data.kind].read(data);
  throw new Error(`gate: expected one of ${Object.keys(gates).join(", ")}, found ${JSON.stringify(data)}`);
}

/** What can be asked for, in words. */
export function gateWords(): string {
  return Object.keys(gates).map(wordsOf).join(", ");
}

function wordsOf(name: string): string {
  const { settings } = gates[name];
  return settings.length > 0 ? `${name}(${settings.map((setting) => `${setting}=...`).join(", ")})` : name;
}
