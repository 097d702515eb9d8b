// Runs in the page, with every output that draws by script: where browser libraries are put when they arrive.
window.smitinLab ??= (() => {
  const libraries = new Map();
  const place = (name) => {
    if (!libraries.has(name)) {
      const entry = {};
      entry.ready = new Promise((resolve) => (entry.resolve = resolve));
      libraries.set(name, entry);
    }
    return libraries.get(name);
  };
  return {
    use: (name) => place(name).ready,
    /** Is it there, or about to be? */
    has: (name) => Boolean(place(name).taken),
    /** Unpack and run scripts (gzip, base64), each a CommonJS module, and hand out their exports. */
    async provide(name, packed) {
      if (place(name).taken) return;
      place(name).taken = true;
      const loaded = [];
      for (const text of packed) {
        const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
        const source = await new Response(stream).text();
        const module = { exports: {} };
        new Function("module", "exports", "define", source)(module, module.exports, undefined);
        loaded.push(module.exports);
      }
      place(name).resolve(loaded);
    },
    /** The elements of one output that are not drawn yet. */
    places(id) {
      const found = [...document.querySelectorAll(`[data-smitin="${id}"]`)].filter((at) => !at.dataset.drawn);
      for (const at of found) at.dataset.drawn = "yes";
      return found;
    },
  };
})();
