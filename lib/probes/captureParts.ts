import { askParts, type Dataset, emptyTally, type PartWish, readPart } from "../music/dataset";
import type { Pair } from "../music/pairs";
import type { Clip } from "../music/quantity";
import { type CaptureOptions, captureClips, captureHeads, type SoundModel } from "./capture";
import { type Captured, encodePart, type Kept } from "./capturedPart";

/** The captures of one data set by one model, part by part, wherever they are kept. */
export interface CaptureStore {
  /** What was kept of a part; undefined when there is nothing, or nothing that can be used: it is then made anew. */
  read(wish: PartWish): Kept | undefined;
  has(wish: PartWish): boolean;
  /** @param bytes what `encodePart` made */
  write(wish: PartWish, bytes: Uint8Array): void;
}

/** Opens what is kept of a data set. @param perItem clips of an item */
export type OpenCaptureStore = <Item>(
  model: SoundModel,
  data: Dataset<Item>,
  perItem: number,
) => CaptureStore;

/** How a data set's items become clips. */
export interface ItemKind<Item> {
  clips: number;
  capture(model: SoundModel, items: Item[], options?: CaptureOptions): Promise<Captured>;
}

export const pairItems: ItemKind<Pair> = {
  clips: 2,
  async capture(model, pairs, options) {
    const { z, group, labels, shape } = await captureHeads(model, pairs, options);
    return { z, group: group!, values: Float32Array.from(labels), clips: shape[0] };
  },
};

export const clipItems: ItemKind<Clip> = {
  clips: 1,
  async capture(model, clips, options) {
    const { z, group, values } = await captureClips(model, clips, options);
    return { z, group: group!, values, clips: clips.length };
  },
};

/** Read a part and capture its new items. @param capture nothing to count them only */
export async function makePart<Item>(
  data: Dataset<Item>,
  wish: PartWish,
  capture?: (items: Item[]) => Promise<Captured>,
): Promise<Kept> {
  const { items, windows = 0, lacks } = await readPart(data, wish);
  const empty = { clips: 0, z: new Float32Array(), group: new Int32Array(), values: new Float32Array() };
  const captured = capture && items.length > 0 ? await capture(items) : empty;
  return { ...captured, items: items.length, windows, lacks };
}

/** A data set's captures in parts that may be made anywhere. */
export interface CaptureWork {
  parts: number;
  /** A part's captures, as the bytes that are kept of it. */
  make(wish: PartWish): Promise<Uint8Array>;
  keptIn(open: OpenCaptureStore): {
    /**
     * Parts that the store lacks; they are read, to count their items.
     * @param onCounted called with every part whose items are known
     */
    missing(onCounted?: () => void): Promise<PartWish[]>;
    /** Keep what was made of a part elsewhere. @throws Error when it is none of this data set: it is then made anew */
    keep(wish: PartWish, bytes: Uint8Array): void;
  };
}

export function captureWork<Item>(model: SoundModel, data: Dataset<Item>, kind: ItemKind<Item>): CaptureWork {
  return {
    parts: data.parts.length,
    async make(wish) {
      const kept = await makePart(data, wish, (items) => kind.capture(model, items));
      return encodePart(model, data.parts[wish.part].name, kept);
    },
    keptIn(open) {
      const store = open(model, data, kind.clips);
      return {
        async missing(onCounted) {
          const wishes: PartWish[] = [];
          const known = (wish: PartWish) => {
            const kept = store.read(wish);
            if (!kept) wishes.push(wish);
            return kept ?? makePart(data, wish);
          };
          for await (const _ of askParts(data, emptyTally(), known)) onCounted?.();
          return wishes;
        },
        keep(wish, bytes) {
          store.write(wish, bytes);
          if (!store.read(wish))
            throw new Error(`${data.parts[wish.part].name}: expected its captures, found something else`);
        },
      };
    },
  };
}
