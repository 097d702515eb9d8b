import type { RemoteModel } from "./remote";

/** Models of MusicGen's makers that are something else, and what they are. */
const others: [RegExp, string][] = [
  [
    /^facebook\/musicgen-(stereo-)?melody/i,
    "it also follows a melody, through inputs that the lab does not have",
  ],
  [/^facebook\/musicgen-stereo-/i, "it writes two channels in turn; the lab runs mono models"],
  [
    /^facebook\/(musicgen-style|audiogen|magnet|jasco|melodyflow|audio-magnet)/i,
    "it is no MusicGen of text and prompt",
  ],
];

/**
 * Refuse what is known, by its name alone, not to work.
 * @throws Error naming the model and what works in its place
 */
export function checkName(name: string): void {
  const [, what] = others.find(([pattern]) => pattern.test(name)) ?? [];
  if (what) {
    throw new Error(
      `model ${name}: ${what}. These work: facebook/musicgen-small, -medium, -large, and models fine-tuned from them`,
    );
  }
}

/**
 * Refuse a model by its list of files, before any is fetched.
 * @throws Error saying what the model holds and how to make of it what the lab reads
 */
export function checkKind({ name, files }: RemoteModel): void {
  const refuse = (what: string) => {
    throw new Error(`model ${name}: expected config.json and safetensors of transformers, found ${what}`);
  };
  if (files.has("adapter_config.json")) {
    refuse(
      "an adapter (LoRA) to another model: merge the two with peft's merge_and_unload, save_pretrained(folder), and load that folder",
    );
  }
  if (!files.has("config.json")) {
    refuse(
      files.has("state_dict.bin")
        ? "audiocraft's own files: transformers' convert_musicgen_transformers.py makes a folder of them that can be loaded"
        : [...files.keys()].join(", ") || "no files",
    );
  }
  if (!files.has("model.safetensors") && !files.has("model.safetensors.index.json")) {
    const isOld = [...files.keys()].some((file) => /^pytorch_model.*\.bin$/.test(file));
    refuse(
      isOld
        ? `weights as pytorch_model.bin only: MusicgenForConditionalGeneration.from_pretrained("${name}").save_pretrained(folder) in Python makes a folder that can be loaded`
        : [...files.keys()].join(", "),
    );
  }
}
