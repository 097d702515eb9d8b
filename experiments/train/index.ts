import { Command, Option } from "commander";
import { integerOption, numberOption } from "../../lib/flags/flags";
import { trainCodec } from "./codec";
import { trainDecoder } from "./decoder";
import { type EvaluateOptions, evaluate } from "./evaluate";
import { exportStudio } from "./export";
import { trainJudge } from "./judge";
import { measureStudio } from "./measure";
import { packTraining } from "./pack";
import { type Profile, profiles } from "./profile";
import { probeScore } from "./scoreProbes";
import { renderSongs, songSeeds } from "./songs";
import { type TokenOptions, writeTokens } from "./tokens";

const program = new Command("npm run train --").description(
  "Make the bundled model anew, in this order: songs, codec, decoder, judge, export. Each resumes where it stopped\n" +
    "(data/cache/). Needs the native engine: npm run native.",
);

type StepOptions = TokenOptions & EvaluateOptions & { tokens?: string; part?: number; pairs?: number };

const steps: Record<
  string,
  { about: string; run: (profile: Profile, options: StepOptions) => Promise<void> }
> = {
  songs: { about: "render the training songs", run: renderTrainingSongs },
  codec: { about: "train the EnCodec", run: trainCodec },
  decoder: {
    about: "train the MusicGen decoder and its text encoder",
    run: (profile, { from }) => trainDecoder(profile, from),
  },
  judge: { about: "train the presence judge, also on what the decoder makes of songs", run: trainJudge },
  export: { about: "write data/models from what has been trained", run: (_, { to }) => exportStudio(to) },
  tokens: {
    about: "write the training music as tokens, for a training on another machine (decoder.py)",
    run: writeTokens,
  },
  pack: {
    about:
      "put decoder.py, tokens and weights together for a machine without a network, and say what to do there",
    run: async (_, options) => console.log(packTraining(options)),
  },
  evaluate: {
    about: "how a model plays: tempo, harmony, silence, instruments, pulse and nats, with intervals",
    run: evaluate,
  },
  score: {
    about: "what the model's heads know of the band's score: probes of mode and tempo, in figures/model",
    run: probeScore,
  },
  measure: {
    about: "how the bundled model sounds: tables and spectrograms in figures/model",
    run: measureStudio,
  },
};

for (const [name, { about, run }] of Object.entries(steps)) {
  program
    .command(name)
    .description(about)
    .addOption(new Option("--profile <name>", "how much of it").choices(["quick", "full"]).default("full"))
    .option(
      "--from <folder>",
      "decoder: start from this checkpoint's weights instead of fresh ones; tokens: whose codec makes them; pack: what to start from; evaluate, score: which model",
    )
    .option(
      "--to <folder>",
      "export, tokens, pack, evaluate, score: where to, instead of data/models, tokens and pack in the cache, figures/model",
    )
    .addOption(integerOption("--songs <n>", "tokens: of how many songs (default: the profile's)", 1))
    .addOption(integerOption("--variants <n>", "tokens: line-ups of each song (default: the profile's)", 1))
    .addOption(
      integerOption("--takes <n>", "evaluate: continuations, and as many unprompted takes (default: 200)", 1),
    )
    .addOption(integerOption("--seed <s>", "evaluate: of prompts and takes (default: 1)"))
    .addOption(integerOption("--pairs <n>", "score: of each trait (default: 200)", 2))
    .option("--tokens <folder>", "pack: the tokens (default: tokens in the cache)")
    .addOption(numberOption("--part <MiB>", "pack: the most that a part takes (default: 48)"))
    .addOption(numberOption("--piece <MiB>", "tokens: the most that a file takes (default: 24)"))
    .action(({ profile, ...options }: { profile: "quick" | "full" } & StepOptions) =>
      run(profiles[profile], options),
    );
}

async function renderTrainingSongs({ decoder }: Profile): Promise<void> {
  await renderSongs(songSeeds.train, decoder.songs, (done) => {
    if (done % 50 === 0) console.log(`songs: ${done}/${decoder.songs}`);
  });
}

program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
