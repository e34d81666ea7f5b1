"""The scalars of a folder of event files, as TensorBoard reads them, in JSON: event-files.py FOLDER → [[tag, step, value], …]"""

import json
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util.tensor_util import make_ndarray

scalars = []
for file in sorted(Path(sys.argv[1]).iterdir()):
    for event in EventFileLoader(str(file)).Load():
        for value in event.summary.value:
            scalars.append([value.tag, event.step, make_ndarray(value.tensor).item()])
print(json.dumps(scalars))
