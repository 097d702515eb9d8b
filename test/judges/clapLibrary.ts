import type { Transformers } from "../../lib/hub/loadClap";
import type { ClapEncoders } from "../../lib/judges/clap";

/** What `loadClap` uses of @huggingface/transformers, made of encoders. @param onOpen told of every part that is opened */
export function clapLibrary(
  { texts: read, audio: hear }: Pick<ClapEncoders, "texts" | "audio">,
  onOpen: (model: string, options: object) => void = () => {},
): Transformers {
  const from = <T>(part: T) => ({
    from_pretrained: async (model: string, options: object) => {
      onOpen(model, options);
      return part;
    },
  });
  return {
    env: { allowRemoteModels: true },
    AutoTokenizer: from((texts: string[]) => ({ texts })),
    AutoProcessor: from(async (samples: Float32Array) => ({ samples })),
    ClapTextModelWithProjection: from(async (inputs: object) => {
      const { texts } = inputs as { texts: string[] };
      const vectors = await read(texts);
      return { text_embeds: { data: vectors.flatMap((v) => Array.from(v)), dims: [texts.length, 2] } };
    }),
    ClapAudioModelWithProjection: from(async (inputs: object) => {
      const { samples } = inputs as { samples: Float32Array };
      return { audio_embeds: { data: await hear(samples), dims: [1, 2] } };
    }),
  };
}
