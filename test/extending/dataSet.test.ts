import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { main } from "../../lib/command/index";
import { describeData, hasTrait, openPairs } from "../../lib/disk/openData";
import { loadProbes } from "../../lib/disk/probeFile";
import { readSweep } from "../../lib/disk/sweepFolder";
import { type FileTree, files } from "../../lib/files/tree";
import { dataSets } from "../../lib/music/dataSets";
import { itemsOf } from "../../lib/music/dataset";
import { parseSongName, type StemSong } from "../../lib/music/stemSong";
import { writeWholeModel } from "../command/smitin";
import { playSongs, writeStereo } from "../music/layouts";

// A data set of one's own: one folder, whose files are called "Artist - Title.stem.wav".

/** The songs of such a folder, each with its stems. */
function readFlatFolder(tree: FileTree): StemSong[] {
  const songs = new Map<string, StemSong>();
  for (const name of files(tree, "")) {
    const [id, stem, ending] = name.split(".");
    if (ending !== "wav") continue;
    const song = songs.get(id) ?? { id, ...parseSongName(id), stems: [] };
    song.stems.push({ names: [stem], file: tree.file(name) });
    songs.set(id, song);
  }
  if (songs.size === 0) throw new Error(`${tree.nameOf("")}: expected files called Artist - Title.stem.wav`);
  return [...songs.values()];
}

dataSets.flat = { songs: readFlatFolder, layout: "files called Artist - Title.stem.wav" };

let folder: string;
let data: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "smitin-data-"));
  data = `flat:${join(folder, "songs")}`;
  const songs = await playSongs(2, 2);
  for (const [i, { bass, drums }] of songs.entries())
    for (const [stem, samples] of Object.entries({ bass, drums }))
      writeStereo(join(folder, "songs", `Band ${i} - Song.${stem}.wav`), samples);
  writeWholeModel(join(folder, "model"));
});
after(() => rmSync(folder, { recursive: true }));

test("a data set of one's own gives pairs in TypeScript", async () => {
  assert.equal(describeData(data), "flat");
  assert.ok(hasTrait(data, "bass"));
  assert.ok(!hasTrait(data, "piano"));
  const pairs = openPairs(data, { trait: "bass", count: 3, seconds: 0.5, rate: 16000 });
  assert.match(pairs.recipe, /flat \(all: 2 of 2 songs\)/);
  let count = 0;
  for await (const { with: mix, without } of itemsOf(pairs)) {
    assert.equal(mix.samples.length, without.samples.length);
    assert.notDeepEqual(mix.samples, without.samples);
    count++;
  }
  assert.equal(count, 3);
  assert.throws(
    () => openPairs("cloud:x", { trait: "bass", count: 1 }),
    /expected studio, .* or flat:<folder>/,
  );
});

test("the same on the command line: probes are trained on it, and its songs are a sweep's prompts", async () => {
  const at = (name: string) => join(folder, name);
  const probe = ["probe", "--model", at("model"), "--data", data, "--trait", "bass", "--no-cache"];
  await main([...probe, ..."--pairs 4 --seconds 0.5 --folds 2".split(" "), "--out", at("bass.json")]);
  assert.equal(loadProbes(at("bass.json")).training.clips, 8);
  const sweep = ["sweep", "--model", at("model"), "--data", data, "--probes", at("bass.json")];
  const sizes = "--count 1 --prompt-seconds 0.5 --frames 4 --alpha 5 --methods iti --no-judge".split(" ");
  await main([...sweep, ...sizes, "--out", at("sweep")]);
  const prompts = readSweep(at("sweep")).cells.map(({ cell }) => cell.prompt);
  assert.match(prompts[0], /^Band \d - Song$/);
  assert.equal(process.exitCode, undefined);
});
