/** What a notebook shows that is alive, and how to make more of it: `import { headPicker } from "smitin-lab/widgets"`. */

export type { Comm, CommBuffer } from "../comm";
export { onCommOpen, openComm } from "../openComm";
export { createWidget, type Widget } from "../widget";
export { type AttentionView, attentionView } from "./attentionView";
export { type CancellableProgress, cancellableProgress } from "./cancellableProgress";
export { headListener } from "./headListener";
export { type HeadChoice, headPicker } from "./headPicker";
export { liveMonitor } from "./liveMonitor";
export { type SteeringConsole, steeringConsole } from "./steeringConsole";
export { sweepTable } from "./sweepTable";
