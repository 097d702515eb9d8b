import { join } from "node:path";
import { tf } from "../../lib/backend";
import { sample } from "../../lib/model/sampling";
import { createDecoderParameters, decoderLogits } from "./decoderNetwork";
import type { Parameters } from "./parameters";
import { stateFolder } from "./profile";
import { studioCodec } from "./studio";
import { loadState } from "./trainingState";

/** The decoder's parameters as its training left them. @throws Error when it has not been trained */
export function trainedDecoder(): Parameters {
  const parameters = createDecoderParameters(2);
  const path = join(stateFolder, "decoder.state");
  if (!loadState(path, new Map([["parameters", parameters.flat]]), ["parameters"]))
    throw new Error(`${path}: not there; run \`npm run train -- decoder\` first`);
  return parameters;
}

/**
 * What the decoder would have played in place of every token, had all before it been as it is: the same music with the
 * mistakes that the decoder makes when it plays by itself.
 * @param codes [codebooks][frames]
 */
export function resample(parameters: Parameters, codes: Int16Array[], uniform: () => number): Int16Array[] {
  const { codebooks, codebookSize } = studioCodec;
  const steps = codes[0].length;
  const inputs = codes.map((row, k) =>
    Int32Array.from({ length: steps }, (_, p) => (p > k ? row[p - 1 - k] : codebookSize)),
  );
  const logits = tf.tidy(() => {
    const tensors = parameters.unpack();
    const batch = {
      ...{ rows: 1, steps, inputs },
      ...{ textSteps: 1, textIds: new Int32Array(1), textMask: new Float32Array(1) },
    };
    return decoderLogits((name) => tensors.get(name)!, batch).dataSync<"float32">();
  });
  return codes.map((row, k) =>
    row.map((code, t) => {
      const at = ((t + k) * codebooks + k) * codebookSize;
      return t + k < steps ? sample(logits, at, codebookSize, {}, uniform) : code;
    }),
  );
}
