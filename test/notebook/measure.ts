import { setTimeout } from "node:timers/promises";
import { startKernelClient } from "../kernel/client";
import { noLab, repository, startLab } from "./lab";
import { playAndMove, roundTrips } from "./scenes/console";

/*
 * How fast the lab answers, with the bundled model, in a real JupyterLab: on a machine that does nothing else,
 * SMITIN_PYTHON=... npx tsx test/notebook/measure.ts
 */
const seconds = 8;
const cells = [
  `import { bandPairs, bandPrompts, captureHeads, loadMusicGen, steeringConsole, streamTake, trainProbes } from "${repository}/lib";
const model = await loadMusicGen();
const drums = trainProbes(await captureHeads(model, await bandPairs({ trait: "drums", count: 16, seconds: 3, seed: 1 })));
const [{ audio }] = await bandPrompts({ trait: "drums", count: 1, seconds: 3, seed: 3 });
const source = {
  prompt: model.codec.encode([audio.samples])[0], frames: ${seconds} * model.frameRate, seed: 7, probes: { drums },
};`,
  `const desk = steeringConsole(model, source.probes, {
  prompt: source.prompt, seconds: ${seconds}, seed: source.seed, maxAlpha: 400,
  strips: { drums: { alpha: 0, every: 1, gate: "always" } },
});
desk`,
];
/** A kernel's notebook, as Jupyter's server says it. */
const asJupyter = { JPY_SESSION_NAME: `${repository}/notebooks/01-inside-and-steering.ipynb` };
const speed = (compare: boolean) =>
  `const began${compare} = performance.now();
await streamTake(model, { ...source, compare: ${compare}, stripsAt: () => ({ drums: { ...desk.strips.drums, alpha: 10 } }) });
String(${seconds * 1000} / (performance.now() - began${compare}))`;

async function main(): Promise<void> {
  const say = (what: string, value: string) => console.log(`${what}: ${value}`);
  const first = 'import { loadMusicGen } from "../lib";';
  for (const waits of [false, true]) {
    const began = Date.now();
    const kernel = await startKernelClient(`${repository}/notebooks`, asJupyter);
    say("kernel answers", `${Date.now() - began} ms`);
    if (waits) await setTimeout(5000);
    const asked = Date.now();
    await kernel.execute(first);
    const [since, what] = waits ? [asked, "run 5 s later"] : [began, "run at once, from the kernel's start"];
    say(`a first cell that imports the lab, ${what}`, `${Date.now() - since} ms`);
    await kernel.close();
  }

  if (noLab) throw new Error(noLab);
  const lab = await startLab({ "measure.ipynb": cells });
  try {
    await lab.open("measure.ipynb");
    await lab.run();
    for (let i = 0; i < 3; i++) {
      await lab.kernel('desk.set("drums", { alpha: 0 });');
      const { wait, latency, changed, ahead } = await playAndMove(lab);
      say("play to first sound", `${wait.toFixed(0)} ms`);
      say(
        "alpha moved to changed samples",
        `${latency.toFixed(0)} ms, ${changed.toFixed(2)} s into the take`,
      );
      say("made ahead of what sounds, at most", `${ahead.toFixed(2)} s`);
    }
    const trips = (await roundTrips(lab)).map((time) => time.toFixed(0));
    say("slider to kernel and back", `${trips.join(", ")} ms`);
    say("streamed generation, times real time", Number(await lab.kernel(speed(false))).toFixed(2));
    say("the same beside an unsteered take", Number(await lab.kernel(speed(true))).toFixed(2));
  } finally {
    await lab.stop();
  }
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
