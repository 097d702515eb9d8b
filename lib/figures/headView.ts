import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { type HeadActivations, headZ } from "../probes/activations";
import type { Probe } from "../probes/probe";
import type { Figure, Trace } from "./figure";
import { axis, layout, legend, meaning, quietInk, translucent } from "./theme";
import { traitStyle } from "./traitStyle";

/** What one head did on labelled clips, and the probe that reads it. */
export interface HeadClips {
  trait: string;
  layer: number;
  head: number;
  /** Activations [clips, headDim], row by row. */
  z: Float32Array;
  /** 1 where the trait is there, else 0; [clips]. */
  labels: ArrayLike<number>;
  /** The probe's unit direction [headDim]. */
  theta: Float32Array;
  /** Where along theta the probe changes its mind; drawn as a line. */
  boundary?: number;
  accuracy?: number;
}

/** Clips in the plane of a probe's direction and the strongest direction orthogonal to it. */
export interface HeadPlane {
  /** theta . z of each clip. */
  along: number[];
  /** The clips' centred coordinate in the orthogonal direction. */
  across: number[];
  /** Share of the variance orthogonal to theta that this direction has. */
  share: number;
}

/**
 * Clips as points in the plane of one head: to the right the probe's direction, upward the direction of largest
 * variance orthogonal to it. (The paper's figure of head views.)
 * @throws Error when the lengths of z, labels and theta contradict each other
 */
export function headView(clips: HeadClips, options: { title?: string } = {}): Figure {
  const { trait, layer, head, accuracy, boundary } = clips;
  const { title = `Clips as head ${head} of layer ${layer} sees them: ${trait}` } = options;
  const { along, across, share } = headPlane(clips);
  const told = accuracy === undefined ? "" : `the probe tells ${(100 * accuracy).toFixed(1)}% apart; `;
  return {
    data: [points(0, `without ${trait}`), points(1, `with ${trait}`)],
    layout: layout(title, `${told}upward: ${(100 * share).toFixed(0)}% of the remaining variance`, {
      width: 620,
      height: 520,
      legend,
      xaxis: axis("along the probe's direction"),
      yaxis: axis("strongest orthogonal direction"),
      shapes:
        boundary === undefined
          ? []
          : [
              {
                type: "line",
                yref: "paper",
                x0: boundary,
                x1: boundary,
                y0: 0,
                y1: 1,
                line: { color: quietInk, width: 1.5, dash: "dash" },
              },
            ],
    }),
  };

  function points(label: number, name: string): Trace {
    const chosen = along.map((_, clip) => clip).filter((clip) => clips.labels[clip] === label);
    const colour = label ? traitStyle(trait).light : meaning.without;
    return {
      type: "scatter",
      name,
      x: chosen.map((clip) => along[clip]),
      y: chosen.map((clip) => across[clip]),
      customdata: chosen,
      mode: "markers",
      marker: {
        color: translucent(colour, 0.55),
        line: { color: colour, width: 1 },
        size: 8,
        symbol: label ? "circle" : "diamond",
      },
      hovertemplate: `clip %{customdata}, ${name}<br>%{x:.2f}, %{y:.2f}<extra></extra>`,
    };
  }
}

/** What one head did, taken out of the activations of all heads, with the line where its probe is undecided. */
export function headClips(activations: HeadActivations, probe: Probe): HeadClips {
  const [clips, layers, heads, headDim] = activations.shape;
  const { layer, head, theta, weight, bias, accuracy } = probe;
  if (layer >= layers || head >= heads || theta.length !== headDim)
    throw new Error(
      `a head view of layer ${layer}, head ${head} needs its activations, found ${layers} layers of ${heads} heads`,
    );
  const z = new Float32Array(clips * headDim); // [clips, headDim]
  for (let clip = 0; clip < clips; clip++) z.set(headZ(activations, clip, probe), clip * headDim);
  const boundary = weight > 0 ? -bias / weight : undefined;
  return { trait: activations.trait, layer, head, z, labels: activations.labels, theta, boundary, accuracy };
}

/** The plane's coordinates of every clip; the orthogonal direction's sign is fixed by its largest component. */
export function headPlane({ z, labels, theta }: Pick<HeadClips, "z" | "labels" | "theta">): HeadPlane {
  const [clips, width] = [labels.length, theta.length];
  if (clips === 0 || z.length !== clips * width)
    throw new Error(`a head view needs z of [${clips} clips, ${width}] values, found ${z.length}`);
  const points = new Matrix(clips, width);
  for (let clip = 0; clip < clips; clip++)
    for (let i = 0; i < width; i++) points.set(clip, i, z[clip * width + i]);
  const direction = Matrix.columnVector(theta);
  const along = points.mmul(direction).to1DArray();
  const rest = points.sub(Matrix.columnVector(along).mmul(direction.transpose())); // [clips, width]
  rest.center("column");
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(rest.transpose().mmul(rest), {
    assumeSymmetric: true,
  });
  const strongest = realEigenvalues.indexOf(Math.max(...realEigenvalues));
  const total = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  const other = eigenvectorMatrix.getColumnVector(strongest);
  const largest = other
    .to1DArray()
    .reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most));
  if (largest < 0) other.mul(-1);
  return {
    along: along.map(round),
    across: rest.mmul(other).to1DArray().map(round),
    share: total > 0 ? realEigenvalues[strongest] / total : 0,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(5));
}
