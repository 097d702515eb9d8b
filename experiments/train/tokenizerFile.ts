import { captionWords } from "../../lib/music/caption";

const words = ["<pad>", "</s>", "<unk>", ...captionWords()];

/** The bundled tokenizer, one token a caption word, in the format of Hugging Face's tokenizer.json. */
export function studioTokenizer(): { json: object; vocabulary: number } {
  const special = (content: string, id: number) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const json = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [special("<pad>", 0), special("</s>", 1), special("<unk>", 2)],
    normalizer: { type: "Lowercase" },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "WhitespaceSplit" },
        { type: "Split", pattern: { String: "," }, behavior: "Isolated", invert: false },
      ],
    },
    post_processor: {
      type: "TemplateProcessing",
      single: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: "</s>", type_id: 0 } }],
      pair: [
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "</s>", type_id: 0 } },
        { Sequence: { id: "B", type_id: 0 } },
        { SpecialToken: { id: "</s>", type_id: 0 } },
      ],
      special_tokens: { "</s>": { id: "</s>", ids: [1], tokens: ["</s>"] } },
    },
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(words.map((word, i) => [word, i])),
      unk_token: "<unk>",
    },
  };
  return { json, vocabulary: words.length };
}

/** A caption's token ids without the library, as the tokenizer above gives them: training needs millions. */
export function studioTokens(text: string): number[] {
  const pieces = text.toLowerCase().replaceAll(",", " , ").split(/\s+/).filter(Boolean);
  return [...pieces.map((piece) => Math.max(2, words.indexOf(piece))), 1];
}
