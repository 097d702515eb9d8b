import { looksBack, secondsOf, tellMoment } from "../attentionMoment";
import type { AttentionViewState } from "../attentionView";
import { attentionGrid } from "./attentionGrid";
import { attentionPlots, type Seen } from "./attentionPlots";
import { button, h } from "./elements";
import { createSegments } from "./segments";
import { widget } from "./view";

/** Seconds before and after a place that are played of it. */
const around = [0.1, 0.3];

/** What a head looks at from a moment: seen and heard. */
export default widget<AttentionViewState>((view) => {
  const { model, el } = view;
  const [frameRate, pieces] = [model.get("frameRate"), model.get("pieces")];
  const known = new Map<string, Seen & { text: Float32Array }>();
  const segments = createSegments();
  let waiting: (() => void) | undefined;
  let shown = "";

  const key = () => `${model.get("layer")} ${model.get("head")}`;
  const seen = () => known.get(key());
  const title = h("h4", { style: "margin:0" });
  const told = h("div", { role: "status", "aria-live": "polite", style: "min-height:2.8em" });
  const words = pieces.map((piece) => h("span", { style: "border-radius:4px;padding:2px 5px" }, piece));
  const caption = h(
    "div",
    { class: "sm-row", style: "gap:2px" },
    h("span", { class: "sm-quiet" }, "Of the text it reads:"),
    ...words,
  );
  const grid = attentionGrid({
    layers: model.get("layers"),
    heads: model.get("heads"),
    back: model.get("back"),
    choose: (layer, head) => view.save({ layer, head }),
  });
  const plots = attentionPlots(view, seen, {
    point(seconds) {
      if (!segments.isPlaying) view.save({ moment: seconds });
    },
    press(seconds) {
      segments.stop();
      view.save({ moment: seconds });
      playLooks();
    },
  });
  const whole = button("▶ Take", "play the take; the arcs follow (Space)", () => toggle());
  const looks = button("♪ What it looks at", "play the places that the head looks at (Enter)", playLooks);
  const moment = button("♪ The moment", "play the moment itself", () => {
    const at = model.get("moment");
    play([[Math.max(0, at - 0.3), at + 0.1]]);
  });
  el.append(
    h("div", { class: "sm-columns" }, grid.element, plots.element),
    h("div", { class: "sm-row" }, title, whole, moment, looks),
    told,
    ...(pieces.length ? [caption] : []),
  );
  el.addEventListener("keydown", (event) => {
    if (event.key !== " " || (event.target as Element).tagName === "BUTTON") return;
    event.preventDefault();
    toggle();
  });

  view.follow("moment", show);
  for (const name of ["layer", "head"] as const) view.follow(name, () => queueMicrotask(change));
  view.receive(({ looked, sound }, buffers) => {
    if (Array.isArray(looked)) {
      const [own, back, text] = buffers;
      known.set(looked.join(" "), { own: shares(own), back: floats(back), text: shares(text) });
      if (looked.join(" ") !== key()) return;
      plots.changed();
      show();
    } else if (typeof sound === "number") {
      segments.put(floats(buffers[0]), sound);
      waiting?.();
      waiting = undefined;
    }
  });
  const theme =
    typeof MutationObserver === "function" ? new MutationObserver(() => plots.changed()) : undefined;
  theme?.observe(document.body, { attributeFilter: ["data-jp-theme-light", "class"] });
  view.onEnd(() => {
    theme?.disconnect();
    segments.close();
  });

  /** Another head: layer and head change one after the other, so the first of the two calls does all. */
  function change(): void {
    const now: [number, number] = [model.get("layer"), model.get("head")];
    if (now.join(" ") === shown) return;
    shown = now.join(" ");
    title.textContent = `Layer ${now[0]}, head ${now[1]}`;
    grid.put(...now);
    if (!seen()) view.send({ look: now });
    plots.changed();
    show();
  }

  function show(): void {
    const { position, shares: row } = plots.row();
    const text = row ? tellMoment(row, position, frameRate) : "reading what this head looks at";
    told.textContent = `${text}.`;
    plots.moved(text);
    const reads = seen()?.text;
    for (const [w, word] of words.entries()) {
      const share = reads?.length ? reads[position * pieces.length + w] : 0;
      word.style.background = `color-mix(in srgb, var(--sm-accent) ${Math.round(45 * share)}%, transparent)`;
      word.title = `${pieces[w]}: ${Math.round(100 * share)} %`;
    }
  }

  function play(parts: [number, number][], follow?: (seconds: number) => void): void {
    if (!segments.isThere) {
      waiting = () => play(parts, follow);
      view.send({ sound: true });
      return;
    }
    segments.play(parts, (seconds) => {
      whole.textContent = follow && seconds !== undefined ? "❚❚ Take" : "▶ Take";
      if (seconds !== undefined) follow?.(seconds);
    });
  }

  function toggle(): void {
    if (segments.isPlaying) {
      segments.stop();
      return;
    }
    const end = model.get("seconds");
    const at = model.get("moment");
    play([[at > end - 0.3 ? 0 : at, end]], (seconds) => {
      model.set("moment", seconds); // the page's own: TypeScript need not hear of every frame
      show();
    });
  }

  function playLooks(): void {
    const { position, shares: row } = plots.row();
    if (!row) return;
    const found = looksBack(row, position, frameRate).filter(({ share }) => share >= 0.01);
    const parts = found
      .map(({ seconds }): [number, number] => [Math.max(0, seconds - around[0]), seconds + around[1]])
      .sort(([a], [b]) => a - b);
    const here = secondsOf(position, frameRate);
    play(parts.length ? parts : [[Math.max(0, here - 0.3), here + 0.1]]);
  }

  /** Shares of which roots came, a byte each. */
  function shares({ buffer, byteOffset, byteLength }: DataView): Float32Array {
    return Float32Array.from(new Uint8Array(buffer, byteOffset, byteLength), (root) => (root / 255) ** 2);
  }

  function floats({ buffer, byteOffset, byteLength }: DataView): Float32Array {
    return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  }
});
