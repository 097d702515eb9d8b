"""Train the decoder of a MusicGen folder on tokens, with PyTorch: what `npm run train -- decoder` does, on a graphics card.

    python decoder.py --tokens TOKENS --model data/models/studio --out NEW --seconds 600

TOKENS holds pieces that `npm run train -- tokens` wrote. NEW becomes a folder of the same kind as the one that --model names:
config.json, generation_config.json, tokenizer.json and model.safetensors in F16, whose codec is the old one's to the bit.
Needs torch, numpy and safetensors. The loss, the delay pattern, foresight and the optimisers are those of decoderLosses.ts, batch.ts,
muon.ts and adamw.ts beside this file. bf16 on a card, float32 elsewhere. With --state a training that was stopped goes on.
"""

import argparse
import json
import math
import pathlib
import shutil
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

ROOT = "decoder.model.decoder"
FORESIGHT = "foresight"  # its head is trained and not written
FORESIGHT_STEPS = 50  # a second
FORESIGHT_CODEBOOKS = 2


# Data


class Tokens:
    """All pieces of one split, on the device: tokens [mixes, codebooks, frames], and captions as padded ids."""

    def __init__(self, folder, split, device):
        pieces = []
        for path in sorted(pathlib.Path(folder).glob("*.json")):
            about = json.loads(path.read_text())
            if about.get("kind") == "smitin-tokens" and about["split"] == split:
                pieces.append((np.load(path.with_suffix(".npy")), about))
        if not pieces:
            raise SystemExit(f"{folder}: expected tokens of {split}, found none")
        self.about = pieces[0][1]
        for _, about in pieces:
            if about["fingerprint"] != self.about["fingerprint"]:
                raise SystemExit(f"{folder}: expected the tokens of one model, found those of two")
        tokens = np.concatenate([array for array, _ in pieces])
        self.tokens = torch.from_numpy(tokens.astype(np.int16)).to(device)
        captions = [mix["captions"] for _, about in pieces for mix in about["mixes"]]
        longest = max(len(ids) for each in captions for ids in each)
        self.lengths = torch.tensor([[len(ids) for ids in each] for each in captions], device=device)
        padded = [[ids + [0] * (longest - len(ids)) for ids in each] for each in captions]
        self.captions = torch.tensor(padded, dtype=torch.int16, device=device)  # [mixes, captions, longest]

    def rows(self, rows, window, unconditional, generator):
        """Excerpts at random: codes [rows, codebooks, window], caption ids and mask [rows, longest]; a mask of zeros is no caption."""
        mixes, _, frames = self.tokens.shape
        draw = lambda most: torch.randint(most, (rows,), generator=generator, device=generator.device).to(self.tokens.device)
        which, start = draw(mixes), draw(frames - window + 1)
        at = start[:, None] + torch.arange(window, device=start.device)
        codes = self.tokens[which].gather(2, at[:, None].expand(-1, self.tokens.shape[1], -1)).long()
        caption = draw(self.captions.shape[1])
        chance = torch.rand(rows, generator=generator, device=generator.device).to(start.device)
        lengths = self.lengths[which, caption] * (chance >= unconditional)
        mask = torch.arange(self.captions.shape[2], device=start.device) < lengths[:, None]
        return codes, self.captions[which, caption].long(), mask


def delayed(codes, pad):
    """In the delay pattern, position p of codebook k reads token p - 1 - k and predicts token p - k (`toBatch`).

    Returns inputs, targets and where there is a target: [rows, codebooks, steps].
    """
    rows, codebooks, steps = codes.shape
    inputs = torch.full_like(codes, pad)
    targets = torch.zeros_like(codes)
    valid = torch.zeros(codebooks, steps, dtype=torch.bool, device=codes.device)
    for k in range(codebooks):
        inputs[:, k, k + 1 :] = codes[:, k, : steps - k - 1]
        targets[:, k, k:] = codes[:, k, : steps - k]
        valid[k, k:] = True
    return inputs, targets, valid.expand(rows, -1, -1)


# The network, on the tensors of a checkpoint by their names


