import { tf } from "../../lib/engine";

/** Where one named tensor lies in the flat vector. */
export interface ParameterSlot {
  name: string;
  shape: number[];
  size: number;
  /** Whether weight decay pulls on it (matrices yes; gains, biases and embeddings no). */
  decay: boolean;
}

/**
 * All parameters of a network in ONE flat variable: the optimiser then costs a dozen operations a step whatever the
 * number of tensors, and a training checkpoint is three vectors.
 */
export class Parameters {
  readonly slots: ParameterSlot[] = [];
  flat!: tf.Variable;
  private readonly initial: Float32Array[] = [];

  /** Declare a tensor with its first values. */
  add(name: string, shape: number[], values: Float32Array, decay = false): void {
    const size = shape.reduce((a, b) => a * b, 1);
    if (values.length !== size) throw new Error(`${name}: expected ${size} values, found ${values.length}`);
    this.slots.push({ name, shape, size, decay });
    this.initial.push(values);
  }

  /** After the last `add`: make the variable. */
  build(): void {
    this.flat = tf.tidy(() => tf.variable(tf.concat(this.initial.map((values) => tf.tensor1d(values)))));
    this.initial.length = 0;
  }

  get size(): number {
    return this.slots.reduce((sum, slot) => sum + slot.size, 0);
  }

  /** The named tensors, as views that carry gradients back to the flat variable. */
  unpack(): Map<string, tf.Tensor> {
    const parts = tf.split(
      this.flat as tf.Tensor,
      this.slots.map((slot) => slot.size),
    );
    return new Map(this.slots.map((slot, i) => [slot.name, parts[i].reshape(slot.shape)]));
  }

  /** 1 where weight decay applies, else 0: [size]. */
  decayMask(): tf.Tensor1D {
    return tf.tidy(
      () => tf.concat(this.slots.map((slot) => tf.fill([slot.size], slot.decay ? 1 : 0))) as tf.Tensor1D,
    );
  }

  /** Values by name, for export. */
  values(): Map<string, { shape: number[]; data: Float32Array }> {
    const all = this.flat.dataSync() as Float32Array;
    let offset = 0;
    return new Map(
      this.slots.map((slot) => {
        const data = all.slice(offset, offset + slot.size);
        offset += slot.size;
        return [slot.name, { shape: slot.shape, data }];
      }),
    );
  }
}
