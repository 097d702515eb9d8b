/** A name's ending from its last dot on, as in ".wav"; none for a name that begins with its only dot. Folders before it may stay. */
export function endingOf(path: string): string {
  const name = fileName(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot) : "";
}

/** A file's name without what follows its last dot. */
export function baseName(name: string): string {
  return name.slice(0, name.length - endingOf(name).length);
}

/** What a path ends in: after the last / (or \\, as Windows has it). */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** A path below a folder; "" is the folder itself. */
export function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
