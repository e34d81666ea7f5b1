"""Loads what `extract --to trl|verl` wrote as the trainers do, calls the reward function beside it as they do, and prints the rewards.

Arguments: trl or verl, the loader (json or parquet), the files. Standard input: a JSON list of completions for each row.
"""

import importlib.util
import json
import sys
from pathlib import Path

from datasets import load_dataset

trainer, loader, *files = sys.argv[1:]
rows = load_dataset(loader, data_files=files, split="train")
completions = json.load(sys.stdin)
assert len(rows) == len(completions), (len(rows), len(completions))

source = Path(files[0]).parent / "srl_reward.py"
spec = importlib.util.spec_from_file_location("srl_reward", source)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)


def as_trl(row, group):
    """TRL 1.x, GRPOTrainer._calculate_rewards: every column but the reserved ones by its name, one entry a completion."""
    columns = {key: [row[key]] * len(group) for key in row if key not in ("prompt", "completion", "completion_ids")}
    conversations = [[{"role": "assistant", "content": text}] for text in group]
    return module.step_reward(
        prompts=[row["prompt"]] * len(group), completions=conversations, completion_ids=[[0]] * len(group), **columns, trainer_state=None
    )


def as_verl(row, group):
    """veRL, NaiveRewardManager: one response at a time, by keywords."""
    return [
        module.compute_score(
            data_source=row["data_source"],
            solution_str=text,
            ground_truth=row["reward_model"]["ground_truth"],
            extra_info=row["extra_info"] | {"num_turns": None},
        )
        for text in group
    ]


score = {"trl": as_trl, "verl": as_verl}[trainer]
print(json.dumps({"rows": list(rows), "rewards": [score(row, group) for row, group in zip(rows, completions)]}))
