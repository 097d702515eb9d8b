import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flacSounds } from "../../lib/audio/flac";
import { pageChecksum } from "../../lib/audio/ogg";
import { openSoundFile } from "../../lib/audio/sound";
import { encodeWav } from "../../lib/audio/wav";
import { readAddedTensor } from "../../lib/command/addedTensor";
import { readCodes } from "../../lib/command/codesFile";
import { readTake } from "../../lib/disk/keptTake";
import { readSweep } from "../../lib/disk/sweepFolder";
import { memoryFile } from "../../lib/files/file";
import { memoryFolder } from "../../lib/files/folder";
import { memoryTree } from "../../lib/files/tree";
import { readNotebook, sourceOf } from "../../lib/kernel/notebookFile";
import { readConfig } from "../../lib/model/checkpoint/config";
import { openSafetensors } from "../../lib/model/checkpoint/safetensors";
import { readMoisesdb } from "../../lib/music/moisesdb";
import { decodeProbes, encodeProbes } from "../../lib/probes/format";
import { oddWavs } from "../audio/riff";
import { planFixtures } from "../steering/planFixtures";
import { madeUp, openModel } from "../sweep/fixture";

/** Something that reads what others wrote. */
export interface Target {
  name: string;
  /** Share of all tries. */
  share: number;
  /** Good files. */
  seeds: Uint8Array[];
  /** They are cut at their ends, and nothing else. */
  isCut?: boolean;
  /** They are JSON, or lines of it. */
  isJson?: boolean;
  /** Makes checksums right again, so that what is behind them is read too. */
  mend?(bytes: Uint8Array): void;
  /** Read it. @throws Error of the reader's own, which names the file; anything else is a fault */
  read(bytes: Uint8Array): Promise<void> | void;
}

const NAME = "fuzzed-file";
const fixture = (...names: string[]) =>
  Uint8Array.from(readFileSync(join(__dirname, "../fixtures", ...names)));