class Shape:
    """What config.json says."""

    def __init__(self, config):
        decoder, text = config["decoder"], config["text_encoder"]
        if decoder.get("activation_function", "gelu") != "gelu" or text.get("feed_forward_proj", "relu") != "relu":
            raise SystemExit("config.json: expected gelu in the decoder and relu in the text encoder, found others")
        self.layers, self.heads = decoder["num_hidden_layers"], decoder["num_attention_heads"]
        self.hidden, self.ffn = decoder["hidden_size"], decoder["ffn_dim"]
        self.codebooks, self.vocabulary = decoder["num_codebooks"], decoder["vocab_size"]
        self.text, self.text_layers, self.text_heads = text["d_model"], text["num_layers"], text["num_heads"]
        self.text_key, self.text_ffn, self.words = text["d_kv"], text["d_ff"], text["vocab_size"]
        self.buckets, self.farthest = text["relative_attention_num_buckets"], text["relative_attention_max_distance"]
        self.foresight_layers = round(self.layers * 2 / 3)


def decoder_shapes(s):
    """Name, shape and spread of every tensor that is trained, as createDecoderParameters draws them; a norm's spread is None."""
    small = 0.5 / math.sqrt(s.hidden * 2 * s.layers)
    wide = lambda n: 1 / math.sqrt(n)
    for k in range(s.codebooks):
        # Wide enough that the sinusoidal positions (of unit size) do not drown the tokens.
        yield f"{ROOT}.embed_tokens.{k}.weight", (s.vocabulary + 1, s.hidden), 0.35
        yield f"decoder.lm_heads.{k}.weight", (s.vocabulary, s.hidden), 0.02
    for n in range(s.layers):
        layer = f"{ROOT}.layers.{n}"
        for norm in ("self_attn_layer_norm", "encoder_attn_layer_norm", "final_layer_norm"):
            yield f"{layer}.{norm}.weight", (s.hidden,), None
            yield f"{layer}.{norm}.bias", (s.hidden,), 0.0
        for kind in ("self_attn", "encoder_attn"):
            for part in "qkv":
                yield f"{layer}.{kind}.{part}_proj.weight", (s.hidden, s.hidden), wide(s.hidden)
            yield f"{layer}.{kind}.out_proj.weight", (s.hidden, s.hidden), small
        yield f"{layer}.fc1.weight", (s.ffn, s.hidden), wide(s.hidden)
        yield f"{layer}.fc2.weight", (s.hidden, s.ffn), small
    yield f"{ROOT}.layer_norm.weight", (s.hidden,), None
    yield f"{ROOT}.layer_norm.bias", (s.hidden,), 0.0
    yield FORESIGHT, (FORESIGHT_CODEBOOKS * s.vocabulary, s.hidden), 0.02
    yield "enc_to_dec_proj.weight", (s.hidden, s.text), wide(s.text)
    yield "enc_to_dec_proj.bias", (s.hidden,), 0.0


def text_shapes(s):
    encoder, inner = "text_encoder.encoder", s.text_heads * s.text_key
    yield "text_encoder.shared.weight", (s.words, s.text), 1.0
    yield f"{encoder}.block.0.layer.0.SelfAttention.relative_attention_bias.weight", (s.buckets, s.text_heads), 0.1
    for n in range(s.text_layers):
        block = f"{encoder}.block.{n}.layer"
        yield f"{block}.0.layer_norm.weight", (s.text,), None
        for part in "qkv":  # T5 does not scale its scores
            yield f"{block}.0.SelfAttention.{part}.weight", (inner, s.text), 1 / s.text**0.75
        yield f"{block}.0.SelfAttention.o.weight", (s.text, inner), 1 / math.sqrt(inner)
        yield f"{block}.1.layer_norm.weight", (s.text,), None
        yield f"{block}.1.DenseReluDense.wi.weight", (s.text_ffn, s.text), 1 / math.sqrt(s.text)
        yield f"{block}.1.DenseReluDense.wo.weight", (s.text, s.text_ffn), 1 / math.sqrt(s.text_ffn)
    yield f"{encoder}.final_layer_norm.weight", (s.text,), None


def fresh(shapes, generator):
    weights = {}
    for name, shape, spread in shapes:
        if spread is None:
            weights[name] = torch.ones(shape)
        else:
            weights[name] = spread * torch.randn(shape, generator=generator)
    return weights


def sinusoids(steps, size, device):
    half = size // 2
    frequency = torch.exp(torch.arange(half, dtype=torch.float32) * -(math.log(10000) / (half - 1)))
    angle = torch.arange(steps, dtype=torch.float32)[:, None] * frequency
    return F.pad(torch.cat([angle.cos(), angle.sin()], 1), (0, size % 2)).to(device)


