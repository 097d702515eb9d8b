import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { diskFolder } from "../../lib/disk/folder";
import { normal, random } from "../../lib/math/random";
import { readConfig } from "../../lib/model/checkpoint/config";
import { toHalf } from "../../lib/model/checkpoint/dtype";
import { tensorsOf } from "../../lib/model/checkpoint/shapes";

/** config.json of musicgen-small, and of the same model in sizes of 0.2 GB in single precision and of nearly nothing. */
export const checkpointConfigs = {
  "musicgen-small": configOf({
    width: 1024,
    layers: 24,
    heads: 16,
    text: 768,
    filters: 64,
    codes: 2048,
    rate: 32000,
  }),
  middle: configOf({ width: 512, layers: 12, heads: 8, text: 24, filters: 4, codes: 64, rate: 3200 }),
  quick: configOf({ width: 32, layers: 2, heads: 4, text: 24, filters: 4, codes: 64, rate: 3200 }),
};

interface Sizes {
  width: number;
  layers: number;
  heads: number;
  text: number;
  filters: number;
  codes: number;
  rate: number;
}

function configOf({ width, layers, heads, text, filters, codes, rate }: Sizes) {
  const ratios = rate === 32000 ? [8, 5, 4, 4] : [4, 4, 4];
  const frameRate = rate / ratios.reduce((a, b) => a * b, 1);
  return {
    model_type: "musicgen",
    decoder: {
      model_type: "musicgen_decoder",
      vocab_size: codes,
      hidden_size: width,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      ffn_dim: 4 * width,
      num_codebooks: 4,
      pad_token_id: codes,
      bos_token_id: codes,
    },
    text_encoder: {
      model_type: "t5",
      vocab_size: text === 768 ? 32128 : 100,
      d_model: text,
      d_kv: text / 12,
      d_ff: 4 * text,
      num_layers: text === 768 ? 12 : 2,
      num_heads: 12,
      feed_forward_proj: "relu",
    },
    audio_encoder: {
      model_type: "encodec",
      sampling_rate: rate,
      upsampling_ratios: ratios,
      num_filters: filters,
      codebook_size: codes,
      codebook_dim: 128,
      target_bandwidths: [(4 * frameRate * Math.log2(codes)) / 1000],
      use_causal_conv: false,
      use_conv_shortcut: false,
    },
  };
}

export type Kind = "F32" | "F16" | "BF16";

const bytesOf = { F32: 4, F16: 2, BF16: 2 };

/** So many different numbers; a prime, so that no two rows of a matrix are alike. */
const tableLength = 65521;

/**
 * Write a checkpoint that nobody trained: config.json and safetensors, one tensor in memory at a time.
 * @param shards how many files the weights are split into; 1: model.safetensors alone
 * @returns bytes of the weights
 */
export function writeCheckpoint(folder: string, config: object, kind: Kind, shards: number): number {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const tensors = [...tensorsOf(readConfig(diskFolder(folder)))].map(({ names, shape }) => ({
    name: names.find((name) => /\.weight_[vg]$/.test(name)) ?? names[0],
    shape,
    bytes: bytesOf[kind] * shape.reduce((a, b) => a * b, 1),
  }));
  const all = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const uniform = random(2);
  const table = tables(kind);
  const map: Record<string, string> = {};
  let before = 0;
  const placed = tensors.map((tensor) => {
    const shard = 1 + Math.floor((before * shards) / all);
    before += tensor.bytes;
    return {
      tensor,
      file: shards === 1 ? "model.safetensors" : `model-${pad(shard)}-of-${pad(shards)}.safetensors`,
    };
  });
  for (const file of new Set(placed.map((place) => place.file))) {
    const own = placed.filter((place) => place.file === file).map(({ tensor }) => tensor);
    for (const { name } of own) map[name] = file;
    writeShard(join(folder, file), own, kind, table, uniform);
  }
  const index = { metadata: { total_size: all }, weight_map: map };
  if (shards > 1) writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify(index));
  return all;
}

/** Numbers in the file's kind. */
type Stored = Float32Array | Uint16Array;

type Tensor = { name: string; shape: number[]; bytes: number };

function writeShard(
  path: string,
  tensors: Tensor[],
  kind: Kind,
  table: (scale: number) => Stored,
  uniform: () => number,
) {
  let offset = 0;
  const entries = tensors.map(({ name, shape, bytes }) => {
    offset += bytes;
    return [name, { dtype: kind, shape, data_offsets: [offset - bytes, offset] }];
  });
  const json = JSON.stringify({ __metadata__: { format: "pt" }, ...Object.fromEntries(entries) });
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const handle = openSync(path, "w");
  writeSync(handle, length);
  writeSync(handle, header);
  for (const { name, shape } of tensors) {
    const { buffer } = values(name, shape, table, Math.floor(uniform() * tableLength));
    const bytes = new Uint8Array(buffer);
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
  }
  closeSync(handle);
}

/** Numbers of a size that keeps activations near 1 through the whole model, from `start` of the table on. */
function values(name: string, shape: number[], table: (scale: number) => Stored, start: number): Stored {
  const count = shape.reduce((a, b) => a * b, 1);
  const isOne = /norm\.weight$|weight_g$/.test(name);
  const columns = shape.slice(1).reduce((a, b) => a * b, 1);
  const isTable = /embed|shared|weight_v|relative_attention_bias/.test(name);
  const isQuery = /SelfAttention\.q\./.test(name); // T5 does not scale its scores
  const scale = shape.length === 1 ? 0.01 : isTable ? 0.5 : (isQuery ? 0.1 : 1) / Math.sqrt(columns);
  const source = table(isOne ? 0 : scale);
  const result = source instanceof Uint16Array ? new Uint16Array(count) : new Float32Array(count);
  for (let to = 0, from = start; to < count; from = 0) {
    const piece = source.subarray(from, from + count - to);
    result.set(piece, to);
    to += piece.length;
  }
  return result;
}

/** The same random numbers at any scale, as they are stored; at scale 0 all are one. */
function tables(kind: Kind): (scale: number) => Stored {
  const uniform = random(1);
  const numbers = Float32Array.from({ length: tableLength }, () => normal(uniform));
  const made = new Map<number, Stored>();
  return (scale) => {
    const known = made.get(scale);
    if (known) return known;
    const scaled =
      scale === 0 ? new Float32Array(tableLength).fill(1) : numbers.map((value) => value * scale);
    const stored = kind === "F32" ? scaled : kind === "F16" ? toHalf(scaled) : upperHalves(scaled);
    made.set(scale, stored);
    return stored;
  };
}

function upperHalves(numbers: Float32Array): Uint16Array {
  return Uint16Array.from(new Uint32Array(numbers.buffer), (word) => word >>> 16);
}

function pad(count: number): string {
  return String(count).padStart(5, "0");
}
