import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../disk/cacheFolder";
import { writeAtomically } from "../disk/writeAtomically";
import { installKernel } from "../kernel/kernelSpec";

/** A Python with JupyterLab, and where the lab's kernel is registered. */
export interface LabEnvironment {
  python: string;
  /** Its share/jupyter holds the kernel; JupyterLab keeps its settings below it too. */
  prefix: string;
}

/** What the lab's own environment holds besides what these need. */
export const pins = ["jupyterlab==4.6.6", "anywidget==0.11.0", "ipywidgets==8.1.9"];

/** Where it is, outside of git. */
export const labFolder = cacheFolder("lab");

const oldestPython = [3, 10];

/**
 * The lab's own environment, made with Python's venv and pip if there is none (or one with other versions).
 * @param folder where; its parent must be writable
 * @throws Error saying what is missing and what to do
 */
export async function labEnvironment(
  say: (text: string) => void,
  { folder = labFolder, python = "python3" }: { folder?: string; python?: string } = {},
): Promise<LabEnvironment> {
  const environment = { python: pythonOf(folder), prefix: folder };
  const marker = join(folder, "pins.txt");
  const wanted = `${pins.join("\n")}\n`;
  const isThere = existsSync(environment.python) && existsSync(marker);
  if (!isThere || readFileSync(marker, "utf8") !== wanted || !runs(environment.python)) {
    checkPython(python);
    say(`Making the lab's Python environment (${folder}); once, some minutes.`);
    rmSync(folder, { recursive: true, force: true });
    run(python, ["-m", "venv", folder], `${python} -m venv ${folder}`);
    await install(environment.python, say);
    writeAtomically(marker, wanted);
  }
  register(folder);
  return environment;
}

/**
 * A Python that has what the lab needs already. The kernel is registered beside it, not in it.
 * @throws Error naming what it lacks
 */
export function ownPython(python: string, folder = labFolder): LabEnvironment {
  const { status, stderr, error } = spawnSync(python, ["-c", "import jupyterlab, anywidget, ipywidgets"], {
    encoding: "utf8",
  });
  if (error) throw new Error(`${python}: expected a Python, found none (${error.message})`);
  if (status !== 0) {
    const lacks = stderr.trim().split("\n").at(-1);
    throw new Error(
      `${python}: expected a Python with jupyterlab, anywidget and ipywidgets, found: ${lacks}. Install them: ${python} -m pip install ${pins.join(" ")}`,
    );
  }
  register(folder);
  return { python, prefix: folder };
}

/** The environment's Python, whether it is there or not. */
export function pythonOf(folder = labFolder): string {
  return process.platform === "win32" ? join(folder, "Scripts/python.exe") : join(folder, "bin/python");
}

/**
 * The kernel, and JupyterLab's settings: a new notebook starts the lab's kernel without asking, and there are no questions about
 * news and updates, which need a network.
 */
function register(folder: string): void {
  installKernel({ prefix: folder });
  const settings = {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
    "@jupyterlab/notebook-extension:tracker": { autoStartDefaultKernel: true },
  };
  writeAtomically(join(folder, "settings/overrides.json"), `${JSON.stringify(settings, null, 2)}\n`);
}

function checkPython(python: string): void {
  const script = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
  const { status, stdout, stderr, error } = spawnSync(python, ["-c", script], { encoding: "utf8" });
  const oldest = oldestPython.join(".");
  if (error) {
    throw new Error(
      `expected python3 (${oldest} or newer) on the PATH, found none. Install Python, or name one: npm run lab -- --python PATH`,
    );
  }
  if (status !== 0) {
    throw new Error(
      `${python}: expected its modules venv and ensurepip, found: ${stderr.trim().split("\n").at(-1)}. On Debian and Ubuntu: apt install python3-venv`,
    );
  }
  const [major, minor] = stdout.trim().split(".").map(Number);
  if (major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1])) return;
  throw new Error(`${python}: expected Python ${oldest} or newer, found ${stdout.trim()}`);
}

async function install(python: string, say: (text: string) => void): Promise<void> {
  const args = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", ...pins];
  say(`pip install ${pins.join(" ")}`);
  const child = spawn(python, args, { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (data) => (complaint += data));
  const status = await new Promise((done) => child.on("close", done));
  if (status === 0) return;
  const last = complaint.trim().split("\n").slice(-3).join("\n  ");
  throw new Error(
    `pip could not install the lab's packages:\n  ${last}\nWithout a network: on a machine with one run "pip download -d wheels ${pins.join(" ")}", bring the folder here, and run "PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels npm run lab". Or name a Python that has them: npm run lab -- --python PATH`,
  );
}

function run(program: string, args: string[], what: string): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status === 0) return;
  throw new Error(`${what}: failed: ${error?.message ?? stderr.trim().split("\n").slice(-3).join("; ")}`);
}

/** Does it start at all? One whose base Python went away, or that was moved, does not. */
function runs(python: string): boolean {
  return spawnSync(python, ["-c", "import jupyterlab, anywidget, ipywidgets"]).status === 0;
}
