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
   * Its items: the same, whenever and however often it is asked; when asked for more, the same ones come first.
   * @param most how many at most
   * @param before how many the parts before it gave, when each was first asked
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

export function emptyTally(): Tally {
  return { items: 0, windows: 0, used: 0, asked: 0, lacking: {} };
}

/** A part of a data set, and what is asked of it. */
export interface PartWish {
  part: number;
  /** as for its `read` */
  most: number;
  before: number;
  /** items that it gave in an earlier round: those that follow them are wanted */
  given: number;
}

/**
 * Ask a data set's parts in turn, each for a fair share of the items that are still to be found, until it has given all its
 * items; parts that gave their whole share are asked for more in further rounds, while others could not give theirs.
 * @param tally is kept
 * @param give what a part gives, with the number of its new items
 * @returns what they gave, and how many items there were before it
 */
export async function* askParts<Given extends { items: number; windows?: number; lacks?: string }>(
  { parts, count }: Dataset<unknown>,
  tally: Tally,
  give: (wish: PartWish) => Given | Promise<Given>,
): AsyncGenerator<{ given: Given; at: number }, void, undefined> {
  let open: PartWish[] | undefined;
  do {
    const isFirst = open === undefined;
    const asked = open ?? parts.map((_, part) => ({ part, most: 0, before: 0, given: 0 }));
    open = [];
    for (const [i, { part, most, before }] of asked.entries()) {
      const at = tally.items;
      if (at >= count) return;
      const share = Math.ceil((count - at) / (asked.length - i));
      const wish = { part, most: most + share, before: isFirst ? at : before, given: most };
      const given = await give(wish);
      if (given.items === share) open.push(wish);
      tally.items += given.items;
      if (isFirst) countPart(tally, given);
      yield { given, at };
    }
  } while (open.length > 0);
}

function countPart(tally: Tally, given: { items: number; windows?: number; lacks?: string }): void {
  const { items, windows = 0, lacks = "nothing" } = given;
  tally.windows += windows;
  tally.asked++;
  if (items > 0) tally.used++;
  else tally.lacking[lacks] = (tally.lacking[lacks] ?? 0) + 1;
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

/** The new items of a part. */
export async function readPart<Item>(
  { parts }: Dataset<Item>,
  { part, most, before, given }: PartWish,
): Promise<PartItems<Item>> {
  const { items, ...rest } = await parts[part].read(most, before);
  return { ...rest, items: items.slice(given) };
}

/**
 * The items one by one, read as they are asked for.
 * @throws Error when there is none
 */
export async function* itemsOf<Item>(data: Dataset<Item>): AsyncGenerator<Item, void, undefined> {
  const tally = emptyTally();
  const read = async (wish: PartWish) => {
    const { items: found, ...rest } = await readPart(data, wish);
    return { ...rest, found, items: found.length };
  };
  for await (const { given } of askParts(data, tally, read)) yield* given.found;
  if (tally.items === 0) throw new Error(nothing(data, tally));
}

export function nothing(data: Dataset<unknown>, tally: Tally): string {
  return `${data.recipe}: expected at least one clip, only ${describeTally(tally, data)}`;
}
