import { checkNative, linkNative, unlinkNative } from "../native/link";

interface NativeOptions {
  undo?: boolean;
  check?: string;
}

/** `smitin native` */
export async function native({ undo, check }: NativeOptions): Promise<void> {
  if (check) await checkNative(check);
  else if (undo) unlinkNative();
  else linkNative();
}
