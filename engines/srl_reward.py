"""The step reward of SRL (arXiv 2510.25992) for TRL and veRL: difflib's similarity of the model's action and the expert's, -1 when the
format is broken. Gives what `stepwright reward --pairs` gives, to the last bit, and needs nothing but Python's standard library.

TRL:   from srl_reward import step_reward
       GRPOTrainer(reward_funcs=step_reward, train_dataset=load_dataset("json", data_files="steps.jsonl", split="train"), ...)
veRL:  custom_reward_function.path=srl_reward.py custom_reward_function.name=compute_score
"""

import re
from difflib import SequenceMatcher

FORMAT_ERROR_REWARD = -1.0


def step_reward(prompts, completions, expert, **columns):
    """TRL: one reward a completion; `expert` is the data set's column. Completions are texts, or conversations of one message."""
    return [srl_reward(_text(completion), action) for completion, action in zip(completions, expert)]


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **kwargs):
    """veRL: the reward of one response; `ground_truth` is the expert's action."""
    return srl_reward(solution_str, ground_truth)


def srl_reward(text, expert):
    """In [0, 1], or -1."""
    action = read_action(text)
    return FORMAT_ERROR_REWARD if action is None else SequenceMatcher(None, action, expert).ratio()


def read_action(text):
    """The canonical text of a reply's action; None unless the reply is one <think>...</think>, then one action, and nothing else."""
    reply = text.strip(_SPACE)
    if not reply.startswith("<think>") or "</think>" not in reply:
        return None
    thought, rest = reply[len("<think>") :].split("</think>", 1)
    rest = rest.strip(_SPACE)
    if "<think>" in thought or not rest.startswith("<function=") or not rest.endswith("</function>"):
        return None
    blocks = _BLOCK.findall(rest)
    if len(blocks) != 1:
        return None
    name, body = blocks[0]
    if _PARAMETER.sub("", body).strip(_SPACE):
        return None
    arguments = {key.strip(_SPACE): _inner(value) for key, value in _PARAMETER.findall(body)}
    parameters = [f"<parameter={key}>{_render(value)}</parameter>\n" for key, value in _in_order(arguments)]
    return f"<function={name.strip(_SPACE)}>\n{''.join(parameters)}</function>"


_BLOCK = re.compile(r"<function=([^>\n]+)>([\s\S]*?)</function>")
_INDEX = re.compile(r"0|[1-9][0-9]*")
_PARAMETER = re.compile(r"<parameter=([^>\n]+)>([\s\S]*?)</parameter>")
# What JavaScript calls white space; Python has other ideas of it.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def _inner(value):
    """One newline at either end belongs to the form."""
    return value.removeprefix("\n").removesuffix("\n")


def _render(value):
    return f"\n{value}\n" if value.startswith("\n") or value.endswith("\n") else value


def _in_order(arguments):
    """As JavaScript orders an object's keys: whole numbers first."""
    numbers = sorted((key for key in arguments if _INDEX.fullmatch(key) and int(key) < 2**32 - 1), key=int)
    others = [key for key in arguments if key not in numbers and key != "__proto__"]
    return [(key, arguments[key]) for key in numbers + others]


def _text(completion):
    return completion if isinstance(completion, str) else completion[-1]["content"]
