import * as tf from "./tensorflow";

/** TensorFlow.js: the one instance on which all of the lab computes. */
export { tf };
