import { tf } from "../engine";
import type { SteeredModel } from "../model/intervention";
import type { TapPoint } from "../model/taps";
import { repeat } from "./addedVectors";
import { checkLength, type Edit, type Replacement } from "./plan";

/** The heads that are replaced, in all rows. */
export interface ReplacedHeads {
  layers: Set<number>;
  /** What z of `copies` x rows becomes where the tap is called; nothing when no head of that layer is replaced there. */
  of(at: TapPoint, copies: number): Blend | undefined;
  dispose(): void;
}

interface Slot {
  row: number;
  edit: Edit;
  replacement: Replacement;
}

/** What a layer's z becomes: z x scale + shift. */
interface Blend {
  /** everything it was made from, to see whether it still holds */
  made: (Float32Array | number)[];
  scale: tf.Tensor; // [copies x rows, positions, heads, 1]
  shift?: tf.Tensor; // [copies x rows, positions, heads, headDim]; none when it is all zeros
}

/**
 * Put the edits of all rows together. Of edits on one head the later one works on what the earlier one left.
 * @param origin positions before the first new one
 */
export function replaceHeads(
  rows: Edit[][],
  { heads, headDim, frameRate }: SteeredModel,
  origin: number,
): ReplacedHeads {
  const slots = new Map<number, Slot[]>();
  rows.forEach((edits, row) => {
    for (const edit of edits) {
      for (const replacement of edit.heads) {
        const slot = { row, edit, replacement };
        slots.set(replacement.layer, [...(slots.get(replacement.layer) ?? []), slot]);
      }
    }
  });
  const blends = new Map<number, Blend>();

  /** What is at work here: number of the place [rows, positions, heads], share, other z, one after another. */
  function current({ layer, ...now }: TapPoint): (Float32Array | number)[] {
    const found: (Float32Array | number)[] = [];
    for (const { row, edit, replacement } of slots.get(layer) ?? []) {
      if (now.prefill && edit.from === "new") continue;
      for (let i = 0; i < now.positions; i++) {
        const step = now.step + i;
        const share = edit.schedule(step + (edit.from === "start" ? origin : 0), frameRate);
        if (share === 0) continue;
        if (!Number.isFinite(share)) {
          throw new Error(`${edit.name}: expected a finite share at step ${step}, found ${share}`);
        }
        const other = replacement.at(origin + step);
        if (other === undefined) continue;
        if (other) checkLength(edit.name, layer, replacement.head, other, { headDim });
        found.push((row * now.positions + i) * heads + replacement.head, share, other);
      }
    }
    return found;
  }

  function blend(made: Blend["made"], copies: number, positions: number): Blend {
    const count = rows.length * positions * heads;
    const keep = new Float32Array(count).fill(1);
    const fill = new Float32Array(count * headDim);
    for (let m = 0; m < made.length; m += 3) {
      const [place, share, other] = made.slice(m, m + 3) as [number, number, Float32Array | 0];
      keep[place] *= 1 - share;
      for (let d = 0, at = place * headDim; d < headDim; d++, at++) {
        fill[at] = (1 - share) * fill[at] + (other ? share * other[d] : 0);
      }
    }
    const batch = copies * rows.length;
    return {
      made,
      scale: tf.keep(tf.tensor4d(repeat(keep, copies), [batch, positions, heads, 1])),
      shift: fill.some((value) => value !== 0)
        ? tf.keep(tf.tensor4d(repeat(fill, copies), [batch, positions, heads, headDim]))
        : undefined,
    };
  }

  function free({ scale, shift }: Blend): void {
    scale.dispose();
    shift?.dispose();
  }

  return {
    layers: new Set(slots.keys()),
    of(at, copies) {
      const { layer, positions } = at;
      const made = current(at);
      if (made.length === 0) return undefined;
      let known = blends.get(layer);
      const same =
        known?.scale.shape[1] === positions &&
        known.made.length === made.length &&
        made.every((value, i) => value === known!.made[i]);
      if (!known || !same) {
        if (known) free(known);
        known = blend(made, copies, positions);
        blends.set(layer, known);
      }
      return known;
    },
    dispose() {
      for (const known of blends.values()) free(known);
      blends.clear();
    },
  };
}
