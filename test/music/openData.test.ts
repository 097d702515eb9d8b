import assert from "node:assert/strict";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { soundLevel } from "../../lib/audio/level";
import { dataPrompts, openClips, openPairs } from "../../lib/disk/openData";
import { memoryTree } from "../../lib/files/tree";
import { type Dataset, itemsOf } from "../../lib/music/dataset";
import { openPairs as pairsIn } from "../../lib/music/openData";
import type { Pair } from "../../lib/music/pairs";
import { assertClose } from "../close";
import { type Parts, playSongs, writeMoisesdb, writeMusdb18hq, writeStereo } from "./layouts";

const folder = mkdtempSync(join(tmpdir(), "smitin-data-"));
after(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);
let songs: Parts[];

before(async () => {
  songs = await playSongs(3, 6);
  const silent = { ...songs[2], drums: new Float32Array(songs[2].drums.length) };
  writeMusdb18hq(at("hq"), [
    ["train/The Band - One", songs[0]],
    ["train/Others - Two", songs[1]],
    ["train/Quiet Ones - Three", silent],
    ["test/Somebody - Four", songs[1]],
    ["test/THE BAND - Five", songs[2]],
  ]);
  writeMoisesdb(at("moises", "moisesdb_v0.1"), [
    { id: "0a1b", artist: "The Band", parts: songs[0], piano: true },
    { id: "2c3d", artist: "The Band", parts: songs[1], piano: false },
    { id: "4e5f", artist: "", parts: songs[2], piano: true },
  ]);
  for (const [name, { drums, bass, guitar }] of [
    ["The Band - One", songs[0]],
    ["Two", songs[1]],
  ] as const) {
    writeStereo(at("stems", name, "01 Drums.wav"), drums);
    writeStereo(at("stems", name, "02 Bass.wav"), bass);
    writeStereo(at("stems", name, "03 Acoustic Guitar.wav"), guitar.subarray(0, 4 * 44100)); // ends before the others
    writeStereo(at("stems", name, "Full Mix.wav"), drums);
    const mix = drums.map((sample, i) => sample + bass[i]);
    writeStereo(at("pairs/with", `${name}.wav`), mix);
    writeStereo(at("pairs/without", `${name}.wav`), bass.subarray(0, bass.length - 4410));
  }
});

async function all(data: Dataset<Pair>): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for await (const pair of itemsOf(data)) pairs.push(pair);
  return pairs;
}

function difference({ with: both, without }: Pair): Float32Array {
  return both.samples.map((sample, i) => sample - without.samples[i]);
}

const wish = { trait: "drums", count: 4, seconds: 1, rate: 16000, seed: 3 };

test("MUSDB18-HQ: pairs of the training songs, a silent stem's song passed over", async () => {
  const data = openPairs(`musdb18hq:${at("hq")}`, wish);
  const pairs = await all(data);
  assert.equal(pairs.length, 4);
  assert.match(
    data.recipe,
    /4 pairs of 1 s with and without drums, musdb18hq \(train: 3 of 5 songs\), level mixed/,
  );
  assert.match(data.recipe, /stem above -40 dBFS in 50 % of the blocks of 0\.25 s/);
  assert.equal(new Set(pairs.map(({ song }) => song)).size, 2);
  for (const pair of pairs) {
    assert.deepEqual([pair.with.samples.length, pair.with.sampleRate, pair.trait], [16000, 16000, "drums"]);
    assert.equal(pair.without.samples.length, 16000);
    assert.ok(soundLevel({ samples: difference(pair), sampleRate: 16000 }).rms > -43);
    assert.ok(soundLevel(pair.without).rms > -40);
  }
});

test("the difference of a pair is the stem, mono and resampled, at the same place", async () => {
  const [pair] = await all(openPairs(`musdb18hq:${at("hq")}`, { ...wish, count: 1, rate: 44100 }));
  const stem = songs[pair.song === 0 ? 1 : 0].drums; // songs are numbered by name: Others, Quiet Ones, The Band
  const heard = difference(pair);
  let best = Number.POSITIVE_INFINITY;
  for (let start = 0; start + heard.length <= stem.length; start += 11025) {
    let distance = 0;
    for (let i = 0; i < heard.length; i += 7)
      distance = Math.max(distance, Math.abs(heard[i] - 0.9 * stem[start + i]));
    best = Math.min(best, distance);
  }
  assert.ok(best < 1e-4, `${best}`); // 16-bit steps of the files
});

