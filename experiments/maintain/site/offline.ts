/** Only fetched when somebody wants to hear the band, drops an Opus file, or has a browser without SIMD. */
const large = /^(band\.sf3|engine\/tfjs-backend-wasm\.wasm|parts\/.*opus.*)$/;

/**
 * A service worker that keeps the page's files, so that it opens offline once it was loaded. Another build has another version and
 * replaces all of them.
 */
export function offlineScript(files: string[], version: string): string {
  const first = ["./", ...files.filter((file) => !large.test(file) && file !== "index.html")];
  return `const store = "smitin-${version}";
const files = ${JSON.stringify(first)};
addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(store).then((cache) => cache.addAll(files)));
});
addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("smitin-") && name !== store;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name)))),
  );
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
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
`;
}
