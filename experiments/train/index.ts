import { trainCodec } from "./codec";
import { profiles } from "./profile";

async function main() {
  const p = process.argv[3] === "quick" ? profiles.quick : profiles.full;
  if (process.argv[2] === "codec") await trainCodec(p);
}
main();
