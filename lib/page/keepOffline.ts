/**
 * Keep the pages that were visited for use offline, and of a part of the site all its files.
 * @param root from this page to the site's folder
 * @param part such as "explorer", as the build names it (experiments/maintain/site/offline.ts)
 */
export async function keepOffline(root: string, part?: string): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(`${root}offline.js`);
    const { active } = await navigator.serviceWorker.ready;
    if (part) active?.postMessage({ keep: part });
  } catch {
    // not allowed here, or no room: the page works all the same while there is a network
  }
}
