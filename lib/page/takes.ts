import type { Move, Seen } from "../live/liveSteer";
import { type StreamedTake, streamTake } from "../live/streamTake";
import { hashOf } from "../math/hash";
import { streamDecoder } from "../model/codec/stream";
import { samplingOf } from "../model/generate/generate";
import type { MusicGen } from "../model/musicgen";
import type { ProbeSet } from "../probes/probe";
import type { Hands } from "./hands";
import { movesAt } from "./moves";
import { nextTokens } from "./nextTokens";
import type { NextTokens, TakeOrder, ToPage } from "./protocol";

/** The takes that the worker makes, one at a time. */
export interface Takes {
  /** Begin a take; one that is under way ends. */
  make(order: TakeOrder, hands: Hands): void;
  /** Strips and muted heads from the next step on. */
  hands(hands: Hands): void;
  /** The take may be made up to so many seconds after its prompt. */
  until(seconds: number): void;
  stop(): void;
}

/** @param say what goes to the page */
export function createTakes(
  model: MusicGen,
  probes: Record<string, ProbeSet>,
  say: (message: ToPage) => void,
): Takes {
  const { after } = streamDecoder(model.codec).context;
  const sampling = samplingOf(model, {});
  let stop = new AbortController();
  let last: Promise<void> = Promise.resolve();
  let now: Hands = { strips: {}, muted: [] };
  let script: Move[] | undefined;
  let allowed = 0;
  let wake = () => {};

  function end(): void {
    stop.abort();
    wake();
  }

  async function run(order: TakeOrder, signal: AbortSignal): Promise<void> {
    const { number, seed, frames } = order;
    const prompt = order.prompt.map((codes) => Int32Array.from(codes));
    const from = Math.max(0, prompt[0].length - after);
    let fresh = emptyStretch();
    const clock = createClock();
    say({ say: "begun", number });
    const hold = (count: number): Promise<void> | undefined => {
      clock.frame();
      const isFar = () => count / model.frameRate > allowed && !signal.aborted;
      if (!isFar()) return undefined;
      return clock.pausing(
        (async () => {
          while (isFar()) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        })(),
      );
    };
    const take = await streamTake(model, {
      ...{ prompt, seed, frames, probes, signal, hold, soundFrom: from },
      stripsAt: (step) => (script ? movesAt(script, step).strips : now.strips),
      mutedAt: (step) => (script ? movesAt(script, step).muted : now.muted),
      onMove: (move) => void fresh.moves.push(move),
      onStep: (seen) => void fresh.seen.push(seen),
      onLogits: (logits) => void fresh.next.push(nextTokens(logits.subarray(0, model.vocabulary), sampling)),
      onTokens([steered, plain]) {
        fresh.tokens.push(steered);
        fresh.plain.push(plain);
      },
      onSound(sound) {
        if (signal.aborted) return;
        say({ say: "made", number, sound, ...fresh, speed: clock.speed(model.frameRate) });
        fresh = emptyStretch();
      },
    });
    if (!signal.aborted) say({ say: "ended", number, ...summaryOf(take) });
  }

  return {
    make(order, hands) {
      end();
      const mine = new AbortController();
      stop = mine;
      last = last.then(async () => {
        if (mine.signal.aborted) return;
        now = hands;
        script = order.moves;
        allowed = 0;
        try {
          await run(order, mine.signal);
        } catch (error) {
          if (!mine.signal.aborted)
            say({ say: "wrong", number: order.number, why: (error as Error).message });
        }
      });
    },
    hands(hands) {
      now = hands;
      script = undefined;
    },
    until(seconds) {
      allowed = Math.max(allowed, seconds);
      wake();
    },
    stop: end,
  };
}

function emptyStretch(): {
  seen: Seen[];
  tokens: number[][];
  plain: number[][];
  next: NextTokens[];
  moves: Move[];
} {
  return { seen: [], tokens: [], plain: [], next: [], moves: [] };
}

/** What makes a take the same as another: every move, and a fingerprint of the steered row's tokens. */
function summaryOf({ moves, steered, promptFrames }: StreamedTake) {
  return { moves, tokens: hashOf(...steered.tokens), frames: steered.tokens[0].length - promptFrames };
}

/** Seconds of music a second of work, over the last second or so of music, waiting left out. */
function createClock() {
  const spans: number[] = [];
  let last = performance.now();
  return {
    frame() {
      const now = performance.now();
      spans.push(now - last);
      if (spans.length > 60) spans.shift();
      last = now;
    },
    async pausing(wait: Promise<void>): Promise<void> {
      await wait;
      last = performance.now();
    },
    speed(frameRate: number): number {
      const milliseconds = spans.reduce((sum, span) => sum + span, 0);
      return milliseconds > 0 ? (1000 * spans.length) / (frameRate * milliseconds) : 0;
    },
  };
}
