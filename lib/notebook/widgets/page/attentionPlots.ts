import { positionAt, secondsOf } from "../attentionMoment";
import type { AttentionViewState } from "../attentionView";
import { canvas, colours } from "./canvas";
import { h } from "./elements";
import type { View } from "./view";

/** What is drawn of one head. */
export interface Seen {
  /** [positions, positions] */
  own: Float32Array;
  /** Mean share of what is so many positions back. */
  back: Float32Array;
}

const [arcsHigh, waveHigh, axisHigh] = [104, 60, 18];
const mapHigh = 170;
const profileHigh = 104;

/** The pictures of one head: arcs over the waveform, the map of all moments, and how far back it looks on average. */
export function attentionPlots(
  view: View<AttentionViewState>,
  seen: () => Seen | undefined,
  { point, press }: { point(seconds: number): void; press(seconds: number): void },
) {
  const { model } = view;
  const plain = view as unknown as View<object>;
  const [seconds, frameRate, positions] = [
    model.get("seconds"),
    model.get("frameRate"),
    model.get("positions"),
  ];
  let image: HTMLCanvasElement | undefined;

  const arcs = canvas(plain, arcsHigh + waveHigh + axisHigh, paintArcs);
  const map = canvas(plain, mapHigh, paintMap);
  const profile = canvas(plain, profileHigh, paintProfile);
  const secondAt = (event: MouseEvent, element: HTMLElement) =>
    Math.max(0, Math.min(seconds, (event.offsetX / element.clientWidth) * seconds));
  arcs.element.addEventListener("mousemove", (event) => point(secondAt(event, arcs.element)));
  arcs.element.addEventListener("click", (event) => press(secondAt(event, arcs.element)));
  map.element.addEventListener("mousemove", ({ offsetY }) => point((offsetY / mapHigh) * seconds));
  map.element.addEventListener("click", ({ offsetY }) => press((offsetY / mapHigh) * seconds));
  for (const [name, value] of Object.entries({
    role: "slider",
    tabindex: "0",
    "aria-label": "the moment that is looked from; Enter plays what it looks at",
    "aria-valuemin": "0",
    "aria-valuemax": seconds.toFixed(2),
  }))
    arcs.element.setAttribute(name, value);
  arcs.element.addEventListener("keydown", (event) => {
    const moment = model.get("moment");
    const step = event.shiftKey ? (model.get("beat") ?? 0.5) : 1 / frameRate;
    const target = { ArrowLeft: moment - step, ArrowRight: moment + step, Home: 0, End: seconds }[event.key];
    if (event.key === "Enter") press(moment);
    else if (target === undefined) return;
    else point(Math.max(0, Math.min(seconds, target)));
    event.preventDefault();
  });
  for (const { element } of [map, profile]) element.setAttribute("role", "img");
  map.element.setAttribute("aria-label", "map: from each moment downwards, where across it looks");
  profile.element.setAttribute("aria-label", "share of attention against seconds back, on average");

  const row = () => {
    const position = positionAt(model.get("moment"), frameRate, positions);
    return {
      position,
      shares: seen()?.own.subarray(position * positions, (position + 1) * positions),
    };
  };

  function beats(
    context: CanvasRenderingContext2D,
    x: (at: number) => number,
    from: number,
    to: number,
  ): void {
    const beat = model.get("beat");
    if (!beat) return;
    for (let at = 0, n = 0; at < seconds; at += beat, n++) {
      context.globalAlpha = n % 4 ? 0.25 : 0.6;
      line(context, [x(at), from], [x(at), to]);
    }
    context.globalAlpha = 1;
  }

  function paintArcs(context: CanvasRenderingContext2D, width: number): void {
    const theme = colours(arcs.element);
    const x = (at: number) => (at / seconds) * width;
    const middle = arcsHigh + waveHigh / 2;
    context.fillStyle = theme.shade;
    context.fillRect(0, arcsHigh, x(model.get("promptSeconds")), waveHigh);
    context.strokeStyle = theme.quiet;
    context.lineWidth = 1;
    beats(context, x, arcsHigh, arcsHigh + waveHigh);
    context.fillStyle = theme.wave;
    const peaks = model.get("peaks");
    for (const [i, peak] of peaks.entries()) {
      const tall = Math.max(1, Math.min(1, peak) * waveHigh);
      context.fillRect(
        (i / peaks.length) * width,
        middle - tall / 2,
        Math.max(1, width / peaks.length - 0.3),
        tall,
      );
    }
    const { shares } = row();
    const end = x(model.get("moment"));
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    for (let key = 1; shares && key < positions; key++) {
      if (shares[key] < 0.002) continue;
      const from = x(secondsOf(key, frameRate));
      const rise = Math.min(arcsHigh - 4, 12 + ((end - from) / width) * arcsHigh * 1.4);
      context.globalAlpha = Math.min(1, 0.08 + 1.5 * Math.sqrt(shares[key]));
      context.beginPath();
      context.moveTo(from, arcsHigh);
      context.quadraticCurveTo((from + end) / 2, arcsHigh - 2 * rise, end, arcsHigh);
      context.stroke();
    }
    context.globalAlpha = 1;
    context.strokeStyle = theme.ink;
    line(context, [end, arcsHigh], [end, arcsHigh + waveHigh]);
    context.fillStyle = theme.quiet;
    context.font = "11px Arial, sans-serif";
    const stride = [0.5, 1, 2, 5, 10, 20].find((each) => x(each) > 42) ?? 60;
    for (let at = 0; at < seconds; at += stride)
      context.fillText(`${at} s`, x(at) + 2, arcsHigh + waveHigh + 13);
  }

  function paintMap(context: CanvasRenderingContext2D, width: number): void {
    const theme = colours(map.element);
    context.fillStyle = theme.shade;
    context.fillRect(0, 0, width, mapHigh);
    image ??= drawMap(seen(), positions, theme.accent);
    const frames = Math.round(seconds * frameRate);
    if (image) {
      context.imageSmoothingEnabled = false;
      context.drawImage(image, 1, 1, frames, frames, 0, 0, width, mapHigh);
    }
    const y = (model.get("moment") / seconds) * mapHigh;
    context.strokeStyle = theme.ink;
    context.lineWidth = 1;
    line(context, [0, y], [(model.get("moment") / seconds) * width, y]);
    context.strokeStyle = theme.quiet;
    beats(context, (at) => (at / seconds) * width, 0, 5);
    context.fillStyle = theme.quiet;
    context.font = "11px Arial, sans-serif";
    context.textAlign = "right";
    context.fillText("down: the moment it looks from", width - 4, 14);
    context.fillText("across: the moment it looks at", width - 4, 28);
    context.textAlign = "left";
  }

  function paintProfile(context: CanvasRenderingContext2D, width: number): void {
    const theme = colours(profile.element);
    const back = seen()?.back;
    if (!back) return;
    const count = Math.max(2, Math.floor(back.length * 0.75)); // further back there are few to average over
    const roots = Array.from({ length: count }, (_, n) => Math.sqrt(back[n]));
    const tallest = Math.max(...roots);
    const [top, base] = [10, profileHigh - axisHigh];
    const x = (at: number) => (at / (count / frameRate)) * width;
    const beat = model.get("beat");
    context.font = "11px Arial, sans-serif";
    context.fillStyle = theme.quiet;
    context.strokeStyle = theme.quiet;
    context.lineWidth = 1;
    line(context, [0, base], [width, base]);
    context.fillText("0 s", 2, profileHigh - 4);
    context.textAlign = "right";
    context.fillText(`${(count / frameRate).toFixed(1)} s back`, width - 2, profileHigh - 4);
    context.textAlign = "center";
    context.setLineDash([3, 3]);
    for (const [name, at] of beat
      ? ([
          ["a beat", beat],
          ["a bar", 4 * beat],
        ] as const)
      : []) {
      if (x(at) > width - 60) continue;
      line(context, [x(at), top], [x(at), base]);
      context.fillText(name, x(at), profileHigh - 4);
    }
    context.setLineDash([]);
    context.textAlign = "left";
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [n, root] of roots.entries()) {
      const y = base - (root / tallest) * (base - top);
      if (n === 0) context.moveTo(x(n / frameRate), y);
      else context.lineTo(x(n / frameRate), y);
    }
    context.stroke();
  }

  return {
    element: h(
      "section",
      { style: "flex:1 1 420px;min-width:0" },
      arcs.element,
      h("div", { class: "sm-quiet" }, "All moments at once:"),
      map.element,
      h("div", { class: "sm-quiet" }, "How far back, on average over the take (height: root of the share):"),
      profile.element,
    ),
    /** A moment was chosen. @param told what is looked at from there */
    moved(told: string) {
      arcs.element.setAttribute("aria-valuenow", model.get("moment").toFixed(2));
      arcs.element.setAttribute("aria-valuetext", told);
      arcs.ask();
      map.ask();
    },
    /** Another head was read, or the theme has changed. */
    changed() {
      image = undefined;
      for (const { ask } of [arcs, map, profile]) ask();
    },
    row,
  };
}

function line(context: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** A pixel a pair of positions, in one colour, the stronger the larger the root of the share. */
function drawMap(seen: Seen | undefined, positions: number, colour: string): HTMLCanvasElement | undefined {
  const element = h("canvas", { width: positions, height: positions });
  const context = element.getContext("2d");
  if (!seen || !context) return undefined;
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const pixels = context.createImageData(positions, positions);
  for (let i = 0; i < seen.own.length; i++)
    pixels.data.set([r, g, b, Math.min(255, 510 * Math.sqrt(seen.own[i]))], 4 * i);
  context.putImageData(pixels, 0, 0);
  return element;
}
