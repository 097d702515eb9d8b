import { decodeWav } from "../audio/wav";
import { fetchFile } from "../files/fetch";
import { h } from "../notebook/widgets/page/elements";
import { createPlayer } from "../notebook/widgets/page/player";
import type { Example, Examples } from "./example";
import { preparedTake } from "./take";
import { createTimeline, secondsOf } from "./timeline";

/**
 * A prepared take by itself, as the explorer shows it: waveform, monitor and pushes, and the unsteered take of the same seed to change
 * to while it plays.
 * @param folder where the sounds are
 * @param begins called before it plays, so that another one can stop
 */
export function createTakePlayer(example: Example, examples: Examples, folder: string, begins: () => void) {
  const { frameRate, sampleRate } = examples;
  const take = preparedTake(example, examples);
  const player = createPlayer(sampleRate, ask);
  let row: 0 | 1 = 0;
  let isAsked = false;
  let rows: Promise<Float32Array[]> | undefined;
  const timeline = createTimeline(
    () => ({ take, row, traits: [example.name], played: player.played(), frameRate }),
    (seconds) => void start(seconds),
  );
  const play = h("button", {
    type: "button",
    class: "play",
    onclick: () => (player.isPlaying ? player.pause() : void start()),
  });
  const kinds = (["Steered", "Unsteered"] as const).map((label, place) =>
    h("button", { type: "button", onclick: () => choose(place as 0 | 1) }, label),
  );
  const clock = h("span", { class: "number clock" });
  const told = h("p", { class: "quiet", role: "status" });
  choose(0);
  ask();
  return {
    element: h(
      "div",
      { class: "takePlayer" },
      timeline.element,
      h(
        "div",
        { class: "row" },
        play,
        h(
          "div",
          { class: "segments", role: "group", "aria-label": `Which take is heard: ${example.title}` },
          ...kinds,
        ),
        clock,
      ),
      told,
    ),
    pause: () => player.pause(),
  };

  async function start(from?: number): Promise<void> {
    begins();
    if (rows) return player.play(from);
    player.begin();
    player.play(from ?? 0); // within the click: browsers want that
    rows = Promise.all(["steered", "plain"].map((kind) => soundOf(`${folder}/${example.name}-${kind}.wav`)));
    try {
      player.push(await rows);
      player.end();
      told.textContent = "";
    } catch (error) {
      rows = undefined;
      player.pause();
      told.textContent = `This take could not be loaded (${(error as Error).message}). Press Play to try again.`;
    }
  }

  function choose(place: 0 | 1): void {
    row = place;
    player.choose(place);
    for (const [i, button] of kinds.entries()) button.setAttribute("aria-pressed", String(i === place));
    timeline.ask();
  }

  /** What changes while it plays. */
  function ask(): void {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(draw);
  }

  function draw(): void {
    isAsked = false;
    play.textContent = player.isWaiting ? "Loading…" : player.isPlaying ? "■ Stop" : "▶ Play";
    play.setAttribute("aria-label", `${player.isPlaying ? "Stop" : "Play"}: ${example.title}`);
    clock.textContent = `${player.played().toFixed(1)} of ${secondsOf(take, frameRate).toFixed(0)} s`;
    timeline.ask();
    if (player.isPlaying) ask();
  }
}

async function soundOf(address: string): Promise<Float32Array> {
  return decodeWav(await fetchFile(address), address).samples;
}
