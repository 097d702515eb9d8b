import { readFileSync } from "node:fs";
import { packagePath } from "../../../lib/disk/packageRoot";
import { codeHtml } from "../../../lib/kernel/webpage/code";
import { escapeHtml } from "../../../lib/notebook/libraries";
import { captionOf } from "../../../lib/page/caption";
import type { Examples } from "../../../lib/page/example";
import { readingPage } from "./frame";
import type { Links } from "./links";
import { prose } from "./prose";

/** The site's first page: what it is, three takes to hear, three ways in, what came out. */
export function landingPage(examples: Examples, links: Links): string {
  const readme = readFileSync(packagePath("README.md"), "utf8");
  const body = `<section class="hero">
<h1>Hear what an attention head does</h1>
<p>SMITIN Lab looks inside a music transformer, finds the attention heads that know which instruments play, and steers the music with them
while it is being made. A small model runs in your browser: there is nothing to install.</p>
<p class="row"><a class="button first" href="explorer.html">Play with it</a><a class="button" href="#takes">Hear three takes</a></p>
</section>

<section aria-labelledby="takes">
<h2 id="takes">Three takes</h2>
<p class="lead">The model hears three seconds of music and goes on. Steered and unsteered takes have the same seed: change between them while they play.
Under each waveform stands how sure the probes are that the instrument plays, and when the heads are pushed.</p>
<div class="takes">
${examples.takes.map((take) => takeArticle(take.name, take.title, captionOf(take))).join("\n")}
</div>
</section>

<section aria-labelledby="ways">
<h2 id="ways">Three ways in</h2>
<div class="ways">
<article><h3>Play</h3>
<p>Move a slider and hear the heads answer. Take one out, give the model a sound of your own, teach it what you hear by ear.</p>
<p><a class="button" href="explorer.html">Open the explorer</a></p></article>
<article><h3>Learn</h3>
<p>Notebooks that you read, change and run in the page: a course from sound to steering, and the paper's experiments.</p>
<p><a class="button" href="notebooks/index.html">Open the notebooks</a></p></article>
<article><h3>Install</h3>
<p>Node 20.19 or later is all it needs. In a copy of the lab:</p>
<pre class="code">${codeHtml("npm ci && npm start", "sh")}</pre>
<p>In a project of your own:</p>
<pre class="code">${codeHtml("npm install smitin-lab", "sh")}</pre>
<p><a class="button" href="docs/notebooks.html">Work in notebooks</a></p></article>
</div>
</section>

<section aria-labelledby="how">
<h2 id="how">How it works</h2>
<div class="prose">
<p>A transformer such as MusicGen writes music as a language model writes text: token by token, each chosen from what its attention heads say of the music so
far. A <em>probe</em> is a line drawn through what one head says. It tells whether, for instance, drums play. The same line is a direction: push the head along
it, and drums come in.</p>
<p>Pushing all the time spoils the music. <em>SMITIN</em> listens to the probes while it pushes, and stops when they hear the instrument.</p>
</div>
<figure>
<img class="on-light" src="images/smitin-light.svg" alt="${escapeHtml(pictureWords(readme))}" width="1080" height="430" loading="lazy">
<img class="on-dark" src="images/smitin-dark.svg" alt="${escapeHtml(pictureWords(readme))}" width="1080" height="430" loading="lazy">
</figure>
</section>

<section class="prose" aria-label="What came out">
${prose(section(readme, "What came out"), "README.md", "index.html", links).html}
<p><a class="button" href="results.html">All results, with figures and sound</a></p>
</section>

<section class="prose" aria-label="Licence and citation">
${prose(section(readme, "Licence and citation"), "README.md", "index.html", links).html}
</section>`;
  return readingPage({
    title: "SMITIN Lab: hear what an attention head does",
    description:
      "Look inside a music transformer, find the heads that know which instruments play, and steer the music with them. In the browser.",
    root: "",
    body,
    scripts: ["landing.js"],
  });
}

/** Without JavaScript a take still plays, by the browser's own player. */
export function takeArticle(name: string, title: string, caption: string, root = ""): string {
  const player = (kind: string, label: string) =>
    `<figure><figcaption>${label}</figcaption><audio controls preload="none" src="${root}examples/${name}-${kind}.wav"></audio></figure>`;
  return `<article class="take" data-take="${name}">
<h3>${escapeHtml(title)}</h3>
<p>${escapeHtml(caption)}</p>
<div class="plain">${player("steered", "Steered")}${player("plain", "Unsteered")}</div>
</article>`;
}

/** A section of a text, with its heading. */
function section(text: string, title: string): string {
  const from = text.indexOf(`\n## ${title}\n`);
  if (from < 0) throw new Error(`README.md: expected a section "${title}", found none`);
  const to = text.indexOf("\n## ", from + 1);
  return text.slice(from, to < 0 ? undefined : to);
}

/** What the README says for people who cannot see its picture. */
function pictureWords(readme: string): string {
  return /<img alt="([^"]+)"/.exec(readme)?.[1] ?? "";
}
