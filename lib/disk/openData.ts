import "./soundFont";
import { type DataPrompt, dataPrompts as promptsOf } from "../music/dataPrompts";
import type { Dataset } from "../music/dataset";
import * as data from "../music/openData";
import type { Pair } from "../music/pairs";
import type { Clip } from "../music/quantity";
import { diskTree } from "./tree";

/** `openPairs` of lib/music with folders of this machine's disk. */
export function openPairs(name: string, options: Parameters<typeof data.openPairs>[1]): Dataset<Pair> {
  return data.openPairs(name, options, diskTree);
}

/** `openClips` of lib/music with folders of this machine's disk. */
export function openClips(name: string, options: Parameters<typeof data.openClips>[1]): Dataset<Clip> {
  return data.openClips(name, options, diskTree);
}

/** `dataPrompts` of lib/music with folders of this machine's disk. */
export function dataPrompts(name: string, options: Parameters<typeof promptsOf>[1]): Promise<DataPrompt[]> {
  return promptsOf(name, options, diskTree);
}

/** `describeData` of lib/music with folders of this machine's disk. */
export function describeData(name: string): string {
  return data.describeData(name, diskTree);
}

/** `hasTrait` of lib/music with folders of this machine's disk. */
export function hasTrait(name: string, trait: string): boolean {
  return data.hasTrait(name, trait, diskTree);
}
