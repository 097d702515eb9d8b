import * as core from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { addChainedOperations } from "./chainedOperations";
import { findGradientsLate } from "./gradients";

/*
 * TensorFlow.js as the package @tensorflow/tfjs puts it together (operations, layers, chained operations, gradients, the plain
 * engine), without its WebGL engine, converter and data readers: 100 MB of packages instead of 290.
 */
export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";

addChainedOperations(core);
findGradientsLate(core.engine());
