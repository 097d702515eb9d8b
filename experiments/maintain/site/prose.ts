import { dirname, join } from "node:path";
import { packagePath } from "../../../lib/disk/packageRoot";
import { diskPlaces } from "../../../lib/kernel/webpage/diskPlaces";
import { createMarkdown, type Heading } from "../../../lib/kernel/webpage/markdown";
import type { Links } from "./links";

/** Markdown as HTML for a page of the site. */
export interface Prose {
  html: string;
  /** The first heading, without marks. */
  title: string;
  headings: Heading[];
}

/**
 * As notebooks' text is drawn: code in colours, formulas as MathML. Links to files of the repository lead to where these stand on
 * the site; those that the site has not become plain words. Wide tables can be scrolled by themselves.
 * @param file where the text stands in the repository, such as "docs/paper.md"
 * @param page where it will be on the site
 */
export function prose(text: string, file: string, page: string, links: Links): Prose {
  const root = packagePath();
  let tables = 0;
  const markdown = createMarkdown(diskPlaces(join(root, dirname(file)), root));
  const html = markdown
    .render(text)
    .replace(
      /<a href="([^"]*)"([^>]*)>([\s\S]*?)<\/a>/g,
      (whole, href: string, rest: string, words: string) => {
        if (/^([a-z][\w+.-]*:|#)/i.test(href)) return whole;
        const address = links.to(href, page);
        return address ? `<a href="${address}"${rest}>${words}</a>` : words;
      },
    )
    .replace(/<table>[\s\S]*?<\/table>/g, (table) => wide(table, `Table ${++tables}`));
  const { headings } = markdown;
  return { html, title: plain(headings[0]?.html ?? file), headings };
}

/** A table in a place that scrolls where it is too wide; its label is unlike any other in the page. */
export function wide(table: string, label: string): string {
  return `<div class="wide" role="region" aria-label="${label}">${table}</div>`;
}

export function plain(html: string): string {
  return html.replace(/<[^>]*>/g, "");
}
