import { button, h } from "./elements";

/** What is used of a wavesurfer player. */
interface Surfer {
  loadBlob(blob: Blob): Promise<void>;
  on(event: string, listener: (seconds: number) => void): void;
  play(): Promise<void> | void;
  pause(): void;
  isPlaying(): boolean;
  getCurrentTime(): number;
  setTime(seconds: number): void;
  destroy(): void;
}

interface Maker {
  create(options: object): unknown;
}

interface Slot {
  card: HTMLElement;
  name: HTMLElement;
  wave: HTMLElement;
  press: HTMLButtonElement;
  surfer?: Surfer;
  /** which sound it wants, and whether to play it when it comes */
  wanted?: number;
  isPlayed: boolean;
}

/** Two players under one another whose cursors are linked: the same moment of two takes. */
export interface Players {
  element: HTMLElement;
  /** Let a player have a sound, asked for if it is not there yet. */
  show(slot: number, sound: number, name: string, isPlayed: boolean): void;
  /** A sound that was asked for: a WAV file. */
  put(sound: number, wav: DataView, rate: number, prompt: number): void;
  play(slot: number): void;
  /** From the playing take to the same moment of the other one. */
  swap(): void;
  close(): void;
}

export function createPlayers(modules: Promise<unknown[]>, ask: (sound: number) => void): Players {
  const known = new Map<number, { blob: Blob; rate: number; prompt: number }>();
  const slots = [0, 1].map((at): Slot => {
    const name = h("b", {});
    const press = button("▶", "play or pause", () => toggle(at));
    const wave = h("div", { style: "position:relative" });
    const card = h("div", { hidden: true }, h("div", { class: "sm-row" }, press, name), wave);
    return { card, name, wave, press, isPlayed: false };
  });
  const swap = button("⇄ A/B", "go on in the other take at the same moment (X)", () => players.swap());
  const bar = h("div", { class: "sm-row", hidden: true }, swap);
  const element = h(
    "div",
    { style: "display:grid;gap:6px;margin-top:10px" },
    bar,
    ...slots.map(({ card }) => card),
  );

  function toggle(at: number): void {
    const { surfer } = slots[at];
    if (surfer?.isPlaying()) surfer.pause();
    else players.play(at);
  }

  async function load(at: number): Promise<void> {
    const slot = slots[at];
    const sound = known.get(slot.wanted!);
    if (!sound) return;
    const [WaveSurfer, Spectrogram] = (await modules) as [Maker, Maker];
    const moment = slots[1 - at].surfer?.getCurrentTime() ?? 0;
    slot.surfer?.destroy();
    slot.wave.replaceChildren();
    const surfer = WaveSurfer.create({
      container: slot.wave,
      height: 56,
      sampleRate: sound.rate,
      waveColor: "#7fa8c9",
      progressColor: "#0072b2",
      cursorColor: "#d55e00",
      plugins: [
        Spectrogram.create({
          height: 96,
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
    slot.surfer = surfer;
    const follow = (seconds: number) => {
      const linked = slots[1 - at].surfer;
      if (linked && !linked.isPlaying()) linked.setTime(seconds);
    };
    surfer.on("timeupdate", (seconds) => {
      if (surfer.isPlaying()) follow(seconds);
    });
    surfer.on("interaction", follow);
    surfer.on("play", () => {
      slot.press.textContent = "❚❚";
    });
    for (const event of ["pause", "finish"]) {
      surfer.on(event, () => {
        slot.press.textContent = "▶";
      });
    }
    await surfer.loadBlob(sound.blob);
    if (moment > 0) surfer.setTime(moment);
    if (slot.isPlayed) players.play(at);
    slot.isPlayed = false;
  }

  const players: Players = {
    element,
    show(at, sound, name, isPlayed) {
      const slot = slots[at];
      Object.assign(slot, { wanted: sound, isPlayed });
      slot.name.textContent = name;
      slot.card.hidden = false;
      bar.hidden = slots.some(({ card }) => card.hidden);
      if (known.has(sound)) void load(at);
      else ask(sound);
    },
    put(sound, wav, rate, prompt) {
      const bytes = new Uint8Array(wav.byteLength);
      bytes.set(new Uint8Array(wav.buffer, wav.byteOffset, wav.byteLength));
      known.set(sound, { blob: new Blob([bytes], { type: "audio/wav" }), rate, prompt });
      for (const [at, { wanted }] of slots.entries()) if (wanted === sound) void load(at);
    },
    play(at) {
      for (const [i, { surfer }] of slots.entries()) if (i !== at) surfer?.pause();
      void slots[at].surfer?.play();
    },
    swap() {
      const at = slots.findIndex(({ surfer }) => surfer?.isPlaying());
      const target = slots[at < 0 ? 0 : 1 - at];
      if (at >= 0 && target.surfer) target.surfer.setTime(slots[at].surfer!.getCurrentTime());
      players.play(at < 0 ? 0 : 1 - at);
    },
    close() {
      for (const { surfer } of slots) surfer?.destroy();
    },
  };
  return players;
}
