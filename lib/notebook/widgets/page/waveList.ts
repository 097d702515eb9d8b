import { button, h, toggle } from "./elements";
import { followTheme, playerColours } from "./theme";
import waveCss from "./wave.css";
import {
  drawWave,
  playButton,
  type Surfer,
  type WaveModules,
  type WaveSound,
  waveColours,
} from "./wavePlayer";

/** Players one below the other on one axis of seconds, of which one sounds at a time. */
export interface WaveList {
  element: HTMLElement;
  /** Let a player have a sound. */
  put(at: number, sound: WaveSound, isPlayed: boolean): Promise<void>;
  play(at: number): void;
  /** From the playing sound to the same moment of the next one. */
  swap(): void;
  close(): void;
}

export interface WaveListOptions {
  count: number;
  /** Of a waveform, in pixels. */
  height: number;
  /** Letters of the players. */
  badges?: string[];
  /** Whether all cursors stand at the same moment. */
  isLinked?: boolean;
}

interface Slot {
  card: HTMLElement;
  name: HTMLElement;
  wave: HTMLElement;
  clock: HTMLElement;
  save: HTMLAnchorElement;
  press: ReturnType<typeof playButton>;
  sound?: WaveSound;
  surfer?: Surfer;
}

export function createWaveList(
  modules: Promise<unknown[]>,
  { count, height, badges = [], isLinked = false }: WaveListOptions,
): WaveList {
  const slots = Array.from({ length: count }, (_, at) => makeSlot(at));
  let volume = 1;
  let isLooping = false;

  const swap = button("⇄ A/B", "go on in the next sound at the same moment (X)", () => list.swap());
  const loop = toggle("Loop", "begin again at the end", (isOn) => {
    isLooping = isOn;
  });
  const loudness = h("input", {
    type: "range",
    "aria-label": "volume",
    min: 0,
    max: 1,
    step: 0.01,
    value: "1",
    oninput: () => {
      volume = Number(loudness.value);
      for (const { surfer } of slots) surfer?.setVolume(volume);
    },
  }) as HTMLInputElement;
  const bar = h(
    "div",
    { class: "sm-waveBar", hidden: true },
    swap,
    loop.element,
    h("label", { class: "sm-volume" }, "Volume", loudness),
  );
  const element = h(
    "div",
    { class: "sm-waves" },
    h("style", {}, waveCss),
    bar,
    ...slots.map(({ card }) => card),
  );
  element.dataset.lmSuppressShortcuts = "true"; // the notebook's own X cuts the cell
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() !== "x" || slots.length < 2) return;
    list.swap();
    event.stopPropagation();
  });
  let colours = playerColours.light;
  const unfollow = followTheme((theme) => {
    colours = playerColours[theme];
    for (const [name, colour] of Object.entries(colours))
      element.style.setProperty(`--sm-wave-${name}`, colour);
    for (const { surfer } of slots) surfer?.setOptions(waveColours(colours));
  });

  function makeSlot(at: number): Slot {
    const name = h("b", {});
    const press = playButton(() => {
      if (slots[at].surfer?.isPlaying()) slots[at].surfer?.pause();
      else list.play(at);
    });
    const clock = h("span", { class: "sm-clock" });
    const save = h("a", { class: "sm-save", title: "save this sound as a WAV file" }, "Download");
    const wave = h("div", { class: "sm-wavePlace" });
    const badge = badges[at] ? [h("span", { class: "sm-badge", "data-slot": badges[at] }, badges[at])] : [];
    const card = h(
      "div",
      { class: "sm-wave", hidden: true },
      h("div", { class: "sm-waveHead" }, press.element, ...badge, name, clock, save),
      wave,
    );
    return { card, name, press, clock, save, wave };
  }

  function longest(): number {
    return Math.max(...slots.map(({ sound }) => sound?.seconds ?? 0));
  }

  /** All on one axis: as wide as they are long. */
  function fit(): void {
    for (const { wave, sound } of slots)
      if (sound) wave.style.width = `${(100 * sound.seconds) / longest()}%`;
  }

  function tell({ clock, sound, surfer }: Slot): void {
    if (sound)
      clock.textContent = `${(surfer?.getCurrentTime() ?? 0).toFixed(1)} / ${sound.seconds.toFixed(1)} s`;
  }

  /** The other cursors stand where this one is. */
  function lead(at: number, seconds: number): void {
    if (!isLinked) return;
    for (const [i, { surfer }] of slots.entries())
      if (i !== at && surfer && !surfer.isPlaying()) surfer.setTime(seconds);
  }

  const list: WaveList = {
    element,
    async put(at, sound, isPlayed) {
      const slot = slots[at];
      const loaded = (await modules) as WaveModules;
      const moment = isLinked
        ? (slots.find(({ surfer }, i) => i !== at && surfer)?.surfer?.getCurrentTime() ?? 0)
        : 0;
      slot.surfer?.destroy();
      slot.surfer = undefined;
      slot.wave.replaceChildren();
      slot.sound = sound;
      slot.name.textContent = sound.name;
      slot.press.name(sound.name || "the sound");
      if (slot.save.href) URL.revokeObjectURL(slot.save.href);
      slot.save.href = URL.createObjectURL(sound.blob);
      slot.save.download = `${sound.name.replace(/[^\w.-]+/g, "-").replace(/^-+|-+$/g, "") || "sound"}.wav`;
      slot.card.hidden = false;
      bar.hidden = false;
      swap.hidden = slots.filter((one) => one.sound).length < 2;
      fit();
      const surfer = await drawWave(slot.wave, loaded, sound, { colours, longest: longest(), height });
      if (slot.sound !== sound) {
        surfer.destroy(); // another one was wanted meanwhile
        return;
      }
      slot.surfer = surfer;
      surfer.setVolume(volume);
      surfer.on("timeupdate", (seconds) => {
        tell(slot);
        if (surfer.isPlaying()) lead(at, seconds);
      });
      surfer.on("interaction", (seconds) => lead(at, seconds));
      surfer.on("play", () => {
        for (const other of playing) if (other !== surfer) other.pause();
        playing.add(surfer);
        slot.press.put(true);
      });
      surfer.on("pause", () => slot.press.put(false));
      surfer.on("finish", () => {
        slot.press.put(false);
        if (!isLooping) return;
        surfer.setTime(0);
        void surfer.play();
      });
      if (moment > 0) surfer.setTime(moment);
      tell(slot);
      if (isPlayed) list.play(at);
    },
    play(at) {
      for (const [i, { surfer }] of slots.entries()) if (i !== at) surfer?.pause();
      void slots[at].surfer?.play();
    },
    swap() {
      const heard = slots.findIndex(({ surfer }) => surfer?.isPlaying());
      const last = heard < 0 ? current : heard;
      const order = slots.map((_, i) => (last + 1 + i) % slots.length);
      const next = order.find((i) => slots[i].surfer);
      if (next === undefined) return;
      const moment = slots[last]?.surfer?.getCurrentTime() ?? 0;
      if (heard >= 0 && next !== heard) slots[next].surfer?.setTime(moment);
      list.play(heard < 0 ? (slots[last]?.surfer ? last : next) : next);
      current = heard < 0 ? last : next;
    },
    close() {
      unfollow();
      for (const { surfer, save } of slots) {
        if (surfer) playing.delete(surfer);
        surfer?.destroy();
        if (save.href) URL.revokeObjectURL(save.href);
      }
    },
  };
  let current = 0;
  return list;
}

/** All that have played in this page: one sounds at a time. */
const playing = new Set<Surfer>();
