"""Counts steps and takes actions out of trajectory files, knowing nothing of Stepwright: a JSON line a trajectory."""
import json
import re
import sys

FUNCTION = re.compile(r"<function=.*?</function>", re.DOTALL)
FENCE = re.compile(r"```mswea_bash_command\s*\n(.*?)\n```", re.DOTALL)


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        if path.endswith(".jsonl"):
            return [json.loads(line) for line in file]
        return [json.load(file)]


def actions(row):
    if isinstance(row, list):
        return [FENCE.findall(m["content"])[0].strip() for m in row if m["role"] == "assistant"]
    if "trajectory" in row:
        return [step["action"] for step in row["trajectory"]]
    return [FUNCTION.search(m["content"]).group() for m in row["messages"] if m["role"] == "assistant"]


for path in sys.argv[1:]:
    for row in rows(path):
        print(json.dumps({"actions": actions(row)}))
