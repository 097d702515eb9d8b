/** When to intervene: the share of full strength at a step; 0 is off. Steps count from 0 at the first steered one. */
export type Schedule = (step: number) => number;

export function everyStep(): Schedule {
  return () => 1;
}

/** Steps 0, s, 2 s, ... (SMITIN: s = 5). @throws RangeError unless s is an integer from 1 */
export function every(s: number): Schedule {
  if (!Number.isInteger(s) || s < 1) throw new RangeError(`every: expected an integer from 1, found ${s}`);
  return (step) => (step % s === 0 ? 1 : 0);
}

/**
 * Only the steps from `first` up to, not including, `end`, and there as `inside` says, counting from `first`.
 * @throws RangeError unless first <= end
 */
export function fromTo(first: number, end: number, inside: Schedule = everyStep()): Schedule {
  if (!(first <= end)) throw new RangeError(`fromTo: expected first <= end, found ${first} and ${end}`);
  return (step) => (step >= first && step < end ? inside(step - first) : 0);
}
