type Json = Record<string, unknown>;
/** Raw bytes beside a message: sent as they are at that moment. */
export type CommBuffer = ArrayBuffer | ArrayBufferView;

export interface CommExtras {
  buffers?: CommBuffer[];
  metadata?: Json;
}

/** A line between a cell's code and the page, on which both sides send JSON and raw bytes. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** True when either side has closed it, and where there is no page. */
  readonly closed: boolean;
  send(data: Json, extras?: CommExtras): void;
  /** Listen; each buffer is a copy that begins at its memory's beginning. Returns how to stop listening. */
  onMessage(listener: (data: Json, buffers: Uint8Array[]) => void): () => void;
  /** Called when the page closes it. */
  onClose(listener: () => void): () => void;
  close(data?: Json): void;
}

/** Called with a comm that the page has opened, and what it sent along. */
export type CommOpened = (comm: Comm, data: Json, buffers: Uint8Array[]) => void;

/** Whoever can carry comms to a page: the kernel. */
export interface CommHost {
  open(target: string, data: Json, options: OpenCommOptions): Comm;
  onOpen(target: string, opened: CommOpened): void;
}

export interface OpenCommOptions extends CommExtras {
  /** chosen by the opener; a new one if absent */
  id?: string;
}

/** A buffer's bytes, where they are. */
export function bytesOf(buffer: CommBuffer): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