def relative_buckets(length, s):
    """T5's: half of the buckets for keys after the query, of each half one half for single distances, the others logarithmic."""
    half, exact = s.buckets // 2, s.buckets // 4
    relative = torch.arange(length)[None, :] - torch.arange(length)[:, None]
    distance = relative.abs()
    far = exact + (torch.log(distance.clamp(min=1).float() / exact) / math.log(s.farthest / exact) * (half - exact)).long()
    near = torch.where(distance < exact, distance, far.clamp(max=half - 1))
    return near + (relative > 0) * half


def read_caption(w, s, ids, mask):
    """Caption states in the decoder's size, zero at padding: [rows, length, hidden]."""
    rows, length = ids.shape
    root_norm = lambda x, gain: (x.float() * torch.rsqrt(x.float().square().mean(-1, keepdim=True) + 1e-6)) * gain
    encoder = "text_encoder.encoder"
    bias = w[f"{encoder}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    position = bias[relative_buckets(length, s).to(ids.device)].permute(2, 0, 1)[None]
    position = position + (~mask)[:, None, None, :] * -1e9
    x = w["text_encoder.shared.weight"][ids]
    split = lambda y: y.view(rows, length, s.text_heads, s.text_key).transpose(1, 2)
    for n in range(s.text_layers):
        block = f"{encoder}.block.{n}.layer"
        normed = root_norm(x, w[f"{block}.0.layer_norm.weight"])
        q, k, v = (split(F.linear(normed, w[f"{block}.0.SelfAttention.{part}.weight"])) for part in "qkv")
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=position.to(q.dtype), scale=1.0)
        x = x + F.linear(mixed.transpose(1, 2).reshape(rows, length, -1), w[f"{block}.0.SelfAttention.o.weight"])
        inner = F.relu(F.linear(root_norm(x, w[f"{block}.1.layer_norm.weight"]), w[f"{block}.1.DenseReluDense.wi.weight"]))
        x = x + F.linear(inner, w[f"{block}.1.DenseReluDense.wo.weight"])
    states = F.linear(root_norm(x, w[f"{encoder}.final_layer_norm.weight"]), w["enc_to_dec_proj.weight"], w["enc_to_dec_proj.bias"])
    return states * mask[..., None]


