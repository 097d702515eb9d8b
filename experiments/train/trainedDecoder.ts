import { join } from "node:path";
import { createDecoderParameters } from "./decoderNetwork";
import type { Parameters } from "./parameters";
import { stateFolder } from "./profile";
import { loadState } from "./trainingState";

/** Where the decoder's training keeps its state. */
export const decoderState = join(stateFolder, "decoder.state");

/** The decoder and its text encoder as their training left them; nothing before. */
export function trainedDecoder(): Parameters | undefined {
  const parameters = createDecoderParameters(2);
  const step = loadState(decoderState, new Map([["parameters", parameters.flat]]), ["parameters"]);
  return step > 0 ? parameters : undefined;
}
