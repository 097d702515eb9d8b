import { before } from "node:test";
import { isNativeLinked, startBackend } from "../../lib/engine";

/** Runs a file's tests on the native engine. @returns why they are skipped, where it is not installed */
export function onNative(): string | undefined {
  if (!isNativeLinked()) return "the native engine is not installed (`npm run native`)";
  before(() => startBackend("node"));
  return undefined;
}
