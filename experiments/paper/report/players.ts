import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Audio, duration } from "../../../lib/audio/audio";
import { escapeHtml, scriptJson } from "../../../lib/notebook/libraries";

/** A waveform small enough to stand in a page: the page then draws it without reading the sound, which it may not from a file. */
export interface Peaks {
  /** Largest magnitude of each span of time, 0 to 1. */
  peaks: number[];
  /** In seconds. */
  duration: number;
}

/** The peaks of a clip in `spans` equal spans (fewer where there are fewer samples). */
export function peaksOf(audio: Audio, spans = 240): Peaks {
  const { samples } = audio;
  const count = Math.min(spans, samples.length);
  const peaks = Array.from({ length: count }, (_, span) => {
    let most = 0;
    const end = Math.floor(((span + 1) * samples.length) / count);
    for (let i = Math.floor((span * samples.length) / count); i < end; i++)
      most = Math.max(most, Math.abs(samples[i]));
    return Number(Math.min(1, most).toFixed(3));
  });
  return { peaks, duration: Number(duration(audio).toFixed(4)) };
}

/** A player of a page: the sound's file, seen from the page, and its waveform. */
export interface Player extends Peaks {
  src: string;
  label: string;
  /** Seconds of the prompt at its beginning. */
  prompt?: number;
}

/** wavesurfer's script, which gives pages the global WaveSurfer. */
export function wavesurferScript(): Uint8Array {
  return readFileSync(join(dirname(require.resolve("wavesurfer.js")), "wavesurfer.min.js"));
}

/** A player's place: the browser's own, until the script has drawn the waveform. */
export function playerHtml({ src, label, prompt = 0, peaks, duration }: Player): string {
  const wave = escapeHtml(scriptJson({ peaks, duration, prompt }));
  return (
    `<figure class="player" data-wave="${wave}"><figcaption>${escapeHtml(label)}</figcaption>` +
    `<audio controls preload="none" src="${escapeHtml(src)}"></audio></figure>`
  );
}

/** What every page with players has in its head's style. */
export const playerStyle = `
.players { display: flex; flex-wrap: wrap; gap: 14px; }
.player { flex: 1 1 300px; max-width: 460px; margin: 0; padding: 8px 10px; border: 1px solid var(--grid); border-radius: 6px; }
.player figcaption { font-size: 13px; margin-bottom: 4px; }
.player .wave { position: relative; }
.player .prompt-end { position: absolute; top: 0; bottom: 0; border-left: 2px dashed var(--ink); z-index: 5; pointer-events: none; }
.player button { width: 34px; height: 26px; cursor: pointer; }
.player .clock { font-size: 12px; color: var(--quietInk); margin-left: 8px; font-variant-numeric: tabular-nums; }
`;