const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** @param clear called at the end */
export function targets(): { all: Target[]; clear(): void } {
  const folder = mkdtempSync(join(tmpdir(), "smitin-fuzz-"));
  const path = join(folder, NAME);
  const model = openModel();
  const probes = encodeProbes(madeUp(model, model.fingerprint));
  const onDisk = (read: (path: string) => unknown) => (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    read(path);
  };
  const sweep = join(folder, NAME, "..", `${NAME}-sweep`);
  mkdirSync(sweep);
  const cells = utf8(
    JSON.stringify({
      key: "k",
      cell: {
        prompt: "p",
        promptHash: "h",
        seed: 0,
        takeSeed: 1,
        method: "none",
        alpha: null,
        topK: null,
        direction: null,
        schedule: null,
      },
      tokens: [[1, 2]],
      promptFrames: 1,
      success: true,
      similarity: 0.3,
    }),
  );
  const float = encodeWav(
    { samples: Float32Array.from({ length: 500 }, (_, i) => Math.sin(i)), sampleRate: 8000 },
    "float32",
  );
  const all: Target[] = [
    {
      name: "wav",
      share: 8,
      seeds: [...Object.values(oddWavs).map((bytes) => Uint8Array.from(bytes)), float],
      read: readSound,
    },
    { name: "aiff", share: 4, seeds: [aiff(), aiff("sowt"), aiff("fl32")], read: readSound },
    { name: "flac", share: 4, seeds: [fixture("sounds/sound.flac").subarray()], read: readSound },
    { name: "mp3", share: 3, seeds: [fixture("sounds/sound.mp3")], read: readSound },
    { name: "vorbis", share: 3, seeds: [fixture("sounds/sound.ogg")], read: readSound },
    { name: "opus", share: 3, seeds: [fixture("sounds/sound.opus")], read: readSound },
    {
      name: "vorbis behind checksums",
      share: 4,
      seeds: [fixture("sounds/sound.ogg")],
      mend: mendPages,
      read: readSound,
    },
    {
      name: "opus behind checksums",
      share: 4,
      seeds: [fixture("sounds/sound.opus")],
      mend: mendPages,
      read: readSound,
    },
    {
      name: "flac behind checksums",
      share: 4,
      seeds: [fixture("sounds/sound.flac")],
      mend: mendFrames,
      read: readSound,
    },
    {
      name: "cut sounds",
      share: 2,
      seeds: [
        fixture("sounds/sound.flac"),
        fixture("sounds/sound.mp3"),
        fixture("sounds/sound.ogg"),
        fixture("sounds/sound.opus"),
        aiff(),
        float,
        Uint8Array.from(oddWavs.plain),
      ],
      isCut: true,
      read: refuseSound,
    },
    {
      name: "probes",
      share: 6,
      isJson: true,
      seeds: [utf8(probes)],
      read: (bytes) => void decodeProbes(textOf(bytes), NAME, model),
    },
    {
      name: "plan",
      share: 4,
      seeds: Object.values(planFixtures().files),
      read: (bytes) => readTensors(bytes),
    },
    {
      name: "tensors",
      share: 2,
      seeds: [fixture("musicgen/plain/model.safetensors").subarray()],
      read: (bytes) => readTensors(bytes),
    },
    {
      name: "added tensor",
      share: 2,
      seeds: Object.values(planFixtures().files),
      read: onDisk(readAddedTensor),
    },
    {
      name: "notebook",
      share: 4,
      isJson: true,
      seeds: [utf8(JSON.stringify(notebook))],
      read: onDisk((file) => readNotebook(file).cells.map(sourceOf)),
    },
    {
      name: "codes",
      share: 3,
      isJson: true,
      seeds: [utf8('{"codes":[[1,2,3],[4,5,6]]}')],
      read: onDisk(readCodes),
    },
    {
      name: "sweep folder",
      share: 4,
      isJson: true,
      seeds: [cells],
      read(bytes) {
        writeFileSync(join(sweep, "sweep.json"), '{"kind":"smitin-sweep","trait":"drums"}');
        writeFileSync(join(sweep, "cells.jsonl"), Buffer.concat([bytes, Buffer.from("\n")]));
        const { summary } = readSweep(sweep);
        for (const value of summary.flatMap((line) => [
          line.success,
          line.similarity,
          line.kept,
          line.monitor,
        ]))
          if (!Number.isFinite(value ?? 0)) throw new Fault(`a summary of ${value}`);
      },
    },
    {
      name: "sweep settings",
      share: 1,
      isJson: true,
      seeds: [utf8('{"kind":"smitin-sweep","trait":"drums","engine":"wasm"}')],
      read(bytes) {
        writeFileSync(join(sweep, "sweep.json"), bytes);
        writeFileSync(join(sweep, "cells.jsonl"), "");
        readSweep(sweep);
      },
    },
    {
      name: "kept take",
      share: 2,
      isJson: true,
      seeds: [utf8(JSON.stringify(take))],
      read: onDisk(readTake),
    },
    {
      name: "config",
      share: 3,
      isJson: true,
      seeds: [fixture("musicgen/plain/config.json")],
      read: (bytes) => void readConfig(memoryFolder(NAME, new Map([["config.json", bytes]]))),
    },
    {
      name: "moisesdb",
      share: 2,
      isJson: true,
      seeds: [
        utf8(
          '{"artist":"a","song":"s","stems":[{"stemName":"bass","tracks":[{"trackType":"Bass","id":"t","extension":"wav"}]}]}',
        ),
      ],
      read: (bytes) =>
        void readMoisesdb(
          memoryTree(
            NAME,
            new Map([
              ["1/data.json", bytes],
              ["1/bass/t.wav", float],
            ]),
          ),
        ),
    },
  ];
  return { all, clear: () => rmSync(folder, { recursive: true }) };
}

