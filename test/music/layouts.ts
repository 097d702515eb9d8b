import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import "../../lib/disk/soundFont";
import { resample } from "../../lib/audio/resample";
import { playSong } from "../../lib/music/band";
import { composeSong, type Instrument, instruments } from "../../lib/music/song";

/** A song of the studio band at 44.1 kHz, a part each. */
export type Parts = Record<Instrument, Float32Array>;

/** Songs of the studio band, in which all play from start to end, softly enough that no mix of them clips. */
export async function playSongs(count: number, seconds: number): Promise<Parts[]> {
  const songs: Parts[] = [];
  for (let seed = 1; seed <= count; seed++) {
    const stems = await playSong(composeSong(seed, { seconds, entrance: 0 }));
    const at44 = (who: Instrument) =>
      resample({ samples: stems[who].map((x) => x / 2), sampleRate: 16000 }, 44100, {
        crossings: 8,
        attenuation: 60,
      }).samples;
    songs.push(Object.fromEntries(instruments.map((who) => [who, at44(who)])) as Parts);
  }
  return songs;
}

/** A WAV file as the data sets have them: 44.1 kHz, stereo, 16 bits; the right channel a little softer than the left. */
export function writeStereo(path: string, samples: Float32Array, rate = 44100): string {
  const bytes = Buffer.alloc(44 + 4 * samples.length);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(4 * rate, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(4 * samples.length, 40);
  samples.forEach((sample, i) => {
    bytes.writeInt16LE(Math.round(32767 * sample), 44 + 4 * i);
    bytes.writeInt16LE(Math.round(0.8 * 32767 * sample), 46 + 4 * i);
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** MUSDB18-HQ: the guitar is `other`, the piano sings. */
export function writeMusdb18hq(root: string, songs: [name: string, parts: Parts][]): void {
  for (const [name, { drums, bass, guitar, piano }] of songs) {
    const mixture = drums.map((sample, i) => sample + bass[i] + guitar[i] + piano[i]);
    for (const [stem, samples] of Object.entries({ mixture, drums, bass, other: guitar, vocals: piano }))
      writeStereo(join(root, name, `${stem}.wav`), samples);
  }
}

/** MoisesDB: the drums in two tracks, the snare among them; the piano only where `piano` says so. */
export function writeMoisesdb(
  root: string,
  songs: { id: string; artist: string; parts: Parts; piano: boolean }[],
): void {
  for (const { id, artist, parts, piano } of songs) {
    const half = parts.drums.map((sample) => sample / 2);
    const tracks: [stem: string, id: string, type: string, samples: Float32Array][] = [
      ["drums", `${id}-kick`, "Kick Drum", half],
      ["drums", `${id}-snare`, "Snare Drum", half],
      ["bass", `${id}-bass`, "Bass Guitar", parts.bass],
      ["guitar", `${id}-guitar`, "Clean Electric Guitar", parts.guitar],
    ];
    if (piano) tracks.push(["piano", `${id}-piano`, "Grand Piano", parts.piano]);
    const stems = [...new Set(tracks.map(([stem]) => stem))].map((stemName) => ({
      id: `${id}-${stemName}`,
      stemName,
      tracks: tracks
        .filter(([stem]) => stem === stemName)
        .map(([, track, trackType]) => ({
          trackType,
          id: track,
          type: "audio/x-wav",
          extension: "wav",
          has_bleed: false,
        })),
    }));
    for (const [stem, track, , samples] of tracks) writeStereo(join(root, id, stem, `${track}.wav`), samples);
    writeFileSync(
      join(root, id, "data.json"),
      JSON.stringify({ song: `Song ${id}`, artist, genre: "pop", stems }),
    );
  }
}
