"""The published CLIP score written plainly: PyTorch and Pillow, one pair after another, 77 tokens a text.

usage: /usr/bin/python3 clip_plain.py MODEL_FOLDER PAIRS.json THREADS [DEVICE]
PAIRS.json: {"pairs": [{"image": path, "ids": [[77 ids], ...]}, ...]}; tokenising is not part of what is timed here.
Prints one JSON object: seconds, scores.
"""
import json
import math
import os
import struct
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from PIL import Image


def load_safetensors(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
    data = numpy.memmap(path, dtype=numpy.uint8, mode="r", offset=8 + size)
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = numpy.frombuffer(data[begin:end].tobytes(), dtype=numpy.float32)
            tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


class PlainClip:
    def __init__(self, folder, device):
        self.device = device
        self.config = json.load(open(os.path.join(folder, "config.json")))
        weights = load_safetensors(os.path.join(folder, "model.safetensors"))
        self.w = {name: tensor.to(device) for name, tensor in weights.items()}

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.w[name + ".weight"], self.w[name + ".bias"], 1e-5)

    def attention(self, x, name, heads, mask):
        batch, tokens, width = x.shape

        def split(y):
            return y.view(batch, tokens, heads, width // heads).transpose(1, 2)

        q = split(self.linear(x, name + ".q_proj")) / math.sqrt(width // heads)
        k, v = split(self.linear(x, name + ".k_proj")), split(self.linear(x, name + ".v_proj"))
        scores = q @ k.transpose(2, 3)
        if mask is not None:
            scores = scores + mask
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, tokens, width)
        return self.linear(y, name + ".out_proj")

    def encode(self, x, tower, config, mask=None):
        for i in range(config["num_hidden_layers"]):
            name = f"{tower}.encoder.layers.{i}"
            x = x + self.attention(self.norm(x, name + ".layer_norm1"), name + ".self_attn", config["num_attention_heads"], mask)
            y = self.linear(self.norm(x, name + ".layer_norm2"), name + ".mlp.fc1")
            x = x + self.linear(y * torch.sigmoid(1.702 * y), name + ".mlp.fc2")
        return x

    def image(self, pixels):
        config, name = self.config["vision_config"], "vision_model.embeddings"
        x = F.conv2d(pixels, self.w[name + ".patch_embedding.weight"], stride=config["patch_size"]).flatten(2).transpose(1, 2)
        first = self.w[name + ".class_embedding"].expand(x.shape[0], 1, -1)
        x = torch.cat([first, x], 1) + self.w[name + ".position_embedding.weight"]
        x = self.encode(self.norm(x, "vision_model.pre_layrnorm"), "vision_model", config)
        return self.linear(self.norm(x[:, 0], "vision_model.post_layernorm"), "visual_projection")

    def text(self, ids):
        config, name = self.config["text_config"], "text_model.embeddings"
        x = self.w[name + ".token_embedding.weight"][ids] + self.w[name + ".position_embedding.weight"]
        mask = torch.full((ids.shape[1], ids.shape[1]), float("-inf"), device=self.device).triu(1)
        x = self.norm(self.encode(x, "text_model", config, mask), "text_model.final_layer_norm")
        return self.linear(x[torch.arange(x.shape[0], device=self.device), ids.argmax(1)], "text_projection")


def load_pixels(path, size):
    image = Image.open(path).convert("RGB")
    width, height = image.size
    short = min(width, height)
    image = image.resize((int(size * width / short), int(size * height / short)), Image.BICUBIC)
    left, top = round((image.size[0] - size) / 2), round((image.size[1] - size) / 2)
    image = image.crop((left, top, left + size, top + size))
    pixels = torch.from_numpy(numpy.asarray(image).copy()).permute(2, 0, 1).float() / 255
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
    deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)
    return ((pixels - mean) / deviation).unsqueeze(0)


def main():
    folder, pairs, threads = sys.argv[1], json.load(open(sys.argv[2]))["pairs"], int(sys.argv[3])
    torch.set_num_threads(threads)
    device = sys.argv[4] if len(sys.argv) > 4 else "cpu"
    model = PlainClip(folder, device)
    size = model.config["vision_config"]["image_size"]
    with torch.no_grad():
        model.image(torch.zeros(1, 3, size, size, device=device))
        begin, scores = time.perf_counter(), []
        for pair in pairs:
            image = F.normalize(model.image(load_pixels(pair["image"], size).to(device)), dim=-1)
            texts = F.normalize(model.text(torch.tensor(pair["ids"])), dim=-1)
            scores.append(100 * float((texts @ image[0]).mean()))
        seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "scores": scores}))


main()
