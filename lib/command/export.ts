import { loadProbes } from "../disk/probeFile";
import { loadMusicGen } from "../loadMusicGen";
import { encodeProbeTensors } from "../probes/tensorFormat";
import { encodePlan } from "../steering/planFormat";
import { checkOutputs, writeOutputs } from "./output";
import { checkSteering, type SteeringFlags, steerBy } from "./steering";

export interface ExportOptions extends SteeringFlags {
  model?: string;
  probes: string;
  seconds?: number;
  out: string;
}

/** `smitin export`: a probe file, or steering by it, as safetensors. */
export async function exportProbes(options: ExportOptions): Promise<void> {
  const { model: name, probes: path, method, seconds, out } = options;
  checkOutputs(out);
  if (method === undefined) {
    checkSteering(options, "--method <name>");
    if (seconds !== undefined) throw new Error("--seconds: expected --method <name> with it, found none");
    const probes = loadProbes(path);
    const about = `probes of ${probes.heads.length} heads for ${probes.trait}`;
    writeOutputs([{ path: out, data: encodeProbeTensors(probes), about }]);
    return;
  }
  const model = await loadMusicGen(name);
  const steer = steerBy(model, path, options);
  const [{ trait, vectors }] = steer.plan.channels;
  const about = `${method} for ${trait}: ${vectors.length} heads`;
  writeOutputs([{ path: out, data: encodePlan(steer, model, { seconds }), about }]);
}