def decode(w, s, inputs, ids, mask):
    """Logits [rows, codebooks, steps, vocabulary] of delayed inputs [rows, codebooks, steps], and the state in mid-decoder."""
    rows, _, steps = inputs.shape
    states = read_caption(w, s, ids, mask)
    hide = (~mask)[:, None, None, :] * -1e9
    x = sinusoids(steps, s.hidden, inputs.device)[None].expand(rows, -1, -1)
    for k in range(s.codebooks):
        x = x + w[f"{ROOT}.embed_tokens.{k}.weight"][inputs[:, k]]
    norm = lambda y, name: F.layer_norm(y, (s.hidden,), w[f"{name}.weight"], w[f"{name}.bias"], 1e-5)
    split = lambda y: y.view(rows, -1, s.heads, s.hidden // s.heads).transpose(1, 2)
    join = lambda y: y.transpose(1, 2).reshape(rows, -1, s.hidden)
    middle = None
    for n in range(s.layers):
        layer = f"{ROOT}.layers.{n}"
        project = lambda y, kind, part: F.linear(y, w[f"{layer}.{kind}.{part}_proj.weight"])
        y = norm(x, f"{layer}.self_attn_layer_norm")
        q, k, v = (split(project(y, "self_attn", part)) for part in "qkv")
        x = x + project(join(F.scaled_dot_product_attention(q, k, v, is_causal=True)), "self_attn", "out")
        q = split(project(norm(x, f"{layer}.encoder_attn_layer_norm"), "encoder_attn", "q"))
        k, v = (split(project(states, "encoder_attn", part)) for part in "kv")
        x = x + project(join(F.scaled_dot_product_attention(q, k, v, attn_mask=hide.to(q.dtype))), "encoder_attn", "out")
        y = F.gelu(F.linear(norm(x, f"{layer}.final_layer_norm"), w[f"{layer}.fc1.weight"]))
        x = x + F.linear(y, w[f"{layer}.fc2.weight"])
        if n + 1 == s.foresight_layers:
            middle = x
    x = norm(x, f"{ROOT}.layer_norm")
    logits = torch.stack([F.linear(x, w[f"decoder.lm_heads.{k}.weight"]) for k in range(s.codebooks)], 1)
    return logits, middle


def losses(w, s, batch):
    """Cross-entropy a token by codebook [codebooks], and foresight's: what decoderLosses.ts computes, in nats."""
    codes, ids, mask = batch
    inputs, targets, valid = delayed(codes, s.vocabulary)
    logits, middle = decode(w, s, inputs, ids, mask)
    each = F.cross_entropy(logits.float().flatten(0, 2), targets.flatten(), reduction="none").view(targets.shape) * valid
    tokens = each.sum((0, 2)) / valid.sum((0, 2))
    seen = slice(0, FORESIGHT_CODEBOOKS)
    hot = F.one_hot(targets[:, seen], s.vocabulary).float() * valid[:, seen, :, None]
    until = F.pad(hot.flip(2).cumsum(2).flip(2), (0, 0, 0, FORESIGHT_STEPS))  # tokens from here on
    coming = (until[:, :, :-FORESIGHT_STEPS] - until[:, :, FORESIGHT_STEPS:]).clamp(min=0)
    shares = coming / coming.sum(-1, keepdim=True)
    said = F.linear(F.layer_norm(middle.float(), (s.hidden,), eps=1e-5), w[FORESIGHT]).float()
    said = said.view(*said.shape[:2], FORESIGHT_CODEBOOKS, s.vocabulary).transpose(1, 2)
    foresight = -(said.log_softmax(-1) * shares).sum(-1).mean()
    return tokens, foresight


# Training


def is_hidden_matrix(name):
    """Those that Muon turns: self-attention and feed-forward, as hiddenMatrices has it."""
    return f"{ROOT}.layers." in name and (".self_attn." in name or ".fc" in name)


def reads_text(name):
    return name.startswith(("text_encoder.", "enc_to_dec_proj.")) or ".encoder_attn" in name


def orthogonal(stack, steps=4, a=3.4445, b=-4.775, c=2.0315):
    """The nearest semi-orthogonal matrices, roughly (Jordan et al. 2024): [n, rows, columns]."""
    x = stack.bfloat16() if stack.is_cuda else stack
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.transpose(1, 2) if tall else x).to(stack.dtype)


class Optimiser:
    """AdamW, and Muon for the hidden matrices, at one rate and decay; gradients are clipped to norm 1."""

    def __init__(self, weights, betas=(0.9, 0.95), decay=0.05, momentum=0.95):
        self.weights, self.betas, self.decay, self.momentum, self.step = weights, betas, decay, momentum, 0
        zeros = lambda: {name: torch.zeros_like(value) for name, value in weights.items()}
        self.mean, self.square = zeros(), zeros()
        self.heavy = {name: torch.zeros_like(value) for name, value in weights.items() if is_hidden_matrix(name)}
        self.groups = {}
        for name in self.heavy:
            self.groups.setdefault(weights[name].shape, []).append(name)

    @torch.no_grad()
    def update(self, rate, names, muon=True):
        self.step += 1
        gradients = {name: self.weights[name].grad for name in names}
        torch.nn.utils.clip_grad_norm_([self.weights[name] for name in names], 1.0)
        first, second = self.betas
        moves = {}
        for name, gradient in gradients.items():
            self.mean[name].lerp_(gradient, 1 - first)
            self.square[name].mul_(second).addcmul_(gradient, gradient, value=1 - second)
            root = (self.square[name] / (1 - second**self.step)).sqrt_().add_(1e-8)
            moves[name] = self.mean[name] / (1 - first**self.step) / root
        for shape, members in self.groups.items() if muon else ():
            for name in members:
                self.heavy[name].lerp_(gradients[name], 1 - self.momentum)
            ahead = torch.stack([torch.lerp(gradients[name], self.heavy[name], self.momentum) for name in members])
            for name, straight in zip(members, orthogonal(ahead)):
                moves[name] = straight * (0.5 * math.sqrt(max(shape)))
        for name, move in moves.items():
            value = self.weights[name]
            if value.dim() == 2 and "embed" not in name and "shared" not in name and "bias" not in name:
                move = move + self.decay * value
            value.sub_(rate * move)
            value.grad = None

    def state(self):
        return {"step": self.step, "mean": self.mean, "square": self.square, "heavy": self.heavy}

    def load(self, state):
        self.step = state["step"]
        for own, kept in ((self.mean, state["mean"]), (self.square, state["square"]), (self.heavy, state["heavy"])):
            for name, value in kept.items():
                own[name].copy_(value)


