import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "../../lib/disk/soundFont";
import { cacheFolder } from "../../lib/disk/cacheFolder";
import { bandRate, playSong, type Stems } from "../../lib/music/band";
import { byInstrument, composeSong, type Instrument, instruments } from "../../lib/music/song";

/** Rendered songs are kept here, so that training reads instead of rendering. */
const folder = cacheFolder("songs");

/** The songs each part of the lab may see; held-out parts never share a seed with training. */
export const songSeeds = { train: 0, judge: 500_000, validation: 900_000 };

export const SONG_SECONDS = 10;

/** The stems of the song with this seed, from the cache or rendered now. */
export async function songStems(seed: number): Promise<Stems> {
  return mixedStems(byInstrument(() => seed));
}

/** Stems that each come from a song of their own, from the cache or rendered now. @param sources seeds of songs */
export async function mixedStems(sources: Record<Instrument, number>): Promise<Stems> {
  for (const seed of new Set(Object.values(sources))) {
    const path = songFile(seed);
    if (!existsSync(path)) await render(seed, path);
  }
  return byInstrument((who) => readStem(songFile(sources[who]), who));
}

function readStem(path: string, who: Instrument): Float32Array {
  const pcm = new Int16Array(SONG_SECONDS * bandRate);
  const file = openSync(path, "r");
  readSync(file, pcm, 0, pcm.byteLength, instruments.indexOf(who) * pcm.byteLength);
  closeSync(file);
  return Float32Array.from(pcm, (x) => x / 32767);
}

function songFile(seed: number): string {
  return join(folder, `${seed}.s16`);
}

/** Render the songs first ... first + count - 1 that are not in the cache yet. */
export async function renderSongs(
  first: number,
  count: number,
  onSong?: (done: number) => void,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const path = songFile(first + i);
    if (!existsSync(path)) await render(first + i, path);
    onSong?.(i + 1);
  }
}

async function render(seed: number, path: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const stems = await playSong(composeSong(seed, { seconds: SONG_SECONDS }));
  const samples = SONG_SECONDS * bandRate;
  const pcm = new Int16Array(instruments.length * samples);
  instruments.forEach((who, i) => {
    stems[who].forEach((x, t) => {
      pcm[i * samples + t] = Math.round(Math.max(-1, Math.min(1, x)) * 32767);
    });
  });
  writeFileSync(`${path}.${process.pid}`, Buffer.from(pcm.buffer));
  renameSync(`${path}.${process.pid}`, path);
}
