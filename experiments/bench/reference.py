"""The bench's work in PyTorch's transformers and scikit-learn: requests in, answers out, one line of JSON each.

experiments/bench/reference.ts starts it and says what to do when; while it waits for a line it does nothing. Weights are
random, times do not hang on them. Every answer holds milliseconds, or an error.
"""
import copy
import dataclasses
import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")


def facts():
    import sklearn
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.manual_seed(1)
    versions = {module.__name__: module.__version__.split("+")[0] for module in (torch, transformers, sklearn)}
    return {**versions, "threads": f"1 or {os.cpu_count()}, as is faster"}


def choose_threads(work):
    """Use one thread or all of them, whichever takes less time at the moment: on a busy machine all take far more."""
    import torch

    every, took = os.cpu_count(), {}
    for threads in (1, every):
        torch.set_num_threads(threads)
        took[threads] = min(work(), work())
    torch.set_num_threads(min(took, key=took.get))


def known(cls, config):
    """A config of a class from the keys that it knows; others are derived ones."""
    fields = {field.name for field in dataclasses.fields(cls)}
    return cls(**{key: value for key, value in config.items() if key in fields})


class Decoder:
    def __init__(self, config):
        import torch
        from transformers import MusicgenDecoderConfig, MusicgenForCausalLM

        zero = dict(dropout=0.0, attention_dropout=0.0, activation_dropout=0.0)
        self.config = known(MusicgenDecoderConfig, {**config, **zero})
        self.model = MusicgenForCausalLM(self.config).eval().requires_grad_(False)
        self.heads, self.dim = self.config.num_attention_heads, self.config.hidden_size // self.config.num_attention_heads
        layers = range(self.config.num_hidden_layers)
        self.kept, self.chosen = {}, False
        self.vectors = [torch.randn(self.config.hidden_size) * 0.1 for _ in layers]
        watched = torch.randperm(len(layers) * self.heads)[:16].tolist()
        self.watched = [[head % self.heads for head in watched if head // self.heads == layer] for layer in layers]
        self.thetas = [torch.randn(len(own), self.dim) for own in self.watched]

    def tokens(self, rows, positions):
        import torch

        return torch.randint(self.config.vocab_size, (rows * self.config.num_codebooks, positions))

    def hooks(self, capture, steer):
        """Taps on what W_O reads: keep z, ask the monitored heads' probes, add a vector every 5th step."""
        def hook(layer):
            def run(module, args):
                z = args[0]
                if capture:
                    self.kept[layer] = z[:, -1].clone().numpy()
                if not steer:
                    return None
                if self.watched[layer]:
                    own = z[:, -1].view(-1, self.heads, self.dim)[:, self.watched[layer]]
                    self.seen.append(((own * self.thetas[layer]).sum(-1) - 100).sigmoid())
                return (z + self.vectors[layer],) if self.on else None
            return run

        if not (capture or steer):
            return []
        layers = self.model.model.decoder.layers
        return [layer.self_attn.out_proj.register_forward_pre_hook(hook(n)) for n, layer in enumerate(layers)]

    def prompt(self, rows, positions, shared):
        read = 1 if shared else rows
        out = self.model(input_ids=self.tokens(read, positions), use_cache=True)
        self.past, self.repeats = out.past_key_values, rows if shared else 1
        choose_threads(lambda: self.steps(rows, 1, False, False))

    def steps(self, rows, count, capture, steer, warm_up=1):
        """Milliseconds a step soon after the prompt, `warm_up` steps left out."""
        import torch

        past = copy.deepcopy(self.past)
        if self.repeats > 1:
            past.batch_repeat_interleave(self.repeats)
        tokens = [self.tokens(rows, 1) for _ in range(warm_up + count)]
        hooks = self.hooks(capture, steer)
        monitor = torch.zeros(rows)
        try:
            for step, ids in enumerate(tokens):
                if step == warm_up:
                    start = time.perf_counter()
                self.on, self.seen = step % 5 == 0 and bool((monitor < 0.5).all()), []
                out = self.model(input_ids=ids, past_key_values=past, use_cache=True)
                past = out.past_key_values
                out.logits[:, -1].numpy().copy()
                if self.seen:
                    monitor = torch.cat(self.seen, 1).median(1).values
            return 1000 * (time.perf_counter() - start) / count
        finally:
            for hook in hooks:
                hook.remove()

    def take(self, rows, positions, count):
        """Milliseconds of a whole sweep: one prompt, read once for all rows, then steps with steering and sampling."""
        import torch

        if not self.chosen:
            self.chosen = True
            choose_threads(lambda: self.take(rows, positions, 2))
        start = time.perf_counter()
        out = self.model(input_ids=self.tokens(1, positions), use_cache=True)
        past = out.past_key_values
        if rows > 1:
            past.batch_repeat_interleave(rows)
        logits = out.logits[:, -1].repeat(rows, 1)
        hooks = self.hooks(False, True)
        monitor = torch.zeros(rows)
        try:
            for step in range(count):
                best = logits.topk(min(250, logits.shape[-1]))
                ids = best.indices.gather(1, torch.multinomial(best.values.softmax(-1), 1))
                self.on, self.seen = step % 5 == 0 and bool((monitor < 0.5).all()), []
                out = self.model(input_ids=ids, past_key_values=past, use_cache=True)
                past = out.past_key_values
                logits = out.logits[:, -1]
                monitor = torch.cat(self.seen, 1).median(1).values
            return 1000 * (time.perf_counter() - start)
        finally:
            for hook in hooks:
                hook.remove()

    def capture(self, clips, positions, batch):
        """z of every head at the last step of every clip: no LM head, nothing remembered."""
        if clips > 1 and not self.chosen:
            self.chosen = True
            choose_threads(lambda: self.capture(1, positions, 1))
        hooks = self.hooks(True, False)
        start = time.perf_counter()
        for first in range(0, clips, batch):
            rows = min(batch, clips - first)
            ids = self.tokens(rows, positions).reshape(rows, self.config.num_codebooks, positions)
            self.model.model.decoder(input_ids=ids, use_cache=False)
        took = 1000 * (time.perf_counter() - start)
        for hook in hooks:
            hook.remove()
        return took


class Codec:
    def __init__(self, config):
        from transformers import EncodecConfig, EncodecModel

        floats = dict(  # JSON knows one kind of number
            trim_right_ratio=float(config["trim_right_ratio"]),
            target_bandwidths=[float(bandwidth) for bandwidth in config["target_bandwidths"]],
        )
        self.config = known(EncodecConfig, {**config, **floats})
        self.model = EncodecModel(self.config).eval().requires_grad_(False)
        self.chosen = False

    def run(self, clips, samples, batch, encode):
        import torch

        if clips > 1 and not self.chosen:
            self.chosen = True
            choose_threads(lambda: self.run(1, samples, 1, encode))
        sizes = [min(batch, clips - first) for first in range(0, clips, batch)]
        books = self.model.encode(torch.zeros(1, 1, self.config.hop_length)).audio_codes.shape[2]
        frames = samples // self.config.hop_length
        waves = [torch.randn(rows, 1, samples) * 0.1 for rows in sizes]
        codes = [torch.randint(self.config.codebook_size, (1, rows, books, frames)) for rows in sizes]
        start = time.perf_counter()
        for n in range(len(sizes)):
            if encode:
                self.model.encode(waves[n]).audio_codes.numpy()
            else:
                self.model.decode(codes[n], [None]).audio_values.numpy()
        return 1000 * (time.perf_counter() - start)


def probes(path, clips, heads, dim, folds):
    """A loop of LogisticRegression over heads; with folds, out-of-fold predictions too. Labels alternate 1, 0."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    z = np.memmap(path, np.float32, "r", shape=(clips, heads, dim))
    labels, pair = 1 - np.arange(clips) % 2, np.arange(clips) // 2
    start = time.perf_counter()
    for head in range(heads):
        x = np.array(z[:, head])
        probe = LogisticRegression(max_iter=1000)
        if folds:
            cross_val_predict(probe, x, labels, groups=pair, cv=GroupKFold(folds))
        probe.fit(x, labels)
    return 1000 * (time.perf_counter() - start)


def main():
    out = sys.stdout
    sys.stdout = sys.stderr
    opened = {}

    def answer(**fields):
        out.write(json.dumps(fields) + "\n")
        out.flush()

    def run(request):
        import torch

        op = request.pop("op")
        with torch.inference_mode():
            if op in ("Decoder", "Codec"):
                opened.clear()
                opened[op] = globals()[op](**request)
                return None
            if op == "probes":
                return probes(**request)
            kind, method = op.split(".")
            return getattr(opened[kind], method)(**request)

    try:
        answer(facts=facts())
    except ImportError as error:
        return answer(error=str(error))
    for line in sys.stdin:
        try:
            answer(ms=run(json.loads(line)))
        except Exception as error:
            answer(error=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
