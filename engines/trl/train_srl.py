"""SRL on TRL: what `stepwright train --engine trl` runs.

    accelerate launch train_srl.py settings.json

Rows of metrics, and what stops the run, are lines on stdout that begin with MARK; everything else that appears there is for the log.
"""

import json
import math
import os
import sys
from pathlib import Path

import torch
from accelerate.utils import broadcast_object_list
from datasets import Dataset
from srl_trainer import Prompts, SrlTrainer, StopTraining
from stepwright_reward import StepReward
from transformers import AutoTokenizer, TrainerCallback
from trl import GRPOConfig

MARK = "stepwright "
POSITION = "position.json"  # of the draws; a checkpoint that has it is whole


def main(path):
    settings = json.loads(Path(path).read_text())
    with StepReward(command=settings["reward_command"], format=settings["format"]) as reward:
        open_trainer(settings, reward).train(resume_from_checkpoint=settings["resume_from"])


def open_trainer(settings, reward):
    """`reward(texts, experts)` gives rewards."""
    rows = [json.loads(line) for line in Path(settings["steps"]).read_text().splitlines()]
    prompts = Prompts(rows, settings["seed"], position_of(settings["resume_from"]))

    def step_reward(completions, expert, **_):
        return reward([completion[0]["content"] for completion in completions], expert)

    # The loader is only a clock that SrlTrainer draws its prompts by; it gives nothing of a data set that is smaller than a batch.
    clock = Dataset.from_list(rows * math.ceil(settings["batch"] / len(rows)))
    trainer = SrlTrainer(
        model=settings["student"],
        processing_class=AutoTokenizer.from_pretrained(settings["student"]),
        reward_funcs=step_reward,
        train_dataset=clock,
        args=trainer_config(settings),
        prompts=prompts,
        settings=settings,
    )
    trainer.add_callback(Bookkeeping(trainer, settings))
    return trainer


def trainer_config(settings):
    world = int(os.environ.get("WORLD_SIZE", 1))
    if settings["batch"] % world:
        raise StopTraining(f"--batch {settings['batch']} cannot be shared by {world} processes. Take a multiple of {world}.")
    # accelerate says so to a single process only; of several that are not told, each would train by itself.
    on_cpu = os.environ.get("ACCELERATE_USE_CPU", "").lower() in ("true", "1", "yes") or not torch.accelerator.is_available()
    save_every = settings["save_every"] or settings["updates"]
    return GRPOConfig(
        output_dir=settings["output_dir"],
        seed=settings["seed"],
        # A batch is so many prompts; a micro-batch is the rollouts of one.
        max_steps=settings["updates"],
        per_device_train_batch_size=settings["rollouts"],
        gradient_accumulation_steps=settings["batch"] // world,
        num_generations=settings["rollouts"],
        # Rollouts.
        max_completion_length=settings["max_new_tokens"],
        temperature=settings["temperature"],
        top_p=settings["top_p"],
        top_k=settings["top_k"],
        # Loss.
        loss_type=settings["loss_type"],
        epsilon=settings["epsilon"],
        epsilon_high=settings["epsilon_high"],
        beta=settings["beta"],
        use_bias_correction_kl=False,
        mask_truncated_completions=settings["mask_truncated_completions"],
        # Optimiser; the rate of every update is SrlTrainer's.
        optim="adamw_torch",
        learning_rate=max(settings["learning_rates"]),
        weight_decay=settings["weight_decay"],
        adam_beta2=settings["adam_beta2"],
        max_grad_norm=settings["max_grad_norm"],
        # Machine.
        use_cpu=on_cpu,
        bf16=os.environ.get("ACCELERATE_MIXED_PRECISION") == "bf16",
        gradient_checkpointing=settings["gradient_checkpointing"] or not on_cpu,
        dataloader_pin_memory=not on_cpu,
        # Records. What comes next is known by a position, not by skipping.
        ignore_data_skip=True,
        save_strategy="steps",
        save_steps=save_every,
        save_total_limit=2,
        logging_steps=1,
        logging_nan_inf_filter=False,
        report_to="none",
        disable_tqdm=True,
    )


class Bookkeeping(TrainerCallback):
    def __init__(self, trainer, settings):
        self._trainer, self._stop = trainer, Path(settings["stop_file"])

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" not in logs:
            return  # the summary at the end
        if not math.isfinite(logs.get("grad_norm", 0)):
            raise StopTraining(f"update {state.global_step}: the gradient is not finite; try a lower --lr.")
        if state.is_world_process_zero:
            row = {name: value for name, value in logs.items() if value is not None}
            tell({"update": state.global_step, **row, "epoch": self._trainer.prompts.epoch})  # the clock's is none

    def on_step_end(self, args, state, control, **_):
        stop = [self._stop.exists()]
        broadcast_object_list(stop)  # all processes save together
        if stop[0]:
            control.should_save = control.should_training_stop = True

    def on_save(self, args, state, control, **_):
        self._trainer.accelerator.wait_for_everyone()  # each has its own random state to save
        if state.is_world_process_zero:
            folder = Path(args.output_dir, f"checkpoint-{state.global_step}")
            (folder / POSITION).write_text(json.dumps(self._trainer.prompts.position))


def position_of(checkpoint):
    return 0 if checkpoint is None else json.loads(Path(checkpoint, POSITION).read_text())


def tell(row):
    # On a line of its own, whatever another process was in the middle of.
    print(f"\n{MARK}{json.dumps(row)}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Exception as error:
        tell({"error": str(error) if isinstance(error, StopTraining) else repr(error)})
        raise
