import { StringDecoder } from "node:string_decoder";
import { markText } from "./marks";

type StreamName = "stdout" | "stderr";

/** Brings what a process prints at its descriptors and what it says by messages into the order in which it was done. */
export interface Interleaved<Message> {
  /** Bytes that were read from a descriptor. */
  printed(name: StreamName, bytes: Uint8Array): void;
  /** A message that was sent when this mark (`createMarks`) had been printed. */
  message(message: Message, mark: number): void;
  /** Nothing more is printed: what waits for its mark is let through. */
  ended(): void;
}

interface Reader {
  name: StreamName;
  decoder: StringDecoder;
  /** bytes that may be the beginning of a mark */
  rest: Buffer;
  /** the last mark that has come */
  mark: number;
}

/**
 * Text is given at once where no message comes before it, and a message when all is there that was printed before.
 * @param token as of `createMarks`
 */
export function interleave<Message>(
  token: string,
  text: (name: StreamName, text: string) => void,
  deliver: (message: Message) => void,
): Interleaved<Message> {
  const begin = Buffer.from(markText(token, 0).slice(0, -2));
  const readers = (["stdout", "stderr"] as const).map(
    (name): Reader => ({ name, decoder: new StringDecoder("utf8"), rest: Buffer.alloc(0), mark: 0 }),
  );
  const messages: { message: Message; mark: number }[] = [];
  const later: { name: StreamName; text: string; mark: number }[] = []; // printed behind a message that has not come
  let delivered = 0; // the mark of the last message

  function give(reader: Reader, bytes: Buffer): void {
    const piece = reader.decoder.write(bytes);
    if (!piece) return;
    if (reader.mark <= delivered) text(reader.name, piece);
    else later.push({ name: reader.name, text: piece, mark: reader.mark });
  }

  /** Deliver what has nothing more to wait for. */
  function proceed(): void {
    while (messages[0] && readers.every(({ mark }) => mark >= messages[0].mark)) {
      const { message, mark } = messages.shift()!;
      delivered = mark;
      deliver(message);
      release();
    }
  }

  function release(): void {
    for (const piece of later.splice(0)) {
      if (piece.mark <= delivered) text(piece.name, piece.text);
      else later.push(piece);
    }
  }

  return {
    printed(name, bytes) {
      const reader = readers.find((each) => each.name === name)!;
      let rest = Buffer.concat([reader.rest, bytes]);
      for (;;) {
        const at = rest.indexOf(begin);
        const end = at < 0 ? -1 : rest.indexOf(0, at + begin.length);
        if (end < 0) break;
        give(reader, rest.subarray(0, at));
        reader.mark = Number(rest.toString("latin1", at + begin.length, end));
        rest = rest.subarray(end + 1);
        proceed();
      }
      const kept = openEnd(rest, begin);
      give(reader, rest.subarray(0, rest.length - kept));
      reader.rest = Buffer.from(rest.subarray(rest.length - kept));
    },
    message(message, mark) {
      messages.push({ message, mark });
      proceed();
    },
    ended() {
      for (const reader of readers) {
        give(reader, reader.rest);
        reader.rest = Buffer.alloc(0);
        reader.mark = Number.POSITIVE_INFINITY;
      }
      proceed();
      delivered = Number.POSITIVE_INFINITY;
      release();
    },
  };
}

/** How many bytes at the end may be the beginning of a mark. */
function openEnd(bytes: Buffer, begin: Buffer): number {
  const at = bytes.lastIndexOf(0);
  if (at < 0) return 0;
  const tail = bytes.subarray(at);
  const isOpen =
    tail.length < begin.length
      ? begin.subarray(0, tail.length).equals(tail)
      : tail.subarray(0, begin.length).equals(begin);
  return isOpen ? tail.length : 0;
}
