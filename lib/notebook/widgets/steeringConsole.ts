import { type KeptTake, keepTake } from "../../disk/keptTake";
import type { Seen } from "../../live/liveSteer";
import { createPacer } from "../../live/pacer";
import { type StreamedTake, type StreamSource, streamTake } from "../../live/streamTake";
import {
  defaultStrip,
  describeStrip,
  gateChoices,
  type Strip,
  type StripChoice,
  type Strips,
  shapeChoices,
} from "../../live/strip";
import { joined } from "../../math/concatenate";
import { promptApart, type TakePrompt } from "../../model/generate/prompt";
import { promptTokens } from "../../model/generate/promptTokens";
import type { Sampling } from "../../model/generate/sampling";
import type { MusicGen } from "../../model/musicgen";
import type { Calibration } from "../../probes/calibration";
import type { ProbeSet } from "../../probes/probe";
import type { Showable } from "../bundle";
import { escapeHtml } from "../libraries";
import { createWidget, type Widget } from "../widget";

export interface ConsoleOptions {
  /** What takes continue. Default: nothing. */
  prompt?: TakePrompt;
  text?: string;
  /** Length of a take, at most. Default 20. */
  seconds?: number;
  seed?: number;
  sampling?: Sampling & { guidance?: number };
  /** How strips stand at first, where not as SMITIN has it, at the alpha that `calibrate` found or else the paper's. */
  strips?: Record<string, Partial<Strip>>;
  /** The alpha sliders' ends. Default 40, or a calibrated alpha beyond it. */
  maxAlpha?: number;
  /** Where kept takes go. Default "takes", in the notebook's folder. */
  folder?: string;
  /** How far the music is made ahead of what sounds, in seconds: what a slider needs to be heard. Default 0.5. */
  lead?: number;
}

export interface SteeringConsole extends Showable {
  /** Start a take, as the play button does. Resolves when it has ended or was stopped. */
  play(): Promise<StreamedTake>;
  stop(): void;
  /** The next take to end, whoever starts it. */
  readonly take: Promise<StreamedTake>;
  /** The last take that has ended. */
  readonly last: StreamedTake | undefined;
  readonly strips: Strips;
  /** Move a trait's strip from TypeScript. @throws Error on a trait without a strip */
  set(trait: string, settings: Partial<Strip>): void;
  /** Write the last take as WAV and JSON. @throws Error when there is none yet */
  keep(name?: string): KeptTake;
  readonly kept: KeptTake[];
  /** Called whenever somebody moves a strip in the page. Returns how to stop. */
  onChange(listener: (strips: Strips) => void): () => void;
  readonly widget: Widget<ConsoleState>;
}

/** What `calibrate` found for the trait's probes, by method, in words too. */
export type CalibratedStrengths = Record<string, { alpha: number; about: string }>;

export interface ConsoleState {
  traits: { trait: string; heads: number; calibrated?: CalibratedStrengths }[];
  strips: Strips;
  /** What strips may be set to. */
  shapes: StripChoice[];
  gates: StripChoice[];
  maxAlpha: number;
  seed: number;
  seconds: number;
  phase: "idle" | "playing" | "ended";
  /** Make the unsteered take beside it. */
  compare: boolean;
  /** Keep every take when it ends. */
  record: boolean;
  sampleRate: number;
  frameRate: number;
  /** The last thing worth saying. */
  told: string;
}

/**
 * A steering console: a channel strip for each trait, music that is generated while it plays. Sliders act on what is
 * about to sound; the monitors' curves and thresholds move under the waveform; A/B goes to the unsteered take of the same
 * seed and back; takes can be kept with all that is needed to make them again (`replayTake`).
 *
 *     steeringConsole(model, { drums, piano }, { prompt: prompt.audio })
 *
 * @throws Error without traits, or on probes of another model
 */
