import { traitStyle } from "../../../figures/traitStyle";
import type { HeadListenerState } from "../headListener";
import { h, toggle } from "./elements";
import { legend, sign } from "./legend";
import { traitProperties } from "./traitLook";
import { widget } from "./view";

const [width, height, left, edge, floor] = [560, 400, 46, 22, 352];
const svgNames = "http://www.w3.org/2000/svg";
const hint = "point at a clip to hear it; the arrow keys go from clip to clip";

/** Clips as points; the one under the pointer sounds. */
export default widget<HeadListenerState>((view) => {
  const { model, el } = view;
  const [points, boundary, trait] = [model.get("points"), model.get("boundary"), model.get("trait")];
  const partner = model.get("partner");
  const x = scale(points.map(([along]) => along).concat(boundary ?? []), left + 12, width - edge);
  const y = scale(
    points.map(([, across]) => across),
    floor - 12,
    edge,
  );
  const order = [...points.keys()].sort((a, b) => points[a][0] - points[b][0]);
  const known = new Map<number, string>();
  const audio = h("audio", {});
  const told = h("div", { class: "sm-quiet", role: "status", "aria-live": "polite" }, hint);
  let isOn = true;
  let current = -1;

  const pairs = points.map(([along, across], clip) => {
    const other = partner[clip];
    if (other < clip) return undefined;
    const [x2, y2] = [x(points[other][0]), y(points[other][1])];
    return shape("line", { x1: x(along), y1: y(across), x2, y2, class: "sm-pair" });
  });
  const circles = points.map(([along, across, label], clip) => {
    const circle = shape("circle", {
      cx: x(along),
      cy: y(across),
      r: 5,
      class: label ? "sm-with" : "sm-without",
    });
    circle.addEventListener("mouseenter", () => hear(clip));
    return circle;
  });
  const line =
    boundary === null
      ? []
      : [shape("line", { x1: x(boundary), x2: x(boundary), y1: edge / 2, y2: floor, class: "sm-boundary" })];
  const picture = shape("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "application",
    tabindex: 0,
    class: "sm-plane",
    "aria-label": `${points.length} clips; the arrow keys go through them from least to most ${trait}`,
    style: `width:100%;max-width:${width}px`,
  });
  picture.append(...axes(x, y, trait), ...pairs.filter((pair) => pair !== undefined), ...line, ...circles);
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const at = order.indexOf(current) + step;
    if (order[at] !== undefined) hear(order[at]);
    event.preventDefault();
  });
  picture.addEventListener("mouseleave", leave);
  picture.addEventListener("blur", leave);
  const sound = toggle("Sound", "hear the clip under the pointer", (on) => {
    isOn = on;
    if (!isOn) audio.pause();
  });
  sound.put(true);
  el.append(
    h("h4", {}, model.get("title")),
    h(
      "div",
      { class: "sm-trait", style: traitProperties(traitStyle(trait)) },
      picture,
      meanings(trait, boundary !== null),
    ),
    h("div", { class: "sm-row" }, sound.element, told),
    audio,
  );
  view.receive(({ heard }, [wav]) => {
    if (typeof heard !== "number") return;
    const bytes = new Uint8Array(wav.byteLength);
    bytes.set(new Uint8Array(wav.buffer, wav.byteOffset, wav.byteLength));
    known.set(heard, URL.createObjectURL(new Blob([bytes], { type: "audio/wav" })));
    if (heard === current) play();
  });
  view.onEnd(() => {
    audio.pause();
    for (const address of known.values()) URL.revokeObjectURL(address);
  });

  function hear(clip: number): void {
    current = clip;
    light();
    const other =
      partner[clip] < 0 ? "" : `; joined: the same song ${points[clip][2] ? "without" : "with"} it`;
    told.textContent = `clip ${clip}, ${points[clip][2] ? "with" : "without"} ${trait}: ${points[clip][0].toFixed(2)} along the direction${other}`;
    if (known.has(clip)) play();
    else view.send({ hear: clip });
  }

  function leave(): void {
    audio.pause();
    current = -1;
    light();
    told.textContent = hint;
  }

  /** The clip that is heard and the other one of its pair stand out. */
  function light(): void {
    const other = partner[current] ?? -1;
    for (const [i, circle] of circles.entries())
      circle.setAttribute("r", i === current ? "9" : i === other ? "7" : "5");
    for (const [i, pair] of pairs.entries())
      pair?.classList.toggle("sm-lit", i === current || (current >= 0 && i === other));
  }

  function play(): void {
    if (!isOn) return;
    audio.src = known.get(current)!;
    void audio.play()?.catch((error: Error) => {
      if (error.name === "NotAllowedError")
        told.textContent = "the browser wants a click before it plays: click here";
    });
  }
});

/** Lines with ticks, and what they mean. */
function axes(x: Scale, y: Scale, trait: string): SVGElement[] {
  const write = (words: string, attributes: Record<string, string | number>) => {
    const text = shape("text", attributes);
    text.textContent = words;
    return text;
  };
  return [
    shape("path", { d: `M${left} ${edge / 2}V${floor}H${width - edge / 2}`, class: "sm-axis" }),
    ...x.ticks.flatMap((at) => [
      shape("path", { d: `M${x(at)} ${floor}v4`, class: "sm-axis" }),
      write(String(at), { x: x(at), y: floor + 16, "text-anchor": "middle" }),
    ]),
    ...y.ticks.flatMap((at) => [
      shape("path", { d: `M${left} ${y(at)}h-4`, class: "sm-axis" }),
      write(String(at), { x: left - 7, y: y(at) + 4, "text-anchor": "end" }),
    ]),
    write(`along the probe's direction (more ${trait} to the right)`, {
      x: (left + width) / 2,
      y: height - 12,
      "text-anchor": "middle",
    }),
    write("across it", { transform: `translate(12 ${floor / 2}) rotate(-90)`, "text-anchor": "middle" }),
  ];
}

function meanings(trait: string, hasBoundary: boolean): HTMLElement {
  return legend(
    sign("dotWith", `with ${trait}`),
    sign("dotWithout", `without ${trait}`),
    sign("thin", "the same song"),
    ...(hasBoundary ? [sign("dash", "where the probe changes its mind")] : []),
  );
}

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(svgNames, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

interface Scale {
  (value: number): number;
  /** Round numbers within it. */
  ticks: number[];
}

/** From values to pixels. */
function scale(values: number[], from: number, to: number): Scale {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const place = (value: number) => Math.round(10 * (from + ((value - low) / span) * (to - from))) / 10;
  const power = 10 ** Math.floor(Math.log10(span));
  const step = [0.2, 0.5, 1, 2].map((each) => each * power).find((each) => span / each <= 6) ?? power * 2;
  const first = Math.ceil(low / step);
  const count = Math.floor((low + span) / step) - first + 1;
  const ticks = Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
  return Object.assign(place, { ticks });
}
