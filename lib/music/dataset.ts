/** Labelled clips of songs, part by part, so that no more than one part need be in memory. */
export interface Dataset<Item> {
  trait: string;
  /** how many items were asked for; there may be fewer */
  count: number;
  parts: Part<Item>[];
  /** what the clips are, in words */
  recipe: string;
  /** everything that fixes the items, files included: plain data, the key of caches */
  key: unknown;
}

/** A song, or a few. */
export interface Part<Item> {
  name: string;
  /**
   * Its items: the same, whenever and however often it is asked.
   * @param most how many at most
   * @param before how many the parts before it gave
   */
  read(most: number, before: number): Promise<PartItems<Item>>;
}

export interface PartItems<Item> {
  items: Item[];
  /** windows that passed the first test of energy; undefined where there is no such test */
  windows?: number;
  /** why there are no items */
  lacks?: string;
}

/** What became of the parts. */
export interface Tally {
  items: number;
  /** windows that passed the first test of energy */
  windows: number;
  /** parts that gave items, of all parts that were asked */
  used: number;
  asked: number;
  /** how many parts gave nothing, by reason */
  lacking: Record<string, number>;
}

/** A share for each part: what is left to find, spread over the parts that are left. */
export function share(count: number, before: number, partsLeft: number): number {
  return Math.ceil((count - before) / partsLeft);
}

export function emptyTally(): Tally {
  return { items: 0, windows: 0, used: 0, asked: 0, lacking: {} };
}

export function addToTally(tally: Tally, part: { items: number; windows?: number; lacks?: string }): void {
  tally.items += part.items;
  tally.windows += part.windows ?? 0;
  tally.asked++;
  if (part.items > 0) tally.used++;
  else tally.lacking[part.lacks ?? "nothing"] = (tally.lacking[part.lacks ?? "nothing"] ?? 0) + 1;
}

/** A tally in words: "12 of 20 found in 3 of 5 songs, of 80 windows that sound; 1 without drums, 1 too short". */
export function describeTally(
  { items, windows, used, asked, lacking }: Tally,
  { count }: Pick<Dataset<unknown>, "count">,
): string {
  const reasons = Object.entries(lacking).map(([why, songs]) => `${songs} ${why}`);
  if (windows === 0 && reasons.length === 0) return `${items} of ${count} found`;
  return [
    `${items} of ${count} found in ${used} of ${asked} songs, of ${windows} windows that sound`,
    ...reasons,
  ].join("; ");
}

/**
 * The items one by one, read as they are asked for.
 * @throws Error when there is none
 */
export async function* itemsOf<Item>(data: Dataset<Item>): AsyncGenerator<Item, void, undefined> {
  const tally = emptyTally();
  for (const [i, part] of data.parts.entries()) {
    if (tally.items >= data.count) break;
    const { items, ...rest } = await part.read(
      share(data.count, tally.items, data.parts.length - i),
      tally.items,
    );
    addToTally(tally, { items: items.length, ...rest });
    for (const item of items) yield item;
  }
  if (tally.items === 0) throw new Error(nothing(data, tally));
}

export function nothing(data: Dataset<unknown>, tally: Tally): string {
  return `${data.recipe}: expected at least one clip, only ${describeTally(tally, data)}`;
}