@torch.no_grad()
def validate(w, s, unseen, window, captioned, cast):
    """Nats a token by codebook on the beginnings of unseen songs."""
    total, batches = torch.zeros(s.codebooks), 0
    for start in range(0, len(unseen.tokens), 32):
        codes = unseen.tokens[start : start + 32, :, :window].long()
        ids = unseen.captions[start : start + 32, 0].long()
        mask = torch.arange(ids.shape[1], device=ids.device) < unseen.lengths[start : start + 32, :1] * captioned
        with cast():
            tokens, _ = losses(w, s, (codes, ids, mask))
        total += tokens.float().cpu() * len(codes)
        batches += len(codes)
    return total / batches


def write(out, start, config, weights, others):
    """The folder that the lab loads: F16, the old codec and tokenizer."""
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("generation_config.json", "tokenizer.json"):
        if (start / name).exists():
            shutil.copyfile(start / name, out / name)
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tensors = {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in weights.items() if name != FORESIGHT}
    save_file({**others, **tensors}, out / "model.safetensors.part", metadata={"format": "pt"})
    (out / "model.safetensors.part").chmod(0o644)
    (out / "model.safetensors.part").rename(out / "model.safetensors")


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", required=True, help="the folder of pieces")
    parser.add_argument("--model", required=True, help="the folder to start from")
    parser.add_argument("--out", required=True, help="the folder to write")
    parser.add_argument("--fresh", action="store_true", help="decoder and text encoder from nothing; the codec stays")
    for name in ("layers", "heads", "hidden", "ffn"):
        parser.add_argument(f"--{name}", type=int, help="of a fresh decoder (default: the start's)")
    parser.add_argument("--steps", type=int, default=4000, help="of the first phase, in which all learns")
    parser.add_argument("--text-steps", type=int, default=0, help="then, in which only what reads the caption learns")
    parser.add_argument("--seconds", type=float, default=math.inf, help="end the first phase after so long at most; its rate falls in time")
    parser.add_argument("--batch", type=int, default=64, help="rows a step")
    parser.add_argument("--window", type=int, default=400, help="frames of a row")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--warm-up", type=int, default=80)
    parser.add_argument("--floor", type=float, default=0.03, help="the last rate, as a share of --rate")
    parser.add_argument("--unconditional", type=float, default=0.5, help="share of rows without a caption")
    parser.add_argument("--foresight", type=float, default=0.3, help="weight of the second aim")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=int, default=100, help="steps from one line to the next")
    parser.add_argument("--state", help="a file to go on from, and to keep the training in")
    parser.add_argument("--keep", type=float, default=60, help="seconds from one time the state is kept to the next, at a report")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--compile", action="store_true", help="with torch.compile: a minute at the start, then faster")
    parser.add_argument("--log", help="a file for a line of JSON a report")
    return parser.parse_args()


