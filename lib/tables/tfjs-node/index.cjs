// What danfojs-node computes with: the lab's own TensorFlow.js, not a native one of 2022 that is downloaded. `data` is for sample().
module.exports = { ...require("../../engine/tensorflow.ts"), data: require("@tensorflow/tfjs-data") };
