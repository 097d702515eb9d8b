import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, isAbsolute, relative, resolve, sep } from "node:path";
import { Marked, type Tokens } from "marked";
import { escapeHtml } from "../../notebook/libraries";
import { codeHtml } from "./code";
import { math } from "./math";

/** A heading of the page, for its table of contents. */
export interface Heading {
  depth: number;
  /** the element's, unlike any other in the page */
  id: string;
  html: string;
}

/** Markdown of one page: what was rendered before gives the headings, and makes their ids unlike each other. */
export interface Markdown {
  /** @param attachments files within the cell: name to MIME type to base64 */
  render(text: string, attachments?: Attachments): string;
  readonly headings: Heading[];
}

export type Attachments = Record<string, Record<string, string>>;

/**
 * @param from folder of the notebook, where relative paths begin
 * @param to folder of the page: links to files lead there from here, and images are taken into the page
 */
export function createMarkdown(from: string, to: string): Markdown {
  const headings: Heading[] = [];
  const taken = new Set<string>();
  let attached: Attachments = {};

  const marked = new Marked(math, {
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const html = this.parser.parseInline(tokens);
        const id = freeId(html, taken);
        headings.push({ depth, id, html });
        return `<h${depth} id="${id}">${html}</h${depth}>\n`;
      },
      code: ({ text, lang }: Tokens.Code) =>
        `<pre class="code">${codeHtml(text, lang?.split(/\s/)[0] ?? "")}</pre>\n`,
      link({ href, title, tokens }: Tokens.Link) {
        const hint = title ? ` title="${escapeHtml(title)}"` : "";
        return `<a href="${escapeHtml(linkTo(href, from, to))}"${hint}>${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        const data = imageData(href, from, attached);
        const name = escapeHtml(text || href);
        if (data) return `<img alt="${escapeHtml(text)}" src="${data}">`;
        return `<a href="${escapeHtml(linkTo(href, from, to))}">${name}</a>`; // the page asks the network for nothing
      },
    },
  });
  return {
    headings,
    render(text, attachments = {}) {
      attached = attachments;
      return marked.parse(text, { async: false });
    },
  };
}

/** Such as "what-it-plays" from a heading's text. */
function freeId(html: string, taken: Set<string>): string {
  const words = html.replace(/<[^>]*>|&\w+;/g, "").toLowerCase();
  const name = words.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "section";
  let id = name;
  for (let n = 2; taken.has(id); n++) id = `${name}-${n}`;
  taken.add(id);
  return id;
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

/** An image as a data address, if it is a file beside the notebook, an attachment, or one already. */
function imageData(href: string, from: string, attachments: Attachments): string | undefined {
  if (href.startsWith("data:")) return href;
  if (href.startsWith("attachment:")) {
    const [type, data] = Object.entries(attachments[decodeURI(href.slice(11))] ?? {})[0] ?? [];
    return type ? `data:${type};base64,${data}` : undefined;
  }
  const type = imageTypes[extname(href).toLowerCase()];
  if (isElsewhere(href) || !type) return undefined;
  const path = resolve(from, decodeURI(href));
  if (!existsSync(path) || !statSync(path).isFile()) return undefined;
  return `data:${type};base64,${readFileSync(path).toString("base64")}`;
}
