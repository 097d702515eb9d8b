import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSite, type SiteParts } from "../../experiments/maintain/site/build";
import { type ServedSite, serveSite } from "../../experiments/maintain/site/serve";

export interface OpenSite {
  folder: string;
  served: ServedSite;
  /** End the serving and clear the folder away. */
  close(): void;
}

/** The site, built into a folder of its own and served. */
export async function openSite(parts: SiteParts): Promise<OpenSite> {
  const folder = mkdtempSync(join(tmpdir(), "smitin-site-"));
  await buildSite(folder, parts);
  const served = await serveSite(folder);
  return {
    folder,
    served,
    close() {
      served.close();
      rmSync(folder, { recursive: true });
    },
  };
}
