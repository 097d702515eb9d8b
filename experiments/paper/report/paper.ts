/**
 * The paper's numbers (arXiv 2404.02252; rates in percent). The paper's model, music and judges are others: what can be
 * compared is the order of methods, not the values.
 */
export const paper = {
  probeAccuracy: { drums: 94.3, bass: 89.1, guitar: 81.8, piano: 75.3 } as Record<string, number>,
  continuation: {
    none: "7.4",
    text: "12.8",
    ITI: "49.9, FAD .420, similarity .896",
    SMITIN: "23.3, FAD .336, similarity .913",
  } as Record<string, string>,
  textToMusic: {
    text: "30.8",
    ITI: "52.0, FAD .538",
    "SMITIN 5": "29.7, FAD .487",
    "SMITIN 10": "39.5, FAD .497",
  } as Record<string, string>,
  dataSize: { 10: "31.0" } as Record<number, string>,
  judges: { taggers: 0.75, people: 0.58 },
  opinionScore: { none: 3.35, SMITIN: 3.34, ITI: 3.28 } as Record<string, number>,
};