test("the same wish gives the same pairs; another seed, others; windows of a song do not overlap", async () => {
  const open = (seed: number) => openPairs(`musdb18hq:${at("hq")}`, { ...wish, count: 8, seed });
  const [first, again, other] = [await all(open(3)), await all(open(3)), await all(open(4))];
  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
  for (const [i, pair] of first.entries())
    for (const before of first.slice(0, i)) assert.notDeepEqual(before.with.samples, pair.with.samples);
  assert.deepEqual(open(3).key, open(3).key);
  assert.notDeepEqual(open(3).key, open(4).key);
});

test("level-matched: the clip without is as loud as the one with, and otherwise the same", async () => {
  const mixed = await all(openPairs(`musdb18hq:${at("hq")}`, wish));
  const matched = await all(openPairs(`musdb18hq:${at("hq")}`, { ...wish, level: "matched" }));
  for (const [i, pair] of matched.entries()) {
    assert.deepEqual(pair.with, mixed[i].with);
    assertClose(soundLevel(pair.with).rms, soundLevel(pair.without).rms, 1e-3);
    assert.ok(soundLevel(mixed[i].without).rms < soundLevel(mixed[i].with).rms);
  }
});

test("splits: the data set's own, less test songs whose artist is in train; else dealt by artist", async () => {
  const official = openPairs(`musdb18hq:${at("hq")}`, { ...wish, split: "test" });
  assert.match(official.recipe, /\(test: 1 of 5 songs, 1 songs left out whose artists are in train\)/);
  assert.deepEqual(
    official.parts.map(({ name }) => name),
    ["test/Somebody - Four"],
  );
  const names = (split: "train" | "test") =>
    openPairs(`moisesdb:${at("moises")}`, { ...wish, split }).parts.map(({ name }) => name);
  assert.deepEqual(
    [...names("train"), ...names("test")].sort(),
    ["0a1b", "2c3d", "4e5f"].map((id) => `moisesdb_v0.1/${id}`),
  );
  assert.ok([1, 2].includes(names("test").length)); // The Band's two songs stay together
});

test("prompts are clips without the stem, of the test side, named by their songs", async () => {
  const hq = `musdb18hq:${at("hq")}`;
  const prompts = await dataPrompts(hq, { ...wish, count: 3 });
  assert.deepEqual(
    prompts.map(({ id, trait }) => [id, trait]),
    ["", " (2)", " (3)"].map((more) => [`test/Somebody - Four${more}`, "drums"]),
  );
  const pairs = await all(openPairs(hq, { ...wish, count: 3, split: "test" }));
  assert.deepEqual(
    prompts.map(({ audio }) => audio),
    pairs.map(({ without }) => without),
  );
  const others = await dataPrompts(hq, { ...wish, count: 4, split: "train" });
  assert.equal(new Set(others.map(({ id }) => id)).size, 4);
  await assert.rejects(
    dataPrompts(hq, { ...wish, stemLevel: -5 }),
    /expected at least one clip, only 0 of 4 found in 0 of 1 songs/,
  );
});

test("beside another stem: only where that sounds too, in songs that have it", async () => {
  const moises = `moisesdb:${at("moises")}`;
  const having = await all(openPairs(moises, { ...wish, split: "all", count: 6, beside: "piano" }));
  assert.equal(new Set(having.map(({ song }) => song)).size, 2);
  const data = openPairs(moises, { ...wish, beside: "piano" });
  assert.match(data.recipe, /with and without drums, beside piano, moisesdb/);
  assert.notDeepEqual(data.key, openPairs(moises, wish).key);
  const hq = `musdb18hq:${at("hq")}`;
  await assert.rejects(
    all(openPairs(hq, { ...wish, trait: "bass", beside: "flute" })),
    /found in 0 of 3 songs, of 0 windows that sound; 3 without flute/,
  );
  assert.throws(
    () => openPairs("studio", { ...wish, beside: "piano" }),
    /beside: expected none.*found "piano"/,
  );
});

test("MoisesDB: stems of several tracks, kinds of track, and songs without the stem", async () => {
  const drums = await all(openPairs(`moisesdb:${at("moises")}`, { ...wish, count: 3 }));
  assert.equal(drums.length, 3);
  assert.equal(new Set(drums.map(({ song }) => song)).size, 3);
  assert.equal(new Set(drums.map(({ artist }) => artist)).size, 2);
  const snare = await all(openPairs(`moisesdb:${at("moises")}`, { ...wish, count: 3, trait: "snare drum" }));
  const whole = drums.find(({ song }) => song === 0)!;
  const half = snare.find(({ song }) => song === 0)!;
  assert.deepEqual(half.with.samples.length, whole.with.samples.length);
  const piano = await all(openPairs(`moisesdb:${at("moises/moisesdb_v0.1")}`, { ...wish, trait: "piano" }));
  assert.equal(new Set(piano.map(({ song }) => song)).size, 2);
  assert.throws(
    () => openPairs(`moisesdb:${at("moises")}`, { ...wish, trait: "flute" }),
    /expected a stem called flute in some song, found only drums, bass, .*piano/,
  );
});

