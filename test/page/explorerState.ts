/*
 * What the explorer's page says of itself, as expressions that hold in any browser.
 */

/** Seconds of the take that have sounded. */
export const clock = "Number(/^[\\d.]+/.exec(document.querySelector('.clock').textContent)[0])";
export const isPlaying = "document.querySelector('.play').getAttribute('aria-label') === 'Stop'";
export const isMaking = "/making/.test(document.querySelector('.status').textContent)";
/** The model has loaded. */
export const isReady = "!/load/.test(document.querySelector('.status').textContent)";
