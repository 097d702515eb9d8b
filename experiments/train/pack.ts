import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../../lib/disk/cacheFolder";
import { packagePath } from "../../lib/disk/packageRoot";
import { modelsFolder } from "../../lib/hub/loadModel";

/** A file to be taken along, and where it lies there. */
interface Packed {
  from: string;
  to: string;
  bytes: number;
}

/**
 * Put together what a machine with a graphics card and no network needs to train: decoder.py, the start's weights and the tokens, in folders
 * part-1, part-2, ... that take at most so much each, so that they can travel one by one. All of them laid over one another are the whole.
 * @returns what to do next, in words
 * @throws Error without tokens, or when a file is larger than a part
 */
export function packTraining({
  tokens = cacheFolder("tokens"),
  from = join(modelsFolder, "studio"),
  to = cacheFolder("pack"),
  part = 48,
}: {
  tokens?: string;
  from?: string;
  to?: string;
  /** The most that a part may take, in MiB. */
  part?: number;
} = {}): string {
  const listed = (folder: string, into: string): Packed[] =>
    readdirSync(folder)
      .sort()
      .map((name) => {
        const path = join(folder, name);
        return { from: path, to: join(into, name), bytes: statSync(path).size };
      });
  const script = packagePath("experiments/train/decoder.py");
  const pieces = listed(tokens, "tokens").filter(({ to }) => /\.(npy|json)$/.test(to));
  if (!pieces.some(({ to }) => basename(to).startsWith("train-")))
    throw new Error(`${tokens}: expected tokens, found none: run \`npm run train -- tokens\` first`);
  const files = [
    { from: script, to: "decoder.py", bytes: statSync(script).size },
    ...listed(from, "start"),
    ...pieces,
  ];
  const parts = inParts(files, part * 2 ** 20);
  rmSync(to, { recursive: true, force: true });
  parts.forEach((some, i) => {
    for (const file of some) {
      const path = join(to, `part-${i + 1}`, file.to);
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(file.from, path);
    }
  });
  return `${to}: ${parts.length} part${parts.length === 1 ? "" : "s"}, ${(files.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20).toFixed(1)} MiB.
Lay them over one another in one folder of the other machine (Python with torch, numpy and safetensors), and there:

  python3 decoder.py --tokens tokens --model start --out new --state state.pt --log log.jsonl --seconds 420 \\
    --steps 100000 --text-steps 300 --fresh --layers 8 --heads 8 --hidden 320 --ffn 1280

Without --fresh and the four numbers it goes on from the start's weights. The same command again goes on from state.pt. To
bring the weights back in pieces of 15 MiB, and to put them together here:

  tar -c new log.jsonl | split -b 15M - new.tar.
  cat new.tar.* | tar -x -C data/cache && npm run train -- evaluate --from data/cache/new
`;
}

/** Files in their order, as many to a part as have room. */
function inParts(files: Packed[], most: number): Packed[][] {
  const parts: Packed[][] = [];
  let room = 0;
  for (const file of files) {
    if (file.bytes > most)
      throw new Error(
        `${file.from}: expected at most ${(most / 2 ** 20).toFixed(1)} MiB, found ${(file.bytes / 2 ** 20).toFixed(1)}`,
      );
    if (file.bytes > room) {
      parts.push([]);
      room = most;
    }
    parts[parts.length - 1].push(file);
    room -= file.bytes;
  }
  return parts;
}