def schedule(progress, step, o):
    """As learningRate.ts: a linear rise, then a cosine down to the floor."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(1, progress)))
    return o.rate * min(1, (step + 1) / o.warm_up) * (o.floor + (1 - o.floor) * cosine)


def main():
    o = options()
    torch.manual_seed(o.seed)
    torch.set_float32_matmul_precision("high")
    start = pathlib.Path(o.model)
    config = json.loads((start / "config.json").read_text())
    stored = load_file(start / "model.safetensors")
    named = {"layers": "num_hidden_layers", "heads": "num_attention_heads", "hidden": "hidden_size", "ffn": "ffn_dim"}
    wanted = {named[name]: value for name, value in vars(o).items() if name in named and value}
    if wanted and not o.fresh:
        raise SystemExit("--layers, --heads, --hidden, --ffn: expected --fresh with them, found none")
    config["decoder"].update(wanted)
    s = Shape(config)
    if s.hidden % s.heads:
        raise SystemExit(f"--hidden: expected a multiple of {s.heads} heads, found {s.hidden}")
    generator = torch.Generator().manual_seed(o.seed)
    weights = fresh([*decoder_shapes(s), *text_shapes(s)], generator)
    others = {name: value for name, value in stored.items() if name not in weights and name.startswith("audio_encoder.")}
    if not o.fresh:
        weights = {name: stored[name].float() if name in stored else value for name, value in weights.items()}
    w = {name: value.to(o.device).requires_grad_() for name, value in weights.items()}
    optimiser = Optimiser(w)
    train, unseen = Tokens(o.tokens, "train", o.device), Tokens(o.tokens, "validation", o.device)
    if s.vocabulary != train.about["codebookSize"]:
        raise SystemExit(f"{o.tokens}: expected tokens below {s.vocabulary}, found a codebook of {train.about['codebookSize']}")
    first, before, text_from = 0, 0.0, o.steps
    if o.state and pathlib.Path(o.state).exists():
        kept = torch.load(o.state, map_location=o.device, weights_only=True)
        if kept["shape"] != vars(s):
            raise SystemExit(f"{o.state}: expected a training of the shape {vars(s)}, found {kept['shape']}")
        with torch.no_grad():
            for name, value in kept["weights"].items():
                w[name].copy_(value)
        optimiser.load(kept["optimiser"])
        first, before, text_from = kept["step"], kept["seconds"], min(o.steps, kept["text_from"])
    cast = lambda: torch.autocast("cuda", torch.bfloat16, enabled=o.device.startswith("cuda"))
    run = torch.compile(losses, dynamic=False) if o.compile else losses
    millions = sum(value.numel() for name, value in w.items() if name != FORESIGHT) / 1e6
    print(f"{millions:.1f} million parameters, {train.tokens.shape[0] * train.tokens.shape[2] / 1e6:.1f} million frames, {o.device}", flush=True)

    def keep(step, seconds):
        write(o.out, start, config, w, others)
        if o.state:
            state = {"shape": vars(s), "step": step, "seconds": seconds, "text_from": text_from, "weights": w, "optimiser": optimiser.state()}
            torch.save(state, f"{o.state}.part")
            pathlib.Path(f"{o.state}.part").rename(o.state)

    began, running, count, step = time.time(), 0, 0, first
    kept_at, rows_of = began, torch.Generator()
    while step < text_from + o.text_steps:
        seconds = before + time.time() - began
        if step < text_from and seconds >= o.seconds:
            text_from = step  # out of time: what reads the caption is next
            continue
        is_text = step >= text_from
        rows, window, unconditional, rate = o.batch, o.window, o.unconditional, 0.0
        if is_text:
            rate = schedule((step - text_from) / o.text_steps, step - text_from, o)
            unconditional = 0.0
            if (step - text_from) % 2 == 0:  # who plays is heard after a second: captions teach most where music begins
                rows, window = o.batch * 5, max(1, o.window // 5)
        else:
            rate = schedule(max(step / o.steps, seconds / o.seconds), step, o)
        rows_of.manual_seed(1000 + step + 1_000_003 * o.seed)
        with cast():
            tokens, foresight = run(w, s, train.rows(rows, window, unconditional, rows_of))
        (tokens.mean() + o.foresight * foresight).backward()
        names = [name for name in w if reads_text(name)] if is_text else list(w)
        optimiser.update(rate, names, muon=not is_text)
        for value in w.values():
            value.grad = None
        running, count, step = running + torch.cat([tokens, foresight[None]]).detach().float(), count + 1, step + 1
        if step % o.report == 0 or step == text_from + o.text_steps:
            seconds = before + time.time() - began
            nats = (running / count).tolist()
            plain = validate(w, s, unseen, o.window, False, cast).tolist()
            with_text = validate(w, s, unseen, max(1, o.window // 5), True, cast).tolist() if is_text else None
            line = {"step": step, "seconds": round(seconds, 1), "rate": rate, "nats": nats[:-1], "foresight": nats[-1], "unseen": plain}
            line |= {"captionedBeginnings": with_text} if with_text else {}
            shown = " ".join(f"{x:.3f}" for x in nats)
            print(f"step {step}  {seconds:.0f} s  nats a token by codebook, and foresight {shown}  unseen {' '.join(f'{x:.3f}' for x in plain)}", flush=True)
            if o.log:
                with open(o.log, "a") as log:
                    log.write(json.dumps(line) + "\n")
            running, count = 0, 0
            if o.state and time.time() - kept_at >= o.keep:
                keep(step, seconds)
                kept_at = time.time()
    keep(step, before + time.time() - began)
    print(f"{o.out}: step {step}", flush=True)


if __name__ == "__main__":
    main()
