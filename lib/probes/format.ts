import { readCalibrations } from "./calibration";
import { reader } from "./fields";
import { type ModelIdentity, type Probe, type ProbeSet, probeSet, type RidgeFit } from "./probe";

const kind = "smitin-probes";
const ridgeKind = "smitin-ridge-probes"; // of a continuous trait: with the trait's scale, and a fit in each head
const schemaVersion = 1; // a field that older labs may leave out and newer ones may ignore does not raise it

/**
 * A probe set as the text of a probe file (JSON; float32 values with the 9 digits that give them back exactly).
 * @throws Error on a number that is not finite, naming its field
 */
export function encodeProbes(probes: ProbeSet): string {
  const { trait, site, model, shape, training, statistics, monitor, scale, calibration, heads } = probes;
  const about = { trait, site, model, shape, training, statistics, monitor };
  const plain = {
    ...(scale ? { schemaVersion, kind: ridgeKind, ...about, scale } : { schemaVersion, kind, ...about }),
    ...(calibration && { calibration }),
  };
  const rows = heads.map((probe) => ({
    ...probe,
    theta: Array.from(probe.theta, short),
    massMean: Array.from(probe.massMean, short),
  }));
  refuseNonFinite({ ...plain, heads: rows }, "");
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  return `${JSON.stringify(plain, null, 2).slice(0, -2)},\n  "heads": [\n${lines}\n  ]\n}\n`;
}

/**
 * Read the text of a probe file, every field checked.
 * @param name of the file, for messages
 * @param model the probes must belong to, when given
 * @throws Error naming the file, the field, what was expected and what was found
 */
export function decodeProbes(text: string, name: string, model?: ModelIdentity): ProbeSet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name}: expected a probe file (JSON), found ${(error as Error).message}`);
  }
  const file = reader(json, name, "");
  const isRidge = file.has("kind", ridgeKind);
  if (!isRidge) file.is("kind", kind);
  file.is("schemaVersion", schemaVersion);
  const identity = file.object("model");
  const found = { name: identity.text("name"), fingerprint: identity.text("fingerprint") };
  if (model && model.fingerprint !== found.fingerprint) {
    throw new Error(
      `${name}: expected probes of model ${model.name}, fingerprint ${model.fingerprint}, found those of ${found.name}, fingerprint ${found.fingerprint}`,
    );
  }
  const size = file.object("shape");
  const shape = { layers: size.count("layers"), heads: size.count("heads"), headDim: size.count("headDim") };
  const training = file.object("training");
  const statistics = file.object("statistics");
  const monitor = file.object("monitor");
  const scale = isRidge ? file.object("scale") : undefined;
  return probeSet({
    trait: file.text("trait"),
    site: file.text("site"),
    model: found,
    shape,
    training: {
      recipe: training.text("recipe"),
      clips: training.count("clips"),
      folds: training.count("folds"),
      l2: training.number("l2", 0),
      seed: training.number("seed"),
      standardise: training.flag("standardise"),
      engine: training.text("engine"),
    },
    statistics: {
      count: statistics.count("count"),
      median: statistics.number("median", 0, 1),
      std: statistics.number("std", 0, 1),
      min: statistics.number("min", 0, 1),
      max: statistics.number("max", 0, 1),
    },
    monitor: {
      heads: monitor.count("heads"),
      with: monitor.number("with", 0, 1),
      without: monitor.number("without", 0, 1),
    },
    ...(scale && {
      scale: { unit: scale.text("unit"), mean: scale.number("mean"), std: scale.number("std", 0) },
    }),
    ...(file.holds("calibration") && { calibration: readCalibrations(file, name) }),
    heads: readHeads(file.list("heads", shape.layers * shape.heads), shape, name, isRidge),
  });
}

function readHeads(
  list: unknown[],
  { layers, heads, headDim }: ProbeSet["shape"],
  name: string,
  isRidge: boolean,
): Probe[] {
  const seen = new Map<number, number>();
  return list.map((item, i) => {
    const probe = reader(item, name, `heads[${i}]`);
    const layer = probe.index("layer", layers);
    const head = probe.index("head", heads);
    const before = seen.get(layer * heads + head);
    if (before !== undefined) {
      throw new Error(
        `${name}: heads[${i}]: expected each head once, found layer ${layer}, head ${head} in heads[${before}] too`,
      );
    }
    seen.set(layer * heads + head, i);
    const [low, high] = probe.numbers("interval", 2, 0, 1);
    return {
      layer,
      head,
      accuracy: probe.number("accuracy", 0, 1),
      interval: [low, high],
      theta: probe.direction("theta", headDim),
      sigma: probe.number("sigma", 0),
      weight: probe.number("weight", 0),
      bias: probe.number("bias"),
      massMean: probe.direction("massMean", headDim),
      massMeanSigma: probe.number("massMeanSigma", 0),
      ...(isRidge && { fit: readFit(probe.object("fit")) }),
    };
  });
}

function readFit(fit: ReturnType<typeof reader>): RidgeFit {
  const [r2Low, r2High] = fit.numbers("r2Interval", 2, -Infinity, 1);
  const [rLow, rHigh] = fit.numbers("rInterval", 2, -1, 1);
  return {
    r2: fit.number("r2", -Infinity, 1),
    r2Interval: [r2Low, r2High],
    r: fit.number("r", -1, 1),
    rInterval: [rLow, rHigh],
  };
}

/** The shortest number that is this float32. */
function short(value: number): number {
  return Number(value.toPrecision(9));
}

function refuseNonFinite(value: unknown, path: string): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new Error(`probes: ${path}: expected a finite number, found ${value}`);
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    refuseNonFinite(inner, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key);
  }
}
