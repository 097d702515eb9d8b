import { availableParallelism, cpus, loadavg } from "node:os";
import { tf } from "../../lib/engine";
import { isNative } from "../../lib/engine/native/engine";

/** What a measurement was made on. */
export function machineFacts() {
  return {
    processor: cpus()[0].model,
    cores: availableParallelism(),
    threads: isNative() ? process.env.SMITIN_THREADS || "one a core" : undefined, // of the native engine alone
    load: loadavg()[0],
    node: process.version,
    tfjs: tf.version.tfjs,
  };
}
