"""SRL (arXiv 2510.25992) on TRL's GRPOTrainer, which has no dynamic sampling: here a group of rollouts is used when the population std of
its rewards exceeds a threshold, and prompts are drawn until the batch is full.

Rewards are gathered over all processes, so that each knows what every other one still misses, and all draw equally often: sharded
models (FSDP, ZeRO-3) generate together or not at all.
"""

import random

import torch
from torch.optim.lr_scheduler import LambdaLR
from trl import GRPOTrainer
from trl.trainer.utils import pad


class StopTraining(Exception):
    """The run cannot go on; the message says what to do."""


class Prompts:
    """Endless draws, epoch after epoch, each shuffled by its number: the position alone says what comes next."""

    def __init__(self, rows, seed, position=0):
        self._rows, self._seed, self._epoch = rows, seed, None
        self.position = position

    @property
    def epoch(self):
        return self.position / len(self._rows)

    def take(self, count):
        return [self._next() for _ in range(count)]

    def _next(self):
        epoch, at = divmod(self.position, len(self._rows))
        if epoch != self._epoch:
            self._epoch, self._order = epoch, list(range(len(self._rows)))
            random.Random(f"{self._seed}/epoch/{epoch}").shuffle(self._order)
        self.position += 1
        return self._rows[self._order[at]]


class SrlTrainer(GRPOTrainer):
    def __init__(self, *args, prompts, settings, **kwargs):
        self.prompts, self._settings = prompts, settings
        super().__init__(*args, **kwargs)

    def create_scheduler(self, num_training_steps, optimizer=None):
        """The rates that the launcher has computed, one an update."""
        rates = self._settings["learning_rates"]
        self.lr_scheduler = LambdaLR(
            optimizer or self.optimizer, lambda update: rates[min(update, len(rates) - 1)] / self.args.learning_rate
        )
        return self.lr_scheduler

    def _calculate_rewards(self, *args):
        rewards = super()._calculate_rewards(*args)
        self._rewards = rewards[:, 0].double()  # of all processes: a group's equal rewards then have a std of exactly 0
        return rewards

    def _generate_and_score_completions(self, inputs):
        """This process's share of a batch. `inputs` only says how large that is: `self.prompts` says what comes next."""
        group, settings = self.num_generations, self._settings
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        share = len(inputs) // group
        parts, drawn, rewards = [], [], torch.empty(0, group, dtype=torch.double)
        usable = torch.zeros(world, dtype=torch.long)  # groups a process
        rounds = 0
        while (missing := int((share - usable).clamp(min=0).max())) > 0 and rounds < settings["max_rounds"]:
            rounds += 1
            rows = self.prompts.take(world * missing)[rank * missing : (rank + 1) * missing]
            output = super()._generate_and_score_completions([row for row in rows for _ in range(group)])
            scored = self._rewards.cpu().view(world, missing, group)
            keep = scored.std(dim=-1, correction=0) > settings["std_threshold"]
            drawn.append(scored.flatten(0, 1))
            parts.append((output, keep[rank].repeat_interleave(group)))
            rewards = torch.cat([rewards, scored[rank][keep[rank]]])[:share]
            usable += keep.sum(dim=1)
        self._log_sampling(torch.cat(drawn), usable, share, rounds)
        if usable.sum() == 0:
            raise StopTraining(
                f"update {self.state.global_step + 1}: none of {sum(map(len, drawn))} groups has rewards that differ by more than "
                f"--std-threshold {settings['std_threshold']}. Nothing is left to learn here, or the student never varies (raise --temperature)."
            )
        batch = self._batch(parts, share * group)
        batch["advantages"] = self._advantages(rewards, share).to(batch["prompt_ids"].device)
        batch["num_items_in_batch"] = self.accelerator.gather(batch["completion_mask"].sum()).sum()
        self._filled = int(usable.clamp(max=share).sum()) / (share * world)
        return batch

    def _compute_loss(self, model, inputs):
        loss = super()._compute_loss(model, inputs)
        # These divide by rollouts, among which are those that only fill the batch.
        return loss / self._filled if self.model.training and self.loss_type in ("grpo", "dr_grpo") else loss

    def _batch(self, parts, size):
        """The kept rows of all rounds under one another. What is missing is filled with masked rows: the batch's shape is fixed."""
        chosen = [{key: value[keep] for key, value in output.items() if value.ndim > 0} for output, keep in parts]
        filler = {key: value[[0] * size] for key, value in parts[0][0].items() if value.ndim > 0}
        filler["completion_mask"] = torch.zeros_like(filler["completion_mask"])
        return {key: self._stack(key, [part[key] for part in [*chosen, filler]])[:size] for key in filler}

    def _stack(self, key, parts):
        """Prompts are padded at the left, everything else at the right."""
        if parts[0].ndim == 1:
            return torch.cat(parts)
        value = self.processing_class.pad_token_id if key.endswith("_ids") else 0
        side = "left" if key.startswith("prompt") else "right"
        return pad([row for part in parts for row in part], padding_value=value, padding_side=side)

    def _advantages(self, rewards, share):
        """Of this process's groups; TRL's own fix the degrees of freedom and the epsilon."""
        settings, group = self._settings, self.num_generations
        missing = torch.full((share - len(rewards), group), torch.nan, dtype=torch.double)
        rewards = torch.cat([rewards, missing])
        centred = rewards - rewards.mean(dim=1, keepdim=True)
        if settings["scale_rewards"] != "none":
            std = rewards.std(dim=1, keepdim=True, correction=settings["advantage_ddof"])
            if settings["scale_rewards"] == "batch":
                everyone = self.accelerator.gather(rewards.to(self.accelerator.device))
                std = everyone[~everyone.isnan()].std(correction=settings["advantage_ddof"]).cpu()
            centred = centred / (std + settings["advantage_eps"])
        return centred.nan_to_num(0).flatten().float()

    def _log_sampling(self, drawn, usable, share, rounds):
        """Over all groups drawn. TRL has logged each round's by itself."""
        total, kept = len(drawn), int(usable.sum())
        figures = {
            "reward": drawn.mean(),
            "reward_std": drawn.std(dim=1, correction=1).mean(),
            "frac_reward_zero_std": 1 - kept / total,
            "rewards/format_ok": (drawn >= 0).double().mean(),
            "dynamic_sampling/rounds": rounds,
            "dynamic_sampling/groups_drawn": total,
            "dynamic_sampling/groups_dropped": total - kept,
            "dynamic_sampling/groups_surplus": (usable - share).clamp(min=0).sum(),
        }
        for name, value in figures.items():
            self._metrics["train"][name] = [float(value)]
