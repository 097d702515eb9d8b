import type { Folder } from "../files/folder";
import { openCheckpoint } from "./checkpoint/checkpoint";
import { type MusicGenConfig, readConfig } from "./checkpoint/config";
import { checkShapes, type Part, partsOf } from "./checkpoint/shapes";
import { type Codec, createCodec } from "./codec/codec";
import { createDecoder, type Decoder } from "./decoder/decoder";
import { checkMemory, floatBytes } from "./memoryLimit";
import { createTextEncoder, type TextEncoder } from "./text/encoder";
import { openTokenizer, type Tokenizer } from "./text/tokenizer";

/** A loaded MusicGen. A folder may hold some parts only; a part is built when it is first asked for. */
export interface MusicGen {
  name: string;
  /** SHA-256 over configuration and weights: what a saved probe belongs to. */
  readonly fingerprint: string;
  /** SHA-256 of tokenizer.json, which `fingerprint` leaves out; null where there is none. */
  readonly tokenizerFingerprint: string | null;
  config: MusicGenConfig;
  /** Of the sound, in Hz. */
  sampleRate: number;
  /** Token frames a second. */
  frameRate: number;
  layers: number;
  heads: number;
  headDim: number;
  hidden: number;
  codebooks: number;
  vocabulary: number;
  /** What the folder holds. */
  parts: Set<Part>;
  /** @throws Error when the folder holds no such part (also for the three below) */
  readonly codec: Codec;
  readonly decoder: Decoder;
  readonly text: TextEncoder;
  readonly tokenizer: Tokenizer;
  /** Free the weights. */
  dispose(): void;
}

/**
 * A MusicGen from a Hugging Face folder (config.json, model.safetensors or shards, tokenizer.json, generation_config.json).
 * @throws Error naming the file, what was expected and what was found, or the engine that is needed for its size
 */
export function openMusicGen(folder: Folder, name = folder.name): MusicGen {
  const config = readConfig(folder);
  const checkpoint = openCheckpoint(folder);
  checkShapes(checkpoint, config);
  checkMemory(name, floatBytes(checkpoint));
  const parts = partsOf(checkpoint);
  const { decoder, audioEncoder, textEncoder } = config;
  const opened: (() => void)[] = [];
  const fromPart = <T extends { dispose(): void }>(part: Part, create: () => T) =>
    once(() => {
      if (!parts.has(part)) throw new Error(`${name}: expected ${part}.* among the weights, found none`);
      const value = create();
      opened.push(value.dispose);
      return value;
    });
  const getCodec = fromPart("audio_encoder", () => createCodec(checkpoint, audioEncoder));
  const getDecoder = fromPart("decoder", () => createDecoder(checkpoint, decoder));
  const getText = fromPart("text_encoder", () => createTextEncoder(checkpoint, textEncoder));
  const getTokenizer = once(() => openTokenizer(folder, textEncoder.padTokenId));
  const getFingerprint = once(checkpoint.fingerprint);
  const getTokenizerFingerprint = once(() =>
    folder.has("tokenizer.json")
      ? folder.sha256([new TextEncoder().encode(folder.text("tokenizer.json"))])
      : null,
  );
  return {
    name,
    get fingerprint() {
      return getFingerprint();
    },
    get tokenizerFingerprint() {
      return getTokenizerFingerprint();
    },
    config,
    sampleRate: audioEncoder.samplingRate,
    frameRate: audioEncoder.samplingRate / audioEncoder.hopLength,
    layers: decoder.numHiddenLayers,
    heads: decoder.numAttentionHeads,
    headDim: decoder.hiddenSize / decoder.numAttentionHeads,
    hidden: decoder.hiddenSize,
    codebooks: decoder.numCodebooks,
    vocabulary: decoder.vocabSize,
    parts,
    get codec() {
      return getCodec();
    },
    get decoder() {
      return getDecoder();
    },
    get text() {
      return getText();
    },
    get tokenizer() {
      return getTokenizer();
    },
    dispose() {
      for (const dispose of opened) dispose();
    },
  };
}

/** The same value at every call, made at the first. */
function once<T>(create: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: create() };
    return made.value;
  };
}
