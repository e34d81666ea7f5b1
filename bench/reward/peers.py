"""Processor milliseconds that each peer needs for all pairs: JSON {pairs, autojunk} in, {peer: ms} out. One thread."""
import json
import sys
import time
from difflib import SequenceMatcher

request = json.load(sys.stdin)
autojunk = request["autojunk"]
peers = {"difflib": lambda a, b: SequenceMatcher(None, a, b, autojunk).ratio()}
if request["others"]:
    from cdifflib import CSequenceMatcher
    from rapidfuzz.distance import Indel

    peers["cdifflib"] = lambda a, b: CSequenceMatcher(None, a, b, autojunk).ratio()
    peers["rapidfuzz_indel"] = Indel.normalized_similarity

times = {}
for name, ratio in peers.items():
    started = time.process_time()
    for a, b in request["pairs"]:
        ratio(a, b)
    times[name] = (time.process_time() - started) * 1000
print(json.dumps(times))
