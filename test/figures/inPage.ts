/** What `drawScript` asks of a browser and jsdom has not: elements that show, and a system's theme that can be changed. */
export function inPage(window: object): { prefersDark(dark: boolean): void } {
  const listeners = new Set<() => void>();
  const query = {
    matches: false,
    addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => void listeners.delete(listener),
  };
  const { Element } = window as { Element: { prototype: Element } };
  Element.prototype.getClientRects = () => [{}] as unknown as DOMRectList;
  Object.assign(window, { matchMedia: () => query });
  return {
    prefersDark(dark) {
      query.matches = dark;
      for (const listener of listeners) listener();
    },
  };
}
