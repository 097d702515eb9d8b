import { type Audio, duration } from "../../audio/audio";
import type { Dataset } from "../../music/dataset";
import type { Pair } from "../../music/pairs";
import { type Clip, unitOf } from "../../music/quantity";
import { instruments, type Song } from "../../music/song";
import {
  count,
  isHolder,
  isListOf,
  list,
  type Summary,
  type SummaryKind,
  secondsOf,
  summaryKind,
} from "./summary";

const pairsKind = summaryKind<Pair[]>(
  "lists of pairs",
  (value) => isListOf<Pair>(value, isPair),
  (pairs): Summary => {
    const [trait] = pairs.map((pair) => pair.trait);
    return {
      title: `${count(pairs.length, "pair")} of clips, with and without ${trait}`,
      facts: soundFacts(
        pairs.map((pair) => pair.with),
        pairs.map(({ song }) => song),
      ),
      next: [
        "listen({ with: pairs[0].with, without: pairs[0].without })",
        "await captureHeads(model, pairs)",
      ],
    };
  },
);

const pairKind = summaryKind<Pair>("pairs", isPair, ({ with: present, trait, song }) => ({
  title: `The same clip of song ${song} with and without ${trait}`,
  facts: soundFacts([present], []),
  next: ["listen({ with: pair.with, without: pair.without })"],
}));

const clipsKind = summaryKind<Clip[]>(
  "lists of clips",
  (value) => isListOf<Clip>(value, (one) => isAudio(one.audio) && typeof one.value === "number"),
  (clips): Summary => {
    const values = clips.map(({ value }) => value);
    const [trait] = clips.map((clip) => clip.trait);
    const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toPrecision(3));
    return {
      title: `${count(clips.length, "clip")} with a value each: ${trait}`,
      facts: [
        ["values", `${low} to ${high} ${unitOf[trait] ?? ""}`.trim()],
        ...soundFacts(
          clips.map(({ audio }) => audio),
          clips.map(({ song }) => song),
        ),
      ],
      next: ["listen(clips[0])", "await captureClips(model, clips)"],
    };
  },
);

/** Takes, prompts and other sounds, of which a page would grow by megabytes if all were players. */
type Sound =
  | Audio
  | { audio: Audio; trait?: string; players?: string[]; promptFrames?: number; seed?: number };

const soundsKind = summaryKind<Sound[]>(
  "lists of sounds",
  (value) => isListOf<{ audio?: Audio }>(value, (one) => isAudio(one) || isAudio(one.audio)),
  (sounds): Summary => {
    const isTake = sounds.every((one) => "promptFrames" in one);
    const isPrompt = sounds.every((one) => "players" in one);
    const traits = new Set(sounds.flatMap((one) => ("trait" in one && one.trait ? [one.trait] : [])));
    const one = isTake ? "take" : isPrompt ? "prompt" : "sound";
    return {
      title: count(sounds.length, one) + (isPrompt && traits.size > 0 ? ` without ${list([...traits])}` : ""),
      facts: soundFacts(
        sounds.map((sound) => ("audio" in sound ? sound.audio : sound)),
        [],
      ),
      next: [
        `listen(${one}s.slice(0, 4))`,
        ...(isTake ? ["monitorTrace(takes)"] : []),
        ...(isPrompt ? ["await generate(model, { prompt: prompts[0] })"] : []),
      ],
    };
  },
);

/** Beside others of an object; alone it is a player. */
const soundKind = summaryKind<Sound>(
  "sounds",
  (value) => isAudio(value) || isAudio((value as { audio?: Audio }).audio),
  (sound) => {
    const audio = "audio" in sound ? sound.audio : sound;
    const what = "promptFrames" in sound ? `Take, seed ${sound.seed}` : "Sound";
    return { title: `${what}: ${secondsOf([duration(audio)])}, ${audio.sampleRate / 1000} kHz` };
  },
);

const songKind = summaryKind<Song>(
  "songs",
  ({ tempo, bar, notes, arrangement }) =>
    typeof tempo === "number" && typeof bar === "number" && isHolder(notes) && isHolder(arrangement),
  (song): Summary => ({
    title: `Song ${song.seed} of the studio band`,
    facts: [
      ["length", `${song.seconds} s, ${count(Math.ceil(song.seconds / song.bar), "bar")}`],
      ["music", `${keys[song.tonic]} ${song.mode}, ${Math.round(song.tempo)} beats a minute`],
      ["notes", instruments.map((who) => `${who} ${song.notes[who].length}`).join(", ")],
    ],
    next: ['mixStems(await playSong(song), ["drums", "bass"])'],
  }),
);

const datasetKind = summaryKind<Dataset<unknown>>(
  "data sets",
  ({ parts, recipe, count: wanted, trait }) =>
    Array.isArray(parts) &&
    typeof recipe === "string" &&
    typeof wanted === "number" &&
    typeof trait === "string",
  ({ trait, count: wanted, parts, recipe }): Summary => ({
    title: `Data set for ${trait}: up to ${count(wanted, "item")} of ${count(parts.length, "song")}`,
    facts: [
      ["clips", recipe],
      ["songs", list(parts.map(({ name }) => name))],
    ],
    next: ["for await (const item of itemsOf(data)) ...", "await capturePairs(model, data)"],
  }),
);

export const clipKinds: SummaryKind[] = [
  pairsKind,
  pairKind,
  clipsKind,
  soundsKind,
  songKind,
  datasetKind,
  soundKind,
];

const keys = ["C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B"];

function soundFacts(sounds: Audio[], songs: number[]): [string, string][] {
  const rates = [...new Set(sounds.map(({ sampleRate }) => `${sampleRate / 1000} kHz`))];
  const known = new Set(songs.filter((song) => song !== undefined));
  return [
    ["sound", `${secondsOf(sounds.map(duration))}${sounds.length > 1 ? " each" : ""}, ${list(rates)}`],
    ...(known.size > 0 ? [["songs", String(known.size)] as [string, string]] : []),
  ];
}

function isPair(value: Partial<Pair>): boolean {
  return isAudio(value.with) && isAudio(value.without) && typeof value.trait === "string";
}

function isAudio(value: unknown): value is Audio {
  const audio = value as Partial<Audio> | null | undefined;
  return audio?.samples instanceof Float32Array && typeof audio.sampleRate === "number";
}
