/** Files of the site that are kept together, besides the pages that somebody visits. */
export interface OfflineParts {
  /** Kept as soon as any page is open: small. */
  shell: string[];
  /** Kept when a page asks for a part by its name. */
  [part: string]: string[];
}

/**
 * A service worker that keeps what was visited, and a part of the site whole when one of its pages asks for it, so that it opens
 * offline once it was loaded. Another build has another version and replaces all of it.
 */
export function offlineScript(parts: OfflineParts, version: string): string {
  return `const store = "smitin-${version}";
const parts = ${JSON.stringify(parts)};
async function keep(files) {
  const cache = await caches.open(store);
  const known = await Promise.all(files.map((file) => cache.match(file)));
  await cache.addAll(files.filter((_, i) => !known[i]));
}
addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keep(parts.shell));
});
addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("smitin-") && name !== store;
  const clean = caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))));
  event.waitUntil(clean.then(() => clients.claim()));
});
addEventListener("message", (event) => {
  const part = event.data.keep;
  const tell = (isWhole) => event.source?.postMessage({ kept: part, isWhole });
  // without room for all of it the page goes on from the network
  event.waitUntil(keep(parts[part] ?? []).then(() => tell(true), () => tell(false)));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(answer(request));
});
async function answer(request) {
  const cache = await caches.open(store);
  const known = await cache.match(request, { ignoreSearch: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.status === 200) {
    const copy = answer.clone();
    cache.put(request, copy).catch(() => {});
  }
  return answer;
}
`;
}
