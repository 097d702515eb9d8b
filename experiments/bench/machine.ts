import { availableParallelism, cpus, loadavg } from "node:os";
import { currentEngine, tf } from "../../lib/engine";

/** What a measurement was made on. */
export function machineFacts() {
  return {
    processor: cpus()[0].model,
    cores: availableParallelism(),
    threads: currentEngine().threads,
    load: loadavg()[0],
    node: process.version,
    tfjs: tf.version_core,
  };
}
