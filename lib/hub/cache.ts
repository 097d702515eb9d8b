import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { writeAtomically } from "../disk/writeAtomically";

/**
 * A model's place in the Hugging Face cache, laid out as Python's huggingface_hub does so that both share one copy:
 * `refs/<revision>` holds a commit, `snapshots/<commit>/<file>` points into `blobs/<digest>`, and an empty
 * `.no_exist/<commit>/<file>` says that the commit has no such file.
 */
export interface ModelCache {
  folder: string;
  /** The commit that a branch or tag stood for when it was last asked, or the commit itself; undefined when unknown. */
  commitOf(revision: string): string | undefined;
  /** The folder of a commit's files. */
  snapshot(commit: string): string;
  has(commit: string, file: string): boolean;
  /** True when the commit is known to have no such file. */
  lacks(commit: string, file: string): boolean;
  /** Where a file's bytes go. */
  blob(digest: string): string;
  /** Make a blob the commit's file. */
  link(commit: string, file: string, digest: string): void;
  markAbsent(commit: string, file: string): void;
  markRevision(revision: string, commit: string): void;
}

/** @param cache the cache's folder; @param repo such as "facebook/musicgen-small" */
export function modelCache(cache: string, repo: string): ModelCache {
  const folder = join(cache, `models--${repo.replace("/", "--")}`);
  const snapshot = (commit: string) => join(folder, "snapshots", commit);
  const absent = (commit: string, file: string) => join(folder, ".no_exist", commit, file);
  const blob = (digest: string) => join(folder, "blobs", digest);
  return {
    folder,
    snapshot,
    blob,
    commitOf(revision) {
      if (isCommit(revision)) return revision;
      const path = join(folder, "refs", revision);
      if (!existsSync(path)) return undefined;
      const commit = readFileSync(path, "utf8").trim();
      return isCommit(commit) ? commit : undefined;
    },
    has: (commit, file) => existsSync(join(snapshot(commit), file)),
    lacks: (commit, file) => existsSync(absent(commit, file)),
    link: (commit, file, digest) => point(join(snapshot(commit), file), blob(digest)),
    markAbsent: (commit, file) => writeAtomically(absent(commit, file), ""),
    markRevision(revision, commit) {
      if (!isCommit(revision)) writeAtomically(join(folder, "refs", revision), commit);
    },
  };
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** A relative link, so that the cache can be moved; where the system has no links the blob itself takes the place. */
function point(path: string, blob: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  try {
    symlinkSync(relative(realpathSync(dirname(path)), realpathSync(blob)), path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return; // another process was as fast
    if (code !== "EPERM" && code !== "ENOSYS") throw error;
    renameSync(blob, path);
  }
}
