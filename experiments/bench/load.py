"""Load a checkpoint with PyTorch's transformers, run each part once, and say how long and how much it took.

python load.py FOLDER ROUNDS STEPS: prints one line of JSON, leaves logits.f32, states.f32 and wave.f32 in the folder.
experiments/bench/load.ts does the same with the lab and compares.
"""
import copy
import json
import resource
import sys
import time

import torch
import transformers


def peak():
    """The most memory this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@torch.inference_mode()
def main(folder, rounds, steps):
    before, start, working = peak(), time.perf_counter(), time.process_time()
    model = transformers.MusicgenForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    load, load_work, most = time.perf_counter() - start, time.process_time() - working, peak()
    vocabulary, books = model.config.decoder.vocab_size, model.config.decoder.num_codebooks

    def token(position, k):
        return (position * 7 + k * 13) % vocabulary

    grid = torch.tensor([[token(position, k) for position in range(12)] for k in range(books)])
    out = model.decoder(input_ids=grid, use_cache=True)
    states = model.text_encoder(input_ids=torch.arange(1, 9)[None]).last_hidden_state
    wave = model.audio_encoder.decode(grid[None, None], [None]).audio_values
    for name, values in dict(logits=out.logits[:, -1], states=states, wave=wave).items():
        values.float().numpy().tofile(f"{folder}/{name}.f32")

    def milliseconds():
        past = copy.deepcopy(out.past_key_values)
        for step in range(steps + 1):
            if step == 1:
                begin, working = time.perf_counter(), time.process_time()
            ids = torch.tensor([[token(12 + step, k)] for k in range(books)])
            past = (answer := model.decoder(input_ids=ids, past_key_values=past, use_cache=True)).past_key_values
            answer.logits[:, -1].numpy().copy()
        return [1000 * span / steps for span in (time.perf_counter() - begin, time.process_time() - working)]

    times = []
    for threads in (1, torch.get_num_threads()):
        torch.set_num_threads(threads)
        times += [milliseconds() for _ in range(rounds)]
    versions = f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}"
    step, step_work = map(min, zip(*times))
    found = dict(engine=versions, load=load, loadWork=load_work, memory=most - before, step=step, stepWork=step_work)
    print(json.dumps(found))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
