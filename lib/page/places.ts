/** The site's places, as every page's head leads to them. */
export const places: { name: Place; label: string; address: string }[] = [
  { name: "play", label: "Play", address: "explorer.html" },
  { name: "learn", label: "Learn", address: "notebooks/index.html" },
  { name: "results", label: "Results", address: "results.html" },
  { name: "docs", label: "Docs", address: "docs/index.html" },
  { name: "api", label: "API", address: "api/index.html" },
];

export type Place = "play" | "learn" | "results" | "docs" | "api";
