import { Tokenizer as HubTokenizer } from "@huggingface/tokenizers";
import { type Folder, readJson } from "../../files/folder";

/** Texts as tokens, padded to the longest. */
export interface TextTokens {
  /** [texts][length] */
  ids: number[][];
  /** [texts][length]: 1 where a token is, 0 where padding is. */
  mask: number[][];
}

/** Splits texts as the checkpoint's authors did. */
export interface Tokenizer {
  /** @throws RangeError when there is no text */
  encode(texts: string[]): TextTokens;
  /** What each token of a text stands for: a word, a part of one, or a special token such as `</s>`. */
  pieces(text: string): string[];
}

/**
 * The tokenizer of a model's folder: tokenizer.json (and tokenizer_config.json where there is one), special tokens
 * such as T5's `</s>` added as its post-processor says.
 * @param padId the token that fills shorter texts up (T5's is 0)
 * @throws Error naming the file when it is missing, or is no tokenizer
 */
export function openTokenizer(folder: Folder, padId = 0): Tokenizer {
  const file = "tokenizer.json";
  const table = readJson(folder, file);
  const options = folder.has("tokenizer_config.json") ? readJson(folder, "tokenizer_config.json") : {};
  const hub = createHub(table, options, `${folder.name}/${file}`);
  return {
    pieces: (text) => hub.encode(text).tokens.map((piece) => piece.replaceAll("▁", " ").trim()),
    encode: (texts) => {
      if (texts.length === 0) throw new RangeError("text: expected at least one text, found none");
      const rows = texts.map((text) => hub.encode(text).ids);
      const length = Math.max(...rows.map((row) => row.length));
      return {
        ids: rows.map((row) => [...row, ...new Array<number>(length - row.length).fill(padId)]),
        mask: rows.map((row) => Array.from({ length }, (_, i) => (i < row.length ? 1 : 0))),
      };
    },
  };
}

function createHub(table: object, options: object, where: string): HubTokenizer {
  try {
    return new HubTokenizer(table, options);
  } catch (error) {
    throw new Error(`${where}: expected a tokenizer, found ${(error as Error).message}`);
  }
}
