import { startPeers } from "../../experiments/train/peers";

/** Three rounds of everybody saying its rank; the first process prints what it heard, then the size. */
async function main(): Promise<void> {
  const peers = startPeers(Number(process.argv[2]));
  const heard: number[][] = [];
  for (let round = 0; round < 3; round++) {
    const mean = await peers.average(Float32Array.of(peers.rank, round));
    const all = await peers.gather(Float32Array.of(mean[0] + peers.rank, round));
    heard.push([...mean], [...all]);
  }
  if (peers.rank === 0) console.log(JSON.stringify({ size: peers.size, heard }));
  await peers.close();
}

main();
