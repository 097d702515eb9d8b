import { readFileSync } from "node:fs";
import { join } from "node:path";

type Row = number[];

/** What NumPy, SciPy and scikit-learn find (test/fixtures/make/judges.py). */
export interface JudgesFixture {
  frechet: {
    a: Row[];
    b: Row[];
    distance: number | null;
    shrunk: number;
    ledoitWolf: number;
    shares: [number, number];
  }[];
  signedRank: { a: Row; b: Row; p: number }[];
  kappa: { a: Row; b: Row; kappa: number; low: number; high: number }[];
}

export const judgesFixture: JudgesFixture = JSON.parse(
  readFileSync(join(__dirname, "../fixtures/judges.json"), "utf8"),
);
