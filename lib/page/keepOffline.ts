/**
 * Keep the pages that were visited for use offline, and of a part of the site all its files.
 * @param root from this page to the site's folder
 * @param part such as "explorer", as the build names it (experiments/maintain/site/offline.ts)
 * @returns whether the part is kept; false without room for it, undefined where nothing can be kept at all
 */
export async function keepOffline(root: string, part?: string): Promise<boolean | undefined> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return undefined;
  try {
    const registration = await serviceWorker.register(`${root}offline.js`);
    const fresh = registration.installing;
    const isLost = new Promise<"lost">((resolve) => {
      fresh?.addEventListener("statechange", () => fresh.state === "redundant" && resolve("lost"));
    });
    const ready = await Promise.race([serviceWorker.ready, isLost]);
    if (ready === "lost") return false;
    if (!part) return undefined;
    const answer = new Promise<boolean>((resolve) => {
      serviceWorker.addEventListener("message", ({ data }) => data.kept === part && resolve(data.isWhole));
    });
    serviceWorker.startMessages();
    ready.active?.postMessage({ keep: part });
    return await answer;
  } catch {
    return undefined; // not allowed here: the page works all the same while there is a network
  }
}
