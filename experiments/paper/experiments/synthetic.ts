import type { Audio } from "../../../lib/audio/audio";
import { describeData } from "../../../lib/disk/openData";
import { headGrid } from "../../../lib/figures/headGrid";
import { headClips, headView } from "../../../lib/figures/headView";
import { embedClips, judgeEmbedding } from "../../../lib/judges/embedding";
import { hashOf } from "../../../lib/math/hash";
import { generateTokens } from "../../../lib/model/generate/generate";
import type { TokenGrid } from "../../../lib/model/generate/tokens";
import type { HeadActivations } from "../../../lib/probes/activations";
import { captureTokens } from "../../../lib/probes/capture";
import { ranked } from "../../../lib/probes/probe";
import { betterThanChance, difference } from "../report/findings";
import { headRow } from "../report/results";
import { distanceNotes, resultOf, settingsTable } from "../report/settingsTable";
import { rate } from "../report/table";
import { throughCodec } from "../shared/distance";
import type { Lab } from "../shared/lab";
import { listenedSweep } from "../shared/listenedSweep";
import type { Outcome } from "../shared/outcome";
import { trainedOn } from "../shared/probes";
import { isRecorded, recordedClips, recordedPairs } from "../shared/recorded";
import { methods, pooled, settingsOf } from "../shared/settings";
import { promptsFor } from "../shared/songs";

const name = "synthetic";
const trait = "real";

/**
 * Do heads know whether music was played by people or the band, or made up by the model itself? And does steering towards "real" bring takes
 * nearer to real music?
 */
export async function synthetic(lab: Lab): Promise<Outcome> {
  const { synthetic: sizes, seconds, traits, trait: missing, pairSeconds } = lab.profile;
  const { activations, probes } = await trainedOn(lab, keyOf(lab), () => realAndMadeUp(lab));
  const [best] = ranked(probes.heads);
  const { prompts, others } = await unheard(lab, missing, sizes.prompts);
  const reference = await embedClips(
    judgeEmbedding(lab.judge),
    `${others.length} prompts of ${musicOf(lab)}`,
    others.map(({ audio }) => throughCodec(lab, audio)),
  );
  const sweep = await listenedSweep(lab, {
    experiment: name,
    name: trait,
    probes,
    prompts,
    methods,
    alpha: sizes.alpha,
    seconds,
    seeds: [lab.seed],
  });
  const settings = settingsOf(lab, sweep, reference);
  const table = settingsTable(settings);
  const alike = (method: string, alpha: number | null) =>
    pooled(settings, method, alpha).flatMap(({ cells }) => cells.map(({ similarity }) => similarity ?? 0));
  const clips = activations.labels.length;
  return {
    title: "Real and synthetic music",
    about:
      `A trait that is no instrument: ${clips / 2} clips of ${pairSeconds} s of ${musicOf(lab)} (line-ups without ${traits.join(", ")}, in turn) and as many that the ` +
      "model continued from the beginnings of the same songs, all through the codec. Probes tell them apart; then takes are steered towards real.",
    rows: [
      headRow(lab, { experiment: name, trait, method: "probe", n: clips }, best),
      ...settings.map((setting) => resultOf(lab, name, setting)),
    ],
    table: {
      columns: ["best head % (95 %)", ...table.columns],
      rows: table.rows.map((row, i) => [i === 0 ? rate(best.accuracy, ...best.interval) : null, ...row]),
    },
    findings: [
      betterThanChance("the best head tells real from synthetic better than chance", clips, best),
      ...sizes.alpha.map((alpha) =>
        difference(
          `SMITIN towards real keeps takes more similar to their prompts (alpha ${alpha})`,
          alike("SMITIN", alpha),
          alike("none", null),
        ),
      ),
    ],
    figures: [
      { name: "grid", figure: headGrid(probes) },
      { name: "best-head", figure: headView(headClips(activations, best)) },
    ],
    sounds: [],
    notes: [
      "The paper names real against synthetic music as one of its traits; its accuracy is not restated here.",
      "The best of many heads is chosen on the clips that its accuracy is given for, which flatters it a little.",
      "No judge knows this trait: there is no success. Steered prompts, the FAD's reference and the probes' clips are of different songs.",
      ...distanceNotes(lab, settings),
    ],
  };
}

