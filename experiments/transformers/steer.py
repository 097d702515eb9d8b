"""Steer MusicGen in PyTorch transformers by plans that `npx smitin export --method smitin|iti` wrote.

    python steer.py --model facebook/musicgen-small --plan drums.safetensors --codes prompt.json --frames 250 --codes-out take.json

Needs torch, transformers and safetensors. One take at a time; from the same codes, greedy, it gives the tokens that
`smitin generate --probes` gives.
"""
import argparse
import json
import statistics

import torch
from safetensors import safe_open
from transformers import MusicgenForConditionalGeneration


class Plan:
    """What is added to z at full strength, its share at each step, and what the monitor watches."""

    def __init__(self, path):
        with safe_open(path, "pt") as file:
            about = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        if about.get("kind") != "smitin-plan" or about.get("schemaVersion") != "1":
            raise ValueError(f"{path}: expected a plan of smitin export, version 1, found {about}")
        self.path, self.from_new, self.gate = path, about["from"] == "new", json.loads(about["gate"])
        if self.gate["kind"] not in ("always", "selfMonitor"):
            raise ValueError(f"{path}: expected the gate always or selfMonitor, found {self.gate['kind']}, which only the lab knows")
        self.steer = tensors["steer"]  # [layers, heads, headDim]
        self.schedule = tensors["schedule"].tolist()
        self.reads_after = about.get("reads") == "after"
        self.watched = tensors.get("monitor.heads", torch.zeros(0, 2, dtype=torch.int32)).tolist()
        self.probes = [tensors.get(f"monitor.{name}") for name in ("theta", "weight", "bias")]

    def begin(self, positions, is_prompt):
        """Shares of full strength of the positions that the model is about to read."""
        if is_prompt:
            self.seen = [0.0] * len(self.watched)  # P of each watched head at the last position
            self.step = 0  # of the schedule
        if is_prompt and self.from_new:
            self.shares = torch.zeros(positions, 1)
            return
        if self.step + positions > len(self.schedule):
            raise ValueError(f"{self.path}: its schedule has {len(self.schedule)} steps: export it with more --seconds")
        gate = self.strength(statistics.median(self.seen) if self.seen else 0.0)
        shares = self.schedule[self.step : self.step + positions]
        self.shares = torch.tensor([[share * gate] for share in shares])  # [positions, 1]
        self.step += positions

    def strength(self, c):
        if self.gate["kind"] == "always":
            return 1.0
        present = self.gate["until"] == "present"
        is_open = c < self.gate["threshold"] if present else c > self.gate["threshold"]
        return max(0.0, 1 - self.gate["delta"] * (c if present else 1 - c)) if is_open else 0.0

    def look(self, layer, z):
        """z [heads, headDim] of the last position: P = sigmoid(weight theta . z + bias) of the heads that watch."""
        theta, weight, bias = self.probes
        for i, (own, head) in enumerate(self.watched):
            if own == layer:
                self.seen[i] = torch.sigmoid(weight[i] * (theta[i] @ z[head].cpu().float()) + bias[i]).item()


class steering:
    """While it lasts, `model.generate` is steered. The input of each self-attention's output projection is z."""

    def __init__(self, model, plans):
        self.decoder, self.plans, self.handles = model.decoder.model.decoder, plans, []

    def __enter__(self):
        self.handles.append(self.decoder.register_forward_pre_hook(self.called, with_kwargs=True))
        for n, layer in enumerate(self.decoder.layers):
            hook = lambda module, args, n=n: (self.steered(n, args[0]),)
            self.handles.append(layer.self_attn.out_proj.register_forward_pre_hook(hook))
        return self

    def __exit__(self, *_):
        for handle in self.handles:
            handle.remove()

    def called(self, module, args, kwargs):
        cache = kwargs.get("past_key_values")  # empty when the prompt is read, which generate may do more than once
        self.is_prompt = cache is None or cache.get_seq_length() == 0

    def steered(self, layer, z):  # z [rows, positions, heads * headDim]
        before = z
        for plan in self.plans:
            if layer == 0:
                plan.begin(z.shape[1], self.is_prompt)
            z = z + (plan.shares * plan.steer[layer].reshape(-1)).to(z)
        for plan in self.plans:
            last = (z if plan.reads_after else before)[0, -1]  # with a text: the row that has read it
            plan.look(layer, last.reshape(plan.steer.shape[1:]))
        return z


@torch.no_grad()
def generate(model, plans, frames, codes=None, **options):
    """Codes [codebooks][prompt and new frames] of a steered take. `codes` is the prompt; a text goes in as input_ids."""
    if "input_ids" not in options:
        null = model.get_unconditional_inputs(1)
        options |= dict(encoder_outputs=(null.encoder_outputs[0],), attention_mask=null.attention_mask, guidance_scale=1.0)
    if codes is not None:
        options["decoder_input_ids"] = torch.tensor(codes, device=model.device)
    decode, found = model.audio_encoder.decode, []
    model.audio_encoder.decode = lambda audio_codes, **rest: found.append(audio_codes) or decode(audio_codes, **rest)
    try:
        with steering(model, plans):
            model.generate(**options, max_new_tokens=frames + model.decoder.num_codebooks - 1)
    finally:
        model.audio_encoder.decode = decode
    return found[0][0, 0].tolist()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, help="a folder, or a name on the Hugging Face hub")
    parser.add_argument("--plan", action="append", default=[], help="of smitin export; several add up")
    parser.add_argument("--codes", help='a prompt: {"codes": [[...frames] per codebook]}')
    parser.add_argument("--frames", type=int, required=True, help="new frames, after the prompt's")
    parser.add_argument("--sample", type=int, metavar="SEED", help="draw tokens (default: greedy)")
    parser.add_argument("--codes-out", required=True, help="where the codes go, the prompt's and the new")
    given = parser.parse_args()
    model = MusicgenForConditionalGeneration.from_pretrained(given.model).eval()
    prompt = json.load(open(given.codes))["codes"] if given.codes else None
    if given.sample is not None:
        torch.manual_seed(given.sample)
    plans = [Plan(path) for path in given.plan]
    take = generate(model, plans, given.frames, prompt, do_sample=given.sample is not None)
    json.dump({"codes": take}, open(given.codes_out, "w"))
