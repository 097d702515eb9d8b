import type { HeadListenerState } from "../headListener";
import { button, h } from "./elements";
import { widget } from "./view";

const [width, height, edge] = [560, 380, 28];
const svgNames = "http://www.w3.org/2000/svg";

/** Clips as points; the one under the pointer sounds. */
export default widget<HeadListenerState>((view) => {
  const { model, el } = view;
  const [points, boundary, trait] = [model.get("points"), model.get("boundary"), model.get("trait")];
  const x = scale(points.map(([along]) => along).concat(boundary ?? []), edge, width - edge);
  const y = scale(
    points.map(([, across]) => across),
    height - edge,
    edge,
  );
  const order = [...points.keys()].sort((a, b) => points[a][0] - points[b][0]);
  const known = new Map<number, string>();
  const audio = h("audio", {});
  const told = h("div", { class: "sm-quiet", role: "status", "aria-live": "polite" });
  let isOn = true;
  let current = -1;

  const circles = points.map(([along, across, label], clip) => {
    const colour = label ? "var(--sm-warm)" : "var(--sm-accent)";
    const circle = shape("circle", {
      cx: x(along),
      cy: y(across),
      r: 5,
      fill: colour,
      "fill-opacity": 0.55,
      stroke: colour,
    });
    circle.addEventListener("mouseenter", () => hear(clip));
    return circle;
  });
  const line =
    boundary === null
      ? []
      : [
          shape("line", {
            x1: x(boundary),
            x2: x(boundary),
            y1: edge / 2,
            y2: height - edge / 2,
            stroke: "var(--sm-quiet)",
            "stroke-dasharray": "5 4",
          }),
        ];
  const picture = shape("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "application",
    tabindex: 0,
    "aria-label": `${points.length} clips; the arrow keys go through them from least to most ${trait}`,
    style: `width:100%;max-width:${width}px;background:var(--sm-shade);border-radius:4px`,
  });
  picture.append(...line, ...circles);
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const at = order.indexOf(current) + step;
    if (order[at] !== undefined) hear(order[at]);
    event.preventDefault();
  });
  picture.addEventListener("mouseleave", () => audio.pause());
  const sound = button("♪ Sound", "hear the clip under the pointer", () => {
    isOn = !isOn;
    sound.setAttribute("aria-pressed", String(isOn));
    if (!isOn) audio.pause();
  });
  sound.setAttribute("aria-pressed", "true");
  el.append(h("h4", {}, model.get("title")), picture, h("div", { class: "sm-row" }, sound, told), audio);
  view.receive(({ heard }, [wav]) => {
    if (typeof heard !== "number") return;
    const bytes = new Uint8Array(wav.byteLength);
    bytes.set(new Uint8Array(wav.buffer, wav.byteOffset, wav.byteLength));
    known.set(heard, URL.createObjectURL(new Blob([bytes], { type: "audio/wav" })));
    if (heard === current) play();
  });
  view.onEnd(() => {
    audio.pause();
    for (const url of known.values()) URL.revokeObjectURL(url);
  });

  function hear(clip: number): void {
    for (const [i, circle] of circles.entries()) circle.setAttribute("r", i === clip ? "9" : "5");
    current = clip;
    told.textContent = `clip ${clip}, ${points[clip][2] ? "with" : "without"} ${trait}: ${points[clip][0].toFixed(2)} along the direction`;
    if (known.has(clip)) play();
    else view.send({ hear: clip });
  }

  function play(): void {
    if (!isOn) return;
    audio.src = known.get(current)!;
    void audio.play()?.catch(() => {
      told.textContent = "the browser wants a click before it plays: press ♪ twice";
    });
  }
});

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(svgNames, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** From values to pixels. */
function scale(values: number[], from: number, to: number): (value: number) => number {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return (value) => Math.round(10 * (from + ((value - low) / span) * (to - from))) / 10;
}