function musicOf({ data }: Lab): string {
  return isRecorded({ data }) ? describeData(data) : "the band";
}

function keyOf(lab: Lab): string {
  const { model, profile, seed } = lab;
  const { synthetic: sizes, traits, pairSeconds, promptSeconds } = profile;
  const songs = isRecorded(lab)
    ? traits.map((who) => recordedPairs(lab, "probes", realWish(lab, who)).key)
    : [];
  const facts = JSON.stringify([sizes.clips, traits, pairSeconds, promptSeconds, seed, ...songs]);
  return `${trait}-${hashOf(model.fingerprint, facts)}`;
}

/** Which real clips lack an instrument: a share of all. */
function realWish({ profile: { synthetic: sizes, traits, promptSeconds: seconds } }: Lab, who: string) {
  return { trait: who, count: Math.ceil(sizes.clips / traits.length), seconds };
}

/** Prompts to be steered, and other real music, of songs that are not the probes'. */
async function unheard(lab: Lab, missing: string, count: number) {
  if (isRecorded(lab)) {
    const wish = { trait: missing, count, seconds: lab.profile.promptSeconds };
    return {
      prompts: await promptsFor(lab, missing, count),
      others: await recordedClips(lab, "reference", wish),
    };
  }
  const songs = await promptsFor({ ...lab, seed: lab.seed + 1 }, missing, 2 * count);
  return { prompts: songs.slice(0, count), others: songs.slice(count) };
}

/** Real clips (label 1) and the model's continuations of their first third (label 0), pair by pair. */
async function realAndMadeUp(lab: Lab): Promise<HeadActivations> {
  const { model, profile, seed } = lab;
  const { traits, synthetic: sizes, pairSeconds } = profile;
  const real: { song: number; audio: Audio }[] = [];
  for (const who of traits) {
    const wish = realWish(lab, who);
    const clips = isRecorded(lab)
      ? await recordedClips(lab, "probes", wish)
      : await promptsFor(lab, who, wish.count);
    for (const { song, audio } of clips) real.push({ song, audio: throughCodec(lab, audio) });
  }
  const chosen = real.slice(0, sizes.clips);
  const frames = Math.round(pairSeconds * model.frameRate);
  const encode = ({ samples }: Audio): TokenGrid =>
    model.codec.encode([samples])[0].map((codes) => codes.slice(0, frames));
  const grids = chosen.map(({ audio }) => encode(audio));
  const made: TokenGrid[] = [];
  for (let start = 0; start < grids.length; start += 32) {
    const batch = grids.slice(start, start + 32).map((grid, i) => ({
      prompt: grid.map((codes) => codes.slice(0, Math.max(1, Math.round(frames / 3)))),
      seed: 1000 * seed + start + i,
    }));
    for (const take of await generateTokens(model, batch, { frames, signal: lab.signal })) {
      const [samples] = model.codec.decode([take.tokens.map((codes) => codes.slice(take.promptFrames))]);
      made.push(encode({ samples, sampleRate: model.sampleRate }));
    }
    lab.onProgress?.(made.length, grids.length, `${name}: made up`);
  }
  const { z, shape } = await captureTokens(
    model,
    grids.flatMap((grid, i) => [grid, made[i]]),
  );
  const count = grids.length * 2;
  return {
    z,
    shape,
    labels: Uint8Array.from({ length: count }, (_, clip) => 1 - (clip % 2)),
    pair: Int32Array.from({ length: count }, (_, clip) => clip >> 1),
    group: Int32Array.from({ length: count }, (_, clip) => chosen[clip >> 1].song),
    trait,
    site: "layers.*.selfAttention.z",
    model: { name: model.name, fingerprint: model.fingerprint },
    recipe: `${grids.length} clips of ${musicOf(lab)} and as many continued by the model, ${pairSeconds} s, seed ${seed}`,
  };
}
