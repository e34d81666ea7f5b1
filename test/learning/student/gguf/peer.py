"""What Python makes of a GGUF file, and of the student folder that it was imported into. Reads a JSON request, prints a JSON answer."""

import json
import sys

import numpy as np
import torch
from gguf import GGUFReader, dequantize
from safetensors import safe_open
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer

MODULES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
OUTSIDE = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def checkpoint_name(name):
    stem, kind = name.rsplit(".", 1)
    if not stem.startswith("blk."):
        return f"{OUTSIDE[stem]}.{kind}"
    _, layer, module = stem.split(".")
    return f"model.layers.{layer}.{MODULES[module]}.{kind}"


def halves(rows, heads):
    """Undoes convert_hf_to_gguf's `permute`."""
    return rows.reshape(heads, rows.shape[0] // heads // 2, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def differing_tensors(file, folder):
    config = json.load(open(f"{folder}/config.json"))
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    different = []
    with safe_open(f"{folder}/model.safetensors", "np") as written:
        names = set(written.keys())
        for tensor in GGUFReader(file).tensors:
            name = checkpoint_name(tensor.name)
            if name == "lm_head.weight" and config["tie_word_embeddings"]:
                continue
            names.discard(name)
            values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
            module = tensor.name.split(".")[-2]
            if config["model_type"] == "llama" and module in heads:
                values = halves(values, heads[module])
            if not np.array_equal(values.view(np.uint32), written.get_tensor(name).view(np.uint32)):
                different.append(name)
    return different + sorted(names)


request = json.load(sys.stdin)
folder = request["folder"]
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
answer = {
    "different": differing_tensors(request["file"], folder),
    "tokens": [e.ids for e in tokenizer.encode_batch(request["texts"], add_special_tokens=False)],
}
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
fast = AutoTokenizer.from_pretrained(folder)
prompt = fast.apply_chat_template(request["chat"], add_generation_prompt=True, return_dict=False)
ids = torch.tensor([prompt])
with torch.no_grad():
    answer["logits"] = model(ids).logits[0, -request["positions"] :].flatten().tolist()
    greedy = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=60, do_sample=False)
answer["prompt"] = prompt
answer["greedy"] = greedy[0, len(prompt) :].tolist()
print(json.dumps(answer))
