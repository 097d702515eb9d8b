import type { Move } from "../live/liveSteer";
import type { Strip, Strips } from "../live/strip";

/** All that is needed to make a take again. */
export interface LinkedTake {
  /** Fingerprint of the model. */
  model: string;
  seed: number;
  frames: number;
  /** [codebooks][frames] */
  prompt: number[][];
  promptName: string;
  moves: Move[];
}

/**
 * A take as the fragment of an address: JSON, packed, in base64url. Strips that steer nothing are left out of it, whoever opens it
 * has them.
 */
export async function encodeLink(take: LinkedTake): Promise<string> {
  const moves = take.moves.map(({ step, strips, muted }) => {
    const on = Object.entries(strips).filter(([, strip]) => isSteering(strip));
    return [step, Object.fromEntries(on), (muted ?? []).map(({ layer, head }) => [layer, head])];
  });
  const plain = [version, take.model, take.seed, take.frames, take.promptName, take.prompt, moves];
  const packed = await through(
    new TextEncoder().encode(JSON.stringify(plain)),
    new CompressionStream("deflate-raw"),
  );
  const text = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return `take=${btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")}`;
}

/**
 * @param off strips of every trait that steer nothing
 * @throws Error when it is no take, or one of another model; MissingProbes
 */
export async function decodeLink(fragment: string, model: string, off: Strips): Promise<LinkedTake> {
  const plain = await unpack(fragment);
  if (!Array.isArray(plain) || plain[0] !== version)
    throw new Error("This address holds no take that this page can read.");
  const [, source, seed, frames, promptName, prompt, moves] = plain as Plain;
  if (source !== model)
    throw new Error(`This address holds a take of another model (${source}); this is ${model}.`);
  return {
    model: source,
    seed,
    frames,
    promptName,
    prompt,
    moves: moves.map(([step, strips, muted]) => {
      const stranger = Object.keys(strips).find((trait) => !off[trait]);
      if (stranger) throw new MissingProbes(stranger);
      return {
        step,
        strips: { ...off, ...strips },
        ...(muted.length > 0 && { muted: muted.map(([layer, head]) => ({ layer, head })) }),
      };
    }),
  };
}

/** An address holds a take that is steered by a trait which somebody taught. */
export class MissingProbes extends Error {
  constructor(trait: string) {
    super(
      `This take is steered by "${trait}", whose probes are not here: open "Teach it by ear" and import them.`,
    );
  }
}

/** The traits that a take is steered by at any time. */
export function steeredTraits(moves: Move[]): string[] {
  return [
    ...new Set(
      moves.flatMap(({ strips }) => Object.keys(strips).filter((trait) => isSteering(strips[trait]))),
    ),
  ];
}

function isSteering({ on, alpha }: Strip): boolean {
  return on && alpha !== 0;
}

const version = 1;

type Plain = [
  version: number,
  model: string,
  seed: number,
  frames: number,
  promptName: string,
  prompt: number[][],
  moves: [step: number, strips: Record<string, Strip>, muted: [number, number][]][],
];

async function unpack(fragment: string): Promise<unknown> {
  const [, text = ""] = /(?:^|[#&])take=([\w-]+)/.exec(fragment) ?? [];
  try {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) =>
      char.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw"))));
  } catch {
    return undefined;
  }
}

async function through(
  bytes: Uint8Array,
  pipe: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(pipe);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
