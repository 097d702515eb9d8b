import type { Channel, Plan } from "../../steering/plan";
import { count, list, type Summary, type SummaryKind, summaryKind } from "./summary";

const steerKind = summaryKind<{ plan: Plan }>(
  "ways of steering",
  ({ plan }) => typeof plan === "object" && isPlan(plan),
  ({ plan }) => summaryOfPlan(plan),
);

const planKind = summaryKind<Plan>("plans", isPlan, summaryOfPlan);

const channelKind = summaryKind<Channel>("channels", isChannel, (channel) => ({
  title: `Channel of a plan: ${channel.trait}`,
  ...channelTable([channel]),
  next: ["steer(channel)"],
}));

export const planKinds: SummaryKind[] = [steerKind, planKind, channelKind];

function isPlan({ channels, edits }: Partial<Plan>): boolean {
  return Array.isArray(channels) && Array.isArray(edits) && channels.every(isChannel);
}

function isChannel({ trait, vectors, schedule, gate }: Partial<Channel>): boolean {
  const isMade = typeof schedule === "function" && typeof gate === "function";
  return typeof trait === "string" && Array.isArray(vectors) && isMade;
}

function summaryOfPlan({ channels, edits }: Plan): Summary {
  const models = new Set([...channels, ...edits].flatMap(({ model }) => (model ? [model.name] : [])));
  const parts = [...channels.map(({ trait }) => trait), ...edits.map(({ name }) => name)];
  return {
    title: `Steering of ${list(parts) || "nothing"}${models.size > 0 ? ` for ${list([...models])}` : ""}`,
    facts: edits.map(({ name, heads }) => [name, `${count(heads.length, "head")} replaced`]),
    ...(channels.length > 0 && channelTable(channels)),
    next: [
      "await generate(model, { prompt, steer })",
      "together(steer, other)",
      "savePlan(path, steer, model)",
    ],
  };
}

function channelTable(channels: Channel[]): Pick<Summary, "table"> {
  return {
    table: {
      columns: ["trait", "heads", "gate", "threshold", "monitor", "in the prompt"],
      rows: channels.map(({ trait, vectors, gate, monitor, from }) => [
        trait,
        vectors.length,
        gate.data?.kind ?? "of one's own",
        monitor && !Number.isNaN(monitor.threshold) ? monitor.threshold : "",
        monitor ? count(monitor.heads.length, "head") : "none",
        from === "start" ? "yes" : "no",
      ]),
    },
  };
}
