import { availableParallelism, cpus, loadavg } from "node:os";
import { tf } from "../../lib/backend";

/** What a measurement was made on. */
export function machineFacts() {
  return {
    processor: cpus()[0].model,
    cores: availableParallelism(),
    threads: process.env.SMITIN_THREADS ?? "one a core",
    load: loadavg()[0],
    node: process.version,
    tfjs: tf.version.tfjs,
  };
}