export function steeringConsole(
  model: MusicGen,
  probes: Record<string, ProbeSet>,
  options: ConsoleOptions = {},
): SteeringConsole {
  const traits = Object.entries(probes);
  if (traits.length === 0) throw new Error("steeringConsole: expected at least one trait, found none");
  for (const [trait, { model: source }] of traits) {
    if (source.fingerprint !== model.fingerprint)
      throw new Error(
        `steeringConsole: the probes of ${trait} belong to ${source.name}, this is ${model.name}`,
      );
  }
  const { sampling, folder = "takes", lead = 0.5 } = options;
  const { prompt, text } = promptApart(options);
  const widget = createWidget<ConsoleState>(
    "steeringConsole",
    {
      traits: traits.map(([trait, set]) => ({ trait, heads: set.heads.length, ...strengthsOf(set) })),
      strips: Object.fromEntries(
        traits.map(([trait, set]) => {
          const found = strengthsOf(set).calibrated?.smitin;
          return [
            trait,
            { ...defaultStrip(set), ...(found && { alpha: found.alpha }), ...options.strips?.[trait] },
          ];
        }),
      ),
      shapes: shapeChoices(),
      gates: gateChoices(),
      maxAlpha: options.maxAlpha ?? mostAlpha(traits.map(([, set]) => set)),
      seed: options.seed ?? 0,
      seconds: options.seconds ?? 20,
      phase: "idle",
      compare: true,
      record: false,
      sampleRate: model.sampleRate,
      frameRate: model.frameRate,
      told: "",
    },
    still,
  );
  const kept: KeptTake[] = [];
  const waiting: ((take: StreamedTake | Promise<never>) => void)[] = [];
  const pacer = createPacer(lead);
  let running: { stop: AbortController; ended: Promise<StreamedTake> } | undefined;
  let last: { take: StreamedTake; source: StreamSource } | undefined;
  let made = { rows: [] as Float32Array[][], seen: [] as Seen[] }; // what pages were sent of this take
  let number = 0;

  widget.onMessage((content) => {
    if (content.play === true)
      desk.play().catch(() => {}); // what went wrong is told in the console
    else if (content.stop === true) desk.stop();
    else if (content.keep === true) attempt(() => desk.keep());
    else if (content.want === "take") resend();
    // what a page says of the take before, or of none, is not about this one
    if (typeof content.played === "number" && content.take === number) pacer.played(content.played);
  });

  async function run(stop: AbortController): Promise<StreamedTake> {
    const takeNumber = ++number;
    const unsent: Seen[] = [];
    made = { rows: [], seen: [] };
    pacer.begin(widget.isSeen, () => {
      widget.set({ told: "stopped: the page is gone" });
      stop.abort();
    });
    widget.set({ phase: "playing", told: "" });
    widget.send({ begin: takeNumber });
    try {
      const source = {
        prompt: promptTokens(model, prompt),
        text,
        frames: Math.max(1, Math.round(widget.get("seconds") * model.frameRate)),
        seed: widget.get("seed"),
        sampling,
      };
      const ended = await streamTake(model, {
        ...source,
        probes,
        stripsAt: () => widget.get("strips"),
        compare: widget.get("compare"),
        signal: stop.signal,
        onStep: (seen) => void unsent.push(seen),
        onSound(rows) {
          const seen = unsent.splice(0);
          made.rows = rows.map((samples, row) => [...(made.rows[row] ?? []), samples]);
          made.seen.push(...seen);
          widget.send({ sound: takeNumber, seen }, rows);
        },
        hold: (frames) => pacer.hold(frames / model.frameRate, stop.signal),
      });
      last = { take: ended, source };
      widget.send({ end: takeNumber, seen: unsent });
      made.seen.push(...unsent);
      if (widget.get("record")) attempt(() => desk.keep());
      settle(ended);
      return ended;
    } catch (error) {
      widget.set({ told: (error as Error).message });
      settle(Promise.reject(error));
      throw error;
    } finally {
      widget.set({ phase: "ended" });
    }
  }

  /** Those who wait for a take's end. */
  function settle(end: StreamedTake | Promise<never>): void {
    if (end instanceof Promise) end.catch(() => {}); // nobody may be waiting
    for (const resolve of waiting.splice(0)) resolve(end);
  }

  /** For a page that was loaded again: the take from its beginning, also one that is still being made. */
  function resend(): void {
    if (number === 0) return;
    pacer.rewind();
    widget.send({ begin: number, isOld: !running });
    if (made.rows.length > 0) widget.send({ sound: number, seen: made.seen }, made.rows.map(joined));
  }

  function attempt(act: () => unknown): void {
    try {
      act();
    } catch (error) {
      widget.set({ told: (error as Error).message });
    }
  }

  const desk: SteeringConsole = {
    widget,
    play() {
      if (running) return running.ended;
      const stop = new AbortController();
      const ended = run(stop).finally(() => {
        running = undefined;
      });
      running = { stop, ended };
      return ended;
    },
    stop: () => running?.stop.abort(),
    get take() {
      return new Promise<StreamedTake>((resolve) => void waiting.push(resolve));
    },
    get last() {
      return last?.take;
    },
    get strips() {
      return widget.get("strips");
    },
    set(trait, settings) {
      const strips = widget.get("strips");
      if (!strips[trait])
        throw new Error(
          `steeringConsole: expected one of ${Object.keys(strips).join(", ")}, found "${trait}"`,
        );
      widget.set({ strips: { ...strips, [trait]: { ...strips[trait], ...settings } } });
    },
    keep(name) {
      if (!last) throw new Error("there is no take yet: play one first");
      const stem = name ?? `take-${new Date().toISOString().replace(/[:.]/g, "-").slice(0, 23)}`;
      const files = keepTake(model, folder, stem, last.take, { source: last.source, probes });
      kept.push(files);
      widget.set({ told: `kept: ${files.wav}` });
      return files;
    },
    kept,
    onChange: (listener) => widget.on("strips", listener),
    _repr_mimebundle_: () => widget.bundle(),
  };
  return desk;
}

/** The calibrations that were made with these very heads. */
function strengthsOf({ calibration = {}, heads }: ProbeSet): { calibrated?: CalibratedStrengths } {
  const found = Object.values(calibration).filter((one) => one.heads === heads.length);
  if (found.length === 0) return {};
  const about = ({ alpha, success, successInterval: [low, high], n }: Calibration) =>
    `alpha ${alpha}: ${percent(success)} of ${n} takes had the trait (95 % interval ${percent(low)} to ${percent(high)})`;
  return {
    calibrated: Object.fromEntries(found.map((one) => [one.method, { alpha: one.alpha, about: about(one) }])),
  };
}

function mostAlpha(probes: ProbeSet[]): number {
  const found = probes.flatMap((set) => Object.values(strengthsOf(set).calibrated ?? {}));
  return Math.max(40, ...found.map(({ alpha }) => alpha));
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function still({ strips, seed, seconds, told }: ConsoleState): { html: string; text: string } {
  const lines = Object.entries(strips).map(([trait, strip]) => `${trait}: ${describeStrip(strip)}`);
  const rows = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
  return {
    html: `<div><b>Steering console</b>, seed ${seed}, ${seconds} s<ul>${rows}</ul>${escapeHtml(told)}</div>`,
    text: `[steering console: ${lines.join("; ")}]`,
  };
}
