"""Stage 2 of MiniGPT-4 written plainly in PyTorch and transformers: the vision tower at every step, every row padded to
the longest, logits everywhere. Random weights: only the time is asked for.

usage: python3 stage2_plain.py TASK.json
TASK.json: {"model": {the sizes as winnow's MiniGPT-4 config names them}, "steps": [[[prompt tokens, answer tokens], ...], ...],
"device": "cpu", "threads": 0, "type": "float32"}
Prints samples and seconds.
"""
import json
import sys
import time

import torch
from transformers import Blip2QFormerConfig, Blip2QFormerModel, Blip2VisionConfig, Blip2VisionModel, LlamaConfig, LlamaForCausalLM

PICTURE_MARK = 1  # stands for the two pieces of the prompt around the picture


def make_model(sizes, device, dtype):
    vision, qformer, llama = sizes["visual_encoder"], sizes["Qformer"], sizes["llama_model"]
    torch.set_default_dtype(dtype)
    with torch.device(device):
        tower = Blip2VisionModel(Blip2VisionConfig(
            hidden_size=vision["embed_dim"], intermediate_size=int(vision["embed_dim"] * vision["mlp_ratio"]),
            num_hidden_layers=vision["depth"], num_attention_heads=vision["num_heads"], image_size=sizes["image_size"],
            patch_size=sizes["patch_size"]))
        query = Blip2QFormerModel(Blip2QFormerConfig(
            hidden_size=qformer["hidden_size"], num_hidden_layers=qformer["num_hidden_layers"],
            num_attention_heads=qformer["num_attention_heads"], intermediate_size=qformer["intermediate_size"],
            encoder_hidden_size=vision["embed_dim"]))
        language = LlamaForCausalLM(LlamaConfig(
            vocab_size=llama["vocab_size"], hidden_size=llama["hidden_size"], intermediate_size=llama["intermediate_size"],
            num_hidden_layers=llama["num_hidden_layers"], num_attention_heads=llama["num_attention_heads"],
            num_key_value_heads=llama["num_key_value_heads"], max_position_embeddings=llama["max_position_embeddings"]))
        tokens = torch.randn(1, sizes["num_query_token"], qformer["hidden_size"])
        projection = torch.nn.Linear(qformer["hidden_size"], llama["hidden_size"], dtype=torch.float32)
    torch.set_default_dtype(torch.float32)
    for part in (tower, query, language):
        part.eval().requires_grad_(False)
    return tower, query, language, tokens, projection


def main():
    task = json.load(open(sys.argv[1]))
    if task["threads"]:
        torch.set_num_threads(task["threads"])
    sizes, device, dtype = task["model"], torch.device(task["device"]), getattr(torch, task["type"])
    tower, query, language, tokens, projection = make_model(sizes, device, dtype)
    optimizer = torch.optim.AdamW(projection.parameters(), lr=3e-5, weight_decay=0.05)
    vocabulary, side = sizes["llama_model"]["vocab_size"], sizes["image_size"]
    pixels = torch.randn(len(task["steps"][0]), 3, side, side)

    def step(rows):
        longest = max(prompt + answer for prompt, answer in rows)
        ids = torch.randint(3, vocabulary, (len(rows), longest))
        labels = torch.full((len(rows), 1 + sizes["num_query_token"] + longest), -100)
        mask = torch.zeros_like(labels)
        for i, (prompt, answer) in enumerate(rows):
            begin = 1 + sizes["num_query_token"] + prompt
            labels[i, begin:begin + answer] = ids[i, prompt:prompt + answer]
            mask[i, :begin + answer] = 1
        ids, labels, mask = ids.to(device), labels.to(device), mask.to(device)
        with torch.autocast(device.type, dtype=dtype, enabled=dtype != torch.float32):
            with torch.no_grad():
                seen = tower(pixels[:len(rows)].to(device, dtype)).last_hidden_state
                features = query(query_embeds=tokens.expand(len(rows), -1, -1), encoder_hidden_states=seen).last_hidden_state
            embed = language.get_input_embeddings()
            words = embed(ids)
            first = embed(torch.ones(len(rows), 1, dtype=torch.long, device=device))
            picture = projection(features).to(words.dtype)
            inputs = torch.cat([first, words[:, :PICTURE_MARK], picture, words[:, PICTURE_MARK:]], 1)
            loss = language(inputs_embeds=inputs, attention_mask=mask, labels=labels, use_cache=False).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    for rows in task["steps"][:3]:  # kernels are loaded and chosen
        step(rows)
    begin = time.perf_counter()
    for rows in task["steps"]:
        step(rows)
    seconds = time.perf_counter() - begin
    print(sum(map(len, task["steps"])), seconds)


main()
