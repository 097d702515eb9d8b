import type { MimeBundle } from "../output";
import { activationKinds } from "./activations";
import { clipKinds } from "./clips";
import { judgeKinds } from "./judges";
import { modelKind } from "./model";
import { planKinds } from "./plans";
import { probeKinds } from "./probes";
import { count, isHolder, type SummaryKind, summaryBundle } from "./summary";
import { sweepKinds } from "./sweeps";
import { takeKinds } from "./takes";
import { tensorKind } from "./tensor";

/**
 * Every kind of value of which notebooks show a summary, the first that fits. To add one, write it in a file of its own and give
 * it a line here.
 */
export const summaryKinds: SummaryKind[] = [
  modelKind,
  tensorKind,
  ...probeKinds,
  ...activationKinds,
  ...clipKinds,
  ...takeKinds,
  ...sweepKinds,
  ...planKinds,
  ...judgeKinds,
];

/** Members of a list or an object that are told one by one. */
const mostMembers = 12;

/**
 * What a notebook shows of a value of a known kind, or of a list or an object of such values: a line for each. Undefined for
 * others.
 */
export function summaryOf(value: unknown): MimeBundle | undefined {
  const kind = kindOf(value);
  if (kind) return summaryBundle(kind.summarise(value));
  const members = membersOf(value);
  const kinds: SummaryKind[] = [];
  for (const [, member] of members) {
    const known = kindOf(member);
    if (!known) return undefined;
    kinds.push(known);
  }
  if (members.length === 0) return undefined;
  const shown = members.slice(0, mostMembers);
  const names = [...new Set(kinds.map(({ name }) => name))];
  const more = members.length - shown.length;
  return summaryBundle({
    title:
      members.length > 1 && names.length === 1
        ? `${members.length} ${names[0]}`
        : count(members.length, "value"),
    facts: [
      ...shown.map(([name, member], i): [string, string] => [name, kinds[i].summarise(member).title]),
      ...(more > 0 ? [["...", `${more} more`] as [string, string]] : []),
    ],
  });
}

/** The kind of a value; of one that cannot be looked at, none. */
function kindOf(value: unknown): SummaryKind | undefined {
  try {
    return isHolder(value) ? summaryKinds.find((kind) => kind.is(value)) : undefined;
  } catch {
    return undefined;
  }
}

function membersOf(value: unknown): [name: string, member: unknown][] {
  if (Array.isArray(value)) return value.map((member, i) => [String(i), member]);
  if (value instanceof Map) return [...value].map(([name, member]) => [String(name), member]);
  if (!isHolder(value) || Object.getPrototypeOf(value) !== Object.prototype) return [];
  const isPlain = Object.values(Object.getOwnPropertyDescriptors(value)).every((own) => "value" in own);
  return isPlain ? Object.entries(value) : [];
}
