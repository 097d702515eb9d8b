import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { diskFile } from "../../lib/disk/folder";
import { encodeSafetensors, openSafetensors, type TensorData } from "../../lib/model/checkpoint/safetensors";

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

export const launcher = resolve(__dirname, "../../lib/command/smitin.cjs");
export const fixtures = resolve(__dirname, "../fixtures");
export const plain = join(fixtures, "musicgen/plain");
export const known = JSON.parse(readFileSync(join(plain, "expected.json"), "utf8"));

/** A folder for one test file, and the command run in it. */
export interface Workspace {
  folder: string;
  path(name: string): string;
  write(name: string, data: string | Uint8Array): string;
  json(name: string): { codes: number[][] };
  /** Run `smitin` as a process of its own; words are split at spaces. */
  run(words: string, env?: Record<string, string>): Promise<Result>;
  clear(): void;
}

export function openWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), "smitin-"));
  const path = (name: string) => join(folder, name);
  return {
    folder,
    path,
    write(name, data) {
      writeFileSync(path(name), data);
      return path(name);
    },
    json: (name) => JSON.parse(readFileSync(path(name), "utf8")),
    run: (words, env = {}) =>
      new Promise((done) => {
        const options = { cwd: folder, env: { ...process.env, DEBUG: "", SMITIN_BACKEND: "wasm", ...env } };
        execFile(process.execPath, [launcher, ...words.split(" ")], options, (error, stdout, stderr) => {
          done({ code: error ? Number(error.code) : 0, stdout, stderr });
        });
      }),
    clear: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * The plain fixture made whole: a codec without codes that its decoder does not know, and a tokenizer that makes PyTorch's
 * first text of "abcde".
 */
export function writeWholeModel(folder: string): string {
  mkdirSync(folder);
  cpSync(join(plain, "generation_config.json"), join(folder, "generation_config.json"));
  const config = JSON.parse(readFileSync(join(plain, "config.json"), "utf8"));
  const size = config.decoder.vocab_size;
  config.audio_encoder.codebook_size = size;
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const file = openSafetensors(diskFile(join(plain, "model.safetensors")));
  const tensors: Record<string, TensorData> = {};
  for (const name of file.names()) {
    if (file.dtype(name) !== "F32") continue;
    const [rows, ...rest] = file.shape(name);
    const data = file.read(name);
    const isBook = name.includes(".codebook.embed");
    tensors[name] = isBook
      ? { shape: [size, ...rest], data: data.slice(0, (data.length / rows) * size) }
      : { shape: file.shape(name), data };
  }
  writeFileSync(join(folder, "model.safetensors"), encodeSafetensors(tensors));
  const vocab = Array.from({ length: 40 }, (_, i): [string, number] => [`<${i}>`, -9]);
  for (const [i, id] of known.textIds[0].entries()) vocab[id] = ["abcde"[i], -1];
  const none = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  const tokenizer = { added_tokens: [], ...none, model: { type: "Unigram", unk_id: 2, vocab } };
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
  return folder;
}
