/* What Node.js has everywhere, as far as the lab's display of values uses it, for the bundle of a page. */

type Encoding = "base64" | "latin1" | "utf8";

/** `Buffer.from(...).toString(...)` between text, bytes and base64. */
export class Buffer extends Uint8Array {
  static override from(value: unknown, encoding: unknown = "utf8"): Buffer {
    const bytes =
      typeof value !== "string"
        ? (value as Uint8Array)
        : encoding === "base64"
          ? Uint8Array.from(atob(value), (character) => character.charCodeAt(0))
          : new TextEncoder().encode(value);
    return new Buffer(bytes);
  }

  override toString(encoding: Encoding = "utf8"): string {
    if (encoding === "utf8") return new TextDecoder().decode(this);
    const parts: string[] = [];
    for (let at = 0; at < this.length; at += 8192)
      parts.push(String.fromCharCode(...this.subarray(at, at + 8192)));
    return encoding === "base64" ? btoa(parts.join("")) : parts.join("");
  }
}

export const process = {
  env: {},
  pid: Math.floor(1e6 * Math.random()),
  browser: true,
  stderr: { isTTY: false, write: (text: string) => console.error(text) },
};
