"""PyTorch and transformers on the CPU beside us: the same model and batches. Reads a task a line, answers with seconds."""

import json
import os
import sys
import time

import torch
from transformers import AutoModelForCausalLM

folder, request = sys.argv[1], json.loads(sys.argv[2])
torch.set_num_threads(os.cpu_count())
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1)
batch = torch.tensor(request["batch"])
prompts = torch.tensor(request["prompts"])
completions = torch.tensor(request["group"]["completions"])
# The prompt once for every completion.
group = torch.cat([torch.tensor(request["group"]["prompt"]).expand(len(completions), -1), completions], dim=1)


def train():
    return update(model(batch, labels=batch).loss)


def train_group():
    # Logits of the completions only: the last token of the prompt predicts the first of theirs.
    logits = model(group, logits_to_keep=completions.shape[1] + 1).logits[:, :-1]
    return update(torch.nn.functional.cross_entropy(logits.flatten(0, 1), completions.flatten()))


def update(loss):
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def generate():
    count = request["newTokens"]
    mask = torch.ones_like(prompts)
    with torch.no_grad():
        model.generate(prompts, attention_mask=mask, max_new_tokens=count, min_new_tokens=count, do_sample=True)


tasks = {"train": train, "train_group": train_group, "generate": generate}
print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    value = tasks[line.strip()]()
    print(json.dumps({"seconds": time.perf_counter() - started, "value": value}), flush=True)
