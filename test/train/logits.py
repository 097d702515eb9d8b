"""Logits of decoder.py's network for delayed tokens and captions, from the files of torch.test.ts: FOLDER INPUTS OUT."""

import json
import sys

sys.path.insert(0, sys.argv[1])
import decoder
import torch
from safetensors.torch import load_file, save_file

folder, inputs, out = sys.argv[2:]
shape = decoder.Shape(json.load(open(f"{folder}/config.json")))
weights = {name: value.float() for name, value in load_file(f"{folder}/model.safetensors").items()}
given = json.load(open(inputs))
ids = torch.tensor(given["ids"])
mask = torch.tensor(given["mask"], dtype=torch.bool)
with torch.no_grad():
    logits, _ = decoder.decode(weights, shape, torch.tensor(given["tokens"]), ids, mask)
save_file({"logits": logits.contiguous()}, out)
