import { join } from "node:path";
import type { Audio } from "../../lib/audio/audio";
import { soundLevel } from "../../lib/audio/level";
import { logMel } from "../../lib/audio/spectrum";
import { loadJudge } from "../../lib/disk/loadJudge";
import { packagePath } from "../../lib/disk/packageRoot";
import { writeWav } from "../../lib/disk/soundFile";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { spectrogram } from "../../lib/figures/spectrogram";
import { isPresent, type PresenceJudge } from "../../lib/judges/presence";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { mean, wilson } from "../../lib/math/statistics";
import { generateBatch } from "../../lib/model/generate/generate";
import type { MusicGen } from "../../lib/model/musicgen";
import { bandRate, mixStems } from "../../lib/music/band";
import { type Instrument, instruments } from "../../lib/music/song";
import { saveFigure } from "../../lib/stills/saveFigure";
import { startTrainingEngine } from "./engine";
import type { Profile } from "./profile";
import { SONG_SECONDS, songSeeds, songStems } from "./songs";

const folder = packagePath("figures/model");

/** What the codec leaves of one kind of clip. */
interface Survival {
  /** An instrument alone, or "mix" for all four. */
  clip: string;
  clips: number;
  /** Signal to error, dB, mean over clips. */
  snr: number;
  /** Mean absolute difference of log-mel spectra (natural logarithm). */
  logMel: number;
  /** Share of clips in which the judge hears the instrument (for the mix: each of the four), after the codec. */
  heard: Record<string, { share: number; low: number; high: number }>;
}

/**
 * How the bundled model sounds, measured on songs it never saw: what its codec leaves of every instrument, alone and in
 * the mix, and what it plays unprompted. Writes tables, spectrograms (SVG) and audio to figures/model.
 */
export async function measureStudio({ decoder: { validation } }: Profile): Promise<void> {
  await startTrainingEngine();
  const model = await loadMusicGen();
  const judge = await loadJudge();
  const rows: Survival[] = [];
  for (const players of [...instruments.map((who) => [who]), [...instruments]]) {
    const row = await survival(model, judge, players, validation);
    rows.push(row);
    const heard = Object.entries(row.heard).map(([who, { share }]) => `${who} ${share.toFixed(2)}`);
    console.log(
      `codec  ${row.clip.padEnd(7)} n ${row.clips}  SNR ${row.snr.toFixed(1)} dB  log-mel ${row.logMel.toFixed(2)}  heard: ${heard.join(", ")}`,
    );
  }
  writeAtomically(join(folder, "codec.json"), `${JSON.stringify(rows, null, 1)}\n`);
  await playAlone(model, judge);
}

async function survival(
  model: MusicGen,
  judge: PresenceJudge,
  players: Instrument[],
  songs: number,
): Promise<Survival> {
  const name = players.length === 1 ? players[0] : "mix";
  const errors: number[] = [];
  const distances: number[] = [];
  const counts = Object.fromEntries(players.map((who) => [who, 0]));
  for (let i = 0; i < songs; i++) {
    const stems = await songStems(songSeeds.validation + i);
    const samples = mixStems(stems, players).slice(0, SONG_SECONDS * bandRate);
    const decoded = model.codec.decode(model.codec.encode([samples]))[0].slice(0, samples.length);
    const [before, after] = [samples, decoded].map((each) => ({ samples: each, sampleRate: bandRate }));
    errors.push(signalToError(samples, decoded));
    distances.push(logMelDistance(before, after));
    const [verdict] = judge.hear([after]);
    for (const who of players) if (isPresent(verdict, who)) counts[who]++;
    if (i > 0) continue;
    await show(`${name}-clean`, before, `${name}, as the band plays it`);
    await show(`${name}-decoded`, after, `${name}, encoded and decoded`);
  }
  const heard = Object.fromEntries(
    players.map((who) => {
      const [low, high] = wilson(counts[who], songs);
      return [who, { share: counts[who] / songs, low, high }];
    }),
  );
  return { clip: name, clips: songs, snr: mean(errors), logMel: mean(distances), heard };
}

/** Takes from nothing: their levels, what the judge hears, and spectrograms of the first. */
async function playAlone(model: MusicGen, judge: PresenceJudge): Promise<void> {
  const seeds = Array.from({ length: 8 }, (_, i) => i + 1);
  const takes = await generateBatch(
    model,
    seeds.map((seed) => ({ seed })),
    { seconds: 8 },
  );
  const rows = takes.map(({ audio, seed }) => {
    const [verdict] = judge.hear([audio]);
    const { rms, peak, clipped } = soundLevel(audio);
    return { seed, rms, peak, clipped, heard: instruments.filter((who) => isPresent(verdict, who)) };
  });
  writeAtomically(join(folder, "takes.json"), `${JSON.stringify(rows, null, 1)}\n`);
  for (const { seed, rms, heard } of rows)
    console.log(`take of seed ${seed}: ${rms.toFixed(1)} dBFS, ${heard.join(", ")}`);
  for (const { audio, seed } of takes.slice(0, 3)) {
    await show(`take-${seed}`, audio, `Unprompted, seed ${seed}`);
    writeWav(join(folder, `take-${seed}.wav`), audio);
  }
}

function show(name: string, audio: Audio, title: string): Promise<void> {
  return saveFigure(join(folder, `${name}.svg`), spectrogram(audio, { title, range: [-50, 0] }));
}

function signalToError(clean: Float32Array, decoded: Float32Array): number {
  let signal = 0;
  let error = 0;
  for (let i = 0; i < clean.length; i++) {
    signal += clean[i] ** 2;
    error += (clean[i] - decoded[i]) ** 2;
  }
  return 10 * Math.log10(signal / error);
}

function logMelDistance(a: Audio, b: Audio): number {
  const [x, y] = [a, b].map((audio) => logMel(audio).data);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i] - y[i]);
  return sum / x.length;
}
