import { tf } from "../../lib/engine";
import { sample } from "../../lib/model/generate/sampling";
import { toBatch } from "./batch";
import { decoderLogits } from "./decoderNetwork";
import type { Parameters } from "./parameters";
import { studioCodec } from "./studio";

/**
 * What the decoder would have played in place of every token, had all before it been as it is: the same music with the
 * mistakes that the decoder makes when it plays by itself.
 * @param codes [codebooks][frames]
 */
export function redraw(parameters: Parameters, codes: Int16Array[], uniform: () => number): Int16Array[] {
  const { codebooks, codebookSize } = studioCodec;
  const steps = codes[0].length;
  const logits = tf.tidy(() => {
    const tensors = parameters.unpack();
    const batch = toBatch([{ codes, from: 0, text: [] }], steps);
    return decoderLogits((name) => tensors.get(name)!, batch).dataSync<"float32">();
  });
  return codes.map((row, k) =>
    row.map((code, t) => {
      const at = ((t + k) * codebooks + k) * codebookSize;
      return t + k < steps ? sample(logits, at, codebookSize, {}, uniform) : code;
    }),
  );
}