/** All samples, once whole and once in parts: as many as are said, finite, and the same. */
async function readSound(bytes: Uint8Array): Promise<void> {
  const sound = await openSoundFile(memoryFile(NAME, bytes));
  const { frames, sampleRate } = sound;
  if (!(Number.isSafeInteger(frames) && frames >= 0 && sampleRate > 0))
    throw new Fault(`${frames} frames at ${sampleRate} Hz`);
  const whole = sound.read(0, frames);
  const half = frames >> 1;
  const parts = [sound.read(0, half), sound.read(half, frames)];
  if (whole.length !== frames || parts[0].length + parts[1].length !== frames)
    throw new Fault(`${whole.length} of ${frames} frames`);
  if (!whole.every(Number.isFinite)) throw new Fault("a sample is not finite");
}

/** What is cut may not be taken for a whole sound, be it shorter. */
async function refuseSound(bytes: Uint8Array): Promise<void> {
  const { frames } = await openSoundFile(memoryFile(NAME, bytes));
  throw new Fault(`${frames} frames of a file that was cut to ${bytes.length} bytes`);
}

function mendPages(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer);
  for (let at = file.indexOf("OggS"); at >= 0; at = file.indexOf("OggS", at + 1)) {
    const table = bytes.subarray(at + 27, at + 27 + bytes[at + 26]);
    const end = at + 27 + table.length + table.reduce((sum, size) => sum + size, 0);
    if (end <= bytes.length) file.writeUInt32LE(pageChecksum(bytes.subarray(at, end)), at + 22);
  }
}

/** Frames keep their places in the good file: their last two bytes are made the checksum of those before. */
function mendFrames(bytes: Uint8Array): void {
  for (const [i, start] of FLAC_FRAMES.entries()) {
    const end = FLAC_FRAMES[i + 1] ?? FLAC_SIZE;
    if (end > bytes.length) return;
    let sum = 0;
    for (const byte of bytes.subarray(start, end - 2)) {
      sum ^= byte << 8;
      for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ (sum & 0x8000 ? 0x8005 : 0)) & 0xffff;
    }
    bytes.set([sum >> 8, sum & 255], end - 2);
  }
}

const flacFile = fixture("sounds/sound.flac");
const FLAC_SIZE = flacFile.length;
const [{ frames: flacFrames, last: flacLast }] = flacSounds(flacFile, 0);
const FLAC_FRAMES = [...flacFrames, flacLast[0]].map((frame) => frame.byteOffset - flacFile.byteOffset);

function readTensors(bytes: Uint8Array): void {
  const file = openSafetensors(memoryFile(NAME, bytes));
  for (const name of file.names()) file.read(name);
}

/** What no reader throws. */
export class Fault extends Error {}

const take = {
  kind: "smitin-console-take",
  model: { name: "plain", fingerprint: "f" },
  seed: 1,
  frames: 3,
  asked: 5,
  prompt: [[1, 2]],
  moves: [{ step: 0, strips: { drums: { on: true, alpha: 5 } } }],
  probes: { drums: "{}" },
};

const notebook = {
  cells: [
    { cell_type: "markdown", id: "a", metadata: {}, source: ["# Title\n", "text"] },
    {
      cell_type: "code",
      id: "b",
      metadata: {},
      execution_count: 1,
      source: "1 + 1",
      outputs: [
        { output_type: "execute_result", data: { "text/plain": ["2"] }, metadata: {}, execution_count: 1 },
      ],
    },
  ],
  metadata: { kernelspec: { name: "x", display_name: "X", language: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
};

function aiff(compression = ""): Uint8Array {
  const chunk = (id: string, body: Uint8Array) => {
    const head = Buffer.alloc(8, id);
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const common = Buffer.from("000200000064001000000000000000000000", "hex");
  common.writeUInt16BE(compression === "fl32" ? 32 : 16, 6);
  common.set([0x40, 0x0e, 0xac, 0x44], 8);
  const kind = compression ? Buffer.from(`${compression}\x03odd`) : Buffer.alloc(0);
  const body = [
    Buffer.from(compression ? "AIFC" : "AIFF"),
    chunk("COMM", Buffer.concat([common, kind])),
    chunk("SSND", Buffer.alloc(808)),
  ];
  return Uint8Array.from(chunk("FORM", Buffer.concat(body)));
}
