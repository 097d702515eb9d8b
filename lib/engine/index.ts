/** Where the lab computes: TensorFlow.js, and the engine that the model runs on. */

export type {
  AttentionSize,
  KeyValues,
  Look,
  Memory,
  MemoryGraph,
  MemoryParts,
  TextAttention,
  TextGraph,
} from "./attention";
export type {
  Activation,
  Device,
  Engine,
  EngineKind,
  Graph,
  Graphs,
  Linear,
  LinearOptions,
  StartOptions,
} from "./engine";
export { currentEngine, isStarted, registerEngine, startBackend } from "./engines";
export { tf } from "./tf";
