import type { Figure, Trace } from "./figure";
import { bestHead, describeHead, type HeadScores, percentRange } from "./headGrid";
import { axis, layout, legend, quietInk, translucent } from "./theme";
import { type TraitStyle, traitStyles } from "./traitStyle";

/**
 * The heads of one or more traits from best to worst: accuracy against rank, with 95 % intervals as bands and chance
 * as a line. Shows how many heads know a trait.
 * @throws Error when there is no head
 */
export function headRanking(scores: HeadScores | HeadScores[], options: { title?: string } = {}): Figure {
  const sets = Array.isArray(scores) ? scores : [scores];
  const styles = traitStyles(sets.map(({ trait }) => trait));
  const { title = "Heads from best to worst" } = options;
  const ranks = Math.max(...sets.map(({ heads }) => heads.length));
  const subtitle =
    sets.length === 1
      ? `${sets[0].trait}; best: ${describeHead(bestHead(sets[0]))}`
      : "bands are 95% intervals";
  return {
    data: sets.flatMap((set, i) => ranking(set, styles[i])),
    layout: layout(title, subtitle, {
      width: 720,
      height: 420,
      legend,
      xaxis: axis("rank", { range: [0.5 - ranks / 80, ranks * 1.01 + 0.5], showgrid: false }),
      yaxis: axis("probe accuracy", { range: [0.4, 1.005], tickformat: ".0%", dtick: 0.1 }),
      shapes: [
        {
          type: "line",
          xref: "paper",
          x0: 0,
          x1: 1,
          y0: 0.5,
          y1: 0.5,
          line: { color: quietInk, width: 1, dash: "dash" },
        },
      ],
      annotations: [
        {
          text: "chance",
          xref: "paper",
          x: 0,
          xanchor: "left",
          xshift: 4,
          y: 0.5,
          yanchor: "top",
          showarrow: false,
          font: { size: 12, color: quietInk },
        },
      ],
    }),
  };
}

/** A band and the curve on it. */
function ranking(set: HeadScores, { light: colour, dash, shape }: TraitStyle): Trace[] {
  bestHead(set); // throws when there is none
  const heads = [...set.heads].sort((a, b) => b.accuracy - a.accuracy);
  const rank = heads.map((_, i) => i + 1);
  return [
    {
      type: "scatter",
      x: [...rank, ...[...rank].reverse()],
      y: [
        ...heads.map(({ interval }) => interval[1]),
        ...[...heads].reverse().map(({ interval }) => interval[0]),
      ],
      mode: "lines",
      line: { width: 0 },
      fill: "toself",
      fillcolor: translucent(colour, 0.18),
      hoverinfo: "skip",
      showlegend: false,
    },
    {
      type: "scatter",
      name: set.trait,
      x: rank,
      y: heads.map(({ accuracy }) => accuracy),
      customdata: heads.map(({ layer, head, interval }) => [layer, head, percentRange(interval)]),
      line: { color: colour, width: 2, dash: dash.length > 0 ? `${dash.join("px,")}px` : "solid" },
      ...(heads.length <= 64
        ? {
            mode: "lines+markers",
            marker: { color: colour, size: 6, symbol: shape.replace("triangle", "triangle-up") },
          }
        : { mode: "lines" }),
      hovertemplate:
        "rank %{x}: layer %{customdata[0]}, head %{customdata[1]}<br>" +
        "accuracy %{y:.1%} (95%: %{customdata[2]})<extra></extra>",
      showlegend: true,
    },
  ];
}
