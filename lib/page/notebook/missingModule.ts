import { whyMissing } from "./modules";

/** In the place of lib/kernel/missingModule.ts in a page. */
export function missingModule(request: string): string {
  return whyMissing(request) ?? `Cannot find module '${request}': the lab has no such part.`;
}