test("a folder with stems: names by their words, mixes left out, shorter stems end in silence", async () => {
  const data = openPairs(`stems:${at("stems")}`, { ...wish, count: 6, trait: "acoustic guitar" });
  const pairs = await all(data);
  assert.equal(pairs.length, 6);
  assert.match(data.recipe, /stems stems \(all: 2 of 2 songs\)/);
  await assert.rejects(
    all(openPairs(`stems:${at("stems")}`, { ...wish, trait: "drums", stemLevel: -5 })),
    /expected at least one clip, only 0 of 4 found in 0 of 2 songs.*2 in which drums never sounds/,
  );
});

test("a folder of pairs: the trait is the difference, up to the end of the shorter file", async () => {
  const pairs = await all(openPairs(`pairs:${at("pairs")}`, { ...wish, trait: "groove", count: 8 }));
  assert.ok(pairs.length >= 6);
  for (const pair of pairs) {
    assert.equal(pair.trait, "groove");
    assert.ok(soundLevel({ samples: difference(pair), sampleRate: 16000 }).rms > -43);
  }
  renameSync(at("pairs/without/Two.wav"), at("pairs/without/Three.wav"));
  assert.throws(
    () => openPairs(`pairs:${at("pairs")}`, wish),
    /with.Two\.wav: expected a partner of that name in .*without/,
  );
  renameSync(at("pairs/without/Three.wav"), at("pairs/without/Two.wav"));
});

test("files of two rates make one pair", async () => {
  const { drums, bass } = songs[0];
  writeStereo(
    at("rates/Song/drums.wav"),
    drums.filter((_, i) => i % 2 === 0),
    22050,
  );
  writeStereo(at("rates/Song/bass.wav"), bass);
  const [pair] = await all(openPairs(`stems:${at("rates")}`, { ...wish, count: 1, rate: 16000 }));
  assert.ok(soundLevel({ samples: difference(pair), sampleRate: 16000 }).rms > -43);
});

test("songs are read one after the other: a damaged one is named when its turn comes", async () => {
  cpSync(at("hq"), at("cut"), { recursive: true });
  const data = () => openPairs(`musdb18hq:${at("cut")}`, { ...wish, count: 3 });
  const last = data().parts[2].name;
  const path = at("cut", last, "drums.wav");
  writeFileSync(path, readFileSync(path).subarray(0, 5000));
  const seen: Pair[] = [];
  await assert.rejects(
    async () => {
      for await (const pair of itemsOf(data())) seen.push(pair);
    },
    (error: Error) => error.message.startsWith(path) && /truncated/.test(error.message),
  );
  assert.ok(seen.length >= 1);
});

test("stems and pairs of formats that cannot be read are refused by name, mixes among stems left alone", () => {
  for (const name of ["Drums.wav", "Bass.WV", "Cover.jpg", "Mix.m4a"]) {
    mkdirSync(at("formats/with"), { recursive: true });
    writeFileSync(at("formats/with", name), "");
  }
  const can = "expected WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus, found";
  assert.throws(
    () => openPairs(`stems:${at("formats")}`, wish),
    new RegExp(`Bass\\.WV: ${can} \\.WV: convert it to WAV or FLAC, or take it away$`),
  );
  cpSync(at("formats/with"), at("formats/without"), { recursive: true });
  assert.throws(() => openPairs(`pairs:${at("formats")}`, wish), new RegExp(`Bass\\.WV: ${can} \\.WV`));
  rmSync(at("formats/with/Bass.WV"));
  writeFileSync(at("formats/with/Bass.aif"), "");
  assert.equal(openPairs(`stems:${at("formats/with")}`, wish).parts.length, 1);
});

