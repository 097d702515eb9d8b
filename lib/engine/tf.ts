import * as tf from "@tensorflow/tfjs";

/** TensorFlow.js: the one instance on which all of the lab computes. */
export { tf };
