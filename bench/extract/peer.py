"""What a short Python script does of `stepwright extract`: SWE-smith's rows in, step instances with a window of two pairs out.

It reads no bash, so that its kinds are guesses from the first word; nothing is checked, counted by reason, or dropped but repetitions.
Arguments: rows, output. Prints how many instances it wrote.
"""

import json
import re
import shlex
import sys

FUNCTION = re.compile(r"<function=([^>\n]+)>\n?(.*?)</function>", re.S)
PARAMETER = re.compile(r"<parameter=([^>\n]+)>(.*?)</parameter>", re.S)


def read_step(reply):
    name, body = FUNCTION.search(reply).groups()
    arguments = {key: value.removeprefix("\n").removesuffix("\n") for key, value in PARAMETER.findall(body)}
    parameters = "".join(f"<parameter={key}>{value}</parameter>\n" for key, value in arguments.items())
    return reply.split("<function=")[0].strip(), name, arguments, f"<function={name}>\n{parameters}</function>"


def kind_of(name, arguments):
    if name != "bash":
        return arguments.get("command", name)
    try:
        words = shlex.split(arguments["command"].split("&&")[-1])
    except ValueError:
        return "other"
    return words[0] if words else "other"


def instances(row):
    messages = row["messages"]
    first = next(i for i, message in enumerate(messages) if message["role"] == "assistant")
    opening, history, seen = messages[:first], [], set()
    replies = [i for i in range(first, len(messages)) if messages[i]["role"] == "assistant"]
    for k, at in enumerate(replies):
        thought, name, arguments, action = read_step(messages[at]["content"])
        observation = messages[at + 1]["content"] if at + 1 < len(messages) else ""
        if (action, observation) not in seen:
            yield {
                "id": f"{row['traj_id']}#{k}",
                "instance_id": row["instance_id"],
                "trajectory_id": row["traj_id"],
                "step": k,
                "steps": len(replies),
                "prompt": opening + history[-4:],
                "action": action,
                "thought": thought,
                "tool": name,
                "kind": kind_of(name, arguments),
                "split": "train",
            }
        if name == "str_replace_editor" and arguments.get("command") != "view":
            seen.clear()
        else:
            seen.add((action, observation))
        history += [{"role": "assistant", "content": action}, {"role": "user", "content": observation}]


written = 0
with open(sys.argv[1], encoding="utf-8") as rows, open(sys.argv[2], "w", encoding="utf-8") as out:
    for line in rows:
        for instance in instances(json.loads(line)):
            out.write(json.dumps(instance, ensure_ascii=False) + "\n")
            written += 1
print(written)
