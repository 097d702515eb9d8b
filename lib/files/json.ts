/** Text as a JSON object. @throws Error naming `where` */
export function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where}: expected JSON, found ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(
      `${where}: expected a JSON object, found ${Array.isArray(value) ? "a list" : String(value)}`,
    );
  }
  return value as Record<string, unknown>;
}
