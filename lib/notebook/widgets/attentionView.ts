import type { Audio } from "../../audio/audio";
import { estimateTempo } from "../../audio/tempo";
import type { TokenTake } from "../../model/generate/generate";
import type { MusicGen } from "../../model/musicgen";
import { type AttentionReading, type AttentiveModel, meanBack, readAttention } from "../../probes/attention";
import type { Head } from "../../steering/ablate";
import type { Showable } from "../bundle";
import { escapeHtml } from "../libraries";
import { createWidget, type Widget } from "../widget";
import { looksBack, positionAt, tellMoment } from "./attentionMoment";
import { arcsPicture } from "./attentionStill";

export interface AttentionViewState {
  layers: number;
  heads: number;
  positions: number;
  frameRate: number;
  /** The take's length. */
  seconds: number;
  /** How much of it is the prompt. */
  promptSeconds: number;
  /** Seconds a beat; null where no tempo was found. */
  beat: number | null;
  /** The text in the model's pieces; empty without one. */
  pieces: string[];
  /** Mean seconds that each head looks back, layer after layer. */
  back: number[];
  /** Largest |sample| of each of as many stretches. */
  peaks: number[];
  layer: number;
  head: number;
  /** The moment that is looked from, in seconds. */
  moment: number;
}

export interface AttentionView extends Showable {
  /** What was read, for more figures. */
  readonly reading: AttentionReading;
  /** Show a head, from a moment in seconds. */
  choose(head: Head, moment?: number): void;
  readonly widget: Widget<AttentionViewState>;
}

/**
 * What a model's heads look at while they read a take: a grid of all heads by how far they look back, and for one of them arcs
 * from a moment to what it looks at, over the waveform and its beats. Hover over a moment, or let the take play; a click plays
 * the places that the head looks at. With a text, its words are shaded as the head of that number in the same layer's
 * attention to the text reads them.
 *
 *     attentionView(model, await generate(model, { prompt, seconds: 5 }))
 *
 * @param take a take, or the tokens and sound of any clip
 * @param options head: the first to be shown, default the one that looks back furthest; moment: in seconds, default three
 *   quarters through; bpm: beats a minute, where the estimate is wrong
 */
export function attentionView(
  model: AttentiveModel & Pick<MusicGen, "codec" | "sampleRate">,
  take: Pick<TokenTake, "tokens"> & Partial<Pick<TokenTake, "promptFrames" | "options">> & { audio?: Audio },
  { head, moment, bpm }: { head?: Head; moment?: number; bpm?: number } = {},
): AttentionView {
  const text = take.options?.text;
  const reading = readAttention(model, take.tokens, { text });
  const { layers, heads, positions, frameRate } = reading;
  const audio = take.audio ?? { samples: model.codec.decode([take.tokens])[0], sampleRate: model.sampleRate };
  const seconds = take.tokens[0].length / frameRate;
  const back = reading.back.flat().map((one) => meanBack(one) / frameRate);
  const first = head ?? headAt(back.indexOf(Math.max(...back)), heads);
  const known = bpm ?? estimateTempo(audio)?.bpm;
  const widget = createWidget<AttentionViewState>(
    "attentionView",
    {
      layers,
      heads,
      positions,
      frameRate,
      seconds,
      promptSeconds: (take.promptFrames ?? 0) / frameRate,
      beat: known ? 60 / known : null,
      pieces: reading.pieces,
      back,
      peaks: peaksOf(audio.samples, 600),
      ...checked(first, reading),
      moment: moment ?? 0.75 * seconds,
    },
    (state) => still(state, reading),
  );
  widget.onMessage(({ look, sound }) => {
    if (sound) widget.send({ sound: audio.sampleRate }, [audio.samples]);
    if (!Array.isArray(look)) return;
    const [layer, head] = look as number[];
    const { own, text } = reading.layer(layer);
    const of = (shares: Float32Array, keys: number) => headRows(shares, { head, heads, keys, positions });
    widget.send({ looked: look }, [
      coarse(of(own, positions)),
      reading.back[layer][head],
      coarse(text ? of(text, reading.pieces.length) : new Float32Array(0)),
    ]);
  });
  return {
    reading,
    widget,
    choose(next, at = widget.get("moment")) {
      widget.set({ ...checked(next, reading), moment: at });
    },
    _repr_mimebundle_: () => widget.bundle(),
  };
}

const headAt = (index: number, heads: number): Head => ({
  layer: Math.floor(index / heads),
  head: index % heads,
});

/** @throws RangeError on a head that the model does not have */
function checked({ layer, head }: Head, { layers, heads }: AttentionReading): Head {
  const inside = (value: number, end: number) => Number.isInteger(value) && value >= 0 && value < end;
  if (inside(layer, layers) && inside(head, heads)) return { layer, head };
  throw new RangeError(
    `attentionView: expected a head from layer 0, head 0 to layer ${layers - 1}, head ${heads - 1}, found layer ${layer}, head ${head}`,
  );
}

/** One head's shares of a layer's [positions, heads, keys]: [positions, keys]. */
function headRows(
  shares: Float32Array,
  { head, heads, keys, positions }: { head: number; heads: number; keys: number; positions: number },
): Float32Array {
  const rows = new Float32Array(positions * keys);
  for (let p = 0; p < positions; p++) {
    const from = (p * heads + head) * keys;
    rows.set(shares.subarray(from, from + keys), p * keys);
  }
  return rows;
}

/** Roots of shares in a byte each: small shares keep their differences. The page squares them. */
function coarse(shares: Float32Array): Uint8Array {
  return Uint8Array.from(shares, (share) => Math.round(255 * Math.sqrt(share)));
}

function peaksOf(samples: Float32Array, bins: number): number[] {
  const peaks = new Array<number>(bins).fill(0);
  samples.forEach((sample, i) => {
    const bin = Math.min(bins - 1, Math.floor((i / samples.length) * bins));
    peaks[bin] = Math.max(peaks[bin], Math.abs(sample));
  });
  return peaks.map((peak) => Math.round(1000 * peak) / 1000);
}

function still(state: AttentionViewState, reading: AttentionReading): { html: string; text: string } {
  const { layer, head, heads, moment, frameRate, positions } = state;
  const { own, text } = reading.layer(layer);
  const position = positionAt(moment, frameRate, positions);
  const from = (position * heads + head) * positions;
  const row = own.subarray(from, from + positions);
  const title = `layer ${layer}, head ${head} looks ${state.back[layer * heads + head].toFixed(2)} s back on average`;
  const told = tellMoment(row, position, frameRate);
  const picture = arcsPicture(state, row, looksBack(row, position, frameRate), reading.back[layer][head]);
  const read =
    text && wordsRead(reading.pieces, text.subarray((position * heads + head) * reading.pieces.length));
  const lines = [`<b>${escapeHtml(title)}</b>`, escapeHtml(told), ...(read ? [escapeHtml(read)] : [])];
  return {
    html: `<div>${lines.join("<br>")}</div>${picture}`,
    text: `[attention: ${[title, told, ...(read ? [read] : [])].join(". ")}]`,
  };
}

/** How a head shares itself out over the text. @param shares from its row on */
function wordsRead(pieces: string[], shares: Float32Array): string {
  return `of the text it reads ${pieces.map((piece, i) => `${piece} ${Math.round(100 * shares[i])} %`).join(", ")}`;
}
