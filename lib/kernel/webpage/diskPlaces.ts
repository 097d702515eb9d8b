import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, isAbsolute, relative, resolve, sep } from "node:path";
import type { Places } from "./markdown";

/**
 * @param from folder of the notebook, where relative paths begin
 * @param to folder of the page: links to files lead there from here, and images are taken into the page
 */
export function diskPlaces(from: string, to: string): Places {
  return {
    link: (href) => linkTo(href, from, to),
    image: (href) => imageData(href, from),
  };
}

function isElsewhere(href: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith("#") || href.startsWith("//");
}

/** A link's address as the page needs it. */
function linkTo(href: string, from: string, to: string): string {
  if (isElsewhere(href) || isAbsolute(href)) return href;
  return relative(to, resolve(from, href)).split(sep).join("/");
}

const imageTypes: Record<string, string> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};

/** An image as a data address, if it is a file beside the notebook. */
function imageData(href: string, from: string): string | undefined {
  const type = imageTypes[extname(href).toLowerCase()];
  if (isElsewhere(href) || !type) return undefined;
  const path = resolve(from, decodeURI(href));
  if (!existsSync(path) || !statSync(path).isFile()) return undefined;
  return `data:${type};base64,${readFileSync(path).toString("base64")}`;
}
