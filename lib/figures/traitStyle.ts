/** How a trait looks, the same everywhere: told apart by shape and dash too. */
export interface TraitStyle {
  light: string;
  dark: string;
  shape: "circle" | "square" | "triangle" | "diamond" | "cross";
  dash: number[];
}

const traits: Record<string, TraitStyle> = {
  drums: { light: "#00735a", dark: "#3ed9ae", shape: "circle", dash: [] },
  bass: { light: "#7b3fa0", dark: "#c79bf2", shape: "square", dash: [9, 3] },
  guitar: { light: "#8a6100", dark: "#e6bd45", shape: "triangle", dash: [5, 3] },
  piano: { light: "#b3266b", dark: "#ff8cc0", shape: "diamond", dash: [2, 3] },
};
const own: TraitStyle = { light: "#566500", dark: "#c3d65a", shape: "cross", dash: [9, 3, 2, 3] };

/** A known trait's style; any other has the one of traits of one's own. */
export function traitStyle(trait: string): TraitStyle {
  return Object.hasOwn(traits, trait) ? traits[trait] : own;
}

/** The styles of traits beside one another: two of one's own look different as long as there are styles that nobody has. */
export function traitStyles(names: string[]): TraitStyle[] {
  const taken = new Set(names.filter((name) => Object.hasOwn(traits, name)).map(traitStyle));
  const free = [own, ...Object.values(traits)].filter((style) => !taken.has(style));
  return names.map((name) => (Object.hasOwn(traits, name) ? traits[name] : (free.shift() ?? own)));
}
