import { Command, Option } from "commander";
import { trainCodec } from "./codec";
import { trainDecoder } from "./decoder";
import { exportStudio } from "./export";
import { trainJudge } from "./judge";
import { measureStudio } from "./measure";
import { type Profile, profiles } from "./profile";
import { renderSongs, songSeeds } from "./songs";

const program = new Command("npm run train --").description(
  "Make the bundled model anew, in this order: songs, codec, decoder, judge, export. Each resumes where it stopped\n" +
    "(data/cache/). Needs the native engine: npm run native.",
);

const steps: Record<
  string,
  { about: string; run: (profile: Profile, options: { from?: string; to?: string }) => Promise<void> }
> = {
  songs: { about: "render the training songs", run: renderTrainingSongs },
  codec: { about: "train the EnCodec", run: trainCodec },
  decoder: {
    about: "train the MusicGen decoder and its text encoder",
    run: (profile, { from }) => trainDecoder(profile, from),
  },
  judge: { about: "train the presence judge, also on what the decoder makes of songs", run: trainJudge },
  export: { about: "write data/models from what has been trained", run: (_, { to }) => exportStudio(to) },
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
    .option("--from <folder>", "decoder: start from this checkpoint's weights instead of fresh ones")
    .option("--to <folder>", "export: where to, instead of data/models")
    .action(({ profile, ...options }: { profile: "quick" | "full"; from?: string; to?: string }) =>
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
