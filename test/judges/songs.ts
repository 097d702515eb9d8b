import "../../lib/disk/soundFont";
import type { Audio } from "../../lib/audio/audio";
import { bandRate, mixStems, playSong } from "../../lib/music/band";
import { composeSong, instruments, type Song } from "../../lib/music/song";

/** Studio songs with the whole band, one of each tempo. */
export async function bandSongs(seconds: number): Promise<{ song: Song; audio: Audio }[]> {
  const songs: Song[] = [];
  for (let seed = 900_000_000; songs.length < 3; seed++) {
    const song = composeSong(seed, { seconds, entrance: 0 });
    if (songs.every(({ tempo, tonic }) => tempo !== song.tempo && tonic !== song.tonic)) songs.push(song);
  }
  const played: { song: Song; audio: Audio }[] = [];
  for (const song of songs) {
    const samples = mixStems(await playSong(song), instruments);
    played.push({ song, audio: { samples, sampleRate: bandRate } });
  }
  return played;
}
