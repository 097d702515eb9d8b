/** One of several parts of a job, each computed by a process of its own: part 1 to `of`. */
export interface Shard {
  part: number;
  of: number;
}

/**
 * A shard's items: as many as the others' (or one more), neighbours kept together. The same for every machine, whatever is
 * finished already.
 */
export function shareOf<Item>(items: Item[], { part, of }: Shard): Item[] {
  const at = (end: number) => Math.round((items.length * end) / of);
  return items.slice(at(part - 1), at(part));
}

/** @throws RangeError unless it is part 1 to n of n */
export function checkShard({ part, of }: Shard): void {
  if (Number.isSafeInteger(part) && Number.isSafeInteger(of) && part >= 1 && part <= of) return;
  throw new RangeError(`shard: expected part 1 to n of n, found part ${part} of ${of}`);
}
