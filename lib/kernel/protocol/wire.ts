import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

export type Channel = "shell" | "control" | "stdin" | "iopub";

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  version: string;
  date: string;
}

/** A message of Jupyter's protocol (5.x), from a front end or to one. */
export interface Message {
  channel: Channel;
  /** ZeroMQ's way back to the front end that asked; a topic on iopub */
  identities: Uint8Array[];
  header: Header;
  /** the header of the request in whose name this is sent; {} if none */
  parent: Partial<Header>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Uint8Array[];
}

const delimiter = "<IDS|MSG>";
const session = randomUUID();

/**
 * Read a message from its frames: identities, the delimiter, a signature, four parts of JSON, raw buffers.
 * @param key what signs messages; empty: they are not signed
 * @throws Error when the frames are no message, or not signed with this key
 */
export function decodeMessage(channel: Channel, frames: Uint8Array[], key: string): Message {
  const start = frames.findIndex((frame) => Buffer.from(frame).toString("latin1") === delimiter);
  if (start < 0 || frames.length < start + 6)
    throw new Error(
      `${channel}: expected a Jupyter message, found ${frames.length} frames without its parts`,
    );
  const [signature, ...rest] = frames.slice(start + 1);
  const parts = rest.slice(0, 4);
  const expected = Buffer.from(sign(parts, key));
  if (expected.length !== signature.length || !timingSafeEqual(expected, signature))
    throw new Error(`${channel}: a message is not signed with the key of the connection file`);
  const [header, parent, metadata, content] = parts.map((part) => JSON.parse(Buffer.from(part).toString()));
  return {
    channel,
    identities: frames.slice(0, start),
    header,
    parent,
    metadata,
    content,
    buffers: rest.slice(4),
  };
}

/** The frames of a message; only its four parts of JSON are signed. */
export function encodeMessage(message: Message, key: string): (string | Uint8Array)[] {
  const { identities, header, parent, metadata, content, buffers } = message;
  const parts = [header, parent, metadata, content].map((part) => JSON.stringify(part));
  return [...identities, delimiter, sign(parts, key), ...parts, ...buffers];
}

/** A message in the name of `request`: its answer on the same channel, or a publication on iopub. */
export function replyTo(
  request: Pick<Message, "channel" | "identities"> & { header: Partial<Header> },
  type: string,
  content: object,
  { channel = request.channel, metadata = {}, buffers = [] }: Partial<Message> = {},
): Message {
  return {
    channel,
    identities: channel === "iopub" ? [Buffer.from(type)] : request.identities,
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      session,
      username: "kernel",
      version: "5.3",
      date: new Date().toISOString(),
    },
    parent: request.header,
    metadata,
    content: content as Message["content"],
    buffers,
  };
}

function sign(parts: (string | Uint8Array)[], key: string): string {
  if (!key) return "";
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
