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

/** Where a notebook's links and images lead. */
export interface Places {
  /** a link's address as the page needs it */
  link(href: string): string;
  /** an image as a data address; undefined if it is none that can be had */
  image(href: string): string | undefined;
}

export function createMarkdown(places: Places): Markdown {
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
        return `<a href="${escapeHtml(places.link(href))}"${hint}>${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        const data = attachedImage(href, attached) ?? places.image(href);
        const name = escapeHtml(text || href);
        if (data) return `<img alt="${escapeHtml(text)}" src="${data}">`;
        return `<a href="${escapeHtml(places.link(href))}">${name}</a>`; // the page asks the network for nothing
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

/** An image as a data address, if it is an attachment, or one already. */
function attachedImage(href: string, attachments: Attachments): string | undefined {
  if (href.startsWith("data:")) return href;
  if (!href.startsWith("attachment:")) return undefined;
  const [type, data] = Object.entries(attachments[decodeURI(href.slice(11))] ?? {})[0] ?? [];
  return type && `data:${type};base64,${data}`;
}
