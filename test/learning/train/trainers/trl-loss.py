"""Losses and gradient norms of TRL on recorded rollouts, as JSON: trl-loss.py settings.json recorded.json

`recorded` holds, by prompt, the completions and the log-probabilities that an older policy gave them; and `cases` of {loss_type, old}.
"""

import json
import sys

import torch
from recorded import Recorded
from stepwright_reward import StepReward
from train_srl import open_trainer

settings, recorded = (json.load(open(path)) for path in sys.argv[1:3])
rollouts = Recorded(recorded["prompts"], settings["rollouts"])
old_log_probs = {
    (prompt, tuple(completion)): log_probs
    for prompt, row in rollouts.by_prompt.items()
    for completion, log_probs in zip(row["completions"], row["old_log_probs"])
}


def unpadded(inputs, name):
    return [tuple(ids[mask.bool()].tolist()) for ids, mask in zip(inputs[f"{name}_ids"], inputs[f"{name}_mask"])]


with StepReward(command=settings["reward_command"]) as reward:
    trainer = open_trainer(settings, reward)
    rollouts.give_to(trainer)
    trainer.model.train()
    trainer.current_gradient_accumulation_steps = trainer.args.steps_per_generation = 1
    rows = [{}] * (settings["batch"] * settings["rollouts"])
    results = []
    for case in recorded["cases"]:
        trainer.loss_type = case["loss_type"]
        trainer._metrics["train"].clear()
        inputs = trainer._generate_and_score_completions(rows)
        if case["old"]:
            keys = zip(unpadded(inputs, "prompt"), unpadded(inputs, "completion"))
            old = [torch.tensor(old_log_probs[key]) for key in keys]
            inputs["old_per_token_logps"] = torch.nn.utils.rnn.pad_sequence(old, batch_first=True)
        trainer.model.zero_grad()
        loss = trainer.compute_loss(trainer.model, inputs)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(trainer.model.parameters(), torch.inf)
        metrics = {name: sum(values) / len(values) for name, values in trainer._metrics["train"].items()}
        results.append({"loss": loss.item(), "grad_norm": norm.item(), "metrics": metrics})
print(json.dumps(results))
