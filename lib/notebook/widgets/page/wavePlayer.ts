import { h } from "./elements";
import type { playerColours } from "./theme";

/** WaveSurfer, its spectrogram and its timeline. */
export type WaveModules = [WaveSurfer: Maker, Spectrogram: Maker, Timeline: Maker];

interface Maker {
  create(options: object): unknown;
}

/** What is used of a wavesurfer player. */
export interface Surfer {
  loadBlob(blob: Blob): Promise<void>;
  on(event: string, listener: (seconds: number) => void): void;
  play(): Promise<void> | void;
  pause(): void;
  isPlaying(): boolean;
  getCurrentTime(): number;
  getDuration(): number;
  setTime(seconds: number): void;
  setVolume(share: number): void;
  setOptions(options: object): void;
  destroy(): void;
}

export interface WaveSound {
  name: string;
  /** A WAV file. */
  blob: Blob;
  seconds: number;
  rate: number;
  /** Seconds of the prompt at its beginning. */
  prompt: number;
}

export type PlayerColours = (typeof playerColours)[keyof typeof playerColours];

/** Draw a sound's waveform, seconds and spectrogram, `share` of the place's width long; ready when it can play. */
export async function drawWave(
  place: HTMLElement,
  [WaveSurfer, Spectrogram, Timeline]: WaveModules,
  sound: WaveSound,
  { colours, longest, height }: { colours: PlayerColours; longest: number; height: number },
): Promise<Surfer> {
  const step = [0.5, 1, 2, 5, 10, 20, 60].find((each) => longest / each <= 8) ?? 120;
  const surfer = WaveSurfer.create({
    container: place,
    height,
    sampleRate: sound.rate,
    ...waveColours(colours),
    plugins: [
      Timeline.create({
        height: 16,
        timeInterval: step,
        primaryLabelInterval: step,
        secondaryLabelOpacity: 1,
        formatTimeCallback: (seconds: number) => `${Number(seconds.toFixed(1))} s`,
        style: { fontSize: "11px", color: "inherit" },
      }),
      Spectrogram.create({
        height: Math.round(1.6 * height),
        fftSamples: 1024,
        windowFunc: "hann",
        scale: "mel",
        frequencyMax: sound.rate / 2,
        labels: true,
        labelsBackground: "transparent",
        colorMap: "roseus",
      }),
    ],
  }) as Surfer;
  await surfer.loadBlob(sound.blob);
  if (sound.prompt > 0) place.append(promptLine(sound.prompt / sound.seconds));
  return surfer;
}

export function waveColours({ wave, played, cursor }: PlayerColours): object {
  return { waveColor: wave, progressColor: played, cursorColor: cursor, cursorWidth: 2 };
}

/** A line where the prompt ends and what the model added begins. */
function promptLine(share: number): HTMLElement {
  return h("div", {
    class: "sm-promptEnd",
    title: "the prompt ends here",
    style: `left:${100 * share}%`,
  });
}

/** How a play button looks. */
export function playButton(press: () => void) {
  const element = h(
    "button",
    { type: "button", class: "sm-play", title: "play or pause", onclick: press },
    "▶",
  );
  return {
    element,
    name: (name: string) => element.setAttribute("aria-label", `play ${name}`),
    put(isPlaying: boolean) {
      element.textContent = isPlaying ? "❚❚" : "▶";
      element.setAttribute("aria-pressed", String(isPlaying));
    },
  };
}
