import type { tf } from "../../engine";
import { count, summaryKind } from "./summary";

/** First values that are shown. */
const most = 8;

export const tensorKind = summaryKind<tf.Tensor>(
  "tensors",
  (value) => "dataId" in value && Array.isArray(value.shape) && typeof value.dtype === "string",
  (tensor) => {
    const title = `Tensor, ${tensor.dtype}, [${tensor.shape.join(", ")}]`;
    if (tensor.isDisposed) return { title: `${title}, disposed: its values are gone` };
    return {
      title,
      facts: [
        ["values", count(tensor.size, "number")],
        [tensor.size > most ? "first" : "they are", firstValues(tensor)],
      ],
      next: ["await tensor.array()", "tensor.dispose()"],
    };
  },
);

function firstValues(tensor: tf.Tensor): string {
  const flat = tensor.flatten();
  const first = flat.slice(0, Math.min(most, tensor.size));
  try {
    const values = Array.from(first.dataSync() as ArrayLike<unknown>);
    const shown = values.map((value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value));
    return shown.join(", ") + (tensor.size > most ? ", ..." : "");
  } catch {
    return "to be had by await tensor.data() on this engine";
  } finally {
    first.dispose();
    flat.dispose();
  }
}
