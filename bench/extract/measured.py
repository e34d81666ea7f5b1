"""Runs a command and prints what it took, all its threads together: {wall_s, user_s, system_s, rss_mb}, and the last line of its output."""

import json
import resource
import subprocess
import sys
import time

started = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
wall = time.perf_counter() - started
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
told = done.stdout.strip().splitlines()[-1]
took = {"wall_s": wall, "user_s": usage.ru_utime, "system_s": usage.ru_stime, "rss_mb": usage.ru_maxrss / 1024}
print(json.dumps({**took, "told": json.loads(told)}))
