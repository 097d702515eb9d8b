import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../experiments/paper/shared/lab";
import { profiles } from "../../experiments/paper/shared/profile";
import { diskFolder } from "../../lib/disk/folder";
import type { Codec } from "../../lib/model/codec/codec";
import { type MusicGen, openMusicGen } from "../../lib/model/musicgen";
import "../../lib/native/engine"; // the first operation starts the engine

const fixtures = join(__dirname, "../fixtures");

/**
 * The tiny random model of test/fixtures (2 layers, 4 heads, 400 Hz) with a tokenizer that knows letters, and a codec that tells
 * clips apart: each codebook has every other sample, in steps.
 */
export function openModel(folder: string): MusicGen {
  mkdirSync(folder, { recursive: true });
  for (const file of ["config.json", "generation_config.json", "model.safetensors"])
    copyFileSync(join(fixtures, "musicgen/plain", file), join(folder, file));
  const tokenizer = JSON.parse(readFileSync(join(fixtures, "text-relu/tokenizer.json"), "utf8"));
  tokenizer.model.vocab = tokenizer.model.vocab.slice(0, 40);
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
  const model = openMusicGen(diskFolder(folder), "tiny");
  return Object.create(model, { codec: { value: sampleCodec(model) } });
}

function sampleCodec({ config, codebooks, vocabulary }: MusicGen): Codec {
  const { hopLength } = config.audioEncoder;
  const step = hopLength / codebooks;
  const codeOf = (x: number) => Math.floor(((Math.max(-1, Math.min(1, 4 * x)) + 1) / 2) * (vocabulary - 1));
  return {
    config: config.audioEncoder,
    isRecurrent: false,
    encode: (batch) =>
      batch.map((samples) =>
        Array.from({ length: codebooks }, (_, k) =>
          Int32Array.from({ length: Math.ceil(samples.length / hopLength) }, (_, frame) =>
            codeOf(samples[frame * hopLength + k * step] ?? 0),
          ),
        ),
      ),
    decode: (grids) =>
      grids.map((grid) =>
        Float32Array.from({ length: grid[0].length * hopLength }, (_, at) => {
          const code = grid[Math.floor((at % hopLength) / step)][Math.floor(at / hopLength)];
          return ((2 * code) / (vocabulary - 1) - 1) / 4;
        }),
      ),
    dispose() {},
  };
}

/** Hears by the energy in four parts of a clip: one judgement for each instrument, and a vector of them. */
export const judge: Lab["judge"] = {
  name: "the presence judge",
  isBundled: true,
  traits: ["drums", "bass", "guitar", "piano"],
  fingerprint: "energy",
  hear: (clips) =>
    clips.map((clip) => {
      if (clip.samples.length < 1.5 * clip.sampleRate)
        throw new RangeError("expected at least 1.5 s of audio");
      return { traits: judge.traits, probabilities: [parts(clip.samples)] };
    }),
  embed: (clips) => clips.map(({ samples }) => Float32Array.from(parts(samples))),
};

/** The whole smoke profile on the tiny model. */
export function smokeLab(model: MusicGen, folder: string): Lab {
  return { model, judge, data: "studio", profile: profiles.smoke, folder, seed: 3 };
}

function parts(samples: Float32Array): number[] {
  const size = Math.floor(samples.length / 4);
  return [0, 1, 2, 3].map((part) => {
    const own = samples.subarray(part * size, (part + 1) * size);
    const energy = own.reduce((sum, x) => sum + x * x, 0) / size;
    return energy / (energy + 1e-3);
  });
}
