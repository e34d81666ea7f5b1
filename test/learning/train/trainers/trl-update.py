"""An update on recorded rollouts for each loss, told as train_srl.py tells it: trl-update.py settings.json recorded.json

Under `accelerate launch`, so that the same update can be made by one process and by several.
"""

import json
import sys

from recorded import Recorded
from stepwright_reward import StepReward
from train_srl import open_trainer

settings, recorded = (json.load(open(path)) for path in sys.argv[1:3])
with StepReward(command=settings["reward_command"]) as reward:
    for loss_type in recorded["loss_types"]:
        trainer = open_trainer({**settings, "loss_type": loss_type}, reward)
        Recorded(recorded["prompts"], settings["rollouts"]).give_to(trainer)
        trainer.train()
