// Settings that danfojs hands through to packages inside it, whose own types do not come with ours.
type Settings = Record<string, unknown>;
export type BaseUserConfig = Settings;
export type TableUserConfig = Settings;
export type HeadersInit = Settings;
export type Layout = Settings;
export type ParseConfig<_Row = unknown> = Settings;
export type ParsingOptions = Settings;
export type WritingOptions = Settings;
// biome-ignore lint/suspicious/noEmptyInterface: danfojs extends it
export interface Config {}
