import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { makeWhole } from "../disk/makeWhole";
import { packagePath } from "../disk/packageRoot";
import { startBackend, tf } from "../engine";
import { nativeFolder } from "./engine";
import { keepOldUtil } from "./oldUtil";
import { standIn } from "./standIn";

/*
 * `smitin native`: link @tensorflow/tfjs-node-gpu against the TensorFlow library of PyPI's wheel. The package's own
 * install script downloads a library of 2022 that needs CUDA 11; the wheel's is current, and one binding serves
 * processor and GPU. Everything goes into the folder `native` of the caches, which `--undo` removes; what is there is replaced once the
 * new one works.
 */
const TFJS = "4.22.0";
const TENSORFLOW = "2.21.*";

/**
 * Make the native engine.
 * @throws Error saying which tool is missing; of npm, pip or the compiler
 */
export function linkNative(): void {
  if (process.platform !== "linux")
    throw new Error(
      `expected Linux, whose TensorFlow wheel a binding can be linked against, found ${process.platform}: the wasm engine does everything here but training and models beyond musicgen-small`,
    );
  for (const [tool, why] of [
    ["python3", "the TensorFlow library comes from a Python wheel"],
    ["c++", "the binding is compiled here (Debian: apt install g++)"],
    ["make", "the binding is compiled here (Debian: apt install make)"],
  ]) {
    if (!runs(tool, ["--version"])) throw new Error(`${tool} is missing: ${why}`);
  }
  const gpu = runs("nvidia-smi", ["-L"]);
  makeWhole(
    nativeFolder,
    (folder) => build(folder, gpu),
    () => check(gpu),
  );
  say(`done: SMITIN_BACKEND=${gpu ? "gpu" : "node"} now selects it; smitin native --undo removes it`);
}

/** @param folder where, for now */
function build(folder: string, gpu: boolean): void {
  const wheel = gpu ? `tensorflow[and-cuda]==${TENSORFLOW}` : `tensorflow-cpu==${TENSORFLOW}`;
  say(`1/4 installing @tensorflow/tfjs-node-gpu ${TFJS} (its own download left out)`);
  writeFileSync(join(folder, "package.json"), '{ "name": "native", "private": true }\n');
  run("npm", ["install", "--ignore-scripts", "--omit=peer", `@tensorflow/tfjs-node-gpu@${TFJS}`], folder);
  const scope = join(folder, "node_modules/@tensorflow");
  for (const name of readdirSync(scope)) {
    if (name !== "tfjs-node-gpu") rmSync(join(scope, name), { recursive: true });
  }
  standIn(scope, TFJS);
  keepOldUtil(join(scope, "tfjs-node-gpu/dist"));

  say(`2/4 installing ${wheel} into a private Python environment (some 300 MB, with CUDA 3 GB)`);
  const python = join(folder, "python");
  run("python3", ["-m", "venv", python]);
  run(join(python, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", wheel]);

  say("3/4 compiling the binding");
  const binding = join(scope, "tfjs-node-gpu");
  linkTensorFlow(tensorflowFolder(python), join(binding, "deps"));
  const headers = dirname(dirname(process.execPath));
  const local = existsSync(join(headers, "include/node/node_api.h")) ? [`--nodedir=${headers}`] : [];
  run(join(folder, "node_modules/.bin/node-pre-gyp"), ["install", "--build-from-source", ...local], binding);
}

function check(gpu: boolean): void {
  say("4/4 checking it");
  const engine = gpu ? "gpu" : "node";
  run(process.execPath, [packagePath("lib/command/smitin.cjs"), "native", "--check", engine]);
}

/** Compute something on the native engine. @throws Error when it does not start or computes nonsense */
export async function checkNative(engine: string): Promise<void> {
  await startBackend(engine);
  const [product] = await tf.mul(2, 21).data();
  if (product !== 42) throw new Error(`2 x 21: expected 42 on the engine ${engine}, found ${product}`);
  say(`2 x 21 = ${product}`);
}

/** Remove what `linkNative` made. */
export function unlinkNative(): void {
  rmSync(nativeFolder, { recursive: true, force: true });
}

function linkTensorFlow(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, "lib"), { recursive: true });
  for (const part of ["tensorflow", "tsl", "xla"]) {
    if (existsSync(join(from, "include", part)))
      cpSync(join(from, "include", part), join(to, "include", part), { recursive: true });
  }
  for (const [library, names] of [
    ["libtensorflow_cc.so.2", ["libtensorflow.so", "libtensorflow.so.2", "libtensorflow_cc.so.2"]],
    ["libtensorflow_framework.so.2", ["libtensorflow_framework.so", "libtensorflow_framework.so.2"]],
  ] as const) {
    if (!existsSync(join(from, library)))
      throw new Error(`${from}: expected ${library} in the TensorFlow wheel, found none`);
    for (const name of names)
      symlinkSync(relative(join(to, "lib"), join(from, library)), join(to, "lib", name));
  }
  // TensorFlow looks for CUDA's libraries beside the folder that its own seem to be in.
  const cuda = join(from, "../nvidia");
  if (existsSync(cuda)) symlinkSync(relative(to, cuda), join(to, "nvidia"));
}

function tensorflowFolder(python: string): string {
  const find = "import sysconfig; print(sysconfig.get_paths()['purelib'])";
  const packages = execFileSync(join(python, "bin/python"), ["-c", find], { encoding: "utf8" }).trim();
  return join(packages, "tensorflow");
}

function runs(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function run(command: string, args: string[], cwd?: string): void {
  execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
}

function say(text: string): void {
  console.log(`native: ${text}`);
}
