import { decodeWav } from "../audio/wav";
import { fetchFile } from "../files/fetch";
import type { Example, Examples } from "./example";
import type { Studio } from "./studio";

/** Sound that is there before a take is made: prepared takes', and prompts'. Each is fetched or made once. */
export interface PreparedSound {
  /** Both rows of a prepared take. */
  take(example: Example): Promise<Float32Array[]>;
  /** A prompt's own sound, as the codec makes it of its tokens. */
  prompt(tokens: number[][]): Promise<Float32Array>;
}

/** @param folder where the prepared takes' sounds are */
export function preparedSound(examples: Examples, folder: string, studio: () => Studio): PreparedSound {
  const hop = examples.sampleRate / examples.frameRate;
  const known = new Map<string, Promise<Float32Array>>();
  const once = (key: string, make: () => Promise<Float32Array>) => {
    const made = known.get(key) ?? make();
    known.set(key, made);
    made.catch(() => known.delete(key)); // so that it can be tried again
    return made;
  };
  const fetched = (address: string) =>
    once(address, async () => decodeWav(await fetchFile(address), address).samples);
  const sound: PreparedSound = {
    take: ({ name }) =>
      Promise.all(["steered", "plain"].map((kind) => fetched(`${folder}/${name}-${kind}.wav`))),
    prompt: (tokens) =>
      once(tokens.join(";"), async () => {
        const samples = tokens[0].length * hop;
        if (samples === 0) return new Float32Array(0);
        const example = examples.takes.find(({ prompt }) => prompt === tokens);
        if (!example) return studio().ask<Float32Array>({ say: "listen", tokens });
        const [steered] = await sound.take(example);
        return steered.slice(0, samples);
      }),
  };
  return sound;
}
