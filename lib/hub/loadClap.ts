import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseObject } from "../files/json";
import { type ClapEncoders, type ClapJudge, type ClapOptions, createClapJudge } from "../judges/clap";
import { modelCache } from "./cache";
import { modelsFolder } from "./loadModel";
import { describeProxies, proxiedFetch, readProxies } from "./proxy";
import { hubSettings } from "./settings";

export interface LoadClapOptions extends ClapOptions {
  /** A folder, or the name of a CLAP with ONNX weights. */
  model?: string;
  /** Take the eight-bit weights (`*_quantized.onnx`). */
  quantized?: boolean;
  /** Let the package download what is not on this machine. */
  allowDownload?: boolean;
  /** The package, when it has been imported already. */
  library?: Transformers;
}

/** What is used of @huggingface/transformers 4. */
export interface Transformers {
  env: { allowRemoteModels: boolean; fetch?: typeof fetch };
  AutoTokenizer: { from_pretrained(model: string, options: object): Promise<Tokenizer> };
  AutoProcessor: { from_pretrained(model: string, options: object): Promise<Processor> };
  ClapTextModelWithProjection: { from_pretrained(model: string, options: object): Promise<TextModel> };
  ClapAudioModelWithProjection: { from_pretrained(model: string, options: object): Promise<AudioModel> };
}
type Tokenizer = (texts: string[], options: object) => object;
type Processor = (samples: Float32Array) => Promise<object>;
type TextModel = (inputs: object) => Promise<{ text_embeds: Vectors }>;
type AudioModel = (inputs: object) => Promise<{ audio_embeds: Vectors }>;
/** A tensor: [rows, width]. */
interface Vectors {
  data: ArrayLike<number>;
  dims: number[];
}

const PACKAGE = "@huggingface/transformers";

/**
 * The CLAP judge, run by @huggingface/transformers (an optional package) on weights at hand: `model` as a folder, in
 * data/models, or in the Hugging Face cache. Nothing is downloaded unless allowed.
 * @throws Error saying what to install, or what to put where, when the package or a file is missing or broken
 */
export async function loadClap(options: LoadClapOptions = {}): Promise<ClapJudge> {
  const { model = "Xenova/clap-htsat-unfused", quantized = false, allowDownload = false } = options;
  const files = clapFiles(quantized);
  const places = [resolve(model), join(modelsFolder, model), ...cached(model)];
  const folder = places.find((place) => files.every((file) => existsSync(join(place, file))));
  if (!folder && !allowDownload) {
    throw new Error(
      `CLAP "${model}": expected ${files.join(", ")} in ${places.join(" or ")}; found not all of them. Put them there, or allow the download`,
    );
  }
  const library = options.library ?? (await importTransformers());
  library.env.allowRemoteModels = allowDownload;
  const proxies = folder ? undefined : readProxies();
  if (proxies) library.env.fetch = await proxiedFetch(proxies);
  try {
    const encoders = await open(library, folder ?? model, model, quantized, !folder);
    return await createClapJudge(encoders, options);
  } catch (error) {
    throw new Error(
      `CLAP "${folder ?? model}": did not load${proxies ? describeProxies(proxies) : ""}: ${(error as Error).message}`,
    );
  }
}

async function open(
  library: Transformers,
  from: string,
  name: string,
  quantized: boolean,
  remote: boolean,
): Promise<ClapEncoders> {
  const options = { local_files_only: !remote, dtype: quantized ? "q8" : "fp32" };
  const tokenizer = await library.AutoTokenizer.from_pretrained(from, options);
  const processor = await library.AutoProcessor.from_pretrained(from, options);
  const textModel = await library.ClapTextModelWithProjection.from_pretrained(from, options);
  const audioModel = await library.ClapAudioModelWithProjection.from_pretrained(from, options);
  return {
    name,
    ...(remote ? { sampleRate: 48000, seconds: 10 } : hearing(from)),
    async audio(samples) {
      const { audio_embeds } = await audioModel(await processor(samples));
      return rows(audio_embeds)[0];
    },
    async texts(texts) {
      const { text_embeds } = await textModel(tokenizer(texts, { padding: true, truncation: true }));
      return rows(text_embeds);
    },
  };
}

/** Sample rate and window of the model's preprocessing. */
function hearing(folder: string): { sampleRate: number; seconds: number } {
  const path = join(folder, "preprocessor_config.json");
  const { sampling_rate, nb_max_samples, truncation } = parseObject(readFileSync(path, "utf8"), path);
  if (!(Number(sampling_rate) > 0) || !(Number(nb_max_samples) > 0) || truncation !== "rand_trunc")
    throw new Error(
      `${path}: expected sampling_rate, nb_max_samples and truncation "rand_trunc" (a CLAP without fusion), found ${sampling_rate}, ${nb_max_samples} and "${truncation}"`,
    );
  return { sampleRate: Number(sampling_rate), seconds: Number(nb_max_samples) / Number(sampling_rate) };
}

async function importTransformers(): Promise<Transformers> {
  const name: string = PACKAGE; // a variable, so that the compiler does not ask for a package that may be absent
  try {
    return (await import(name)) as Transformers;
  } catch (error) {
    throw new Error(
      `CLAP needs the optional package ${PACKAGE}, version 4: run \`npm install ${PACKAGE}@4\` (about 470 MB); ${(error as Error).message.split("\n")[0]}`,
    );
  }
}

function clapFiles(quantized: boolean): string[] {
  const suffix = quantized ? "_quantized" : "";
  return [
    "config.json",
    "preprocessor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    `onnx/audio_model${suffix}.onnx`,
    `onnx/text_model${suffix}.onnx`,
  ];
}

/** Snapshots of a model in the Hugging Face cache. */
function cached(model: string): string[] {
  const snapshots = join(modelCache(hubSettings().cache, model).folder, "snapshots");
  return existsSync(snapshots)
    ? readdirSync(snapshots).map((revision) => join(snapshots, revision))
    : [snapshots];
}

function rows({ data, dims }: Vectors): Float32Array[] {
  const [count, width] = dims;
  return Array.from({ length: count }, (_, row) =>
    Float32Array.from({ length: width }, (_, i) => data[row * width + i]),
  );
}
