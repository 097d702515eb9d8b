import { sweepSteering } from "../../lib/disk/sweepFolder";
import { startBackend } from "../../lib/engine";
import { random } from "../../lib/math/random";
import { generate } from "../../lib/model/generate/generate";
import { soundBundle } from "../../lib/notebook/listen";
import type { MimeBundle } from "../../lib/notebook/output";
import { progress } from "../../lib/notebook/progress";
import { attentionView } from "../../lib/notebook/widgets/attentionView";
import { cancellableProgress } from "../../lib/notebook/widgets/cancellableProgress";
import { headListener } from "../../lib/notebook/widgets/headListener";
import { headPicker } from "../../lib/notebook/widgets/headPicker";
import { liveMonitor } from "../../lib/notebook/widgets/liveMonitor";
import { steeringConsole } from "../../lib/notebook/widgets/steeringConsole";
import { sweepTable } from "../../lib/notebook/widgets/sweepTable";
import type { ProbeSet } from "../../lib/probes/probe";
import { smitin } from "../../lib/steering/methods";
import { handmade } from "../steering/probes";
import { judge, prompt } from "../sweep/fixture";
import type { BrowserPage } from "./browserPage";
import { hearable, playable, twoTraits } from "./playable";

/** Every widget and player in a page, with what they need. */
export async function gallery({ show }: BrowserPage) {
  const names: string[] = [];
  const board = {
    show(name: string, value: MimeBundle | Promise<MimeBundle>) {
      names.push(name);
      return show(name, value);
    },
  };
  await startBackend("wasm");
  const model = playable();
  const { drums, piano } = twoTraits(model);
  const { activations, sounds } = hearable(model);
  const uniform = random(3);
  const grid = (trait: string, layers: number, heads: number): ProbeSet => {
    const small = handmade(undefined, trait);
    return {
      ...small,
      shape: { ...small.shape, layers, heads },
      heads: Array.from({ length: layers * heads }, (_, i) => {
        const accuracy = 0.5 + 0.45 * uniform();
        return { ...small.heads[0], layer: Math.floor(i / heads), head: i % heads, accuracy };
      }),
    };
  };
  const picker = headPicker([grid("drums", 8, 12), grid("piano", 8, 12)], { top: 8 });
  await board.show("picker", picker._repr_mimebundle_());
  const desk = steeringConsole(
    model,
    { drums, piano },
    {
      prompt: prompt(1, 6),
      seconds: 6,
      seed: 4,
      strips: { drums: { alpha: 20 }, piano: { alpha: 0 } },
    },
  );
  await board.show("console", desk._repr_mimebundle_());
  const monitor = liveMonitor(smitin(drums, { alpha: 20 }));
  await board.show("monitor", monitor._repr_mimebundle_());
  const take = await generate(model, { prompt: prompt(1, 6), frames: 150, seed: 7, steer: monitor });
  await board.show("attention", attentionView(model, take)._repr_mimebundle_());
  const listener = headListener(activations, drums.heads[0], sounds);
  await board.show("listener", listener._repr_mimebundle_());
  const sweep = await sweepSteering(model, {
    prompts: [prompt(1, 6), prompt(3, 6)],
    probes: drums,
    alpha: [20, 200],
    topK: [1, "all"],
    frames: 100,
    judge,
  });
  const table = sweepTable(sweep, model);
  await board.show("sweep", table._repr_mimebundle_());
  const tone = (seconds: number, rate = 8000) => ({
    samples: Float32Array.from(
      { length: rate * seconds },
      (_, i) => 0.5 * Math.sin(i / 9) * Math.sin(i / 3000),
    ),
    sampleRate: rate,
  });
  await board.show(
    "players",
    soundBundle({
      prompt: tone(2),
      unsteered: { audio: tone(5), promptFrames: 100, tokens: [new Int32Array(250)] },
      steered: tone(5),
    }),
  );
  await board.show("player", soundBundle(tone(3)));
  await board.show("progress", { "text/html": "", "text/plain": "" });
  const bar = progress("reading clips", 40);
  bar.tick(17);
  await board.show("progressDone", { "text/html": "", "text/plain": "" });
  const done = progress("reading clips", 40);
  done.tick(40);
  done.done();
  const job = cancellableProgress("takes", 40);
  await board.show("job", job._repr_mimebundle_());
  job.tick(12);
  const ended = cancellableProgress("pairs played", 40);
  await board.show("jobDone", ended._repr_mimebundle_());
  ended.tick(40);
  ended.done();
  return { desk, picker, names };
}