test("folders of another layout are refused by name", () => {
  const refuses = (name: string, message: RegExp) => assert.throws(() => openPairs(name, wish), message);
  rmSync(at("cut/train/Others - Two/bass.wav"));
  refuses(
    `musdb18hq:${at("cut")}`,
    /Others - Two.bass\.wav: expected a stem of MUSDB18-HQ, found nothing there/,
  );
  mkdirSync(at("mp4/train"), { recursive: true });
  writeFileSync(at("mp4/train/A - B.stem.mp4"), "");
  refuses(
    `musdb18hq:${at("mp4")}`,
    /found 1 stem\.mp4 files: this is MUSDB18, the compressed version\. Get musdb18hq\.zip/,
  );
  refuses(`musdb18hq:${at("stems")}`, /expected the folders train and test of MUSDB18-HQ, found neither/);
  refuses(`moisesdb:${at("stems")}`, /found no data\.json/);
  refuses(`stems:${at("mp4")}`, /expected folders with a sound file for every stem, found none/);
  refuses(`stems:${at("nowhere")}`, /nowhere: expected a folder of music, found nothing there/);
  refuses(`pairs:${at("stems")}`, /with: expected a folder of sound files, found nothing there/);
  refuses("musdb:/x", /data: expected studio, musdb18hq:<folder>.*found "musdb:\/x"/);
  refuses("moisesdb", /found "moisesdb"/);
  refuses("studio:x", /found "studio:x"/);
  assert.throws(
    () => openPairs("studio", { ...wish, trait: "vocals" }),
    /the studio band plays drums, .*"vocals"/,
  );
  const hq = `musdb18hq:${at("hq")}`;
  assert.throws(() => openPairs(hq, { ...wish, count: 0 }), /count: .*found 0/);
  assert.throws(() => openPairs(hq, { ...wish, seconds: Number.NaN }), /seconds: .*found NaN/);
  assert.throws(() => openPairs(hq, { ...wish, stemShare: 2 }), /stemShare: .*0 to 1, found 2/);
  assert.throws(() => openPairs(hq, { ...wish, split: "dev" as "test" }), /split: .*found "dev"/);
});

test("a broken data.json is named, with the field; it cannot point outside its song", () => {
  const path = at("moises/moisesdb_v0.1/0a1b/data.json");
  const good = readFileSync(path, "utf8");
  const refuses = (text: string, message: RegExp) => {
    writeFileSync(path, text);
    assert.throws(
      () => openPairs(`moisesdb:${at("moises")}`, wish),
      (error: Error) => error.message.includes("0a1b") && message.test(error.message),
      text.slice(0, 40),
    );
  };
  const changed = (
    change: (json: { stems: { stemName: unknown; tracks: Record<string, unknown>[] }[] }) => void,
  ) => {
    const json = JSON.parse(good);
    change(json);
    return JSON.stringify(json);
  };
  refuses(good.slice(0, 100), /data\.json: expected JSON, found /);
  refuses("[]", /data\.json: expected an object, found \[\]/);
  refuses("{}", /data\.json: stems: expected a list of objects, found nothing/);
  refuses('{"stems": []}', /stems: expected at least one track, found none/);
  refuses(
    changed((json) => delete json.stems[0].tracks[1].id),
    /stems\[0\]\.tracks\[1\]\.id: expected a name, found nothing/,
  );
  refuses(
    changed((json) => Object.assign(json.stems[1], { stemName: "../.." })),
    /stems\[1\]\.stemName: expected a name, found "\.\.\/\.\."/,
  );
  refuses(
    changed((json) => Object.assign(json.stems[0].tracks[0], { id: "gone" })),
    /drums.gone\.wav: expected a track that .*data\.json names/,
  );
  writeFileSync(path, good);
});

test("clips of whole mixes carry a continuous trait's value", async () => {
  const data = openClips(`musdb18hq:${at("hq")}`, { trait: "tempo", count: 4, seconds: 2, rate: 16000 });
  const clips = [];
  for await (const clip of itemsOf(data)) clips.push(clip);
  assert.equal(clips.length, 4);
  for (const { audio, value } of clips) {
    assert.deepEqual([audio.samples.length, audio.sampleRate], [32000, 16000]);
    assert.ok(
      [93.75, 107.14, 125].some((tempo) => Math.abs(value - tempo) < 1.5),
      `${value}`,
    );
  }
  const bright = openClips("studio", { trait: "brightness", count: 3, seconds: 1 });
  const values: number[] = [];
  for await (const { value } of itemsOf(bright)) values.push(value);
  assert.equal(new Set(values).size, 3);
  assert.ok(
    values.every((value) => value > 200 && value < 5000),
    `${values}`,
  );
});

test("pairs in memory are those on disk, sample for sample; without folders there is the studio band only", async () => {
  const files = new Map<string, Uint8Array>();
  for (const side of ["with", "without"])
    for (const name of readdirSync(join(at("pairs"), side), { recursive: true, encoding: "utf8" })) {
      const path = join(at("pairs"), side, name);
      if (statSync(path).isFile()) files.set(`${side}/${name}`, readFileSync(path));
    }
  const pairsWish = { ...wish, trait: "groove", count: 4 };
  const dropped = pairsIn("pairs:pairs", pairsWish, (path) => memoryTree(path, files));
  const kept = openPairs(`pairs:${at("pairs")}`, pairsWish);
  assert.equal(dropped.recipe, kept.recipe);
  assert.deepEqual(await all(dropped), await all(kept));
  assert.throws(() => pairsIn("pairs:pairs", pairsWish), /data: expected studio, .*found "pairs:pairs"/);
});
